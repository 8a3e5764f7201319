"""Rewards that can be granted: standing rights, some of which end, some limited for all members together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from loyaltykit.calendars import subtract, zone
from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.expression.tree import Compare, Const, History, Node, Ref, Type
from loyaltykit.rules.lowering.spending import terms
from loyaltykit.rules.plan import EntitlementRead, Grant, Line, Meeting, Owed
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.rewards import Reward

_MINUTE = 60_000_000
JOINED = "joined"
ATTENDED = "session.attended"


def lower(builder: Builder) -> None:
    """A `Grant` for each reward, and the names `entitlement.E`."""
    for name, reward in builder.program.document.rewards.items():
        lasts, months = split(reward.lasts)
        slot = builder.slot(f"rewards.{name} rights", [])
        builder.grants.append(
            Grant(
                id=name,
                slot=slot,
                lasts=lasts,
                lasts_months=months,
                stock=reward.stock,
                task=_task(builder, name, reward),
                session=_session(builder, name, reward),
                line=_line(builder, name, reward),
                codes=bool(reward.codes),
                terms=terms(builder, name, reward),
            )
        )
        builder.reads["entitlement", name] = EntitlementRead(slot)
    if any(_timed(grant) for grant in builder.grants):
        builder.grants_due = builder.slot("rewards due", NEVER)


def _timed(grant: Grant) -> bool:
    """Whether time alone can change something about it."""
    escalates = grant.task is not None and grant.task.to is not None
    return grant.lasts is not None or grant.session is not None or escalates


def _task(builder: Builder, name: str, reward: Reward) -> Owed | None:
    task = reward.task
    if task is None:
        return None
    due, months = split(task.due)
    after, after_months = split(task.escalate.after if task.escalate else None)
    return Owed(
        slot=builder.slot(f"rewards.{name} tasks", []),
        role=task.role,
        due=due or 0,
        due_months=months,
        after=after or 0,
        after_months=after_months,
        to=task.escalate.to if task.escalate else None,
        done=task.done,
    )


def _session(builder: Builder, name: str, reward: Reward) -> Meeting | None:
    if reward.at is None:
        return None
    place = zone(builder.program.document.timezone)
    at = place.at_wall(dt.datetime.fromisoformat(reward.at))
    remind = None if reward.remind is None else subtract(at, reward.remind.before, place)
    return Meeting(
        slot=builder.slot(f"rewards.{name} reply", [None, NEVER]),
        at=at,
        until=at + reward.minutes * _MINUTE,
        link=reward.link,
        remind=remind,
        send=reward.remind.send if reward.remind else None,
        attended=_attended(builder, name),
    )


def _attended(builder: Builder, name: str) -> Node | None:
    """How often the member was at a session, where the program declares ``session.attended`` with its `session`."""
    fields = builder.program.document.events.get(ATTENDED, {})
    if "session" not in fields or fields["session"].kind != "text":
        return None
    text = Type("text")
    here = Compare(
        type=Type("boolean"),
        operator="==",
        left=Ref(type=Type("text", nullable=True), path=("event", "session")),
        right=Const(type=text, value=name),
    )
    node = History(type=Type("integer"), function="count", event=ATTENDED, where=here)
    builder.track(node)
    return node


def _line(builder: Builder, name: str, reward: Reward) -> Line | None:
    if reward.waitlist is None or reward.stock is None:
        return None
    order = []
    for number, written in enumerate(reward.waitlist.order, start=1):
        node = builder.expression(f"rewards.{name}.waitlist.order.{number}")
        if node is not None or written == JOINED:
            order.append(node)
    return Line(builder.slot(f"rewards.{name} waiting"), tuple(order), reward.waitlist.send)
