"""How often a channel may be used: over all, and by each recipient. Exact: whole microseconds, and no window has more.

What a channel counts is a window that slides. A bucket that refills would let twice the number through in one window (a
full bucket, and what trickles in meanwhile), so the instants themselves are kept: the next message may go when the one
that was sent `number` messages ago has left the window. Pure: instants are arguments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import echo

if TYPE_CHECKING:
    from loyaltykit.channels.protocol import Channel

_SECOND = 1_000_000
_UNITS = {"s": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3_600, "hour": 3_600, "d": 86_400, "day": 86_400}
_WRITTEN = re.compile(r"([0-9]{1,7}) (?:per|/) (?:([0-9]{1,5}) ?)?([a-z]+?)s?", re.ASCII)
_MOST = 100_000
_GROUP = ("-", "@")
"""How the addresses of Telegram's groups and channels begin."""


@attrs.frozen(slots=True)
class Pace:
    """At most `number` messages in any window of `micros` microseconds, up to a day."""

    number: int
    micros: int

    def __attrs_post_init__(self) -> None:
        if not (0 < self.number <= _MOST and 0 < self.micros <= 86_400 * _SECOND):
            raise _not_a_pace(f"{self.number} per {self.micros} microseconds")

    def free(self, nth: int | None, at: int) -> int:
        """From when on one more may go: `nth` is when the message was sent that is `number` messages back, if any.

        An instant that lies ahead of ours, from a clock that was put back, holds nothing up for longer than a window.
        """
        return at if nth is None else max(at, min(nth, at) + self.micros)

    def __str__(self) -> str:
        return f"{self.number} per {self.micros / _SECOND:g}s"


def parse_pace(written: str | Pace | None) -> Pace | None:
    """The pace that a text means: ``30 per second``, ``20 per minute``, ``500 per 1h``. LoyaltyError for others."""
    if written is None or isinstance(written, Pace):
        return written
    found = _WRITTEN.fullmatch(written.strip()) if isinstance(written, str) else None
    unit = None if found is None else _UNITS.get(found[3], _UNITS.get(f"{found[3]}s"))
    if found is None or unit is None:
        raise _not_a_pace(written)
    return Pace(int(found[1]), int(found[2] or 1) * unit * _SECOND)


def _not_a_pace(written: object) -> LoyaltyError:
    return LoyaltyError(
        f"{echo(str(written))} is no limit, such as: 30 per second (a day at most)", code="channel/limits"
    )


@attrs.frozen(slots=True, kw_only=True)
class Limits:
    """How often a channel may be used: ``Limits(overall="30 per second", each="1 per second")``.

    The paces are texts or `Pace`; None is no limit. An adapter says its own in the attribute `limits`.
    """

    overall: Pace | None = attrs.field(default=None, converter=parse_pace)
    """All messages of the channel."""
    each: Pace | None = attrs.field(default=None, converter=parse_pace)
    """To one recipient."""
    group: Pace | None = attrs.field(default=None, converter=parse_pace)
    """To one group besides: an address that begins with ``-`` or ``@``, as those of Telegram's groups and channels."""

    def to(self, address: str | None) -> tuple[Pace, ...]:
        """The paces of one recipient."""
        grouped = self.group if address is not None and address.startswith(_GROUP) else None
        return tuple(pace for pace in (self.each, grouped) if pace is not None)


NONE = Limits()
TELEGRAM = Limits(overall="30 per second", each="1 per second", group="20 per minute")
"""What the Bot API's FAQ asks of bots: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""


def limits_of(channel: Channel) -> Limits:
    """What an adapter says of itself; no limits when it says nothing. LoyaltyError when it says it wrongly."""
    found = getattr(channel, "limits", None)
    if found is None:
        return NONE
    if not isinstance(found, Limits):
        raise LoyaltyError(f"the limits of the channel {echo(channel.name)} are no Limits", code="channel/limits")
    return found
