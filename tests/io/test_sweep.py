"""What a killed process left of files it had read goes a day later, and nothing else."""

import os
import tempfile
import time
from pathlib import Path

from gridsvc.io import reader


def test_stale_folders_of_the_reader_go(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young, other = (tmp_path / n for n in ("gridsvc-read-old", "gridsvc-read-young", "else-old"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "rows.arrow").write_bytes(b"x")
    for folder in (old, other):
        os.utime(folder, (time.time() - 90_000,) * 2)
    assert reader.sweep() == 1
    assert [p.name for p in sorted(Path(tmp_path).iterdir())] == ["else-old", "gridsvc-read-young"]
