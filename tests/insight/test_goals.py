"""Goals from plain rows: whose success counts, who is not ripe yet, who stands in both arms."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.insight.experiment import Arm
from loyaltykit.insight.goals import Exposure, Occurrence, churned, measure

DAY = 86_400_000_000


def one(at, *, within=10, as_of=1_000, exposed=100):
    """Whether one success of one treated member counts."""
    return measure([("ann", "treated", exposed)], [("ann", at)], within=within, as_of=as_of).treated


@pytest.mark.parametrize(("at", "counts"), [(99, 0), (100, 0), (101, 1), (110, 1), (111, 0)])
def test_a_success_counts_after_the_exposure_and_until_the_end_included(at, counts):
    assert one(at) == Arm(1, counts)


@pytest.mark.parametrize(("as_of", "n"), [(109, 0), (110, 1), (111, 1)])
def test_only_who_had_all_their_time_is_counted_also_after_an_early_success(as_of, n):
    found = measure([("ann", "treated", 100)], [("ann", 101)], within=10, as_of=as_of)
    assert found.treated == Arm(n, n)
    assert found.immature == (1 - n, 0)
    assert found.assigned == (1, 0)


def test_the_first_exposure_counts_once():
    rows = [Exposure("ann", "treated", 200), Exposure("ann", "treated", 100), Exposure("ann", "treated", 300)]
    assert measure(rows, [Occurrence("ann", 105), Occurrence("ann", 106)], within=10, as_of=999).treated == Arm(1, 1)
    assert measure(rows, [Occurrence("ann", 205)], within=10, as_of=999).treated == Arm(1, 0)


def test_who_is_in_both_arms_is_reported_and_counts_where_they_came_first():
    rows = [("ann", "treated", 200), ("ann", "withheld", 100), ("bob", "treated", 1), ("bob", "treated", 2)]
    found = measure(rows, [("ann", 105)], within=10, as_of=999)
    assert found.both == ("ann",)
    assert [found.treated, found.control] == [Arm(1, 0), Arm(1, 1)]


def test_strangers_do_not_count():
    assert measure([("ann", "treated", 100)], [("eve", 105)], within=10, as_of=999).treated == Arm(1, 0)


def test_churned_is_no_activity_within_the_horizon():
    rows = [(name, "withheld", 100) for name in ("ann", "bob", "eve")]
    found = churned(rows, [("ann", 105), ("bob", 100), ("bob", 111)], horizon=10, as_of=999)
    assert found.control == Arm(3, 2)


ROWS = st.tuples(st.sampled_from("abcdef"), st.sampled_from(("treated", "withheld")), st.integers(0, 60))
EVENTS = st.tuples(st.sampled_from("abcdefg"), st.integers(0, 90))


@given(
    st.lists(ROWS, max_size=12), st.lists(EVENTS, max_size=20), st.integers(1, 40), st.integers(0, 100), st.randoms()
)
def test_nobody_is_lost_and_order_does_not_matter(rows, events, within, as_of, rng):
    found = measure(rows, events, within=within, as_of=as_of)
    gone = churned(rows, events, horizon=within, as_of=as_of)
    assert sum(found.assigned) == len({member for member, _, _ in rows})
    assert [found.treated.n - found.treated.successes, found.control.n - found.control.successes] == [
        gone.treated.successes,
        gone.control.successes,
    ]
    rng.shuffle(rows)
    rng.shuffle(events)
    assert measure(rows + rows, events + events, within=within, as_of=as_of) == found


@pytest.mark.parametrize("within", [0, -1])
def test_a_goal_without_time_is_refused(within):
    with pytest.raises(ValueError, match="time"):
        measure([], [], within=within, as_of=0)


def test_another_arm_is_refused():
    with pytest.raises(ValueError, match="treated or withheld"):
        measure([("ann", "placebo", 1)], [], within=1, as_of=2)


def school(effect, seed, n=212):
    rng = random.Random(seed)
    exposures = [(f"m{i}", rng.choice(("treated", "withheld")), rng.randrange(60) * DAY) for i in range(n)]
    rates = {"treated": 0.4 + effect, "withheld": 0.4}
    successes = [(who, at + rng.randrange(1, 14) * DAY) for who, arm, at in exposures if rng.random() < rates[arm]]
    return measure(exposures, successes, within=14 * DAY, as_of=70 * DAY)


def test_from_rows_to_a_verdict():
    found = school(0.3, seed=1)
    assert sum(found.immature) > 0
    compared = found.compare(shares=(0.5, 0.5), target=0.3, direction="more")
    assert compared.helps
    assert compared.assigned == found.assigned
    assert (
        sum(school(0.0, seed).compare(shares=(0.5, 0.5), target=0.3, direction="more").helps for seed in range(40)) <= 4
    )


def test_words_and_json():
    found = measure(
        [("ann", "treated", 95), ("bob", "withheld", 1), ("bob", "treated", 2)], [("bob", 3)], within=10, as_of=100
    )
    assert found.words("ru").splitlines() == [
        "ещё не в счёт: 1 в группе кампании и 0 в контроле, их срок не истёк",
        "попали сразу в обе группы, учтены в той, где оказались раньше: 1",
    ]
    assert found.words("en").startswith("too soon to count: 1 treated")
    assert json.loads(json.dumps(found.to_dict()))["both"] == ["bob"]
    assert measure([], [], within=1, as_of=1).words("ru") == ""
