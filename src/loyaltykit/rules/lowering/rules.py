"""Rules: on an event, or each time a condition turns true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import day_number
from loyaltykit.rules.builder import Builder
from loyaltykit.rules.expression.names import WEEKDAYS
from loyaltykit.rules.lowering.reversals import Reversals
from loyaltykit.rules.plan import Accrue, ActiveWhen, Fire, PeriodCap, Watch
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import Active, Rule
    from loyaltykit.rules.expression.tree import Node


def lower(builder: Builder) -> None:
    """A `Fire` for each rule on events, a `Watch` for each on a condition, in document order."""
    reversals = Reversals(builder)
    for rule in builder.program.document.rules:
        if rule.on is None:
            _watch(builder, rule)
        else:
            _fire(builder, rule, rule.on, reversals)


def _watch(builder: Builder, rule: Rule) -> None:
    path = f"rules.{rule.id}"
    when = builder.expression(f"{path}.when")
    if when is None:
        return
    slot = builder.block(path, truth=False, count=0, due=NEVER, acted="")
    given = builder.follow(path, rule, path)
    follow = attrs.evolve(given, limit=_limit(builder, rule, path, ()), caps=_caps(builder, rule, path))
    builder.watches.append(Watch(rule.id, path, slot, when, follow, _active(rule.active)))


def _fire(builder: Builder, rule: Rule, events: tuple[str, ...], reversals: Reversals) -> None:
    path = f"rules.{rule.id}"
    key = builder.expression(f"{path}.key", events)
    builder.rules.append(
        Fire(
            id=rule.id,
            source=path,
            events=events,
            when=builder.expression(f"{path}.when", events),
            follow=builder.follow(path, rule, path, events),
            multiply=_multiply(builder, rule, path, events),
            limit=_limit(builder, rule, path, events),
            caps=_caps(builder, rule, path),
            key=key,
            key_slot=None if key is None else reversals.key_slot(rule.reverse or rule.id),
            active=_active(rule.active),
            kept=reversals.kept(rule, events),
            reverse=reversals.reverse(rule),
            carry=_carry(builder, rule, path, events),
        )
    )


def _multiply(builder: Builder, rule: Rule, path: str, events: tuple[str, ...]) -> tuple[Accrue, ...]:
    found = []
    for point in rule.multiply:
        factor = builder.expression(f"{path}.multiply.{point}", events)
        if factor is not None:
            found.append(Accrue(point, factor))
    return tuple(found)


def _carry(builder: Builder, rule: Rule, path: str, events: tuple[str, ...]) -> tuple[tuple[str, Node], ...]:
    """The facts that go with the points, in the order of their names."""
    nodes = ((name, builder.expression(f"{path}.carry.{name}", events)) for name in sorted(rule.carry))
    return tuple((name, node) for name, node in nodes if node is not None)


def _limit(builder: Builder, rule: Rule, path: str, events: tuple[str, ...]) -> PeriodCap | None:
    if rule.limit is None:
        return None
    by = builder.expression(f"{path}.limit.by", events)
    return builder.cap(f"{path} limit", rule.limit.rate.times, rule.limit.rate.per, by)


def _caps(builder: Builder, rule: Rule, path: str) -> tuple[tuple[str, PeriodCap], ...]:
    if rule.cap is None:
        return ()
    points = builder.program.document.points
    per = rule.cap.per
    return tuple(
        (point, builder.cap(f"{path} cap {point}", round(amount * 10 ** points[point].decimals), per))
        for point, amount in rule.cap.points.items()
    )


def _active(active: Active | None) -> ActiveWhen | None:
    if active is None:
        return None
    return ActiveWhen(
        weekdays=tuple(sorted(WEEKDAYS.index(day) for day in active.weekdays)),
        start=None if active.start is None else day_number(active.start),
        end=None if active.end is None else day_number(active.end),
    )
