"""W2: the stateful fold. A million events of 50,000 members, beside what an expert writes by hand; checked equal."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

from benchmarks import byhand
from benchmarks.measure import Result, goal, interleaved, rate
from loyaltykit.values import Event

if TYPE_CHECKING:
    from loyaltykit import Engine

EVENTS = 1_000_000
MEMBERS = 50_000
REPEATS = 5
START = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
DAYS = 90
QUICK = {"number": 100_000, "members": 5_000, "repeats": 1}

PROGRAM: dict[str, Any] = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "events": {
        "lesson.completed": {"course": "text", "lesson": "text"},
        "quiz.passed": {"course": "text", "score": "number"},
        "homework.sent": {"course": "text", "score": "number"},
        "session.attended": {"session": "text", "minutes": "number"},
    },
    "points": {"xp": {}},
    "rules": [
        {"id": "lesson", "on": "lesson.completed", "award": {"xp": 10}},
        {"id": "quiz", "on": "quiz.passed", "award": {"xp": "5 + 10 * event.score"}},
        {"id": "bright-quiz", "on": "quiz.passed", "when": "event.score >= 0.9", "award": {"xp": 15}},
        {"id": "homework", "on": "homework.sent", "when": "event.score >= 0.6", "award": {"xp": 25}},
        {"id": "session", "on": "session.attended", "when": "event.minutes >= 45", "award": {"xp": 30}},
    ],
    "levels": {"by": "xp", "steps": {f"level {number}": score for number, score in enumerate(byhand.LEVELS)}},
    "streaks": {"study": {"on": "lesson.completed", "every": "day"}},
    "badges": {"tenth": {"count": "lesson.completed", "steps": {}}},
    "quests": {
        "quizzes": {
            "within": "7d",
            "steps": [{"on": "quiz.passed", "times": 3}],
            "reward": {"award": {"xp": 50}},
        }
    },
}


def events(number: int = EVENTS, members: int = MEMBERS, seed: int = 5) -> list[Event]:
    """In the order of time; a few members do much, most do little."""
    draw = random.Random(seed)
    names = [f"m{index}" for index in range(members)]
    weights = [min(draw.paretovariate(1.5), 12.0) for _ in names]
    seconds = sorted(draw.randrange(DAYS * 86_400) for _ in range(number))
    chosen = names + draw.choices(names, weights, k=number - members) if number > members else names[:number]
    draw.shuffle(chosen)
    made = []
    for index, (second, member) in enumerate(zip(seconds, chosen, strict=True)):
        type, data = _happening(draw)
        made.append(Event(f"e{index:07}", type, member, START + dt.timedelta(seconds=second), data))
    return made


def _happening(draw: random.Random) -> tuple[str, dict[str, Any]]:
    kind = draw.random()
    course = f"course-{draw.randrange(12)}"
    if kind < 0.55:
        return "lesson.completed", {"course": course, "lesson": f"lesson-{draw.randrange(60)}"}
    if kind < 0.8:
        return "quiz.passed", {"course": course, "score": round(draw.betavariate(4, 2), 2)}
    if kind < 0.92:
        return "homework.sent", {"course": course, "score": round(draw.betavariate(4, 2), 2)}
    return "session.attended", {"session": f"session-{draw.randrange(30)}", "minutes": float(draw.randrange(5, 95, 5))}


def document(steps: int) -> dict[str, Any]:
    """The program, with a badge step at every tenth lesson as far as somebody got."""
    badge = {"count": "lesson.completed", "steps": {str(count): count for count in range(10, steps * 10 + 1, 10)}}
    return {**PROGRAM, "badges": {"tenth": badge}}


def run(*, number: int = EVENTS, members: int = MEMBERS, repeats: int = REPEATS) -> Result:
    """Both sides in turn, after a check member by member."""
    from loyaltykit import Engine, Program

    given = events(number, members)
    expected = byhand.fold(given)
    program = Program.from_dict(document(max(member.tenths for member in expected.values())))
    check(Engine(program), given, expected)
    engines = [Engine(program)]

    def first() -> object:
        engines[0] = Engine(program)  # a new engine has admitted nothing yet
        return engines[0].fold_many(given)

    works = {"first": first, "again": lambda: engines[0].fold_many(given), "hand": lambda: byhand.fold(given)}
    speeds = {name: number / seconds for name, seconds in interleaved(works, repeats).items()}
    return _result(speeds, number, len(expected))


def _result(speeds: dict[str, float], number: int, members: int) -> Result:
    shares = {name: speed / speeds["hand"] for name, speed in speeds.items()}
    names = {
        "again": "loyaltykit, fold_many, events admitted before",
        "first": "the same, with compiling and admitting every event",
        "hand": "written by hand",
    }
    return Result(
        "W2, stateful fold",
        ("who", "events/s", "of hand-written"),
        tuple((label, rate(speeds[name]), f"{shares[name]:.2f}") for name, label in names.items()),
        (
            f"{number:,} events of {members:,} members, all checked equal. What is written by hand trusts its events;",
            "ours looks at the type of every field of an event when it first sees it.",
        ),
        (
            goal("share of hand-written speed", shares["again"], 0.8),
            goal("share of hand-written speed, admitting every event", shares["first"], 0.8),
        ),
    )


def check(engine: Engine, given: list[Event], expected: dict[str, byhand.Member]) -> None:
    """Points, level, badge step, streak and quest of every member are the same on both sides."""
    states = engine.fold_many(given)
    assert states.keys() == expected.keys()
    for name, state in states.items():
        view, own = engine.view(state), expected[name]
        quest, streak, badge = view.quests["quizzes"], view.streaks["study"], view.badges.get("tenth")
        found = (
            view.points["xp"].lifetime, view.level, badge.step if badge else None, streak.best, quest.done, quest.runs,
        )  # fmt: skip
        wanted = (
            own.xp, f"level {own.level}", str(own.tenths * 10) if own.tenths else None, own.best, own.done, own.runs,
        )  # fmt: skip
        assert found == wanted, (name, found, wanted)
