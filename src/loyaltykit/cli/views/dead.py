"""Dead letters: a line each, or one in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.output import clip, faint, strong, tame, width
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.channels.dead import DeadLetter
    from loyaltykit.cli.views.dressing import Dressing

_ID = 12
"""Characters of an id that a list shows."""


def letter_lines(letters: Iterable[DeadLetter], dress: Dressing) -> Iterator[str]:
    """When, the id, the message and whom it was for, why, and the channels that were tried."""
    empty = True
    for letter in letters:
        empty = False
        channels = ", ".join(one.channel for one in letter.tried)
        words = f"{dress.moment(letter.done)}  {letter.id[:_ID]}  {tame(letter.message)} → {tame(letter.member)}"
        yield clip(f"{words}  {letter.reason}" + (f" ({channels})" if channels else ""), width())
    if empty:
        yield faint(say(dress.lang, "dead/none"))


def letter_in_full(letter: DeadLetter, dress: Dressing) -> Iterator[str]:
    """Everything that is known of one."""
    yield strong(letter.id)
    rows = [
        ("member", tame(letter.member)),
        ("message", f"{tame(letter.message)} ({letter.purpose})"),
        ("state", say(dress.lang, f"dead/state/{letter.status}", reason=letter.reason)),
        ("at", dress.moment(letter.at)),
        ("done", dress.moment(letter.done)),
        ("run", letter.run or ""),
        *(("tried", _attempts(one.channel, one.reason, one.attempts, dress)) for one in letter.tried),
        ("left", ", ".join(letter.channels)),
    ]
    for name, value in rows:
        if value:
            yield f"  {say(dress.lang, f'dead/{name}')}: {value}"


def _attempts(channel: str, reason: str, attempts: int, dress: Dressing) -> str:
    return say(dress.lang, "dead/attempts", channel=channel, reason=reason, number=attempts)
