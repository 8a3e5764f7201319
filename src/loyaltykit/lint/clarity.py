"""What does nothing, or says the same twice: a reader of the program would think that it mattered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.program.contexts import sendings

if TYPE_CHECKING:
    from loyaltykit.lint.subject import Subject
    from loyaltykit.program.document import Rule

_MATTERS = ("reverse", "revise")


def look(subject: Subject) -> None:
    """Report what is unclear."""
    seen: dict[Any, str] = {}
    for number, rule in enumerate(subject.document.rules):
        loc = ("rules", number)
        if _idle(rule):
            subject.warn("clarity/gives-nothing", loc, hint="hint/give-or-drop", name=rule.id)
        for point, factor in rule.multiply.items():
            if not _multiplied(subject, rule, point):
                place = (*loc, "multiply", point)
                types = ", ".join(rule.on or ())
                subject.warn("clarity/multiplies-nothing", place, hint="hint/multiply", point=point, types=types)
            elif factor == 1:
                subject.warn("clarity/gives-nothing", (*loc, "multiply", point), hint="hint/give-or-drop", name=rule.id)
        same = rule.model_dump_json(exclude={"id"})
        if same in seen:
            subject.warn("clarity/same-rule", loc, hint="hint/one-rule", name=rule.id, first=seen[same])
        seen.setdefault(same, rule.id)
    _unsent(subject)


def _idle(rule: Rule) -> bool:
    """Whether a rule gives nothing: no award that is more than 0, no reward, badge, message or multiplier."""
    if rule.grant or rule.badge or rule.send or rule.multiply:
        return False
    if any(getattr(rule, key) for key in _MATTERS):
        return False
    return all(amount == 0 for amount in rule.award.values())


def _multiplied(subject: Subject, rule: Rule, point: str) -> bool:
    """Whether some rule awards the point on one of the same events."""
    kinds = set(rule.on or ())
    return any(point in other.award and kinds & set(other.on or ()) for other in subject.document.rules)


def _unsent(subject: Subject) -> None:
    sent = {sending.message for sending in sendings(subject.document)}
    for name in subject.document.messages:
        if name not in sent:
            subject.advise("clarity/unsent", ("messages", name), hint="hint/send-it", at_key=True, name=name)
