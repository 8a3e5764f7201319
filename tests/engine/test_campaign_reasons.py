"""Why a campaign has begun with somebody, and why not."""

from __future__ import annotations

import pytest

import loyaltykit as lk
from loyaltykit import values
from loyaltykit.campaigns.holdouts import arm_of
from tests.engine.story import Story, moment

TEXT = """
segments: {half: {per: event.course, when: count('lesson') >= 2}}
messages: {hello: {en: hello}}
campaigns:
  c: {per: event.course, audience: segment.half, start: silent('3d'), again: after 9d,
      steps: [{wait: 1d}, {send: hello}]}
  plain: {start: {on: order}, steps: [{send: hello}]}
  tested: {start: count('lesson') >= 1, holdout: 50%, steps: [{send: hello}]}
"""


def why(story: Story, campaign: str, at: str) -> list[tuple[str, str, dict]]:
    before = story.engine.dump(story.state)
    found = story.engine.explain_campaign(story.state, campaign, to_instant(at))
    assert story.engine.dump(story.state) == before
    assert all(one.words("ru") and one.words("en") for one in found)
    return [(one.code.removeprefix("reason/"), one.condition, dict(one.values)) for one in found]


def to_instant(at: str) -> int:
    return values.to_instant(moment(at))


def test_each_value_has_its_own_reason():
    ann = Story(TEXT)
    assert why(ann, "c", "2026-03-01 10:00")[0][0] == "no-value"
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-01 11:00", "lesson", course="py")
    ann.on("2026-03-01 12:00", "lesson", course="js")
    py, js = why(ann, "c", "2026-03-02 10:00")
    assert (py[0], py[1], py[2]["event.course"]) == ("condition", "silent('3d')", "py")
    assert (js[0], js[2]["event.course"]) == ("condition", "js")
    assert js[1].startswith("count('lesson'")  # what the segment asks, not its name
    assert 1 in js[2].values() or "1" in js[2].values()


def test_a_run_on_its_way_and_the_time_until_the_next():
    ann = Story(TEXT)
    ann.on("2026-03-01 10:00", "lesson", course="py")
    ann.on("2026-03-01 11:00", "lesson", course="py")
    ann.until("2026-03-04 12:00")
    assert why(ann, "c", "2026-03-04 12:00")[0][:1] == ("on-its-way",)
    assert why(ann, "c", "2026-03-06 12:00")[0][0] == "too-soon"
    assert why(ann, "c", "2026-03-06 12:00")[0][2]["again"] == "2026-03-13"
    assert why(ann, "c", "2026-03-14 12:00")[0][0] == "not-anew"


def test_one_that_waits_for_an_event_and_one_that_begins_once():
    ann = Story(TEXT)
    assert why(ann, "plain", "2026-03-01 10:00")[0] == ("no-event", "", {"event": "order"})
    ann.on("2026-03-01 10:00", "order")
    assert why(ann, "plain", "2026-03-01 10:00")[0][0] == "once"


def test_the_control_group_is_named():
    withheld = next(name for name in map(str, range(50)) if arm_of("school", "tested", name, 0.5) == "withheld")
    ann = Story(TEXT, member=withheld)
    ann.on("2026-03-01 10:00", "lesson")
    assert why(ann, "tested", "2026-03-01 10:00")[0][0] == "withheld"


def test_an_unknown_campaign_is_an_error_with_the_nearest():
    with pytest.raises(lk.EventError, match="did you mean plain"):
        Story(TEXT).engine.explain_campaign(Story(TEXT).state, "plan")
