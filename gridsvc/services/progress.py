"""How long work tells where it is; raising from it interrupts the work without damage."""

from __future__ import annotations

from collections.abc import Callable

# step (a key of the message catalogue) and share done of that step, 0–1
Progress = Callable[[str, float], None]


def quiet(step: str, share: float) -> None:
    """Tell nobody."""
