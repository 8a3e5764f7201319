"""What holds for every campaign and every history: no step twice, nobody withheld served, time alone moves runs on."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.values import to_instant

TEXT = """
program: school
timezone: Europe/Moscow
holdout: 10%
events:
  lesson.completed: {course: text, lesson: text, progress: number}
  quiz.failed: {course: text, quiz: text, topic: optional text}
  quiz.passed: {course: text, quiz: text}
  order.refunded: {course: text}
  ping: {}
points: {xp: {}}
rules: [{id: r, on: lesson.completed, award: {xp: 10}}]
levels: {by: xp, steps: {a: 0, b: 30}}
rewards: {gift: {lasts: 5d}, review: {}, seat: {stock: 2}}
badges: {back: {when: quest.mini.done, grant: review}}
quests: {mini: {start: campaign, within: 4d, steps: [{on: lesson.completed, times: 2}], reward: {xp: 5}}}
segments: {half: {per: event.course, when: "highest('lesson.completed', 'progress') >= 0.5"}}
materials: {loops: {topic: loops}, first: {lesson: l0}}
churn: {bands: {watch: 0.3, high: 0.6}}
messages: {hello: {en: hello}, done: {en: done}, other: {en: other}}
campaigns:
  comeback:
    per: event.course
    audience: segment.half
    start: silent('3d')
    holdout: 20%
    again: after 6d
    exit: {on: order.refunded}
    steps:
      - offer: {choose: [[gift, review], seat, materials], by: bandit, keep: 3d}
      - send: hello
      - enrol: mini
      - wait: {until: quest.mini.done, at_most: 4d}
      - if: quest.mini.done
        then: [{badge: back}, {grant: seat}, {wait: 12h}, {send: done}]
        else: [{award: {xp: 1}}, {if: offer.taken, then: [{send: other}], else: [{stop: true}]}]
  risk:
    start: churn.band == 'high'
    exit: silent('10d')
    again: after 1d
    steps: [{offer: {choose: [gift, review], by: member, keep: 2d, default: gift}}, {wait: 1 month}, {send: done}]
  unsure:
    start: "churn.band == 'high' or (churn.status is None or churn.status == 'cold-start') and silent('4d')"
    again: after 2d
    steps: [{wait: 1d}, {if: churn.gain > 0, then: [{send: other}]}]
  days:
    start: days_since('ping') >= 2
    again: after 5d
    steps: [{wait: {until: "count('lesson.completed', within='2d') == 0"}}, {send: other}]
"""
PROGRAM = lk.Program.from_yaml(TEXT)
ENGINE = lk.Engine(PROGRAM)
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
COURSE = st.sampled_from(["py", "js"])
KINDS = st.one_of(
    st.builds(
        lambda course, n: ("lesson.completed", {"course": course, "lesson": f"l{n}", "progress": n / 5}),
        COURSE,
        st.integers(0, 5),
    ),
    st.builds(lambda course: ("quiz.failed", {"course": course, "quiz": "q", "topic": "loops"}), COURSE),
    st.builds(lambda course: ("quiz.passed", {"course": course, "quiz": "q"}), COURSE),
    st.builds(lambda course: ("order.refunded", {"course": course}), COURSE),
    st.just(("ping", {})),
    st.builds(
        lambda score, status, gain: ("churn.scored", {"score": score, "status": status, "gain": gain}),
        st.sampled_from([0.1, 0.4, 0.8, None]),
        st.sampled_from(["ok", "cold-start", None]),
        st.sampled_from([-1.0, 1.0, None]),
    ),
    st.builds(
        lambda offer, option: ("kit.taken", {"offer": offer, "option": option}),
        st.sampled_from(["comeback/1@py/1", "comeback/1@js/1", "comeback/2@py/1", "risk/1/1", "risk/2/1"]),
        st.sampled_from(["gift", "review", "gift+review", "seat", None]),
    ),
)


@st.composite
def histories(draw) -> list[lk.Event]:
    """A member's events, hours and days apart."""
    member = draw(st.sampled_from(["ann", "bob", "eve", "joe", "kim", "liz"]))
    at, found = START, []
    for number in range(draw(st.integers(1, 25))):
        at += HOUR * draw(st.sampled_from([0, 1, 5, 24, 72, 96, 200]))
        kind, data = draw(KINDS)
        clean = {name: value for name, value in data.items() if value is not None}
        found.append(lk.Event(f"e{number:03}", kind, member, at, clean))
    return found


@attrs.define
class Course:
    """One way to fold a history."""

    state: list
    lines: list = attrs.field(factory=list)
    answers: dict = attrs.field(factory=dict)

    def settle(self, decision: lk.Decision) -> None:
        self.lines += decision.compact
        for request in decision.requests:
            if request.kind == "choice":
                first = request.data["options"][0]
                answer = ENGINE.answer(request, True, option=first, propensity=0.5)
            else:
                answer = ENGINE.answer(request, True)
            self.answers[request.id] = answer
            self.state, more = ENGINE.fold(self.state, answer)
            self.settle(more)

    def advance(self, to: dt.datetime) -> None:
        instant = to_instant(to)
        while (due := ENGINE.due(self.state)) <= instant:
            self.state, decision = ENGINE.advance(self.state, due)
            self.settle(decision)

    def fold(self, event: lk.Event) -> None:
        self.advance(event.at)
        self.state, decision = ENGINE.fold(self.state, event)
        self.settle(decision)


def folded(events: list[lk.Event], *, often: bool = False, reloaded: bool = False) -> Course:
    course = Course(ENGINE.start(events[0].member))
    for event in events:
        if often and course.lines:
            at = event.at - HOUR * 30
            while at < event.at:
                course.advance(at)
                at += HOUR * 7
        if reloaded:
            course.state = ENGINE.load(ENGINE.dump(course.state))
        course.fold(event)
    course.advance(events[-1].at + dt.timedelta(days=60))
    return course


def effects(course: Course) -> list[tuple]:
    return [line for line in course.lines if line[0] == "effect"]


@settings(max_examples=150, deadline=None)
@given(histories())
def test_no_step_happens_twice(events):
    keys = Counter(line[3:7] for line in effects(folded(events)))
    assert [key for key, count in keys.items() if count > 1] == []


@settings(max_examples=100, deadline=None)
@given(histories())
def test_advancing_often_or_never_and_restarts_anywhere_change_nothing(events):
    once, often, reloaded = folded(events), folded(events, often=True), folded(events, reloaded=True)
    assert once.lines == often.lines == reloaded.lines
    assert ENGINE.view(once.state).to_dict() == ENGINE.view(often.state).to_dict()
    assert ENGINE.dump(once.state) == ENGINE.dump(reloaded.state)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_who_is_withheld_gets_nothing(events):
    lines = effects(folded(events))
    arms = {line[6]: line[7]["arm"] for line in lines if line[5] == "exposure" and line[6] != "program"}
    for line in lines:
        if line[3].startswith("campaigns.") and line[5] != "exposure":
            assert arms[line[3].removeprefix("campaigns.")] == "treated"


@settings(max_examples=150, deadline=None)
@given(histories())
def test_one_run_a_value_exits_are_final_and_every_run_ends_once(events):
    on: dict[tuple[str, object], int] = {}
    ended: set[tuple[str, str]] = set()
    for line in effects(folded(events)):
        campaign = line[3].removeprefix("campaigns.")
        if line[5] == "run":
            run, value = line[7]["run"], line[7]["value"]
            if line[7]["state"] == "started":
                assert (campaign, value) not in on
                on[campaign, value] = run
            else:
                assert on.pop((campaign, value)) == run
                ended.add((campaign, line[7]["label"]))
        elif line[5] in ("message", "quest") and line[3].startswith("campaigns."):
            assert (campaign, line[4].rpartition(":")[0]) not in ended


@settings(max_examples=100, deadline=None)
@given(histories())
def test_a_replay_is_the_same(events):
    course = folded(events)
    replay = ENGINE.replay(events[0].member, events, answers=course.answers, to=ENGINE.now(course.state))
    assert replay.requests == ()
    assert ENGINE.dump(replay.state) == ENGINE.dump(course.state)
