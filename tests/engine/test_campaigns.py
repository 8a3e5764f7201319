"""Campaigns: who begins and when, a run's way through the steps, waits, exits, re-entry, holdouts, values."""

from __future__ import annotations

import attrs
import pytest

from loyaltykit.campaigns.holdouts import arm_of, bucket
from tests.engine.story import Story, told

BASE = """
points: {xp: {}}
badges: {back: {when: points.xp.lifetime >= 9000}}
rewards: {gift: {}, extra: {}, review: {}}
quests: {mini: {start: campaign, within: 3d, steps: [{on: quiz, times: 2}]}}
messages: {hello: {en: hello}, done: {en: done}, other: {en: other}}
"""


def story(campaign: str, base: str = BASE, **more) -> Story:
    return Story(base + "campaigns:\n  c: " + campaign, **more)


def sent(story: Story) -> list[tuple[str, str]]:
    return list(zip(story.told("message"), story.dated("message"), strict=True))


def runs(story: Story) -> list[tuple[str, str]]:
    return [(effect.data["state"], story.wall(effect.at)) for effect in story.effects if effect.kind == "run"]


# --- starts -------------------------------------------------------------------------------------------------------


def test_an_event_begins_a_run():
    ann = story("{start: {on: lesson}, steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00")
    assert ann.told("run") == []
    ann.on("2026-03-01 11:00", "lesson")
    assert sent(ann) == [("hello", "2026-03-01 11:00")]
    assert runs(ann) == [("started", "2026-03-01 11:00"), ("done", "2026-03-01 11:00")]


def test_an_event_begins_a_run_only_where_its_condition_and_the_audience_hold():
    ann = story("{start: {on: quiz, when: event.score < 0.5}, audience: count('lesson') >= 1, steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00", "quiz", score=0.1)
    ann.on("2026-03-01 11:00", "lesson")
    ann.on("2026-03-01 12:00", "quiz", score=0.9)
    assert sent(ann) == []
    ann.on("2026-03-01 13:00", "quiz", score=0.2)
    assert sent(ann) == [("hello", "2026-03-01 13:00")]


def test_a_condition_that_turns_true_begins_a_run_once():
    ann = story("{start: count('lesson') >= 2, steps: [{send: hello}]}")
    for hour in range(10, 15):
        ann.on(f"2026-03-01 {hour}:00", "lesson")
    assert sent(ann) == [("hello", "2026-03-01 11:00")]


def test_silence_begins_a_run_at_the_instant_it_is_long_enough():
    ann = story("{start: silent('14d'), steps: [{send: hello}], again: after 1d}")
    ann.on("2026-03-01 10:00")
    ann.on("2026-03-05 12:00")
    ann.until("2026-03-19 11:59")
    assert sent(ann) == []
    ann.until("2026-05-01 00:00")
    assert sent(ann) == [("hello", "2026-03-19 12:00")]
    ann.on("2026-05-01 09:00")
    ann.on("2026-06-01 09:00")
    assert sent(ann)[1:] == [("hello", "2026-05-15 09:00")]


def test_a_date_begins_a_run_for_those_who_were_there():
    text = "{start: {at: '2026-03-08T09:00'}, steps: [{send: hello}]}"
    ann = story(text, zone="Europe/Moscow")
    ann.on("2026-03-01 10:00")
    ann.until("2026-04-01 10:00")
    assert sent(ann) == [("hello", "2026-03-08 09:00")]
    bob = story(text, zone="Europe/Moscow", member="bob")
    bob.on("2026-03-09 10:00")
    bob.until("2026-04-01 10:00")
    assert sent(bob) == []


def test_a_churn_band_begins_a_run():
    ann = story(
        "{start: churn.band == 'high', steps: [{send: hello}], again: after 1d}",
        BASE + "churn: {bands: {watch: 0.3, high: 0.6}}\n",
    )
    ann.on("2026-03-01 10:00")
    for day, score in (("02", 0.5), ("03", 0.7), ("04", 0.8), ("05", 0.1), ("06", 0.6)):
        ann.on(f"2026-03-{day} 10:00", "churn.scored", score=score)
    assert sent(ann) == [("hello", "2026-03-03 10:00"), ("hello", "2026-03-06 10:00")]


def test_scores_are_no_activity():
    ann = story("{start: silent('3d'), steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00")
    ann.on("2026-03-03 10:00", "churn.scored", score=0.9)
    ann.until("2026-03-10 10:00")
    assert sent(ann) == [("hello", "2026-03-04 10:00")]


def test_a_start_that_holds_from_the_beginning_begins_as_the_member_joins():
    ann = story("{start: count('lesson') < 3, steps: [{send: hello}]}")
    ann.on("2026-02-01 10:00", "member.updated", timezone="UTC")  # nobody has joined yet
    assert ann.told("message") == []
    ann.on("2026-03-01 10:00")
    ann.on("2026-03-02 10:00")
    assert sent(ann) == [("hello", "2026-03-01 10:00")]


def test_a_date_is_over_for_values_that_come_later():
    ann = story(
        "{per: event.course, start: {at: '2026-03-05T10:00'}, audience: count('lesson') >= 1, steps: [{send: hello}]}"
    )
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-20 10:00", "lesson", course="js")
    ann.until("2026-04-01 10:00")
    assert [(one.data["value"], ann.wall(one.at)) for one in ann.effects if one.kind == "message"] == [
        ("py", "2026-03-05 10:00")
    ]


# --- steps --------------------------------------------------------------------------------------------------------


def test_what_a_run_gives_is_named_by_run_and_step():
    ann = story(
        "{start: {on: lesson}, steps: [{award: {xp: 7}, grant: gift}, {badge: back}, {send: hello}], again: after 1h}"
    )
    ann.on("2026-03-01 10:00", "lesson")
    ann.on("2026-03-02 10:00", "lesson")
    assert [(entry.mechanic, entry.occurrence, entry.amount) for entry in ann.entries] == [
        ("campaigns.c", "1:1", 7),
        ("campaigns.c", "2:1", 7),
    ]
    given = [(one.kind, one.occurrence) for one in ann.effects if one.kind in ("grant", "badge", "message")]
    assert given == [("grant", "1:1"), ("badge", "1:2"), ("message", "1:3"), ("message", "2:3")]


def test_a_wait_lasts_to_the_microsecond():
    ann = story("{start: {on: lesson}, steps: [{wait: 2d}, {send: hello}, {wait: 90m}, {send: done}]}")
    ann.on("2026-03-01 10:00", "lesson")
    ann.until("2026-03-10 00:00")
    assert sent(ann) == [("hello", "2026-03-03 10:00"), ("done", "2026-03-03 11:30")]


def test_a_wait_of_months_is_on_the_members_wall():
    ann = story("{start: {on: lesson}, steps: [{wait: 1 month}, {send: hello}]}", zone="Europe/Berlin")
    ann.on("2026-03-10 10:00", "lesson")
    ann.until("2026-06-01 00:00")
    assert sent(ann) == [("hello", "2026-04-10 10:00")]


@pytest.mark.parametrize("met", [True, False])
def test_a_wait_ends_when_its_condition_holds_or_the_time_is_up(met):
    ann = story(
        "{start: {on: lesson}, steps: [{wait: {until: count('quiz') >= 1, at_most: 5d}}, "
        "{if: count('quiz') >= 1, then: [{send: done}], else: [{send: other}]}]}"
    )
    ann.on("2026-03-01 10:00", "lesson")
    if met:
        ann.on("2026-03-02 15:00", "quiz")
    ann.until("2026-04-01 00:00")
    assert sent(ann) == [("done", "2026-03-02 15:00") if met else ("other", "2026-03-06 10:00")]


def test_a_step_sees_what_the_step_before_it_gave():
    ann = story(
        "{start: {on: lesson}, steps: [{award: {xp: 5}}, {if: points.xp.available >= 5, then: [{send: done}]}, "
        "{grant: gift}, {if: entitlement.gift, then: [{send: other}]}]}"
    )
    ann.on("2026-03-01 10:00", "lesson")
    assert ann.told("message") == ["done", "other"]


def test_a_run_that_stops_goes_no_further():
    ann = story("{start: {on: lesson}, steps: [{if: count('lesson') > 5, else: [{stop: true}]}, {send: hello}]}")
    ann.on("2026-03-01 10:00", "lesson")
    assert runs(ann)[-1][0] == "stopped"
    assert sent(ann) == []


def test_a_campaign_enrols_in_a_quest_and_waits_for_it():
    ann = story(
        "{start: {on: lesson}, again: after 1d, steps: [{enrol: mini}, {wait: {until: quest.mini.done, at_most: 3d}}, "
        "{if: quest.mini.done, then: [{grant: gift}, {send: done}], else: [{send: other}]}]}"
    )
    ann.on("2026-02-27 10:00", "quiz")
    ann.on("2026-02-28 10:00", "quiz")
    assert ann.told("quest") == []  # nobody has enrolled ann
    ann.on("2026-03-01 10:00", "lesson")
    ann.on("2026-03-01 11:00", "quiz")
    ann.on("2026-03-01 12:00", "quiz")
    assert sent(ann) == [("done", "2026-03-01 12:00")]
    ann.on("2026-03-05 10:00", "lesson")  # anew: the quest begins from nothing
    ann.on("2026-03-05 11:00", "quiz")
    ann.until("2026-03-20 10:00")
    assert sent(ann)[1:] == [("other", "2026-03-08 10:00")]


def test_many_gifts_in_a_row_are_all_given():
    steps = ", ".join("{award: {xp: 1}}, {if: points.xp.available >= 0, then: [{award: {xp: 1}}]}" for _ in range(20))
    ann = story("{start: {on: lesson}, steps: [" + steps + ", {send: done}]}")
    ann.on("2026-03-01 10:00", "lesson")
    ann.until("2026-03-01 10:01")
    assert ann.points() == 40
    assert ann.told("message") == ["done"]


LIMITED = BASE.replace("extra: {}", "extra: {stock: 1}")
STEPS = "{grant: [gift, extra]}, {if: entitlement.extra, then: [{send: done}], else: [{send: other}]}"


@pytest.mark.parametrize(("granted", "heard"), [(True, "done"), (False, "other")])
def test_a_run_goes_on_when_the_shell_has_said_whether_there_was_one_left(granted, heard):
    ann = story("{start: {on: lesson}, steps: [" + STEPS + "]}", LIMITED)
    decision = ann.on("2026-03-01 10:00", "lesson")
    assert ann.told("message") == []
    ann.on("2026-03-01 10:30")  # nothing that happens meanwhile moves it on
    assert ann.told("message") == []
    (request,) = decision.requests
    more = ann.answer(attrs.evolve(request, at=ann.engine.now(ann.state)), granted)
    assert told(more, "message") == [heard]


def test_a_limited_reward_that_is_held_already_is_not_asked_for():
    ann = story(
        "{start: {on: lesson}, again: after 1h, steps: [" + STEPS + "]}",
        LIMITED.replace("{stock: 1}", "{stock: 1, waitlist: {}}"),
    )
    (request,) = ann.on("2026-03-01 10:00", "lesson").requests
    ann.answer(request, True)
    assert told(ann.on("2026-03-02 10:00", "lesson"), "message") == ["done"]


# --- ends, and anew -----------------------------------------------------------------------------------------------


def test_an_exit_ends_a_run_where_it_stands():
    ann = story("{start: {on: lesson}, exit: {on: order}, steps: [{wait: 2d}, {send: hello}]}")
    ann.on("2026-03-01 10:00", "lesson")
    ann.on("2026-03-02 10:00", "order")
    ann.until("2026-03-10 00:00")
    assert sent(ann) == []
    assert runs(ann)[-1] == ("exited", "2026-03-02 10:00")


def test_an_exit_may_be_a_condition_that_time_makes_true():
    ann = story("{start: {on: lesson}, exit: silent('36h'), steps: [{wait: 2d}, {send: hello}]}")
    ann.on("2026-03-01 10:00", "lesson")
    ann.until("2026-03-10 00:00")
    assert runs(ann)[-1] == ("exited", "2026-03-02 22:00")


@pytest.mark.parametrize(("again", "begun"), [("", 1), (", again: after 60d", 2)])
def test_a_run_begins_anew_only_when_it_may(again, begun):
    ann = story("{start: {on: lesson}, steps: [{send: hello}]" + again + "}")
    ann.on("2026-01-01 10:00", "lesson")
    ann.on("2026-02-01 10:00", "lesson")
    ann.on("2026-03-02 09:59", "lesson")
    assert len(sent(ann)) == 1
    ann.on("2026-03-02 10:00", "lesson")
    assert len(sent(ann)) == begun


def test_only_one_run_a_member_is_on_its_way():
    ann = story("{start: {on: lesson}, again: after 1h, steps: [{wait: 10d}, {send: hello}]}")
    for day in range(1, 9):
        ann.on(f"2026-03-0{day} 10:00", "lesson")
    ann.until("2026-04-01 00:00")
    assert sent(ann) == [("hello", "2026-03-11 10:00")]


# --- per value ----------------------------------------------------------------------------------------------------

HALFWAY = "segments: {half: {per: event.course, when: count('lesson') >= 2}}\n"


def test_each_value_has_a_run_of_its_own():
    ann = story("{per: event.course, start: segment.half, steps: [{wait: 1d}, {send: hello}]}", BASE + HALFWAY)
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-02 10:00", "lesson", course="js")
    assert ann.told("run") == []
    ann.on("2026-03-03 10:00", "lesson", course="py")
    ann.on("2026-03-03 15:00", "lesson", course="js")
    ann.until("2026-03-10 10:00")
    values = [(one.data["value"], ann.wall(one.at)) for one in ann.effects if one.kind == "message"]
    assert values == [("py", "2026-03-04 10:00"), ("js", "2026-03-04 15:00")]


def test_silence_finds_every_value_that_is_in_the_audience():
    ann = story(
        "{per: event.course, audience: segment.half, start: silent('5d'), steps: [{send: hello}]}", BASE + HALFWAY
    )
    for course in ("py", "py", "js", "go", "go"):
        ann.on(f"2026-03-01 1{len(ann.events)}:00", "lesson", course=course)
    ann.until("2026-03-20 10:00")
    assert [one.data["value"] for one in ann.effects if one.kind == "message"] == ["py", "go"]


def test_an_exit_event_with_the_value_ends_that_run_only():
    ann = story(
        "{per: event.course, start: {on: lesson}, exit: {on: lesson, when: event.minutes == 0}, "
        "steps: [{wait: 1d}, {send: hello}]}"
    )
    ann.on("2026-03-01 10:00", "lesson", course="py", minutes=5)
    ann.on("2026-03-01 11:00", "lesson", course="js", minutes=5)
    ann.on("2026-03-01 12:00", "lesson", course="py", minutes=0)
    ann.until("2026-03-20 10:00")
    assert [one.data["value"] for one in ann.effects if one.kind == "message"] == ["js"]


def test_a_segment_about_values_is_held_elsewhere_when_any_value_holds():
    ann = Story(BASE + HALFWAY + "rules: [{id: r, on: ping, when: segment.half, award: {xp: 1}}]")
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-01 11:00", "lesson", course="js")
    ann.on("2026-03-01 12:00")
    assert (ann.points(), ann.view().segments) == (0, ())
    ann.on("2026-03-01 13:00", "lesson", course="js")
    ann.on("2026-03-01 14:00")
    assert (ann.points(), ann.view().segments) == (1, ("half",))


def test_a_segment_about_values_is_that_of_the_events_own_value():
    ann = Story(BASE + HALFWAY + "rules: [{id: r, on: lesson, when: segment.half, award: {xp: 1}}]")
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-01 11:00", "lesson", course="py")
    assert ann.points() == 1
    ann.on("2026-03-01 12:00", "lesson", course="js")
    assert ann.points() == 1


def test_runs_are_numbered_by_value():
    ann = story("{per: event.course, start: {on: lesson}, again: after 1h, steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-01 11:00", "lesson", course="js")
    ann.on("2026-03-01 12:00", "lesson", course="py")
    assert [one.occurrence for one in ann.effects if one.kind == "message"] == ["1@py:1", "1@js:1", "2@py:1"]


def test_a_quest_that_is_done_is_not_joined_again():
    ann = Story("points: {xp: {}}\nquests: {q: {start: join, steps: [{on: ping}], reward: {xp: 100}}}")
    for day in range(1, 5):
        ann.on(f"2026-03-0{day} 10:00", "kit.joined", quest="q")
        ann.on(f"2026-03-0{day} 11:00")
    assert ann.points() == 100


# --- holdouts -----------------------------------------------------------------------------------------------------


def someone(campaign: str, share: float, arm: str) -> str:
    return next(name for name in map(str, range(1000)) if arm_of("school", campaign, name, share) == arm)


@pytest.mark.parametrize("arm", ["treated", "withheld"])
def test_who_is_withheld_gets_nothing_and_is_exposed_alike(arm):
    ann = story(
        "{start: {on: lesson}, holdout: 30%, again: after 1d, steps: [{grant: gift}, {send: hello}]}",
        member=someone("c", 0.3, arm),
    )
    ann.on("2026-03-01 10:00", "lesson")
    ann.on("2026-03-05 10:00", "lesson")
    exposed = [(one.data["arm"], one.data["run"], ann.wall(one.at)) for one in ann.effects if one.kind == "exposure"]
    assert exposed == [(arm, 1, "2026-03-01 10:00"), (arm, 2, "2026-03-05 10:00")]
    assert bool(sent(ann)) is (arm == "treated")
    if arm == "withheld":
        assert {one.kind for one in ann.effects} == {"exposure"}


def test_the_program_wide_holdout_wins():
    withheld = someone("", 0.2, "withheld")
    ann = Story(BASE + "holdout: 20%\ncampaigns: {c: {start: {on: lesson}, steps: [{send: hello}]}}", member=withheld)
    decision = ann.on("2026-03-01 10:00", "lesson")
    arms = {(one.name, one.data["arm"]) for one in decision.effects if one.kind == "exposure"}
    assert arms == {("program", "program"), ("c", "program")}
    assert told(decision, "message") == []


def test_buckets_are_spread_evenly_and_campaigns_draw_apart():
    names = [f"member-{number}" for number in range(20_000)]
    first = {name for name in names if bucket("school", "one", name) < 0.1}
    second = {name for name in names if bucket("school", "two", name) < 0.1}
    assert 1_850 < len(first) < 2_150
    assert 120 < len(first & second) < 285  # 1% of all when the two draws have nothing to do with each other
