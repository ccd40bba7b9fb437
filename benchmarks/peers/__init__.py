"""Other libraries for the same jobs, measured in an environment of their own (``scripts/peers.sh`` makes it)."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict

from benchmarks.common import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = ROOT / ".venv-peers" / "bin" / "python"


def ask(script: str, given: Any) -> Any:
    """What a script of this folder answers to JSON on its standard input; None where the environment was not made."""
    if not PYTHON.exists():
        return None
    path = ROOT / "benchmarks" / "peers" / f"{script}.py"
    done = subprocess.run([PYTHON, path], input=json.dumps(given), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{path}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def nominatim(dsn: str, folder: Path, extract: Path, texts: list[str]) -> Any:
    """What Nominatim finds for texts in the extract, in a database of its own on the same server; None where it or
    osm2pgsql is not installed."""
    command = PYTHON.with_name("nominatim")
    if not command.exists() or not shutil.which("osm2pgsql"):
        return None
    project = folder / "nominatim"
    project.mkdir()
    to = conninfo_to_dict(dsn)
    told = ";".join(f"{k}={to[k]}" for k in ("host", "port", "user", "password") if k in to)
    (project / ".env").write_text(
        f'NOMINATIM_DATABASE_DSN="pgsql:{told};dbname=nominatim"\nNOMINATIM_DATABASE_WEBUSER="{to["user"]}"\n'
        'NOMINATIM_IMPORT_STYLE="full"\n', encoding="utf-8",
    )  # fmt: skip
    osm = folder / "extract.osm.pbf"
    subprocess.run([PYTHON, ROOT / "benchmarks" / "peers" / "extract.py", extract, osm], check=True)
    subprocess.run([command, "import", "--osm-file", osm, "--threads", "2", "--no-updates"], cwd=project, check=True,
                   capture_output=True)  # fmt: skip
    return ask("nominatim", {"project": str(project), "texts": texts})
