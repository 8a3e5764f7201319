"""Surprises and referrals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.expression.tree import Ref, Type
from loyaltykit.rules.plan.chances import OPEN, REFERRALS, Refer, Surprise

if TYPE_CHECKING:
    from loyaltykit.calendars import Rate
    from loyaltykit.program.chances import Surprise as Written
    from loyaltykit.rules.plan import PeriodCap


def surprises(builder: Builder) -> None:
    """A `Surprise` for each."""
    for name, written in builder.program.document.surprises.items():
        builder.surprises.append(_surprise(builder, name, written))


def _surprise(builder: Builder, name: str, written: Written) -> Surprise:
    path = f"surprises.{name}"
    limit = _limit(builder, path, written.per_member)
    budget = written.budget
    return Surprise(
        id=name,
        source=path,
        events=written.on,
        when=builder.expression(f"{path}.when", written.on),
        chance=written.chance,
        follow=attrs.evolve(builder.follow(path, written, path), limit=limit),
        limit=limit,
        budget=None if budget is None or budget.per.name is None else (budget.times, budget.per.name),
    )


def referrals(builder: Builder) -> None:
    """A `Refer` when there are referrals."""
    written = builder.program.document.referrals
    if written is None:
        return
    rewards = written.rewards
    reward = builder.follow(REFERRALS, rewards.referrer, "referrals.rewards.referrer")
    builder.referrals = Refer(
        slot=builder.slot(REFERRALS, OPEN),
        events=written.after,
        when=builder.expression("referrals.when", written.after),
        referrer=Ref(path=("member", written.attribute), type=Type("text", nullable=True)),
        friend=builder.follow(REFERRALS, rewards.friend, "referrals.rewards.friend"),
        reward=attrs.evolve(reward, limit=_limit(builder, REFERRALS, written.limit)),
    )


def _limit(builder: Builder, path: str, rate: Rate | None) -> PeriodCap | None:
    return None if rate is None else builder.cap(f"{path} limit", rate.times, rate.per)
