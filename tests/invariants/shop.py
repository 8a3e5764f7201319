"""What processes of their own do at a counter: each opens the same file and buys, again and again."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from collections import Counter

import loyaltykit as lk

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
PROGRAM = lk.Program.from_dict(
    {
        "program": "shop",
        "events": {"order.paid": {"amount": "money"}},
        "points": {"stars": {"spendable": True}},
        "rules": [{"id": "paid", "on": "order.paid", "award": {"stars": "event.amount"}}],
        "rewards": {
            "coffee": {"cost": {"stars": 3}},
            "seat": {"cost": {"stars": 1}, "stock": 100},
            "ticket": {"cost": {"stars": 1}, "codes": [f"T-{number}" for number in range(100)]},
            "course": {"stock": 100, "waitlist": {"order": ["joined"]}},
        },
    }
)
PROCESSES, EACH = 8, 25
KINDS = ("coffee", "seat", "ticket", "course")
EVERYBODY = [f"m{own}-{number}" for own in range(PROCESSES) for number in range(EACH)]
spawn = multiprocessing.get_context("spawn")


def open_shop(url: str) -> None:
    """Ann has three hundred and one, everybody else two."""
    with lk.Loyalty(PROGRAM, store=url) as kit:
        kit.record_many(
            lk.Event(f"o-{member}", "order.paid", member, START, {"amount": 301 if member == "ann" else 2})
            for member in ["ann", *EVERYBODY]
        )


def buy(url: str, own: int, told) -> None:
    """Twenty-five of two hundred of each kind: ann's holds that are captured, or one thing for each member."""
    found = []
    with lk.Loyalty(PROGRAM, store=url) as kit:
        for number in range(EACH):
            for what in KINDS:
                try:
                    found.append((what, once(kit, what, f"m{own}-{number}")))
                except (lk.InsufficientPoints, lk.OutOfStock) as error:
                    found.append((what, error.code))
    told.put(found)


def once(kit: lk.Loyalty, what: str, member: str) -> str:
    """One purchase."""
    if what == "course":
        decision = kit.grant(member, "course", key=f"course {member}")
        return "done" if any(effect.kind == "grant" for effect in decision.effects) else "waiting"
    if what == "coffee":
        kit.capture(kit.hold("ann", "coffee", key=member))
    else:
        kit.redeem(member, what, key=f"{what} {member}")
    return "done"


def crowd(url: str) -> Counter[tuple[str, str]]:
    """Eight processes at once; how many of the purchases came to what."""
    told = spawn.Queue()
    processes = [spawn.Process(target=buy, args=(url, own, told)) for own in range(PROCESSES)]
    for process in processes:
        process.start()
    outcomes = Counter(outcome for _ in processes for outcome in told.get(timeout=120))
    for process in processes:
        process.join(60)
    return outcomes
