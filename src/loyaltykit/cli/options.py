"""What arguments of commands mean: files that exist, moments, stores."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from loyaltykit.app import Loyalty
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.load import Program
    from loyaltykit.rules.expression.own import Function

_SQLITE = "sqlite:///"


def existing(path: str, lang: Lang) -> str:
    """The path of a file that is there."""
    place = Path(path)
    if place.is_dir():
        raise WrongUsage(say(lang, "usage/folder", name=path))
    if not place.exists():
        raise WrongUsage(say(lang, "usage/no-file", name=path))
    return path


def load_program(path: str, lang: Lang) -> Program:
    """The program in a file; ProgramError when it does not hold."""
    from loyaltykit.program.load import Program

    return Program.load(existing(path, lang), lang=lang, functions=own_functions)


def own_functions() -> tuple[Function, ...]:
    """The functions that installed plug-ins bring; hand on the call, so that they are asked only where it matters."""
    from loyaltykit.plugins import discover_safely

    return discover_safely(("loyaltykit_functions",)).functions


def store_file(url: str) -> Path | None:
    """The database file that a store's url names; None when it names none."""
    if not url.startswith(_SQLITE):
        return None
    return Path(unquote(url.removeprefix(_SQLITE).partition("?")[0]))


def open_existing(url: str, lang: Lang, **options: Any) -> Loyalty:
    """The kit over a store that is there already, with the program it remembers and the system's clock."""
    from loyaltykit.app import Loyalty

    file = store_file(url)
    if file is not None and not file.is_file():
        raise WrongUsage(say(lang, "usage/no-store", name=file))
    return Loyalty(None, store=url, clock=now, **{"functions": own_functions, **options})


def now() -> dt.datetime:
    """The system's clock."""
    return dt.datetime.now(dt.UTC)


def moment(text: str, zone: str, lang: Lang) -> dt.datetime:
    """The moment that a text means; without an offset it is in the zone."""
    from loyaltykit.calendars import zone as zone_named
    from loyaltykit.values import from_instant

    try:
        written = dt.datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage(say(lang, "usage/moment", name=text)) from None
    if written.utcoffset() is not None:
        return written
    return from_instant(zone_named(zone).at_wall(written))
