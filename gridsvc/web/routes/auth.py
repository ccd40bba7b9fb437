"""Signing in and out, the caller, her tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from gridsvc.services import auth, users
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.models import DemoSignIn, MeOut, Page, SignIn, TokenIn, TokenOut
from gridsvc.web.security import COOKIE, give_session

router = APIRouter(prefix="/api/v1", tags=["auth"])
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.post("/auth/login", status_code=204, **needs("none"))
def login(db: Db, request: Request, body: SignIn) -> Response:
    """Sign in with login and password; the session comes as a cookie."""
    who = auth.sign_in(db, body.login, body.password)
    out = Response(status_code=204)
    give_session(out, db.settings, who, request.url.scheme == "https")
    return out


@router.post("/auth/demo", status_code=204, **needs("none"))
def login_demo(db: Db, request: Request, body: DemoSignIn) -> Response:
    """Sign in as a demo account, without a password; only where the installation is a demo."""
    who = auth.sign_in_demo(db, body.login)
    out = Response(status_code=204)
    give_session(out, db.settings, who, request.url.scheme == "https")
    return out


@router.get("/auth/demo", **needs("none"))
def demo_accounts(db: Db) -> Response:
    """Demo accounts; none where the installation is not a demo."""
    return answer(
        {"items": [{"login": r["login"], "name": r["name"], "role": r["role"]} for r in auth.demo_accounts(db)]}
    )


@router.post("/auth/logout", status_code=204, **needs("none"))
def logout() -> Response:
    """End the session of this browser."""
    out = Response(status_code=204)
    out.delete_cookie(COOKIE, path="/")
    return out


@router.get("/me", response_model=MeOut, **needs("read"))
def me(db: Db, who: Me) -> Response:
    """The caller: role, permissions, own area and cells."""
    return answer(users.me(db, who))


@router.get("/tokens", response_model=Page[TokenOut], **needs("read"))
def tokens(db: Db, who: Me) -> Response:
    """The caller's own tokens."""
    return answer({"items": auth.tokens(db, who), "next": None})


@router.post("/tokens", response_model=TokenOut, status_code=201, **needs("read"))
def create_token(db: Db, who: Me, body: TokenIn) -> Response:
    """A new token; it is shown this once."""
    number, token = auth.create_token(db, who, body.name, body.days)
    return answer({"id": number, "name": body.name, "token": token}, 201)


@router.delete("/tokens/{number}", status_code=204, **needs("read"))
def revoke_token(db: Db, who: Me, number: Number) -> Response:
    """Take a token back."""
    auth.revoke_token(db, who, number)
    return Response(status_code=204)
