"""The compose file as far as it can be checked without an engine; its head says that this is all there was."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from gridsvc.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def test_it_says_how_far_it_was_checked():
    assert "CHECKED WITHOUT AN ENGINE" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_the_services_are_there_and_none_is_root():
    services = COMPOSE["services"]
    assert set(services) == {"db", "migrate", "api", "worker", "nginx"}
    for name, service in services.items():
        assert service["user"] not in ("root", "0"), name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service.get("privileged") is None
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)


def test_only_nginx_is_reached_from_outside_and_on_loopback_unless_told():
    assert [n for n, s in COMPOSE["services"].items() if "ports" in s] == ["nginx"]
    assert COMPOSE["services"]["nginx"]["ports"] == ["${GRIDSVC_LISTEN:-127.0.0.1:8080}:8080"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [n for n, s in COMPOSE["services"].items() if "outside" in s["networks"]] == ["nginx"]


def test_everything_it_names_exists():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume
    for line in DOCKERFILE.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert list(ROOT.glob(source)), line
    settings = {f"GRIDSVC_{name.upper()}" for name in Settings.model_fields}
    given = {k for s in COMPOSE["services"].values() for k in s.get("environment", {}) if k.startswith("GRIDSVC_")}
    assert given - settings == {"GRIDSVC_APP_PASSWORD"}  # for the script that makes the roles


def test_the_admin_password_goes_to_the_migration_only():
    holders = [n for n, s in COMPOSE["services"].items() if "GRIDSVC_ADMIN" in str(s.get("environment", ""))]
    assert holders == ["db", "migrate"]


def test_the_commands_are_commands_of_ours():
    from typer.testing import CliRunner

    from gridsvc.cli import _app

    for name in ("migrate", "api", "worker"):
        command = COMPOSE["services"][name]["command"]
        assert command[0] == "gridsvc"
        flags = {f for f in command[1:] if f.startswith("--")}
        words = [w for w in command[1:] if not w.startswith("--") and not w[0].isdigit()]
        shown = CliRunner().invoke(_app(), [*words, "--help"], env={"COLUMNS": "200"})
        assert shown.exit_code == 0
        assert all(f in shown.output for f in flags), command


def test_nginx_has_time_outs_limits_and_keeps_the_counters():
    for word in ("client_header_timeout", "client_body_timeout", "send_timeout", "proxy_connect_timeout", "proxy_read_timeout",
                 "client_max_body_size 2m", "client_max_body_size 513m", "location = /metrics"):  # fmt: skip
        assert word in NGINX
    assert Settings.model_fields["upload_max_mb"].default == 512


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx on this machine")
def test_nginx_accepts_its_configuration(tmp_path):
    path = tmp_path / "nginx.conf"
    path.write_text(NGINX.replace("server api:8000", "server 127.0.0.1:8000").replace("/tmp/", f"{tmp_path}/"))  # noqa: S108
    done = subprocess.run(["nginx", "-t", "-c", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_roles_are_those_of_the_private_cluster():
    text = (ROOT / "deploy" / "roles.sh").read_text(encoding="utf-8")
    assert "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE" in text
    assert "LOCALE 'C.UTF-8'" in text
    assert subprocess.run(["sh", "-n", str(ROOT / "deploy" / "roles.sh")], check=False).returncode == 0
