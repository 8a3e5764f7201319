"""Text to tokens: the first door of an expression, and the only place that looks at characters.

Python's own tokenizer and parser are not used: they can be hurt (deep nesting, huge digits), they warn, they fold
Unicode look-alikes into plain names, and they change between versions. What is accepted here is a subset of what Python
accepts, with the same meaning; a test holds the two against each other.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from loyaltykit.problems import Finding, echo

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH = 4_096
MAX_TEXT = 1_000
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

WORDS = frozenset("and or not in is if else True False None".split())
"""The keywords of the language."""
FORBIDDEN = frozenset(
    "as assert async await break class continue def del elif except finally for from global import lambda nonlocal "
    "pass raise return try while with yield".split()
)
"""Python's other keywords: never names."""
OPERATORS = frozenset(
    ["+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=", "==", "!=", "(", ")", "[", "]", ",", ".", "="]
)
_INSTEAD = {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "~": "not", "<>": "!=", "=>": ">="}
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_JOINERS = "\u200c\u200d"

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
    |(?P<number>\.?[0-9](?:[eE][+-]|[\w.])*)
    |(?P<name>[^\W\d]\w*)
    |(?P<text>'(?:[^'\\\r\n]|\\[^\r\n])*'|"(?:[^"\\\r\n]|\\[^\r\n])*")
    |(?P<operator>\*\*|//|<<|>>|<=|>=|==|!=|:=|->|<>|=>|\.\.\.|&&|\|\||[-+*/%<>=(),.\[\]@&|^~!:;{}\#?$\\`])
    """,
    re.VERBOSE,
)
_DIGITS = r"[0-9](?:_?[0-9])*"
_INTEGER = re.compile(r"0|[1-9](?:_?[0-9])*")
_FLOAT = re.compile(
    rf"(?:{_DIGITS}\.(?:{_DIGITS})?(?:[eE][+-]?{_DIGITS})?|\.{_DIGITS}(?:[eE][+-]?{_DIGITS})?|{_DIGITS}[eE][+-]?{_DIGITS})"
)


class Refused(Exception):
    """What was written is not taken; never leaves this package: `check` collects the finding."""

    def __init__(self, code: str, offset: int, hint: str = "", **arguments: object) -> None:
        super().__init__(code)
        self.finding = Finding(code, arguments, hint, offset)


class Token(NamedTuple):
    """One word of an expression; `value` is the decoded literal of a number or text, else what was written."""

    kind: Literal["number", "text", "name", "word", "operator", "end"]
    value: str | int | float
    offset: int


def tokenize(text: str) -> Iterator[Token]:
    """The tokens of a text as they are asked for, ending with one of kind ``end``. Raises Refused at what is none."""
    if len(text) > MAX_LENGTH:
        raise Refused("expression/too-long", MAX_LENGTH, length=len(text), limit=MAX_LENGTH)
    before: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unexpected(text, at)
        if found.lastgroup != "space":
            before = [*before[-1:], _token(found.lastgroup or "", found.group(), at, before)]
            yield before[-1]
        at = found.end()
    yield Token("end", "", len(text))


def _token(group: str, raw: str, at: int, before: list[Token]) -> Token:
    if group == "number":
        return Token("number", _number(raw, at), at)
    if group == "text":
        return Token("text", _text(raw, at, before), at)
    if group == "name":
        return _name(raw, at, before)
    if raw not in OPERATORS:
        instead = _INSTEAD.get(raw)
        raise Refused("expression/not-allowed", at, "hint/instead" if instead else "", what=raw, instead=instead)
    return Token("operator", raw, at)


def _number(raw: str, at: int) -> int | float:
    if _INTEGER.fullmatch(raw):
        digits = raw.replace("_", "")
        if len(digits) > len(str(INT64_MAX)) or int(digits) > -INT64_MIN:
            raise Refused("expression/number-too-large", at, number=echo(raw))
        return int(digits)
    if _FLOAT.fullmatch(raw):
        value = float(raw)
        if math.isinf(value):
            raise Refused("expression/number-too-large", at, number=echo(raw))
        return value
    duration = re.fullmatch(r"[0-9]+[smhd]", raw)
    raise Refused(
        "expression/number", at, "hint/instead" if duration else "", number=echo(raw), instead=f"'{echo(raw)}'"
    )


def _name(raw: str, at: int, before: list[Token]) -> Token:
    plain = unicodedata.normalize("NFKC", raw)
    if plain.startswith("__"):
        raise Refused("expression/dunder", at, name=echo(raw))
    if not raw.isidentifier():
        raise _unexpected(raw, next(i for i in range(len(raw)) if not f"a{raw[i]}".isidentifier() or not i), at)
    if plain != raw:
        raise Refused("expression/look-alike", at, "hint/nearest", name=echo(raw), nearest=echo(plain))
    if raw in WORDS:
        return Token("word", raw, at)
    if raw in FORBIDDEN:
        member = len(before) > 1 and before[-1].value == "." and before[-1].kind == "operator"
        instead = f"{before[-2].value}['{raw}']" if member else ""
        raise Refused("expression/not-allowed", at, "hint/instead" if member else "", what=raw, instead=instead)
    return Token("name", raw, at)


def _text(raw: str, at: int, before: list[Token]) -> str:
    prefix = before[-1] if before and before[-1].kind == "name" else None
    if prefix and prefix.offset + len(str(prefix.value)) == at:
        raise Refused("expression/not-allowed", prefix.offset, what=f"{echo(prefix.value)}{raw[0]}…{raw[0]}")
    parts: list[str] = []
    rest = iter(range(1, len(raw) - 1))
    for i in rest:
        char = raw[i]
        if char == "\\":
            char = _ESCAPES.get(raw[next(rest)], "")
            if not char:
                raise Refused("expression/escape", at + i, what=echo(raw[i : i + 2]))
        elif not (char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs"):
            raise _unexpected(raw, i, at)
        parts.append(char)
    if len(parts) > MAX_TEXT:
        raise Refused("expression/text-too-long", at, limit=MAX_TEXT)
    return "".join(parts)


def _unexpected(text: str, i: int, start: int = 0) -> Refused:
    char = text[i]
    if char in "'\"":
        return Refused("expression/unclosed-text", start + i, what=char)
    shown = char if char.isprintable() else "·"
    return Refused("expression/character", start + i, what=shown, codepoint=f"U+{ord(char):04X}")
