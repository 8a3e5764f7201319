"""What a message can count on: the groups of facts that are there whichever way led to its sending."""

import pytest

from loyaltykit.program.contexts import contexts, sendings
from loyaltykit.program.load import Program, check

OFFER = {"offer": {"choose": ["book"]}}
ENROL = {"enrol": "back"}
TALK = {"grant": "talk"}
SEND = {"send": "m"}
STOP = {"stop": True}
HEAD = {
    "program": "a",
    "events": {"lesson.completed": {"course": "text"}},
    "rewards": {"book": {}, "talk": {"at": "2026-10-08T19:00"}},
    "quests": {"back": {"start": "campaign", "steps": [{"on": "lesson.completed"}]}},
    "messages": {"m": {"en": "Hello"}},
}


def either(then, otherwise=()):
    return {"if": "quest.back.done", "then": then, "else": list(otherwise)}


def document(*steps, text="Hello", **parts):
    campaigns = {"c": {"start": "silent('9d')", "steps": steps}} if steps else {}
    return {**HEAD, "messages": {"m": {"en": text}}, "campaigns": campaigns, **parts}


def groups(*steps, **parts):
    return set(contexts(Program.from_dict(document(*steps, **parts)).document).get("m", ()))


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([SEND], set()),
        ([OFFER, SEND], {"offer"}),
        ([SEND, OFFER], set()),
        ([OFFER, SEND, ENROL, TALK, SEND], {"offer"}),
        ([OFFER, ENROL, TALK, SEND], {"offer", "quest", "session"}),
        ([{"grant": "book"}, SEND], set()),
        ([either([OFFER]), SEND], set()),
        ([either([OFFER], [OFFER]), SEND], {"offer"}),
        ([either([OFFER, SEND])], {"offer"}),
        ([either([OFFER], [STOP]), SEND], {"offer"}),
        ([either([], [OFFER, either([STOP], [ENROL])]), SEND], set()),
        ([OFFER, either([ENROL], [ENROL, TALK]), SEND], {"offer", "quest"}),
        ([ENROL, either([OFFER, STOP], [STOP])], None),
    ],
)
def test_what_came_before_on_every_way(steps, found):
    assert groups(*steps) == (set() if found is None else {"campaign", *found})


def test_being_stuck_is_known_when_something_tells():
    assert "stuck" not in groups(SEND)
    assert "stuck" in groups(SEND, materials={"book-of-loops": {"topic": "loops"}})
    assert "stuck" in groups(SEND, events={**HEAD["events"], "quiz.failed": {"quiz": "text"}})


def test_messages_of_rewards_and_of_other_mechanics():
    rewards = {
        "book": {"task": {"for": "anybody", "due": "3d", "done": "m"}},
        "talk": {"at": "2026-10-08T19:00", "remind": {"before": "1h", "send": "n"}},
        "seat": {"stock": 1, "waitlist": {"order": ["joined"], "send": "o"}},
    }
    messages = {name: {"en": "Hello"} for name in "mnop"}
    rules = [{"id": "r", "on": "lesson.completed", "send": "p"}]
    program = Program.from_dict(document(rewards=rewards, messages=messages, rules=rules))
    assert contexts(program.document) == {"m": {"task"}, "n": {"session"}, "o": {"seat"}, "p": set()}
    places = [sending.place for sending in sendings(program.document)]
    assert places == [
        "rules.r.send",
        "rewards.book.task.done",
        "rewards.talk.remind.send",
        "rewards.seat.waitlist.send",
    ]


def test_a_message_of_several_places_has_what_all_of_them_have():
    assert groups(OFFER, ENROL, SEND) == {"campaign", "offer", "quest"}
    quests = {"back": {**HEAD["quests"]["back"], "reward": {"send": "m"}}}
    assert groups(OFFER, ENROL, SEND, quests=quests) == set()


def test_a_fact_that_is_not_known_at_one_place_is_a_problem():
    text = "{{ offer.label }}, {{ campaign.label }}"
    assert check(document(OFFER, SEND, text=text)) == []
    (problem,) = check(document(SEND, OFFER, SEND, text=text))
    assert (problem.path, problem.code) == ("messages.m.en.text", "message/absent")
    assert "offer.label is not known" in problem.message
    assert "campaigns.c.steps.1" in problem.message
    (problem,) = check(document(either([SEND]), OFFER, text=text), lang="ru")
    assert problem.message == (
        "offer.label известно не везде, откуда уходит это сообщение: неизвестно в campaigns.c.steps.1.then.1"
    )


def test_a_message_that_nobody_sends_may_use_any_group():
    assert check(document(text="{{ offer.label }} {{ stuck.topic }} {{ seat.position }}")) == []


def test_every_part_of_a_message_is_looked_at():
    body = {"en": {"subject": "{{ quest.label }}", "text": "Hi", "telegram": "{{ task.note }}"}}
    found = check(document(SEND, messages={"m": body}))
    assert [problem.path for problem in found] == ["messages.m.en.subject", "messages.m.en.telegram.text"]


def test_causes_are_not_judged_while_their_parts_are_broken():
    text = "{{ offer.label }}"
    found = check(document({"offer": {"choose": []}}, SEND, text=text))
    assert [problem.code for problem in found] == ["document/too-few"]
    broken = {**HEAD["rewards"], "talk": {"at": "tomorrow"}}
    found = check(document(TALK, SEND, text="{{ session.label }}", rewards=broken))
    assert [problem.code for problem in found] == ["document/moment"]
