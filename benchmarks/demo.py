"""The demo: from nothing, and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.common import Bench, Table, command

if TYPE_CHECKING:
    from pathlib import Path

TABLE = Table(
    "The demo",
    "`gridsvc demo --no-serve` in an empty folder with all packages installed: makes and starts the private PostGIS, "
    "generates, loads, divides, assigns, draws. Asked for: ≤ 5 minutes cold beyond downloads, ≤ 15 s the second time.",
)


def run(bench: Bench, folder: Path) -> Table:  # noqa: ARG001
    place = {"GRIDSVC_HOME": str(folder / "home"), "GRIDSVC_OUT": str(folder / "out")}
    first = command(None, "demo", "--no-serve", **place)
    TABLE.add("cold", f"{first.seconds:.1f} s", f"peak {first.peak_mb:,.0f} MB, asked: ≤ 300 s")
    again = command(None, "demo", "--no-serve", **place)
    TABLE.add("again", f"{again.seconds:.1f} s", f"peak {again.peak_mb:,.0f} MB, asked: ≤ 15 s, nothing changed")
    command(None, "db", "down", "--remove", "--yes", **place)
    return TABLE
