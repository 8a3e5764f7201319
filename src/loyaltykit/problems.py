"""What is wrong with something that a person wrote: a value with a place, not an exception.

A finding is made with a code and arguments (`Finding`), and becomes a `Problem` with words when the language and the
place in the file are known. The words of every code, in English and Russian, are in `loyaltykit.wording`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import numbers
from collections.abc import Mapping, Sequence, Set
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.wording import render

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "advice"]
"""An error keeps a program from running; a warning is most likely a mistake; advice is what most schools do."""
Lang = Literal["en", "ru"]

_ECHO = 60


@attrs.frozen(kw_only=True)
class Problem:
    """One finding about a document: where it is, what is wrong, and the nearest fix."""

    path: str
    """The place inside the document, by ids: ``rules.good-quiz.when``."""
    line: int
    """1-based line of the file; 0 when the document has no text (a dict)."""
    column: int
    """1-based column of the file; 0 when the document has no text."""
    severity: Severity
    code: str
    """Stable and machine-readable: ``family/name``."""
    message: str
    hint: str = ""
    """What to do about it, often the nearest right name; may be empty."""
    file: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "", self.column or "") if part != "")
        where = " ".join(part for part in (place, self.path) if part)
        tail = f"; {self.hint}" if self.hint else ""
        return f"{where}: {self.message}{tail} [{self.code}]"


@attrs.frozen
class Finding:
    """A problem before it has words: a code, its arguments, and where inside the text it is."""

    code: str
    arguments: Mapping[str, Any] = attrs.field(factory=dict)
    hint: str = ""
    """A code of `loyaltykit.wording` for the hint (for example ``hint/nearest``), or empty."""
    offset: int = 0
    """Characters from the start of the text it was found in (an expression)."""
    severity: Severity = "error"

    def problem(self, lang: Lang, *, path: str, line: int = 0, column: int = 0, file: str = "") -> Problem:
        """Put into words at a place."""
        return Problem(
            path=path,
            line=line,
            column=column,
            severity=self.severity,
            code=self.code,
            message=render(self.code, lang, self.arguments),
            hint=render(self.hint, lang, self.arguments) if self.hint else "",
            file=file,
        )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, or None when nothing is close."""
    if len(name) > 200:
        return None
    found = difflib.get_close_matches(name.lower(), {item.lower(): None for item in known}, n=1, cutoff=0.6)
    if not found:
        return None
    return next(item for item in known if item.lower() == found[0])


def printable(text: str) -> str:
    """A text that cannot steer a terminal."""
    return "".join(char if char.isprintable() else "·" for char in text)


def echo(value: object) -> str:
    """A short, printable quotation of what somebody wrote, safe for a terminal or a log."""
    text = value if isinstance(value, str) else repr(value)
    if len(text) > _ECHO:
        text = text[: _ECHO - 1] + "…"
    return printable(text)


def kind_of(value: object) -> str:
    """What kind of thing a value is: null, boolean, text, number, mapping, list, time or other."""
    kinds: tuple[tuple[str, Any], ...] = (
        ("null", NoneType),
        ("boolean", bool),
        ("text", str | bytes),
        ("number", numbers.Number),
        ("mapping", Mapping),
        ("list", Set | Sequence),
        ("time", dt.date | dt.time),
    )
    return next((name for name, kind in kinds if isinstance(value, kind)), "other")


def described(value: object) -> str:
    """A value by its kind, and never by what it says: it may be somebody's name or address."""
    kind = kind_of(value)
    if kind == "text":
        return f"text of {size_of(value)} characters"
    return {"null": "null", "other": "something else"}.get(kind, f"a {kind}")


def size_of(value: object) -> int:
    """How long a text is; 0 for anything else."""
    return len(value) if isinstance(value, str | bytes) else 0


def unknown(what: str, name: str, known: Iterable[str]) -> tuple[str, dict[str, str]]:
    """That the program has no such part, with the nearest there is: the words, and the details of an error."""
    near = nearest(name, list(known))
    text = f"the program has no {what} {echo(name)}" + (f"; did you mean {near}?" if near else "")
    return text, {"name": echo(name), "nearest": near or ""}
