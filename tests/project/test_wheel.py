"""The wheel works away from the checkout: schema, tables and pages are inside it."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from tests import drawn

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_sql_maps_and_data_are_inside(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder, suffix in (
        ("sql", ".sql"),
        ("data", ".csv"),
        ("maps/pages", ".html"),
        ("maps/styles", ".json"),
        ("maps/vendor", ".js"),
    ):
        mine = {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob(f"*{suffix}")}
        shipped = {n.removeprefix("gridsvc/_share/") for n in names if n.startswith(f"gridsvc/_share/{folder}")}
        assert mine
        assert mine <= shipped
    assert not [n for n in names if n.startswith(("tests", "benchmarks", "gridsvc/_share/shared"))]


@pytest.mark.soak
def test_it_runs_in_an_empty_environment_away_from_the_checkout(wheel, tmp_path):
    """The requirements come from this environment's own packages (no network in a test), gridsvc from the wheel."""
    place = tmp_path / "env"
    venv.create(place, with_pip=True)
    site = next((place / "lib").glob("python*/site-packages"))
    run = {k: v for k, v in os.environ.items() if not k.startswith(("GRIDSVC_", "PYTHON"))}
    subprocess.run(
        [place / "bin" / "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True, env=run
    )
    here = Path(next(p for p in sys.path if p.endswith("site-packages")))
    # after its own packages, so that the gridsvc of the wheel is the one that is found
    (site / "requirements.pth").write_text(f"{_without_checkout(here, tmp_path)}\n")
    answer = subprocess.run(
        [place / "bin" / "gridsvc", "--version"], cwd=tmp_path, env=run, capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("gridsvc ")
    where = subprocess.run(
        [place / "bin" / "python", "-c", "import gridsvc; print(gridsvc.__file__)"],
        cwd=tmp_path,
        env=run,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(site) in where.stdout
    gpd.GeoDataFrame(geometry=[drawn.polygons("AAA\nAA.")["A"]], crs=4326).to_file(
        tmp_path / "aoi.geojson", driver="GeoJSON"
    )
    done = subprocess.run(
        [place / "bin" / "gridsvc", "grid", "divide", "--aoi", "aoi.geojson", "--method", "hex", "--size", "60", "-o", "cells.gpkg"],
        cwd=tmp_path, env=run, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(gpd.read_file(tmp_path / "cells.gpkg")) > 5
    words = subprocess.run(
        [
            place / "bin" / "python",
            "-c",
            "from gridsvc import paths; print(paths.sql('migrations'), len(list(paths.sql('migrations').glob('*.sql'))))",
        ],
        cwd=tmp_path,
        env=run,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_share" in words.stdout


def _without_checkout(here: Path, tmp_path: Path) -> Path:
    """This environment's packages without the file that makes the checkout importable."""
    links = tmp_path / "packages"
    links.mkdir()
    for entry in here.iterdir():
        if not entry.name.endswith(".pth") and not entry.name.startswith("gridsvc"):
            (links / entry.name).symlink_to(entry)
    return links
