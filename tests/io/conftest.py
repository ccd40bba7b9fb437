from collections.abc import Callable
from pathlib import Path

import pytest

from gridsvc import paths
from gridsvc.io import reader
from gridsvc.io.reader import Reading
from gridsvc.services import codetables
from gridsvc.settings import Settings


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Read a file in the child, as an upload unless ``local``."""

    def run(path: Path, limits: Settings | None = None, **more: object) -> Reading:
        request = reader.Request(path, refused=codetables.refused_patterns(), **more)  # type: ignore[arg-type]
        return reader.read(request, limits or Settings(), paths.data())

    return run
