"""Writing to a terminal or a pipe: JSON, styled words, widths. Colour is a comfort: nothing is said by it alone."""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from typing import Any

import click

PIPED_WIDTH = 100
_WIDEST = 120


def put(text: str = "", *, err: bool = False) -> None:
    """Print a line; escape codes are left out where nobody would see colours, or NO_COLOR is set."""
    click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)


def put_json(data: Any) -> None:
    """Print a result as JSON."""
    put(json.dumps(data, ensure_ascii=False, indent=2))


def strong(text: str) -> str:
    """In bold, where there is colour."""
    return click.style(text, bold=True)


def faint(text: str) -> str:
    """Less visible, where there is colour."""
    return click.style(text, dim=True)


def good(text: str) -> str:
    """In green, where there is colour."""
    return click.style(text, fg="green")


def bad(text: str) -> str:
    """In red, where there is colour."""
    return click.style(text, fg="red", bold=True)


def is_terminal(*, err: bool = False) -> bool:
    """Whether somebody is looking at this output as it comes."""
    return (sys.stderr if err else sys.stdout).isatty()


def width(*, err: bool = False) -> int:
    """How many columns a line may take."""
    if not is_terminal(err=err) and "COLUMNS" not in os.environ:
        return PIPED_WIDTH
    return max(40, min(_WIDEST, shutil.get_terminal_size((80, 24)).columns))


def mark(text: str, instead: str) -> str:
    """A sign where the output's encoding has it, else another."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return instead
    return text


def cells(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_SPACES = "\t\n\r\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def tame(text: str) -> str:
    """A text from outside that cannot move the cursor or change colours: what is not printable becomes a dot."""
    return "".join(char if char.isprintable() else " " if char in _SPACES else "·" for char in text)


def clip(text: str, room: int) -> str:
    """A text cut to a number of columns, with … where it was cut."""
    if cells(text) <= room:
        return text
    kept = ""
    used = 1
    for char in text:
        used += _cells_of(char)
        if used > room:
            break
        kept += char
    return kept + "…"
