"""Raw rows of text into typed records: what is good goes on, what is bad says which field, which value and why.

One table in, two tables out; nothing is guessed silently and no row is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs, geometry, people, values
from gridsvc.domain.frames import ColumnMap, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsvc.domain.fieldcrypt import FieldKey

    Mask = NDArray[np.bool_]
    Places = tuple[NDArray[np.float64], NDArray[np.float64], Any]  # lon, lat, shapes or None

FAULTS = ["row_no", "field", "value", "reason"]


@dataclass(frozen=True)
class Rules:
    """What the rows are read by: zone of bare times, coordinate system, code tables of the installation."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    day_first: bool = False
    source_crs: int | str = crs.WGS84
    status_words: dict[str, str] = field(default_factory=dict)
    base_words: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    ages: dict[str, tuple[int, int]] = field(default_factory=dict)
    key: FieldKey | None = None
    layer: str | None = None
    ignore_unknown: bool = False
    repair: bool = False
    now: pd.Timestamp = field(default_factory=lambda: pd.Timestamp.now("UTC"))


@dataclass(frozen=True)
class Taken:
    """``frame``: typed columns, row_no, lon, lat (NaN where no place is known) and, for shapes, geom.

    ``faults``: one row a fault (row_no, field, value, reason); ``warnings``: reason → number of rows.
    """

    frame: pd.DataFrame
    faults: pd.DataFrame
    warnings: dict[str, int]


class Sheet:
    """One batch while it is read: typed columns grow, faults gather."""

    def __init__(self, kind: Kind, raw: pa.RecordBatch, mapping: ColumnMap, rules: Rules) -> None:
        self.kind, self.rules, self.mapping = kind, rules, mapping
        names = [*mapping.columns.values(), *mapping.categories.values(), "__row"]
        self.raw = raw.select(list(dict.fromkeys(names))).to_pandas()
        self.row_no = self.raw["__row"].to_numpy()
        self.wkb = raw.column("__wkb") if "__wkb" in raw.schema.names else None
        self.fault = raw.column("__fault") if "__fault" in raw.schema.names else None
        self.columns: dict[str, Any] = {}
        self.exactness: dict[str, pd.Series] = {}
        self._faults: list[pd.DataFrame] = []
        self._left_out = np.zeros(len(self.raw), dtype=bool)
        self.warnings: dict[str, int] = {}

    def text(self, name: str) -> pd.Series:
        """The raw text of a field; all missing where no column serves it."""
        column = self.mapping.columns.get(name)
        if column is None:
            return pd.Series(None, index=self.raw.index, dtype="str")
        return values.clean(self.raw[column])

    def bad(self, mask: Mask | pd.Series, name: str, reason: str, value: pd.Series | None = None) -> None:
        """Note a fault in every row of ``mask``."""
        rows = np.flatnonzero(np.asarray(mask, dtype=bool))
        if len(rows):
            shown = (self.text(name) if value is None else value).iloc[rows].astype("str").str.slice(0, 200)
            frame = pd.DataFrame(
                {"row_no": self.row_no[rows], "field": name, "value": shown.to_numpy(), "reason": reason}
            )
            self._faults.append(frame)

    def nothing(self) -> pd.Series:
        """A value for faults that have none to show."""
        return pd.Series(None, index=self.raw.index, dtype="str")

    def is_bad(self) -> Mask:
        """Rows that have a fault already."""
        known = [f["row_no"] for f in self._faults]
        return np.isin(self.row_no, pd.concat(known).to_numpy()) if known else np.zeros(len(self.raw), dtype=bool)

    def leave_out(self, mask: pd.Series, reason: str) -> None:
        """Rows that gridsvc does not take and nobody has to mend; counted as a warning."""
        self._left_out |= mask.fillna(False).to_numpy(dtype=bool)
        self.warn(reason, int(mask.sum()))

    def warn(self, reason: str, rows: int) -> None:
        """Count rows that are taken but worth a word."""
        if rows:
            self.warnings[reason] = self.warnings.get(reason, 0) + int(rows)

    def taken(self) -> Taken:
        """What has been read so far, split into good rows and faults."""
        faults = pd.concat(self._faults, ignore_index=True) if self._faults else pd.DataFrame(columns=FAULTS)
        faults = faults[~faults["row_no"].isin(self.row_no[self._left_out])]
        if self.exactness:
            self.columns["date_precision"] = self._precision()
        frame = pd.DataFrame({"row_no": self.row_no, **self.columns})
        good = ~frame["row_no"].isin(faults["row_no"]) & ~self._left_out
        return Taken(frame[good].reset_index(drop=True), faults, self.warnings)

    def _precision(self) -> pd.Series:
        """Which dates are only a month or a year: ``{"moved_in": "month"}`` as text, missing where all are days."""
        said = pd.Series("", index=self.raw.index, dtype="str")
        for name, exact in self.exactness.items():
            said = said + (f',"{name}":"' + exact + '"').where(exact.notna(), "")
        return ("{" + said.str.slice(1) + "}").where(said != "")


def read_fields(sheet: Sheet) -> None:
    """Parse every mapped field by its type; a required one that is empty is a fault."""
    for name, spec in sheet.kind.fields.items():
        if spec.type in ("lon", "lat", "geom"):
            continue
        text = sheet.text(name)
        if spec.type in _READERS:
            parsed, wrong = _READERS[spec.type](sheet, name, text)
            if spec.type == "int" and spec.list:
                wrong = wrong | (parsed > int(spec.list)).fillna(False).to_numpy(dtype=bool)
            secret = sheet.nothing() if spec.protection == "sensitive" else None
            if spec.type == "id_no" and np.any(lost := people.spoiled_numbers(text)):
                sheet.bad(lost, name, "value.id_no_spoiled", secret)
                wrong = wrong & ~lost
            sheet.bad(wrong, name, f"value.{spec.type}", secret)
            sheet.columns[name] = parsed
        elif spec.type == "code":
            sheet.columns[name] = _codes(sheet, name, str(spec.list), text)
        else:
            sheet.bad(text.str.len().fillna(0) > values.TEXT_MAX, name, "value.long")
            if spec.type == "key":
                spoiled = text.str.match(_SPOILED).fillna(False)
                sheet.bad(spoiled, name, "value.key_spoiled")
            sheet.columns[name] = _TIDY[name](text) if name in _TIDY else text
        if spec.type == "time":
            _plausible(sheet, name, 1970)
        elif spec.type == "date":
            _plausible(sheet, name, 1850)
        if spec.required:
            sheet.bad(text.isna(), name, "value.missing")


def _codes(sheet: Sheet, name: str, table: str, text: pd.Series) -> pd.Series:
    """Codes of words; a word that the table does not know is a fault."""
    words = sheet.rules.codes.get(table, {})
    code = values.half_width(text).str.lower().map(words).astype("str")
    sheet.bad(text.notna() & code.isna(), name, "value.code")
    return code


def _dates(sheet: Sheet, name: str, text: pd.Series) -> tuple[pd.Series, Mask]:
    """Days without a zone: 2024-03-05 is that day wherever one is. How exact each is, is kept."""
    parsed, wrong, exact = values.dates(text, _NO_ZONE, sheet.rules.day_first, last=name in _LAST)
    sheet.exactness[name] = exact
    sheet.warn("date.month_one", int(text.str.match(r"^\d{4}\.1$").fillna(False).sum()))
    return parsed, wrong


def _instants(sheet: Sheet, _name: str, text: pd.Series) -> tuple[pd.Series, Mask]:
    """Instants; a visit was in the past, so that its day needs no year."""
    if sheet.kind.name == "visit":
        text, added = values.with_year(text, sheet.rules.now.tz_convert(sheet.rules.zone).date())
        sheet.warn("date.year_added", added)
    return values.instants(text, sheet.rules.zone, sheet.rules.day_first)


def _plausible(sheet: Sheet, name: str, since: int) -> None:
    parsed = sheet.columns[name]
    latest = sheet.rules.now + pd.Timedelta(days=3660)
    if parsed.dt.tz is None:
        latest = latest.tz_localize(None)
    far = parsed.notna() & ((parsed.dt.year < since) | (parsed > latest))
    sheet.bad(far, name, "value.time_range")


_NO_ZONE = ZoneInfo("UTC")
# dates that end something: a month stands for its last day
_LAST = ("ends", "use_to", "due_on", "closed_on")
_SPOILED = r"^\d(?:\.\d+)?[eE]\+\d{2}$"  # a long number that a spreadsheet shortened
_READERS: dict[str, Callable[[Sheet, str, pd.Series], tuple[pd.Series, Mask]]] = {
    "int": lambda _sheet, _name, text: values.integers(text),
    "number": lambda _sheet, _name, text: values.numbers(text),
    "time": _instants,
    "date": _dates,
    "flag": lambda _sheet, _name, text: values.flags(text),
    "id_no": lambda _sheet, _name, text: people.identity_numbers(text),
    "phone": lambda _sheet, _name, text: people.telephones(text),
}
_TIDY: dict[str, Callable[[pd.Series], pd.Series]] = dict.fromkeys(
    ("head", "contact", "responsible"), values.closed_up
)
_TIDY |= dict.fromkeys(("building_no", "unit_no", "unit", "room", "housenumber", "household_no"), values.door_parts)


def read_places(sheet: Sheet, *, shapes: bool, needed: bool) -> None:
    """Places in lon/lat: from the file's geometry, otherwise from the coordinate columns.

    With ``shapes`` the geometry itself is kept in ``geom``. ``needed``: a row without a place is a fault; otherwise
    it stays, unlocated. Sets lon, lat (NaN where there is none).
    """
    lon, lat, geoms = _from_columns(sheet) if sheet.wkb is None else _from_shapes(sheet)
    sheet.columns["lon"], sheet.columns["lat"] = lon, lat
    if needed:
        sheet.bad(np.isnan(lon) & ~sheet.is_bad(), "geom", "geometry.missing", sheet.nothing())
    if shapes:
        if geoms is None:
            geoms = np.array([None] * len(lon), dtype=object)
            has = ~np.isnan(lon)
            geoms[has] = shapely.points(lon[has], lat[has])
        sheet.columns["geom"] = geoms


def _from_shapes(sheet: Sheet) -> Places:
    """Usable lon/lat shapes and a point inside each; what is broken, wild or invalid is a fault with its reason."""
    raw = sheet.wkb.to_pylist() if sheet.wkb is not None else []
    geoms: Any = np.array(shapely.from_wkb(np.asarray(raw, dtype=object)), dtype=object)
    why = sheet.fault.to_pandas() if sheet.fault is not None else sheet.nothing()
    for reason in why.dropna().unique():
        sheet.bad(why == reason, "geom", str(reason), sheet.nothing())
    geoms = np.array(crs.transform(geoms, sheet.rules.source_crs, crs.WGS84), dtype=object)
    wild = ~geometry.in_world(geoms) | ~geometry.finite(geoms)
    if wild.any():
        sheet.bad(wild, "geom", "geometry.outside_world", _shown(geoms))
        geoms[wild] = None
    invalid = geometry.troubles(geoms)
    if len(invalid.index) and sheet.rules.repair:
        geoms[invalid.index] = geometry.repair(geoms[invalid.index])
        sheet.warn("geometry.repaired", len(invalid.index))
    elif len(invalid.index):
        mask = np.zeros(len(geoms), dtype=bool)
        mask[invalid.index] = True
        sheet.bad(mask, "geom", "geometry.invalid", _reasons(invalid, len(geoms)))
    usable = ~(shapely.is_missing(geoms) | shapely.is_empty(geoms))
    geoms[~usable] = None
    lonlat = np.full((len(geoms), 2), np.nan)
    inner = geometry.inside_points(geoms[usable])
    lonlat[usable] = np.column_stack([shapely.get_x(inner), shapely.get_y(inner)])
    return lonlat[:, 0], lonlat[:, 1], geoms


def _from_columns(sheet: Sheet) -> Places:
    """Lon/lat from two columns of numbers; half a pair, no number, swapped or impossible ones are faults."""
    read = values.degrees if sheet.rules.source_crs in crs.DEGREES else values.numbers
    x_text, bad_x = read(sheet.text("lon"))
    y_text, bad_y = read(sheet.text("lat"))
    sheet.bad(bad_x, "lon", "value.number")
    sheet.bad(bad_y, "lat", "value.number")
    x, y = x_text.to_numpy(dtype=float).copy(), y_text.to_numpy(dtype=float).copy()
    half = (np.isnan(x) != np.isnan(y)) & ~bad_x & ~bad_y
    sheet.bad(half, "lon", "geometry.half")
    nothing = (x == 0) & (y == 0)  # what devices write when they do not know
    sheet.warn("geometry.zero", int(nothing.sum()))
    x[nothing | half | np.isnan(y)] = np.nan
    y[np.isnan(x)] = np.nan
    if sheet.rules.source_crs in crs.DEGREES:
        with np.errstate(invalid="ignore"):
            swapped = (np.abs(x) <= 90) & (np.abs(y) > 90) & (np.abs(y) <= 180)
        sheet.bad(swapped, "lon", "geometry.swapped")
        x[swapped] = y[swapped] = np.nan
    if sheet.rules.source_crs not in crs.GEOGRAPHIC:
        has = ~np.isnan(x)
        through = crs.transformer(sheet.rules.source_crs, crs.WGS84)
        x[has], y[has] = through.transform(x[has], y[has])
    with np.errstate(invalid="ignore"):
        wild = ~np.isnan(x) & ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    sheet.bad(wild, "lon", "geometry.outside_world")
    x[wild] = y[wild] = np.nan
    return x, y, None


def _shown(geoms: NDArray[np.object_]) -> pd.Series:
    with np.errstate(invalid="ignore"):
        west, south, _, _ = shapely.bounds(geoms).T
    return pd.Series(west).astype("str") + " " + pd.Series(south).astype("str")


def _reasons(found: geometry.Trouble, n: int) -> pd.Series:
    text = pd.Series("", index=range(n), dtype="object")
    places = [f"{r} [{x:.7f} {y:.7f}]" for r, x, y in zip(found.reason, found.x, found.y, strict=True)]
    text.iloc[found.index] = places
    return text


def natural_key(parts: list[pd.Series]) -> pd.Series:
    """A key from the content, for lists without one: the same content has the same key in every file."""
    joined = parts[0].astype("str").fillna("")
    for part in parts[1:]:
        joined = joined + "\x1f" + part.astype("str").fillna("")
    digest = pd.util.hash_array(joined.to_numpy(dtype=object), encoding="utf8")
    return "n" + pd.Series([f"{d:016x}" for d in digest], index=joined.index, dtype="str")
