"""What is drawn on the map from nothing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from fastapi import APIRouter, Response

from gridsvc.services import drawing
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.drawings import DrawingIn, DrawnOut, LineIn

router = APIRouter(prefix="/api/v1/drawings", tags=["divisions"])


@router.post("", response_model=DrawnOut, status_code=201, **needs("divide"))
def save(db: Db, who: Me, body: DrawingIn) -> Response:
    """Areas, estates, barriers, basic or special cells drawn by hand; polygons are made to fit their neighbours."""
    shapes = [
        shapely.linestrings(f.geometry.coordinates) if isinstance(f.geometry, LineIn)
        else shapely.Polygon(f.geometry.coordinates[0], f.geometry.coordinates[1:])
        for f in body.features
    ]  # fmt: skip
    words = [f.properties.model_dump() for f in body.features]
    frame = gpd.GeoDataFrame(words, geometry=np.array(shapes, dtype=object), crs=4326)
    done = drawing.save(db, who, body.what, body.area, frame, name=body.name, replaces=body.replaces)
    return answer(done, 201)
