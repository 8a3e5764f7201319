"""Code words: good in their window, once each, hard to guess, kept nowhere; and announcements to those entitled."""

import datetime as dt
import logging

import pytest

import loyaltykit as lk
from loyaltykit.app.rows import to_event
from loyaltykit.app.saying import fold
from loyaltykit.channels.telegram_updates import Replied

AT = dt.datetime(2026, 9, 24, 16, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "locale": "en",
    "events": {
        "session.attended": {"session": "text", "minutes": "number"},
        "word.said": {"session": "text", "word": "integer"},
        "lesson.completed": {},
    },
    "member": {"name": "text", "telegram": "text"},
    "points": {"xp": {}},
    "rules": [
        {"id": "said", "on": "word.said", "award": {"xp": 5}},
        {"id": "there", "on": "session.attended", "award": {"xp": "event.minutes"}},
    ],
    "rewards": {
        "open-lesson": {
            "kind": "session",
            "label": "Open lesson",
            "at": "2026-09-24T19:00",
            "minutes": 90,
            "link": "https://live.example/1",
        }
    },
    "segments": {"rich": {"when": "points.xp.available >= 5"}},
    "messages": {
        "begun": {"en": {"subject": "Now", "text": "{{ session.label }}: {{ session.link }}"}},
        "plain": {"en": {"text": "Hello"}},
    },
    "contact": {"channels": ["telegram"]},
}


@pytest.fixture(params=["memory:", "sqlite"])
def kit(request, tmp_path):
    store = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=store) as kit:
        yield kit


def opened(kit, word="питон", **options):
    return kit.open_word("open-lesson", word=word, lasts=10 * MINUTE, at=AT, **options)


def why(kit, member, text, minutes=1.0, **options):
    with pytest.raises(lk.NotEligible) as raised:
        kit.say(member, text, at=AT + minutes * MINUTE, **options)
    return raised.value.code


def xp(kit, member="ann"):
    return kit.member(member).points["xp"].available


@pytest.mark.parametrize("text", ["питон", "Питон!", "  ПИТОН ", "пи-тон", "«питон»", "п и т о н"])
def test_a_word_is_heard_however_it_is_written(kit, text):
    opened(kit)
    kit.say("ann", text, at=AT + MINUTE)
    assert xp(kit) == 5


def test_yo_and_compatible_forms_are_the_same_letters():
    assert fold("Ёлка") == fold("елка") == fold("ЕЛКА")
    assert fold("ＰＹＴＨＯＮ") == fold("python")


def test_a_word_counts_once_a_member(kit):
    opened(kit)
    first = kit.say("ann", "питон", at=AT + MINUTE)
    assert kit.say("ann", "Питон", at=AT + 2 * MINUTE).entries == first.entries
    kit.say("bob", "питон", at=AT + 2 * MINUTE)
    assert (xp(kit), xp(kit, "bob")) == (5, 5)


def test_a_session_may_have_several_words_one_after_the_other(kit):
    opened(kit)
    kit.open_word("open-lesson", word="декоратор", lasts=10 * MINUTE, at=AT + 20 * MINUTE)
    kit.say("ann", "питон", at=AT + MINUTE)
    assert why(kit, "ann", "генератор", 15) == "word/early"
    kit.say("ann", "декоратор", at=AT + 21 * MINUTE)
    assert xp(kit) == 10


def test_too_early_too_late_wrong_and_not_asked_for_are_told_apart(kit):
    assert why(kit, "ann", "питон") == "word/none"
    opened(kit)
    assert why(kit, "ann", "питон", -5) == "word/early"
    assert why(kit, "ann", "рубин", -5) == "word/early"  # nothing tells whether it is the right one
    assert why(kit, "ann", "рубин") == "word/wrong"
    assert why(kit, "ann", "питон", 10) == "word/late"
    assert why(kit, "ann", "питон", 60 * 24 * 3) == "word/none"
    assert kit.members() == []


def test_a_closed_word_is_over_at_once(kit):
    opened(kit)
    kit.close_word("open-lesson", at=AT + 2 * MINUTE)
    assert why(kit, "ann", "питон", 3) == "word/late"
    assert kit.open_words(at=AT + 3 * MINUTE) == ()


def test_guessing_ends_after_ten_in_an_hour_also_for_the_right_word(kit):
    opened(kit, minutes=None)
    for number in range(10):
        assert why(kit, "eve", f"guess{number}") == "word/wrong"
    assert why(kit, "eve", "питон") == "word/guesses"
    kit.say("ann", "питон", at=AT + MINUTE)
    kit.open_word("open-lesson", word="рубин", lasts=10 * MINUTE, at=AT + 61 * MINUTE)
    kit.say("eve", "рубин", at=AT + 62 * MINUTE)
    assert xp(kit, "eve") == 5


def test_a_long_line_of_a_chat_is_no_guess(kit):
    opened(kit)
    for _ in range(20):
        assert why(kit, "ann", "а как быть, если декоратор принимает аргументы и возвращает функцию?") == "word/wrong"
    kit.say("ann", "питон", at=AT + MINUTE)


def test_the_word_is_in_no_event_error_log_or_store(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "school.db"
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=f"sqlite:///{file}") as kit:
        word = opened(kit, word="змееуст")
        kit.say("ann", "змееуст", at=AT + MINUTE)
        with pytest.raises(lk.NotEligible) as raised:
            kit.say("bob", "змееуст", at=AT - MINUTE)
        assert "змееуст" not in f"{word} {raised.value} {raised.value.details} {caplog.text}"
    assert "змееуст".encode() not in b"".join(one.read_bytes() for one in tmp_path.iterdir())


def test_saying_it_counts_as_attendance_until_more_is_known(kit):
    opened(kit, minutes=30)
    kit.say("ann", "питон", at=AT + MINUTE)
    assert xp(kit) == 35
    kit.attended("ann", session="open-lesson", minutes=50, at=AT + 90 * MINUTE)
    assert xp(kit) == 55
    kit.attended("bob", session="open-lesson", minutes=50, at=AT)
    kit.say("bob", "питон", at=AT + 2 * MINUTE)
    assert xp(kit, "bob") == 55


def test_a_replay_needs_no_words(kit):
    opened(kit, minutes=30)
    kit.say("ann", "питон", at=AT + MINUTE)
    journal = kit._journal
    with journal.reading() as store:
        events = [to_event(one, id) for number, id in store.members() for one in store.history(number)]
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT)) as again:
        again.record_many(events)
        assert again.member("ann", timeline=0) == kit.member("ann", timeline=0)


def test_a_program_that_does_not_declare_it_hears_it_as_an_action_of_the_kit():
    plain = {"program": "p", "events": {"x": {}}}
    with lk.Loyalty(lk.Program.from_dict(plain)) as kit:
        kit.open_word("s", word="python", lasts=MINUTE, at=AT)
        decision = kit.say("ann", "Python", at=AT)
        assert [(effect.kind, effect.name, effect.data) for effect in decision.effects] == [("word", "s", {"word": 1})]


@pytest.mark.parametrize("word", ["", "ab", "!!!", "x" * 41])
def test_a_word_that_is_none_is_refused(kit, word):
    with pytest.raises(lk.EventError):
        opened(kit, word=word)


def test_whoever_writes_to_the_bot_is_found_by_their_address(kit):
    kit.update_member("ann", {"telegram": "42"})
    kit.update_member("bob", {"telegram": "43"})
    assert (kit.whose("telegram", "42"), kit.whose("telegram", "44")) == ("ann", None)
    kit.update_member("ann", {"telegram": None})
    assert kit.whose("telegram", "42") is None
    kit.update_member("bob", {"telegram": "42"})
    assert kit.whose("telegram", "42") == "bob"


@pytest.mark.parametrize(
    ("text", "refused", "reply"),
    [("Питон!", None, "That is the word"), ("рубин", "word/wrong", "not the word"), ("/help", None, "")],
)
def test_a_text_to_the_bot_is_heard_as_the_code_word(kit, text, refused, reply):
    kit.update_member("ann", {"telegram": "42"}, at=AT - MINUTE)
    opened(kit)
    heard = kit.hear(Replied(update=1, chat="42", text=text), at=AT + MINUTE)
    assert (heard.member, heard.refused) == ("ann", refused)
    assert reply in heard.reply
    assert xp(kit) == (5 if reply == "That is the word" else 0)


def test_a_text_to_the_bot_is_nothing_while_no_word_is_asked_for(kit):
    kit.update_member("ann", {"telegram": "42"}, at=AT - MINUTE)
    heard = kit.hear(Replied(update=1, chat="42", text="привет"), at=AT)
    assert (heard.member, heard.reply, heard.refused) == ("ann", "", None)


# --- announcements


def invited(kit, *members):
    for member in members:
        kit.update_member(member, {"name": member, "telegram": member}, at=AT - dt.timedelta(days=1))
        kit.grant(member, "open-lesson", at=AT - dt.timedelta(hours=2))


def test_all_who_are_entitled_are_told_once_and_who_comes_later_too(kit):
    invited(kit, "ann", "bob", "eve")
    kit.update_member("zoe", {"name": "zoe"}, at=AT - dt.timedelta(days=1))
    kit.rsvp("eve", "open-lesson", going=False, at=AT - dt.timedelta(hours=1))
    assert kit.announce("open-lesson", message="begun", at=AT) == lk.Announced(told=2)
    assert kit.announce("open-lesson", message="begun", at=AT + MINUTE) == lk.Announced(before=2)
    kit.grant("zoe", "open-lesson", at=AT + MINUTE)
    assert kit.announce("open-lesson", message="begun", at=AT + 2 * MINUTE) == lk.Announced(told=1, before=2)
    assert sorted(one.member for one in kit.outbox()) == ["ann", "bob", "zoe"]
    assert kit.member("ann").inbox[0].text == "Open lesson: https://live.example/1"
    assert kit.announce("open-lesson", message="begun", key="again", at=AT + 3 * MINUTE).told == 3


def test_the_link_is_only_for_those_entitled_and_a_segment_can_be_told_too(kit):
    kit.record(lk.Event("w", "word.said", "ann", AT, {"session": "x", "word": 1}))
    kit.record(lk.Event("l", "lesson.completed", "bob", AT, {}))
    assert kit.announce(message="plain", segment="rich", at=AT) == lk.Announced(told=1)
    assert kit.member("ann").inbox[0].text == "Hello"
    assert kit.member("bob").inbox == ()


def test_a_rehearsed_announcement_tells_nobody(kit):
    invited(kit, "ann")
    assert kit.announce("open-lesson", message="begun", at=AT, rehearse=True) == lk.Announced(told=1)
    assert kit.outbox() == ()


def test_thousands_are_told_in_pages(kit):
    members = [f"m{number}" for number in range(1_200)]
    kit.record_many([lk.Event(f"g{one}", "lesson.completed", one, AT - MINUTE, {}) for one in members])
    assert kit.announce(message="plain", at=AT) == lk.Announced(told=1_200)
    assert kit.announce(message="plain", at=AT) == lk.Announced(before=1_200)


def test_a_replay_of_an_announcement_says_the_same(kit):
    invited(kit, "ann")
    kit.announce("open-lesson", message="begun", at=AT)
    kit.record(lk.Event("late", "lesson.completed", "ann", AT - dt.timedelta(hours=3), {}))  # folds the history again
    assert len(kit.member("ann").inbox) == 1
    assert len(kit.outbox()) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"message": "begum", "reward": "open-lesson"}, "message/unknown"),
        ({"message": "begun", "reward": "x"}, "reward/unknown"),
        ({"message": "begun", "segment": "x"}, "segment/unknown"),
        ({"message": "begun", "segment": "rich", "reward": "open-lesson"}, "announce/both"),
    ],
)
def test_what_the_program_does_not_have_is_said(kit, said, code):
    with pytest.raises(lk.LoyaltyError) as raised:
        kit.announce(**said)
    assert raised.value.code == code
