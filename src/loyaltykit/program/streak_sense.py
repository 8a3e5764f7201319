"""What the parts of a streak must agree on: pauses run forward, freezes are earned in the streak's own periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.streaks import active_periods

if TYPE_CHECKING:
    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys
    from loyaltykit.program.streaks import Streak


def check_streak(desk: Desk, streak: Streak, loc: Keys) -> None:
    """Report what of a streak makes no sense."""
    for number, pause in enumerate(streak.pauses or ()):
        if pause.end < pause.start:
            desk.report("document/dates", (*loc, "pauses", number, "to"))
    freezes = streak.freezes
    if freezes is None:
        return
    if freezes.earn is not None and active_periods(freezes.earn, streak.every) is None:
        place = (*loc, "freezes", "earn")
        desk.report("document/freeze-periods", place, rate=str(freezes.earn), every=streak.every)
    if freezes.initial > freezes.limit:
        place = (*loc, "freezes", "initial")
        desk.report("document/freezes-over", place, initial=freezes.initial, most=freezes.limit)
    if not freezes.initial and freezes.earn is None:
        desk.report("document/freezes-none", (*loc, "freezes"))
