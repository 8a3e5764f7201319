"""What is given, through the verbs: rights by hand, tasks, sessions, waiting lists."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.app.calendar_file import calendar_file
from loyaltykit.app.delivering import BATCH
from loyaltykit.app.rows import to_event
from loyaltykit.channels import Limits
from loyaltykit.errors import DuplicateConflict, LoyaltyError, NotEligible, OutOfStock
from loyaltykit.program.load import Program
from loyaltykit.values import Event
from tests.app.post import Post

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)

DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "locale": "en",
    "late": "7d",
    "events": {"lesson.completed": {"course": "text"}, "quiz.passed": {"score": "number"}},
    "member": {"name": "text", "email": "text"},
    "points": {"xp": {}},
    "rules": [
        {"id": "review", "on": "quiz.passed", "when": "event.score == 1", "grant": "curator-review"},
        {"id": "seat", "on": "quiz.passed", "when": "event.score == 2", "grant": "advanced-seat"},
        {"id": "lessons", "on": "lesson.completed", "award": {"xp": 10}},
        {"id": "held", "when": "entitlement.curator_review", "award": {"xp": 1}},
    ],
    "badges": {"persistent": {"when": "points.xp.lifetime >= 20", "grant": "priority-advanced"}},
    "staff": {"curator": {"email": "curator@school.example"}, "head": {"email": "head@school.example"}},
    "rewards": {
        "chat": {"kind": "chat"},
        "lesson": {"lasts": "10d"},
        "book": {"stock": 1},
        "priority-advanced": {},
        "curator-review": {
            "task": {"for": "curator", "due": "3d", "done": "reviewed", "escalate": {"after": "1d", "to": "head"}}
        },
        "advanced-seat": {
            "stock": 1,
            "waitlist": {"order": ["entitlement.priority_advanced", "joined"], "send": "your-seat"},
        },
        "mentor": {
            "label": "Вечер с наставником; вопросы, ответы",
            "at": "2026-09-10T19:00",
            "minutes": 90,
            "stock": 1,
            "link": "https://meet.example/mentor",
            "waitlist": {},
            "remind": {"before": "1d", "send": "soon"},
        },
        "lecture": {"at": "2026-09-10T19:00", "link": "https://meet.example/lecture"},
    },
    "messages": {
        "reviewed": {"en": {"text": "Your work is reviewed by {{ task.by }}: {{ task.note }}"}},
        "your-seat": {"en": {"text": "You have a seat: {{ seat.label }}"}},
        "soon": {"en": {"text": "Soon: {{ session.link }}"}},
    },
}
PROGRAM = Program.from_dict(DOCUMENT)


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def event(id, type, member="ann", *, days=0.0, **data):
    return Event(id, type, member, START + days * DAY, data)


def inbox(kit, member):
    return [letter.text for letter in kit.member(member).inbox]


def kinds(decision):
    return [(effect.kind, effect.name) for effect in decision.effects]


def quiz(kit, member, *, score, days=0.0):
    return kit.record(event(f"{member}-{score}-{days}", "quiz.passed", member, days=days, score=score))


# --- by hand -------------------------------------------------------------------------------------------------------


def test_granted_used_and_revoked_by_hand(kit):
    kit.grant("ann", "chat", by="curator Olga", at=START)
    assert kit.entitled("ann", "chat")
    assert not kit.entitled("ann", "chat", at=START - DAY)
    assert not kit.entitled("nobody", "chat")
    kit.use("ann", "chat")
    assert not kit.entitled("ann", "chat")
    kit.grant("ann", "chat")
    assert kinds(kit.revoke("ann", "chat", reason="a mistake")) == [("revoked", "chat")]
    assert not kit.entitled("ann", "chat")
    with pytest.raises(NotEligible, match="does not hold chat"):
        kit.use("ann", "chat")
    with pytest.raises(LoyaltyError, match="did you mean chat"):
        kit.grant("ann", "chta")


def test_a_person_may_give_the_same_twice_and_each_is_used_once(kit):
    kit.grant("ann", "lesson", at=START)
    kit.grant("ann", "lesson", at=START + DAY)
    kit.use("ann", "lesson", at=START + 2 * DAY)
    assert kit.entitled("ann", "lesson", at=START + 10.5 * DAY)  # the one that ends first was used
    kit.use("ann", "lesson", at=START + 3 * DAY)
    assert not kit.entitled("ann", "lesson")


def test_a_key_makes_a_verb_idempotent(kit):
    first = kit.grant("ann", "book", key="order-7", at=START)
    again = kit.grant("ann", "book", key="order-7")
    assert kinds(first) == kinds(again) == [("grant", "book")]
    with pytest.raises(DuplicateConflict):
        kit.grant("ann", "chat", key="order-7")
    with pytest.raises(DuplicateConflict):
        kit.revoke("ann", "book", key="order-7")
    for _ in range(2):
        with pytest.raises(OutOfStock):
            kit.grant("bob", "book", key="order-8", at=START)


def test_what_was_revoked_is_free_for_the_next(kit):
    kit.grant("ann", "book", at=START)
    kit.revoke("ann", "book")
    assert kinds(kit.grant("bob", "book", at=START)) == [("grant", "book")]
    with pytest.raises(OutOfStock):
        kit.grant("cat", "book", at=START)


# --- tasks ---------------------------------------------------------------------------------------------------------


def test_a_task_is_opened_done_and_told(kit):
    quiz(kit, "ann", score=1)
    (task,) = kit.tasks(staff="curator")
    assert (task.member, task.reward, task.role, task.state) == ("ann", "curator-review", "curator", "open")
    assert task.due == START + 3 * DAY
    assert kit.member("ann").tasks == (task,)
    decision = kit.fulfil(task.id, by="Olga", note="Well argued", at=START + DAY)
    assert ("used", "curator-review") in kinds(decision)
    assert inbox(kit, "ann") == ["Your work is reviewed by Olga: Well argued"]
    assert kit.tasks() == []
    (done,) = kit.tasks(open=False)
    assert (done.state, done.by, done.note, done.done) == ("done", "Olga", "Well argued", START + DAY)
    assert not kit.entitled("ann", "curator-review")
    with pytest.raises(NotEligible, match="is done"):
        kit.fulfil(task.id, by="Olga")
    with pytest.raises(NotEligible, match="no task"):
        kit.fulfil("0" * 16, by="Olga")


def test_a_task_not_done_in_time_escalates_once(kit):
    quiz(kit, "ann", score=1)
    kit.advance(START + 4 * DAY - HOUR)
    assert kit.tasks(staff="head") == []
    kit.advance(START + 4 * DAY)
    (task,) = kit.tasks(staff="head")
    assert (task.state, task.escalated_to, task.role) == ("escalated", "head", "curator")
    kit.advance(START + 40 * DAY)
    told = [item for item in kit.member("ann").timeline if item.kind == "task"]
    assert len(told) == 2
    kit.fulfil(task.id, by="Olga")
    assert kit.tasks(open=None)[0].state == "done"


def test_what_is_revoked_is_owed_no_longer(kit):
    quiz(kit, "ann", score=1)
    kit.revoke("ann", "curator-review")
    assert kit.tasks() == []
    assert [task.state for task in kit.tasks(open=False)] == ["cancelled"]
    kit.advance(START + 40 * DAY)
    assert kit.tasks() == []


@pytest.mark.parametrize(
    ("locale", "opened", "escalated"),
    [
        (
            "en",
            ("Task: curator-review", "curator-review: Анна.\nDue by 2026-09-04 13:00.\nTask "),
            (
                "Not done in time: curator-review",
                "curator-review: Анна.\nIt was due by 2026-09-04 13:00, from: curator.\nTask ",
            ),
        ),
        (
            "ru",
            ("Задача: curator-review", "curator-review: Анна.\nСрок — 04.09.2026 13:00.\nНомер задачи: "),
            (
                "Не сделано в срок: curator-review",
                "curator-review: Анна.\nСрок был 04.09.2026 13:00, отвечает: curator.\nНомер задачи: ",
            ),
        ),
    ],
)
def test_staff_are_told_of_a_task_and_who_is_above_them_when_it_is_late(locale, opened, escalated):
    program = Program.from_dict({**DOCUMENT, "locale": locale})
    email = Post("email")
    with Loyalty(program, channels=[email, Post("telegram")]) as kit:
        kit.update_member("ann", {"name": "Анна", "email": "ann@school.example"}, at=START - DAY)
        quiz(kit, "ann", score=1)
        (task,) = kit.tasks()
        kit.deliver(START)
        kit.advance(START + 4 * DAY)
        kit.deliver(START + 4 * DAY)
        first, second = email.taken
        assert (first.to, first.subject, first.text) == ("curator@school.example", opened[0], opened[1] + task.id)
        assert (second.to, second.subject, second.text) == ("head@school.example", escalated[0], escalated[1] + task.id)
        kit.fulfil(task.id, by="Olga")
        kit.deliver(START + 50 * DAY)
        assert len(email.taken) == 2


@pytest.mark.parametrize("memory", [True, False])
def test_many_old_tasks_on_a_channel_that_has_no_room_keep_no_other_channel_back(url, memory):
    """Staff are told of a task however old it is."""
    email, telegram = Post("email"), Post("telegram")
    email.limits = Limits(overall="1 per hour")
    document = {
        **DOCUMENT,
        "rules": [*DOCUMENT["rules"], {"id": "hi", "on": "lesson.completed", "send": "hi"}],
        "member": {**DOCUMENT["member"], "telegram": "text"},
        "messages": {**DOCUMENT["messages"], "hi": {"en": {"text": "Hi"}}},
        "contact": {"channels": ["telegram"], "quiet_hours": None, "stale": "1d"},
    }
    with Loyalty(Program.from_dict(document), store="memory:" if memory else url, channels=[email, telegram]) as kit:
        for number in range(BATCH + 5):
            quiz(kit, f"m{number}", score=1)
        kit.update_member("ann", {"telegram": "1"}, at=START)
        kit.record(event("late", "lesson.completed", "ann", days=2.5, course="py"))
        kit.deliver(START + 2.5 * DAY, pause=lambda _: None)
    assert (len(email.taken), len(telegram.taken)) == (1, 1)


# --- sessions ------------------------------------------------------------------------------------------------------


def test_a_session_shows_its_link_to_who_holds_it_and_ends(kit):
    kit.grant("ann", "lecture", at=START)
    right = kit.member("ann").entitlements["lecture"]
    begins = dt.datetime(2026, 9, 10, 16, tzinfo=dt.UTC)
    assert (right.at, right.until, right.link) == (begins, begins + HOUR, "https://meet.example/lecture")
    assert kit.entitled("ann", "lecture", at=begins)
    assert not kit.entitled("ann", "lecture", at=begins + HOUR)
    with pytest.raises(NotEligible, match="over"):
        kit.grant("bob", "lecture", at=begins + HOUR)


def test_who_will_not_come_gives_the_place_to_the_next(kit):
    kit.grant("ann", "mentor", at=START)
    assert kinds(kit.grant("bob", "mentor", at=START + HOUR)) == [("waiting", "mentor")]
    assert kit.waiting("mentor") == ["bob"]
    kit.rsvp("ann", "mentor", going=False, at=START + DAY)
    assert kit.waiting("mentor") == []
    assert not kit.entitled("ann", "mentor")
    assert kit.member("bob").entitlements["mentor"].since == START + DAY
    assert kinds(kit.rsvp("ann", "mentor")) == [("session", "mentor"), ("waiting", "mentor")]
    assert kit.member("ann").waiting["mentor"].position == 1
    with pytest.raises(NotEligible):
        kit.rsvp("cat", "mentor")


def test_the_reminder_goes_to_who_will_come(kit):
    kit.grant("ann", "mentor", at=START)
    kit.rsvp("ann", "mentor")
    assert kit.member("ann").entitlements["mentor"].going is True
    kit.advance(dt.datetime(2026, 9, 9, 15, 59, tzinfo=dt.UTC))
    assert inbox(kit, "ann") == []
    kit.advance(dt.datetime(2026, 9, 9, 16, tzinfo=dt.UTC))
    assert inbox(kit, "ann") == ["Soon: https://meet.example/mentor"]
    kit.advance(dt.datetime(2026, 12, 9, 16, tzinfo=dt.UTC))
    assert len(inbox(kit, "ann")) == 1


def test_nobody_gets_a_place_at_what_has_begun(kit):
    kit.grant("ann", "mentor", at=START)
    kit.grant("bob", "mentor", at=START)
    kit.revoke("ann", "mentor", at=dt.datetime(2026, 9, 10, 16, 5, tzinfo=dt.UTC))
    assert not kit.entitled("bob", "mentor")
    kit.advance(START + 60 * DAY)
    assert kit.member("bob").waiting["mentor"].of == 1


# --- waiting lists -------------------------------------------------------------------------------------------------


def test_a_badge_really_moves_its_holder_up(kit):
    quiz(kit, "first", score=2)
    for number in range(20):
        quiz(kit, f"m{number:02}", score=2, days=number / 100)
    for number in (4, 9):
        kit.grant(f"m{number:02}", "priority-advanced")
    place = kit.member("m16").waiting["advanced-seat"]
    assert (place.position, place.of) == (17, 20)
    for number in range(2):
        kit.record(event(f"l{number}", "lesson.completed", "m16", days=1 + number, course="py"))
    assert "persistent" in kit.member("m16").badges
    assert kit.member("m16").waiting["advanced-seat"].position == 3
    assert kit.waiting("advanced-seat")[:4] == ["m04", "m09", "m16", "m00"]
    for holder in ("first", "m04", "m09"):
        kit.revoke(holder, "advanced-seat", at=START + 5 * DAY)
    assert kit.entitled("m16", "advanced-seat")
    assert inbox(kit, "m16") == ["You have a seat: advanced-seat"]
    assert "advanced-seat" not in kit.member("m16").waiting


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_what_a_waiting_list_gave_may_come_again_with_its_cause(kit, batches):
    for day, member in enumerate(("ann", "bob", "cat")):
        quiz(kit, member, score=2, days=day)
    kit.revoke("ann", "advanced-seat", at=START + 3 * DAY)
    kit.revoke("bob", "advanced-seat", at=START + 4 * DAY)
    with kit._journal.reading() as store:
        numbers = store.numbers(("ann", "bob", "cat"))
        rows = [to_event(row, id) for id, number in numbers.items() for row in store.history(number)]
    rows = [row for row in rows if not row.type.startswith("fact.")]
    assert sum(row.id.startswith("seat:") for row in rows) == 2
    rows.sort(key=lambda row: (row.at, row.id))
    with Loyalty(PROGRAM) as again:
        size = -(-len(rows) // batches)
        came = [again.record_many(rows[first : first + size]) for first in range(0, len(rows), size)]
        assert sum(one.recorded for one in came) + sum(one.duplicates for one in came) == len(rows)
        assert [refused for one in came for refused in one.rejected] == []
        for member in ("ann", "bob", "cat"):
            assert again.entitled(member, "advanced-seat") == kit.entitled(member, "advanced-seat")
            assert inbox(again, member) == inbox(kit, member)


def test_who_leaves_the_list_gets_nothing(kit):
    for member in ("ann", "bob", "cat"):
        quiz(kit, member, score=2)
    kit.leave("bob", "advanced-seat")
    kit.revoke("ann", "advanced-seat")
    assert kit.entitled("cat", "advanced-seat")
    assert not kit.entitled("bob", "advanced-seat")
    with pytest.raises(NotEligible):
        kit.leave("bob", "advanced-seat")


def test_attendance_is_seen_where_the_program_declares_it():
    events = {**DOCUMENT["events"], "session.attended": {"session": "text", "minutes": "number"}}
    with Loyalty(Program.from_dict({**DOCUMENT, "events": events})) as kit:
        kit.grant("ann", "lecture", at=START)
        kit.grant("bob", "lecture", at=START)
        kit.record(event("a", "session.attended", session="lecture", minutes=50, days=9.3))
        kit.record(event("b", "session.attended", "bob", session="another", minutes=50, days=9.27))
        inside = START + 9.27 * DAY
        assert kit.member("bob", at=inside).entitlements["lecture"].attended is False
        assert kit.member("ann", at=START + 9.3 * DAY).entitlements == {}
    with Loyalty(PROGRAM) as kit:
        kit.grant("ann", "lecture", at=START)
        assert kit.member("ann").entitlements["lecture"].attended is None


# --- the calendar file ---------------------------------------------------------------------------------------------


def unfolded(text):
    """The content lines of a calendar file, by RFC 5545, 3.1."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return [line.split(":", 1) for line in text.replace("\r\n ", "").split("\r\n")[:-1]]


def test_a_session_as_a_calendar_file(kit):
    kit.grant("ann", "mentor", at=START)
    kit.record(event("x", "lesson.completed", "bob", course="py"))
    lines = unfolded(kit.calendar("ann", "mentor"))
    assert lines[0] == ["BEGIN", "VCALENDAR"]
    found = dict(lines)
    assert (found["DTSTART"], found["DTEND"]) == ("20260910T160000Z", "20260910T173000Z")
    assert found["SUMMARY"] == "Вечер с наставником\\; вопросы\\, ответы"
    assert found["URL"] == "https://meet.example/mentor"
    other = dict(unfolded(kit.calendar("bob", "mentor")))
    assert "URL" not in other
    assert "LOCATION" not in other
    assert other["UID"] == found["UID"]
    with pytest.raises(LoyaltyError, match="no session"):
        kit.calendar("ann", "chat")


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_makes_another_line_of_a_calendar_file(summary, link):
    text = calendar_file(uid="u", summary=summary, start=0, end=1, stamp=0, link=link)
    names = [name for name, _ in unfolded(text)]
    assert names == [
        *("BEGIN", "VERSION", "PRODID", "METHOD", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"),
        *("LOCATION", "URL", "END", "END"),
    ]
