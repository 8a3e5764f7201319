"""Names, types and trees: what is taken and as what, and what is refused with which words."""

import re
from pathlib import Path

import attrs
import pytest

import loyaltykit.rules.expression
from loyaltykit.problems import Finding
from loyaltykit.rules.expression.check import check
from loyaltykit.rules.expression.text import to_text, value_text
from loyaltykit.rules.expression.tree import Const, History, Logic, Ref, Type
from loyaltykit.wording import WORDS
from tests.expression.sample import DATE, INSTANT, INTEGER, NUMBER, SCOPE, TEXT, node_of, optional

TYPES = {
    "event.score": ("event.score", "number"),
    "event.topic": ("event.topic", "text?"),
    "event.at": ("event.at", "instant"),
    "event['at']": ("event['at']", "integer"),
    "event['score']": ("event.score", "number"),
    "event.time_spent": ("event.time_spent", "integer"),
    "event.nth": ("event.nth", "integer"),
    "event.gap": ("event.gap", "integer?"),
    "event.local.hour": ("event.local.hour", "integer"),
    "event.local.weekday": ("event.local.weekday", "step:weekday"),
    "event.local.date": ("event.local.date", "date"),
    "event.tags": ("event.tags", "list:text"),
    "member.age": ("member.age", "integer?"),
    "member['class']": ("member['class']", "text?"),
    "member.joined": ("member.joined", "instant"),
    "points.xp.lifetime": ("points.xp.lifetime", "integer"),
    "points.gold_coins.available": ("points.gold_coins.available", "number"),
    "level": ("level", "step:level"),
    "tier.vip_club": ("tier.vip_club", "step?:tier.vip-club"),
    "badge.persistent": ("badge.persistent", "boolean"),
    "badge.scholar": ("badge.scholar", "step?:badge.scholar"),
    "quest.come_back.progress": ("quest.come_back.progress", "number"),
    "quest.any.done": ("quest.any.done", "boolean"),
    "streak.study.length": ("streak.study.length", "integer"),
    "segment.half_way": ("segment.half_way", "boolean"),
    "entitlement.early_module": ("entitlement.early_module", "boolean"),
    "count('quiz.passed')": ("count('quiz.passed')", "integer"),
    "sum('quiz.passed', 'score', within='2 weeks')": ("sum('quiz.passed', 'score', within='14d')", "number"),
    "sum('quiz.passed', 'tries')": ("sum('quiz.passed', 'tries')", "integer"),
    "avg('quiz.passed', 'tries')": ("avg('quiz.passed', 'tries')", "number?"),
    "lowest('quiz.passed', 'tries', same='course')": ("lowest('quiz.passed', 'tries', same='course')", "integer?"),
    "highest('quiz.passed', 'score')": ("highest('quiz.passed', 'score')", "number?"),
    "distinct('order.paid', 'course')": ("distinct('order.paid', 'course')", "integer"),
    "count('order.paid', within='1 year')": ("count('order.paid', within='1 year')", "integer"),
    "first('quiz.passed', 'time_spent')": ("first('quiz.passed', 'time-spent')", "integer?"),
    "last('quiz.passed', 'graded')": ("last('quiz.passed', 'graded')", "boolean?"),
    "days_since('order.paid')": ("days_since('order.paid')", "integer?"),
    "silent('36h')": ("silent('36h')", "boolean"),
    "earned('xp', within='6 months')": ("earned('xp', within='6 months')", "integer"),
    "earned('gold_coins')": ("earned('gold-coins')", "number"),
    "anniversary(member.birthday)": ("anniversary(member.birthday)", "boolean?"),
    "anniversary(member.joined, within='7d')": ("anniversary(member.joined, within='7d')", "boolean"),
    "count('quiz.passed', where=score >= 0.8 and event['from'] != 'x')": (
        "count('quiz.passed', where=event.score >= 0.8 and event['from'] != 'x')",
        "integer",
    ),
    "1 + 2": ("1 + 2", "integer"),
    "1 / 2": ("1 / 2", "number"),
    "1 // 2.0": ("1 // 2.0", "number"),
    "+1": ("1", "integer"),
    "- 1": ("-1", "integer"),
    "-0.0": ("0.0", "number"),
    "-9223372036854775808": ("-9223372036854775808", "integer"),
    "1_000": ("1000", "integer"),
    ".5e1": ("5.0", "number"),
    "'a\\'b\\n'": (r"'a\'b\n'", "text"),
    "event.tries + 1": ("event.tries + 1", "integer?"),
    "event.score / 2": ("event.score / 2", "number"),
    "max(event.tries, event.score)": ("max(event.tries, event.score)", "number"),
    "min(event.taken, event.due)": ("min(event.taken, event.due)", "date?"),
    "round(event.score)": ("round(event.score)", "integer?"),
    "round(event.score, 1)": ("round(event.score, 1)", "number"),
    "len(event.course)": ("len(event.course)", "integer"),
    "1 if event.graded else None": ("1 if event.graded else None", "integer?"),
    "None if event.graded else event.course": ("None if event.graded else event.course", "text?"),
    "event.score > 1 or member.paused": ("event.score > 1 or member.paused", "boolean?"),
    "member.age is None": ("member.age is None", "boolean"),
    "event.graded and (event.open and True)": ("event.graded and event.open and True", "boolean?"),
    "1 < event.score < 2 < event.tries": ("1 < event.score and event.score < 2 and 2 < event.tries", "boolean"),
    "event.local.weekday == 6": ("event.local.weekday == 'sun'", "boolean"),
    "event.at < '2026-09-01T10:00:00.5+03:00'": ("event.at < '2026-09-01T07:00:00.500000+00:00'", "boolean"),
    "'Explorer' <= level": ("'Explorer' <= level", "boolean"),
    "level in ('Newcomer', 'Эксперт')": ("level in ['Newcomer', 'Эксперт']", "boolean"),
    "event.taken in ['2026-09-01']": ("event.taken in ['2026-09-01']", "boolean"),
    "not (1 < 2 and 2 < 3)": ("not (1 < 2 and 2 < 3)", "boolean"),
    "(1 + 2) * 3 - (4 - 5)": ("(1 + 2) * 3 - (4 - 5)", "integer"),
    "-(1 + 2)": ("-(1 + 2)", "integer"),
    "(1 if True else 2) if True else 3": ("(1 if True else 2) if True else 3", "integer"),
    " \n\tTrue\r\n ": ("True", "boolean"),
}


def shorthand(kind):
    return kind.kind + "?" * kind.nullable + (f":{kind.of}" if kind.of else "")


@pytest.mark.parametrize(("text", "expected"), TYPES.items())
def test_text_and_type(text, expected):
    node = node_of(text)
    assert (to_text(node), shorthand(node.type)) == expected


REFUSALS = [
    # text, code, offset, and the hint's argument
    ("event.scor > 1", "unknown-field", 6, "event.score"),
    ("evnt.score > 1", "unknown-name", 0, "event"),
    ("score > 1", "unknown-name", 0, "event.score"),
    ("pints.xp.available > 1", "unknown-name", 0, "points"),
    ("points.px.available > 1", "unknown-name", 7, "points.xp, points.gold_coins"),
    ("points.xp.lifetme > 1", "unknown-name", 10, "points.xp.lifetime"),
    ("points.xp > 1", "incomplete", 0, "points.xp.available, points.xp.pending, points.xp.lifetime"),
    ("quest.come_back", "incomplete", 0, "quest.come_back.done, quest.come_back.progress, quest.come_back.active"),
    ("quest.any.progress > 1", "unknown-name", 10, "quest.any.done"),
    ("event.score.real > 1", "no-parts", 12, None),
    ("event['at'].real > 1", "no-parts", 12, None),
    ("level.name == 'x'", "no-parts", 6, None),
    ("event.from == 'x'", "not-allowed", 6, "event['from']"),
    ("event.local == 1", "incomplete", 0, "event.local.hour, event.local.weekday, event.local.date"),
    ("event.local.minute == 1", "unknown-name", 12, "event.local.hour, event.local.weekday, event.local.date"),
    ("level >= 'Explorr'", "unknown-step", 9, "Explorer"),
    ("'gld' == tier.status", "unknown-step", 0, "gold"),
    ("level in ('Newcomer', 'Expert')", "unknown-step", 22, "Explorer"),
    ("level >= 1", "types", 0, None),
    ("level == tier.status", "types", 0, None),
    ("event.local.weekday == 7", "weekday", 23, "mon, tue, wed, thu, fri, sat, sun"),
    ("event.local.weekday == 'saturday'", "unknown-step", 23, "mon, tue, wed, thu, fri, sat, sun"),
    ("event.taken > '2026-13-01'", "date", 14, None),
    ("event.taken > '20260101'", "date", 14, None),
    ("event.at > '2026-09-01T10:00'", "instant", 11, None),
    ("event.at > '2026-09-01'", "instant", 11, None),
    ("event.at > event.taken", "types", 0, None),
    ("event.at + 1", "arithmetic", 9, None),
    ("event.course + 'x'", "arithmetic", 13, None),
    ("event.course * 3", "arithmetic", 13, None),
    ("-event.course", "arithmetic", 0, None),
    ("-True", "arithmetic", 0, None),
    ("event.graded + 1", "arithmetic", 13, None),
    ("event.course < 3", "types", 0, None),
    ("event.graded == 1", "types", 0, None),
    ("event.graded < True", "types", 0, None),
    ("event.tags == event.tags", "types", 0, None),
    ("event.topic == None", "null", 0, "is None"),
    ("None != event.topic", "null", 0, "is not None"),
    ("event.topic is True", "is", 15, "=="),
    ("event.topic is not event.course", "is", 19, "!="),
    ("1 < event.score in (1, 2)", "chain", 0, None),
    ("event.topic is None is None", "chain", 0, None),
    ("event.course in 'python'", "in", 16, None),
    ("event.course in ('python')", "in", 17, None),
    ("event.course in event.score", "in", 16, None),
    ("event.score in (1, 'x')", "types", 19, None),
    ("event.course in ('x', None)", "types", 22, None),
    ("event.score in event.tags", "types", 0, None),
    ("event.course in ('x', event.topic)", "list-literal", 22, None),
    ("event.course == ['x']", "list-place", 16, None),
    ("[1, 2]", "list-place", 0, None),
    ("not event.score", "not-boolean", 4, None),
    ("event.score and event.graded", "not-boolean", 0, None),
    ("event.graded or None", "not-boolean", 16, None),
    ("1 if event.score else 2", "not-boolean", 5, None),
    ("1 if event.graded else 'x'", "types", 0, None),
    ("count('quiz.pased')", "unknown-event", 6, "quiz.passed"),
    ("count(quiz.passed)", "needs-text", 6, "'quiz.passed'"),
    ("count()", "arguments", 0, None),
    ("count('quiz.passed', 'score')", "arguments", 0, None),
    ("count('quiz.passed', withn='3d')", "unknown-keyword", 21, "within"),
    ("count('quiz.passed', within='3 days ago')", "duration", 28, None),
    ("count('quiz.passed', within=30)", "duration", 28, None),
    ("count('quiz.passed', within='0d')", "duration", 28, None),
    ("silent(14)", "duration", 7, None),
    ("silent(14d)", "number", 7, "'14d'"),
    ("silent('14d', within='3d')", "unknown-keyword", 14, ""),
    ("sum('quiz.passed', 'course') > 1", "field-kind", 19, None),
    ("distinct('quiz.passed', 'tags') > 1", "field-kind", 24, None),
    ("avg('quiz.passed', 'scor') > 1", "unknown-field", 19, "score"),
    ("last('quiz.passed', 'score', within='3d') > 1", "unknown-keyword", 29, ""),
    ("count('quiz.passed', where='score > 1') > 1", "where-quoted", 27, None),
    ("count('quiz.passed', where=level > 'x') > 1", "unknown-field", 27, ""),
    ("count('quiz.passed', where=member.age > 3) > 1", "where-name", 27, None),
    ("count('quiz.passed', where=count('quiz.passed') > 3) > 1", "where-name", 27, None),
    ("count('quiz.passed', where=score) > 1", "not-a-condition", 27, None),
    ("count('quiz.passed', same='corse') > 1", "unknown-field", 26, "course"),
    ("count('order.paid', same='items') > 1", "same", 25, None),
    ("count('quiz.passed', same='tags') > 1", "same", 26, None),
    ("earned('px') > 1", "unknown-point", 7, "xp, gold-coins"),
    ("anniversary('2026-01-01')", "arguments", 12, None),
    ("anniversary(member.age)", "arguments", 12, None),
    ("cont('quiz.passed') > 1", "unknown-function", 0, "count"),
    ("min(1)", "arguments", 0, None),
    ("min('a', 'b')", "arguments", 0, None),
    ("max(event.taken, event.at)", "arguments", 0, None),
    ("abs(1, 2)", "arguments", 0, None),
    ("abs('x')", "arguments", 0, None),
    ("abs(x=1)", "arguments", 0, None),
    ("round(event.score, -1)", "arguments", 0, None),
    ("round(event.score, 16)", "arguments", 0, None),
    ("round(event.score, True)", "arguments", 0, None),
    ("round(event.score, event.tries)", "arguments", 0, None),
    ("len(event.score)", "arguments", 0, None),
    ("lot.price > 1", "no-lots", 0, None),
    ("mean(lot.price)", "no-lots", 0, None),
    ("lowest(lot.price)", "no-lots", 0, None),
    ("stuck.topic == 'x'", "no-stuck", 0, None),
    ("offer.taken", "no-offer", 0, None),
    ("churn.band == 'hihg'", "unknown-step", 14, "high"),
    ("churn.scores > 1", "unknown-name", 6, "churn.score"),
    ("count('quiz.passed', within='3d', within='4d')", "repeated", 34, None),
    ("count(within='3d', 'quiz.passed')", "expected", 19, None),
    ("member.agee > 1", "unknown-field", 7, "member.age"),
    ("tier.vip_clb == 'x'", "unknown-name", 5, "tier.vip_club"),
    ("streak.study.longest > 1", "unknown-name", 13, "streak.study.length"),
    ("event.score = 1", "not-allowed", 12, "=="),
    ("event.graded && event.open", "not-allowed", 13, "and"),
    ("event.graded || event.open", "not-allowed", 13, "or"),
    ("!event.graded", "not-allowed", 0, "not"),
    ("event.score <> 1", "not-allowed", 12, "!="),
    ("event.score >", "ends-early", 13, None),
    ("(event.score > 1", "ends-early", 16, None),
    ("event.score > 1)", "misplaced", 15, None),
    ("event.graded event.open", "misplaced", 13, None),
    ("1 if event.graded", "ends-early", 17, None),
    ("event.course not 'x'", "expected", 17, None),
    ("'a' 'b'", "expected", 4, None),
    ("'abc", "unclosed-text", 0, None),
    ("'abc\n'", "unclosed-text", 0, None),
    (r"'a\d'", "escape", 2, None),
    ("", "empty", 0, None),
    (" \n", "empty", 0, None),
    (None, "not-an-expression", 0, None),
    ([1], "not-an-expression", 0, None),
    (b"1", "not-an-expression", 0, None),
    (float("nan"), "not-an-expression", 0, None),
    (float("inf"), "not-an-expression", 0, None),
    (2**63, "number-too-large", 0, None),
    (10**5000, "number-too-large", 0, None),
]


def hint_of(finding):
    return {"": None, "hint/nearest": "nearest", "hint/one-of": "known", "hint/instead": "instead"}[finding.hint]


@pytest.mark.parametrize(("text", "code", "offset", "hint"), REFUSALS, ids=range(len(REFUSALS)))
def test_refusals(text, code, offset, hint):
    checked = check(text, SCOPE, expect="value")
    assert checked.node is None
    assert [(finding.code, finding.offset) for finding in checked.findings] == [(f"expression/{code}", offset)]
    finding = checked.findings[0]
    if hint:
        assert finding.arguments[hint_of(finding)] == hint
    elif hint is None:
        assert finding.hint == ""


def test_every_refusal_has_words_in_both_languages():
    for text, *_ in REFUSALS:
        (finding,) = check(text, SCOPE, expect="value").findings
        english, russian = (finding.problem(lang, path="rules.x.when") for lang in ("en", "ru"))
        assert english.message
        assert english.message != russian.message
        assert "{" not in english.message.replace("{}", "")
        assert bool(english.hint) == bool(russian.hint) == bool(finding.hint)


def test_every_code_of_the_package_has_a_row_and_every_row_a_code():
    package = Path(loyaltykit.rules.expression.__file__).parent
    source = "".join(file.read_text("utf-8") for file in package.glob("*.py"))
    used = set(re.findall(r'"(expression/[a-z-]+)"', source))
    assert used == {code for code in WORDS if code.startswith("expression/")}


def test_all_findings_come_at_once():
    text = (
        "event.scor > 1 and (tier.statu == 'x' or count('quiz.pased', where=scre > 1) > 1) "
        "and min(evnt.x, quest.q.done)"
    )
    checked = check(text, SCOPE, expect="condition")
    assert [(finding.arguments["name"], finding.offset) for finding in checked.findings] == [
        ("event.scor", 6),
        ("tier.statu", 25),
        ("quiz.pased", 47),
        ("evnt", 90),
        ("quest.q", 104),
    ]


def test_findings_inside_where_come_at_once():
    text = "count('quiz.passed', where=scre > 1 and topik == 'x') > 1 and event.scor > 1"
    assert [finding.offset for finding in check(text, SCOPE, expect="condition").findings] == [27, 40, 68]


@pytest.mark.parametrize(
    ("expect", "good", "bad"),
    [
        ("condition", [True, "event.graded", "member.paused"], [1, 0.5, "event.score", "'x'", "None", "level"]),
        ("number", [1, 0.5, "event.score", "member.age"], [True, "'x'", "event.graded", "None", "event.at"]),
        ("key", ["event.course", "event.tries", "event.score", "event.graded", "event.taken"], ["event.tags", "None"]),
        ("value", [1, True, "event.tags", "None", "level", "'x'"], ["[1]"]),
    ],
)
def test_a_place_takes_its_kind(expect, good, bad):
    for text in good:
        assert check(text, SCOPE, expect=expect).findings == (), text
    for text in bad:
        assert len(check(text, SCOPE, expect=expect).findings) == 1, text


def test_scalars_are_literals():
    assert node_of(True) == Const(True, type=Type("boolean"))
    assert node_of(7) == Const(7, type=INTEGER)
    assert node_of(0.5) == Const(0.5, type=NUMBER)


def test_event_needs_a_trigger():
    timed = attrs.evolve(SCOPE, triggers=())
    for text in ("event.score > 1", "event.nth > 1", "count('quiz.passed', same='course') > 1"):
        assert [finding.code for finding in check(text, timed, expect="condition").findings] == ["expression/no-event"]
    assert check("count('quiz.passed', where=event.score > 1) > 1", timed, expect="condition").findings == ()


def test_several_triggers_must_agree_on_a_field():
    both = attrs.evolve(SCOPE, triggers=("quiz.passed", "quiz.failed"))
    assert node_of("event.score", scope=both) == Ref(("event", "score"), type=NUMBER)
    assert node_of("event.topic", scope=both).type == optional(TEXT)
    for name in ("tries", "graded"):
        (finding,) = check(f"event.{name}", both, expect="value").findings
        assert (finding.code, finding.offset) == ("expression/field-differs", 6)
    assert finding.arguments["kinds"] == "quiz.passed: boolean, quiz.failed: —"
    (finding,) = check("event.scroe", both, expect="value").findings
    assert finding.arguments["nearest"] == "event.score"


def test_ladders_that_begin_at_once_are_never_null():
    assert not node_of("level == 'Explorer'").type.nullable
    assert node_of("level == 'Explorer'", scope=attrs.evolve(SCOPE, always=frozenset())).type.nullable


def test_no_levels_no_level():
    bare = attrs.evolve(SCOPE, levels=())
    assert check("level == 'x'", bare, expect="condition").findings == (Finding("expression/no-levels"),)


def test_the_tree_has_the_documents_ids_and_the_rank_of_a_step():
    node = node_of("segment.half_way and tier.status >= 'gold' and count('order.paid', within='6 months') > 0")
    assert isinstance(node, Logic)
    segment, tier, count = node.operands
    assert segment == Ref(("segment", "half-way"), type=Type("boolean"))
    assert tier.right == Const(2, type=Type("step", of="tier.status"))
    assert tier.right.shown == ("gold",)
    assert count.left == History("count", "order.paid", within=0, within_months=6, type=INTEGER)


def test_offsets_do_not_make_trees_differ():
    assert node_of("event.score>1") == node_of("  event . score  > 1")
    assert hash(node_of("event.score>1")) == hash(node_of("  event.score > 1"))
    assert node_of("1") != node_of("1.0")
    assert node_of("True") != node_of("1")


def test_nothing_is_suggested_for_a_long_name_in_a_large_program():
    large = attrs.evolve(SCOPE, badges={f"badge-{number}-of-many": () for number in range(5_000)})
    (finding,) = check("badge.badge_7_of_mny", large, expect="condition").findings
    assert (finding.code, finding.hint) == ("expression/unknown-name", "")


def test_values_are_shown_as_expressions_write_them():
    assert value_text("it's", TEXT) == r"'it\'s'"
    assert value_text(20454, DATE) == "'2026-01-01'"
    assert value_text(0, INSTANT) == "'1970-01-01T00:00:00+00:00'"
    assert value_text(6, Type("step", of="weekday")) == "'sun'"
    assert value_text(2, Type("step", of="level")) == "#2"
    assert value_text(None, INTEGER) == "None"
