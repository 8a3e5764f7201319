"""Eight processes redeem at once: what was there is given, to the last piece, and not one more."""

from __future__ import annotations

import datetime as dt
import multiprocessing

import pytest

import loyaltykit as lk

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
PROGRAM = lk.Program.from_dict({
    "program": "shop",
    "events": {"order.paid": {"amount": "money"}},
    "points": {"stars": {"spendable": True}},
    "rules": [{"id": "paid", "on": "order.paid", "award": {"stars": "event.amount"}}],
    "rewards": {"coffee": {"cost": {"stars": 3}}, "seat": {"cost": {"stars": 1}, "stock": 100}},
})  # fmt: skip
PROCESSES, EACH = 8, 25
spawn = multiprocessing.get_context("spawn")


def _buy(url, own, reward, told):
    """Redeem, again and again: one member's coffee, or a seat for somebody else each time."""
    found = []
    with lk.Loyalty(PROGRAM, store=url) as kit:
        for number in range(EACH):
            member = "ann" if reward == "coffee" else f"m{own}-{number}"
            try:
                kit.redeem(member, reward, key=f"{own}/{number}")
            except (lk.InsufficientPoints, lk.OutOfStock) as error:
                found.append(error.code)
            else:
                found.append("done")
    told.put(found)


@pytest.mark.parametrize(("reward", "refused"), [("coffee", "points/insufficient"), ("seat", "reward/out-of-stock")])
def test_of_two_hundred_redemptions_with_funds_or_stock_for_a_hundred_a_hundred_succeed(tmp_path, reward, refused):
    url = f"sqlite:///{tmp_path}/school.db?synchronous=normal"
    with lk.Loyalty(PROGRAM, store=url) as kit:
        members = ["ann", *(f"m{own}-{number}" for own in range(PROCESSES) for number in range(EACH))]
        kit.record_many(
            lk.Event(f"o-{member}", "order.paid", member, START, {"amount": 301 if member == "ann" else 1})
            for member in members
        )
    told = spawn.Queue()
    processes = [spawn.Process(target=_buy, args=(url, own, reward, told)) for own in range(PROCESSES)]
    for process in processes:
        process.start()
    outcomes = [outcome for _ in processes for outcome in told.get(timeout=60)]
    for process in processes:
        process.join(60)
    assert (outcomes.count("done"), outcomes.count(refused), len(outcomes)) == (100, 100, 200)
    with lk.Loyalty(PROGRAM, store=url) as kit:
        if reward == "coffee":
            assert (kit.member("ann").points["stars"].available, len(kit.member("ann").redemptions)) == (1, 100)
        else:
            assert sum(kit.entitled(member, "seat") for member in members) == 100
