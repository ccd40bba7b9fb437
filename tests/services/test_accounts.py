"""Signing in, sessions, tokens, being moved, being put out of use."""

import datetime as dt

import jwt
import pytest

from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError, SignInError
from gridsvc.services import auth, records, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests.conftest import SHIPPED_HASHER
from tests.services.town import CODES, COUNTY, DIVIDED, STREET, event

WORD = "correct horse battery"


def three_events(cells):
    cells.events([event(1, 0.5, 2.5), event(2, 5.5, 2.5), event(3, 1.5, 0.5)])


@pytest.fixture
def office(founded):
    return founded(*DIVIDED, three_events)


def seen(db, who):
    return {records.event(db, who, r["id"])["source_key"] for r in records.events(db, who)[0]}


def test_a_password_costs_whoever_guesses_it():
    """What is shipped is the second recommended choice of RFC 9106; the other tests have accounts that cost less."""
    assert SHIPPED_HASHER.hash(WORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_login_and_its_password(office):
    number, password = users.add(office.db, SYSTEM, NewUser("Chen", "陈", "street", STREET))
    assert len(password) >= 10
    assert auth.sign_in(office.db, " chen ", password) == Caller(number)
    users.set_password(office.db, SYSTEM, "chen", WORD)
    with pytest.raises(SignInError):
        auth.sign_in(office.db, "chen", password)
    assert auth.sign_in(office.db, "chen", WORD).user_id == number
    stored = office.rows("SELECT detail::text AS d FROM audit")
    assert not any(WORD in (r["d"] or "") or password in (r["d"] or "") for r in stored)


def test_unknown_logins_and_wrong_passwords_answer_alike(office):
    users.add(office.db, SYSTEM, NewUser("chen", "陈", "street", STREET, password=WORD))
    codes = set()
    for login, word in (("nobody", WORD), ("chen", "wrong wrong wrong"), ("", ""), ("chen", "")):
        with pytest.raises(SignInError) as refused:
            auth.sign_in(office.db, login, word)
        codes.add(refused.value.code)
    assert codes == {"auth.wrong"}


def test_five_failures_lock_the_account_for_a_while(office):
    users.add(office.db, SYSTEM, NewUser("chen", "陈", "street", STREET, password=WORD))
    for _ in range(5):
        with pytest.raises(SignInError):
            auth.sign_in(office.db, "chen", "wrong wrong wrong")
    with pytest.raises(SignInError) as locked:
        auth.sign_in(office.db, "chen", WORD)
    assert locked.value.code == "auth.locked"


def test_a_success_forgets_the_failures(office):
    users.add(office.db, SYSTEM, NewUser("chen", "陈", "street", STREET, password=WORD))
    for _ in range(3):
        for _ in range(3):
            with pytest.raises(SignInError):
                auth.sign_in(office.db, "chen", "wrong wrong wrong")
        auth.sign_in(office.db, "chen", WORD)


def test_a_disabled_account_is_out_at_once(office):
    number, _ = users.add(office.db, SYSTEM, NewUser("chen", "陈", "street", STREET, password=WORD))
    session, _ = auth.session_for(office.db.settings, Caller(number))
    _, token = auth.create_token(office.db, Caller(number), "notebook")
    me = auth.caller_of_session(office.db.settings, session)
    assert len(records.events(office.db, me)[0]) == 3
    users.disable(office.db, SYSTEM, "chen")
    with pytest.raises(SignInError):
        records.events(office.db, auth.caller_of_session(office.db.settings, session))
    with pytest.raises(SignInError):
        records.events(office.db, auth.caller_of_token(office.db, token))
    with pytest.raises(SignInError):
        auth.sign_in(office.db, "chen", WORD)
    users.disable(office.db, SYSTEM, "chen", disabled=False)
    assert auth.sign_in(office.db, "chen", WORD).user_id == number


def test_who_is_moved_sees_nothing_of_the_old_place_at_once(office):
    number, _ = users.add(office.db, SYSTEM, NewUser("li", "李", "community", CODES["A"]))
    me = Caller(number)
    assert seen(office.db, me) == {"E1"}
    first = records.events(office.db, me)[0][0]["id"]
    users.move(office.db, SYSTEM, "li", area=CODES["B"])
    assert seen(office.db, me) == {"E2"}
    with pytest.raises(MissingError):
        records.event(office.db, me, first)


def test_an_officer_has_cells_and_only_those(office):
    cell = office.rows("SELECT c.code FROM event e JOIN cell c ON c.key = e.cell_key WHERE e.source_key = 'E3'")[0][
        "code"
    ]
    number, _ = users.add(office.db, SYSTEM, NewUser("zhou", "周", "officer", cells=(cell,)))
    assert seen(office.db, Caller(number)) == {"E3"}
    me = users.me(office.db, Caller(number))
    assert me["cells"] == [cell]
    assert me["box"][0] < me["box"][2]
    with pytest.raises(InputError):
        users.add(office.db, SYSTEM, NewUser("no", "无", "officer"))
    with pytest.raises(MissingError):
        users.add(office.db, SYSTEM, NewUser("no", "无", "officer", cells=(CODES["A"] + "099",)))


def test_accounts_are_checked(office):
    users.add(office.db, SYSTEM, NewUser("li", "李", "community", CODES["A"]))
    for wrong, error in (
        (NewUser("LI", "李", "community", CODES["A"]), ConflictError),
        (NewUser("x", "x", "king"), InputError),
        (NewUser("x", "x", "system"), InputError),
        (NewUser("x", "x", "street"), InputError),
        (NewUser("x", "x", "street", "110101001"), MissingError),
        (NewUser("x", "x", "street", STREET, password="short"), InputError),
    ):
        with pytest.raises(error):
            users.add(office.db, SYSTEM, wrong)
    with pytest.raises(ForbiddenError):
        users.add(
            office.db,
            Caller(users.add(office.db, SYSTEM, NewUser("q", "区", "county", COUNTY))[0]),
            NewUser("y", "y", "auditor"),
        )
    with pytest.raises(MissingError):
        users.disable(office.db, SYSTEM, "nobody")


def test_sessions_are_signed_and_end(office, tmp_path):
    settings = office.db.settings
    number, _ = users.add(office.db, SYSTEM, NewUser("li", "李", "community", CODES["A"]))
    session, life = auth.session_for(settings, Caller(number))
    assert life == dt.timedelta(hours=settings.session_hours)
    assert auth.caller_of_session(settings, session).user_id == number
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    forged = jwt.encode(
        {"sub": "1", "exp": past + dt.timedelta(days=1)}, "another key of thirty-two bytes or more", algorithm="HS256"
    )
    expired = jwt.encode({"sub": str(number), "exp": past}, auth._session_key(settings.base), algorithm="HS256")
    unsigned = jwt.encode({"sub": "1", "exp": past + dt.timedelta(days=1)}, "", algorithm="none")
    endless = jwt.encode({"sub": "1"}, auth._session_key(settings.base), algorithm="HS256")
    for bad in (forged, expired, unsigned, endless, session[:-3], "x", ""):
        with pytest.raises(SignInError):
            auth.caller_of_session(settings, bad)
    key = settings.base / "secrets" / "session.key"
    assert key.stat().st_mode & 0o077 == 0
    assert list(key.parent.glob("session.*.*")) == []


def test_tokens_are_shown_once_and_can_be_taken_back(office):
    number, _ = users.add(office.db, SYSTEM, NewUser("fx", "分析", "analyst", COUNTY))
    me = Caller(number)
    made, token = auth.create_token(office.db, me, "notebook", days=30)
    assert auth.caller_of_token(office.db, token) == me
    listed = auth.tokens(office.db, me)
    assert [t["id"] for t in listed] == [made]
    assert token not in str(listed)
    assert not any(token in str(r) for r in office.rows("SELECT * FROM token"))
    other, _ = users.add(office.db, SYSTEM, NewUser("li", "李", "community", CODES["A"]))
    with pytest.raises(MissingError):
        auth.revoke_token(office.db, Caller(other), made)
    auth.revoke_token(office.db, me, made)
    for bad in (token, "gst_nothing", "", "\udce4"):
        with pytest.raises(SignInError):
            auth.caller_of_token(office.db, bad)
    with pytest.raises(InputError):
        auth.create_token(office.db, me, "for ever", days=4000)


def test_demo_accounts_only_in_a_demo(fresh):
    quiet = fresh()
    users.add(quiet, SYSTEM, NewUser("guanli", "王", "admin", demo=True))
    assert [a["login"] for a in auth.demo_accounts(quiet)] == ["guanli"]
    assert auth.sign_in_demo(quiet, "guanli").user_id > 0
    object.__setattr__(quiet, "settings", quiet.settings.model_copy(update={"demo": False}))
    assert auth.demo_accounts(quiet) == []
    with pytest.raises(SignInError):
        auth.sign_in_demo(quiet, "guanli")
