"""The application on the sample city, and a signed-in client for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI

from gridsvc.store.pool import Database
from gridsvc.web.app import create_app
from tests.live import serving

LOGINS = {"officer": "wangge", "community": "shequ", "street": "jiedao", "county": "quxian", "analyst": "fenxi",
          "auditor": "shenji", "admin": "guanli"}  # fmt: skip
OWN = {"x-requested-with": "gridsvc"}


@pytest.fixture(scope="module")
def ground(city_name) -> str:
    """What the tests of a module stand on; a module may say something else."""
    return city_name


@pytest.fixture(scope="module")
def live(server, ground) -> Iterator[tuple[FastAPI, str]]:
    """On a clone of the sample city that the tests of one module may write to."""
    name = server.make(ground)
    app = create_app(server.settings(name))
    with serving(app) as address:
        yield app, address
    server.drop(name)


@pytest.fixture(scope="module")
def app(live) -> FastAPI:
    return live[0]


@pytest.fixture(scope="module")
def db(app) -> Database:
    return app.state.db


@pytest.fixture
def client(live) -> Iterator[Callable[..., httpx.Client]]:
    """``client("street")`` is signed in, ``client()`` is nobody."""
    made: list[httpx.Client] = []

    def sign_in(role: str | None = None) -> httpx.Client:
        one = httpx.Client(base_url=live[1], headers=OWN, timeout=60)
        made.append(one)
        if role:
            answer = one.post("/api/v1/auth/demo", json={"login": LOGINS[role]})
            assert answer.status_code == 204, answer.text
        return one

    yield sign_in
    for one in made:
        one.close()
