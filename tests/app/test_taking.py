"""What members do themselves: offers taken or run out, answers that conditions see, quests that are joined."""

from __future__ import annotations

import pytest

import loyaltykit as lk
from tests.app.school import DAY, START

HEAD = """
program: school
late: 7d
events:
  lesson.completed: {course: text}
  ping: {}
  survey.answered: {survey: text, value: number, option: optional text}
rewards: {seat: {stock: 1}, gift: {}}
surveys: {mood: {question: How is it?, options: [well, badly]}}
messages: {hello: {en: "about {{ campaign.value }}"}, taken: {en: taken}, sad: {en: sorry}}
"""


def school(campaigns: str) -> lk.Loyalty:
    return lk.Loyalty(lk.Program.from_yaml(HEAD + f"campaigns: {campaigns}\n"))


def event(id: str, member: str = "ann", type: str = "ping", days: float = 0, **data):
    return lk.Event(id, type, member, START + DAY * days, data)


def test_what_has_run_out_is_said_and_something_else_may_be_taken():
    kit = school(
        "{c: {start: {on: ping}, steps: [{offer: {choose: [seat, gift], by: member}}, "
        "{wait: {until: offer.taken, at_most: 3d}}, {if: offer.taken, then: [{send: taken}]}]}}"
    )
    for member in ("ann", "bob"):
        kit.record(event(f"e{member}", member))
    kit.take("ann", offer="c", option="seat", at=START + DAY)
    with pytest.raises(lk.OutOfStock):
        kit.take("bob", offer="c", option="seat", at=START + DAY)
    assert [one.id for one in kit.member("bob").offers[0].options] == ["gift"]
    assert kit.member("bob").inbox == ()
    kit.take("bob", offer="c", option="gift", at=START + 2 * DAY)
    assert [one.message for one in kit.member("bob").inbox] == ["taken"]


def test_taking_again_under_one_id_is_the_first_outcome():
    kit = school("{c: {start: {on: ping}, steps: [{offer: {choose: [gift]}}]}}")
    kit.record(event("e"))
    first = kit.take("ann", offer="c", at=START + DAY, id="t")
    assert kit.take("ann", offer="c", at=START + DAY, id="t").effects == first.effects
    with pytest.raises(lk.DuplicateConflict):
        kit.take("ann", offer="other", at=START + DAY, id="t")


def test_a_late_event_of_another_value_sends_what_is_its_own():
    kit = school("{c: {per: event.course, start: {on: lesson.completed}, steps: [{send: hello}]}}")
    kit.record(event("js", type="lesson.completed", days=1, course="js"))
    kit.record(event("py", type="lesson.completed", days=0.5, course="py"))
    assert sorted(one.text for one in kit.member("ann").inbox) == ["about js", "about py"]


def test_a_journey_waits_for_the_answer_to_its_survey():
    kit = school(
        "{c: {start: {on: ping}, steps: [{survey: mood}, "
        "{wait: {until: \"count('survey.answered', where= option == 'badly') >= 1\", at_most: 3d}}, "
        "{if: \"count('survey.answered', where= option == 'badly') >= 1\", then: [{send: sad}]}]}}"
    )
    kit.record(event("e"))
    (asked,) = kit.member("ann").inbox
    assert (asked.survey, asked.answers) == ("mood", ("well", "badly"))
    kit.answer("ann", survey="mood", value="badly", key="1", at=START + DAY)
    assert [one.message for one in kit.member("ann").inbox] == ["sad", "mood"]
    with pytest.raises(lk.DuplicateConflict) as caught:
        kit.answer("ann", survey="mood", value="well", key="1", at=START + DAY)
    assert "ann" not in str(caught.value)


def test_a_quest_that_is_done_cannot_be_joined_again():
    text = HEAD + "quests: {q: {start: join, steps: [{on: ping}]}}\n"
    kit = lk.Loyalty(lk.Program.from_yaml(text))
    kit.join("ann", quest="q", at=START)
    kit.record(event("e", days=1))
    with pytest.raises(lk.NotEligible):
        kit.join("ann", quest="q", at=START + 2 * DAY)


def told_of():
    """Somebody was told of an offer, and then it turned out that there was no reason for it."""
    kit = school(
        "{c: {start: {on: lesson.completed}, audience: \"count('ping') == 0\","
        " steps: [{offer: {choose: [gift], keep: 9d}}]}}"
    )
    kit.record(event("l", type="lesson.completed", days=1, course="py"))
    assert [one.kept for one in kit.member("ann").offers] == [False]
    kit.record(event("p", days=0))
    return kit


def test_an_offer_that_was_told_of_can_be_taken_although_its_reason_is_gone():
    kit = told_of()
    (offer,) = kit.member("ann").offers
    assert (offer.kept, offer.campaign, offer.option) == (True, "c", "gift")
    kit.take("ann", offer="c", at=START + 2 * DAY)
    assert kit.entitled("ann", "gift")
    assert kit.member("ann").offers == ()
    with pytest.raises(lk.NotEligible):
        kit.take("ann", offer=offer.id, at=START + 3 * DAY)
    kit.record(event("q", days=0.5))  # folded anew once more
    assert kit.entitled("ann", "gift")
    assert kit.member("ann").offers == ()


def test_a_kept_offer_lapses_in_its_time():
    kit = told_of()
    assert len(kit.member("ann", at=START + 9 * DAY).offers) == 1
    assert kit.member("ann", at=START + 10 * DAY).offers == ()
    with pytest.raises(lk.NotEligible):
        kit.take("ann", offer="c", at=START + 11 * DAY)


def test_a_kept_offer_stands_again_when_its_reason_is_back():
    kit = told_of()
    kit.void("p")
    assert [one.kept for one in kit.member("ann").offers] == [False]
    kit.take("ann", offer="c", at=START + 2 * DAY)
    assert kit.entitled("ann", "gift")
