"""What everybody may see as it happens: in order, to go on from, and nobody named who does not want to be."""

import datetime as dt
import json

import pytest

import loyaltykit as lk
from tests.app.school import DAY, DOCUMENT, PROGRAM, START, event

BOARDS = {
    **DOCUMENT,
    "member": {"name": "text", "nick": "text", "plan": "text"},
    "badges": {
        **DOCUMENT["badges"],
        "scholar": {**DOCUMENT["badges"]["scholar"], "label": {"ru": "Знаток", "en": "Scholar"}},
    },
    "tiers": {"status": {"by": "earned('xp')", "period": "calendar month", "steps": {"plain": 0, "silver": 30}}},
    "leaderboards": {"weekly": {"by": "earned('xp')", "every": "week", "winners": {1: {"grant": "chat"}}}},
}


@pytest.fixture(params=["memory:", "sqlite"])
def kit(request, tmp_path):
    store = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(lk.Program.from_dict(BOARDS), store=store) as kit:
        yield kit


def called(kit, member, **attributes):
    kit.update_member(member, attributes, at=START - DAY)


def studied(kit, member, days=0.0):
    """Four lessons on two days and two quizzes: a level, a tier, badges and a quest."""
    kit.record_many(
        [event(f"{member}-l{number}", member=member, days=days + number / 3) for number in range(4)]
        + [event(f"{member}-q{number}", "quiz.passed", member, days=days + 1.5 + number / 10) for number in range(2)]
    )


def told(found):
    return [(one.kind, one.name, one.step, one.who) for one in found]


def test_what_there_is_to_celebrate_comes_in_the_order_in_which_it_was_recorded(kit):
    called(kit, "ann", name="Анна Ким")
    studied(kit, "ann")
    assert told(kit.happenings()) == [
        ("level", "Explorer", "Explorer", "Анна"),
        ("tier", "status", "silver", "Анна"),
        ("badge", "regular", None, "Анна"),
        ("level", "Expert", "Expert", "Анна"),
        ("badge", "scholar", "bronze", "Анна"),
        ("quest", "sprint", None, "Анна"),
    ]


def test_what_everybody_begins_with_and_what_goes_down_is_not_told(kit):
    called(kit, "ann", name="Ann")
    studied(kit, "ann")
    kit.advance(START + 70 * DAY)
    kinds = [one for one in told(kit.happenings()) if one[0] in ("tier", "level")]
    assert [one[2] for one in kinds] == ["Explorer", "silver", "Expert"]


def test_reading_on_from_a_cursor_gives_everything_once(kit):
    for member in ("ann", "bob", "eve"):
        studied(kit, member)
    whole, cursor, seen = kit.happenings(after=0, limit=1000), 0, []
    while True:
        page = kit.happenings(after=cursor, limit=2)
        seen += page
        if page.cursor == cursor:
            break
        cursor = page.cursor
    assert seen == list(whole)
    assert len(seen) == 18
    studied(kit, "late")
    assert {one.member for one in kit.happenings(after=cursor)} == {"late"}


def test_without_a_cursor_it_is_the_newest_and_goes_on_from_there(kit):
    studied(kit, "ann")
    newest = kit.happenings(limit=1)
    assert [one.name for one in newest] == ["sprint"]
    assert list(kit.happenings(after=newest.cursor)) == []


def test_who_does_not_want_to_be_shown_never_is(kit):
    called(kit, "ann", name="Ann", overlay=False)
    called(kit, "bob", name="Bob")
    studied(kit, "ann")
    studied(kit, "bob")
    assert {one.who for one in kit.happenings()} == {"Bob"}
    assert [row.who for row in kit.leaders("weekly", at=START + 2 * DAY)] == ["Bob"]
    kit.update_member("ann", {"overlay": True})
    assert {one.who for one in kit.happenings()} == {"Ann", "Bob"}


@pytest.mark.parametrize(("names", "who"), [("first", "Ann"), ("nick", "Kitten"), ("full", "Ann Kim"), ("none", None)])
def test_a_member_is_called_as_the_school_chose(kit, names, who):
    called(kit, "ann", name="Ann Kim", nick="Kitten")
    studied(kit, "ann")
    assert {one.who for one in kit.happenings(names=names)} == {who}
    assert [row.who for row in kit.leaders("weekly", at=START + 2 * DAY, names=names)] == [who]


def test_a_name_can_do_nothing_but_be_read(kit):
    called(kit, "ann", name="\u202eА\u200bн\x00\x1b[31mна\u2066\n  \u00a0Ким")
    studied(kit, "ann")
    called(kit, "bob", name="\u202e")
    studied(kit, "bob")
    called(kit, "eve", name="Я" * 5000)
    studied(kit, "eve")
    names = {one.member: one.who for one in kit.happenings()}
    assert names == {"ann": "Ан[31mна", "bob": None, "eve": "Я" * 39 + "…"}


def test_labels_speak_the_language_that_is_asked_for(kit):
    studied(kit, "ann")
    badges = {
        lang: next(one.label for one in kit.happenings(lang=lang) if one.name == "scholar")
        for lang in ("ru", "en", None)
    }
    assert badges == {"ru": "Знаток", "en": "Scholar", None: "Scholar"}


def test_what_happened_before_is_left_out_and_the_cursor_goes_on_all_the_same(kit):
    studied(kit, "ann")
    found = kit.happenings(after=0, since=START + 1.55 * DAY)
    assert [one.name for one in found] == ["scholar", "sprint"]
    assert list(kit.happenings(after=0, since=START + 30 * DAY)) == []
    assert kit.happenings(after=0, since=START + 30 * DAY).cursor == found.cursor


def test_what_a_correction_undoes_is_not_shown_any_more(kit):
    studied(kit, "ann")
    kit.void("ann-q0", by="teacher", reason="not theirs")
    assert "sprint" not in [one.name for one in kit.happenings()]


def test_places_won_are_told_when_the_board_is_settled(kit):
    called(kit, "ann", name="Ann")
    studied(kit, "ann")
    kit.advance(START + 30 * DAY)
    assert [(one.name, one.rank, one.who) for one in kit.happenings(kinds=["won"])] == [("weekly", 1, "Ann")]


def test_a_kind_that_there_is_none_of_is_refused(kit):
    with pytest.raises(lk.LoyaltyError) as raised:
        kit.happenings(kinds=["badges"])
    assert raised.value.code == "happenings/kind"
    assert raised.value.details["nearest"] == "badge"


def test_server_sent_events_name_no_member(kit):
    called(kit, "ann", name="Ann")
    studied(kit, "ann")
    text = lk.sse(kit.happenings(limit=1))
    lines = text.split("\n")
    assert lines[0] == "event: quest"
    assert lines[1] == f"id: {kit.happenings(limit=1).items[0].cursor}"
    assert json.loads(lines[2].removeprefix("data: "))["who"] == "Ann"
    assert lines[3:] == ["", ""]
    assert '"ann' not in text
    assert lk.sse([]) == ""


def test_a_page_of_many_members_is_read_quickly(kit):
    kit.record_many(
        [
            event(f"q{number}-{of}", "quiz.passed", f"m{number}", days=number / 1000)
            for number in range(300)
            for of in range(2)
        ]
    )
    assert len(kit.happenings(after=0, limit=1000, kinds=["badge"])) == 300


def test_the_feed_says_no_more_than_what_is_committed(kit):
    studied(kit, "ann")
    before = kit.happenings()
    with pytest.raises(lk.EventError):
        kit.record({"id": "x", "type": "nothing", "member": "ann", "at": "2026-09-03T10:00:00+00:00", "data": {}})
    assert kit.happenings() == before
    assert all(isinstance(one.at, dt.datetime) and one.at.tzinfo for one in before)
    assert lk.Loyalty(PROGRAM).happenings().items == ()
