"""What an officer has to visit in a week or a day (走访计划): as rows, as a workbook that comes back filled in
(走访登记表), as a page to print."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from gridsvc import paths
from gridsvc.domain import crs, planning, tasknumber
from gridsvc.domain.planning import Open
from gridsvc.errors import InputError, LimitError, MissingError
from gridsvc.services import codelists, ground, mapdata, targets
from gridsvc.store.tx import Caller, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.domain.planning import Line
    from gridsvc.render.scene import Scene
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx

FORMATS = (".xlsx", ".html")
SPANS = ("week", "day")
MOST = 20_000  # open obligations of one officer
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Plan:
    """Lines of a plan in the order of the walk. ``words`` are the names of the codes in its lines, ``offered``
    those that may be chosen, ``fulfil`` the outcomes that count; ``scene`` the map
    of the officer's cells in metres, ``points`` where each line is there (NaN where no place is known)."""

    officer: Row
    posts: list[Row]
    start: dt.date
    last: dt.date
    made_by: str
    made_at: str
    lines: list[dict[str, Any]]
    words: dict[str, dict[str, str]]
    offered: dict[str, dict[str, str]]
    fulfil: list[str]
    scene: Scene | None = None
    points: Any = None


def make(
    db: Database, caller: Caller, officer: str | None = None, *, span: str = "week", as_of: dt.date | None = None,
    everything: bool = False, drawn: bool = False,
) -> Plan:  # fmt: skip
    """The plan of an officer (number or name; the caller's own without one) from today to Sunday, or for today.

    ``everything``: also what has its turn in a later week. ``drawn``: with the map. Whoever takes it is written down.

    Raises:
        InputError: ``plan.span``, ``plan.officers``; MissingError:
            ``plan.officer.unknown``, ``plan.post``; LimitError: ``plan.many``.
    """
    if span not in SPANS:
        raise InputError("plan.span", value=span, known=", ".join(SPANS))
    with begin(db, caller, "rows", budget_ms=db.settings.budget_ms * 3) as tx:
        today = as_of or ground.today(tx)
        last = today if span == "day" else today + dt.timedelta(days=6 - today.weekday())
        who = officer_of(tx, officer)
        posts = tx.rows("plan/posts", officer=who["id"], day=today)
        if not posts:
            raise MissingError("plan.post", name=who["name"], number=who["number"] or "", day=today.isoformat())
        keys = sorted({p["cell_key"] for p in posts})
        rows = tx.rows("plan/open", posts=[p["id"] for p in posts], keys=keys, today=today, last=last,
                       most=MOST + 1)  # fmt: skip
        if len(rows) > MOST:
            raise LimitError("plan.many", most=MOST)
        told = targets.named(tx, {(r["target"], r["target_id"]) for r in rows})
        epsg, xy = _metres(told)
        known = codelists.outcomes(tx)
        open_ = [
            _open(r, told[key], xy[key], known.not_found)
            for r in rows
            if (key := (r["target"], r["target_id"])) in told
        ]
        found = planning.lines(open_, today, last, everything=everything)
        now = dt.datetime.now(dt.UTC)
        tried = {(r["target"], r["target_id"]): r["tried"] for r in rows if r["tried"]}
        lines = [_shown(k, one, told, tried, today, now) for k, one in enumerate(found, 1)]
        scene = _scene(tx, keys, today, epsg) if drawn else None
        points = np.array([one.xy or (np.nan, np.nan) for one in found], dtype=float).reshape(-1, 2)
        tx.audit("plan", entity="officer", row_id=who["id"], detail={"from": today.isoformat(), "lines": len(lines)})
        stamp = now.astimezone(ZoneInfo(ground.zone(tx))).strftime("%Y-%m-%d %H:%M")
        words, offered = (codelists.names(tx, english=language() != "zh", offered=o) for o in (False, True))
        return Plan(who, posts, today, last, tx.who.login, stamp, lines, words, offered, known.fulfil, scene, points)


def file(db: Database, caller: Caller, path: Path, officer: str | None = None, **how: Any) -> Plan:
    """The plan as a workbook (XLSX) to be filled in and imported, or as a page (HTML) to be printed.

    Raises:
        InputError: ``plan.format``; and as :func:`make`.
    """
    from gridsvc.render import planbook, planpage

    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError("plan.format", value=suffix or path.name, known=", ".join(FORMATS))
    plan = make(db, caller, officer, drawn=suffix == ".html", **how)
    with paths.whole(path) as part:
        if suffix == ".xlsx":
            planbook.write(part, head(plan), plan.lines, plan.words, number=word_of(plan.officer),
                           offered=plan.offered, fulfil=plan.fulfil)  # fmt: skip
        else:
            text = planpage.html(head(plan), plan.lines, plan.words, plan.offered, plan.scene, plan.points)
            part.write_text(text, encoding="utf-8")
    return plan


def head(plan: Plan) -> dict[str, str]:
    """What stands above the list: whose, where, from when to when, who took it."""
    places = "、".join(f"{p['name']} {p['code']}" for p in plan.posts)
    days = plan.start.isoformat() if plan.start == plan.last else f"{plan.start} – {plan.last}"
    who = f"{plan.officer['name']} {plan.officer['number'] or ''}".strip()
    return {t("plan.officer_is"): who, t("plan.cells"): places,
            t("plan.days"): days, t("seen.by"): plan.made_by, t("seen.at"): plan.made_at}  # fmt: skip


def as_data(plan: Plan) -> dict[str, Any]:
    """A plan as plain values."""
    return {"officer": {"id": plan.officer["id"], "number": plan.officer["number"], "name": plan.officer["name"]},
            "posts": [{"code": p["code"], "name": p["name"], "kind": p["kind"]} for p in plan.posts],
            "start": plan.start, "last": plan.last, "lines": plan.lines}  # fmt: skip


def word_of(officer: Row) -> str:
    """By what an import finds an officer again."""
    return str(officer["number"] or officer["name"])


def posts_of(tx: Tx, word: str, day: dt.date | None) -> list[Row]:
    """The posts on cells and areas that an officer has on a day, without one all she ever had; one name may be
    several officers.

    Raises:
        MissingError: ``plan.officer.unknown``.
    """
    found = _named(tx, word, ever=day is None)
    if not found:
        raise MissingError("plan.officer.unknown", value=word)
    return [p for o in found for p in tx.rows("plan/posts", officer=o["id"], day=day)]


def officer_of(tx: Tx, word: str | None) -> Row:
    """The officer with a number or name, without one the caller herself.

    Raises:
        MissingError: ``plan.officer.unknown``; InputError: ``plan.officers``.
    """
    found = _named(tx, word, ever=False)
    if not found:
        raise MissingError("plan.officer.unknown", value=word or tx.who.login)
    if len(found) > 1:
        raise InputError("plan.officers", value=word, known="、".join(str(r["number"]) for r in found))
    return found[0]


def _named(tx: Tx, word: str | None, *, ever: bool) -> list[Row]:
    """Officers with a number or name: herself or those of the caller's ground, before those who only stand in."""
    found = tx.rows("plan/officer", word=word, user_id=tx.who.user_id, ever=ever)
    own = [o for o in found if o["own"] or tx.who.covers(o["cell_key"], o["cell_key"] + 1)]
    return own or found


def _metres(
    told: dict[tuple[str, int], dict[str, Any]],
) -> tuple[int, dict[tuple[str, int], tuple[float, float] | None]]:
    """Places in metres, and the system that they are in."""
    out: dict[tuple[str, int], tuple[float, float] | None] = dict.fromkeys(told)
    known = {k: v for k, v in told.items() if v["lon"] is not None}
    if not known:
        return crs.WGS84, out
    points = shapely.points([(v["lon"], v["lat"]) for v in known.values()])
    epsg = crs.metric_of(points)
    for key, (x, y) in zip(known, shapely.get_coordinates(crs.transform(points, crs.WGS84, epsg)), strict=True):
        out[key] = (float(x), float(y))
    return epsg, out


def _open(row: Row, told: dict[str, Any], xy: tuple[float, float] | None, not_found: list[str]) -> Open:
    return Open(
        row["code"], row["name"], row["target"], row["target_id"], row["opens"], row["due"], row["until"],
        tuple(row["activity"]), tuple(row["modes"]), row["document"], row["minutes"], row["missing"],
        told["home"], told["household"], xy, row["tried"] in not_found,
    )  # fmt: skip


def _shown(
    k: int, line: Line, told: dict[tuple[str, int], dict[str, Any]], tried: dict[tuple[str, int], str],
    today: dt.date, now: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    """A line as people read it, with its number."""
    one = told[(line.of[0].target, line.of[0].target_id)]
    who = [told[(o.target, o.target_id)]["name"] for o in line.of if o.target == "person"]
    who = who or [told[(o.target, o.target_id)]["name"] for o in line.of if o.target == "household"] or [one["name"]]
    late = (today - line.by).days
    # a form is told from another by the second it was made in, its lines by their place
    task = tasknumber.written(line.target, line.target_id, line.activity, f"{_base36(now)}{k:03d}")
    return {
        "task": task, "row": k, "target": line.target, "target_id": line.target_id,
        "name": "、".join(dict.fromkeys(who)),
        "place": one["place"], "activity": line.activity, "modes": sorted(m for m in line.modes if m),
        "minutes": line.minutes, "document": any(o.document for o in line.of),
        "rules": list(dict.fromkeys(o.name for o in line.of)),
        "obligations": [{"rule": o.rule, "target": o.target, "target_id": o.target_id, "opens": o.opens, "due": o.due}
                        for o in line.of],
        "by": line.by, "late": max(late, 0), "lon": one["lon"], "lat": one["lat"],
        "tried": next((tried[o.target, o.target_id] for o in line.of if (o.target, o.target_id) in tried), None),
    }  # fmt: skip


def _base36(now: dt.datetime) -> str:
    n, out = int((now - _EPOCH).total_seconds()), ""
    while n:
        n, digit = divmod(n, 36)
        out = _DIGITS[digit] + out
    return out


def _scene(tx: Tx, keys: list[int], day: dt.date, epsg: int) -> Scene | None:
    """The ground of the officer's cells; None for posts on areas only."""
    from gridsvc.render.scene import Scene

    cells = tx.frame("plan/cells", keys=keys, day=day)
    if cells.empty:
        return None
    shapes = np.asarray(shapely.from_wkb(cells["wkb"].to_numpy(dtype=object)), dtype=object)
    epsg = crs.metric_of(shapes) if epsg == crs.WGS84 else epsg
    return Scene(
        np.asarray(crs.transform(shapes, crs.WGS84, epsg), dtype=object), [""] * len(shapes),
        mapdata.drawn(tx, shapely.union_all(shapes), epsg),
    )  # fmt: skip
