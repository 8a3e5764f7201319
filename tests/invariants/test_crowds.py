"""Eight processes and two hundred purchases, with funds, stock or codes for a hundred: a hundred succeed, always."""

from __future__ import annotations

import loyaltykit as lk
from tests.invariants.shop import EVERYBODY, PROGRAM, crowd, open_shop

REFUSED = {
    "coffee": "points/insufficient",
    "seat": "reward/out-of-stock",
    "ticket": "reward/out-of-stock",
    "course": "waiting",
}


def test_of_two_hundred_purchases_a_hundred_succeed(tmp_path):
    url = f"sqlite:///{tmp_path}/shop.db?synchronous=off"
    open_shop(url)
    assert crowd(url) == {
        **{(what, "done"): 100 for what in REFUSED},
        **dict.fromkeys(REFUSED.items(), 100),
    }
    with lk.Loyalty(PROGRAM, store=url) as kit:
        _paid_for(kit)
        _waiting(kit)


def _paid_for(kit: lk.Loyalty) -> None:
    """Holds that were captured, seats, and codes: each was given once, and paid for once."""
    ann = kit.member("ann")
    assert (ann.points["stars"].available, ann.points["stars"].held, len(ann.redemptions)) == (1, 0, 100)
    assert sum(kit.entitled(member, "seat") for member in EVERYBODY) == 100
    views = [kit.member(member) for member in EVERYBODY]
    codes = [one.code for view in views for one in view.redemptions if one.reward == "ticket"]
    assert sorted(codes) == sorted(f"T-{number}" for number in range(100))
    for view in views:
        assert view.points["stars"].available == 2 - len(view.redemptions)


def _waiting(kit: lk.Loyalty) -> None:
    """Who came too late waits, and gets what is free again."""
    have = [member for member in EVERYBODY if kit.entitled(member, "course")]
    waiting = kit.waiting("course")
    assert len(have) == len(waiting) == 100
    assert not set(have) & set(waiting)
    for member in have[:7]:
        kit.revoke(member, "course")
    now = {member for member in EVERYBODY if kit.entitled(member, "course")}
    assert now == {*have[7:], *waiting[:7]}
    assert kit.waiting("course") == waiting[7:]
