"""The report 按期办结率 as one HTML file: figures, map, tables, definitions; no network needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd

from gridsvc import paths
from gridsvc.domain.closing import MEASURES
from gridsvc.render import closingbook, foliummap
from gridsvc.text import language, t

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

RATE_BREAKS = [0.5, 0.7, 0.85, 0.9, 0.95, 1.0]
RATE_COLOURS = ("#b2182b", "#ef8a62", "#fddbc7", "#d1e5f0", "#67a9cf", "#2166ac")
MOST_ROWS = 2_000


def write(path: Path, head: dict[str, str], tables: dict[str, pd.DataFrame], total: dict[str, Any],
          limits: pd.DataFrame, overdue: pd.DataFrame, target: float, shapes: gpd.GeoDataFrame,
          backdrop: gpd.GeoDataFrame) -> None:  # fmt: skip
    """Write the page; arguments as for the workbook, with the shapes of one level for the map."""
    page = jinja2.Environment(autoescape=True).from_string(
        paths.maps("pages", "report.html").read_text(encoding="utf-8")
    )
    sheets = [
        _sheet(name, tables[name], target)
        for name in ("community", "town", "county", "cell", "class")
        if len(tables.get(name, ()))
    ]
    sheets += [_overdue(overdue), _limits(limits)]
    text = page.render(
        lang=language(),
        title=t("report.title"),
        area=head[t("report.head.area")],
        period=head[t("report.head.period")],
        made=f"{t('report.head.made')} {head[t('report.head.made')]}",
        cards=_cards(total, target),
        map_title=t("report.map"),
        map_html=_map(shapes, backdrop),
        sheets=sheets,
        definitions_title=t("report.sheet.definitions"),
        definitions=[
            (t(f"report.column.{n}"), t(f"report.define.{n}"))
            for n in [*MEASURES, "answerable", "rate", "now", "days"]
        ],
    )
    with paths.whole(path) as part:
        part.write_text(text, encoding="utf-8")


def _map(shapes: gpd.GeoDataFrame, backdrop: gpd.GeoDataFrame) -> str:
    bounds = tuple(float(v) for v in shapes.total_bounds)
    target = foliummap.new_map(bounds, t("report.map"))  # type: ignore[arg-type]
    foliummap.add_backdrop(target, backdrop)
    foliummap.add_classed(
        target, shapes, "rate", RATE_BREAKS, RATE_COLOURS, t("report.column.rate"),
        {"name": t("report.column.name"), "received": t("report.column.received"), "rate": t("report.column.rate"),
         "overdue": t("report.column.overdue")}, percent=True,
    )  # fmt: skip
    return foliummap.html(target)


def _cards(total: dict[str, Any], target: float) -> list[dict[str, str]]:
    rate = total.get("rate")
    mark = "" if rate is None else "good" if rate >= target else "bad"
    cards = [{"label": t("report.column.rate"), "value": "—" if rate is None else f"{rate:.1%}", "mark": mark},
             {"label": t("report.target"), "value": f"{target:.0%}", "mark": ""}]  # fmt: skip
    return cards + [
        {
            "label": t(f"report.column.{m}"),
            "value": f"{total[m]:,}",
            "mark": "bad" if m == "overdue" and total[m] else "",
        }
        for m in MEASURES
    ]


def _sheet(name: str, table: pd.DataFrame, target: float) -> dict[str, Any]:
    columns = ["code", "name", *MEASURES, "answerable", "rate"]
    rows = []
    for values in (
        table[columns].head(MOST_ROWS).astype(object).where(table[columns].notna(), None).to_numpy().tolist()
    ):
        cells = [{"text": v if i < 2 else f"{v:,}", "sort": v, "mark": ""} for i, v in enumerate(values[:-1])]
        rate = values[-1]
        mark = "" if rate is None else "good" if rate >= target else "bad"
        rows.append(
            [
                *cells,
                {"text": "—" if rate is None else f"{rate:.1%}", "sort": -1 if rate is None else rate, "mark": mark},
            ]
        )
    return {
        "title": t(f"report.sheet.{name}"),
        "head": [t(f"report.column.{c}") for c in columns],
        "rows": rows,
        "left": False,
    }


def _overdue(frame: pd.DataFrame) -> dict[str, Any]:
    names = ("days", "class", "title", "address", "due_at", "cell_code")
    labels = ["days", "class", "title", "address", "due_at", "cell"]
    table = frame.copy()
    if len(table):
        table["due_at"] = table["due_at"].dt.strftime("%Y-%m-%d %H:%M")
    rows = [
        [{"text": "" if v is None else v, "sort": "" if v is None else v, "mark": ""} for v in values]
        for values in table.reindex(columns=names)
        .astype(object)
        .where(table.reindex(columns=names).notna(), None)
        .to_numpy()
        .tolist()
    ]
    return {
        "title": t("report.sheet.overdue"),
        "head": [t(f"report.overdue.{c}") for c in labels],
        "rows": rows,
        "left": True,
    }


def _limits(frame: pd.DataFrame) -> dict[str, Any]:
    rows = [
        [
            {"text": v, "sort": v, "mark": ""}
            for v in (r.code, r.name_, r.received, closingbook.limit_text(r.limit), r.origin or "")
        ]
        for r in frame.astype(object).where(frame.notna(), None).rename(columns={"name": "name_"}).itertuples()
    ]
    head = [t(f"report.limit.{c}") for c in ("code", "name", "received", "limit", "origin")]
    return {"title": t("report.sheet.limits"), "head": head, "rows": rows, "left": True}
