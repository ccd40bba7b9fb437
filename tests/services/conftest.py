"""The small town: empty, divided into squares, or furnished by the steps that a test names."""

import pytest

from tests.services.town import DIVIDED, Town


@pytest.fixture(scope="session")
def town_name(kept, tmp_path_factory):
    """``town_name(Town.areas, Town.divide, houses)``: name of a template database in which these steps are done; what each
    step leaves is kept, so that a step runs once and not once a test."""

    def make(*steps):
        parent, key = "gridsvc", "town"
        for step in steps:
            key += f".{step.__module__.rpartition('.')[2]}-{step.__name__}"
            parent = kept(key, parent, lambda db, step=step: step(Town(db, tmp_path_factory.mktemp("step"))))
        return parent

    return make


@pytest.fixture
def founded(town_name, fresh, tmp_path):
    """``founded(Town.areas, Town.divide, houses)``: a town to write to, in which these steps are done."""
    return lambda *steps: Town(fresh(town_name(*steps)), tmp_path)


@pytest.fixture
def town(founded):
    """Areas loaded, nothing divided."""
    return founded(Town.areas)


@pytest.fixture
def cells(founded):
    """The town with square cells of 120 m in force."""
    return founded(*DIVIDED)
