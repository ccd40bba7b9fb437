"""Photos and documents of records."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from gridsvc.services import attachments
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.models import AttachmentOut, Page

router = APIRouter(prefix="/api/v1/attachments", tags=["attachments"])
Number = Annotated[int, Path(ge=1, le=2**62)]
_KIND = f"^({'|'.join(attachments.KINDS)})$"


@router.post("", response_model=AttachmentOut, status_code=201, **needs("report"))
def add(
    db: Db, who: Me,
    kind: Annotated[str, Form(pattern=_KIND)],
    record: Annotated[int, Form(ge=1, le=2**62)],
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP, PDF")],
) -> Response:  # fmt: skip
    """Attach a photo or a PDF to a record."""
    return answer(attachments.add(db, who, kind, record, file.filename or "attachment", file.file), 201)


@router.get("", response_model=Page[AttachmentOut], **needs("read"))
def list_attachments(
    db: Db, who: Me, kind: Annotated[str, Query(pattern=_KIND)], record: Annotated[int, Query(ge=1, le=2**62)]
) -> Response:
    """Attachments of a record."""
    return answer({"items": attachments.listing(db, who, kind, record), "next": None})


@router.get("/{number}", **needs("rows", "image/jpeg", "application/pdf"))
def body(db: Db, who: Me, number: Number) -> Response:
    """Content of one attachment. A document is downloaded, never shown as a page of ours."""
    row = attachments.body(db, who, number)
    way = "inline" if row["media"] == "image/jpeg" else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(row['name'])}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Response(bytes(row["body"]), media_type=row["media"], headers=headers)


@router.delete("/{number}", status_code=204, **needs("edit"))
def remove(db: Db, who: Me, number: Number) -> Response:
    """Take an attachment away."""
    attachments.remove(db, who, number)
    return Response(status_code=204)
