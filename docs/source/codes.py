"""Every stable code: of problems and reasons from the table of words, of exceptions from the source."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import loyaltykit
from loyaltykit.wording import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(loyaltykit.__file__).parent
_CODE = re.compile(r"[a-z]+/[a-z0-9-]+")


def words(family: str) -> str:
    """The codes of a family with their words in both languages."""
    rows = ["| code | in English | по-русски |", "|---|---|---|"]
    for code, (english, russian) in sorted(WORDS.items()):
        if code.startswith(f"{family}/"):
            rows.append(f"| `{code}` | {_cell(english)} | {_cell(russian)} |")
    if len(rows) == 2:
        raise ValueError(f"no codes in the family {family}")
    return "\n".join(rows) + "\n"


def families() -> list[str]:
    """The families of the table of words."""
    return sorted({code.partition("/")[0] for code in WORDS})


def exceptions(_: str = "") -> str:
    """The codes that exceptions carry, by class."""
    found: dict[str, set[str]] = {}
    for name, code in _raised():
        found.setdefault(code, set()).add(name)
    rows = ["| code | carried by |", "|---|---|"]
    for code, names in sorted(found.items()):
        rows.append(f"| `{code}` | {', '.join(f'`{name}`' for name in sorted(names))} |")
    return "\n".join(rows) + "\n"


def _raised() -> Iterator[tuple[str, str]]:
    """(class, code) of every literal code of an exception of the library."""
    for name in loyaltykit.__all__:
        thing = getattr(loyaltykit, name)
        if isinstance(thing, type) and issubclass(thing, loyaltykit.LoyaltyError):
            yield name, thing.code
    for path in sorted(SOURCE.rglob("*.py")):
        if "cli" in path.relative_to(SOURCE).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(loyaltykit, node.func.id):
                for keyword in node.keywords:
                    code = getattr(keyword.value, "value", None)
                    if keyword.arg == "code" and isinstance(code, str) and _CODE.fullmatch(code):
                        yield node.func.id, code


def _cell(template: str) -> str:
    """A template of words: doubled braces are single ones, arguments are in italics, nothing else is Markdown."""
    text = re.sub(r"([*<|_])", r"\\\1", template)
    text = re.sub(r"(?<!\{)\{([\w\\]+)\}(?!\})", r"*\1*", text)
    return text.replace("{{", "{").replace("}}", "}")


__all__:
        thing = getattr(loyaltykit, name)
        if isinstance(thing, type) and issubclass(thing, loyaltykit.LoyaltyError):
            yield name, thing.code
    for path in sorted(SOURCE.rglob("*.py")):
        if "cli" in path.relative_to(SOURCE).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(loyaltykit, node.func.id):
                for keyword in node.keywords:
                    code = getattr(keyword.value, "value", None)
                    if keyword.arg == "code" and isinstance(code, str) and _CODE.fullmatch(code):
                        yield node.func.id, code


def _cell(template: str) -> str:
    """A template of words: doubled braces are single ones, arguments are in italics."""
    text = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", r"*\1*", template)
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


__all__ = ["exceptions", "families", "words"]
