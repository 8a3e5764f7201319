"""The words of a message: facts of its cause, the member's language and clock, and nobody's name can do harm."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.app.facts import facts_of, tame
from loyaltykit.app.words import one_line, words
from loyaltykit.values import Effect, to_instant

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
WEEK = 7 * 86_400 * 1_000_000
PROGRAM = """
program: school
timezone: Europe/Moscow
locale: ru
events: {lesson.completed: {course: text}}
member: {name: text, birthday: date}
points: {xp: , early-stars: {decimals: 2}}
rewards:
  bonus-lesson: {label: {ru: Бонусный урок, en: A bonus lesson}}
  curator-review: {label: {ru: Разбор с куратором, en: A review}, task: {for: curator, due: 3d}}
  mentor: {label: Встреча, at: "2026-10-08T19:00", link: "https://example.org/room"}
staff: {curator: {name: Ольга, label: {ru: куратор, en: curator}}}
materials: {loops: {label: {ru: Циклы на пальцах, en: Loops in pictures}, topic: loops, link: "https://example.org/l"}}
quests:
  comeback: {label: {ru: Возвращение, en: Comeback}, start: campaign, within: 7d, steps: [{on: lesson.completed}]}
campaigns:
  back:
    label: {ru: Вернуться, en: Come back}
    start: {on: lesson.completed}
    steps:
      - offer:
          choose: [[bonus-lesson, curator-review], {give: mentor, label: {ru: Особая встреча, en: A talk}}, materials]
      - send: {message: come, channels: [telegram, email, inbox]}
      - enrol: comeback
      - if: quest.comeback.done
        then: [{grant: mentor}, {send: {message: come, channels: [telegram, email, inbox]}}]
messages:
  come:
    ru:
      subject: "{{ member.name | default: 'друг' }}, вернитесь"
      text: "{{ member.name | default: 'друг' }}: {{ offer.label }}"
      telegram: "{{ offer.label }} до {{ offer.until | date: 'd MMMM, HH:mm' }}"
      email: {text: "{{ member.name }}", html: "<p>{{ member.name }}</p>"}
    en: "{{ member.name }}: {{ offer.label }}, {{ campaign.value }}"
"""


@pytest.fixture(scope="module")
def program():
    return lk.Program.from_yaml(PROGRAM)


def member(program, **attributes):
    kit = lk.Loyalty(program)
    kit.update_member("ann", attributes, at=NOW)
    return kit.member("ann")


def sent(step="2", **data):
    whole = {"campaign": "back", "value": "py", **data}
    return Effect("i", "ann", "message", "come", to_instant(NOW), "campaigns.back", f"1:{step}", None, whole)


def offer(option="bonus-lesson+curator-review", materials=()):
    ids = ["bonus-lesson+curator-review", "mentor", "materials"]
    until = to_instant(NOW) + WEEK
    return {"offer": "back/1/1", "option": option, "options": ids, "until": until, "materials": materials}


def test_a_channel_has_its_own_words_and_else_those_that_every_channel_can_show(program):
    view = member(program, name="Анна", timezone="Asia/Omsk")
    effect = sent(offer=offer())
    assert words(program.document, effect, view).text == "Анна: Бонусный урок, Разбор с куратором"
    assert words(program.document, effect, view, "inbox").text == "Анна: Бонусный урок, Разбор с куратором"
    telegram = words(program.document, effect, view, "telegram")
    assert telegram.text == "Бонусный урок, Разбор с куратором до 8 октября, 18:00"
    assert (telegram.subject, telegram.html) == ("Анна, вернитесь", None)
    assert words(program.document, effect, view, "email").html == "<p>Анна</p>"


@pytest.mark.parametrize(
    ("attributes", "locale"),
    [
        ({}, "ru"),
        ({"locale": "en"}, "en"),
        ({"locale": "en-GB"}, "en"),
        ({"locale": "ru_RU"}, "ru"),
        ({"locale": "fr"}, "ru"),
        ({"locale": ""}, "ru"),
    ],
)
def test_the_locale_is_the_members_else_the_programs(program, attributes, locale):
    assert words(program.document, sent(offer=offer()), member(program, **attributes)).locale == locale


def test_labels_are_in_the_members_language(program):
    view = member(program, name="Ann", locale="en-US")
    facts = facts_of(program.document, sent(offer=offer(None, ["loops"]), stuck={"material": "loops"}), view)
    assert facts["offer"]["label"] == "A bonus lesson, A review, A talk, Loops in pictures"
    assert [option["label"] for option in facts["offer"]["options"]] == [
        "A bonus lesson, A review",
        "A talk",
        "Loops in pictures",
    ]
    assert facts["offer"]["material"]["link"] == "https://example.org/l"
    assert facts["stuck"]["material"] == "Loops in pictures"
    assert facts["campaign"] == {"label": "Come back", "value": "py"}


def test_what_comes_back_from_a_store_as_lists_gives_the_same_facts(program):
    view = member(program)
    stored = sent(offer={**offer("materials", ["loops"]), "options": tuple(offer()["options"])})
    assert facts_of(program.document, stored, view) == facts_of(
        program.document, sent(offer=offer("materials", ["loops"])), view
    )
    assert facts_of(program.document, stored, view)["offer"]["label"] == "Циклы на пальцах"


def test_tasks_seats_and_sessions_tell_who_when_and_where(program):
    view = member(program)
    task = {"task": "t", "reward": "curator-review", "role": "curator", "due": to_instant(NOW), "note": "Ок\nвсё"}
    facts = facts_of(program.document, sent(task=task, seat={"reward": "mentor", "position": 2}), view)
    assert facts["task"] == {
        "label": "Разбор с куратором",
        "due": dt.datetime(2026, 10, 1, 15, tzinfo=dt.timezone(dt.timedelta(hours=3))),
        "by": "Ольга",
        "note": "Ок\nвсё",
        "role": "куратор",
    }
    assert facts["seat"] == {"label": "Встреча", "position": 2}
    reminded = facts_of(program.document, sent(session={"reward": "mentor", "at": to_instant(NOW)}), view)
    assert reminded["session"]["at"] == NOW


def test_after_its_grant_a_session_is_told_but_its_link_only_to_who_holds_it(program):
    view = member(program, timezone="Asia/Omsk")
    session = facts_of(program.document, sent("4.then.2"), view)["session"]
    assert session["label"] == "Встреча"
    assert session["at"].isoformat() == "2026-10-08T22:00:00+06:00"
    assert session["link"] is None
    assert facts_of(program.document, sent("2"), view)["session"] is None


def test_the_quest_is_the_one_that_the_run_enrolled_in(program):
    view = member(program)
    assert facts_of(program.document, sent("2"), view)["quest"] is None
    assert facts_of(program.document, sent("4.then.2"), view)["quest"]["label"] == "Возвращение"


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ program }}{% if %}",
    "Анна\r\nBcc: all@example.org",
    "evil\u202egnp.exe",
    "a\u2066b\u2069c\u200b",
    "\x00\x1b[31m\u2028",
    "Анна" * 10_000,
    "👩\u200d💻",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_harmless(program, name):
    view = member(program, name=name)
    said = words(program.document, sent(offer=offer()), view, "email")
    assert not set(said.subject) & set("\r\n\0\u202e\u2066\u2028\x1b\u200b")
    assert not set(said.text) & set("\r\n\0\u202e\u2066\u2028\x1b\u200b")
    assert "<script" not in said.html
    assert len(said.subject) <= 300
    assert "school" not in said.text


@given(st.text())
def test_tamed_text_is_one_line_that_shows_all_it_is(text):
    tamed = tame(text)
    shown = tamed.replace("\u200c", "").replace("\u200d", "")
    assert {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()
    assert len(tamed) <= 1_000
    assert tame(tamed) == tamed
    assert len(one_line(text).splitlines()) <= 1


def test_words_show_nothing_personal_in_their_repr(program):
    said = words(program.document, sent(offer=offer()), member(program, name="Канарейка"), "email")
    assert "Канарейка" not in repr(said)
    assert said.to_dict()["text"] == "Канарейка"
