# ruff: noqa: E501  # a small program and its story are read best in one line
"""Tiers in every form: moving windows, membership years, times from qualifying, grace, paid ladders, projections."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.story import Story, moment, told

RULES = "points: {xp: {}, seen: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}]\nrewards: {chat: {}, club: {}}\nmember: {plan: text}\n"
STEPS = "steps: {bronze: 0, silver: 300, gold: 1000}"


def ladder(extra: str, *, zone: str = "UTC") -> Story:
    return Story(RULES + f"tiers: {{status: {{by: earned('xp'), {extra}}}}}", zone=zone)


def steps(story: Story) -> list[tuple[str, str | None]]:
    return [(story.wall(e.at), e.data["step"]) for e in story.effects if e.kind == "tier"]


def seen(story: Story, at: str | None = None):
    return story.view(at).tiers["status"]


# --- moving windows ----------------------------------------------------------------------------------------------


def test_a_step_over_a_moving_window_is_held_while_the_window_has_it():
    story = ladder(f"period: rolling 90d, {STEPS}")
    story.on("2026-01-10 10:00", "quiz", score=200)
    story.on("2026-02-10 10:00", "quiz", score=100)
    view = seen(story)
    assert (view.name, view.until, view.missing, view.keep_missing) == (
        "silver",
        moment("2026-04-10 10:00"),
        700,
        200,
    )
    story.on("2026-04-01 10:00", "quiz", score=200)  # what keeps it longer: February and April
    assert seen(story).until == moment("2026-05-11 10:00")
    story.until("2027-01-01 00:00")
    assert steps(story) == [("2026-02-10 10:00", "silver"), ("2026-05-11 10:00", "bronze")]


def test_a_window_of_months_ends_on_the_same_wall_time():
    story = ladder(f"period: rolling 12 months, {STEPS}", zone="Europe/Moscow")
    story.on("2010-10-31 12:00", "quiz", score=300)
    story.until("2012-01-01 00:00")  # Moscow left the change of clocks in between
    assert steps(story) == [("2010-10-31 12:00", "silver"), ("2011-10-31 12:00", "bronze")]


def test_twelve_months_from_qualifying_then_the_window_decides():
    story = ladder(f"period: rolling 12 months, keep: 12 months from qualifying, {STEPS}")
    story.on("2026-01-10 10:00", "quiz", score=200)
    story.on("2026-03-10 10:00", "quiz", score=100)
    assert seen(story, "2027-02-01 00:00").name == "silver"  # January is out of the window, and yet
    story.on("2026-12-01 10:00", "quiz", score=300)
    view = seen(story)
    assert (view.until, view.keep_missing) == (moment("2027-03-10 10:00"), 0)
    story.until("2028-12-31 00:00")
    assert steps(story) == [("2026-03-10 10:00", "silver"), ("2028-03-10 10:00", "bronze")]


def test_a_higher_step_is_kept_for_a_time_of_its_own_and_one_step_down_too():
    story = ladder(f"period: rolling 30d, keep: 6 months from qualifying, downgrade: one step, {STEPS}")
    story.on("2026-01-10 10:00", "quiz", score=300)
    story.on("2026-02-01 10:00", "quiz", score=700)
    story.until("2028-01-01 00:00")
    assert steps(story) == [
        ("2026-01-10 10:00", "silver"),
        ("2026-02-01 10:00", "gold"),
        ("2026-08-01 10:00", "silver"),
        ("2027-02-01 10:00", "bronze"),
    ]


def test_a_calendar_period_with_a_time_begins_anew_when_qualified_again():
    story = ladder(f"period: calendar year, keep: 12 months from qualifying, {STEPS}")
    story.on("2026-05-10 10:00", "quiz", score=300)
    assert seen(story, "2027-01-01 00:00").until == moment("2027-05-10 10:00")
    story.on("2027-02-01 10:00", "quiz", score=300)
    assert seen(story).until == moment("2028-02-01 10:00")
    story.until("2029-01-01 00:00")
    assert steps(story)[1:] == [("2028-02-01 10:00", "bronze")]


def test_a_lifetime_is_never_over():
    story = ladder(f"period: lifetime, {STEPS}")
    story.on("2016-03-10 10:00", "quiz", score=1000)
    view = seen(story, "2036-01-01 00:00")
    assert (view.name, view.until, view.keep_missing, view.words()) == ("gold", None, None, "gold")


def test_a_lifetime_follows_a_basis_that_falls():
    story = Story(
        RULES.replace("xp: {}", "xp: {expires: {after: 30d}}")
        + "tiers: {status: {by: points.xp.available, period: lifetime, steps: {a: 0, b: 100}}}"
    )
    story.on("2026-03-01 10:00", "quiz", score=100)
    story.until("2026-06-01 00:00")
    assert steps(story) == [("2026-03-01 10:00", "b"), ("2026-03-31 10:00", "a")]


# --- membership years --------------------------------------------------------------------------------------------


def test_a_membership_year_begins_on_the_day_of_joining():
    story = ladder(f"period: membership year, keep: until end of period, {STEPS}", zone="Asia/Kathmandu")
    story.on("2026-05-20 22:00", "quiz", score=200)
    story.on("2027-05-19 23:59", "quiz", score=100)
    assert seen(story).name == "silver"
    assert seen(story).until == moment("2027-05-20 00:00", "Asia/Kathmandu")
    story.on("2027-05-20 00:00", "quiz", score=100)
    assert (seen(story).name, seen(story).missing) == ("bronze", 200)


@pytest.mark.parametrize(
    ("joined", "ends"), [("2024-02-29", "2025-02-28"), ("2027-02-28", "2028-02-28"), ("2023-03-01", "2024-03-01")]
)
def test_who_joined_on_29_february_has_years_of_28_february(joined, ends):
    story = ladder(f"period: membership year, keep: until end of period, {STEPS}")
    story.on(f"{joined} 10:00", "quiz", score=300)
    story.until("2030-01-01 00:00")
    assert steps(story)[1:] == [(f"{ends} 00:00", "bronze")]


def test_a_leap_day_comes_back_in_a_leap_year():
    story = ladder(f"period: membership year, keep: until end of period, {STEPS}")
    story.on("2024-02-29 10:00")
    story.on("2027-06-01 10:00", "quiz", score=300)
    story.until("2030-01-01 00:00")
    assert steps(story)[1:] == [("2028-02-29 00:00", "bronze")]


def test_another_day_of_joining_moves_the_running_year_and_loses_nothing():
    story = ladder(f"period: membership year, keep: until end of period, {STEPS}")
    story.on("2026-03-01 10:00", "quiz", score=200)
    story.on("2026-04-01 10:00", "member.updated", joined=moment("2019-06-15 12:00"))
    story.on("2026-05-01 10:00", "quiz", score=100)
    assert (seen(story).name, seen(story).until) == ("silver", moment("2026-06-15 00:00"))
    story.until("2026-06-15 00:00")
    assert (seen(story).name, seen(story).missing) == ("bronze", 300)


@pytest.mark.parametrize(
    ("zone", "joined", "end"),
    [
        ("Pacific/Apia", "2010-12-30 10:00", "2011-12-31 00:00"),  # there was no 30 December 2011
        ("America/Havana", "2010-03-20 10:00", "2011-03-20 01:00"),  # no midnight that day
        ("Asia/Beirut", "2022-03-26 10:00", "2023-03-26 01:00"),  # nor that one
        ("Europe/Moscow", "2013-10-26 10:00", "2014-10-26 00:00"),
    ],
)
def test_a_year_that_ends_where_the_clock_is_odd(zone, joined, end):
    story = ladder(f"period: membership year, keep: until end of period, {STEPS}", zone=zone)
    story.on(joined, "quiz", score=300)
    story.until("2026-01-01 00:00")
    assert len(steps(story)) == 2
    assert steps(story)[1][0] == end


def test_a_month_end_on_apias_missing_day():
    story = ladder(f"period: calendar month, keep: until end of period, {STEPS}", zone="Pacific/Apia")
    story.on("2011-12-29 23:00", "quiz", score=300)
    story.on("2011-12-31 10:00", "quiz", score=700)
    story.until("2012-03-01 00:00")
    assert steps(story) == [
        ("2011-12-29 23:00", "silver"),
        ("2011-12-31 10:00", "gold"),
        ("2012-01-01 00:00", "bronze"),
    ]


def test_a_member_who_moves_lives_one_anniversary_a_year():
    story = ladder(f"period: membership year, keep: until end of period, {STEPS}", zone="Pacific/Auckland")
    story.on("2026-04-01 10:00", "quiz", score=300)
    story.on("2027-04-01 01:00", "quiz", score=200)  # the second year has begun
    story.move("America/Havana", "2027-04-01 02:00")  # where it is 31 March still
    story.on("2027-04-10 10:00", "quiz", score=100)
    assert seen(story).name == "silver"
    story.until("2029-01-01 00:00")
    assert [step for _, step in steps(story)] == ["silver", "bronze", "silver", "bronze"]
    assert steps(story)[-1][0] == "2028-03-31 00:00"  # the day of joining, as Havana's calendar has it


# --- with the next period, and grace -----------------------------------------------------------------------------


def test_a_step_that_begins_with_the_next_period_is_held_for_it():
    story = ladder(f"period: calendar year, upgrade: next period, {STEPS}, benefits: {{gold: {{grant: chat}}}}")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    assert (seen(story).name, sorted(story.view().entitlements)) == ("bronze", [])
    view = seen(story, "2027-01-01 00:00")
    assert (view.name, view.until, view.keep_missing) == ("gold", moment("2028-01-01 00:00"), 1000)
    assert view.words() == "keeps gold until 31 Dec; 1,000 xp more to keep it longer"
    story.until("2030-01-01 00:00")
    assert steps(story) == [("2027-01-01 00:00", "gold"), ("2028-01-01 00:00", "bronze")]


def test_benefits_go_on_for_the_grace():
    story = ladder(
        f"period: calendar month, keep: until end of period, grace: 10d, {STEPS}, benefits: {{gold: {{grant: chat}}}}"
    )
    story.on("2026-03-10 10:00", "quiz", score=1000)
    view = seen(story, "2026-04-05 10:00")
    assert (view.name, view.until, view.grace_until, view.keep_missing) == (
        "gold",
        moment("2026-04-01 00:00"),
        moment("2026-04-11 00:00"),
        1000,
    )
    assert view.in_grace
    assert view.words() == "gold ended on 31 Mar, its benefits go on until 10 Apr; 1,000 xp more to keep it"
    assert sorted(story.view("2026-04-10 23:59").entitlements) == ["chat"]
    story.until("2026-06-01 00:00")
    assert steps(story)[1:] == [("2026-04-11 00:00", "bronze")]
    assert story.view().entitlements == {}


def test_who_qualifies_again_in_the_grace_has_lost_nothing():
    story = ladder(
        f"period: calendar month, keep: until end of period, grace: 10d, {STEPS}, benefits: {{gold: {{grant: chat}}}}"
    )
    story.on("2026-03-10 10:00", "quiz", score=1000)
    decision = story.on("2026-04-05 10:00", "quiz", score=1000)
    assert told(decision, "tier") == told(decision, "expired") == []
    assert seen(story).since == moment("2026-03-10 10:00")
    assert seen(story).until == moment("2026-05-01 00:00")
    story.until("2026-06-01 00:00")
    assert steps(story)[1:] == [("2026-05-11 00:00", "bronze")]


def test_less_in_the_grace_is_what_is_left_after_it():
    story = ladder(f"period: calendar month, keep: until end of period, grace: 10d, {STEPS}")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    story.on("2026-04-05 10:00", "quiz", score=300)
    story.until("2026-07-01 00:00")
    assert steps(story)[1:] == [("2026-04-11 00:00", "silver"), ("2026-05-11 00:00", "bronze")]


def test_a_grace_that_outlasts_a_period_ends_once():
    story = ladder(f"period: calendar month, grace: 60d, {STEPS}")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    story.on("2026-05-10 10:00", "quiz", score=300)
    story.until("2027-07-01 00:00")
    assert steps(story)[1:] == [("2026-06-30 00:00", "silver"), ("2026-08-30 00:00", "bronze")]


# --- paid --------------------------------------------------------------------------------------------------------


def test_a_paid_ladder_follows_its_events_and_is_named_like_itself():
    story = Story(
        RULES.replace("]\n", ", {id: s, on: ping, award: {seen: 10}}]\n", 1)
        + "tiers: {status: {paid: {start: lesson, end: order}, benefits: {status: {grant: chat, multiply: {seen: 2}}}}}"
    )
    assert (seen(story).name, seen(story).words()) == (None, "no step yet")
    story.on("2026-03-01 10:00", "lesson")
    assert (seen(story).name, seen(story).next, seen(story).until) == ("status", None, None)
    assert sorted(story.view().entitlements) == ["chat"]
    story.on("2026-03-02 10:00")
    assert story.points("seen") == 20
    assert told(story.on("2026-03-03 10:00", "lesson"), "tier") == []  # paid on
    story.on("2026-04-01 10:00", "order")
    assert (seen(story).name, story.view().entitlements) == (None, {})
    assert told(story.on("2026-04-02 10:00", "order"), "tier") == []
    assert steps(story) == [("2026-03-01 10:00", "status"), ("2026-04-01 10:00", None)]


PLANS = "tiers: {status: {paid: {start: lesson, end: ENDS, step: event.course}, steps: [basic, pro]GRACE, benefits: {pro: {grant: [chat, club]}, basic: {grant: chat}}}}"


def test_the_plan_names_the_step_and_the_end_of_another_ends_nothing():
    story = Story(
        RULES.replace("]\n", ", {id: s, on: ping, when: tier.status >= 'pro', award: {seen: 1}}]\n", 1)
        + PLANS.replace("GRACE", "").replace("ENDS", "order")
    )
    story.on("2026-03-01 10:00", "lesson", course="basic")
    story.on("2026-03-02 10:00", "lesson", course="something else")
    assert seen(story).name == "basic"
    story.on("2026-03-03 10:00", "lesson", course="pro")
    story.on("2026-03-04 10:00")
    assert story.points("seen") == 1
    assert sorted(story.view().entitlements) == ["chat", "club"]
    story.on("2026-03-05 10:00", "lesson", course="basic")
    assert sorted(story.view().entitlements) == ["chat"]
    story.on("2026-03-06 10:00", "order")
    assert [step for _, step in steps(story)] == ["basic", "pro", "basic", None]


def test_a_paid_step_has_a_grace_too():
    story = Story(RULES + PLANS.replace("GRACE", ", grace: 30d").replace("ENDS", "order"))
    story.on("2026-03-01 10:00", "lesson", course="pro")
    story.on("2026-03-10 10:00", "order")
    view = seen(story)
    assert (view.name, view.in_grace, view.grace_until) == ("pro", True, moment("2026-04-09 10:00"))
    story.on("2026-04-01 10:00", "lesson", course="pro")
    assert (seen(story, "2026-06-01 00:00").name, seen(story).until) == ("pro", None)
    story.on("2026-06-01 10:00", "order")
    story.until("2026-08-01 00:00")
    assert steps(story) == [("2026-03-01 10:00", "pro"), ("2026-07-01 10:00", None)]


# --- words -------------------------------------------------------------------------------------------------------


def test_the_view_says_it_in_a_sentence():
    story = Story(
        RULES.replace("xp: {}", "xp: {label: {en: Stars, ru: Звёзды}}")
        + f"tiers: {{status: {{by: earned('xp'), period: calendar year, {STEPS}}}}}"
    )
    story.on("2026-03-10 10:00", "quiz", score=588)
    view = seen(story, "2027-02-01 00:00")
    assert seen(story).words() == "412 stars to gold; keeps silver until 31 Dec 2027; 300 stars more to keep it longer"
    assert view.words() == "1,000 stars to gold; keeps silver until 31 Dec; 300 stars more to keep it longer"
    story.on("2026-03-11 10:00", "member.updated", locale="ru")
    assert (
        seen(story).words("ru")
        == "ещё 412 (звёзды) до «gold»; «silver» сохраняется до 31 декабря 2027; чтобы продлить, нужно ещё 300 (звёзды)"
    )


# --- time --------------------------------------------------------------------------------------------------------

FORMS = [
    "period: calendar month",
    "period: calendar month, keep: until end of period, grace: 10d, downgrade: one step",
    "period: calendar quarter, upgrade: next period",
    "period: rolling 20d",
    "period: rolling 1 month, grace: 5d",
    "period: rolling 30d, keep: 45d from qualifying",
    "period: rolling 1 month, keep: 2 months from qualifying, downgrade: one step, grace: 3d",
    "period: membership year, keep: 40d from qualifying",
    "period: lifetime, downgrade: never",
]
DAY = dt.timedelta(days=1)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(FORMS),
    st.sampled_from(["UTC", "America/Havana", "Europe/Moscow"]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(50, 900)), min_size=1, max_size=8),
    st.lists(st.integers(0, 500), max_size=25),
)
def test_often_seldom_or_never_gives_the_same(form, zone, earned, looks):
    start = moment("2026-01-05 10:00")

    def lived(at: list[int]) -> Story:
        story = ladder(f"{form}, {STEPS}, benefits: {{gold: {{grant: chat, multiply: {{xp: 2}}}}}}", zone=zone)
        events = [(start + day * DAY + dt.timedelta(minutes=n), score) for n, (day, score) in enumerate(sorted(earned))]
        for when, score in events:
            for look in sorted(at):
                if (
                    story.engine.now(story.state) < int((start + look * DAY).timestamp() * 10**6)
                    and start + look * DAY < when
                ):
                    story.until(start + look * DAY)
            story.on(when, "quiz", score=score)
        for look in sorted(at):
            if start + look * DAY > events[-1][0]:
                story.until(start + look * DAY)
        story.until(start + 900 * DAY)
        return story

    one, other = lived([]), lived(looks)
    assert one.engine.dump(one.state) == other.engine.dump(other.state)
    assert [e.id for e in one.effects] == [e.id for e in other.effects]
    assert one.entries == other.entries


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(50, 900)), min_size=1, max_size=8),
    st.integers(0, 120),
)
def test_a_moving_window_is_what_it_says_at_any_instant(earned, look):
    story = ladder(f"period: rolling 20d, {STEPS}")
    start = moment("2026-01-05 10:00")
    events = [(start + day * DAY + dt.timedelta(minutes=n), score) for n, (day, score) in enumerate(sorted(earned))]
    for when, score in events:
        story.on(when, "quiz", score=score)
    at = max(events[-1][0], start + look * DAY)
    total = sum(score for when, score in events if at - 20 * DAY < when <= at)
    assert seen(story, at).name == ("gold" if total >= 1000 else "silver" if total >= 300 else "bronze")
