"""What goes with a message: a button that joins a quest, the calendar file of a session."""

from __future__ import annotations

import loyaltykit as lk
from tests.app.school import DAY, START

TEXT = """
program: school
timezone: Europe/Moscow
events: {lesson.completed: {}}
member: {name: text, email: text}
quests: {sprint: {label: {en: Sprint, ru: Рывок}, start: join, steps: [{on: lesson.completed}]}}
rewards: {talk: {label: Talk, kind: session, at: 2026-10-08T19:00, link: https://school.example/live}}
campaigns: {c: {start: {on: lesson.completed}, steps: [{grant: talk}, {send: {message: invited, channels: [email]}}]}}
messages:
  invited: {join: sprint, en: {subject: Come, text: "On {{ session.at | date: 'HH:mm' }}"}}
"""


class Kept:
    """A channel that keeps what it is given."""

    name = address = "email"

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return lk.Receipt(message=message.id)


def invited():
    channel = Kept()
    kit = lk.Loyalty(lk.Program.from_yaml(TEXT), channels=[channel])
    kit.update_member("ann", {"email": "ann@school.example"}, at=START - DAY)
    kit.record(lk.Event("e1", "lesson.completed", "ann", START))
    kit.deliver(START)
    (message,) = channel.sent
    return kit, message


def test_a_message_may_have_a_button_that_joins_a_quest():
    kit, message = invited()
    (button,) = message.buttons
    assert button.label == "Sprint"
    kit.pressed("email", "ann@school.example", button.action, at=START + DAY)
    kit.pressed("email", "ann@school.example", button.action, at=START + 2 * DAY)
    assert kit.member("ann").quests["sprint"].active
    assert kit.member("ann").quests["sprint"].runs == 1


def test_a_letter_about_a_session_brings_its_calendar_file():
    kit, message = invited()
    (file,) = message.attachments
    assert file.media_type == "text/calendar"
    assert b"DTSTART:20261008T160000Z" in file.content
    assert b"https://school.example/live" in file.content
    same = [line for line in kit.calendar("ann", "talk").splitlines() if not line.startswith("DTSTAMP")]
    assert [line for line in file.content.decode().splitlines() if not line.startswith("DTSTAMP")] == same


def test_the_quest_of_a_button_is_one_that_is_joined():
    problems = lk.check({**_data(), "quests": {"sprint": {"steps": [{"on": "lesson.completed"}]}}})
    assert [problem.code for problem in problems] == ["document/joined"]


def _data():
    return {
        "program": "school",
        "events": {"lesson.completed": {}},
        "messages": {"hello": {"join": "sprint", "en": "Hello"}},
    }
