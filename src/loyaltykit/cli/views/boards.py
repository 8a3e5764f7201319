"""A leaderboard, a line each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from loyaltykit.cli.output import clip, faint, tame, width
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.views import BoardView

_DAY = dt.timedelta(days=1)


def board_lines(board: BoardView, dress: Dressing) -> Iterator[str]:
    """What it is and of when; then rank, member and score."""
    name = dress.label("leaderboards", board.id)
    first, last = board.start.astimezone(dress.zone).date(), (board.end.astimezone(dress.zone) - _DAY / 24).date()
    days = dress.day(first) if first == last else f"{dress.day(first)} - {dress.day(last)}"
    yield clip(", ".join([name, *([] if board.group is None else [tame(board.group)]), days]), width())
    for row in board.rows:
        yield clip(f"{row.rank:>4}  {tame(row.member)}  {row.score:g}", width())
    state = say(dress.lang, "board/settled" if board.settled else "board/open")
    yield faint(f"{count(dress.lang, board.members, 'member')}, {state}")
