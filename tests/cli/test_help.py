"""Every command explains itself in both languages."""

import typer
import typer.core
from typer.testing import CliRunner

from gridsvc.cli import _app, main
from gridsvc.text import use_language


def commands(command, path=()):
    yield path
    if isinstance(command, typer.core.TyperGroup):
        context = typer.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*path, name))


def test_every_command_has_help_in_both_languages():
    use_language("zh")
    seen = 0
    app = _app()
    for path in commands(typer.main.get_command(app)):
        answer = CliRunner().invoke(app, [*path, "--help"])
        assert answer.exit_code == 0, path
        assert "cli." not in answer.output, path  # a key without a sentence
        seen += 1
    assert seen > 45


def test_the_language_is_chosen_on_the_line(run):
    assert "命令" in run("--help").out or "网格" in run("--help").out
    assert "grid" in run("--lang", "en", "--help").out
    en = run("--lang", "en", "grid", "--help").out
    assert "Draft" in en or "divide" in en
    assert run("grid", "--help").out != en


def test_version_and_unknown_commands(run, capsys):
    assert run("--version").out.startswith("gridsvc ")
    assert run("nonsense", ok=False).code == 2
    assert main(["--version"]) == 0
    assert "gridsvc" in capsys.readouterr().out
