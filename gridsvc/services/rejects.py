"""Rejected rows of lists of people: kept sealed, since they hold whatever the list holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gridsvc.services import installation

if TYPE_CHECKING:
    import pandas as pd

    from gridsvc.settings import Settings

_SEALED = "sealed"


def sealed(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Rejects (field, value, reason, row as JSON text) without a value, the row sealed."""
    rows = installation.field_key(settings).seal(found["row"].tolist())
    return found.assign(value=None, row=[json.dumps({_SEALED: (r or b"").hex()}) for r in rows])


def opened(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The same with readable rows."""
    is_sealed = [isinstance(r, dict) and _SEALED in r for r in found["row"]]
    if not any(is_sealed):
        return found
    texts = installation.field_key(settings).open(bytes.fromhex(r[_SEALED]) for r in found["row"])
    return found.assign(row=[json.loads(t or "{}") for t in texts])
