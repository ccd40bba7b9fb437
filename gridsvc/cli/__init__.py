"""The command line; ``gridsvc --help`` is the manual."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import typer
import typer.core

from gridsvc import __version__
from gridsvc.errors import GridError
from gridsvc.settings import settings
from gridsvc.text import message, remedy, t, use_language

# name on the command line -> module; a module is loaded when its command is used, so that `grid divide --aoi` needs
# neither database nor web packages
_GROUPS = {"db": "db", "area": "area", "address": "address", "crs": "crs",
           "grid": "grid", "subcell": "subcell", "batch": "batch",
           "mapping": "mapping", "difference": "difference",
           "class": "eventclass", "code": "code", "user": "user", "token": "token", "job": "job", "try": "trying",
           "rule": "rule", "obligation": "obligation",
           "person": "person", "retention": "retention", "audit": "audit"}  # fmt: skip
_COMMANDS = {"import": "importing", "template": "template",
             "reconcile": "reconcile", "osm": "osm", "heat": "heat", "coverage": "coverage",
             "closing": "closing", "gaps": "gaps", "plan": "plan", "spotcheck": "spotcheck",
             "patrol": "patrol", "checkpoint": "checkpoint",
             "export": "export", "geocode": "geocode",
             "bench": "bench", "serve": "serve", "worker": "worker", "demo": "demo"}  # fmt: skip


class _Lazy(typer.core.TyperGroup):
    """Subcommands by name, each imported only when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [*_GROUPS, *_COMMANDS]

    def get_command(self, ctx: Any, name: str) -> Any:  # noqa: ARG002
        module = _GROUPS.get(name) or _COMMANDS.get(name)
        if module is None:
            return None
        try:
            app = import_module(f"gridsvc.cli.{module}").app
            app._add_completion = False
        except ModuleNotFoundError as e:
            app = _missing(name, e.name or "")
        command = typer.main.get_command(app)
        command.name = name
        return command


def _missing(name: str, package: str) -> typer.Typer:
    """A stand-in for a command whose packages are not installed."""
    app = typer.Typer()

    @app.command(help=t(f"cli.{name}"), context_settings={"ignore_unknown_options": True})
    def tell(rest: list[str] | None = None) -> None:  # noqa: ARG001
        typer.echo(t("cli.missing_package", package=package, command=name), err=True)
        raise typer.Exit(1)

    return app


def _app() -> typer.Typer:
    app = typer.Typer(
        cls=_Lazy, help=t("cli.about"), no_args_is_help=True, add_completion=False, rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )  # fmt: skip

    def tell_version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"gridsvc {__version__}")
            raise typer.Exit

    @app.callback()
    def _root(
        version: bool = typer.Option(False, "--version", help=t("cli.version"), is_eager=True, callback=tell_version),
        lang: str = typer.Option("zh", "--lang", help="zh | en"),
    ) -> None:
        """Options of every command."""

    return app


def main(argv: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    args = list(sys.argv[1:] if argv is None else argv)
    use_language(_language(args))
    try:
        _app()(args, prog_name="gridsvc")
    except GridError as e:
        _tell(e, "--json" in args)
        return 1
    except SystemExit as e:
        return e.code if isinstance(e.code, int) else 1
    except KeyboardInterrupt:
        typer.echo(t("cli.interrupted"), err=True)
        return 130
    except BrokenPipeError:
        return 0
    return 0


def _language(args: list[str]) -> str:
    """``--lang en`` anywhere on the line (taken out of it), otherwise the setting."""
    if "--lang" in args:
        at = args.index("--lang")
        if at + 1 < len(args):
            lang = args[at + 1]
            del args[at : at + 2]
            return lang
    return settings().lang


def _tell(error: GridError, as_json: bool) -> None:
    if as_json:
        body = {"code": error.code, "message": message(error), "remedy": remedy(error)}
        typer.echo(json.dumps({"error": body}, ensure_ascii=False))
        return
    typer.secho(f"✗ {message(error)}", fg="red", err=True)
    if text := remedy(error):
        typer.echo(f"  → {text}", err=True)
