# ruff: noqa: E501, PLR0911  # a small program is read best in one line; one return a kind of field
"""`match` and `match_many` against the meaning of each rule's condition, one rule after the other."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.rules.compile import matching
from loyaltykit.rules.expression.evaluate import evaluate

FIELDS = {
    "n": "number", "on": "optional number", "i": "integer", "oi": "optional integer", "t": "text", "ot": "optional text",
    "m": "money", "d": "date", "od": "optional date", "f": "boolean", "of": "optional boolean", "x": "instant", "tags": "list<text>",
}  # fmt: skip
NUMBERS = [0, 1, -1, 2, 2.0, 2.5, 3, 0.1, -2.5, 1e300, 5e-324, 2**53, 2**53 + 1, -(2**63), 2**63 - 1]
TEXTS = ["", "a", "b", "A", "ж", "a'b", 'q"', "\\", "]}", "x" * 40]
AT = dt.datetime(2026, 3, 5, 10, tzinfo=dt.UTC)
one_of = st.sampled_from


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@st.composite
def atom(draw) -> str:
    field = draw(one_of([*FIELDS, "n", "i", "t", "on", "ot", "n", "t"]))
    name = f"event.{field}"
    operator = draw(one_of(["<", "<=", "==", "!=", ">=", ">", ">=", "=="]))
    if field in ("n", "on", "i", "oi", "m"):
        value = draw(
            one_of([number for number in NUMBERS if number > -(2**62)] if field in ("i", "oi") else NUMBERS[:12])
        )
        shape = draw(
            one_of(
                ["{f} {o} {v}"] * 6
                + ["{v} {o} {f}", "0 < {f} <= {v}", "{f} in [0, {v}]", "{f} not in [1, {v}]", "{f} + 1 {o} {v}"]
            )
        )
        return shape.format(f=name, o=operator, v=value)
    if field in ("t", "ot"):
        operator = draw(one_of(["==", "==", "!=", "in", "in", "not in"]))
        if operator.endswith("in"):
            return (
                f"{name} {operator} [{', '.join(map(quoted, draw(st.lists(one_of(TEXTS), min_size=1, max_size=4))))}]"
            )
        text = quoted(draw(one_of(TEXTS)))
        return draw(
            one_of([f"{name} {operator} {text}", f"{text} {operator} {name}", f"{name} is None", f"len({name}) > 1"])
        )
    if field in ("d", "od"):
        return f"{name} {operator} '2026-03-0{draw(st.integers(1, 5))}'"
    if field in ("f", "of"):
        return draw(one_of([name, f"not {name}", f"{name} == True", f"{name} is None"]))
    if field == "x":
        return f"{name} {operator} event.at"
    return f"{quoted(draw(one_of(TEXTS)))} in event.tags"


@st.composite
def condition(draw) -> str:
    parts = draw(st.lists(atom(), min_size=1, max_size=4))
    text = parts[0]
    for part in parts[1:]:
        text += (
            draw(one_of([" and ", " and ", " and ", " and ", " or "]))
            + draw(one_of(["", "", "", "not "]))
            + f"({part})"
        )
    return text


@st.composite
def event(draw, number: int = 0, kind: str = "e") -> lk.Event:
    data = {
        "n": draw(one_of(NUMBERS)), "i": draw(one_of([number for number in NUMBERS if isinstance(number, int)])),
        "t": draw(one_of(TEXTS)), "m": draw(one_of([0, 1, 2.5, "2.50", "0.29", 3])), "d": f"2026-03-0{draw(st.integers(1, 6))}",
        "f": draw(st.booleans()), "x": draw(one_of(["2026-03-05T10:00:00+00:00", "2026-03-05T13:00:00+03:00", "2026-03-06T00:00:00+00:00"])),
        "tags": draw(st.lists(one_of(TEXTS), max_size=3)),
    }  # fmt: skip
    for field, value in (
        ("on", one_of(NUMBERS)),
        ("oi", one_of([0, 1, 2, 3])),
        ("ot", one_of(TEXTS)),
        ("od", one_of(["2026-03-01", "2026-03-04"])),
        ("of", st.booleans()),
    ):
        if draw(one_of([True, True, False])):
            data[field] = draw(st.none() | value)
    return lk.Event(f"{number}", kind, "ann", AT, data)


def engine_of(conditions: list[str], on: object = "e") -> lk.Engine | None:
    rules = [{"id": f"r{number}", "on": on, "when": text, "award": {"xp": 1}} for number, text in enumerate(conditions)]
    document = {"program": "p", "events": {"e": FIELDS, "other": FIELDS}, "points": {"xp": {}}, "rules": rules}
    return lk.Engine(lk.Program.from_dict(document))


def meaning(engine: lk.Engine, event: lk.Event) -> tuple[str, ...]:
    """Rule by rule, from the trees."""
    typed = engine.admission.check(event)

    def read(ref):
        return event.instant if ref.path == ("event", "at") else typed[ref.path[-1]]

    rules = engine.program.document.rules
    trees = engine.program.expressions
    return tuple(
        rule.id for rule in rules if event.type in rule.on and evaluate(trees[f"rules.{rule.id}.when"], read) is True
    )


def loads(text: str) -> bool:
    """Some conditions that the strategy makes are refused (they can never hold, say)."""
    problems = lk.check(
        {
            "program": "p",
            "events": {"e": FIELDS},
            "points": {"xp": {}},
            "rules": [{"id": "r", "on": "e", "when": text, "award": {"xp": 1}}],
        }
    )
    return not any(problem.severity == "error" for problem in problems)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(condition(), min_size=1, max_size=40),
    st.lists(event(), min_size=1, max_size=12),
    st.sampled_from([1, 1, 1, 8]),
)
def test_match_says_what_the_trees_say(conditions, events, copies):
    """Up to 320 rules, some of them alike."""
    conditions = [text for text in conditions if loads(text)] * copies
    engine = engine_of(conditions)
    expected = [meaning(engine, event) for event in events]
    assert [engine.match(event) for event in events] == expected
    assert engine.match_many(events) == expected
    fired = []
    for number, event in enumerate(events):
        decision = engine.fold(engine.start("ann"), lk.Event(str(number), "e", "ann", AT, event.data)).decision
        fired.append(tuple(entry.mechanic.removeprefix("rules.") for entry in decision.entries))
    assert fired == expected


@pytest.mark.parametrize("count", [1, 5, 6, 7, 11, 12, 13, 50, 300])
def test_partitions_of_every_size(count):
    """Equality, thresholds and both, on fields that may be null, ints against floats."""
    shapes = [
        "event.t == 't{n}'", "event.n >= {n}", "event.n > {n} and event.t == 't1'", "event.on <= {n}.5", "event.ot in ['t{n}', 't0']",
        "event.i == {n}", "event.oi < {n} and event.n >= 2", "event.t == 't1' and event.ot == 't{n}' and event.n < {n}", "event.n == {n} or event.i > {n}",
        "not (event.on > {n})", "event.n >= {n} and event.n < {m}", "event.t != 't{n}'",
    ]  # fmt: skip
    conditions = [shapes[n % len(shapes)].format(n=n % 17, m=n % 17 + 2) for n in range(count)]
    engine = engine_of(conditions)
    events = []
    for n in range(60):
        data = {
            "n": n % 19 + (0.5 if n % 4 == 0 else 0),
            "i": n % 9,
            "t": f"t{n % 5}",
            "m": 1,
            "d": "2026-03-01",
            "f": True,
            "x": "2026-03-01T00:00:00+00:00",
            "tags": [],
        }
        data |= {} if n % 3 == 0 else {"on": n % 8, "ot": f"t{n % 4}", "oi": n % 5}
        events.append(lk.Event(str(n), "e", "ann", AT, data))
    assert [engine.match(event) for event in events] == [meaning(engine, event) for event in events]
    assert engine.match_many(events) == [meaning(engine, event) for event in events]


@pytest.mark.parametrize(
    "value", [0.1 + 0.2, 2.0**53, math.nextafter(1, 2), math.nextafter(1, 0), -0.0, 5e-324, 1.7976931348623157e308]
)
@pytest.mark.parametrize("count", [1, 40])
def test_thresholds_are_exact(value, count):
    conditions = [f"event.n {operator} {value!r}" for operator in ("<", "<=", "==", ">=", ">")] * count
    engine = engine_of(conditions)
    for given_ in (value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf)):
        if math.isfinite(given_):
            data = {
                "n": given_,
                "i": 0,
                "t": "",
                "m": 0,
                "d": "2026-03-01",
                "f": True,
                "x": "2026-03-01T00:00:00+00:00",
                "tags": [],
            }
            event = lk.Event("e", "e", "ann", AT, data)
            assert engine.match(event) == meaning(engine, event)


def test_rules_that_look_at_more_than_the_event_do_not_take_part():
    document = {
        "program": "p",
        "events": {"e": {"n": "number"}, "other": {}},
        "points": {"xp": {}},
        "rules": [
            {"id": "plain", "on": "e", "award": {"xp": 1}},
            {"id": "field", "on": ["e", "other"], "award": {"xp": 1}},
            {"id": "at", "on": "e", "when": "event.at > event.at or event.n >= 1", "award": {"xp": 1}},
            {"id": "nth", "on": "e", "when": "event.nth == 1", "award": {"xp": 1}},
            {"id": "gap", "on": "e", "when": "event.gap is None", "award": {"xp": 1}},
            {"id": "local", "on": "e", "when": "event.local.hour >= 0", "award": {"xp": 1}},
            {"id": "history", "on": "e", "when": "count('e') >= 0", "award": {"xp": 1}},
            {"id": "points", "on": "e", "when": "points.xp.lifetime >= 0", "award": {"xp": 1}},
            {"id": "active", "on": "e", "active": {"weekdays": ["mon"]}, "award": {"xp": 1}},
            {"id": "time", "when": "silent('1d')", "award": {"xp": 1}},
        ],
    }
    engine = lk.Engine(lk.Program.from_dict(document))
    assert engine.match(lk.Event("1", "e", "ann", AT, {"n": 1})) == ("plain", "field", "at")
    assert engine.match_many([lk.Event("1", "e", "ann", AT, {"n": 0}), lk.Event("2", "other", "ann", AT)]) == [
        ("plain", "field"),
        ("field",),
    ]


def test_types_whose_names_are_nearly_the_same_are_kept_apart():
    names = ["a.b", "a_b", "a-b"]
    rules = [{"id": f"r{n}", "on": name, "award": {"xp": n + 1}} for n, name in enumerate(names)]
    engine = lk.Engine(
        lk.Program.from_dict(
            {"program": "p", "events": {name: {} for name in names}, "points": {"xp": {}}, "rules": rules}
        )
    )
    for _ in range(2):
        for n, name in enumerate(names):
            event = lk.Event("1", name, "ann", AT)
            assert engine.match(event) == (f"r{n}",)
            assert [entry.amount for entry in engine.fold(engine.start("ann"), event).decision.entries] == [n + 1]
            assert engine.fold_many([event])["ann"][engine.plan.points[0].slot] == n + 1
            assert f"rules.r{n}" in engine.source(name)


def test_a_type_that_there_is_not():
    engine = engine_of(["event.n > 1"])
    for ask in (engine.match, lambda event: engine.match_many([event])):
        with pytest.raises(lk.EventError) as error:
            ask(lk.Event("1", "nonsense", "ann", AT))
        assert error.value.code == "event/unknown-type"
    assert engine.match(lk.Event("1", "member.updated", "ann", AT, {"timezone": "Europe/Moscow"})) == ()


def test_merged_ids_are_remembered_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(matching, "_MOST_MERGED", 2)
    merge = matching.Merge({name: place for place, name in enumerate("abcdef")})
    pairs = [(("a", "d"), ("b",)), (("f",), ("a", "c")), (("e",), ("d",))]
    for _ in range(2):
        assert [merge(met, more) for met, more in pairs] == [("a", "b", "d"), ("a", "c", "f"), ("d", "e")]
    assert list(merge.memory) == pairs[:2]
