"""The verbs for what a member keeps: a streak over a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.acting import Acting
from loyaltykit.app.giving import id_of_key
from loyaltykit.errors import EventError, LoyaltyError, NotEligible
from loyaltykit.problems import unknown

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.values import Decision


_LONGEST = 366
"""Days."""


class Keeping(Acting):
    """What can be done with streaks. `at` and `key` as in `Giving`."""

    def pause(
        self,
        member: str,
        *,
        start: dt.date,
        end: dt.date,
        streak: str | None = None,
        by: str | None = None,
        reason: str | None = None,
        at: dt.datetime | None = None,
        key: str | None = None,
    ) -> Decision:
        """From `start` to `end` (days of the member's zone, both inclusive) nothing is missed: of one streak, or all.

        A week or month that the pause touches is not missed. Dates that have passed may be named: freezes that were
        taken for them are given back, and a run that they ended goes on when nothing has begun another. Raises
        LoyaltyError for an unknown streak, NotEligible for one without `freezes` and `pauses`, EventError for dates
        that run backwards or over more than 366 days.
        """
        self._pausable(streak)
        if not 0 <= (end - start).days <= _LONGEST:
            raise EventError("a pause ends on its first day or up to 366 days later", code="streak/dates", field="end")
        said = {"start": start.isoformat(), "end": end.isoformat(), "streak": streak, "by": by, "reason": reason}
        data = {name: value for name, value in said.items() if value is not None}
        return self._act(member, "kit.paused", data, at=at, id=id_of_key(key))

    def _pausable(self, streak: str | None) -> None:
        streaks = self._journal.engine.program.document.streaks
        if streak is not None and streak not in streaks:
            text, details = unknown("streak", streak, streaks)
            raise LoyaltyError(text, code="streak/unknown", details=details)
        if not any(one.kept for name, one in streaks.items() if streak in (None, name)):
            name = streak or ", ".join(streaks)
            raise NotEligible(
                f"{name} cannot be paused: write `pauses: true` in the program",
                code="streak/no-pauses",
                details={"name": name},
            )
