"""What is installed is what the project says it needs."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize(("lock", "extras"), [("requirements.lock", ("server", "reports")),
                                              ("requirements-dev.lock", ("server", "reports", "dev"))])  # fmt: skip
def test_every_library_is_locked(lock, extras):
    """Set-up and the image install the lock and nothing else."""
    wanted = [*PROJECT["dependencies"], *(one for e in extras for one in PROJECT["optional-dependencies"][e])]
    names = {re.split(r"[\[<>=!~; ]", one)[0].lower().replace("_", "-") for one in wanted} - {"gridsvc"}
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
    assert names
    assert sorted(names - locked) == []
