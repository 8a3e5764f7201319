"""What a ladder of status must agree on with itself: it is earned or paid for, and its times go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.problems import Finding
from loyaltykit.program.names import Desk
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.shape import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.program.tiers import Tier, Window
    from loyaltykit.rules.expression.tree import Node

_EARNED = ("by", "period", "upgrade", "keep", "downgrade")
_NEEDED = ("by", "period", "steps")


def check_tiers(
    document: Document, nodes: Mapping[str, Node], data: Mapping[str, Any], broken: frozenset[Keys]
) -> tuple[Fault, ...]:
    """The faults of all ladders; one with a key cut out is not judged."""
    desk = Desk(data)
    cut = {keys[:2] for keys in broken if keys[:1] == ("tiers",) and len(keys) > 2}
    for name, tier in document.tiers.items():
        loc: Keys = ("tiers", name)
        if loc in cut:
            continue
        if tier.paid is not None:
            _paid(desk, tier, loc, nodes.get(f"tiers.{name}.paid.step"))
        else:
            _earned(desk, tier, loc)
    return tuple(desk.faults)


def _paid(desk: Desk, tier: Tier, loc: Keys, step: Node | None) -> None:
    """A paid ladder follows its events; which of several steps is paid for is said by them."""
    paid = tier.paid
    if paid is None:
        return
    for key in _EARNED:
        if key in tier.model_fields_set:
            desk.report("document/tier-paid", (*loc, key), at_key=True, name=key)
    for number, kind in enumerate(paid.end):
        if kind in paid.start:
            desk.report("document/tier-same-event", (*loc, "paid", "end", number), name=kind)
    if paid.step is None and len(tier.steps) > 1:
        desk.report("document/tier-which-step", (*loc, "paid"), at_key=True)
    if paid.step is not None and not tier.steps and not tier.benefits:
        desk.report("document/tier-no-steps", (*loc, "paid", "step"))
    if step is not None and step.type.kind != "text":
        desk.report("document/tier-step-text", (*loc, "paid", "step"))


def _earned(desk: Desk, tier: Tier, loc: Keys) -> None:
    """An earned ladder has a basis, a period and thresholds, and its times go together."""
    for key in _NEEDED:
        if not getattr(tier, key) and key not in tier.model_fields_set:
            keys = keys_of(loc, desk.data)
            desk.faults.append(Fault(Finding("document/missing", {"name": key}), keys, (key,)))
    if "steps" in tier.model_fields_set and not tier.steps:
        desk.report("document/too-few", (*loc, "steps"))
    if isinstance(desk.data["tiers"][loc[1]].get("steps"), list | tuple):
        desk.report("document/tier-thresholds", (*loc, "steps"))
    if tier.period is not None:
        _times(desk, tier, tier.period, loc)


def _times(desk: Desk, tier: Tier, period: Window, loc: Keys) -> None:
    kept = tier.kept
    if not period.starts_anew and kept.form == "until end of next period":
        desk.report("document/tier-no-next", (*loc, "keep"), name=str(period))
    if tier.upgrade == "next period" and not period.starts_anew:
        desk.report("document/tier-no-next", (*loc, "upgrade"), name=str(period))
    elif tier.upgrade == "next period" and kept.form == "until end of period":
        desk.report("document/tier-never-held", (*loc, "keep"))
    if tier.downgrade == "one step" and not period.starts_anew and kept.length is None:
        desk.report("document/tier-one-step", (*loc, "downgrade"))
    if tier.downgrade == "never" and tier.grace is not None:
        desk.report("document/tier-never-lost", (*loc, "grace"), at_key=True)
