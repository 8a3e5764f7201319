"""What a student would call unfair: status that spending takes away, one gift for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.walking import walk
from loyaltykit.rules.expression.tree import Ref, depends

if TYPE_CHECKING:
    from loyaltykit.lint.subject import Subject


def look(subject: Subject) -> None:
    """Report what is unfair."""
    for name in subject.document.tiers:
        node = subject.nodes.get(f"tiers.{name}.by")
        for part in depends(node) if node is not None else ():
            if isinstance(part, Ref) and part.path[0] == "points" and part.path[-1] == "available":
                hint, loc = "hint/earned-instead", ("tiers", name, "by")
                subject.warn("fairness/tier-from-balance", loc, hint=hint, name=name, point=part.path[1])
    _gifts(subject)


def _gifts(subject: Subject) -> None:
    """Campaigns that give the same to everybody: an offer of one thing, or one gift in all of them."""
    document = subject.document
    offered: list[tuple[tuple[str | int, ...], frozenset[str]]] = []
    for name, campaign in document.campaigns.items():
        for visit in walk(campaign.steps, ("campaigns", name, "steps")):
            offer = visit.step.offer
            if offer is not None:
                offered.append(((*visit.loc, "offer"), frozenset(one for way in offer.choose for one in way.give)))
            elif visit.step.grant:
                offered.append(((*visit.loc, "grant"), frozenset(visit.step.grant)))
    things = frozenset(thing for _, some in offered for thing in some)
    if len(things) == 1:
        (thing,) = things
        if thing != "materials":
            loc = offered[0][0]
            subject.advise("fairness/one-for-everybody", loc, hint="hint/offer-several", name=thing)
