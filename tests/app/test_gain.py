"""What a campaign is expected to bring: learned from whom chance withheld it, told with the score."""

from __future__ import annotations

import datetime as dt
import random
from itertools import pairwise

import pytest

import loyaltykit as lk
from loyaltykit.app.fitting import joined, spread
from loyaltykit.campaigns.holdouts import arm_of
from tests.app.scored import DAY, START
from tests.churn.sample import Sample

NOW = START + 100 * DAY
VALUE, COST = 1500, 100
WAITS = "reason/condition"
PROGRAM = lk.Program.from_dict(
    {
        "program": "school",
        "events": {"lesson.completed": {}},
        "churn": {
            "horizon": "28d",
            "bands": {"high": 0.6},
            "gain": {"campaign": "gift", "value": VALUE, "cost": COST},
        },
        "campaigns": {
            "gift": {"start": "count('lesson.completed') >= 4", "holdout": "50%", "steps": [{"send": "hello"}]},
            "worth": {"start": "churn.gain > 0", "steps": [{"send": "hello"}]},
        },
        "messages": {"hello": {"en": "Hello!"}},
    }
)


def school(members: int, *, works: bool, days: int = 100) -> list[lk.Event]:
    """Four lessons in two weeks bring the gift; after it most of the withheld are gone, and fewer of the treated.

    The last fifth of the members came in the last ten days.
    """
    chance, found = random.Random(5), []
    for number in range(members):
        member = f"m{number:03}"
        new = number >= members * 4 // 5
        at = START + (chance.uniform(days - 10, days - 1) if new else chance.uniform(0, 20)) * DAY
        treated = arm_of("school", "gift", member, 0.5) == "treated"
        leaves = 0.3 if works and treated else 0.8
        lessons = 4 if chance.random() < leaves else 40
        for step in range(lessons):
            if at < START + days * DAY:
                found.append(lk.Event(f"{member}-{step}", "lesson.completed", member, at))
            at += chance.uniform(2, 4) * DAY
    return found


def kit_of(events: list[lk.Event]) -> lk.Loyalty:
    kit = lk.Loyalty(PROGRAM, churn_model=Sample)
    kit.record_many(events)
    return kit


def gained(kit: lk.Loyalty) -> list[float]:
    found = [kit.member(member).churn for member in kit.members()]
    return [one.gain for one in found if one.gain is not None]


def test_a_gift_that_keeps_every_second_member_is_worth_its_value_less_its_cost():
    with kit_of(school(375, works=True)) as kit:
        assert kit.fit_churn(NOW).gain
        kit.score_churn(NOW)
        found = gained(kit)
        assert 8 < len(found) < 80
        mean = sum(found) / len(found)
        assert 0.25 * VALUE - COST < mean < 0.8 * VALUE - COST
        begun = [member for member in kit.members() if kit.explain(member, campaign="worth").reasons[0].code != WAITS]
        assert len(begun) == sum(one > 0 for one in found)


def test_a_gift_that_changes_nothing_is_worth_about_what_it_costs_less():
    with kit_of(school(375, works=False)) as kit:
        kit.score_churn(NOW)
        found = gained(kit)
        assert abs(sum(found) / len(found) + COST) < 0.2 * VALUE


def test_of_members_like_whom_nobody_was_exposed_no_gain_is_told():
    with kit_of(school(375, works=True)) as kit:
        kit.score_churn(NOW)
        gone = [kit.member(member).churn for member in kit.members() if kit.member(member).churn.score > 0.9]
        assert len(gone) > 50
        assert {one.gain for one in gone} == {None}


def test_too_few_exposures_give_no_gain():
    with kit_of(school(40, works=True)) as kit:
        assert not kit.fit_churn(NOW).gain
        kit.score_churn(NOW)
        assert gained(kit) == []


def test_exposures_that_are_not_a_horizon_old_teach_nothing():
    young = START + 40 * DAY
    with kit_of([event for event in school(375, works=True) if event.at < young]) as kit:
        assert not kit.fit_churn(young).gain


def test_what_came_after_an_instant_teaches_nothing_about_it():
    at = START + 70 * DAY
    events = school(375, works=True)
    with kit_of(events) as one, kit_of([event for event in events if event.at < at]) as other:
        assert one.fit_churn(at).sha256 == other.fit_churn(at).sha256
        with one._journal.reading() as mine, other._journal.reading() as theirs:
            name = "gain/gift/sample/treated"
            assert mine.model(name, until=2**60).sha256 == theirs.model(name, until=2**60).sha256


@pytest.mark.parametrize("last", [0, 10, 1_000, 25_000, 25_001, 1_000_000])
def test_members_to_learn_from_are_spread_over_all_and_bounded(last):
    ranges = spread(last)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == last
    assert sum(to - after for after, to in ranges) == min(last, 25_000)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))


def test_single_members_join_ranges():
    assert joined([(0, 3), (10, 12)], [2, 4, 8, 12, 13]) == [(0, 4), (7, 8), (10, 13)]
    assert joined([(0, 0)], []) == [(0, 0)]


def test_the_summary_of_a_fit_is_ready_for_json():
    with kit_of(school(40, works=True)) as kit:
        said = kit.fit_churn(NOW).to_dict()
        assert (said["gain"], said["at"]) == (False, NOW.isoformat())
        assert isinstance(dt.datetime.fromisoformat(said["at"]), dt.datetime)
