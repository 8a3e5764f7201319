"""Refunds and regrades: what is taken back, what is given up, what opens again."""

from __future__ import annotations

import pytest

import loyaltykit as lk
from loyaltykit.ledger import balances
from tests.engine.story import Story as Told
from tests.engine.story import given

HEAD_EVENTS = "refund: {order: text, amount: money}"


class Story(Told):
    """A school that takes money back."""

    def __init__(self, text: str, **more) -> None:
        from tests.engine import story

        head = story.HEAD
        story.HEAD = head + "  refund: {order: text, amount: money}\n  grade: {work: text, score: number}\n"
        try:
            super().__init__(text, **more)
        finally:
            story.HEAD = head


PAID = "{id: paid, on: order, award: {xp: event.amount / 10}, key: event.order%s}"
BACK = "{id: back, on: refund, reverse: paid, key: event.order, of: amount%s}"


def shop(point: str = "{}", paid: str = "", back: str = "", rest: str = "") -> Story:
    return Story(f"points: {{xp: {point}}}\nrules: [{PAID % paid}, {BACK % back}]\n{rest}")


def reversed_by(decision: lk.Decision) -> list[int]:
    return [entry.amount for entry in decision.entries if entry.kind == "reversal"]


@pytest.mark.parametrize("point", ["{}", "{spendable: true}", "{pending: 14d}", "{expires: {after: 1 year}}"])
def test_the_refunded_share_is_rounded_once_on_the_running_total(point):
    story = shop(point)
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    taken = [
        reversed_by(story.on(f"2026-03-0{day} 10:00", "refund", order="a", amount=part))
        for day, part in ((2, 33), (3, 33), (4, 33), (5, 1), (6, 50))
    ]
    assert taken == [[-3], [-3], [-3], [-1], []]
    assert story.view().points["xp"].lifetime == 0


def test_of_nothing_the_whole():
    story = Story(
        f"points: {{xp: {{}}}}\nrules: [{PAID % ''}, {{id: back, on: refund, reverse: paid, key: event.order}}]"
    )
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    assert reversed_by(story.on("2026-03-02 10:00", "refund", order="b", amount=1)) == []
    assert reversed_by(story.on("2026-03-02 11:00", "refund", order="a", amount=1)) == [-10]
    assert reversed_by(story.on("2026-03-02 12:00", "refund", order="a", amount=1)) == []
    assert given(story.on("2026-03-03 10:00", "order", order="a", amount=100)) == []  # still once a value


def test_what_expired_is_not_taken_again():
    story = shop("{spendable: true, expires: {after: 10d}}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-20 10:00", "order", order="b", amount=50)
    assert reversed_by(story.on("2026-03-21 10:00", "refund", order="a", amount=100)) == []
    assert story.view().points["xp"].available == 5
    assert story.view().points["xp"].lifetime == 15


@pytest.mark.parametrize(("policy", "available", "taken"), [("allow", -7, 10), ("forgive", 0, 3), ("refuse", 3, 0)])
@pytest.mark.parametrize("where", ["point", "rule"])
def test_what_is_spent_already(policy, available, taken, where):
    from loyaltykit.rules.runtime.lots import spend

    mark = f", overdraft: {policy}"
    story = shop("{spendable: true%s}" % (mark if where == "point" else ""), back=mark if where == "rule" else "")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    spend(story.state, story.engine.plan.points[0], 7, story.state[1])
    event = lk.Event("r", "refund", "ann", story.events[0].at.replace(day=2), {"order": "a", "amount": 100})
    story.state, decision = story.engine.fold(story.state, event)
    assert story.engine.view(story.state).points["xp"].available == available
    assert -sum(reversed_by(decision)) == taken


def test_the_lot_of_the_award_goes_first_then_others():
    story = shop("{spendable: true}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-02 10:00", "order", order="b", amount=50)
    line = story.on("2026-03-03 10:00", "refund", order="b", amount=50).entries[0]
    assert (line.kind, line.amount, line.lot) == ("reversal", -5, "rules.paid/e002/xp")


def test_a_pending_award_is_cancelled():
    story = shop("{pending: 14d}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-02 10:00", "refund", order="a", amount=50)
    assert (story.view().points["xp"].pending, story.view().points["xp"].available) == (5, 0)
    story.until("2026-04-01 00:00")
    assert story.view().points["xp"].available == 5


def test_a_cap_opens_again_in_its_own_period_and_pays_nobody_later():
    story = shop(paid=", cap: {xp: 10, per: week}")
    monday = "2026-03-02 10:00"
    assert given(story.on(monday, "order", order="a", amount=80)) == [8]
    assert given(story.on("2026-03-03 10:00", "order", order="b", amount=80)) == [2]
    assert reversed_by(story.on("2026-03-04 10:00", "refund", order="a", amount=80)) == [-8]
    assert given(story.on("2026-03-05 10:00", "order", order="c", amount=90)) == [8]
    assert given(story.on("2026-03-09 10:00", "order", order="d", amount=30)) == [3]  # the next week
    assert reversed_by(story.on("2026-03-09 11:00", "refund", order="c", amount=90)) == [-8]
    assert given(story.on("2026-03-09 12:00", "order", order="e", amount=90)) == [7]  # last week's refund frees nothing


def test_a_rolling_cap_of_the_point_opens_again():
    story = shop("{cap: 10 per 7 days}")
    story.on("2026-03-01 10:00", "order", order="a", amount=80)
    story.on("2026-03-02 10:00", "refund", order="a", amount=40)
    assert given(story.on("2026-03-03 10:00", "order", order="b", amount=90)) == [6]


@pytest.mark.parametrize("by", ["", ", by: event.amount"])
@pytest.mark.parametrize("per", ["day", "7 days"])
def test_a_limit_opens_again_when_all_is_taken_back(by, per):
    story = shop(paid=f", limit: {{times: 1, per: {per}{by}}}")
    assert given(story.on("2026-03-02 10:00", "order", order="a", amount=80)) == [8]
    story.on("2026-03-02 11:00", "refund", order="a", amount=40)
    assert given(story.on("2026-03-02 12:00", "order", order="b", amount=80)) == []
    story.on("2026-03-02 13:00", "refund", order="a", amount=40)
    assert given(story.on("2026-03-02 14:00", "order", order="c", amount=80)) == [8]


def test_earned_is_net_of_reversals_in_the_awards_own_window():
    story = shop(rest="badges: {b: {when: \"earned('xp', within='10d') >= 15\"}}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-02 10:00", "refund", order="a", amount=100)
    story.on("2026-03-03 10:00", "order", order="b", amount=100)
    assert story.told("badge") == []
    story.on("2026-03-04 10:00", "order", order="c", amount=50)
    assert story.told("badge") == ["b"]


def test_what_is_taken_back_counts_no_longer_in_its_membership_year():
    ladder = "{by: earned('xp'), period: membership year, steps: {one: 0, two: 20}}"
    story = shop(rest=f"tiers: {{status: {ladder}}}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-02 10:00", "refund", order="a", amount=100)
    story.on("2026-06-03 10:00", "order", order="b", amount=190)
    assert story.view().tiers["status"].name == "one"
    story.on("2027-02-28 10:00", "order", order="c", amount=10)
    assert story.view().tiers["status"].name == "two"


def test_what_is_taken_back_of_a_year_that_is_over_changes_nothing_in_this_one():
    ladder = "{by: earned('xp'), period: membership year, keep: until end of period, steps: {one: 0, two: 20}}"
    story = shop(rest=f"tiers: {{status: {ladder}}}")
    story.on("2026-03-01 10:00", "order", order="a", amount=190)
    story.on("2027-03-01 10:00", "order", order="b", amount=190)
    story.on("2027-03-02 10:00", "refund", order="a", amount=190)
    story.on("2027-03-03 10:00", "order", order="c", amount=10)
    assert story.view().tiers["status"].name == "two"


def test_levels_are_never_lost_and_told_once():
    story = shop(rest="levels: {by: xp, steps: {one: 0, two: 10}}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-02 10:00", "refund", order="a", amount=100)
    story.on("2026-03-03 10:00", "order", order="b", amount=100)
    assert story.view().level == "two"
    assert story.told("level").count("two") <= 1


# --- regrades --------------------------------------------------------------------------------------------------------

GRADE = "{id: g, on: grade, when: event.score >= 0.5, award: {xp: 10 * event.score}, key: event.work, revise: true%s}"


def graded(point: str = "{}", more: str = "") -> Story:
    return Story(f"points: {{xp: {point}}}\nrules: [{GRADE % more}]")


@pytest.mark.parametrize("point", ["{}", "{spendable: true}", "{pending: 3d}", "{expires: {after: 1 year}}"])
def test_a_regrade_posts_the_difference_up_and_down(point):
    story = graded(point)
    balances = []
    for day, score in enumerate((0.8, 0.9, 0.6, 0.3, 0.3, 1.0), start=1):
        story.on(f"2026-03-0{day} 10:00", "grade", work="w", score=score)
        balances.append(story.view().points["xp"].lifetime)
    assert balances == [8, 9, 6, 0, 0, 10]
    kinds = [entry.kind for entry in story.entries if entry.kind in ("accrual", "reversal")]
    assert kinds[:3] == ["accrual", "accrual", "reversal"]
    assert kinds[-1] == "accrual"


def test_a_regrade_keeps_to_the_cap_and_a_repetition_gives_nothing():
    story = graded(more=", cap: {xp: 6, per: day}")
    assert given(story.on("2026-03-01 10:00", "grade", work="w", score=0.8)) == [6]
    assert given(story.on("2026-03-02 10:00", "grade", work="w", score=0.8)) == []
    assert given(story.on("2026-03-03 10:00", "grade", work="w", score=1.0)) == [2]


def test_a_regrade_gets_no_more_than_the_cap_leaves():
    story = graded(more=", cap: {xp: 9, per: week}")
    assert given(story.on("2026-03-02 10:00", "grade", work="w", score=0.6)) == [6]
    assert given(story.on("2026-03-03 10:00", "grade", work="w", score=1.0)) == [3]
    assert given(story.on("2026-03-09 10:00", "grade", work="w", score=1.0)) == []  # not even next week


def test_what_was_taken_back_in_whole_stays_so():
    rule = "{id: paid, on: order, award: {xp: event.amount / 10}, key: event.order, revise: true}"
    story = Story(f"points: {{xp: {{}}}}\nrules: [{rule}, {BACK % ''}]")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    story.on("2026-03-02 10:00", "refund", order="a", amount=100)
    assert given(story.on("2026-03-03 10:00", "order", order="a", amount=200)) == []


def test_facts_go_with_the_points():
    from loyaltykit.rules.runtime.lots import spend

    story = shop("{spendable: true}", paid=", carry: {price: event.amount}")
    story.on("2026-03-01 10:00", "order", order="a", amount=100)
    assert [one.carry for one in spend(story.state, story.engine.plan.points[0], 3, 0)] == [{"price": 100.0}]


def test_books_balance_from_entries_alone():
    story = shop("{spendable: true, pending: 2d, expires: {after: 20d}}")
    for number in range(6):
        story.on(f"2026-03-{number * 4 + 1:02} 10:00", "order", order=str(number), amount=100)
        if number % 2:
            story.on(f"2026-03-{number * 4 + 2:02} 10:00", "refund", order=str(number - 1), amount=70)
    story.until("2026-03-24 00:00")
    found = balances(story.entries)["ann", "xp"]
    view = story.view().points["xp"]
    assert found.conserved
    assert (found.pending, found.available) == (view.pending, view.available)
    assert found.reversed
    assert found.expired
