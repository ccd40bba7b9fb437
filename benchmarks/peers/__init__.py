"""Other libraries for the same jobs, measured in an environment of their own (``scripts/peers.sh`` makes it)."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from benchmarks.common import ROOT

PYTHON = ROOT / ".venv-peers" / "bin" / "python"


def ask(script: str, given: Any) -> Any:
    """What a script of this folder answers to JSON on its standard input; None where the environment was not made."""
    if not PYTHON.exists():
        return None
    path = ROOT / "benchmarks" / "peers" / f"{script}.py"
    done = subprocess.run([PYTHON, path], input=json.dumps(given), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{path}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
