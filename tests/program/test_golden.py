"""Pairs of a mistake and what is said about it: place, path, code, words and hint, in both languages."""

import pytest

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program

HEAD = """program: school
events:
  quiz.passed: {course: text, score: number}
  order.paid: {amount: money}
points: {xp: , stars: {spendable: true}}
rewards: {early-module: {kind: access}}
"""
LINES = HEAD.count("\n")

GOLDEN = {
    "unknown key": (
        "rulez: []",
        ("rulez", 1, 1, "document/unknown-key"),
        ("unknown key rulez", "did you mean rules?"),
        ("неизвестный ключ rulez", "может быть, rules?"),
    ),
    "unknown key in a rule": (
        "rules:\n  - {id: a, on: quiz.passed, wen: true}",
        ("rules.a.wen", 2, 30, "document/unknown-key"),
        ("unknown key wen", "did you mean when?"),
        ("неизвестный ключ wen", "может быть, when?"),
    ),
    "unquoted call inside braces": (
        "rules: [{id: a, on: quiz.passed, award: {xp: max(1, 2)}}]",
        ("rules.a.award.2)", 1, 53, "document/unknown-key"),
        ("unknown key 2)", "quote the expression: inside {} YAML splits it at commas"),
        ("неизвестный ключ 2)", "возьмите выражение в кавычки: внутри {} YAML делит его по запятым"),
    ),
    "a period that is none": (
        "tiers: {t: {by: earned('xp'), period: membership yea, steps: {one: 0}}}",
        ("tiers.t.period", 1, 39, "document/tier-period"),
        ("membership yea is not a qualification period", "did you mean membership year?"),
        ("membership yea — не период для статуса", "может быть, membership year?"),
    ),
    "a key that is called otherwise": (
        "leaderboards: {w: {by: earned('xp'), every: week, period: week}}",
        ("leaderboards.w.period", 1, 51, "document/unknown-key"),
        ("unknown key period", "did you mean every?"),
        ("неизвестный ключ period", "может быть, every?"),
    ),
    "missing key": (
        "levels: {by: xp}",
        ("levels.steps", 1, 9, "document/missing"),
        ("the key steps is missing", ""),
        ("не хватает ключа steps", ""),
    ),
    "unknown event type": (
        "rules: [{id: a, on: quiz.pased}]",
        ("rules.a.on", 1, 21, "document/unknown-event"),
        ("unknown event type quiz.pased", "did you mean quiz.passed?"),
        ("неизвестный тип события quiz.pased", "может быть, quiz.passed?"),
    ),
    "unknown event type in a list": (
        "rules: [{id: a, on: [quiz.passed, zzz]}]",
        ("rules.a.on", 1, 35, "document/unknown-event"),
        ("unknown event type zzz", "use one of: quiz.passed, order.paid"),
        ("неизвестный тип события zzz", "можно: quiz.passed, order.paid"),
    ),
    "unknown point": (
        "rules: [{id: a, on: quiz.passed, award: {xpp: 1}}]",
        ("rules.a.award.xpp", 1, 42, "document/unknown-point"),
        ("unknown point xpp", "did you mean xp?"),
        ("неизвестные баллы xpp", "может быть, xp?"),
    ),
    "unknown point in a cap": (
        "rules: [{id: a, on: quiz.passed, award: {xp: 1}, cap: {star: 5, per: day}}]",
        ("rules.a.cap.star", 1, 56, "document/unknown-point"),
        ("unknown point star", "did you mean stars?"),
        ("неизвестные баллы star", "может быть, stars?"),
    ),
    "unknown point in levels": (
        "levels: {by: xpp, steps: {a: 0}}",
        ("levels.by", 1, 14, "document/unknown-point"),
        ("unknown point xpp", "did you mean xp?"),
        ("неизвестные баллы xpp", "может быть, xp?"),
    ),
    "unknown reward": (
        "rules: [{id: a, on: quiz.passed, grant: early-modul}]",
        ("rules.a.grant", 1, 41, "document/unknown-reward"),
        ("unknown reward early-modul", "did you mean early-module?"),
        ("неизвестная награда early-modul", "может быть, early-module?"),
    ),
    "unknown badge": (
        "badges: {good: {when: true}}\nrules: [{id: a, on: quiz.passed, badge: [god]}]",
        ("rules.a.badge", 2, 42, "document/unknown-badge"),
        ("unknown badge god", "did you mean good?"),
        ("неизвестный значок god", "может быть, good?"),
    ),
    "unknown message": (
        "rules: [{id: a, on: quiz.passed, send: hello}]",
        ("rules.a.send", 1, 40, "document/unknown-message"),
        ("unknown message hello", ""),
        ("неизвестное сообщение hello", ""),
    ),
    "unknown step": (
        "tiers: {s: {by: 1, period: calendar year, steps: {silver: 0, gold: 5}, benefits: {golt: {}}}}",
        ("tiers.s.benefits.golt", 1, 83, "document/unknown-step"),
        ("unknown step golt", "did you mean gold?"),
        ("неизвестная ступень golt", "может быть, gold?"),
    ),
    "unknown field to count": (
        "quests: {q: {steps: [{on: quiz.passed}, {on: quiz.passed, distinct: cours}]}}",
        ("quests.q.steps.2.distinct", 1, 69, "document/unknown-field"),
        ("unknown field cours", "did you mean course?"),
        ("неизвестное поле cours", "может быть, course?"),
    ),
    "field type": (
        "member: {born: dat}",
        ("member.born", 1, 16, "document/field-type"),
        ("dat is not a field type", "did you mean date?"),
        ("dat — не тип поля", "может быть, date?"),
    ),
    "field name": (
        "member: {a'b: text}",
        ("member.a'b", 1, 10, "document/field-name"),
        ("a'b is not a field name: letters, digits, _, - and dots, a letter first", ""),
        ("a'b не годится как имя поля: буквы, цифры, _, дефис и точка, первой — буква", ""),
    ),
    "id": (
        "badges: {Good: {when: true}}",
        ("badges.Good", 1, 10, "document/id"),
        ("Good is not an id: small Latin letters, digits and hyphens, a letter first", ""),
        ("Good не годится как имя: строчные латинские буквы, цифры и дефис, первой — буква", ""),
    ),
    "one of": (
        "streaks: {s: {on: quiz.passed, every: dai}}",
        ("streaks.s.every", 1, 39, "document/one-of"),
        ("dai may not stand here", "did you mean day?"),
        ("dai здесь недопустимо", "может быть, day?"),
    ),
    "duration": (
        "late: soon",
        ("late", 1, 7, "document/duration"),
        ("soon is not a duration from 1s to 200 years, such as 30s, 15m, 12h, 14d, 6 weeks, 6 months", ""),
        ("soon — не длительность от 1s до 200 лет вида 30s, 15m, 12h, 14d, 6 weeks, 6 months", ""),
    ),
    "rate": (
        "rules: [{id: a, on: quiz.passed, limit: thrice daily}]",
        ("rules.a.limit", 1, 41, "document/rate"),
        ("thrice daily is not a rate such as 3 per week, 1 per 7 days or {times: 3, per: week}", ""),
        ("thrice daily — не частота вида 3 per week, 1 per 7 days или {times: 3, per: week}", ""),
    ),
    "date": (
        "rules: [{id: a, on: quiz.passed, active: {from: 2026-02-30}}]",
        ("rules.a.active.from", 1, 49, "document/date"),
        ("2026-02-30 is not a date such as 2026-09-01", ""),
        ("2026-02-30 — не дата вида 2026-09-01", ""),
    ),
    "dates": (
        "rules: [{id: a, on: quiz.passed, active: {from: 2026-02-03, to: 2026-02-02}}]",
        ("rules.a.active.to", 1, 65, "document/dates"),
        ("the last day is before the first", ""),
        ("последний день раньше первого", ""),
    ),
    "whole number": (
        "version: 1.5",
        ("version", 1, 10, "document/whole"),
        ("a whole number must stand here, not 1.5", ""),
        ("здесь нужно целое число, а не 1.5", ""),
    ),
    "boolean is text in YAML 1.2": (
        "streaks: {s: {on: quiz.passed, once: yes}}",
        ("streaks.s.once", 1, 38, "document/boolean"),
        ("true or false must stand here, not yes", ""),
        ("здесь нужно true или false, а не yes", ""),
    ),
    "mapping": (
        "tiers: [a]",
        ("tiers", 1, 8, "document/mapping"),
        ("a mapping must stand here, not […]", ""),
        ("здесь нужен набор ключей, а не […]", ""),
    ),
    "expression": (
        "segments: {s: {when: [1]}}",
        ("segments.s.when", 1, 22, "document/expression"),
        ("an expression must stand here, not […]", ""),
        ("здесь нужно выражение, а не […]", ""),
    ),
    "range": (
        "streaks: {s: {on: quiz.passed, threshold: 0}}",
        ("streaks.s.threshold", 1, 43, "document/range"),
        ("0 is out of range: ≥ 1", ""),
        ("0 вне границ: ≥ 1", ""),
    ),
    "zone": (
        "timezone: Europe/Moskow",
        ("timezone", 1, 11, "document/zone"),
        ("there is no time zone Europe/Moskow", "did you mean Europe/Moscow?"),
        ("нет часового пояса Europe/Moskow", "может быть, Europe/Moscow?"),
    ),
    "locale": (
        "locale: russian!",
        ("locale", 1, 9, "document/locale"),
        ("russian! is not a locale such as ru, en or pt-BR", ""),
        ("russian! — не язык вида ru, en или pt-BR", ""),
    ),
    "duplicate rule id": (
        "rules:\n- {id: a, on: quiz.passed}\n- {id: a, on: order.paid}",
        ("rules.a.id", 3, 8, "document/duplicate-id"),
        ("the id a is used already", ""),
        ("имя a уже занято", ""),
    ),
    "a rule without event and condition": (
        "rules: [{id: a, award: {xp: 1}}]",
        ("rules.a", 1, 9, "document/rule-start"),
        ("a rule needs an event (on) or a condition (when)", ""),
        ("правилу нужно событие (on) или условие (when)", ""),
    ),
    "a key without event": (
        "rules: [{id: a, when: true, key: '1', award: {xp: 1}}]",
        ("rules.a.key", 1, 29, "document/needs-event"),
        ("key needs a rule with an event (on): a condition that turns true has none", ""),
        ("key возможно только в правиле с событием (on): у условия без on события нет", ""),
    ),
    "steps fall": (
        "levels: {by: xp, steps: {a: 0, b: 10, c: 10}}",
        ("levels.steps.c", 1, 42, "document/not-rising"),
        ("steps must rise: c at 10 comes after 10", ""),
        ("ступени должны расти: c со значением 10 стоит после 10", ""),
    ),
    "a step below zero": (
        "levels: {by: xp, steps: {a: -5, b: 10}}",
        ("levels.steps.a", 1, 29, "document/below-zero"),
        ("the step a is below zero", ""),
        ("ступень a ниже нуля", ""),
    ),
    "a badge for nothing": (
        "badges: {b: {label: B}}",
        ("badges.b", 1, 10, "document/badge-neither"),
        ("a badge needs a condition (when) or a count, or something that gives it", ""),
        ("значку нужно условие (when) или счёт (count), либо то, что его выдаёт", ""),
    ),
    "a badge for two things": (
        "badges: {b: {when: true, count: quiz.passed}}",
        ("badges.b", 1, 10, "document/badge-both"),
        ("a badge has either when or count, not both", ""),
        ("у значка либо when, либо count, но не оба", ""),
    ),
    "steps of a condition": (
        "badges: {b: {when: true, steps: {a: 1}}}",
        ("badges.b.steps", 1, 26, "document/needs-count"),
        ("steps goes with count only", ""),
        ("steps возможно только вместе с count", ""),
    ),
    "an empty quest step": (
        "quests: {q: {steps: [{label: do}]}}",
        ("quests.q.steps.1", 1, 22, "document/step-neither"),
        ("a step needs an event (on) or a condition (when)", ""),
        ("шагу нужно событие (on) или условие (when)", ""),
    ),
    "a quest step of two kinds": (
        "quests: {q: {steps: [{on: quiz.passed, when: true}]}}",
        ("quests.q.steps.1", 1, 22, "document/step-both"),
        ("a step has either on or when, not both", ""),
        ("у шага либо on, либо when, но не оба", ""),
    ),
    "times of a condition": (
        "quests: {q: {steps: [{when: true, times: 2}]}}",
        ("quests.q.steps.1.times", 1, 35, "document/step-needs-on"),
        ("times goes with on only", ""),
        ("times возможно только вместе с on", ""),
    ),
    "too many of too few": (
        "quests: {q: {any_of: 2, steps: [{on: quiz.passed}]}}",
        ("quests.q.any_of", 1, 22, "document/any-of"),
        ("any_of is 2, but there are only 1 steps", ""),
        ("any_of равно 2, а шагов всего 1", ""),
    ),
    "a circle": (
        "segments: {a: {when: segment.a}}",
        ("segments.a.when", 1, 22, "document/circle"),
        ("the segment a is defined by itself", ""),
        ("сегмент a определён через самого себя", ""),
    ),
    "template variable": (
        "member: {name: text}\nmessages: {m: {ru: 'Привет, {{ member.nam }}'}}",
        ("messages.m.ru.text", 2, 32, "message/unknown-variable"),
        ("unknown variable member.nam", "did you mean member.name?"),
        ("неизвестная переменная member.nam", "может быть, member.name?"),
    ),
    "template filter": (
        "messages: {m: {en: '{{ program | upcas }}'}}",
        ("messages.m.en.text", 1, 34, "message/filter"),
        ("unknown filter upcas", "did you mean upcase?"),
        ("неизвестный фильтр upcas", "может быть, upcase?"),
    ),
    "template tag": (
        "messages: {m: {en: '{% include \"x\" %}'}}",
        ("messages.m.en.text", 1, 24, "message/tag"),
        ("the tag include is not allowed in messages", ""),
        ("тег include в сообщениях недопустим", ""),
    ),
}


def problems(text, lang="en", load=Program.from_yaml):
    try:
        load(text, lang=lang)
    except ProgramError as error:
        return error.problems
    return ()


@pytest.mark.parametrize("name", GOLDEN)
def test_a_mistake_is_named_with_its_place_in_both_languages(name):
    text, (path, line, column, code), english, russian = GOLDEN[name]
    for lang, (message, hint) in (("en", english), ("ru", russian)):
        (problem,) = problems(HEAD + text, lang)
        assert (problem.path, problem.code, problem.severity) == (path, code, "error")
        assert (problem.message, problem.hint) == (message, hint)
        assert (problem.line - LINES, problem.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("rules: [{id: a, on: fact.settled}]", "rules.a.on", "document/unknown-event"),
        ("badges: {b: {count: fact.settled}}", "badges.b.count", "document/unknown-event"),
        ("member: {a-b: text, a_b: text}", "member.a_b", "document/same-name"),
        ("quests: {any: {steps: [{on: quiz.passed}]}}", "quests.any", "document/reserved-id"),
        (
            "quests: {q: {any_of: 1, in_order: true, steps: [{on: quiz.passed}]}}",
            "quests.q.any_of",
            "document/any-in-order",
        ),
        ("rules: [{id: a, on: [quiz.passed, quiz.passed]}]", "rules.a.on", "document/twice"),
        ("rules: [{id: a, when: true, multiply: {xp: 2}}]", "rules.a.multiply", "document/needs-event"),
        (
            "rules: [{id: a, when: true, limit: {times: 1, per: day, by: '1'}}]",
            "rules.a.limit.by",
            "document/needs-event",
        ),
        ("rules: [{id: a, on: quiz.passed, cap: {per: day}}]", "rules.a.cap", "document/too-few"),
        ("rules: [{id: a, on: quiz.passed, cap: {xp: 0, per: day}}]", "rules.a.cap.xp", "document/range"),
        ("rules: [{id: a, on: quiz.passed, award: 5}]", "rules.a.award", "document/mapping"),
        ("rules: [{id: a, on: quiz.passed, award: {xp: }}]", "rules.a.award.xp", "document/expression"),
        ("rules: [{id: a, on: quiz.passed, limit: 5}]", "rules.a.limit", "document/rate"),
        ("rules: {a: {on: quiz.passed}}", "rules", "document/list"),
        ("rules: [a]", "rules.1", "document/mapping"),
        ("levels: {by: xp, steps: {' a': 0}}", "levels.steps. a", "document/step-name"),
        ("levels: {by: xp, steps: {}}", "levels.steps", "document/too-few"),
        ("messages: {m: {}}", "messages.m", "document/too-few"),
        ("messages: {m: {russian: x}}", "messages.m.russian", "document/locale"),
        ("streaks: {s: {on: quiz.passed, milestones: {x: {xp: 1}}}}", "streaks.s.milestones.x", "document/whole"),
        ("streaks: {s: {on: quiz.passed, milestones: {0: {xp: 1}}}}", "streaks.s.milestones.0", "document/range"),
        ("tiers: {t: {by: 1, period: rolling 90 x, steps: {a: 0}}}", "tiers.t.period", "document/tier-period"),
        ("tiers: {t: {by: 1, period: lifetime, keep: 1y, steps: {a: 0}}}", "tiers.t.keep", "document/tier-keep"),
        ("badges: {b: {when: true, label: 5}}", "badges.b.label", "document/label"),
        ("locale: ", "locale", None),
        ("segments:", "segments", None),
        ("streaks: {s: {on: quiz.passed, every: }}", "streaks.s.every", "document/one-of"),
    ],
)
def test_more_mistakes(text, path, code):
    assert [(problem.path, problem.code) for problem in problems(HEAD + text)] == ([(path, code)] if code else [])


def test_reserved_event_types():
    (problem,) = problems("program: a\nevents: {quiz: {}, kit.quiz: {}}")
    assert (problem.path, problem.line, problem.column) == ("events.kit.quiz", 2, 20)
    assert problem.code == "document/reserved"
    assert problem.message == "the event type kit.quiz is reserved: kit.* are the library's own"


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("{id: a, on: quiz.passed, when: event.scor > 1}", 40),
        ("{id: a, on: quiz.passed, when: 'event.scor > 1'}", 41),
        ('{id: a, on: quiz.passed, when: "event.scor > 1"}', 41),
        ('{id: a, on: quiz.passed, when: "\\x65vent.scor > 1"}', 40),
    ],
)
def test_the_column_is_inside_the_expression_when_it_can_be_known(rule, column):
    (problem,) = problems(HEAD + f"rules: [{rule}]")
    assert (problem.path, problem.line - LINES) == ("rules.a.when", 1)
    assert problem.column in (column, column + len("event."))


def test_the_column_of_an_expression_on_several_lines_is_its_start():
    (problem,) = problems(
        HEAD + "rules:\n- id: a\n  on: quiz.passed\n  when: >\n    event.score > 0\n    and event.scor > 1\n"
    )
    assert (problem.path, problem.line - LINES, problem.column) == ("rules.a.when", 4, 9)


def test_all_problems_come_at_once_in_document_order():
    text = """program: school
evnts: 1
events:
  quiz.passed: {course: text, score: numbr}
points: {xp: {rounding: dwn}, stars: {}}
rules:
  - {id: a, on: quiz.pased, limit: often, award: {xp: 1, coins: 2}}
  - {id: b, on: quiz.passed, when: event.cours == 'py', award: {stars: event.score}, grant: nothing}
  - {on: quiz.passed}
levels: {by: xq, steps: {a: 5, b: 1}}
messages: {m: {en: "{{ member.nam }}"}}
"""
    assert [(problem.line, problem.path) for problem in problems(text)] == [
        (2, "evnts"),
        (4, "events.quiz.passed.score"),
        (5, "points.xp.rounding"),
        (7, "rules.a.on"),
        (7, "rules.a.limit"),
        (7, "rules.a.award.coins"),
        (8, "rules.b.when"),
        (8, "rules.b.grant"),
        (9, "rules.3.id"),
        (10, "levels.by"),
        (10, "levels.steps.b"),
        (11, "messages.m.en.text"),
    ]


def test_what_refers_to_a_broken_part_is_not_blamed():
    text = """program: school
events: {quiz.passed: {score: numbr}}
badges: {good: {wen: 1}}
rules:
  - {id: a, on: quiz.passed, when: event.score > 0 and badge.good}
"""
    assert [problem.path for problem in problems(text)] == ["events.quiz.passed.score", "badges.good.wen"]


def test_the_text_of_the_error_is_short_and_echoes_little():
    long = "z" * 5_000
    for text in (
        HEAD + f"{long}: 1",
        HEAD + f"rules: [{{id: {long}, on: {long}}}]",
        HEAD + f"timezone: {long}",
        HEAD + "rules:\n" + "".join(f"- {{id: a{n}, on: nothing-at-all-{n}}}\n" for n in range(500)),
    ):
        with pytest.raises(ProgramError) as caught:
            Program.from_yaml(text)
        assert len(str(caught.value)) < 2_000
        assert all(str(problem).count("z") <= 200 for problem in caught.value.problems)
        assert len(caught.value.problems) <= 201
