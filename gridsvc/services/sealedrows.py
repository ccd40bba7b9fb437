"""Rows of lists about residents that are kept aside (rejects, differences, corrections): sealed, since they hold
whatever the list holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gridsvc.services import installation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from gridsvc.settings import Settings

_SEALED = "sealed"


def seal(texts: Sequence[str], settings: Settings) -> list[str]:
    """JSON texts as JSON texts that tell nothing."""
    rows = installation.field_key(settings).seal(list(texts))
    return [json.dumps({_SEALED: (r or b"").hex()}) for r in rows]


def unseal(rows: Iterable[dict[str, Any] | None], settings: Settings) -> list[dict[str, Any]]:
    """What JSON columns hold, those that were sealed opened, nothing as an empty row."""
    found = [r or {} for r in rows]
    if not any(_SEALED in r for r in found):
        return found
    texts = installation.field_key(settings).open(bytes.fromhex(r[_SEALED]) if _SEALED in r else None for r in found)
    return [json.loads(text or "{}") if _SEALED in r else r for r, text in zip(found, texts, strict=True)]


def sealed(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Rejects (field, value, reason, row as JSON text) without a value, the row sealed."""
    return found.assign(value=None, row=seal(found["row"].tolist(), settings))


def opened(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The same with readable rows."""
    return found.assign(row=unseal(found["row"], settings)) if len(found) else found
