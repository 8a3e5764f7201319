# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import pytest

from tests.engine.story import Story, given, told

RULES = (
    "points: {xp: {}, seen: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}]\nrewards: {chat: {}, club: {}}\n"
)


def ladder(extra: str = "", *, period: str = "calendar month", zone: str = "UTC") -> Story:
    return Story(
        RULES
        + f"tiers: {{status: {{by: earned('xp'), period: {period}, steps: {{bronze: 0, silver: 300, gold: 1000}}, {extra}}}}}",
        zone=zone,
    )


def tier(story: Story, at: str | None = None) -> str | None:
    return story.view(at).tiers["status"].name


def told_tiers(story: Story) -> list[tuple[str, str]]:
    return [(story.wall(e.at), e.data["step"]) for e in story.effects if e.kind == "tier"]


def test_upgrades_at_once_and_the_view_says_what_is_missing():
    story = ladder()
    view = story.view().tiers["status"]
    assert (view.name, view.next, view.missing, view.until) == ("bronze", "silver", 300, None)
    decision = story.on("2026-03-10 10:00", "quiz", score=1200)
    (effect,) = decision.effects
    assert (effect.kind, effect.name, dict(effect.data)) == ("tier", "status", {"step": "gold", "previous": "bronze"})
    view = story.view().tiers["status"]
    assert (view.name, view.next, view.missing) == ("gold", None, None)


@pytest.mark.parametrize(
    ("period", "last", "first"),
    [
        ("calendar month", "2026-03-31 23:59:59", "2026-04-01 00:00"),
        ("calendar quarter", "2026-03-31 23:59:59", "2026-04-01 00:00"),
        ("calendar half", "2026-06-30 23:59:59", "2026-07-01 00:00"),
        ("calendar year", "2026-12-31 23:59:59", "2027-01-01 00:00"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "Pacific/Apia"])
def test_the_basis_counts_in_the_calendar_period_of_the_zone(period, last, first, zone):
    one = ladder(period=period, zone=zone)
    one.on("2026-03-10 10:00", "quiz", score=200)
    one.on(last, "quiz", score=100)
    assert tier(one) == "silver"
    two = ladder(period=period, zone=zone)
    two.on("2026-03-10 10:00", "quiz", score=200)
    two.on(first, "quiz", score=100)
    assert (tier(two), two.view().tiers["status"].missing) == ("bronze", 200)


@pytest.mark.parametrize(
    ("keep", "downgrade", "expected"),
    [
        # gold earned in March, nothing later
        ("until end of period", "recompute", [("2026-03-10 10:00", "gold"), ("2026-04-01 00:00", "bronze")]),
        (
            "until end of period",
            "one step",
            [("2026-03-10 10:00", "gold"), ("2026-04-01 00:00", "silver"), ("2026-05-01 00:00", "bronze")],
        ),
        ("until end of period", "never", [("2026-03-10 10:00", "gold")]),
        ("until end of next period", "recompute", [("2026-03-10 10:00", "gold"), ("2026-05-01 00:00", "bronze")]),
        (
            "until end of next period",
            "one step",
            [("2026-03-10 10:00", "gold"), ("2026-05-01 00:00", "silver"), ("2026-06-01 00:00", "bronze")],
        ),
        ("until end of next period", "never", [("2026-03-10 10:00", "gold")]),
    ],
)
def test_keeps_and_downgrades(keep, downgrade, expected):
    story = ladder(f"keep: {keep}, downgrade: {downgrade}")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    story.until("2027-01-01 00:00")
    assert told_tiers(story) == expected


@pytest.mark.parametrize(
    ("keep", "downgrade", "expected"),
    [
        # gold in March, silver's worth in April, nothing later
        ("until end of period", "recompute", ["gold", "bronze", "silver", "bronze"]),
        ("until end of period", "one step", ["gold", "silver", "bronze"]),
        ("until end of next period", "recompute", ["gold", "silver", "bronze"]),
        ("until end of next period", "one step", ["gold", "silver", "bronze"]),
    ],
)
def test_requalifying_for_less(keep, downgrade, expected):
    story = ladder(f"keep: {keep}, downgrade: {downgrade}")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    story.on("2026-04-10 10:00", "quiz", score=300)
    story.until("2027-01-01 00:00")
    assert [step for _, step in told_tiers(story)] == expected
    dates = [when[:10] for when, _ in told_tiers(story)]
    if keep == "until end of next period":
        assert dates[1:] == ["2026-05-01", "2026-06-01"]


def test_requalifying_for_the_same_keeps_it_on():
    story = ladder("keep: until end of next period")
    for month in (3, 4, 5):
        story.on(f"2026-0{month}-10 10:00", "quiz", score=1000)
    story.until("2027-01-01 00:00")
    assert told_tiers(story) == [("2026-03-10 10:00", "gold"), ("2026-07-01 00:00", "bronze")]


def test_until_in_the_view():
    story = ladder("keep: until end of next period")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    assert story.view().tiers["status"].until.isoformat() == "2026-05-01T00:00:00+00:00"
    assert story.view("2026-04-20 00:00").tiers["status"].until.isoformat() == "2026-05-01T00:00:00+00:00"
    story.on("2026-04-20 10:00", "quiz", score=1000)
    assert story.view().tiers["status"].until.isoformat() == "2026-06-01T00:00:00+00:00"
    assert story.view("2026-06-01 00:00").tiers["status"].until is None  # bronze again
    short = ladder("keep: until end of period")
    short.on("2026-03-10 10:00", "quiz", score=1000)
    assert short.view().tiers["status"].until.isoformat() == "2026-04-01T00:00:00+00:00"
    assert short.view().tiers["status"].since.isoformat() == "2026-03-10T10:00:00+00:00"


def test_benefits_live_from_the_step_to_its_end():
    story = ladder("keep: until end of period, benefits: {silver: {grant: chat}, gold: {grant: [chat, club]}}")
    assert told(story.on("2026-03-10 10:00", "quiz", score=300), "grant") == ["chat"]
    assert told(story.on("2026-03-11 10:00", "quiz", score=700), "grant") == ["club"]
    assert sorted(story.view().entitlements) == ["chat", "club"]
    decision = story.until("2026-05-10 10:00")
    assert sorted((story.wall(e.at), e.name) for e in decision.effects if e.kind == "expired") == [
        ("2026-04-01 00:00", "chat"),
        ("2026-04-01 00:00", "club"),
    ]
    assert story.view().entitlements == {}


def test_a_benefit_lives_as_long_as_the_step_also_when_the_reward_lasts_a_time():
    story = Story(
        RULES.replace("chat: {}", "chat: {lasts: 3d}")
        + "tiers: {status: {by: earned('xp'), period: calendar month, keep: until end of period, steps: {bronze: 0, silver: 300}, benefits: {silver: {grant: chat}}}}"
    )
    story.on("2026-03-10 10:00", "quiz", score=300)
    assert sorted(story.view("2026-03-20 10:00").entitlements) == ["chat"]
    assert [story.wall(e.at) for e in story.until("2026-05-10 10:00").effects if e.kind == "expired"] == [
        "2026-04-01 00:00"
    ]


def test_the_first_steps_benefits_hold_from_the_start():
    story = ladder("benefits: {bronze: {grant: chat, multiply: {xp: 2}}, gold: {grant: club}}")
    decision = story.on("2026-03-10 10:00", "quiz", score=10)
    assert given(decision) == [20]
    assert told(decision, "grant") == ["chat"]
    assert sorted(story.view().entitlements) == ["chat"]
    assert told(story.on("2026-03-11 10:00", "quiz", score=10), "grant") == []


def test_a_ladder_without_a_step_at_zero_starts_empty():
    story = Story(
        RULES.replace("]\n", ", {id: s, on: ping, when: tier.status is None, award: {seen: 1}}]\n", 1)
        + "tiers: {status: {by: earned('xp'), period: calendar month, keep: until end of period, steps: {silver: 300}}}"
    )
    assert given(story.on("2026-03-01 10:00"), "seen") == [1]
    story.on("2026-03-10 10:00", "quiz", score=300)
    assert (tier(story), given(story.on("2026-03-10 11:00"), "seen")) == ("silver", [])
    (effect,) = story.until("2026-05-01 10:00").effects
    assert (effect.data["step"], effect.data["previous"], story.wall(effect.at)) == (None, "silver", "2026-04-01 00:00")
    assert given(story.on("2026-05-10 11:00"), "seen") == [1]


def test_other_functions_run_over_the_period_too():
    story = Story(
        RULES
        + "tiers: {status: {by: \"count('quiz') + 10 * count('ping', within='2d')\", period: calendar month, keep: until end of period, steps: {a: 0, b: 2, c: 20}}}"
    )
    story.on("2026-03-10 10:00", "quiz")
    story.on("2026-03-31 10:00", "quiz")
    assert tier(story) == "b"
    story.on("2026-04-01 10:00", "quiz")
    assert tier(story) == "a"
    story.on("2026-04-29 10:00")
    story.on("2026-04-30 10:00")
    assert tier(story) == "c"  # functions with a window keep it


def test_a_basis_that_does_not_start_anew_keeps_its_step_without_a_stumble():
    story = Story(
        RULES
        + "tiers: {status: {by: points.xp.lifetime, period: calendar month, keep: until end of period, steps: {a: 0, b: 100}}}"
    )
    story.on("2026-03-10 10:00", "quiz", score=100)
    story.until("2026-09-01 10:00")
    assert told_tiers(story) == [("2026-03-10 10:00", "b")]


def test_a_new_zone_does_not_end_a_period_twice():
    """Moscow's year ends eight hours before Havana's; who moves between has still lived one year end."""
    story = ladder("keep: until end of next period", period="calendar year", zone="Europe/Moscow")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    story.move("America/Havana", "2026-12-30 10:00")
    story.until("2027-06-01 10:00")
    assert tier(story) == "gold"
    story.until("2028-06-01 10:00")
    assert told_tiers(story)[1:] == [("2028-01-01 00:00", "bronze")]


def test_a_period_that_was_left_by_a_change_of_zone_ends_then():
    story = ladder("keep: until end of period", zone="America/Havana")
    story.on("2026-03-10 10:00", "quiz", score=1000)
    story.move("Pacific/Auckland", "2026-03-31 22:00")  # there it is the first of April already
    assert tier(story) == "bronze"
    story.on("2026-04-02 10:00", "quiz", score=300)
    assert tier(story, "2026-04-30 23:59") == "silver"
    assert tier(story, "2026-05-01 00:00") == "bronze"


def test_a_month_that_was_left_does_not_come_back():
    story = ladder("keep: until end of period", zone="Pacific/Auckland")
    story.on("2026-04-01 01:00", "quiz", score=200)
    story.move("America/Havana", "2026-04-01 02:00")  # the last of March there
    story.on("2026-03-31 12:00", "quiz", score=200)
    assert tier(story) == "silver"
    story.on("2026-04-01 12:00", "quiz", score=700)
    assert tier(story) == "gold"
    assert tier(story, "2026-04-30 23:59") == "gold"
    assert tier(story, "2026-05-01 00:00") == "bronze"
