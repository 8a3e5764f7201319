"""Faults: whether all arrives at receivers that reset, stall and lie, and what they cost the messages of others.

Of a hundred requests, 40 go wrong, by a seed. The receivers are real servers on this machine, in this process; the
adapters wait for an answer for a quarter of a second. First all messages go to one such receiver, until none is due.
Then as many go to another channel, in turn with it: its rate beside a healthy receiver, beside a faulty one, and beside
one that is healthy for the first half.
"""

from __future__ import annotations

import datetime as dt
import logging
import statistics
import tempfile
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from benchmarks.faults.receivers import HEALTHY, RECEIVERS, SHARES, Faults
from benchmarks.measure import Result, goal, rate
from loyaltykit.app import Loyalty
from loyaltykit.channels import Receipt
from loyaltykit.program.load import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.channels import OutgoingMessage

MESSAGES, BESIDE, ROUNDS = 10_000, 3_000, 1
QUICK = {"messages": 300, "beside": 200, "rounds": 1}
NOON = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
STEP = dt.timedelta(minutes=5)
LONGEST = 24 * 12 * 14
SEED = 6
DOCUMENT = {
    "program": "post",
    "events": {"hello": {}},
    "member": {"email": "text", "telegram": "text"},
    "rules": [{"id": "greet", "on": "hello", "send": "greeting"}],
    "messages": {"greeting": {"en": {"subject": "Hi", "text": "Hello"}}},
}


@attrs.frozen
class Arrival:
    """What came of the messages to one receiver."""

    committed: int
    distinct: int
    repeats: int
    dead: int
    seconds: float
    hours: float


class Calm:
    """Another channel: it takes everything at once and says when it took the last."""

    name, address = "calm", None

    def __init__(self) -> None:
        self.taken = 0
        self.last = 0.0

    def send(self, message: OutgoingMessage) -> Receipt:
        """Take it."""
        self.taken += 1
        self.last = time.monotonic()
        return Receipt(message=message.id)


def run(*, messages: int = MESSAGES, beside: int = BESIDE, rounds: int = ROUNDS) -> Result:
    """Each kind of receiver in turn."""
    lines, goals = [], []
    logging.getLogger("loyaltykit.app").setLevel(logging.ERROR)  # each failed attempt is a warning
    for name in RECEIVERS:
        one = arrival(name, messages)
        took = f"{one.seconds:.0f} s, {one.hours:.1f} h"
        lines.append((name, f"{one.distinct:,} of {one.committed:,}", str(one.dead), f"{one.repeats:,}", took))
        goals.append(goal(f"{name}: share of what was committed that arrived", one.distinct / one.committed, 1))
    for name in RECEIVERS:
        healthy, faulty, later = others(name, beside, rounds)
        lines.append((f"others beside {name}", f"{rate(healthy)}, {rate(faulty)}, {rate(later)}", "", "", ""))
        goals.append(goal(f"{name}: rate of others, faulty by healthy", faulty / healthy, 0.9))
        goals.append(goal(f"{name}: rate of others, faulty from the middle by healthy", later / healthy, 0.9))
    return Result(
        "Faulty receivers",
        ("messages to", "arrived", "dead", "arrived again", "took, and by the clock of the messages"),
        tuple(lines),
        (
            f"Of a hundred requests go wrong: {', '.join(f'{share} {fault}' for fault, share in SHARES.items())}.",
            "`lost` was taken, and no answer was heard: what arrives again has the same id.",
            f"Rates of others: {beside:,} messages in turn with as many to a receiver that is healthy, faulty, and",
            f"faulty from the middle; wall clock, medians of {rounds}. While a channel owes time, others go first.",
        ),
        tuple(goals),
    )


def arrival(name: str, messages: int) -> Arrival:
    """Send until nothing is due."""
    with _school(name, Faults(SEED, SHARES), messages) as (kit, there, _):
        began, sent, step = time.monotonic(), 0, 0
        for step in range(LONGEST):
            sent += kit.deliver(NOON + step * STEP).sent
            if sent == messages:
                break
        seconds, dead = time.monotonic() - began, len(kit.dead(limit=messages))
        taken = there.taken
    hours = step * STEP / dt.timedelta(hours=1)
    return Arrival(messages, len(taken), sum(taken.values()) - len(taken), dead, seconds, hours)


def others(name: str, messages: int, rounds: int) -> tuple[float, ...]:
    """What another channel takes a second: beside a healthy receiver, a faulty one, one that becomes faulty."""
    kinds = (HEALTHY, 0), (SHARES, 0), (SHARES, messages // 2)
    found: list[list[float]] = [[], [], []]
    for number in range(rounds):
        for rates, (shares, sound) in zip(found, kinds, strict=True):
            with _school(name, Faults(SEED + number, shares, sound), messages, calm=messages) as (kit, _, calm):
                began = time.monotonic()
                kit.deliver(NOON, stop=lambda calm=calm: calm.taken == messages)  # type: ignore[misc]  # it is bound
                assert calm.taken == messages
                rates.append(messages / (calm.last - began))
    return tuple(statistics.median(rates) for rates in found)


@contextmanager
def _school(name: str, faults: Faults, messages: int, *, calm: int = 0) -> Iterator[tuple[Loyalty, Any, Calm]]:
    """A school with messages to a receiver, and perhaps to another channel, all due at noon and in turn."""
    other = Calm()
    there, adapter = RECEIVERS[name](faults)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(there)
        channel = adapter()
        stack.callback(getattr(channel, "close", int))
        contact = {"channels": [channel.name], "quiet_hours": None, "stale": "60d"}  # nothing else takes what it fails
        program = Program.from_dict({**DOCUMENT, "contact": contact})
        kit = stack.enter_context(Loyalty(program, store=f"sqlite:///{folder}/school.db", channels=[channel, other]))
        kit.record_many([event for n in range(1, messages + 1) for event in _events(f"m{n}", channel.name, n)])
        kit.record_many([event for n in range(1, calm + 1) for event in _events(f"n{n}", other.name, n)])
        yield kit, there, other


def _events(member: str, channel: str, number: int) -> Iterator[dict[str, Any]]:
    """A member comes and is to be written to; those of one number at the same instant."""
    at = NOON - dt.timedelta(hours=1) + number * dt.timedelta(milliseconds=1)
    known = {"channel": channel, "telegram": str(number), "email": f"{member}@school.example"}
    yield {"id": f"u-{member}", "type": "member.updated", "member": member, "at": at - STEP, "data": known}
    yield {"id": f"h-{member}", "type": "hello", "member": member, "at": at}


if __name__ == "__main__":
    from benchmarks.measure import text

    print(text(run()))
