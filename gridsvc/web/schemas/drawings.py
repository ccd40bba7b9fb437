"""What is drawn on the map: asked for and answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gridsvc.web.schemas.models import NO_NUL, Model

Place = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]
Ring = Annotated[list[Place], Field(min_length=4, max_length=5000)]


class PolygonIn(BaseModel):
    """A GeoJSON polygon."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=50)]


class LineIn(BaseModel):
    """A GeoJSON line."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Place], Field(min_length=2, max_length=5000)]


class WordsIn(BaseModel):
    """What is known of a shape."""

    name: str = Field("", max_length=40, pattern=NO_NUL)
    kind: str | None = Field(None, max_length=20, pattern=NO_NUL)
    code: str | None = Field(None, max_length=12, pattern="^[0-9]*$")


class ShapeIn(BaseModel):
    """A GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    properties: WordsIn = WordsIn(name="", kind=None, code=None)
    geometry: PolygonIn | LineIn


class DrawingIn(BaseModel):
    """Shapes drawn in an area; ``what``: cells, special, estates, barriers (lines) or areas."""

    what: str = Field(pattern="^(cells|special|estates|barriers|areas)$")
    area: str = Field(min_length=1, max_length=64, pattern=NO_NUL)
    name: str = Field("", max_length=80, pattern=NO_NUL)
    replaces: int | None = Field(None, ge=1, le=2**62)
    features: Annotated[list[ShapeIn], Field(min_length=1, max_length=300)]


class DrawnOut(Model):
    """A draft, or how many records were written; ground of the area that no cell has, in m²."""

    division_id: int | None
    written: int
    open_m2: float
    rejects: list[dict[str, Any]]
