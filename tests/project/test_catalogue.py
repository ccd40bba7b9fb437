"""The message catalogue: every sentence that the code can say is there, in both languages, and none that it cannot."""

import ast
import csv
import re
import string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYING = {"t": "", "say": "", "_say": ""}


def _catalogue():
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    assert len({r["key"] for r in rows}) == len(rows), "a key twice"
    return {r["key"]: r for r in rows}


ROWS = _catalogue()


def _pattern(node):
    """A string expression as a regular expression; None when it is not one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(v.value) if isinstance(v, ast.Constant) else ".+" for v in node.values)
    return None


def _errors():
    tree = ast.parse((ROOT / "gridsvc" / "errors.py").read_text(encoding="utf-8"))
    return {n.name for n in tree.body if isinstance(n, ast.ClassDef)}


def said():
    """Patterns of keys with the place where they are said."""
    errors = _errors()
    for path in sorted((ROOT / "gridsvc").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            first = node.args[0]
            options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for option in options:
                pattern = _pattern(option)
                if pattern is None or pattern == ".+":
                    continue
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                if name in errors:
                    yield f"error\\.{pattern}", where
                elif name in SAYING:
                    yield pattern, where


def strings():
    """Everything in quotes in code, SQL, pages and tables, where keys may hide."""
    texts = [p.read_text(encoding="utf-8") for d in ("gridsvc", "maps/pages", "data", "sql") for p in sorted((ROOT / d).rglob("*"))
             if p.is_file() and p.suffix in (".py", ".js", ".html", ".sql", ".csv", ".toml") and p.name != "messages.csv"]  # fmt: skip
    return "\n".join(texts)


def test_every_key_that_is_said_exists():
    keys = "\n".join(ROWS)
    missing = [(p, w) for p, w in said() if not re.search(f"^{p}$", keys, re.MULTILINE)]
    assert missing == []


def _fields(key):
    return {f for _, f, _, _ in string.Formatter().parse(ROWS[key]["zh"]) if f} if key in ROWS else set()


def test_every_value_that_an_error_names_is_given():
    """Otherwise a person reads “{need}”. Reading files leaves the name of the file to its caller."""
    errors, missing = _errors(), []
    for path in sorted((ROOT / "gridsvc").rglob("*.py")):
        later = {"file"} if path.parent.name in ("io", "domain") else set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in errors:
                continue
            given = {k.arg for k in node.keywords}
            if None in given or not isinstance(node.args[0], ast.Constant):
                continue
            wanted = _fields(f"error.{node.args[0].value}") | _fields(f"remedy.{node.args[0].value}")
            if wanted - given - later:
                missing.append((f"{path.relative_to(ROOT)}:{node.lineno}", wanted - given))
    assert missing == []


def test_every_key_of_the_pages_exists():
    used = set()
    for path in (ROOT / "maps" / "pages").rglob("*"):
        if path.suffix in (".js", ".html"):
            text = path.read_text(encoding="utf-8")
            used |= set(
                re.findall(
                    r"""["'`]((?:page|role|level|report|status|limit|gaps)\.[a-z0-9_.]+[a-z0-9_])["'`]""", text
                )
            )
    assert used
    assert sorted(used - set(ROWS)) == []


def test_no_sentence_is_there_for_nothing():
    text = strings()
    stems = set(re.findall(r"""[f]["'`]([a-z_]+(?:\.[a-z_]+)*\.)\{""", text))
    stems |= set(re.findall(r"""`([a-z_]+(?:\.[a-z_]+)*\.)\$\{""", text))
    stems |= set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*\.)["'] \+""", text))

    def used(key):
        bare = re.sub(r"^(error|remedy|reject|warning|step)\.", "", key)
        bare = bare.removesuffix(".remedy")
        if key in text or bare in text:
            return True
        return any(key.startswith(s) for s in stems)

    assert [k for k in ROWS if not used(k)] == []


@pytest.mark.parametrize("key", sorted(ROWS))
def test_both_languages_say_the_same(key):
    row = ROWS[key]
    assert row["zh"].strip()
    assert row["en"].strip()
    fields = [{f for _, f, _, _ in string.Formatter().parse(row[lang]) if f} for lang in ("zh", "en")]
    assert fields[0] == fields[1]
