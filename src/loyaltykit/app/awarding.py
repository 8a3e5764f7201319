"""The verbs for badges: a person awards one, or takes one away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.acting import Acting
from loyaltykit.app.giving import id_of_key
from loyaltykit.errors import LoyaltyError, NotEligible
from loyaltykit.problems import unknown

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.program.quests import Badge
    from loyaltykit.values import Decision


class Awarding(Acting):
    """What a person does with badges. `at` and `key` as in `Giving`."""

    def award_badge(
        self,
        member: str,
        badge: str,
        *,
        step: str | None = None,
        by: str | None = None,
        reason: str | None = None,
        at: dt.datetime | None = None,
        key: str | None = None,
    ) -> Decision:
        """Award a badge, or a step of it (the first, unless told), with what follows from it.

        It lifts what `revoke_badge` put in the way. LoyaltyError for a badge or step that the program does not have,
        NotEligible when the member holds that much already.
        """
        steps = list(self._badge(badge).steps)
        if step is not None and step not in steps:
            text, details = unknown("step", step, steps)
            raise LoyaltyError(text, code="badge/step", details=details)
        said = _said(badge=badge, step=step, by=by, reason=reason)
        with self._lock, self._journal.writing() as work:
            decision = self._acted(work, member, "kit.badge_awarded", said, at=at, id=id_of_key(key))
            if not any(effect.kind == "badge" and effect.mechanic == "kit" for effect in decision.effects):
                raise NotEligible(f"the member holds {badge} already", code="badge/held", details={"name": badge})
            return decision

    def revoke_badge(
        self,
        member: str,
        badge: str,
        *,
        by: str | None = None,
        reason: str | None = None,
        at: dt.datetime | None = None,
        key: str | None = None,
    ) -> Decision:
        """Take a badge away. Only `award_badge` gives it again: no count, condition, rule or campaign does.

        What followed from it stays. LoyaltyError for a badge that the program does not have, NotEligible when the
        member does not hold it.
        """
        self._badge(badge)
        id = id_of_key(key)
        with self._lock, self._journal.writing() as work:
            known = bool(id) and bool(work.store.seen((id or "",)))
            if not known and badge not in self._journal.engine.view(work.hand(member).state).badges:
                raise NotEligible(f"the member does not hold {badge}", code="badge/not-held", details={"name": badge})
            said = _said(badge=badge, by=by, reason=reason)
            return self._acted(work, member, "kit.badge_revoked", said, at=at, id=id)

    def _badge(self, badge: str) -> Badge:
        badges = self._journal.engine.program.document.badges
        if badge not in badges:
            text, details = unknown("badge", badge, badges)
            raise LoyaltyError(text, code="badge/unknown", details=details)
        return badges[badge]


def _said(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}
