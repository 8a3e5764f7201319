"""The verbs of leaderboards: look at one, leave it, come back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.acting import Acting
from loyaltykit.app.standings import board_view
from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import unknown

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.values import Decision
    from loyaltykit.views import BoardView


class Ranking(Acting):
    """What can be done about leaderboards. LoyaltyError, ``leaderboard/unknown``, for one that the program has not."""

    def leaderboard(
        self,
        name: str,
        *,
        group: str | None = None,
        at: dt.datetime | None = None,
        top: int = 10,
        around: str | None = None,
    ) -> BoardView:
        """A leaderboard in the period around `at`: the first `top`, or with `around` a member and their neighbours.

        Without `at` and a clock it is the period of the last advance or the newest event. `group` is a value of the
        board's group; without it the board is that of everybody. Scores are those recorded so far; members who are
        hidden are not on it. Raises UnknownMember for `around`.
        """
        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return board_view(self._journal, name, group=group, at=moment, top=top, around=around)

    def hide(
        self,
        member: str,
        *,
        leaderboard: str | None = None,
        hidden: bool = True,
        at: dt.datetime | None = None,
        id: str | None = None,
    ) -> Decision:
        """The member does not want to be on a leaderboard, or on any; with `hidden=False` they want to again.

        Their points stay what they are; who is hidden wins nothing. `at` and `id` as in `update_member`.
        """
        boards = self._journal.engine.program.document.leaderboards
        if leaderboard is not None and leaderboard not in boards:
            text, details = unknown("leaderboard", leaderboard, boards)
            raise LoyaltyError(text, code="leaderboard/unknown", details=details)
        said = {"hidden": hidden} if leaderboard is None else {"leaderboard": leaderboard, "hidden": hidden}
        return self._act(member, "kit.hidden", said, at=at, id=id)
