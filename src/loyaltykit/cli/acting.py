"""What commands that act for a member share: the options, the amounts, the moment; and that the member is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option
from loyaltykit.cli.options import moment
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.app import Loyalty
    from loyaltykit.cli.words import Lang

at_option = click.option("--at", metavar="TIME", cls=Option, help="help/acts-at")
key_option = click.option("--key", metavar="KEY", cls=Option, help="help/key")
by_option = click.option("--by", metavar="NAME", cls=Option, help="help/acts-by")
reason_option = click.option("--reason", metavar="TEXT", cls=Option, help="help/reason")
must_by_option = click.option("--by", metavar="NAME", required=True, cls=Option, help="help/acts-by")
must_reason_option = click.option("--reason", metavar="TEXT", required=True, cls=Option, help="help/reason")


def moment_in(kit: Loyalty, at: str | None, lang: Lang) -> dt.datetime | None:
    """The moment asked for; None for the clock's."""
    return None if at is None else moment(at, kit.program.document.timezone, lang)


def known(kit: Loyalty, member: str) -> None:
    """UnknownMember for somebody who was never seen: a slip of the pen makes no new member."""
    kit.member(member, timeline=0)


def amounts(texts: Iterable[str], lang: Lang) -> dict[str, str]:
    """``stars=5`` as points and amounts; several of the same point are added up by nobody: the usage is wrong."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, amount = text.partition("=")
        if not sign or not name or not amount or name in found:
            raise WrongUsage(say(lang, "usage/amount", name=text))
        found[name] = amount
    return found


def day(text: str, lang: Lang) -> dt.date:
    """A day of the calendar."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(say(lang, "usage/day", name=text)) from None


def bare(value: Decimal | float | None) -> int | float | str | None:
    """An amount for JSON: exact decimals as text."""
    return str(value) if isinstance(value, Decimal) else value
