"""Every stable code: of problems and reasons from the table of words, of exceptions from the source."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import loyaltykit
from loyaltykit.cli.words import WORDS as SPOKEN
from loyaltykit.wording import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(loyaltykit.__file__).parent
_CODE = re.compile(r"[a-z]+/[a-z0-9-]+")
_ARGUMENT = re.compile(r"(?<!\{)\{([\w\\]+)\}(?!\})")


def words(family: str) -> str:
    """The codes of a family with their words in both languages."""
    rows = [
        f"| `{code}` | {_cell(english)} | {_cell(russian)} |"
        for code, (english, russian) in sorted({**SPOKEN, **WORDS}.items())
        if code.startswith(f"{family}/")
    ]
    if not rows:
        raise ValueError(f"no codes in the family {family}")
    return "\n".join(["| code | in English | по-русски |", "|---|---|---|", *rows]) + "\n"


def families() -> list[str]:
    """The families of the table of words."""
    return sorted({code.partition("/")[0] for code in WORDS})


def exceptions(_: str = "") -> str:
    """The codes that exceptions carry, by class; one that is passed on by name belongs to the class of its family."""
    found: dict[str, str] = dict(_raised())
    classes = {code.partition("/")[0]: name for code, name in found.items()}
    for node in _nodes():
        code = getattr(node, "value", None)
        if isinstance(code, str) and _CODE.fullmatch(code) and code not in WORDS and code.partition("/")[0] in classes:
            found.setdefault(code, classes[code.partition("/")[0]])
    rows = [f"| `{code}` | `{name}` |" for code, name in sorted(found.items())]
    return "\n".join(["| code | carried by |", "|---|---|", *rows]) + "\n"


def _raised() -> Iterator[tuple[str, str]]:
    """(code, class) of every code that is written where an exception is raised, or a class has."""
    for node in _nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(loyaltykit, node.func.id):
            for keyword in node.keywords:
                code = getattr(keyword.value, "value", None)
                if keyword.arg == "code" and isinstance(code, str) and _CODE.fullmatch(code):
                    yield code, node.func.id.replace("Problem", "ProgramError")
    for name in loyaltykit.__all__:
        thing = getattr(loyaltykit, name)
        if isinstance(thing, type) and issubclass(thing, loyaltykit.LoyaltyError) and "code" in vars(thing):
            yield thing.code, name


def _nodes() -> Iterator[ast.AST]:
    """Every node of the library's source, the command line left out."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "cli" not in path.relative_to(SOURCE).parts:
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def _cell(template: str) -> str:
    """A template of words: doubled braces are single ones, arguments are in italics, nothing else is Markdown."""
    escaped = re.sub(r"([*<|_])", r"\\\1", template)
    return _ARGUMENT.sub(r"*\1*", escaped).replace("{{", "{").replace("}}", "}")


__all__ = ["exceptions", "families", "words"]
