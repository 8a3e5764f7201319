"""Offers: what fits a student, how it is chosen, taken, lapses and is judged; and where a student is stuck."""

from __future__ import annotations

from collections import Counter

import pytest

import loyaltykit as lk
from tests.engine.story import Story, moment

HEAD = """
program: school
events:
  lesson.completed: {course: text, lesson: text}
  quiz.failed: {course: text, quiz: text, topic: optional text}
  quiz.passed: {course: text, quiz: text}
  ping: {}
member: {vip: boolean}
rewards: {gift: {}, review: {}, seat: {stock: 1}, drill: {topic: loops}}
messages: {hello: {en: hello}}
materials:
  loops: {label: Loops in pictures, topic: loops, course: py}
  anyone: {topic: strings}
  first: {lesson: l1, course: py}
  second: {lesson: l2, course: py}
campaigns: {c: {per: event.course, start: {on: quiz.failed}, again: after 1h, steps: [{offer: OFFER}, {send: hello}]}}
"""


class Offered(Story):
    """A story whose program has one offer."""

    def __init__(self, offer: str, *, member: str = "ann", steps: str = "{send: hello}") -> None:
        super().__init__("", member=member)
        text = HEAD.replace("OFFER", offer).replace("{send: hello}", steps)
        self.engine = lk.Engine(lk.Program.from_yaml(text))
        self.state = self.engine.start(member)

    def fail(self, when: str, quiz: str = "q1", topic: str | None = None, course: str = "py") -> lk.Decision:
        return self.on(when, "quiz.failed", course=course, quiz=quiz, topic=topic)

    def data(self, kind: str) -> list[dict]:
        return [dict(one.data) for one in self.effects if one.kind == kind]

    def take_it(self, when: str, offer: str, option: str | None = None) -> lk.Decision:
        return self.on(when, "kit.taken", offer=offer, **({} if option is None else {"option": option}))


def test_a_rule_takes_the_first_option_that_is_for_the_member():
    offer = "{choose: [{give: review, when: member.vip}, gift, seat]}"
    ann = Offered(offer)
    ann.fail("2026-03-01 10:00")
    assert [one["option"] for one in ann.data("offer")] == ["gift"]
    bob = Offered(offer)
    bob.on("2026-02-01 10:00", "member.updated", vip=True)
    bob.fail("2026-03-01 10:00")
    assert [one["option"] for one in bob.data("offer")] == ["review"]


def test_an_offer_is_granted_when_it_is_taken_and_only_once():
    ann = Offered("{choose: [[gift, review]], keep: 3d}")
    ann.fail("2026-03-01 10:00")
    (offer,) = ann.view().offers
    assert (offer.id, offer.option, offer.taken) == ("c/1@py/1", "gift+review", False)
    assert ann.told("grant") == []
    ann.take_it("2026-03-02 10:00", offer.id)
    ann.take_it("2026-03-02 11:00", offer.id)
    assert ann.told("grant") == ["gift", "review"]
    assert ann.view().offers[0].taken
    ann.until("2026-04-01 10:00")
    assert ann.view().offers == ()


def test_an_offer_that_nobody_takes_lapses():
    ann = Offered("{choose: [gift], keep: 3d}")
    ann.fail("2026-03-01 10:00")
    ann.until("2026-03-04 09:59")
    assert len(ann.view().offers) == 1
    assert ann.view(at="2026-03-04 10:00").offers == ()
    ann.take_it("2026-03-04 10:00", "c/1@py/1")
    assert ann.told("grant") == []
    assert [one.get("state") for one in ann.data("offer")] == [None, "lapsed"]


def test_an_offer_may_be_given_at_once():
    ann = Offered("{choose: [gift], take: at once}")
    ann.fail("2026-03-01 10:00")
    assert ann.told("grant") == ["gift"]


def test_the_member_picks_one_of_several():
    ann = Offered("{choose: [gift, [review, gift]], by: member, keep: 2d, default: gift}")
    ann.fail("2026-03-01 10:00")
    (offer,) = ann.view().offers
    assert (offer.option, [one.id for one in offer.options]) == (None, ["gift", "review+gift"])
    ann.take_it("2026-03-01 11:00", offer.id)  # which one was not said
    assert ann.told("grant") == []
    ann.take_it("2026-03-01 12:00", offer.id, "review+gift")
    ann.take_it("2026-03-01 13:00", offer.id, "gift")
    assert ann.told("grant") == ["review", "gift"]


@pytest.mark.parametrize(("default", "given"), [(", default: gift", ["gift"]), ("", [])])
def test_who_picks_nothing_in_time_gets_the_default(default, given):
    ann = Offered("{choose: [gift, review], by: member, keep: 2d" + default + "}")
    ann.fail("2026-03-01 10:00")
    ann.until("2026-03-10 10:00")
    assert ann.told("grant") == given
    assert ann.dated("grant") == ["2026-03-03 10:00"] * len(given)


def test_a_random_choice_is_even_is_logged_and_a_replay_repeats_it():
    counted: Counter[str] = Counter()
    for number in range(600):
        ann = Offered("{choose: [gift, review, seat], by: random}", member=f"m{number}")
        ann.fail("2026-03-01 10:00")
        (offer,) = ann.data("offer")
        assert offer["propensity"] == pytest.approx(1 / 3)
        counted[offer["option"]] += 1
    assert all(150 < count < 250 for count in counted.values()), counted
    again = Offered("{choose: [gift, review, seat], by: random}", member="m599")
    again.fail("2026-03-01 10:00")
    assert again.data("offer")[0]["option"] == offer["option"]


def test_a_policy_is_asked_and_its_answer_goes_on_with_the_run():
    ann = Offered("{choose: [gift, review], by: bandit}")
    decision = ann.fail("2026-03-01 10:00", topic="loops")
    (request,) = decision.requests
    assert (request.kind, request.name, request.data["options"]) == ("choice", "c", ["gift", "review"])
    assert request.data["context"] == {"topic": "loops", "course": "py", "value": "py"} | {
        name: value for name, value in request.data["context"].items() if name == "silent_days"
    }
    assert ann.told("message") == []
    ann.take(ann.engine.answer(request, True, option="review", propensity=0.7))
    (offer,) = ann.data("offer")
    assert (offer["option"], offer["propensity"]) == ("review", 0.7)
    assert ann.told("message") == ["hello"]
    ann.until("2026-04-01 10:00")
    assert [(one["reward"], one["context"]["topic"]) for one in ann.data("outcome")] == [(0, "loops")]


def test_activity_makes_a_choice_a_good_one_once():
    ann = Offered("{choose: [gift], keep: 3d}")
    ann.fail("2026-03-01 10:00")
    ann.on("2026-03-02 10:00", "lesson.completed", course="js", lesson="x")  # another course
    assert ann.data("outcome") == []
    ann.on("2026-03-02 11:00")
    ann.on("2026-03-02 12:00")
    ann.until("2026-04-01 10:00")
    assert [one["reward"] for one in ann.data("outcome")] == [1]


def test_success_may_be_a_certain_event_or_a_condition():
    ann = Offered("{choose: [gift], keep: 3d, success: {on: quiz.passed, when: event.quiz == 'q1'}}")
    ann.fail("2026-03-01 10:00")
    ann.on("2026-03-01 11:00", "quiz.passed", course="py", quiz="q2")
    assert ann.data("outcome") == []
    ann.on("2026-03-01 12:00", "quiz.passed", course="py", quiz="q1")
    assert [one["reward"] for one in ann.data("outcome")] == [1]
    bob = Offered("{choose: [gift], keep: 3d, success: {when: count('quiz.passed') >= 2}}")
    bob.fail("2026-03-01 10:00")
    bob.on("2026-03-01 11:00", "quiz.passed", course="py", quiz="q2")
    bob.on("2026-03-01 12:00", "quiz.passed", course="py", quiz="q2")
    assert [one["reward"] for one in bob.data("outcome")] == [1]


def test_steps_see_whether_the_offer_was_taken_and_which():
    ann = Offered(
        "{choose: [gift, review], by: member}",
        steps="{wait: {until: offer.taken, at_most: 1d}}, {if: offer.option == 'review', then: [{send: hello}]}",
    )
    ann.fail("2026-03-01 10:00")
    ann.take_it("2026-03-01 12:00", "c/1@py/1", "review")
    assert ann.dated("message") == ["2026-03-01 12:00"]


# --- where a student is stuck ---------------------------------------------------------------------------------------


def materials(ann: Offered) -> list[str]:
    return ann.data("offer")[-1]["materials"]


def test_the_failed_quizs_topic_says_what_helps():
    ann = Offered("{choose: [materials]}")
    ann.fail("2026-03-01 10:00", topic="loops")
    assert materials(ann) == ["loops"]
    (message,) = ann.data("message")
    assert message["stuck"] == {
        "course": "py", "quiz": "q1", "topic": "loops", "lesson": "l1", "material": "loops",
    }  # fmt: skip


def test_a_quiz_that_was_passed_since_is_no_trouble_any_more():
    ann = Offered("{choose: [materials]}")
    ann.fail("2026-03-01 10:00", "q1", "strings")
    ann.on("2026-03-01 11:00", "quiz.passed", course="py", quiz="q1")
    ann.on("2026-03-01 12:00", "lesson.completed", course="py", lesson="l1")
    ann.fail("2026-03-02 10:00", "q2", "loops")
    ann.on("2026-03-02 11:00", "quiz.passed", course="py", quiz="q2")
    ann.fail("2026-03-03 10:00", "q3", "what nobody wrote about")
    assert [one["materials"] for one in ann.data("offer")] == [["anyone"], ["loops"], ["second"]]


def test_a_reward_on_a_topic_is_for_who_is_stuck_there():
    ann = Offered("{choose: [drill, gift]}")
    ann.fail("2026-03-01 10:00", topic="loops")
    ann.fail("2026-03-02 10:00", quiz="q2", topic="strings")
    assert [one["option"] for one in ann.data("offer")] == ["drill", "gift"]


def test_where_no_material_fits_the_option_is_not_there():
    ann = Offered("{choose: [materials, gift]}")
    ann.fail("2026-03-01 10:00", topic="unknown", course="js")
    assert ann.data("offer")[0]["option"] == "gift"


def test_a_run_with_nothing_to_offer_stops():
    ann = Offered("{choose: [materials]}")
    ann.fail("2026-03-01 10:00", topic="unknown", course="js")
    assert [one["state"] for one in ann.data("run")] == ["started", "stopped"]
    assert ann.told("message") == []


def test_a_material_has_nothing_to_take_and_does_not_lapse():
    ann = Offered("{choose: [materials], keep: 2d}")
    ann.fail("2026-03-01 10:00", topic="loops")
    ann.until("2026-04-01 10:00")
    assert [one.get("state") for one in ann.data("offer")] == [None]


def test_offers_are_in_words():
    ann = Offered("{choose: [[gift, materials]], keep: 2d}")
    ann.fail("2026-03-01 10:00", topic="loops")
    (offer,) = ann.view().offers
    assert [one.label for one in offer.options] == ["gift + Loops in pictures"]
    assert offer.until == moment("2026-03-03 10:00")


# --- limited rewards ------------------------------------------------------------------------------------------------


def asked(ann: Offered, when: str = "2026-03-01 11:00") -> lk.Request:
    (request,) = ann.take_it(when, "c/1@py/1", "seat").requests
    return request


def test_a_limited_option_is_taken_when_the_shell_says_that_there_is_one():
    ann = Offered(
        "{choose: [seat, gift], by: member}",
        steps="{wait: {until: offer.taken, at_most: 3d}}, {if: offer.taken, then: [{send: hello}]}",
    )
    ann.fail("2026-03-01 10:00")
    request = asked(ann)
    assert not ann.view().offers[0].taken
    assert ann.told("message") == []
    ann.answer(request, True)
    assert ann.told("message") == ["hello"]
    assert ann.told("grant") == ["seat"]


def test_what_has_run_out_is_taken_off_and_another_may_be_picked():
    ann = Offered("{choose: [seat, gift], by: member}")
    ann.fail("2026-03-01 10:00")
    ann.answer(asked(ann), False)
    (offer,) = ann.view().offers
    assert (offer.taken, [one.id for one in offer.options]) == (False, ["gift"])
    ann.take_it("2026-03-01 12:00", "c/1@py/1", "gift")
    assert ann.told("grant") == ["gift"]


def test_an_offer_of_which_nothing_is_left_lapses():
    ann = Offered("{choose: [seat]}")
    ann.fail("2026-03-01 10:00")
    ann.answer(asked(ann), False)
    assert ann.view().offers == ()
    assert [one.get("state") for one in ann.data("offer")] == [None, "lapsed"]


# --- left, judged by time ------------------------------------------------------------------------------------------


def test_an_offer_of_a_run_that_was_left_does_not_stand():
    ann = Offered("{choose: [gift]}")
    text = HEAD.replace("OFFER", "{choose: [gift]}").replace("{send: hello}", "{wait: 5d}")
    ann.engine = lk.Engine(lk.Program.from_yaml(text.replace("again: after 1h", "again: after 1h, exit: {on: ping}")))
    ann.state = ann.engine.start("ann")
    ann.fail("2026-03-01 10:00")
    ann.on("2026-03-01 11:00")
    assert ann.view().offers == ()
    ann.take_it("2026-03-01 12:00", "c/1@py/1")
    assert ann.told("grant") == []


def test_a_success_that_time_makes_true_is_found_in_time():
    ann = Offered("{choose: [gift], keep: 10d, success: {when: silent('2d')}}")
    ann.fail("2026-03-01 10:00")
    ann.on("2026-03-02 10:00")
    ann.until("2026-03-20 10:00")
    assert [one["reward"] for one in ann.data("outcome")] == [1]
    assert ann.dated("outcome") == ["2026-03-04 10:00"]


def test_a_success_that_held_before_the_offer_is_none():
    ann = Offered("{choose: [gift], keep: 3d, success: {when: count('ping') >= 1}}")
    ann.on("2026-02-01 10:00")
    ann.fail("2026-03-01 10:00")
    ann.on("2026-03-02 10:00")
    ann.until("2026-03-20 10:00")
    assert [one["reward"] for one in ann.data("outcome")] == [0]


def test_a_restart_changes_nothing_of_where_a_student_is_stuck():
    text = HEAD.replace("OFFER", "{choose: [materials, gift]}").replace("quiz: text", "quiz: integer")
    engine = lk.Engine(lk.Program.from_yaml(text))
    found = []
    for reload in (False, True):
        state = engine.start("ann")
        for number, (kind, quiz) in enumerate((("quiz.failed", 5), ("quiz.passed", 5), ("quiz.failed", 6))):
            data = {"course": "py", "quiz": quiz} | ({"topic": "strings"} if kind == "quiz.failed" else {})
            event = lk.Event(f"e{number}", kind, "ann", moment(f"2026-03-0{number + 1} 10:00"), data)
            state, decision = engine.fold(state, event)
            state = engine.load(engine.dump(state)) if reload else state
            found.append([dict(one.data) for one in decision.effects if one.kind == "message"])
    assert found[:3] == found[3:]
    assert found[2][0]["stuck"]["quiz"] == "6"
