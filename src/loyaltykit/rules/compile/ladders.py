"""Code for tiers: what an event, a payment or the passing of time does to a ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.builder import timely
from loyaltykit.rules.compile.standings import changes_of, concerned
from loyaltykit.rules.runtime import clock
from loyaltykit.rules.runtime.ladders import LAPSED, Ladder, Subscription
from loyaltykit.rules.runtime.standing import arm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function
    from loyaltykit.rules.compile.standings import Touched
    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Qualify


def ladder_name(fn: Function, tier: Qualify) -> str:
    """The run-time object of a tier ladder."""
    name = f"LADDER_{tier.slot}"
    if name not in fn.module.names.namespace:
        # a benefit lives from the step to its end, however long the reward lasts elsewhere
        rewards = {name: attrs.evolve(grant, lasts=None, lasts_months=0) for name, grant in fn.module.grants.items()}
        grants = tuple(tuple(rewards[reward] for reward in step) for step in tier.grants)
        kind = Ladder if tier.paid is None else Subscription
        fn.module.names.shared(name, kind(tier, grants, fn.plan.zone, fn.plan.grants_due))
    return name


def tiers(fn: Function, touched: Touched) -> None:
    """Tiers whose basis may have moved; in the step of an event also those that it pays for."""
    for tier in fn.plan.tiers:
        if tier.paid is not None:
            _payments(fn, tier)
        elif tier.by is not None and concerned(fn.module, tier.by, touched):
            with fn.block(f"if {ladder_name(fn, tier)}.qualify(s, {fn.value(tier.by)}, at, eid, {fn.tag()}, out):"):
                _changed(fn, tier)
            _rearm(fn, tier)


def _changed(fn: Function, tier: Qualify) -> None:
    fn.changed(tier.slot, *(fn.module.grants[reward].slot for step in tier.grants for reward in step))


def _rearm(fn: Function, tier: Qualify) -> None:
    """A step that is held while a moving basis has it: look again when time next moves that."""
    if tier.by is None or tier.keep != "held" or tier.ends is None or not timely(tier.by, fn.module.segments):
        return
    with fn.block(f"if s[{tier.slot}] > {tier.base} and s[{tier.ends + LAPSED}] is None:"):
        fn(f"{fn.module.helper(arm)}(s, {tier.ends}, {changes(fn, tier.by)})")


def changes(fn: Function, node: Node) -> str:
    """Source of the instant at which time next changes an expression."""
    found = ", ".join(dict.fromkeys(changes_of(fn, node)))
    return f"{fn.module.helper(clock.after)}(at, {found})"


def _payments(fn: Function, tier: Qualify) -> None:
    """The event itself begins or ends what is paid for."""
    paid = tier.paid
    if paid is None or fn.event is None:
        return
    for events, verb in ((paid.start, "start"), (paid.end, "stop")):
        if fn.event not in events:
            continue
        told = paid.step is not None and (verb == "start" or paid.told)
        name = fn.value(paid.step) if told and paid.step is not None else "None"
        with fn.block(f"if {ladder_name(fn, tier)}.{verb}(s, {name}, at, eid, {fn.tag()}, out):"):
            _changed(fn, tier)


def timers(fn: Function) -> Iterator[int]:
    """The slots of the timers of tiers, and the code of what happens then."""
    for tier in fn.plan.tiers:
        name = ladder_name(fn, tier)
        if tier.period is not None and tier.by is not None:
            yield tier.slot + 3
            with fn.block(f"if s[{tier.slot + 3}] <= at:"):
                fn(f"{name}.period_over(s, {fn.value(tier.by)}, at, tag, out)")
                fn("queue.append((None, ''))")
        if tier.ends is not None:
            yield tier.ends
            value = f"{fn.value(tier.by)}, " if tier.by is not None else ""
            with fn.block(f"if s[{tier.ends}] <= at:"):
                fn(f"{name}.time_over(s, {value}at, tag, out)")
                fn("queue.append((None, ''))")
