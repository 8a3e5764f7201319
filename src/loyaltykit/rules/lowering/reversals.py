"""Reversals: which rules keep what they gave, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.plan import Kept, Reverse

if TYPE_CHECKING:
    from loyaltykit.program.document import Rule
    from loyaltykit.rules.builder import Builder


@attrs.define
class Reversals:
    """The rules of a document that take back, and the slots of the keys of those that are taken back."""

    builder: Builder
    _slots: dict[str, int] = attrs.field(factory=dict)

    def key_slot(self, rule: str) -> int:
        """The slot in which a rule's keys are; it is made when it is first asked for."""
        if rule not in self._slots:
            self._slots[rule] = self.builder.slot(f"rules.{rule} keys", {})
        return self._slots[rule]

    def kept(self, rule: Rule, events: tuple[str, ...]) -> Kept | None:
        """What a rule keeps of its awards; None when nobody asks for it."""
        takers = [one for one in self.builder.program.document.rules if one.reverse == rule.id]
        if rule.key is None or not rule.award or not (takers or rule.revise):
            return None
        early = self.builder.slot(f"rules.{rule.id} early", {}) if takers else None
        names = dict.fromkeys(one.of for one in takers if one.of is not None)
        declared = self.builder.program.document.named_events
        return Kept(tuple((name, declared[events[0]][name].kind) for name in names), rule.revise, early)

    def reverse(self, rule: Rule) -> Reverse | None:
        """What a rule takes back; None when it gives."""
        if rule.reverse is None:
            return None
        document = self.builder.program.document
        taken = next(one for one in document.rules if one.id == rule.reverse)
        policies = tuple((point, rule.overdraft or document.points[point].overdraft) for point in taken.award)
        return Reverse(rule.reverse, rule.of, policies)
