# ruff: noqa: E501  # a small program and its story are read best in one line
"""The generated code: what a person wrote never becomes code, a thousand rules are no trouble, and it can be read."""

from __future__ import annotations

import ast
import builtins
import datetime as dt
import keyword

import pytest

import loyaltykit as lk
from tests.engine.story import HEAD, Story, given, program

AT = dt.datetime(2026, 3, 5, 10, tzinfo=dt.UTC)
HOSTILE = [
    "'); raise SystemExit('", '"""', "'''\nimport os\n'''", "\n    raise SystemExit\n", "\r\nraise SystemExit", "]", "}", "{__import__('os')}", "{0}", "%s",
    "\\", "\\'", "\\n", "\\N{BULLET}", "#", "# x\nraise SystemExit", "\x00", "\u2028raise SystemExit", "\x85raise", "\ud7ff", "ж", "𝒆", "a" * 990, "__class__",
    "s[0] = 1", "None", "True", "lambda: 0", "at", "eid", "s", "out", "event", "f_n", "c1", "\t", " ", "",
]  # fmt: skip
NAMES = [
    *keyword.kwlist[:12], "at", "eid", "s", "out", "event", "get", "data", "queue", "n", "met", "key", "limit", "locate", "wake", "settle", "tag", "day", "week",
    "number", "f_n", "c1", "t1", "time-spent", "a.b", "имя", "ключ-слово", "x" * 100, "print", "list", "int", "min", "exec", "INITIAL", "FOLLOWS", "note_count",
]  # fmt: skip


def quoted(text: str) -> str:
    """A literal of the expression language."""
    return repr(text)


def loaded(document: dict) -> lk.Engine | None:
    """The engine; None where the document is refused, which is as good."""
    try:
        return lk.Engine(lk.Program.from_dict(document))
    except lk.ProgramError:
        return None


def code_of(engine: lk.Engine, type: str) -> str:
    """The generated source without the legend of constants, which is comments."""
    lines = engine.source(type).split("\n")
    legend = [line for line in lines if line.startswith("# c")]
    assert lines[: len(legend)] == legend
    return "\n".join(lines[len(legend) :])


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_texts_of_a_document_are_never_pasted(text):
    document = {
        "program": "p",
        "events": {"e": {"t": "text", "n": "number"}},
        "points": {"xp": {}},
        "rules": [
            {"id": "eq", "on": "e", "when": f"event.t == {quoted(text)}", "award": {"xp": 1}},
            {"id": "in", "on": "e", "when": f"event.t in [{quoted(text)}, 'zz']", "award": {"xp": 2}},
            *(
                {
                    "id": f"m{n}",
                    "on": "e",
                    "when": f"event.t == {quoted(text + str(n))} and event.n > {n}",
                    "award": {"xp": 3},
                }
                for n in range(20)
            ),
            {"id": "where", "on": "e", "when": f"count('e', where=t == {quoted(text)}) >= 1", "award": {"xp": 4}},
        ],
        "levels": {"by": "xp", "steps": {"start": 0, text or "-": 3}},
        "badges": {"b": {"count": "e", "steps": {text or "-": 1}, "label": text}},
    }
    if loaded({**document, "levels": {"by": "xp", "steps": {"a": 0}}, "badges": {}}) is None:
        return
    engine = loaded(document) or loaded({**document, "levels": {"by": "xp", "steps": {"a": 0}}, "badges": {}})
    event = lk.Event("1", "e", "ann", AT, {"t": text, "n": 5.0})
    decision = engine.fold(engine.start("ann"), event).decision
    assert given(decision)[:2] == [1, 2]
    assert given(decision)[-1] == 4
    assert engine.match(event)[:2] == ("eq", "in")
    code = code_of(engine, "e")
    ast.parse(engine.source("e"))
    strings = {
        node.value
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert text not in strings or len(text) < 5
    if len(text) > 4 and not text.isidentifier():
        assert text not in code


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_fields_and_types_may_be_called_anything(name):
    for fields, type in (
        ({name: "number", "n": "number", "o": "optional number"}, "e"),
        ({name: "optional number", "n": "number", "o": "optional number"}, "e.x"),
    ):
        document = {
            "program": "p",
            "events": {type: fields},
            "member": {name: "number"},
            "points": {"xp": {}, "go": {}},
            "rules": [
                {"id": "r", "on": type, "when": f"event['{name}'] >= 2 and sum('{type}', '{name}', same='{name}') >= 2 and member['{name}'] is None", "award": {"xp": f"event['{name}'] + event.n"}, "key": f"event['{name}']"},
                *({"id": f"m{n}", "on": type, "when": f"event['{name}'] >= {n} and event.n >= 0", "award": {"go": f"event['{name}'] * 2"}} for n in range(20)),
            ],
        }  # fmt: skip
        engine = loaded(document)
        assert engine is not None, name
        event = lk.Event("1", type, "ann", AT, {**dict.fromkeys(fields, 3.0)})
        decision = engine.fold(engine.start("ann"), event).decision
        assert [(entry.point, entry.amount) for entry in decision.entries] == [("xp", 6), *[("go", 6)] * 4]
        assert engine.match(event) == tuple(f"m{n}" for n in range(4))
        ast.parse(engine.source(type))


@pytest.mark.parametrize(
    "id",
    [
        "if",
        "class",
        "none",
        "true",
        "s",
        "at",
        "out",
        "events",
        "a" + "-b" * 29,
        "x" * 60,
        "settle",
        "fire",
        "wake",
        "locate",
        "print",
        "f-n",
        "c1",
    ],
)
def test_ids_may_be_words_of_python_and_of_ours(id):
    document = {
        "program": id,
        "events": {id: {"n": "number"}},
        "points": {id: {"expires": {"after": "2d"}}},
        "rules": [{"id": id, "on": id, "award": {id: "event.n"}, "multiply": {}, "grant": id, "send": id}, {"id": f"w-{id}"[:60], "when": "silent('1d')", "award": {id: 1}}],
        "levels": {"by": id, "steps": {id: 0, f"{id}!": 2}},
        "tiers": {id: {"by": f"earned('{id}')", "period": "calendar month", "steps": {id: 0, f"{id}!": 2}, "benefits": {id: {"multiply": {id: 2}, "grant": id}}}},
        "streaks": {id: {"on": id, "milestones": {1: {id: 1}}}},
        "badges": {id: {"count": id, "award": {id: 1}}},
        "quests": {id: {"within": "1d", "steps": [{"on": id, "distinct": "n", "times": 2}], "reward": {id: 1}}},
        "segments": {id: {"when": f"earned('{id}') > 0"}},
        "rewards": {id: {"lasts": "1d"}},
        "messages": {id: {"en": "Hi"}},
    }  # fmt: skip
    engine = loaded(document)
    assert engine is not None
    state = engine.start("ann")
    for n in range(3):
        state, decision = engine.fold(state, lk.Event(f"{n}", id, "ann", AT + dt.timedelta(hours=n), {"n": n + 1}))
        assert decision.entries
    state, _ = engine.advance(state, AT + dt.timedelta(days=9))
    assert engine.view(state).segments in ((), (id,))
    engine.fold_many([lk.Event("1", id, "ann", AT, {"n": 1})])


def test_a_program_cannot_change_what_a_name_of_python_means():
    """A namespace of its own: nothing of a document shadows what the generated code calls."""
    engine = lk.Engine(program("points: {xp: {}}\nrules: [{id: len, on: quiz, award: {xp: event.score}}]"))
    engine.source("quiz")
    space = engine._compiled._module.names.namespace
    assert not (set(space) - {"__builtins__"}) & set(dir(builtins))


def test_constants_of_equal_value_and_different_type_stay_apart():
    document = {
        "program": "p",
        "events": {"e": {"n": "number", "t": "text", "f": "boolean"}},
        "points": {"xp": {}},
        "rules": [
            {"id": "a", "on": "e", "when": "event.n in [1, 0]", "award": {"xp": 1}},
            {"id": "b", "on": "e", "when": "event.t in ['1', '0']", "award": {"xp": 2}},
            {"id": "c", "on": "e", "when": "event.f == True", "award": {"xp": 4}},
            {"id": "d", "on": "e", "when": "event.t == '1'", "award": {"xp": 8}},
        ],
    }
    engine = loaded(document)
    assert given(
        engine.fold(engine.start("a"), lk.Event("1", "e", "a", AT, {"n": 1, "t": "1", "f": True})).decision
    ) == [1, 2, 4, 8]
    assert (
        given(engine.fold(engine.start("a"), lk.Event("1", "e", "a", AT, {"n": 2, "t": "", "f": False})).decision) == []
    )


def thousand() -> dict:
    return {
        "program": "p",
        "events": {f"e{n}": {"n": "number", "k": "text", "o": "optional integer"} for n in range(5)},
        "points": {"xp": {}, "go": {"expires": {"after": "30d"}}},
        "rules": [
            {
                "id": f"r{n}",
                "on": f"e{n % 5}",
                "when": [
                    f"event.n >= {n % 97} and event.k == 'k{n % 13}'",
                    f"event.k == 'k{n}'",
                    f"event.o < {n}",
                    f"count('e1', within='{1 + n % 30}d') >= {n % 7}",
                ][n % 4],
                "award": {"xp": n + 1} if n % 3 else {"go": "event.n + 1"},
                **({"limit": "3 per day"} if n % 5 == 0 else {}),
            }
            for n in range(1000)
        ],
    }


def test_a_thousand_rules():
    engine = lk.Engine(lk.Program.from_dict(thousand()))
    sources = [engine.source(f"e{n}") for n in range(5)]
    for source in sources:
        ast.parse(source)
    few = {**thousand(), "rules": thousand()["rules"][:1000:7]}
    fewer = lk.Engine(lk.Program.from_dict(few))
    kept = {rule["id"] for rule in few["rules"]}
    both = [engine.start("a"), fewer.start("a")]
    for n in range(60):
        data = {"n": float(n), "k": f"k{n % 13}", **({"o": n * 9} if n % 2 else {})}
        event = lk.Event(f"{n:03}", f"e{n % 5}", "a", AT + dt.timedelta(hours=n), data)
        lines = [one.fold(state, event).decision.entries for one, state in zip((engine, fewer), both, strict=True)]
        assert [(e.mechanic, e.amount) for e in lines[0] if e.mechanic.removeprefix("rules.") in kept] == [
            (e.mechanic, e.amount) for e in lines[1]
        ]


SMALL = """
points: {xp: {}}
rules:
  - {id: lesson, on: lesson, award: {xp: 10}, limit: 3 per day}
  - {id: good-quiz, on: quiz, when: event.score >= 0.9 and streak.study.length >= 3, award: {xp: 5 + 10 * event.score}}
levels: {by: xp, steps: {Newcomer: 0, Explorer: 100}}
streaks: {study: {on: lesson, every: day, milestones: {7: {xp: 50}}}}
"""


def test_the_source_can_be_read():
    """Its shape: a legend, one function, the event taken apart, the order kept, one comment a rule."""
    engine = lk.Engine(program(SMALL))
    source = engine.source("lesson")
    tree = ast.parse(source)
    (function,) = tree.body
    assert isinstance(function, ast.FunctionDef)
    assert (function.name, [argument.arg for argument in function.args.args]) == ("on_lesson", ["s", "event", "out"])
    assert all(line.startswith(("# c", "def ", "    ")) or not line for line in source.split("\n"))
    assert max(len(line) for line in source.split("\n")) < 240
    assert len(source.split("\n")) < 60
    places = [
        source.index(text)
        for text in (
            "at = event.instant",
            "eid = event.id",
            "wake(s, at, out)",
            "day = ",
            "'streak'",
            "# rules.lesson",
            "left_in_period",
            "climb(",
        )
    ]
    assert places == sorted(places)
    quiz = engine.source("quiz")
    assert "0.9" in quiz
    assert "# rules.good-quiz" in quiz
    assert "lesson" not in code_of(engine, "quiz")  # an event never pays for rules of other types
    assert "climb" not in engine.source("ping")
    assert engine.source("ping") == engine.source("ping")


def test_there_is_no_source_of_an_unknown_type():
    with pytest.raises(lk.EventError) as error:
        lk.Engine(program(SMALL)).source("nonsense")
    assert error.value.code == "event/unknown-type"


def test_the_plan_is_text_and_names_the_layout():
    one, same = lk.Engine(program(SMALL)).plan, lk.Engine(program(SMALL)).plan
    other = lk.Engine(program(SMALL.replace("3 per day", "4 per day"))).plan
    assert one.text() == same.text()
    assert (one.hash, len(one.hash)) == (same.hash, 64)
    assert one.hash != other.hash
    assert [line for line in one.text().splitlines() if line.startswith("slot 13 ")] == [
        "slot 13 points xp lifetime = 0"
    ]


def test_what_a_program_does_not_use_costs_nothing():
    """Points that neither expire nor are spent are one number; no timer is armed, and the state is small."""
    story = Story("points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: 10}}]")
    story.on("2026-03-01 10:00", "quiz")
    assert len(story.state) == 14
    assert story.engine.due(story.state) == 2**62
    assert HEAD
