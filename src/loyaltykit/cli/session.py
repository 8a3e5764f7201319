"""What every command knows of its run: the language, and whether JSON was asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyaltykit.cli.words import Lang, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click


@dataclass(frozen=True)
class Session:
    """Known before options are parsed, so that errors of parsing speak the right language, too."""

    lang: Lang
    json: bool = False


def session_of(arguments: Sequence[str]) -> Session:
    """The session that command line arguments ask for."""
    return Session(language(arguments, os.environ), "--json" in arguments)


def lang_of(context: click.Context | None) -> Lang:
    """The language of a context."""
    session = context.find_object(Session) if context is not None else None
    return session.lang if session is not None else "en"
