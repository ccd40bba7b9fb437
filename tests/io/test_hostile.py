"""The hostile corpus through the pre-forked reader, as uploads: a refusal that names the file, or a harmless reading."""

import re
import socket
import time
from pathlib import Path

import pytest

from gridsvc.errors import GridError
from gridsvc.io import prefork
from gridsvc.text import message, remedy, speaking
from tests.io import hostile
from tests.io.hostile import SECRET

CORPUS = hostile.load()
SECONDS = 10  # for a machine with other work to do; see the slowest with --durations
_FOLDERS = re.compile(r"/(tmp|root|home|work|usr|etc|var|opt)/")


@pytest.fixture(scope="module", autouse=True)
def zygote():
    """One process reads the whole corpus; no file of it may end it."""
    number = prefork.pid()
    yield number
    assert prefork.pid() == number


def test_the_corpus_is_large_and_touches_every_format():
    assert len(CORPUS) >= 110
    for suffix in (
        ".csv",
        ".xlsx",
        ".xls",
        ".geojson",
        ".json",
        ".gpkg",
        ".shp",
        ".zip",
        ".fgb",
        ".parquet",
        ".kml",
        ".kmz",
        ".dxf",
        ".pbf",
    ):
        assert any(h.file.endswith(suffix) for h in CORPUS), suffix


@pytest.mark.parametrize("one", CORPUS, ids=lambda h: h.name)
def test_each(one, tmp_path, read, zygote):
    secret = hostile.secret_file(tmp_path)
    upload = tmp_path / "up"
    upload.mkdir()
    path = one.write(upload, secret)
    started = time.monotonic()
    try:
        reading = read(path)
    except GridError as e:
        assert time.monotonic() - started < SECONDS
        refused(e, one, tmp_path)
    else:
        with reading:
            assert time.monotonic() - started < SECONDS
            taken(reading, one)
    assert prefork.pid() == zygote
    assert list(upload.iterdir()) == [path]  # nothing was laid beside it
    assert secret.read_text(encoding="utf-8").count(SECRET) == 1


def refused(error: GridError, one: hostile.Hostile, folder: Path) -> None:
    assert error.code == one.expect
    assert error.values["file"] == one.file
    for language in ("zh", "en"):
        with speaking(language):
            said = message(error) + (remedy(error) or "")
        assert one.file in said
        assert SECRET not in said
        assert str(folder) not in said
        assert not _FOLDERS.search(said.replace(one.file, ""))
    assert SECRET not in str(error.values)


def taken(reading, one: hostile.Hostile) -> None:
    assert one.expect is None, "taken although it should have been refused"
    kept = b"".join(p.read_bytes() for p in reading.folder.iterdir() if p.suffix in (".arrow", ".json"))
    assert SECRET.encode() not in kept
    table = reading.whole()
    table.validate(full=True)
    table.to_pandas()  # what every import does with it
    if one.faults is not None:
        assert [f or "" for f in table["__fault"].to_pylist()] == list(one.faults)


def test_nobody_is_called(tmp_path, read):
    """A coordinate system that is an address: GDAL would fetch it."""
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        ear.listen(8)
        ear.settimeout(0.2)
        address = f"http://127.0.0.1:{ear.getsockname()[1]}/crs"
        links = [h for h in CORPUS if h.name.startswith("json-crs")]
        for n, one in enumerate(h for h in links if hostile.LINK.encode() in h.make(Path("/x"))):
            path = tmp_path / f"{n}{Path(one.file).suffix}"
            path.write_bytes(one.make(Path("/x")).replace(hostile.LINK.encode(), address.encode()))
            with read(path):
                pass
        assert n >= 2
        with pytest.raises(TimeoutError):
            ear.accept()


def test_a_bad_row_in_a_good_file_is_named(tmp_path, read):
    (tmp_path / "x.csv").write_text("id,wkt\n1,POINT(118 31)\n2,POINT(118\n3,POINT(1 2)\n4\n", encoding="utf-8")
    with read(tmp_path / "x.csv") as r:
        table = r.whole().to_pandas()
        assert list(table["__row"]) == [2, 3, 4]
        assert list(table["__fault"].fillna("")) == ["", "geometry.broken", ""]
        assert r.meta["bad_rows"] == [[5, 1, 2, "4"]]
