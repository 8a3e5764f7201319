"""Panels of real students at the end of every week: ours for all cut-offs at once, theirs a cut-off at a time.

The peers make those of our columns that a data frame says plainly; ours makes them all. The naive recompute is
the oracle of the tests, on the first students only, and every cell of it has to equal ours to the bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import Result, goal, interleaved, once, rate, ratio

if TYPE_CHECKING:
    from loyaltykit.churn import History, Panel
    from loyaltykit.churn.panel import Ints

WANTED = 15e6
QUICK = {"repeats": 1, "students": 5}
WEEK = 7
_MEASURED = """Events in the history over the time of `PanelBuilder.at`; the history is sorted when it is made. “Builder
made anew” adds what a builder computes once: calendar days and the roles of types."""


def run(*, data: str | None = None, repeats: int = 9, students: int = 20) -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the tables are not there."""
    from benchmarks.churn import frames
    from examples.oulad.history import builder, cutoffs, history

    found = history("BBB2013B", data)
    moments = cutoffs(found, "BBB2013B", step=WEEK)
    ready, polars, pandas = builder(found), frames.polars_frame(found), frames.pandas_frame(found)
    works = {
        "ours": lambda: ready.at(moments),
        "ours, builder made anew": lambda: builder(found).at(moments),
        "polars": lambda: frames.polars_columns(polars, moments),
        "pandas": lambda: frames.pandas_columns(pandas, moments),
    }
    seconds = interleaved({name: works[name] for name in ("ours", "ours, builder made anew")}, repeats)
    seconds |= interleaved({name: works[name] for name in ("polars", "pandas")}, max(repeats // 3, 1))
    panel = works["ours"]()
    shared = min(agree(panel, works[peer]()) for peer in ("polars", "pandas"))
    few = found.take(found.member < students)
    naive, cells = once(lambda: recompute(few, moments))
    speed = len(found) / seconds["ours"]
    lines = [_line(name, len(found), taken, len(found) / seconds["ours"]) for name, taken in seconds.items()]
    setting = (
        f"OULAD BBB2013B: {len(found):,} events of {len(found.members):,} students, {len(moments)} weekly cut-offs, "
    )
    setting += f"{len(panel):,} rows of {len(panel.features)} features; one thread."
    same = f"{cells:,} cells of the naive recompute equal ours to the bit; {shared} columns of each peer agree."
    return Result(
        "Churn: panels of all weekly cut-offs",
        ("who", "events", "seconds", "events/s", "ours is faster by"),
        (*lines, _line(f"naive recompute, {students} students", len(few), naive, speed)),
        (setting, _MEASURED, same),
        (goal("events/s, all weekly cut-offs at once", speed, WANTED),),
    )


def _line(who: str, events: int, seconds: float, ours: float) -> tuple[str, ...]:
    return who, f"{events:,}", f"{seconds:.3g}", rate(events / seconds), ratio(ours * seconds / events)


def recompute(few: History, moments: Ints) -> int:
    """How many cells the oracle and the library agree on. Raises AssertionError where they do not."""
    from examples.oulad.history import builder
    from tests.churn.naive_panel import naive_panel

    ready = builder(few)
    names = [few.members[one] for one in few.member], [few.types[one] for one in few.type]
    events = list(zip(*names, few.at.tolist(), few.known_at.tolist(), few.value.tolist(), strict=True))
    rows = naive_panel(events, few.members, moments.tolist(), ready.roles)
    panel = ready.at(moments)
    assert [(panel.members[m], c) for m, c in zip(panel.member, panel.cutoff.tolist(), strict=True)] == [
        row[:2] for row in rows
    ]
    wanted = np.array([[values[name] for name in panel.columns] for _, _, values in rows])
    assert np.array_equal(wanted, panel.X, equal_nan=True)
    return int(wanted.size)


def agree(panel: Panel, theirs: Any) -> int:
    """How many columns of a peer, a table by (cutoff, member), are ours. Raises AssertionError where one is not."""
    places = np.lexsort((panel.member, panel.cutoff))
    some = ~np.isnan(panel.column("recency")[places])
    places = places[some]
    names = [name for name in theirs.columns if name in panel.columns]
    for name in names:
        found = np.asarray(theirs[name].to_numpy(), dtype=np.float64)
        ours = panel.column(name)[places]
        same = np.isclose(found, ours, rtol=1e-12) | (np.isnan(found) & np.isnan(ours))
        assert same.all(), (name, found[~same][:5], ours[~same][:5])
    return len(names)
