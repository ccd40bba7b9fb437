"""Spot checks (回访): visits or communities drawn at random, a form to check them with, and what was found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gridsvc import paths
from gridsvc.domain import codes, tasknumber, values
from gridsvc.errors import InputError
from gridsvc.services import codelists, filein, ground, imports, rejects, targets
from gridsvc.store.tx import Caller, begin
from gridsvc.text import LANGUAGES, catalogue, language, t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.services.filein import Source
    from gridsvc.services.ground import Area
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

WHAT: Final = ("visits", "communities")
#: By what so many each are drawn.
STRATA: Final = ("none", "officer", "community", "target")
RESULTS: Final = ("same", "different", "unreached")
_READ: Final = ("item", "result", "note", "checked_on")


@dataclass(frozen=True)
class Wish:
    """What to draw: ``n`` of each stratum out of the last ``days`` days; the same seed draws the same."""

    area: str | None = None
    n: int = 4
    strata: str = "officer"
    what: str = "visits"
    days: int = 30
    seed: int = 1
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Taken:
    """Results of a form: how many were written, how many rows had none, and the rows that cannot be used."""

    taken: int
    empty: int
    rejects: pd.DataFrame


def draw(db: Database, caller: Caller, wish: Wish, path: Path) -> dict[str, Any]:
    """Draw, note what was drawn, and write the form (.xlsx); its number and how many there are.

    Raises:
        InputError: ``spotcheck.field``, ``spotcheck.nothing``, ``plan.format``.
    """
    from gridsvc.render import spotbook

    _check(wish, path)
    with begin(db, caller, "export", budget_ms=db.settings.job_budget_ms) as tx:
        area = imports.own_area(tx, wish.area)
        today = wish.as_of or ground.today(tx)
        first = today - dt.timedelta(days=wish.days - 1)
        pool = _pool(tx, wish, area, first, today)
        if pool.empty:
            raise InputError("spotcheck.nothing", area=area.name, first=first.isoformat(), last=today.isoformat())
        chosen = pool[chosen_of(pool, wish)]
        number = int(tx.value("spotcheck/add", cell_key=area.key, what=wish.what, strata=wish.strata, n=wish.n,
                              seed=wish.seed, first=first, last=today, user_id=tx.who.user_id))  # fmt: skip
        plain = chosen.astype(object).where(chosen.notna(), None)
        tx.run("spotcheck/add_items", id=number, cells=plain["cell_key"].tolist(),
               personal=plain["personal"].tolist(), targets=plain["target"].tolist(), ids=plain["target_id"].tolist(),
               visits=plain["visit_id"].tolist(), days=plain["visit_day"].tolist(),
               officers=plain["officer_id"].tolist())  # fmt: skip
        items = tx.rows("spotcheck/items", id=number)
        told = targets.named(tx, {(i["target"], i["target_id"]) for i in items})
        words = codelists.names(tx, english=language() != "zh")
        cells = codes.cell_codes(np.array([i["cell_key"] for i in items], dtype=np.int64))
        rows = [
            i | {"item": tasknumber.checked(i["id"]),
                 "name": (one := told.get((i["target"], i["target_id"]), {})).get("name", ""),
                 "place": one.get("place", ""), "cell": str(cells[k]),
                 "activity": words["visit_activity"].get(str(i["activity"]), ""),
                 "mode": words["visit_mode"].get(str(i["mode"]), ""),
                 "outcome": words["visit_outcome"].get(str(i["outcome"]), "")}
            for k, i in enumerate(items)
        ]  # fmt: skip
        stamp = dt.datetime.now(dt.UTC).astimezone(ZoneInfo(ground.zone(tx))).strftime("%Y-%m-%d %H:%M")
        tx.audit(
            "spotcheck.draw", entity="visit", detail={"spotcheck": number, "items": len(rows), "seed": wish.seed}
        )
        head = {t("month.head.unit"): f"{area.name} {area.code}", t("plan.days"): f"{first} – {today}",
                t("spotcheck.number"): str(number), t("seen.by"): tx.who.login, t("seen.at"): stamp}  # fmt: skip
    with paths.whole(path) as part:
        spotbook.write(part, head, rows, visits=wish.what == "visits")
    return {"spotcheck": number, "items": len(rows), "file": str(path)}


def _pool(tx: Tx, wish: Wish, area: Area, first: dt.date, today: dt.date) -> pd.DataFrame:
    """What is drawn from: visits of some days that counted, or communities."""
    if wish.what == "visits":
        fulfil = codelists.outcomes(tx).fulfil
        return tx.frame("spotcheck/visits", lo=area.lo, hi=area.hi, first=first, last=today, fulfil=fulfil)
    return tx.frame("spotcheck/communities", lo=area.lo, hi=area.hi, day=today)


def chosen_of(pool: pd.DataFrame, wish: Wish) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows are drawn: in each stratum the ``n`` with the lowest random numbers (simple random sampling without
    replacement; the numbers hang on the seed and the order of the rows only)."""
    lot = pd.Series(np.random.default_rng(wish.seed).random(len(pool)), index=pool.index)
    if wish.strata == "none":
        stratum = pd.Series(0, index=pool.index)
    elif wish.strata == "community":
        level = 9 if wish.what == "communities" else 12  # so many communities of each street
        stratum = pd.Series(codes.ancestors(pool["cell_key"].to_numpy(dtype=np.int64), level), index=pool.index)
    else:
        stratum = pool["officer_id" if wish.strata == "officer" else "target"]
    place = lot.groupby(stratum.fillna(0)).rank(method="first")
    return np.asarray(place <= wish.n, dtype=np.bool_)


def take(db: Database, caller: Caller, source: Source, area: str | None = None) -> Taken:
    """Take the results of a form; rows without one are left, a row that is brought again is written over.

    Args:
        area: code or name; what was drawn elsewhere is not taken (default: all that the caller sees).

    Raises:
        InputError: ``spotcheck.columns``; MissingError: ``area.unknown``, ``scope.outside``; and whatever is wrong
            with the file as a whole.
    """
    heads = {_head(name, lang): name for name in _READ for lang in LANGUAGES}
    with filein.open_source(source, db.settings, frozenset(heads)) as reading:
        table = reading.whole().to_pandas()
    table = table.rename(columns={c: heads[c.strip()] for c in table.columns if c.strip() in heads})
    missing = [t(f"spotcheck.column.{n}") for n in ("item", "result") if n not in table]
    if missing:
        raise InputError("spotcheck.columns", columns="、".join(missing))
    for name in _READ:
        table[name] = (
            values.clean(table[name].astype("str")) if name in table else pd.Series(None, table.index, "str")
        )
    with begin(db, caller, "import") as tx:
        own = imports.own_area(tx, area) if area else None
        rows = _read_rows(tx, table, (own.lo, own.hi) if own else (0, codes.KEY_MAX))
        good = rows["why"].isna() & rows["result"].notna()
        plain = rows[good].astype(object).where(rows[good].notna(), None)
        done = tx.rows("spotcheck/take", ids=[int(n) for n in plain["number"]], results=plain["result"].tolist(),
                       notes=plain["note"].tolist(), days=[d.date() for d in plain["day"]])  # fmt: skip
        tx.audit("spotcheck.take", entity="visit", detail={"items": len(done)})
    called = {name: t(f"spotcheck.column.{name}") for name in _READ}
    return Taken(len(done), int(table["result"].isna().sum()),
                 rejects.as_table(table, rows["why"], called).rename(columns=called))  # fmt: skip


def _read_rows(tx: Tx, table: pd.DataFrame, keys: tuple[int, int]) -> pd.DataFrame:
    """number, result, note, day (today where none is given) of each row, and why it cannot be used, if so:
    (field, value, reason)."""
    words = {catalogue()[f"spotcheck.result.{r}"][lang]: r for r in RESULTS for lang in LANGUAGES}
    out = pd.DataFrame({"number": table["item"].map(tasknumber.number), "result": table["result"].map(words),
                        "note": table["note"]})  # fmt: skip
    known = tx.frame("spotcheck/known", lo=keys[0], hi=keys[1],
                     ids=[int(n) for n in out["number"].dropna().unique()]).set_index("id")  # fmt: skip
    today = ground.today(tx)
    text, _ = values.with_year(table["checked_on"].astype("str"), today)
    day, bad_day, _ = values.dates(text, ZoneInfo("UTC"), False, last=False)
    visited = pd.to_datetime(out["number"].map(known["visit_day"]))
    out["day"] = day.fillna(pd.Timestamp(today))
    # the same result twice is one; two results of one item are nobody's
    told = pd.DataFrame({"number": out["number"], "result": table["result"], "note": out["note"], "day": out["day"]})
    once = told[table["result"].notna()].drop_duplicates()
    twice = out["number"].isin(once["number"][once["number"].duplicated(keep=False)])
    why = pd.Series(None, index=table.index, dtype=object)
    for field, reason, wrong in (
        ("item", "spotcheck.twice", twice),
        ("checked_on", "spotcheck.before", out["day"] < visited),
        ("checked_on", "spotcheck.future", out["day"] > pd.Timestamp(today)),
        ("checked_on", "value.date", bad_day),
        ("result", "spotcheck.result", out["result"].isna()),
        ("item", "spotcheck.item", ~out["number"].isin(known.index)),
    ):
        bad = np.asarray(wrong, dtype=bool) & table["result"].notna().to_numpy()
        why[bad] = [(field, value, reason) for value in table[field][bad]]
    out["why"] = why
    same = told.duplicated() & table["result"].notna()
    return out.assign(result=out["result"].where(~same))


def _check(wish: Wish, path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise InputError("plan.format", value=path.suffix or path.name, known=".xlsx")
    for name, value, known in (("strata", wish.strata, STRATA), ("what", wish.what, WHAT)):
        if value not in known:
            raise InputError("spotcheck.field", field=name, value=value, known=", ".join(known))
    if wish.what == "communities" and wish.strata not in ("none", "community"):
        raise InputError("spotcheck.field", field="strata", value=wish.strata, known="none, community")
    for name, amount, most in (("n", wish.n, 10_000), ("days", wish.days, 400)):
        if not 1 <= amount <= most:
            raise InputError("spotcheck.field", field=name, value=str(amount), known=f"1–{most}")


def _head(name: str, lang: str) -> str:
    return str(catalogue()[f"spotcheck.column.{name}"][lang])
