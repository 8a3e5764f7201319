# ruff: noqa: E501  # a small program and its story are read best in one line
"""Random small programs and random histories of one member, rich in coincidences: equal instants, full days, midnights."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

import loyaltykit as lk

ZONES = ("UTC", "Europe/Moscow", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe")
STARTS = tuple(
    dt.datetime.fromisoformat(text)
    for text in ("2026-03-05T00:00+00:00", "2026-03-27T00:00+00:00", "2026-10-30T00:00+00:00", "2011-12-26T10:00+00:00")
)
EVENTS = {
    "a": {"n": "number", "k": "text", "o": "optional number"},
    "b": {"n": "number", "k": "text", "o": "optional number"},
    "c": {},
}
one_of = st.sampled_from
OPERATORS = one_of(["<", "<=", "==", "!=", ">=", ">"])
WINDOWS = one_of(["12h", "1d", "2d", "3d"])
SMALL = one_of([0, 1, 2, 3, 5, 10, 2.5])


@st.composite
def history(draw, *, same: bool = False, windows: bool = True) -> str:
    """A history function as a number."""
    function = draw(
        one_of(["count", "sum", "avg", "lowest", "highest", "distinct", "first", "last", "days_since", "earned"])
    )
    event = draw(one_of(["a", "b"]))
    within = draw(st.none() | WINDOWS) if windows else None
    if function == "days_since":
        return f"days_since('{event}')"
    if function == "earned":
        return f"earned('{draw(one_of(['xp', 'go']))}'" + (f", within='{within}')" if within else ")")
    field = "" if function == "count" else f", '{'k' if function == 'distinct' else draw(one_of(['n', 'o']))}'"
    if function in ("first", "last"):
        return f"{function}('{event}'{field})"
    extra = f", within='{within}'" if within else ""
    extra += draw(one_of(["", "", ", where=n >= 2", ", where=o > 1", ", where=k == 'x' or o is None"]))
    extra += draw(one_of(["", ", same='k'"])) if same else ""
    return f"{function}('{event}'{field}{extra})"


STANDING = (
    "points.xp.available >= 20", "points.xp.pending > 0", "points.go.lifetime >= 10", "level >= 'B'", "level == 'A'",
    "badge.seen", "badge.many is None", "badge.many >= 'two'", "quest.q.done", "quest.q.active", "quest.q.progress >= 0.5",
    "quest.any.done", "entitlement.chat", "tier.t >= 'silver'", "segment.keen",
)  # fmt: skip
ON_EVENT = (
    "event.nth >= 2", "event.gap >= 1", "event.gap is None", "event.local.hour < 12", "event.local.weekday == 'fri'",
    "streak.s.length >= 2", "streak.w.length == 1",
)  # fmt: skip
ON_FIELDS = (
    "event.n >= 2",
    "event.n == 1",
    "event.o > 1",
    "event.o is None",
    "event.k == 'x'",
    "event.k in ['x', 'y']",
)
AMOUNTS = ("event.n * 2", "event.n / 3", "event.o", "5 + event.n", "10 * event.o", "event.n * event.n")


@st.composite
def condition(draw, atoms) -> str:
    """One to three atoms."""
    parts = [draw(one_of(["", "", "not "])) + f"({draw(atoms)})" for _ in range(draw(one_of([1, 1, 2, 3])))]
    text = parts[0]
    for part in parts[1:]:
        text += draw(one_of([" and ", " or "])) + part
    return text


def comparison(functions):
    return st.builds("{} {} {}".format, functions, OPERATORS, SMALL)


TIMELY = st.builds("silent('{}')".format, WINDOWS) | comparison(history()) | comparison(history()) | one_of(
    ["points.xp.available >= 20", "points.xp.available == 0", "member.paused", "not entitlement.chat", "quest.q.active", "segment.keen"]
)  # fmt: skip


@st.composite
def consequences(draw, amounts=()) -> dict:
    given = {}
    points = draw(one_of([["xp"], ["xp"], ["go"], ["xp", "go"]]))
    given["award"] = {
        point: draw(st.integers(1, 12) | (one_of(amounts) if amounts else st.nothing())) for point in points
    }
    if draw(one_of([True, False, False, False])):
        given["grant"] = draw(one_of(["chat", "club"]))
    if draw(one_of([True, False, False, False, False])):
        given["badge"] = "given"
    return given


@st.composite
def rule(draw, number: int, *, many: bool = False) -> dict:
    """A rule; one of many sees no standing, so that they are looked up and not tested one by one."""
    events = ["a"] if many else draw(one_of([["a"], ["b"], ["a", "b"], ["c"]]))
    fields = "c" not in events
    histories = history(same=fields).filter(lambda text: not many or "earned" not in text)
    atoms = one_of(ON_EVENT) | comparison(histories) | (one_of(ON_FIELDS) if fields else st.nothing())
    atoms = atoms | one_of(ON_FIELDS) | one_of(ON_FIELDS) if many else atoms | one_of(STANDING)
    made = {"id": f"r{number}", "on": events}
    if draw(one_of([True, True, False])):
        made["when"] = draw(condition(atoms))
    if draw(one_of([True] + [False] * 5)):
        return {**made, "multiply": {"xp": draw(one_of([2, 0.5, 1.5, "event.nth"]))}}
    made |= draw(consequences(AMOUNTS if fields else ("count('a')", "event.nth")))
    per = one_of(["day", "week", "month", "2 days", "12h"])
    if draw(one_of([True, False])):
        limit = {"times": draw(st.integers(1, 3)), "per": draw(per)}
        made["limit"] = (
            {**limit, "by": draw(one_of(["event.k", "event.o", "event.n"]))}
            if fields and draw(st.booleans())
            else limit
        )
    if draw(one_of([True, False, False])):
        made["cap"] = {point: draw(st.integers(5, 25)) for point in made["award"]} | {"per": draw(per)}
    if fields and draw(one_of([True, False, False, False])):
        made["key"] = draw(one_of(["event.k", "event.n", "event.o"]))
    if draw(one_of([True, False, False, False])):
        made["active"] = draw(
            one_of([{"weekdays": ["fri", "sat", "mon"]}, {"from": "2026-03-08"}, {"to": "2026-03-29"}])
        )
    return made


@st.composite
def watch(draw, number: int) -> dict:
    made = {"id": f"w{number}", "when": draw(condition(TIMELY))} | draw(consequences())
    if draw(one_of([True, False, False])):
        made["limit"] = draw(one_of(["1 per day", "2 per week", "1 per 2 days"]))
    if draw(one_of([True, False, False, False])):
        made["cap"] = {point: draw(st.integers(5, 25)) for point in made["award"]} | {"per": "week"}
    return made


@st.composite
def quest(draw) -> dict:
    counted = st.fixed_dictionaries(
        {"on": one_of([["a"], ["b"], ["a", "c"]])},
        optional={"times": st.integers(1, 3)},
    )
    steps = draw(st.lists(counted, min_size=1, max_size=3))
    if draw(st.booleans()):
        steps[0] = {
            "on": ["a"],
            "where": draw(one_of(["event.n >= 2", "event.o is None"])),
            "times": draw(st.integers(1, 2)),
        }
    if draw(one_of([True, False, False])):
        steps[-1] = {"on": ["a", "b"], "distinct": "k", "times": 2}
    if draw(one_of([True, False, False])):
        steps.append(
            {"when": draw(one_of(["points.go.lifetime >= 10", "badge.seen", "count('c') >= 1", "level >= 'B'"]))}
        )
    made = {"steps": steps, "reward": draw(consequences())}
    if draw(st.booleans()):
        made["within"] = draw(one_of(["1d", "2d", "4d"]))
    if draw(one_of([True, False, False])):
        made["in_order"] = True
    elif len(steps) > 1 and draw(one_of([True, False, False])):
        made["any_of"] = draw(st.integers(1, len(steps)))
    return made


@st.composite
def document(draw) -> dict:
    """A program. What conditions may name is always there; how it works differs."""
    expires = one_of(
        [None, {"after": "3d"}, {"after": "1d", "from": "end of day"}, {"after": "1 month", "from": "end of month"}]
    )
    xp = {"rounding": draw(one_of(["down", "up", "nearest"])), "stack": draw(one_of(["multiply", "add", "highest"]))}
    if draw(st.booleans()):
        xp |= {"pending": draw(one_of(["none", "1d", "2d"])), "spendable": True}
    if (after := draw(expires)) is not None:
        xp["expires"] = after
    if draw(one_of([True, False, False])):
        xp["cap"] = draw(one_of(["30 per day", "60 per week", "40 per 2 days"]))
    many = draw(one_of([True] + [False] * 5))
    rules = [draw(rule(number, many=many)) for number in range(14 if many else draw(st.integers(1, 5)))]
    rules += [draw(watch(number)) for number in range(draw(st.integers(0, 3)))]
    made = {
        "program": "random",
        "timezone": draw(one_of(ZONES)),
        "events": EVENTS,
        "member": {"paused": "boolean"},
        "segments": {
            "keen": {"when": draw(one_of(["points.go.lifetime >= 10", "count('a', within='2d') >= 2", "silent('1d')"]))}
        },
        "points": {"xp": xp, "go": {"decimals": draw(one_of([0, 2]))}},
        "rules": draw(st.permutations(rules)),
        "levels": {"by": "xp", "steps": {"A": 0, "B": 20, "C": 60}},
        "streaks": {
            "s": {"on": draw(one_of([["a"], ["a", "b"]])), "every": "day", "once": draw(st.booleans())},
            "w": {"on": ["b"], "every": draw(one_of(["week", "month"]))},
        },
        "badges": {
            "seen": {
                "when": draw(
                    one_of(
                        ["level >= 'B'", "count('a') >= 2", "quest.q.done", "silent('2d')", "points.xp.lifetime < 5"]
                    )
                )
            },
            "many": {"count": draw(one_of(["a", "b"])), "steps": {"one": 1, "two": 3}},
            "given": {"when": "count('c') >= 3"},
        },
        "quests": {"q": draw(quest())},
        "rewards": {"chat": {"lasts": draw(one_of(["1d", "3d", "1 month"]))}, "club": {}},
        "tiers": {"t": draw(tier())},
    }
    if draw(st.booleans()):
        made["streaks"]["s"]["milestones"] = {draw(st.integers(1, 3)): draw(consequences())}
    if draw(st.booleans()):
        made["streaks"]["w"]["threshold"] = 2
    for badge in ("many", "seen"):
        if draw(st.booleans()):
            made["badges"][badge] |= draw(consequences())
    if draw(one_of([True, False])):
        made["badges"]["many"]["where"] = draw(one_of(["event.n >= 1", "event.o is not None", "event.k == 'x'"]))
    return made


@st.composite
def tier(draw) -> dict:
    return {
        "by": draw(one_of(["earned('xp')", "count('a')", "earned('xp', within='3d')", "points.go.lifetime"])),
        "period": f"calendar {draw(one_of(['month', 'quarter', 'year']))}",
        "keep": draw(one_of(["until end of period", "until end of next period"])),
        "downgrade": draw(one_of(["one step", "recompute", "never"])),
        "steps": draw(one_of([{"bronze": 0, "silver": 2, "gold": 25}, {"silver": 3, "gold": 30}])),
        "benefits": {"silver": {"multiply": {"xp": 2}}, "gold": {"multiply": {"xp": 1.5, "go": 3}}},
    }


HOURS = one_of([0, 0, 1, 2, 6, 11, 12, 13, 23, 24, 24, 24, 25, 36, 48, 48, 72, 200])


@st.composite
def member_events(draw, *, moves: bool = True, most: int = 14, member: str = "ann") -> list[lk.Event]:
    """Events of one member in order; ids break ties."""
    start = draw(one_of(STARTS))
    at = start + dt.timedelta(hours=draw(st.integers(0, 24)))
    moves = moves and start.year > 2011  # who leaves Samoa in time has the date that it skipped; the engine forgives it
    events = []
    for number in range(draw(st.integers(1, most))):
        at += dt.timedelta(hours=draw(HOURS))
        kind = draw(one_of(["a", "a", "a", "b", "b", "c", "c"] + ["member.updated"] * moves))
        data: dict = {}
        if kind in ("a", "b"):
            data = {"n": draw(one_of([0, 0.5, 1, 2, 2.5, 3, 5])), "k": draw(one_of("xyz"))}
            data |= draw(one_of([{}, {"o": 1}, {"o": 2.0}, {"o": 5}]))
        elif kind == "member.updated":
            data = draw(
                one_of([{"paused": True}, {"paused": False}, {"paused": None}, *({"timezone": zone} for zone in ZONES)])
            )
        events.append(lk.Event(f"{member}{number:02}", kind, member, at, data))
    return events
