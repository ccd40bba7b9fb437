"""``python -m benchmarks [name …] [--write]``: run them, print Markdown, with --write put it into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.common import ROOT, Bench, Table, machine

NAMES = (
    "demo",
    "division",
    "importing",
    "people",
    "ledgers",
    "address",
    "crs",
    "geocode",
    "assignment",
    "obligations",
    "coverage",
    "serving",
    "protection",
    "realinput",
)
HEAD = """# Figures

Written by `python -m benchmarks --write` (`make bench` prints them). They are measured, never asserted in a test.

"""


def main(arguments: list[str]) -> int:
    """Run the named benchmarks (all of them); the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"which of {', '.join(NAMES)} (all)")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.name) - set(NAMES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}: there are {', '.join(NAMES)}")
    names = asked.name or list(NAMES)
    folder = Path(tempfile.mkdtemp(prefix="gridsvc-bench-"))
    folder.chmod(0o755)
    bench = Bench(folder / "home")
    tables: list[Table] = []
    try:
        for name in names:
            print(f"{name} …", flush=True)
            place = folder / name
            place.mkdir()
            found = import_module(f"benchmarks.{name}").run(bench, place)
            tables += found if isinstance(found, list) else [found]
    finally:
        bench.cluster.down()
        shutil.rmtree(folder, ignore_errors=True)
    about = f"{dt.date.today().isoformat()}, {machine()}. Command: `python -m benchmarks {' '.join(names)}`.\n\n"
    text = HEAD + about + "\n".join(t.markdown() for t in tables)
    print(text)
    if asked.write:
        (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
