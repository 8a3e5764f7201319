"""Actions on badges: a person awards one, or takes one away. What was taken away only a person gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.plan import BARRED, BARRED_COUNT, KEPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.rules.actions import Act
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.plan import Award, Plan

REVOKED = "badge_revoked"
"""The kind of the effect: a badge is held no longer."""


class Badges:
    """What each of these actions does. A badge that the program does not have (any more) is left alone."""

    def __init__(self, plan: Plan, compiled: Compiled) -> None:
        self._badges = {badge.id: badge for badge in plan.badges}
        self._compiled = compiled
        self.table: dict[str, Callable[[Act], None]] = {
            "kit.badge_awarded": self.awarded,
            "kit.badge_revoked": self.revoked,
        }

    def awarded(self, act: Act) -> None:
        """A badge, or a step of it; who holds that much already gets nothing."""
        badge, step = self._badges.get(act.data["badge"]), act.data["step"]
        rank = 0 if badge is None or step not in badge.names else badge.names.index(step)
        if badge is None or act.state[badge.slot] >= rank:
            return
        if act.state[badge.slot] == BARRED and badge.count is not None:
            act.state[badge.slot + 2] -= BARRED_COUNT
        act.state[badge.slot : badge.slot + 2] = [rank, act.at]
        data = {"step": badge.names[rank]} if badge.names else {}
        data |= _said(act)
        act.out.append(("effect", act.at, act.event, "kit", act.event, "badge", badge.id, data))
        if not badge.follow.empty:
            act.queue.append((self._compiled.follow_up(badge.follow), act.event))

    def revoked(self, act: Act) -> None:
        """It is held no longer, and neither a condition nor a count gives it back."""
        badge = self._badges.get(act.data["badge"])
        if badge is None:
            return
        self._bar(act, badge)
        act.state[KEPT] = [one for one in act.state[KEPT] or () if (one[0], one[1]) != ("badge", badge.id)] or None
        act.out.append(("effect", act.at, act.event, "kit", act.event, REVOKED, badge.id, _said(act)))

    def _bar(self, act: Act, badge: Award) -> None:
        if act.state[badge.slot] != BARRED and badge.count is not None:
            act.state[badge.slot + 2] += BARRED_COUNT
        act.state[badge.slot : badge.slot + 2] = [BARRED, None]


def _said(act: Act) -> dict[str, str]:
    return {name: act.data[name] for name in ("by", "reason") if act.data[name] is not None}
