"""Why a referral, a surprise or a rank came to what it did."""

from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import LoyaltyError
from loyaltykit.program.load import Program
from loyaltykit.values import Event
from tests.cli.helpers import invoke

START = dt.datetime(2026, 9, 2, 9, tzinfo=dt.UTC)
DOCUMENT = {
    "program": "school",
    "events": {"order.paid": {"order": "text"}, "lesson.completed": {}},
    "member": {"referred": "text"},
    "points": {"xp": {}},
    "rules": [{"id": "lesson", "on": "lesson.completed", "award": {"xp": 10}}],
    "leaderboards": {"weekly": {"by": "earned('xp')", "every": "week"}},
    "referrals": {
        "joined": "member.referred",
        "rewards": {"referrer": {"xp": 50}, "friend": {"xp": 20}},
        "after": "order.paid",
    },
    "surprises": {
        "thanks": {
            "on": "order.paid",
            "chance": "100%",
            "budget": "2 per month",
            "per_member": "1 per year",
            "award": {"xp": 1},
        }
    },
}
PROGRAM = Program.from_dict(DOCUMENT)


@pytest.fixture
def kit():
    with Loyalty(PROGRAM) as kit:
        yield kit


def why(kit, member, **asked):
    return [(one.code, dict(one.values)) for one in kit.explain(member, **asked).reasons]


def paid(kit, member, hours=1):
    kit.record(Event(f"o-{member}", "order.paid", member, START + dt.timedelta(hours=hours), {"order": f"o-{member}"}))


def learn(kit, member, times):
    for number in range(times):
        kit.record(Event(f"{member}-{number}", "lesson.completed", member, START + dt.timedelta(hours=2 + number)))


def test_a_referral_from_the_invitation_to_the_reward(kit):
    kit.update_member("bob", {"referred": "ann"}, at=START)
    kit.update_member("eve", {}, at=START)
    assert why(kit, "eve", referral=True) == [("reason/nobody-named", {})]
    assert why(kit, "bob", referral=True) == [("reason/no-event", {"event": "order.paid"})]
    paid(kit, "bob")
    assert why(kit, "bob", referral=True) == [("reason/referrer-unknown", {})]
    kit.update_member("ann", {}, at=START + dt.timedelta(hours=2))
    assert why(kit, "bob", referral=True) == [("reason/rewarded", {})]
    assert why(kit, "ann", referral=True)[-1] == ("reason/brought", {"friends": 1})


def test_who_referred_themselves_is_told_so(kit):
    kit.update_member("bob", {"referred": "bob"}, at=START)
    paid(kit, "bob")
    (words,) = kit.explain("bob", referral=True, lang="ru").words
    assert "нельзя пригласить себя" in words


def test_a_surprise_tells_of_chance_limit_and_budget(kit):
    kit.update_member("ann", {}, at=START)
    assert why(kit, "ann", surprise="thanks") == [
        ("reason/by-chance", {"event": "order.paid", "chance": "1"}),
        ("reason/budget", {"given": 0, "budget": 2}),
    ]
    for member in ("ann", "bob"):
        paid(kit, member)
    assert why(kit, "ann", surprise="thanks")[1:] == [
        ("reason/limit", {"limit": 1}),
        ("reason/out-of-budget", {"given": 2, "budget": 2}),
    ]


def test_a_rank_and_what_the_next_above_has(kit):
    for member, lessons in (("ann", 5), ("bob", 3), ("eve", 3)):
        learn(kit, member, lessons)
    assert why(kit, "ann", leaderboard="weekly") == [("reason/rank", {"rank": 1, "score": 50, "members": 3})]
    assert why(kit, "eve", leaderboard="weekly") == [
        ("reason/rank", {"rank": 2, "score": 30, "members": 3}),
        ("reason/behind", {"missing": 20}),
    ]
    kit.hide("eve")
    assert why(kit, "eve", leaderboard="weekly") == [("reason/not-on-board", {"members": 2})]


def test_what_the_program_does_not_have(kit):
    kit.update_member("ann", {}, at=START)
    with pytest.raises(LoyaltyError, match="did you mean thanks"):
        kit.explain("ann", surprise="thank")
    with pytest.raises(LoyaltyError, match="leaderboard"):
        kit.explain("ann", leaderboard="monthly")
    plain = {key: part for key, part in DOCUMENT.items() if key != "referrals"}
    with Loyalty(Program.from_dict(plain)) as other:
        other.update_member("ann", {}, at=START)
        with pytest.raises(LoyaltyError, match="no referrals"):
            other.explain("ann", referral=True)


def test_the_command_line_asks_the_same(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db"
    with Loyalty(PROGRAM, store=url) as kit:
        learn(kit, "ann", 2)
    found = invoke("--lang", "ru", "explain", "ann", "--referral", "--store", url)
    assert (found.exit_code, found.output.strip()) == (0, "referrals: никто не назван пригласившим")
