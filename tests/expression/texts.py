"""Strategies: well-typed expressions as text, and values for whatever they read."""

import os
import re

from hypothesis import strategies as st

from loyaltykit.rules.expression import ranges
from loyaltykit.rules.expression.tree import History, Ref

SCALE = int(os.environ.get("EXPRESSION_EXAMPLES", "60"))
"""Raise it to look harder than every run can."""
LEAVES = {
    "integer": [
        "0",
        "1",
        "7",
        "9223372036854775807",
        "(-9223372036854775807 - 1)",
        "event.tries",
        "event.extra",
        "event['at']",
        "event.nth",
        "event.gap",
        "event.local.hour",
        "member.age",
        "points.xp.available",
        "streak.study.length",
        "count('quiz.passed', within='30d', where=score >= 0.5, same='course')",
        "days_since('order.paid')",
        "last('order.paid', 'items')",
        "len(event.tags)",
    ],
    "number": [
        "0.5",
        "1.0",
        "0.0",
        "1e308",
        "-2.25",
        "event.score",
        "event.bonus",
        "member.weight",
        "points.gold_coins.pending",
        "quest.come_back.progress",
        "avg('quiz.passed', 'score')",
        "sum('order.paid', 'amount')",
    ],
    "boolean": [
        "True",
        "False",
        "event.graded",
        "event.open",
        "member.paused",
        "badge.persistent",
        "segment.half_way",
        "silent('14d')",
        "anniversary(member.birthday, within='7d')",
        "(tier.status >= 'silver')",
        "(level == 'Explorer')",
        "(badge.scholar < 'silver')",
        "(event.local.weekday in ('sat', 'sun'))",
        "(event.taken < event.due)",
        "(event.at >= '2026-09-01T00:00Z')",
        "(member.joined != event.ended)",
        "(event.taken not in ('2026-01-01', '2026-01-02'))",
    ],
    "text": [
        "'a'",
        "'b'",
        "event.course",
        "event.topic",
        "member.name",
        "event['from']",
        "first('order.paid', 'course')",
    ],
}
# {kind} stands for an expression of that kind, {a|b} for one of the choices
FORMS = {
    "integer": [
        "({integer} {+|-|*|//|%} {integer})",
        "({integer} if {boolean} else {integer})",
        "(-{integer})",
        "{round|floor|ceil}({integer|number})",
        "{min|max}({integer}, {integer})",
        "abs({integer})",
    ],
    "number": [
        "({integer|number} {+|-|*|/} {number})",
        "({number} {+|-|*|/|//|%} {integer|number})",
        "({integer} / {integer})",
        "({integer|number} if {boolean} else {number})",
        "(-{number})",
        "{min|max}({integer|number}, {number})",
        "abs({number})",
        "round({number}, {0|2|15})",
    ],
    "boolean": [
        "(not {boolean})",
        "({boolean} {and|or} {boolean})",
        "({boolean} and {boolean} and {boolean})",
        "({integer|number} {<|<=|>|>=|==|!=} {integer|number})",
        "({integer|number} {<|<=|==} {integer|number} {<|>=|!=} {integer|number})",
        "({text} {<|>=|==|!=} {text})",
        "({boolean} {==|!=} {boolean})",
        "({text} {in|not in} ('a', 'c'))",
        "({integer|number} {in|not in} [7])",
        "(7 {in|not in} event.marks)",
        "({integer|number|text|boolean} {is|is not} None)",
        "({boolean} if {boolean} else {boolean})",
    ],
    "text": ["({text} if {boolean} else {text})"],
}


@st.composite
def expression(draw, kind, depth=3):
    """A well-typed expression of a kind, nested at most so deep."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(LEAVES[kind]))

    def filled(hole):
        chosen = draw(st.sampled_from(hole[1].split("|")))
        return draw(expression(chosen, depth - 1)) if chosen in LEAVES else chosen

    return re.sub(r"\{([^{}]+)\}", filled, draw(st.sampled_from(FORMS[kind])))


@st.composite
def value_for(draw, node: Ref | History):
    """A value that a read may have: at the edges, and null where its type says so."""
    if node.type.nullable and draw(st.integers(0, 3)) == 0:
        return None
    kind = node.type.kind
    if kind == "integer":
        within = ranges.bounds(node)
        near = st.sampled_from([within.low, within.high, max(within.low, -1), 0, 1, 2, 7, 23])
        return draw(st.one_of(near, st.integers(int(within.low), int(within.high))))
    if kind == "number":
        within = ranges.bounds(node)
        edges = [within.low, within.high, 0.0, 0.5, 1.0, 5e-324, 0.1]
        return draw(st.one_of(st.sampled_from(edges), st.floats(within.low, within.high)))
    simple = {
        "boolean": st.booleans(),
        "text": st.sampled_from(["a", "b", "c", ""]),
        "step": st.integers(0, 2),
        "date": st.integers(20_400, 20_460),
        "instant": st.integers(1788246000000000 - 5, 1788246000000000 + 5),
        "list": st.just(("a", "b")) if node.type.of == "text" else st.lists(st.integers(0, 9)).map(tuple),
    }
    return draw(simple[kind])
