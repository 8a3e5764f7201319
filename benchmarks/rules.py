"""W1: stateless rules. 200,000 learning events against 10, 100 and 1,000 rules, with the ids of the rules that fire."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks import learning
from benchmarks.measure import Result, goal, interleaved, once, rate, ratio
from benchmarks.peers import PEERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.peers import Facts, Fired
    from loyaltykit.values import Event

    Work = Callable[[], Fired]
    Name = tuple[str, str]

EVENTS = 200_000
SIZES = (10, 100, 1_000)
GOALS = {10: 5.0, 100: 6.0, 1_000: 15.0}
REPEATS = 5
PATIENCE = 1.0
"""Seconds that a peer may take a run; a slower one gets fewer events."""
OURS = ("loyaltykit", "match_many")
DISPATCHED = "dispatched"
QUICK = {"events": 20_000, "repeats": 1}


def run(*, events: int = EVENTS, repeats: int = REPEATS) -> Result:
    """Measure everyone at each number of rules; all must find the same."""
    given = learning.events(events)
    facts = [{"kind": event.type, **event.data} for event in given]
    measured = {size: _at(size, given, facts, repeats) for size in SIZES}
    return _result(measured, events)


def _at(size: int, given: list[Event], facts: list[Facts], repeats: int) -> dict[Name, tuple[float, int]]:
    """Events a second and events used, by contestant."""
    rules = learning.rules(size)
    works: dict[Name, Work] = {}
    samples: dict[Name, int] = {}
    if ours := _ours(size, given):
        works[OURS], samples[OURS] = ours, len(given)
    for name, peer in PEERS.items():
        try:
            evaluate = peer(rules)
        except ImportError:
            continue
        samples[name] = sample = _sample(evaluate, facts)
        works[name] = partial(evaluate, facts[:sample])
    _check_agreement(works)
    seconds = interleaved(works, repeats)
    return {name: (samples[name] / seconds[name], samples[name]) for name in works}


def _ours(size: int, given: list[Event]) -> Work | None:
    from loyaltykit import Engine, Program

    engine = Engine(Program.from_dict(learning.document(size)))
    return lambda: engine.match_many(given)


def _sample(evaluate: Callable[[list[Facts]], Any], facts: list[Facts]) -> int:
    """As many events as fit into the patience, judged by a short first run."""
    evaluate(facts[:20])
    seconds, _ = once(lambda: evaluate(facts[:200]))
    return min(len(facts), max(200, int(200 * PATIENCE / seconds) // 100 * 100))


def _check_agreement(works: dict[Name, Work]) -> None:
    """Everyone finds the same rules, whatever order they are named in."""
    found = {name: [tuple(sorted(fired)) for fired in work()] for name, work in works.items()}
    longest = max(found.values(), key=len)
    for name, fired in found.items():
        assert fired == longest[: len(fired)], f"{name} finds other rules than the rest"


def _result(measured: dict[int, dict[Name, tuple[float, int]]], events: int) -> Result:
    names = sorted(measured[SIZES[0]], key=lambda name: (name != OURS, -measured[SIZES[-1]][name][0]))
    lines = []
    for name in names:
        cells = []
        for size in SIZES:
            speed, sample = measured[size][name]
            ours = measured[size].get(OURS)
            cells += [rate(speed) + ("*" if sample < events else ""), ratio(ours[0] / speed) if ours else "-"]
        lines.append((", ".join(name), *cells))
    columns = ("engine", *(cell for size in SIZES for cell in (f"{size:,} rules", "ours/this")))
    said = (
        f"{events:,} events; results of all checked equal; * a sample of the events. “dispatched”: an expert wrote the",
        "dispatch by event type around the peer by hand, so that it sees a fifth of the rules.",
    )
    return Result("W1, stateless rules", columns, tuple(lines), said, tuple(_goals(measured)))


def _goals(measured: dict[int, dict[Name, tuple[float, int]]]) -> Iterable[str]:
    if OURS not in measured[SIZES[0]]:
        return
    for size, wanted in GOALS.items():
        ours = measured[size][OURS][0]
        own = {name: speed for name, (speed, _) in measured[size].items() if name != OURS}
        for what, names in (
            ("fastest peer", [name for name in own if DISPATCHED not in name[1]]),
            ("fastest peer with dispatch by hand", list(own)),
        ):
            if names:
                best = max(names, key=own.__getitem__)
                yield goal(f"{size:,} rules, times the {what} ({best[0]})", ours / own[best], wanted)
    cost = measured[SIZES[0]][OURS][0] / measured[SIZES[-1]][OURS][0]
    yield goal("cost of 1,000 rules over that of 10", cost, 4.0, at_most=True)
