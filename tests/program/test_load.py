"""What a loaded program gives, and how quickly."""

from pathlib import Path

import pytest

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program, check
from loyaltykit.rules.cases import run_cases

COMEBACK = Path(__file__).parent / "comeback.yaml"

FULL = """
program: school
events:
  lesson.completed: {course: text, lesson: text}
  quiz.passed: {course: text, score: number}
member: {plan: text}
points: {xp: , stars: {spendable: true}}
segments: {keen: {when: "count('quiz.passed') > 3 and member.plan == 'pro'"}}
rules:
  - {id: lesson, on: lesson.completed, award: {xp: 10}, grant: gift, badge: keen, send: hello}
  - {id: quiz, on: quiz.passed, when: event.score > 0.5, award: {xp: "10 * event.score", stars: 1}, key: event.course}
  - {id: limited, on: quiz.passed, award: {xp: 1}, limit: {times: 1, per: day, by: event.course}, multiply: {xp: 2}}
  - {id: turn, when: "points.xp.lifetime >= 100", award: {stars: 5}}
levels: {by: xp, steps: {one: 0, two: 50}}
tiers: {status: {by: earned('stars'), period: calendar year, steps: {low: 0, high: 9}, benefits: {high: {grant: gift}}}}
streaks: {study: {on: lesson.completed, where: event.course == 'py', milestones: {7: {xp: 50}}}}
badges:
  keen: {when: segment.keen, award: {xp: 5}}
  scholar: {count: quiz.passed, where: event.score > 0.9, steps: {bronze: 1, gold: 9}}
quests:
  start:
    steps:
      - {on: lesson.completed, where: event.lesson == '1'}
      - {on: quiz.passed, distinct: course, times: 2}
      - {when: level >= 'two'}
    reward: {award: {xp: 100}, grant: gift}
rewards: {gift: }
messages: {hello: {en: "Hi {{ member.plan }}, {{ points.xp }} {{ level }}"}}
"""


def test_the_expressions_of_a_program_by_path():
    program = Program.from_yaml(FULL)
    assert list(program.expressions) == [
        "segments.keen.when",
        "rules.lesson.award.xp",
        "rules.quiz.when",
        "rules.quiz.award.xp",
        "rules.quiz.award.stars",
        "rules.quiz.key",
        "rules.limited.award.xp",
        "rules.limited.multiply.xp",
        "rules.limited.limit.by",
        "rules.turn.when",
        "rules.turn.award.stars",
        "tiers.status.by",
        "streaks.study.where",
        "streaks.study.milestones.7.award.xp",
        "badges.keen.when",
        "badges.keen.award.xp",
        "badges.scholar.where",
        "quests.start.steps.1.where",
        "quests.start.steps.3.when",
        "quests.start.reward.award.xp",
    ]
    assert check(program) == []
    assert len(program.hash) == 64
    assert repr(program).startswith("Program(hash=")


def test_ten_lines_are_enough():
    program = Program.from_yaml("program: a\nevents: {e: }\n")
    assert program.document.timezone == "UTC"
    assert program.expressions == {}


@pytest.mark.parametrize(
    ("where", "column"),
    [("segments: {s: {when: event.score > 1}}", 22), ("badges: {b: {when: event.score > 1}}", 20)],
)
def test_event_is_an_error_where_no_event_triggers(where, column):
    with pytest.raises(ProgramError) as caught:
        Program.from_yaml(f"program: a\nevents: {{e: {{score: number}}}}\n{where}")
    (problem,) = caught.value.problems
    assert problem.code.startswith("expression/")
    assert (problem.line, problem.column) == (3, column)


def test_a_rule_without_on_has_no_event():
    text = "program: a\nevents: {e: {x: text}}\npoints: {p: }\nrules: [{id: r, when: event.x == 'a', award: {p: 1}}]"
    with pytest.raises(ProgramError) as caught:
        Program.from_yaml(text)
    assert [problem.path for problem in caught.value.problems] == ["rules.r.when"]


def test_circles_of_segments():
    data = {
        "program": "a",
        "events": {},
        "segments": {
            "a": {"when": "segment.b"},
            "b": {"when": "not segment.a"},
            "c": {"when": "segment.a"},
        },
    }
    assert [(problem.path, problem.code) for problem in check(data)] == [
        ("segments.a.when", "document/circle"),
        ("segments.b.when", "document/circle"),
    ]


def test_hyphens_are_underscores_in_expressions_and_may_not_collide():
    data = {
        "program": "a",
        "events": {},
        "rewards": {"early-module": {}},
        "badges": {"b": {"when": "entitlement.early_module"}},
    }
    assert check(data) == []
    assert check({**data, "rewards": {"early-module": {}, "early_module": {}}})[0].code == "document/id"


def test_a_thousand_rules_load():
    rules = "\n".join(
        f"  - {{id: rule-{n}, on: quiz.passed, when: \"event.score >= 0.{n % 9} and count('quiz.passed') >= 3\",\n"
        f'     award: {{xp: "5 + {n} * event.score"}}, limit: 3 per day, cap: {{xp: 200, per: week}}}}'
        for n in range(1_000)
    )
    text = f"program: a\nevents: {{quiz.passed: {{score: number}}}}\npoints: {{xp: }}\nrules:\n{rules}"
    program = Program.from_yaml(text)
    assert len(program.expressions) == 2_000


def test_the_example_of_the_contract_is_told_what_it_leaves_out(contract_example):
    for lang in ("en", "ru"):
        with pytest.raises(ProgramError) as caught:
            Program.from_yaml(contract_example, lang=lang)
        found = {problem.path: problem.code for problem in caught.value.problems}
        assert {"holdout", "campaigns", "contact", "goals", "quests.comeback.start"}.isdisjoint(found)
        assert set(found.values()) == {
            "document/id",
            "document/missing",
            "document/mapping",
            "document/unknown-reward",
            "message/must-use",
        }
        assert {path.split(".")[0] for path in found} == {
            "messages",
            "cases",
            "ideas",
        }


def test_the_example_of_the_contract_completed():
    assert [(one.code, one.severity) for one in check(COMEBACK)] == [("document/may-be-full", "warning")]
    program = Program.load(COMEBACK)
    assert Program.from_json(program.text) == program
    assert [(result.name, result.ok) for result in run_cases(program)] == [
        ("three lessons make thirty", True),
        ("whose idea is accepted is a co-author", True),
    ]
    assert {path for path in program.expressions if path.startswith("campaigns.")} == {
        "campaigns.comeback.audience",
        "campaigns.comeback.start",
        "campaigns.comeback.steps.4.until",
        "campaigns.comeback.steps.5.if",
    }
