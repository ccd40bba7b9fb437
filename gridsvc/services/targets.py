"""What targets of obligations are called: whole for whoever has them at the door, masked for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsvc.domain import people
from gridsvc.services import masks, seating
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsvc.store.pool import Row
    from gridsvc.store.tx import Tx


def named(tx: Tx, targets: Iterable[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Kind and number → ``name`` (who or what), ``place`` (where, as far as the caller may read it), ``lon``,
    ``lat``, ``home``, ``household``, ``cell_key``; nothing of what is not there or not to be seen."""
    wanted = sorted(set(targets))
    kinds, ids = [k for k, _ in wanted], [i for _, i in wanted]
    return {(r["target"], r["id"]): _said(tx, r) for r in tx.rows("obligation/targets", kinds=kinds, ids=ids)}


def _said(tx: Tx, row: Row) -> dict[str, Any]:
    duty = tx.who.knows(row["cell_key"], row["cell_key"] + 1)
    at_home = row["home"] is not None or row["target"] in ("dwelling", "household", "person")
    house = seating.label(row) if row["estate"] or row["street"] or row["name"] else None
    if at_home and not duty:
        door: tuple[Any, ...] = (house,)
    else:
        unit = row["unit_no"] and f"{row['unit_no']}{t('plan.unit') if str(row['unit_no']).isascii() else ''}"
        room = row["room"] and f"{row['room']}{t('plan.room') if str(row['room'])[-1:].isdigit() else ''}"
        door = (house or row["address"], unit, room)
    place = "".join(str(part) for part in door if part)
    name = row["title"]
    if row["target"] in ("household", "person"):
        name = row["person"] if duty and masks.in_plain(tx, "person") else people.masked_name(row["person"])
    return {"name": name or t(f"kind.{row['target']}"), "place": place,
            **{k: row[k] for k in ("lon", "lat", "home", "household", "cell_key")}}  # fmt: skip
