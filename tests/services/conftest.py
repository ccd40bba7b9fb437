"""The small town: empty, and divided into squares."""

import pytest

from tests.services.town import Town


@pytest.fixture
def town(db, tmp_path):
    """Areas loaded, nothing divided."""
    made = Town(db, tmp_path)
    made.areas()
    return made


@pytest.fixture
def cells(town):
    """The town with square cells of 120 m in force."""
    town.divide()
    return town
