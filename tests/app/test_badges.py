"""Badges that a person awards or takes away, that a correction takes away, and that are new in a program."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.errors import LoyaltyError, NotEligible
from loyaltykit.program.load import Program
from tests.app.school import DAY, START, event

DOCUMENT = {
    "program": "school",
    "late": "30d",
    "events": {"quiz.passed": {"score": "number"}, "page.opened": {}},
    "points": {"xp": {}},
    "rewards": {"mentor": {"kind": "role"}, "seat": {"kind": "seat", "stock": 1}, "chat": {"kind": "chat"}},
    "badges": {
        "scholar": {"count": "quiz.passed", "steps": {"bronze": 1, "silver": 3}, "award": {"xp": 5}},
        "two": {"when": "count('quiz.passed') >= 2", "grant": ["mentor", "seat"], "revocable": True},
        "kept": {"when": "count('quiz.passed') >= 2", "grant": "chat"},
        "secret": {"count": "page.opened", "hidden": True},
    },
}
PROGRAM = Program.from_dict(DOCUMENT)


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def quiz(id: str, day: float) -> object:
    return event(id, "quiz.passed", days=day, score=1)


def held(kit: Loyalty) -> dict[str, str | None]:
    return {name: badge.step for name, badge in kit.member("ann").badges.items()}


def test_what_a_person_took_away_only_a_person_gives_back(kit):
    kit.record(quiz("q1", 0))
    kit.revoke_badge("ann", "scholar", by="dora", reason="copied")
    assert held(kit) == {}
    for number in (2, 3, 4):
        kit.record(quiz(f"q{number}", number))
    assert "scholar" not in held(kit)
    kit.award_badge("ann", "scholar", step="bronze", by="dora", reason="sat again", key="again")
    assert held(kit)["scholar"] == "bronze"
    assert kit.member("ann").points["xp"].lifetime == 10  # what follows from a badge follows, and what followed stays
    with pytest.raises(NotEligible):
        kit.award_badge("ann", "scholar")
    kit.award_badge("ann", "scholar", step="bronze", by="dora", reason="sat again", key="again")
    assert kit.member("ann").points["xp"].lifetime == 10


def test_the_count_goes_on_while_a_badge_is_taken_away(kit):
    kit.record(quiz("q1", 0))
    kit.revoke_badge("ann", "scholar")
    kit.record(quiz("q2", 1))
    kit.award_badge("ann", "scholar", step="bronze")
    kit.record(quiz("q3", 2))
    assert held(kit)["scholar"] == "silver"


def test_what_nobody_has_cannot_be_taken_away(kit):
    kit.record(quiz("q1", 0))
    with pytest.raises(NotEligible):
        kit.revoke_badge("ann", "two")
    with pytest.raises(LoyaltyError) as caught:
        kit.revoke_badge("ann", "nothing")
    assert caught.value.code == "badge/unknown"
    with pytest.raises(LoyaltyError) as caught:
        kit.award_badge("ann", "scholar", step="gold")
    assert caught.value.code == "badge/step"


def test_a_correction_takes_a_revocable_badge_away_and_keeps_the_other(kit):
    kit.record(quiz("q1", 0))
    kit.record(quiz("q2", 1))
    assert {"two", "kept"} <= set(held(kit))
    kit.void("q2", by="dora")
    view = kit.member("ann")
    assert "two" not in view.badges
    assert view.badges["kept"].kept
    assert set(view.entitlements) == {"chat"}
    kit.record(event("b1", "quiz.passed", member="bob", score=1))
    kit.record(event("b2", "quiz.passed", member="bob", days=1, score=1))
    assert kit.entitled("bob", "seat")  # the seat was free again
    kit.record(quiz("q3", 0.5))
    assert not kit.member("ann").badges["two"].kept


def test_a_kept_badge_can_be_taken_away_and_stays_away(kit):
    kit.record(quiz("q1", 0))
    kit.record(quiz("q2", 1))
    kit.void("q2")
    kit.revoke_badge("ann", "kept")
    assert "kept" not in held(kit)
    kit.record(event("p", "page.opened", days=0.2))  # late: the history is folded again
    assert "kept" not in held(kit)
    kit.record(quiz("q3", 2))
    assert "kept" not in held(kit)


def test_a_restart_remembers_what_was_taken_away(url):
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record(quiz("q1", 0))
        kit.record(quiz("q2", 1))
        kit.void("q2")
        kit.revoke_badge("ann", "scholar")
        before = held(kit)
    with Loyalty(PROGRAM, store=url) as kit:
        assert held(kit) == before == {"kept": None}


def test_what_can_still_be_earned(kit):
    kit.record(quiz("q1", 0))
    ahead = {one.name: (one.step, one.reached, one.needed) for one in kit.member("ann").badges_ahead}
    assert ahead == {"scholar": ("silver", 1, 3), "two": (None, None, None), "kept": (None, None, None)}
    kit.record(event("p", "page.opened", days=1))
    assert "secret" in held(kit)
    kit.revoke_badge("ann", "scholar")
    assert {one.name for one in kit.member("ann").badges_ahead} == {"two", "kept"}


@settings(max_examples=40, deadline=None)
@given(
    days=st.sets(st.integers(0, 12), min_size=1, max_size=6),
    acts=st.lists(st.tuples(st.sampled_from(["award", "revoke"]), st.integers(0, 12)), max_size=3),
    seed=st.integers(0, 1_000),
)
def test_the_order_of_arrival_does_not_matter(days, acts, seed):
    events = [quiz(f"q{day}", day) for day in days]
    for number, (what, day) in enumerate(acts):
        kind = "kit.badge_awarded" if what == "award" else "kit.badge_revoked"
        events.append(event(f"a{number}", kind, days=day + 0.1 + number / 1000, badge="scholar"))
    found = []
    for order in (sorted(events, key=lambda one: one.at), random.Random(seed).sample(events, len(events))):
        with Loyalty(PROGRAM) as kit:
            for one in order:
                kit.record(one)
            view = kit.member("ann", timeline=0)
            found.append(({name: one for name, one in view.badges.items() if not one.kept}, view.points))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("retroactive", "badges", "xp"),
    [("silent", {"new", "cond"}, 0), ("announce", {"new", "cond"}, 20), ("no", set(), 0)],
)
def test_a_badge_that_is_new_in_the_program(retroactive, badges, xp):
    old = {**DOCUMENT, "badges": {}}
    with Loyalty(Program.from_dict(old)) as kit:
        for day in range(3):
            kit.record(quiz(f"q{day}", day))
        new = {
            "new": {"count": "quiz.passed", "steps": {"one": 3}, "award": {"xp": 10}, "retroactive": retroactive},
            "cond": {
                "when": "count('quiz.passed', within='30d') >= 2",
                "award": {"xp": 10},
                "retroactive": retroactive,
            },
        }
        kit.adopt(Program.from_dict({**old, "badges": new, "version": 2}), at=START + 3 * DAY)
        kit.advance(START + 4 * DAY)
        assert set(kit.member("ann").badges) == badges
        assert kit.member("ann").points["xp"].lifetime == xp
        if retroactive == "no":  # it has to be earned from now on, the condition to turn true anew
            kit.record(quiz("q9", 5))
            assert set(kit.member("ann").badges) == set()
            for day in (50, 51, 52):
                kit.record(quiz(f"q{day}", day))
            assert set(kit.member("ann").badges) == {"new", "cond"}


def test_a_quest_that_looks_back_counts_what_was_before_it_was_there():
    old = {**DOCUMENT, "badges": {}}
    with Loyalty(Program.from_dict(old)) as kit:
        for day in range(3):
            kit.record(quiz(f"q{day}", day))
        quests = {
            "back": {"retroactive": True, "steps": [{"on": "quiz.passed", "times": 2}], "reward": {"xp": 10}},
            "forth": {"steps": [{"on": "quiz.passed", "times": 2}], "reward": {"xp": 100}},
            "join": {
                "start": "join",
                "retroactive": True,
                "steps": [{"on": "quiz.passed", "times": 3}],
                "reward": {"xp": 1},
            },
        }
        kit.adopt(Program.from_dict({**old, "quests": quests, "version": 2}), at=START + 3 * DAY)
        assert kit.member("ann").points["xp"].lifetime == 0
        kit.join("ann", quest="join", at=START + 4 * DAY)
        assert kit.member("ann").points["xp"].lifetime == 1
        kit.record(quiz("q9", 5))
        assert kit.member("ann").points["xp"].lifetime == 11
