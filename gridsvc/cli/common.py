"""What the commands share: the database, the caller, output for people or as JSON, progress."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gridsvc.settings import caller as os_caller
from gridsvc.settings import settings
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gridsvc.services.progress import Progress as Tell
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller

# a file or another program has no width of its own: tables are not folded for 80 columns
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)
_RIM = 3  # what stands round the text of a column
JsonFlag = Annotated[bool, typer.Option("--json", help="JSON")]
AreaOption = Annotated[str | None, typer.Option("--area", help=t("cli.option.area"))]
PeriodOption = Annotated[str, typer.Option("--period", help=t("cli.option.period"))]
ClassOption = Annotated[list[str], typer.Option("--class", help=t("cli.option.class"))]
AsOfOption = Annotated[dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help=t("cli.option.as_of"))]


@contextmanager
def database() -> Iterator[tuple[Database, Caller]]:
    """The database of this installation, and whoever sits at this terminal (rights of the system)."""
    from gridsvc.services import installation
    from gridsvc.store.tx import SYSTEM, Caller

    with installation.open_database(settings()) as db:
        yield db, Caller(SYSTEM.user_id, os_caller())


def emit(data: Any, as_json: bool) -> bool:
    """Print ``data`` as JSON when that was asked for; whether it was."""
    if as_json:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, default=plain, indent=1) + "\n")
    return as_json


def plain(value: Any) -> Any:
    """What JSON does not know, as something it does."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, np.floating):
        return None if np.isnan(value) else float(value)
    if hasattr(value, "lower") and hasattr(value, "upper") and not isinstance(value, str):  # a range
        return [
            plain(value.lower) if value.lower is not None else None,
            plain(value.upper) if value.upper is not None else None,
        ]
    return str(value)


def say(key: str, /, **values: Any) -> bool:
    """A sentence from the catalogue; always true, so that ``emit(…) or say(…)`` reads."""
    console.print(t(key, **values), markup=False)
    return True


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    title: str | None = None,
    right: Sequence[int] = (),
    keep: int | None = None,
) -> bool:
    """A table; ``right`` are the columns that hold numbers. One that is too wide is folded, or with ``keep`` shown in
    parts, the first columns again before each. Always true, as :func:`say`."""
    texts = [[_cell(value) for value in row] for row in rows]
    for part in [range(len(head))] if keep is None else _parts(head, texts, keep):
        out = Table(title=title, title_justify="left", show_lines=False, pad_edge=False)
        for i in part:
            out.add_column(head[i], justify="right" if i in right else "left", overflow="fold")
        for row in texts:
            out.add_row(*(row[i] for i in part))
        console.print(out)
    return True


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _parts(head: Sequence[str], rows: Sequence[Sequence[str]], keep: int) -> list[list[int]]:
    """Columns of each part of a table, so that it fits the terminal."""
    widths = [max(cell_len(text) for text in column) + _RIM for column in zip(head, *rows, strict=True)]
    parts, used = [[*range(keep)]], sum(widths[:keep])
    for i in range(keep, len(head)):
        if used + widths[i] >= console.width and len(parts[-1]) > keep:
            parts.append([*range(keep)])
            used = sum(widths[:keep])
        parts[-1].append(i)
        used += widths[i]
    return parts


@contextmanager
def telling(quiet: bool = False) -> Iterator[Tell]:
    """A callable that shows progress: a bar at a terminal, a line a step elsewhere, nothing with ``--json``."""
    if quiet:
        yield lambda step, share: None  # noqa: ARG005
    elif console.is_terminal:
        with _bar() as tell:
            yield tell
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Tell]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(step: str, share: float) -> None:
            if step not in tasks:
                for old in tasks.values():
                    bar.update(old, completed=1)
                tasks[step] = bar.add_task(t(f"step.{step}"), total=1)
            bar.update(tasks[step], completed=share)

        yield tell


def _lines() -> Tell:
    seen: set[str] = set()
    last = [time.monotonic()]

    def tell(step: str, share: float) -> None:
        now = time.monotonic()
        if step not in seen:
            seen.add(step)
            sys.stderr.write(f"… {t(f'step.{step}')}\n")
            last[0] = now
        elif now - last[0] > 10:
            sys.stderr.write(f"… {t(f'step.{step}')} {share:.0%}\n")
            last[0] = now

    return tell
