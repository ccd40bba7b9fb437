"""What stands on the ground already, as a witness for the system that a file of points is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gridsvc.domain import diagnosis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.diagnosis import Diagnosis
    from gridsvc.store.tx import Tx

_TILE: Final = 0.02  # degrees of the neighbourhood with the most points, which is looked at
_AROUND: Final = 0.012  # more than the largest shift
_MOST: Final = 20_000


def witness(tx: Tx, x: NDArray[np.float64], y: NDArray[np.float64]) -> Diagnosis | None:
    """The diagnosis of points by the footprints and roads around most of them; None where nothing stands there.

    Points with exchanged axes are looked for where they belong.
    """
    at = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 180))
    if len(at) < diagnosis.FEWEST:
        return None
    tile = np.floor(np.column_stack([x[at], y[at]]) / _TILE).astype(np.int64)
    tiles, which, counts = np.unique(tile, axis=0, return_inverse=True, return_counts=True)
    most = int(counts.argmax())
    if counts[most] < diagnosis.FEWEST:
        return None
    at = at[which.ravel() == most]
    west, south = tiles[most] * _TILE
    if abs(south) > 90:  # latitude first
        west, south = south, west
    shapes = tx.frame(
        "landmark/near", west=west - _AROUND, south=south - _AROUND, east=west + _TILE + _AROUND,
        north=south + _TILE + _AROUND, most=_MOST,
    )  # fmt: skip
    if shapes.empty:
        return None
    return diagnosis.diagnose(x[at], y[at], near=shapely.from_wkb(shapes["wkb"].to_numpy(dtype=object)))
