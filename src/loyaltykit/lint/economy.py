"""Points as money: what can be had for nothing, what cannot be spent, what ends before it can be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from loyaltykit.lint.earning import LONGEST, Earning, Window, days_of
from loyaltykit.lint.truth import most
from loyaltykit.rules.expression.ranges import COUNTER
from loyaltykit.rules.expression.tree import History, depends

if TYPE_CHECKING:
    from loyaltykit.lint.subject import Subject
    from loyaltykit.program.document import Point, Rule

_A_DAY = Window(None, 1)


def look(subject: Subject) -> None:
    """Report what is wrong with points that are worth something."""
    earning = Earning.of(subject)
    document = subject.document
    for number, rule in enumerate(document.rules):
        for name in rule.award:
            if document.points[name].spendable and _farmable(subject, earning, rule, name):
                loc, types = ("rules", number, "award", name), ", ".join(rule.on or ())
                subject.warn("economy/farmable", loc, hint="hint/limit-it", name=rule.id, point=name, types=types)
    for name, point in document.points.items():
        _life(subject, earning, name, point)
    _referrals(subject)


def _farmable(subject: Subject, earning: Earning, rule: Rule, point: str) -> bool:
    """Whether repeating an event gives more and more, and the member pays for none of it."""
    if rule.on is None or rule.key is not None or rule.limit is not None:
        return False
    if (rule.cap is not None and point in rule.cap.points) or subject.document.points[point].cap is not None:
        return False
    if _paid(subject, rule) or _counted(subject, earning, rule):
        return False
    return math.isinf(earning.times(rule, _A_DAY))


def _counted(subject: Subject, earning: Earning, rule: Rule) -> bool:
    """Whether the condition itself says how often: `count(...) <= 3`."""
    node = subject.nodes.get(f"rules.{rule.id}.when")
    found = depends(node) if node is not None else ()
    counts = [part for part in found if isinstance(part, History) and part.function in ("count", "distinct")]
    return any(most(node, part, earning.known) < COUNTER / 2 for part in counts if part.event in (rule.on or ()))


def _paid(subject: Subject, rule: Rule) -> bool:
    """Whether every event of the rule is a payment: it has a field of the type money."""
    events = subject.document.events
    kinds = rule.on or ()
    return bool(kinds) and all(any(field.kind == "money" for field in events.get(kind, {}).values()) for kind in kinds)


def _referrals(subject: Subject) -> None:
    """Points for every friend, and nothing that says how many friends: accounts are easily made."""
    referrals, points = subject.document.referrals, subject.document.points
    if referrals is None or referrals.limit is not None:
        return
    for name in referrals.rewards.referrer.award:
        if points[name].spendable and points[name].cap is None:
            loc = ("referrals", "rewards", "referrer", "award", name)
            subject.warn("economy/endless-referrals", loc, hint="hint/limit-referrals", point=name)


def _life(subject: Subject, earning: Earning, name: str, point: Point) -> None:
    """Whether points live long enough to become something."""
    if not point.spendable:
        return
    prices = _prices(subject, name)
    expiry: Any = point.expires
    if prices is not None and not prices:
        subject.warn("economy/unspendable", ("points", name), hint="hint/reward-with-cost", at_key=True, name=name)
    after = getattr(expiry, "after", None)
    if after is None:
        return
    rest = LONGEST.get(str(getattr(expiry, "start", "")).removeprefix("end of "), 0)
    life = after.months * 31 + after.micros / 86_400_000_000 + rest
    loc = ("points", name, "expires")
    wait = None if point.pending is None else point.pending.after
    if wait is not None and days_of(wait) >= life:
        subject.warn("economy/never-available", loc, hint="hint/live-longer", name=name)
        return
    richest = earning.most(name, Window(None, life)) if prices else math.inf
    if prices and richest < min(prices.values()):
        reward = min(prices, key=lambda one: prices[one])
        cost, much = f"{prices[reward]:.10g}", f"{richest:.10g}"
        hint = "hint/live-longer"
        subject.warn("economy/expires-first", loc, hint=hint, name=name, reward=reward, cost=cost, most=much)


def _prices(subject: Subject, point: str) -> dict[str, float] | None:
    """What each reward costs in a point; None when some price is not a plain number."""
    found: dict[str, float] = {}
    for name, reward in subject.document.rewards.items():
        cost: Any = getattr(reward, "cost", None)
        amount = cost.get(point) if isinstance(cost, dict) else None
        if isinstance(amount, str):
            return None
        if amount is not None:
            found[name] = float(amount)
    return found
