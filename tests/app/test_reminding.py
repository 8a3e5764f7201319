"""Surveys have days, are reminded of once by the next channel, and stand in the platform until they are answered."""

import datetime as dt

import pytest

import loyaltykit as lk
from tests.app.post import Post

START = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DOCUMENT = {
    "program": "listening",
    "events": {"lesson.completed": {}, "left": {}, "survey.answered": {"survey": "text", "value": "number"}},
    "member": {"telegram": "text", "email": "text"},
    "contact": {"channels": ["telegram", "email"], "quiet_hours": "21:00-09:00", "at_most": "2 per week"},
    "surveys": {
        "nps": {"question": "Would you recommend us?", "scale": "0-10", "remind": {"after": "3d"}, "comment": True},
        "next": {
            "question": "What next?",
            "options": ["Go", "SQL"],
            "open": {"from": "2026-06-01", "to": "2026-06-03"},
            "remind": {"after": "3d"},
        },
    },
    "campaigns": {
        "ask": {
            "start": {"on": "lesson.completed"},
            "exit": {"on": "left"},
            "steps": [{"survey": "nps"}, {"wait": "30d"}],
        },
        "poll": {"start": {"on": "left"}, "steps": [{"survey": "next"}]},
    },
}


@pytest.fixture(params=["memory:", "sqlite"])
def school(request, tmp_path):
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'school.db'}"
    telegram, email = Post(), Post("email")
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=url, channels=[telegram, email], secret="x" * 20) as kit:
        kit.update_member("ann", {"telegram": "1", "email": "a@b.example"}, at=START - DAY)
        yield kit, telegram, email


def ask(kit, type="lesson.completed"):
    kit.record(lk.Event("e1", type, "ann", START))
    kit.deliver(START)


def test_who_does_not_answer_is_reminded_once_by_the_next_channel(school):
    kit, telegram, email = school
    ask(kit)
    assert (len(telegram.taken), len(email.taken)) == (1, 0)
    kit.deliver(START + 2 * DAY)
    assert email.taken == []
    for days in (3, 6, 9, 30):
        kit.deliver(START + days * DAY)
    assert (len(telegram.taken), len(email.taken)) == (1, 1)
    assert email.taken[0].text == "Would you recommend us?"
    assert email.taken[0].id != telegram.taken[0].id


@pytest.mark.parametrize("how", ["button", "platform", "host"])
def test_an_answer_on_any_channel_takes_the_reminder_back(school, how):
    kit, telegram, email = school
    ask(kit)
    if how == "button":
        kit.pressed("telegram", "1", telegram.taken[0].buttons[9].action, at=START + DAY)
    elif how == "platform":
        kit.answer("ann", survey="nps", value=9, at=START + DAY)
    else:
        kit.record(lk.Event("a1", "survey.answered", "ann", START + DAY, {"survey": "nps", "value": 9}))
    kit.deliver(START + 3 * DAY)
    assert email.taken == []
    assert kit.outbox("ann")[0].reason == "answered"


def test_leaving_the_campaign_takes_the_reminder_back(school):
    kit, _, email = school
    ask(kit)
    kit.record(lk.Event("e2", "left", "ann", START + 5 * DAY))
    kit.deliver(START + 5 * DAY)
    assert [one.message for one in email.taken if one.message == "nps"] == []


def test_a_reminder_waits_for_the_morning(school):
    kit, _, email = school
    night = START + dt.timedelta(hours=8, minutes=30)
    kit.record(lk.Event("e1", "lesson.completed", "ann", night))
    kit.deliver(night)
    kit.deliver(night + 3 * DAY + dt.timedelta(hours=1))
    assert email.taken == []
    assert kit.outbox("ann")[0].reason == "quiet-hours"
    kit.deliver(night + 4 * DAY - dt.timedelta(hours=8))
    assert len(email.taken) == 1


@pytest.mark.parametrize(("cap", "days"), [("1 per day", 3), ("1 per 4 days", 4), ("1 per week", None)])
def test_a_reminder_waits_until_the_cap_has_room_and_does_not_go_beside_it(cap, days):
    document = {**DOCUMENT, "contact": {**DOCUMENT["contact"], "at_most": cap}}
    telegram, email = Post(), Post("email")
    with lk.Loyalty(lk.Program.from_dict(document), channels=[telegram, email]) as kit:
        kit.update_member("ann", {"telegram": "1", "email": "a@b.example"}, at=START - DAY)
        ask(kit)
        for hours in range(24 * 12):
            kit.deliver(START + hours * DAY / 24)
            if email.taken:
                break
        assert len(telegram.taken) == 1
        sent = [START + hours * DAY / 24] if email.taken else []
        assert sent == ([] if days is None else [START + days * DAY])
        assert [one.reason for one in kit.outbox("ann") if one.status == "suppressed"] == ([] if days else ["cap"])


@pytest.mark.parametrize(("cap", "more"), [("2 per week", 0), ("3 per week", 1)])
def test_a_reminder_counts_for_the_cap_of_what_comes_after_it(cap, more):
    surveys = {**DOCUMENT["surveys"], "next": {"question": "What next?", "options": ["Go", "SQL"]}}
    contact = {**DOCUMENT["contact"], "at_most": cap}
    telegram, email = Post(), Post("email")
    document = {**DOCUMENT, "surveys": surveys, "contact": contact}
    with lk.Loyalty(lk.Program.from_dict(document), channels=[telegram, email]) as kit:
        kit.update_member("ann", {"telegram": "1", "email": "a@b.example"}, at=START - DAY)
        ask(kit)
        kit.deliver(START + 3 * DAY)
        assert (len(telegram.taken), len(email.taken)) == (1, 1)
        kit.record(lk.Event("e2", "left", "ann", START + 4 * DAY))
        kit.deliver(START + 4 * DAY)
        assert len(telegram.taken) == 1 + more


def test_the_question_and_its_reminder_have_one_answer(school):
    kit, telegram, email = school
    ask(kit)
    kit.deliver(START + 3 * DAY)
    kit.pressed("email", "a@b.example", email.taken[0].buttons[9].action, at=START + 4 * DAY)
    kit.pressed("telegram", "1", telegram.taken[0].buttons[9].action, at=START + 4 * DAY)
    with pytest.raises(lk.DuplicateConflict):
        kit.pressed("telegram", "1", telegram.taken[0].buttons[3].action, at=START + 4 * DAY)
    assert sum(item.name == "survey.answered" for item in kit.member("ann").timeline if item.kind == "event") == 1


def test_a_poll_takes_answers_on_its_days_only_and_nobody_is_reminded_of_a_closed_one(school):
    kit, telegram, email = school
    with pytest.raises(lk.NotEligible) as early:
        kit.vote("ann", survey="next", option="Go", at=START - DAY)
    assert early.value.code == "survey/closed"
    ask(kit, "left")
    kit.vote("ann", survey="next", option="Go", at=dt.datetime(2026, 6, 3, 23, 59, tzinfo=dt.UTC))
    with pytest.raises(lk.NotEligible):
        kit.pressed("telegram", "1", telegram.taken[0].buttons[1].action, at=dt.datetime(2026, 6, 4, tzinfo=dt.UTC))
    kit.record(lk.Event("e9", "left", "bob", START))
    kit.update_member("bob", {"telegram": "2", "email": "b@b.example"}, at=START)
    kit.deliver(START + DAY / 8)
    kit.deliver(START + 4 * DAY)
    assert email.taken == []
    assert kit.outbox("bob")[0].reason == "closed"


def test_the_platform_knows_what_a_member_is_asked_now(school):
    kit, _, _ = school
    ask(kit)
    (asked,) = kit.member("ann").surveys
    assert (asked.survey, asked.question, len(asked.answers), asked.comment) == (
        "nps",
        "Would you recommend us?",
        11,
        True,
    )
    kit.answer("ann", survey=asked.survey, value=9, key=asked.key, at=START + DAY)
    assert kit.member("ann").surveys == ()
    kit.comment("ann", survey="nps", text="Good", at=START + DAY)
    with pytest.raises(lk.NotEligible):
        kit.comment("ann", survey="next", text="Good")


def test_days_that_run_backwards_are_a_problem():
    wrong = {**DOCUMENT["surveys"]["next"], "open": {"from": "2026-06-03", "to": "2026-06-01"}}
    found = lk.check({**DOCUMENT, "surveys": {**DOCUMENT["surveys"], "next": wrong}})
    assert [(one.path, one.code) for one in found if one.severity == "error"] == [
        ("surveys.next.open.to", "document/dates")
    ]
