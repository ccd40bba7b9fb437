"""``gridsvc rule …``: rules of visiting and patrolling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, table
from gridsvc.domain import rules as domain
from gridsvc.services import codelists, rules
from gridsvc.text import language, t

if TYPE_CHECKING:
    from gridsvc.store.pool import Row

app = typer.Typer(help=t("cli.rule"), no_args_is_help=True)
CodeArgument = Annotated[str, typer.Argument(help=t("cli.rule.code"))]
#: What narrows a target and is no entry of a list.
_WORDS: Final = {
    **{("level", code): f"level.{code}" for code in domain.LEVELS},
    **{("cell_kind", kind): f"page.rules.cell.{kind}" for kind in domain.CELL_KINDS},
    ("estate_kind", domain.FLAGGED): "page.rules.flagged",
}
FromOption = Annotated[str | None, typer.Option("--from", help=t("cli.rule.from"))]


@app.command("list", help=t("cli.rule.list"))
def list_(
    area: AreaOption = None,
    every: Annotated[bool, typer.Option("--every", help=t("cli.rule.every"))] = False,
    json: JsonFlag = False,
) -> None:
    """The rules that hold today, or every version of them."""
    with database() as (db, caller):
        rows = rules.listing(db, caller, area=area, every=every, planned=True)
        names = {(c["list"], c["code"]): _called(c) for c in codelists.listing(db, caller)}
    if not emit(rows, json):
        head = [
            t(f"rule.column.{c}")
            for c in ("code", "area", "name", "target", "activity", "period", "amount", "grace", "rate", "valid")
        ]
        table(head, [_told(r, names) for r in rows])


def _called(row: Row) -> str:
    return str(row["name_en"] or row["name"]) if language() == "en" else str(row["name"])


def _told(r: Row, names: dict[tuple[str, str], str]) -> tuple[str, ...]:
    """A rule as a line: whom it is for, what is to be done how often, and since when."""

    def called(of: str, codes: list[str]) -> str:
        return "、".join(
            t(_WORDS[of, code]) if (of, code) in _WORDS else names.get((of, code), code) for code in codes
        )

    target, only = t(f"page.rules.target.{r['target']}"), called(domain.TARGETS[r["target"]] or "", r["kinds"])
    grace = t("page.rules.forever") if r["grace"] is None else t("page.rules.days", n=r["grace"])
    ended = t("page.rules.retired") if r["retired"] else ""
    return (
        r["code"], r["area"] or "", _called(r), f"{target}（{only}）" if only else target,
        called("visit_activity", r["activity"]), told(r), f"{r['amount']} {t('rule.' + r['measure'])}", grace,
        f"{r['rate']:.0%}", f"{r['valid_from']} – {r['valid_to'] or ''}{ended}",
    )  # fmt: skip


@app.command("set", help=t("cli.rule.set"))
def set_(
    code: CodeArgument,
    fields: Annotated[list[str], typer.Argument(help=t("cli.rule.fields"))],
    area: AreaOption = None,
    day: FromOption = None,
    json: JsonFlag = False,
) -> None:
    """A new rule, or a new version of one, from a day on."""
    with database() as (db, caller):
        done = rules.change(db, caller, code, rules.fields_of(fields), area=area, day=rules.day_of(day))
    if not emit(done, json):
        _saved("rule.saved", done)


@app.command("retire", help=t("cli.rule.retire"))
def retire(code: CodeArgument, area: AreaOption = None, day: FromOption = None, json: JsonFlag = False) -> None:
    """A rule holds no more from a day on."""
    with database() as (db, caller):
        done = rules.retire(db, caller, code, area=area, day=rules.day_of(day))
    if not emit(done, json):
        _saved("rule.retired", done)


@app.command("withdraw", help=t("cli.rule.withdraw"))
def withdraw(code: CodeArgument, area: AreaOption = None, json: JsonFlag = False) -> None:
    """A version that was planned for a day to come is taken back."""
    with database() as (db, caller):
        done = rules.withdraw(db, caller, code, area=area)
    emit(done, json) or say("rule.withdrawn", code=done["code"], version=done["version"], day=done["valid_from"])


def _saved(what: str, done: dict[str, Any]) -> None:
    """Say what was written, and whether days that are past are counted otherwise now."""
    say(what, code=done["code"], version=done["version"], day=done["valid_from"])
    if done["back"]:
        say("rule.back", day=done["valid_from"])


def told(row: dict[str, object]) -> str:
    """The windows of a rule in words."""
    return t(f"rule.period.{row['period']}", n=row["every"], holidays="、".join(row["holidays"]))  # type: ignore[arg-type]
