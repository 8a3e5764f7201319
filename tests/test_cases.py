"""The given/then cases of a program: short forms, time that passes, every kind of expectation, clear failures."""

import pytest

from loyaltykit.program.load import Program
from loyaltykit.rules.cases import run_cases

DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "events": {
        "lesson.completed": {"course": "text"},
        "quiz.passed": {"score": "number"},
    },
    "points": {"xp": {}, "stars": {"spendable": True, "pending": "14d"}},
    "rules": [
        {"id": "lesson", "on": "lesson.completed", "award": {"xp": 10, "stars": 3}},
        {"id": "hour", "on": "quiz.passed", "when": "event.local.hour == 0", "award": {"xp": 1}},
        {"id": "quiet", "when": "silent('14d')", "send": "come-back"},
    ],
    "levels": {"by": "xp", "steps": {"Новичок": 0, "Знаток": 20}},
    "tiers": {"status": {"by": "earned('xp')", "period": "calendar year", "steps": {"bronze": 10, "gold": 100}}},
    "streaks": {"study": {"on": "lesson.completed", "every": "day"}},
    "badges": {
        "counted": {"count": "lesson.completed", "steps": {"one": 1, "two": 2}},
        "early": {"when": "points.xp.lifetime >= 20", "grant": "seat"},
    },
    "quests": {"pair": {"within": "7d", "steps": [{"on": "lesson.completed", "times": 2}]}},
    "rewards": {"seat": {"kind": "seat", "stock": 1, "lasts": "30d"}},
    "messages": {"come-back": {"en": "Come back"}},
    "segments": {"active": {"when": "points.xp.lifetime > 5"}},
}
LESSON = {"lesson.completed": {"course": "py"}}


def result_of(given, then, lang="en", **more):
    program = Program.from_dict({**DOCUMENT, "cases": [{"name": "a case", "given": given, "then": then, **more}]})
    (result,) = run_cases(program, lang=lang)
    return result


def failed(result):
    assert result.problems == ()
    return {check.key: (check.expected, check.got) for check in result.checks if not check.ok}


HOLD = [
    ({"points": {"xp": 20, "stars": 0}}),
    ({"points": {"stars": {"available": 0, "pending": 6, "lifetime": 6}}}),
    ({"level": "Знаток"}),
    ({"tiers": {"status": "bronze"}}),
    ({"badges": ["early", "counted"]}),
    ({"badges": "early"}),
    ({"badges": {"counted": "two", "early": True}}),
    ({"quests": {"pair": "done"}}),
    ({"streaks": {"study": 1}}),
    ({"entitlements": ["seat"]}),
    ({"segments": ["active"], "messages": []}),
    (
        {
            "not": {
                "level": "Новичок",
                "badges": {"counted": "one"},
                "messages": ["come-back"],
                "quests": {"pair": "idle"},
            }
        }
    ),
    ({}),
]


@pytest.mark.parametrize("then", HOLD, ids=str)
def test_every_kind_of_expectation_can_hold(then):
    assert result_of([LESSON, LESSON], then).ok


FAIL = [
    ({"points": {"xp": 30}}, {"points.xp": (30, 20)}),
    ({"points": {"stars": {"pending": "5"}}}, {"points.stars.pending": ("5", 6)}),
    ({"level": "Новичок"}, {"level": ("Новичок", "Знаток")}),
    ({"tiers": {"status": None}}, {"tiers.status": (None, "bronze")}),
    ({"badges": {"counted": "one"}}, {"badges.counted": ("one", "two")}),
    ({"badges": []}, {"badges": ([], ["counted", "early"])}),
    ({"quests": {"pair": "active"}}, {"quests.pair": ("active", "done")}),
    ({"streaks": {"study": 2}}, {"streaks.study": (2, 1)}),
    ({"messages": ["come-back"]}, {"messages.come-back": (True, False)}),
    ({"not": {"entitlements": ["seat"]}}, {"not entitlements.seat": (True, True)}),
]


@pytest.mark.parametrize(("then", "expected"), FAIL, ids=str)
def test_every_kind_of_expectation_can_fail_and_says_what_there_is(then, expected):
    result = result_of([LESSON, LESSON], then)
    assert not result.ok
    assert failed(result) == expected


def test_events_have_two_forms_and_defaults():
    long = {
        "type": "lesson.completed",
        "data": {"course": "py"},
        "id": "x",
        "member": "student",
        "at": "2026-01-01T12:05",
    }
    assert result_of([LESSON, long], {"points": {"xp": 20}}).ok


def test_naive_times_are_those_of_the_programs_zone():
    """Midnight in Moscow is 21:00 UTC of the day before; a time with an offset is itself."""
    assert result_of([{"quiz.passed": {"score": 1}, "at": "2026-01-02T00:30"}], {"points": {"xp": 1}}).ok
    assert result_of([{"quiz.passed": {"score": 1}, "at": "2026-01-01T21:30+00:00"}], {"points": {"xp": 1}}).ok
    assert result_of([{"quiz.passed": {"score": 1}, "at": "2026-01-02T00:30+00:00"}], {"points": {"xp": 0}}).ok


def test_time_passes_by_wait_and_advance_and_at():
    just_before = [LESSON, {"wait": "13d"}, {"wait": "23h"}]
    assert result_of(just_before, {"messages": []}).ok
    assert result_of([*just_before, {"wait": "1h"}], {"messages": ["come-back"], "points": {"stars": 3}}).ok
    assert result_of([LESSON, {"advance": "2026-03-01"}], {"messages": ["come-back"], "quests": {"pair": "idle"}}).ok
    assert result_of([LESSON], {"messages": ["come-back"]}, at="2026-01-20").ok


def test_a_late_event_counts_where_it_belongs():
    given = [{**LESSON, "at": "2026-01-03"}, {"advance": "2026-01-04"}, {**LESSON, "at": "2026-01-02"}]
    assert result_of(given, {"streaks": {"study": 2}, "points": {"xp": 20}}).ok


def test_several_members_share_the_stock():
    given = [LESSON, LESSON, {**LESSON, "member": "bob"}, {**LESSON, "member": "bob"}]
    then = {"entitlements": ["seat"], "members": {"bob": {"badges": ["early"], "entitlements": []}}}
    assert result_of(given, then).ok


WRONG = [
    ([{"lesson.complete": {"course": "py"}}], {}, "cases.a case.given.1.lesson.complete", "lesson.completed"),
    ([{"lesson.completed": {"course": 1}}], {}, "cases.a case.given.1", "course must be text"),
    ([{"lesson.completed": {}}], {}, "cases.a case.given.1", "course is missing"),
    ([{"lesson.completed": "py"}], {}, "cases.a case.given.1.lesson.completed", "mapping"),
    ([{"at": "2026-01-01"}], {}, "cases.a case.given.1", "needs a type"),
    ([{**LESSON, "quiz.passed": {"score": 1}}], {}, "cases.a case.given.1", "one item is one event"),
    ([{**LESSON, "at": "tomorrow"}], {}, "cases.a case.given.1.at", "tomorrow"),
    ([{"type": "lesson.completed", "dat": {}}], {}, "cases.a case.given.1.dat", "did you mean data?"),
    ([{"wait": "a while"}], {}, "cases.a case.given.1.wait", "14d"),
    ([LESSON, {"advance": "2025-01-01"}], {}, "cases.a case.given.2.advance", "does not go back"),
    ([LESSON, LESSON | {"id": "e1", "at": "2026-01-01T12:00"}], {}, "cases.a case.given.2", ""),
    ([], {"point": {"xp": 1}}, "cases.a case.then.point", "did you mean points?"),
    ([], {"points": {"xq": 1}}, "cases.a case.then.points.xq", "use one of: xp, stars"),
    ([], {"points": {"xp": "many"}}, "cases.a case.then.points.xp", "many"),
    ([], {"points": [1]}, "cases.a case.then.points", "mapping"),
    ([], {"level": "Знатк"}, "cases.a case.then.level", "did you mean Знаток?"),
    ([], {"tiers": {"status": "golden"}}, "cases.a case.then.tiers.status", "did you mean gold?"),
    ([], {"badges": ["erly"]}, "cases.a case.then.badges", "did you mean early?"),
    ([], {"quests": {"pair": "finished"}}, "cases.a case.then.quests.pair", "done"),
    ([], {"not": {"segments": ["actve"]}}, "cases.a case.then.not.segments", "did you mean active?"),
]


@pytest.mark.parametrize(("given", "then", "path", "words"), WRONG, ids=str)
def test_what_is_written_wrongly_is_a_problem_with_a_place(given, then, path, words):
    result = result_of(given, then)
    assert not result.ok
    assert [problem.path for problem in result.problems] == [path]
    assert words in str(result.problems[0])


def test_problems_speak_russian_and_know_their_line():
    text = (
        "program: p\nevents:\n  lesson: {course: text}\npoints: {xp: {}}\ncases:\n"
        "  - name: проба\n    given:\n      - {leson: {course: py}}\n    then: {points: {xp: 1}}\n"
    )
    (result,) = run_cases(Program.from_yaml(text), lang="ru")
    (problem,) = result.problems
    assert (problem.line, problem.column) == (8, 10)
    assert problem.message == "неизвестный тип события leson"
    assert problem.hint == "может быть, lesson?"


def test_a_broken_case_does_not_hide_the_others():
    cases = [
        {"name": "broken", "given": [{"nonsense": {}}], "then": {"points": {"xp": 1}}},
        {"name": "sound", "given": [LESSON], "then": {"points": {"xp": 10}}},
    ]
    results = run_cases(Program.from_dict({**DOCUMENT, "cases": cases}))
    assert [(result.name, result.ok) for result in results] == [("broken", False), ("sound", True)]
    assert results[0].checks == ()
