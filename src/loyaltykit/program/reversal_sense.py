"""What rules that take back, and rules that are taken back, must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document, Rule
    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys
    from loyaltykit.program.shape import Shape

NUMERIC = ("money", "integer", "number")
_TAKES_BACK = ("award", "multiply", "limit", "cap", "carry", "revise")
"""What a rule that takes back cannot have."""


def check_reversals(desk: Desk, document: Document, shaped: Shape) -> None:
    """The faults of `reverse`, `of`, `overdraft`, `revise` and `carry` of all rules."""
    rules = {rule.id: rule for rule in document.rules}
    lots = {name for name, point in document.points.items() if point.spendable or point.pending or point.expires}
    for number, rule in zip(shaped.numbers, document.rules, strict=True):
        loc: Keys = ("rules", number)
        if any(keys[:2] == loc for keys in shaped.broken):
            continue
        if rule.reverse is not None:
            _reverses(desk, document, rule, rules, loc)
        else:
            for name in ("of", "overdraft"):
                if getattr(rule, name) is not None:
                    desk.report("document/needs-key", (*loc, name), at_key=True, name=name, needs="reverse")
        if rule.revise:
            _revises(desk, rule, loc)
        if rule.carry and rule.on is None:
            desk.report("document/needs-event", (*loc, "carry"), at_key=True, name="carry")
        elif rule.carry and rule.reverse is None and not lots.intersection(rule.award):
            desk.report("document/carry", (*loc, "carry"), at_key=True)


def _reverses(desk: Desk, document: Document, rule: Rule, rules: Mapping[str, Rule], loc: Keys) -> None:
    """A rule that takes back names another that gives by key, and what it is the share of is in both events."""
    for name in ("on", "key"):
        if getattr(rule, name) is None:
            desk.report("document/needs-key", (*loc, "reverse"), at_key=True, name="reverse", needs=name)
    for name in _TAKES_BACK:
        if getattr(rule, name):
            desk.report("document/takes-back", (*loc, name), at_key=True, name=name)
    desk.ask("rule", rule.reverse or "", rules, (*loc, "reverse"))
    taken = rules.get(rule.reverse or "")
    if taken is None:
        return
    if taken.on is None or taken.key is None or taken.reverse is not None:
        desk.report("document/reversed", (*loc, "reverse"), name=taken.id)
    if rule.of is not None:
        for kind in (*(rule.on or ()), *(taken.on or ())):
            _share(desk, document, rule.of, kind, (*loc, "of"))


def _share(desk: Desk, document: Document, field: str, kind: str, loc: Keys) -> None:
    """A field of an event by which a share is reckoned is there, and a number."""
    if kind not in document.named_events:
        return
    declared = document.named_events[kind].get(field)
    if declared is None or declared.items or declared.kind not in NUMERIC:
        desk.report("document/of", loc, name=field, event=kind)


def _revises(desk: Desk, rule: Rule, loc: Keys) -> None:
    """A rule that revises gives points by key."""
    for name in ("on", "key"):
        if getattr(rule, name) is None:
            desk.report("document/needs-key", (*loc, "revise"), at_key=True, name="revise", needs=name)
    if rule.reverse is None and not rule.award:
        desk.report("document/needs-key", (*loc, "revise"), at_key=True, name="revise", needs="award")
