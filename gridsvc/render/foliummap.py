"""Map files that need no network: folium with Leaflet inside the file and the ground drawn from our own features."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element, Figure

from gridsvc import paths
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

PAINT = {
    "landuse": {
        "park": "#cfe8c4",
        "green": "#dcefd2",
        "wood": "#bfdcb0",
        "residential": "#f0ece6",
        "commercial": "#f7e9e4",
        "industrial": "#ece7f0",
        "school": "#fdf3cf",
        "hospital": "#fbe3e3",
        "parking": "#eceef0",
        "square": "#f3f1ec",
        "sport": "#d6ecd9",
    },
    "water": "#b5d8f0",
    "building": "#d8d2c8",
    "rail": "#8a8a8a",
    "road": {"major": "#f6c667", "minor": "#ffffff"},
}
_NO_COLOUR = "#f2f2f2"


def new_map(bounds: tuple[float, float, float, float], title: str) -> folium.Map:
    """An empty map over lon/lat ``bounds`` that asks no other host for anything."""
    west, south, east, north = bounds
    out = folium.Map(
        tiles=None, control_scale=True, prefer_canvas=True, location=[(south + north) / 2, (west + east) / 2],
        zoom_snap=0.25, zoom_delta=0.5, attribution_control=False,
    )  # fmt: skip
    # folium links its scripts and styles to CDNs; on an intranet they would be blank
    out.default_js, out.default_css = [], []
    figure = Figure(title=title)
    figure.add_child(out)
    head = figure.header
    head.add_child(Element(f"<style>{_vendor('leaflet/leaflet.css')}</style>"), name="leaflet_css")
    head.add_child(Element(f"<script>{_vendor('leaflet/leaflet.js')}</script>"), name="leaflet_js")
    head.add_child(Element(f"<style>{_STYLE}</style>"), name="own_css")
    figure.html.add_child(Element(f'<div class="gs-title">{escape(title)}</div>'))
    out.fit_bounds([[south, west], [north, east]], padding=(24, 24))
    return out


def _vendor(name: str) -> str:
    return paths.maps("vendor", name).read_text(encoding="utf-8")


def add_backdrop(target: folium.Map, frame: gpd.GeoDataFrame) -> None:
    """The ground: land use, water, railways, roads, buildings, in that order."""
    group = folium.FeatureGroup(name=t("map.base"))
    for layer in ("landuse", "water", "rail", "road", "building"):
        part = frame[frame["layer"] == layer]
        if len(part):
            slim = _slim(part[["kind", "geometry"]])
            folium.GeoJson(slim, style_function=_painter(layer), interactive=False, smooth_factor=0.5).add_to(group)
    group.add_to(target)


def _painter(layer: str) -> Any:
    def paint(feature: dict[str, Any]) -> dict[str, Any]:
        kind = feature["properties"]["kind"]
        colours = PAINT[layer]
        colour = colours.get(kind, "#eeeae4") if isinstance(colours, dict) else colours
        if layer in ("road", "rail"):
            weight = 4 if kind == "major" else 2
            return {"color": colour, "weight": weight if layer == "road" else 1.5, "opacity": 1, "fill": False}
        return {
            "stroke": layer == "water" and kind == "river",
            "color": colour,
            "weight": 2,
            "fillColor": colour,
            "fillOpacity": 1,
        }

    return paint


def add_classed(
    target: folium.Map,
    frame: gpd.GeoDataFrame,
    column: str,
    breaks: list[float],
    colours: tuple[str, ...],
    title: str,
    tooltip: dict[str, str],
    percent: bool = False,
) -> None:
    """Shapes coloured by classes of ``column`` with a legend; ``tooltip`` is column → label."""
    shown = frame[[*dict.fromkeys([column, *tooltip]), "geometry"]].copy()
    at = np.searchsorted(np.array(breaks), shown[column].to_numpy(dtype=float), side="left")
    empty = shown[column].isna().to_numpy() | ((shown[column].to_numpy(dtype=float) <= 0) & (not percent))
    palette = np.array([*colours[: len(breaks)], _NO_COLOUR], dtype=object)
    shown["__colour"] = np.where(empty, _NO_COLOUR, palette[np.minimum(at, max(len(breaks) - 1, 0))])
    shown["__opacity"] = np.where(empty, 0.05, 0.75)
    for name in tooltip:
        shown[name] = _text(shown[name], percent and name == column)
    slim = _slim(shown)
    folium.GeoJson(
        slim,
        name=title,
        style_function=lambda f: {"color": "#5b6573", "weight": 0.6, "fillColor": f["properties"]["__colour"],
                                  "fillOpacity": f["properties"]["__opacity"]},
        highlight_function=lambda _: {"weight": 2.5, "color": "#1f2d3d"},
        tooltip=folium.GeoJsonTooltip(list(tooltip), [f"{v}：" for v in tooltip.values()], sticky=True),
    ).add_to(target)  # fmt: skip
    _legend(target, title, breaks, colours, percent)


def add_outlines(
    target: folium.Map, frame: gpd.GeoDataFrame, name: str, tooltip: dict[str, str] | None = None
) -> None:
    """Borders only."""
    columns = list(tooltip or {})
    folium.GeoJson(
        _slim(frame[[*columns, "geometry"]]),
        name=name,
        style_function=lambda _: {"color": "#1c4f9c", "weight": 1.6, "fillOpacity": 0.02},
        tooltip=folium.GeoJsonTooltip(columns, [f"{v}：" for v in (tooltip or {}).values()], sticky=True)
        if tooltip
        else None,
    ).add_to(target)


def html(target: folium.Map) -> str:
    """The whole page."""
    folium.LayerControl(collapsed=True).add_to(target)
    return str(target.get_root().render())


def save(target: folium.Map, path: Path) -> None:
    """Write the page; it appears under its name only when it is whole."""
    with paths.whole(path) as part:
        part.write_text(html(target), encoding="utf-8")


def _slim(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Six digits (a decimetre) are enough to look at, and a third of the size."""
    shapes = shapely.set_precision(np.asarray(frame.geometry, dtype=object), 1e-6, mode="pointwise")
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _text(column: pd.Series, percent: bool) -> pd.Series:
    if percent:
        return column.map(lambda v: "—" if pd.isna(v) else f"{v:.1%}")
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda v: "—" if pd.isna(v) else f"{v:,.2f}".rstrip("0").rstrip("."))
    return column.astype(object).where(column.notna(), "—")


def _legend(target: folium.Map, title: str, breaks: list[float], colours: tuple[str, ...], percent: bool) -> None:
    low, rows = 0.0, []
    for bound, colour in zip(breaks, colours, strict=False):
        text = f"{low:.0%}–{bound:.0%}" if percent else f"{low:g}–{bound:g}"
        rows.append(f'<div><i style="background:{colour}"></i>{text}</div>')
        low = bound
    body = "".join(rows) or f"<div>{t('map.nothing')}</div>"
    root: Any = target.get_root()
    root.html.add_child(Element(f'<div class="gs-legend"><b>{title}</b>{body}</div>'))


_STYLE = """
html, body { margin: 0; height: 100%; font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.folium-map { position: absolute; inset: 0; background: #f7f5f1; }
.gs-title { position: absolute; z-index: 800; top: 12px; left: 60px; right: 70px; font-size: 16px; font-weight: 600;
  color: #1f2d3d; text-shadow: 0 0 4px #fff, 0 0 4px #fff, 0 0 4px #fff; pointer-events: none; }
.leaflet-control-layers-toggle { background: #fff url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
viewBox='0 0 24 24' fill='none' stroke='%23444' stroke-width='1.8'%3E%3Cpath d='M12 3l9 5-9 5-9-5 9-5zM3 12l9 5 9-5\
M3 16l9 5 9-5'/%3E%3C/svg%3E") center/22px no-repeat !important; }
.gs-legend { position: absolute; z-index: 800; left: 12px; bottom: 72px; background: #fffe; padding: 8px 12px;
  border-radius: 6px; box-shadow: 0 1px 6px #0003; font-size: 13px; line-height: 1.7; }
.gs-legend i { display: inline-block; width: 18px; height: 12px; margin-right: 8px; vertical-align: -1px;
  border: 1px solid #0002; }
.leaflet-tooltip { font-size: 13px; }
"""
