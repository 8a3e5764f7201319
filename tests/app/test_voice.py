"""Surveys ask by themselves, votes weigh what they weighed when they were cast, and results name nobody."""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.insight.surveys import LEAST, Answer, of_options, of_scale

START = dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)
DOCUMENT = {
    "program": "voice",
    "events": {"lesson.completed": {}},
    "points": {"xp": {}},
    "rules": [{"id": "lesson", "on": "lesson.completed", "award": {"xp": 10}}],
    "levels": {"by": "xp", "steps": {"New": 0, "Old": 20}},
    "surveys": {
        "nps": {"question": "?", "scale": "0-10", "when": "points.xp.lifetime >= 20", "every": "90d"},
        "leaving": {"question": "?", "options": ["time", "price"], "when": "silent('5d')"},
        "next": {"question": "?", "options": ["Django", "SQL"], "weight": "3 if level >= 'Old' else 1"},
    },
}


@pytest.fixture(params=["memory:", "sqlite"])
def kit(request: pytest.FixtureRequest, tmp_path) -> Iterator[lk.Loyalty]:
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'school.db'}"
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=url) as opened:
        yield opened


def lesson(kit: lk.Loyalty, member: str, number: int, *, days: float = 0) -> lk.Decision:
    return kit.record(lk.Event(f"{member}-{number}", "lesson.completed", member, START + dt.timedelta(days=days)))


def asked(kit: lk.Loyalty, member: str, survey: str) -> list[int]:
    items = [item for item in kit.member(member).timeline if item.kind == "survey" and item.name == survey]
    return [(item.at - START).days for item in reversed(items)]


@pytest.mark.parametrize("steps", [[300], range(1, 301, 7)])
def test_a_survey_asks_when_its_condition_turns_true_and_again_after_its_time(kit, steps):
    lesson(kit, "ann", 1)
    lesson(kit, "ann", 2, days=1)
    for day in steps:
        kit.advance(START + dt.timedelta(days=day))
    assert asked(kit, "ann", "nps") == [1, 91, 181, 271]


def test_without_every_it_asks_once_however_often_the_condition_turns_true(kit):
    for number, day in enumerate((0, 10, 30, 60)):
        lesson(kit, "ann", number, days=day)
    kit.advance(START + dt.timedelta(days=90))
    assert asked(kit, "ann", "leaving") == [5]


def test_a_late_event_asks_nothing_twice(kit):
    lesson(kit, "ann", 2, days=3)
    lesson(kit, "ann", 3, days=4)
    lesson(kit, "ann", 1, days=2)
    assert len(asked(kit, "ann", "nps")) == 1


def test_a_vote_weighs_what_it_weighed_when_it_was_cast(kit):
    for number in range(12):
        lesson(kit, f"m{number}", 1)
        kit.vote(f"m{number}", survey="next", option="Django" if number < 6 else "SQL")
    before = kit.survey("next").options[0].share.value
    for number in range(6):
        lesson(kit, f"m{number}", 2, days=1)  # Django's voters become Old
    assert kit.survey("next").options[0].share.value == before == 0.5
    for number in range(6):
        kit.vote(f"m{number}", survey="next", option="SQL")
        kit.vote(f"m{number}", survey="next", option="Django")
    assert kit.survey("next").options[0].share.value == pytest.approx(18 / 24)


def test_a_member_has_one_vote_and_may_change_it(kit):
    lesson(kit, "ann", 1)
    kit.vote("ann", survey="next", option="Django")
    kit.vote("ann", survey="next", option="Django")
    events = [item for item in kit.member("ann").timeline if item.kind == "event" and item.name == "kit.answered"]
    assert len(events) == 1
    kit.vote("ann", survey="next", option="SQL")
    assert kit.survey("next").n == 1


def test_an_answer_under_a_key_again_is_the_same_answer_although_it_would_weigh_more_now(kit):
    lesson(kit, "ann", 1)
    first = kit.answer("ann", survey="next", value="SQL", key="k")
    lesson(kit, "ann", 2, days=1)
    assert kit.answer("ann", survey="next", value="SQL", key="k").effects == first.effects


def test_a_scale_has_nothing_to_vote_for(kit):
    lesson(kit, "ann", 1)
    with pytest.raises(lk.LoyaltyError, match="no options"):
        kit.vote("ann", survey="nps", option="9")
    with pytest.raises(lk.EventError, match="Django"):
        kit.vote("ann", survey="next", option="Djnago")


def test_every_without_when_is_a_problem():
    bad = {**DOCUMENT, "surveys": {"s": {"question": "?", "scale": "1-5", "every": "9d"}}}
    with pytest.raises(lk.ProgramError) as raised:
        lk.Program.from_dict(bad)
    assert [problem.code for problem in raised.value.problems] == ["document/every-needs-when"]


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_no_small_cell_can_be_read_from_the_others(chosen):
    results = of_options("s", ["a", "b", "c"], [Answer(1, option) for option in chosen])
    shown = [one for one in results.options if one.n is not None]
    hidden = [one for one in results.options if one.n is None]
    assert all(one.n == 0 or one.n >= LEAST for one in shown)
    assert all(one.share is None for one in hidden)
    if hidden and len(hidden) < 2:  # only where nothing else is there to hide it among
        assert all(one.n == 0 for one in shown)


def test_the_promoter_score_of_a_scale():
    answers = [Answer(value, None) for value in (10, 9, 9, 8, 7, 3, 0, 10)]
    results = of_scale("nps", 0, 10, answers)
    assert results.nps is not None
    assert results.nps.value == pytest.approx(100 * (4 - 2) / 8)
    assert results.nps.low < results.nps.value < results.nps.high
    assert of_scale("nps", 0, 10, answers[:4]).mean is None


def test_who_voted_is_told_once_what_came_of_the_poll(kit):
    for number in range(12):
        lesson(kit, f"m{number}", 1)
        kit.vote(f"m{number}", survey="next", option="Django" if number < 9 else "SQL")
    kit.update_member("m1", {"locale": "ru"})
    with pytest.raises(lk.NotEligible):
        kit.tell_results("leaving")
    lesson(kit, "eve", 1)
    for number in range(9, 11):
        kit.vote(f"m{number}", survey="next", option="Django")
        kit.vote(f"m{number}", survey="next", option="SQL")
    assert kit.survey("next").options[0].n is None  # three SQL are few: nothing can be told
    with pytest.raises(lk.NotEligible) as caught:
        kit.tell_results("next")
    assert caught.value.code == "survey/few"
    for number in range(6, 9):
        kit.vote(f"m{number}", survey="next", option="SQL")
    assert kit.tell_results("next") == 12
    assert kit.tell_results("next") == 0
    assert [(one.subject, one.text) for one in kit.member("m0").inbox] == [
        ("What came of the poll", "?\n\nDjango: 50%\nSQL: 50%\n\nAnswered: 12")
    ]
    assert kit.member("m1").inbox[0].subject == "Итоги опроса"
    assert kit.member("eve").inbox == ()
    with pytest.raises(lk.LoyaltyError):
        kit.tell_results("nps")
