"""Records of every kind: lists with filters, one record, made, changed (ETag), ended, merged."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import ConfigDict, Field, create_model

from gridsvc.services import codetables, entries, past
from gridsvc.web.answers import answer
from gridsvc.web.deps import AreaQuery, Box, Cursor, Db, Limit, Me, needs
from gridsvc.web.schemas.models import NO_NUL, EntryEnd, EntryMerge, EntryOut, FormerOut, Page, Reveal, Revealed

router = APIRouter(prefix="/api/v1", tags=["records"])
Number = Annotated[int, Path(ge=1, le=2**62)]
CellQuery = Annotated[str | None, Query(pattern=r"^[0-9]{2,16}$", description="网格编码 cell code")]
Word = Annotated[str | None, Query(max_length=100, pattern=NO_NUL)]
Reference = Annotated[int | None, Query(ge=1, le=2**62)]
IfMatch = Annotated[str | None, Header(max_length=40, description="读取时的 ETag the ETag that was read")]
_TYPES: dict[str, Any] = {"int": int, "number": float, "flag": bool, "lon": float, "lat": float}


async def _filters(
    class_: Annotated[str | None, Query(alias="class", pattern="^[0-9A-Za-z_]{1,20}$")] = None,
    state: Word = None,
    grade: Word = None,
    use: Word = None,
    residence: Word = None,
    relation: Word = None,
    name: Word = None,
    number: Word = None,
    target: Word = None,
    outcome: Word = None,
    building_id: Reference = None,
    dwelling_id: Reference = None,
    household_id: Reference = None,
    officer_id: Reference = None,
    target_id: Reference = None,
    q: Annotated[str | None, Query(min_length=1, max_length=60, pattern=NO_NUL, description="搜索 search")] = None,
    estate: Word = None,
    category: Annotated[str | None, Query(pattern="^[0-9]{1,4}$", description="服务类别 service category")] = None,
    assign_status: Annotated[str | None, Query(pattern="^(inside|border|overlap|outside)$")] = None,
    located: bool | None = None,
    current: Annotated[bool, Query(description="只列现存的 only what has not ended")] = True,
) -> dict[str, Any]:
    """What a list may be filtered by; a kind that has no such field says so."""
    found = {k: v for k, v in locals().items() if v is not None and k != "class_"}
    return found | ({"class": class_} if class_ is not None else {}) | {"current": True if current else None}


Filters = Annotated[dict[str, Any], Depends(_filters)]


def _body(kind: str) -> Any:
    """The fields of a kind as a model: all of them may be left out, since a change gives some only."""
    spec = codetables.kinds()[kind]
    fields: dict[str, Any] = {
        n: (_TYPES.get(f.type, Annotated[str, Field(max_length=4000, pattern=NO_NUL)]) | None, None)
        for n, f in spec.fields.items() if f.type != "geom"
    }  # fmt: skip
    return create_model(f"{kind.title().replace('_', '')}In", __config__=ConfigDict(extra="forbid"), **fields)


def _tagged(row: dict[str, Any], status: int = 200) -> Response:
    return answer(row, status, {"ETag": f'"{row["etag"]}"'})


def state_of(if_match: str | None) -> str | None:
    """The state in an If-Match header."""
    return if_match.strip().removeprefix("W/").strip('"') if if_match else None


def _given(body: Any) -> dict[str, Any]:
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    return given


def _routes(word: str, kind: str) -> None:
    see, write = needs(entries.seen_with(kind)), needs(entries.written_with(kind))
    model = _body(kind)
    title = f"{codetables.kinds()[kind].name}"

    def list_(
        db: Db, who: Me, box: Box, fields: Filters, area: AreaQuery = None, cell: CellQuery = None,
        cursor: Cursor = None, limit: Limit = 100,
    ) -> Response:  # fmt: skip
        items, following = entries.listing(
            db, who, kind, area=area, cell=cell, box=box, cursor=cursor, most=limit, **fields
        )
        return answer({"items": items, "next": following})

    def one(db: Db, who: Me, number: Number) -> Response:
        return _tagged(entries.one(db, who, kind, number))

    def create(db: Db, who: Me, body: Any) -> Response:
        return _tagged(entries.create(db, who, kind, _given(body)), 201)

    def change(db: Db, who: Me, number: Number, body: Any, if_match: IfMatch = None) -> Response:
        return _tagged(entries.change(db, who, kind, number, _given(body), state_of(if_match)))

    def end(db: Db, who: Me, number: Number, body: EntryEnd, if_match: IfMatch = None) -> Response:
        return _tagged(entries.end(db, who, kind, number, body.day, body.reason, state_of(if_match)))

    def merge(db: Db, who: Me, number: Number, body: EntryMerge, if_match: IfMatch = None) -> Response:
        return _tagged(entries.merge(db, who, kind, number, body.other, state_of(if_match)))

    def history(
        db: Db, who: Me, number: Number, before: Annotated[int, Query(ge=1, le=past.LAST)] = past.LAST,
        limit: Limit = 100,
    ) -> Response:  # fmt: skip
        items, following = past.former(db, who, kind, number, before=before, most=limit)
        return answer({"items": items, "next": following})

    for function in (create, change):  # the model is another one for each kind
        function.__annotations__["body"] = model
    out: dict[str, Any] = {"response_model": EntryOut}
    if kind != "building":  # whose lists have filters of their own
        router.get(f"/{word}", response_model=Page[EntryOut], summary=f"List {title}", **see)(list_)
        router.get(f"/{word}/{{number}}", summary=f"One {title}", **out, **see)(one)
    former: dict[str, Any] = {"response_model": Page[FormerOut], "summary": f"History of {title}"}
    router.get(f"/{word}/{{number}}/history", **former, **see)(history)
    router.post(f"/{word}", status_code=201, summary=f"Make a {title}", **out, **write)(create)
    if kind not in entries.FIXED:
        router.patch(f"/{word}/{{number}}", summary=f"Change a {title}", **out, **write)(change)
    router.post(f"/{word}/{{number}}/end", summary=f"End a {title}", **out, **write)(end)
    router.post(f"/{word}/{{number}}/merge", summary=f"Merge a {title}", **out, **write)(merge)


@router.post("/people/{number}/reveal", response_model=Revealed, **needs("people"))
def reveal(db: Db, who: Me, number: Number, body: Reveal) -> Response:
    """A whole telephone or identity number; the reason is logged."""
    return answer({"field": body.field, "value": entries.reveal(db, who, number, body.field, body.reason)})


for _word, _kind in entries.KINDS.items():
    _routes(_word, _kind)
