"""What lies outside: the base map of the settings (an MBTiles file or somebody's server, through ours), the port."""

import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gridsvc.errors import BusyError, MissingError, SetupError
from gridsvc.services.basemap import Basemap
from gridsvc.settings import Settings, hand_down
from gridsvc.settings import settings as read_settings

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def basemap(address, **more):
    return Basemap(Settings(basemap=address, **more))


@pytest.fixture
def elsewhere():
    """A tile server that notes what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            kind = "text/html" if "login" in self.path else "image/png"
            self.send_response(404 if "/9/" in self.path else 302 if "/8/" in self.path else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_xyz_wmts_and_a_key(elsewhere):
    address, asked = elsewhere
    for template, want in (
        ("/{z}/{x}/{y}.png", "/3/5/2.png"),
        ("/{z}/{x}/{-y}.png", "/3/5/5.png"),
        (
            "/wmts?TILEMATRIX={TileMatrix}&TILECOL={TileCol}&TILEROW={TileRow}&tk={key}",
            "/wmts?TILEMATRIX=3&TILECOL=5&TILEROW=2&tk=secret",
        ),
    ):
        one = basemap(address + template, basemap_key="secret")
        assert one.tile(3, 5, 2) == (PNG, "image/png")
        assert asked[-1] == want
        assert "secret" not in str(one.describe())
        assert "127.0.0.1" not in str(one.describe())  # the browser learns only our own address
        one.close()


def test_what_is_no_tile_is_not_passed_on(elsewhere):
    address, _ = elsewhere
    with pytest.raises(MissingError):
        basemap(address + "/{z}/{x}/{y}").tile(9, 1, 1)
    with pytest.raises(BusyError):  # a redirect is not followed: the address in the settings is the only one
        basemap(address + "/{z}/{x}/{y}").tile(8, 1, 1)
    with pytest.raises(BusyError):
        basemap(address + "/login/{z}/{x}/{y}").tile(3, 1, 1)
    with pytest.raises(BusyError):
        basemap("http://127.0.0.1:1/{z}/{x}/{y}").tile(3, 1, 1)


def test_an_mbtiles_file(tmp_path):
    path = tmp_path / "base.mbtiles"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        file.execute("INSERT INTO metadata VALUES ('format', 'png')")
        file.execute("INSERT INTO tiles VALUES (3, 5, 5, ?)", [PNG])  # MBTiles count rows from the south
    file.close()
    one = basemap(str(path))
    assert one.tile(3, 5, 2) == (PNG, "image/png")
    with pytest.raises(MissingError):
        one.tile(3, 5, 5)
    one.close()
    with pytest.raises(SetupError):
        basemap(str(tmp_path / "none.mbtiles"))
    with sqlite3.connect(path) as file:
        file.execute("UPDATE metadata SET value = 'pbf'")
    file.close()
    with pytest.raises(SetupError):
        basemap(str(path))


def test_without_one_there_is_none():
    one = basemap(None)
    assert one.describe() is None
    with pytest.raises(MissingError):
        one.tile(1, 0, 0)


def test_the_next_free_port_is_taken_only_when_any_will_do():
    import socket

    from gridsvc.web.server import free_port, serve

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port, others=True) > port
        with pytest.raises(SetupError):
            free_port("127.0.0.1", port, others=False)
    with pytest.raises(SetupError) as public:  # buttons without passwords never leave this machine
        serve(Settings(), "0.0.0.0", port, workers=1, jobs=False, demo=True)  # noqa: S104
    assert public.value.code == "serve.demo_public"


def test_a_server_of_one_worker_is_told_what_it_hands_down(monkeypatch):
    """It imports the application into the process whose settings were read before ``serve --demo`` said more."""
    monkeypatch.setenv("GRIDSVC_DEMO", "0")
    read_settings.cache_clear()
    try:
        assert not read_settings().demo
        hand_down(GRIDSVC_DEMO="1")
        assert read_settings().demo
    finally:
        monkeypatch.undo()
        read_settings.cache_clear()
