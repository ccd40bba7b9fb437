"""Divisions: listed, drafted, imported, checked, published."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import shapely
from fastapi import APIRouter, Path, Query, Response

from gridsvc.domain.sheets import plain_rows
from gridsvc.services import dividing, divisions, editing, handover, jobs, lineage
from gridsvc.web.answers import FILES, GEOJSON, answer, download, geojson
from gridsvc.web.deps import Db, Limit, Me, needs
from gridsvc.web.routes.areas import Inside
from gridsvc.web.schemas.divisions import (
    Accepted,
    BorderIn,
    CheckOut,
    DivideIn,
    DivisionOut,
    EditedOut,
    MergeIn,
    PreviewIn,
    PublishIn,
    RestoredOut,
    SplitIn,
)  # fmt: skip
from gridsvc.web.schemas.models import Page

if TYPE_CHECKING:
    from pathlib import Path as FilePath

router = APIRouter(prefix="/api/v1/divisions", tags=["divisions"])
Number = Annotated[int, Path(ge=1, le=2**62)]
Status = Annotated[str | None, Query(pattern="^(draft|published|retired)$")]


def accepted(number: int) -> Response:
    """202 with the address of the job."""
    href = f"/api/v1/jobs/{number}"
    return answer({"job": number, "href": href}, 202, {"Location": href})


@router.get("", response_model=Page[DivisionOut], **needs("read"))
def list_divisions(
    db: Db, who: Me, inside: Inside = None, status: Status = None, limit: Limit = 100,
    before: Annotated[int, Query(ge=1, le=2**62)] = 2**62,
) -> Response:  # fmt: skip
    """Divisions, the newest first."""
    found = divisions.listing(db, who, area=inside, status=status, before=before, most=limit)
    following = found[-1]["id"] if len(found) == limit else None
    return answer({"items": found, "next": following})


@router.post("", response_model=Accepted, status_code=202, **needs("divide"))
def divide(db: Db, who: Me, body: DivideIn) -> Response:
    """Draft a division of every lowest area inside an area; a job."""
    names = ("size_m", "resolution", "target", "cells")
    recipe = {k: getattr(body, k) for k in ("method", *names, "tolerance", "least", "most", "seed")}
    sized = any(recipe[n] is not None for n in names)
    if sized or body.method:
        divisions.recipe(**recipe)
    limits = {k: recipe[k] for k in ("tolerance", "least", "most", "seed")}
    wishes = {k: getattr(body, k) for k in dividing.WISHES if k != "limits"} | {"limits": limits}
    params = {"area": body.area, "recipe": recipe if sized else None, **wishes}
    return accepted(jobs.submit(db, who, "divide", params, body.area))


@router.get("/{number}", response_model=DivisionOut, **needs("read"))
def one(db: Db, who: Me, number: Number) -> Response:
    """One division with its figures."""
    return answer(divisions.one(db, who, number))


@router.delete("/{number}", status_code=204, **needs("divide"))
def discard(db: Db, who: Me, number: Number) -> Response:
    """Throw a draft away."""
    divisions.discard(db, who, number)
    return Response(status_code=204)


@router.get("/{number}/cells", **needs("read", GEOJSON))
def cells(db: Db, who: Me, number: Number) -> Response:
    """Its cells as GeoJSON."""
    return geojson(divisions.cells(db, who, number))


@router.get("/{number}/check", response_model=CheckOut, **needs("read"))
def check(db: Db, who: Me, number: Number) -> Response:
    """The proof: gaps, overlaps, slivers, cut buildings, in m²."""
    found = divisions.check(db, who, number)
    troubles = plain_rows(found.troubles.drop(columns="geometry").head(1000))
    return answer({"clean": found.clean, "figures": found.figures, "troubles": troubles})


@router.post("/{number}/publish", response_model=Accepted, status_code=202, **needs("divide"))
def publish(db: Db, who: Me, number: Number, body: PublishIn) -> Response:
    """Bring a draft into force; a job."""
    row = divisions.one(db, who, number)
    params = {"division_id": number, "from": body.start.isoformat() if body.start else None}
    return accepted(jobs.submit(db, who, "publish", params, row["area_code"]))


@router.post("/{number}/retire", response_model=Accepted, status_code=202, **needs("divide"))
def retire(db: Db, who: Me, number: Number, body: PublishIn) -> Response:
    """End a division without another one in its place; a job."""
    row = divisions.one(db, who, number)
    params = {"division_id": number, "from": body.start.isoformat() if body.start else None}
    return accepted(jobs.submit(db, who, "retire", params, row["area_code"]))


@router.get("/{number}/handover", **needs("export", FILES["xlsx"]))
def handed_over(db: Db, who: Me, number: Number) -> Response:
    """交接单: the doors that each officer hands over and takes over, a sheet each."""

    def make(path: FilePath) -> str:
        found = handover.write(db, who, number, path)
        return f"交接单-{found.area_name}-{found.day:%Y%m%d}.xlsx"

    return download(make, "xlsx")


@router.post("/{number}/split", response_model=EditedOut, **needs("divide"))
def split(db: Db, who: Me, number: Number, body: SplitIn) -> Response:
    """Cut a cell in two along a line; of a division in force a draft is made."""
    return answer(asdict(editing.split(db, who, number, body.cell, shapely.linestrings(body.line))))


@router.post("/{number}/preview", **needs("divide", GEOJSON))
def preview(db: Db, who: Me, number: Number, body: PreviewIn) -> Response:
    """The two cells that a line would make, with their loads; nothing is changed."""
    return geojson(editing.preview(db, who, number, body.cells, shapely.linestrings(body.line)))


@router.post("/{number}/merge", response_model=EditedOut, **needs("divide"))
def merge(db: Db, who: Me, number: Number, body: MergeIn) -> Response:
    """Join neighbouring cells."""
    return answer(asdict(editing.merge(db, who, number, body.cells)))


@router.post("/{number}/border", response_model=EditedOut, **needs("divide"))
def move_border(db: Db, who: Me, number: Number, body: BorderIn) -> Response:
    """Draw the border between two neighbours anew."""
    return answer(asdict(editing.move_border(db, who, number, *body.cells, shapely.linestrings(body.line))))


@router.post("/{number}/renumber", response_model=EditedOut, **needs("divide"))
def renumber(db: Db, who: Me, number: Number) -> Response:
    """Numbers in reading order again, in a first draft."""
    return answer(asdict(editing.renumber(db, who, number)))


@router.post("/{number}/restore", response_model=RestoredOut, status_code=201, **needs("divide"))
def restore(db: Db, who: Me, number: Number) -> Response:
    """A draft with the cells of a division that was in force; publishing it takes the area back."""
    return answer({"division_id": lineage.restore(db, who, number)}, 201)
