"""Accounts of the roster in one step: passwords on slips and nowhere else, all or none."""

import stat

import pytest

from gridsvc.errors import ForbiddenError, InputError, SetupError
from gridsvc.render import slips, typeset
from gridsvc.services import auth, roster, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests.services.test_duty import cells_of, day, posts
from tests.services.test_upkeep import text_of
from tests.services.town import CODES, COUNTY, event


@pytest.fixture
def team(cells):
    rows = [{"姓名": "钱一", "工号": "W1", "社区": "A社区"}, {"姓名": "钱二", "工号": "w-2", "社区": "B社区"},
            {"姓名": "钱三", "社区": "B社区"}]  # fmt: skip
    cells.take("officer", cells.csv(rows, "officers.csv"))
    cells.events([event(10 * x + y, x + 0.5, y + 0.5) for x in range(6) for y in range(3)])
    posts(cells, {"工号": "W1", "岗位": "网格员", "网格": next(iter(cells_of(cells, CODES["A"]))), "起": day(-3)})
    return cells


@pytest.fixture
def printed(monkeypatch):
    """What the real renderer was given to print."""
    seen, write = [], slips.write

    def both(rows, path):
        seen.extend(rows)
        write(rows, path)

    monkeypatch.setattr(slips, "write", both)
    return seen


def test_every_officer_without_an_account_gets_one_and_a_slip(team, printed):
    path = team.folder / "初始密码.pdf"
    assert roster.make(team.db, SYSTEM, path, area=COUNTY, address="http://grid.local").accounts == 3
    assert path.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    number = team.rows("SELECT id FROM officer WHERE name = '钱三'")[0]["id"]
    assert [(s.name, s.login, s.place) for s in printed] == [
        ("钱一", "w1", "A社区"), ("钱二", "w-2", "B社区"), ("钱三", f"u{number}", "B社区"),
    ]  # fmt: skip
    assert len({s.password for s in printed}) == 3
    text = text_of(team)
    assert not any(s.password in text for s in printed)
    who = auth.sign_in(team.db, "w1", printed[0].password)
    with begin(team.db, who, "read") as tx:
        assert {r["k"] for r in tx.conn.execute("SELECT cell_key AS k FROM event").fetchall()} == {
            next(iter(cells_of(team, CODES["A"]).values()))
        }


def test_again_nothing_is_made(team):
    path = team.folder / "a.pdf"
    roster.make(team.db, SYSTEM, path, area=COUNTY)
    path.unlink()
    assert roster.make(team.db, SYSTEM, path, area=COUNTY).accounts == 0
    assert not path.exists()


def test_without_slips_there_are_no_accounts(team, monkeypatch):
    before = team.count("app_user")
    monkeypatch.setattr(typeset, "_FONTS", (("/nowhere", "None"),))
    with pytest.raises(SetupError):
        roster.make(team.db, SYSTEM, team.folder / "a.pdf", area=COUNTY)
    with pytest.raises(InputError):
        roster.make(team.db, SYSTEM, team.folder / "a.docx", area=COUNTY)
    assert team.count("app_user") == before


def test_without_accounts_there_are_no_slips(team, monkeypatch):
    """Somebody makes an account for one of them meanwhile: all or none."""
    path, write = team.folder / "a.pdf", slips.write

    def late(rows, to):
        write(rows, to)
        users.add(team.db, SYSTEM, NewUser("x", "x", "officer", officer="W1"))

    monkeypatch.setattr(slips, "write", late)
    with pytest.raises(Exception, match=r"roster.changed"):
        roster.make(team.db, SYSTEM, path, area=COUNTY)
    assert not path.exists()
    assert team.rows("SELECT count(*) AS n FROM officer WHERE user_id IS NOT NULL")[0]["n"] == 1


def test_only_those_who_make_accounts(team):
    county = Caller(users.add(team.db, SYSTEM, NewUser("county", "c", "county", COUNTY))[0])
    with pytest.raises(ForbiddenError):
        roster.make(team.db, county, team.folder / "a.pdf")
