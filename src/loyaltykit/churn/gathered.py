"""Reasons that say the same thing in other numbers, told once.

A model spreads one cause over all columns that move with it: a week of silence is in `recency`, in `events_7`, in
`streak`. A curator wants to hear of it once, by the column that says it best, with the weight of all of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.churn.panel import Panel
    from loyaltykit.churn.protocol import ChurnModel, Reason, Reasons

CAUSES = (
    (
        *("recency", "silence_ratio", "p_alive", "peers_7", "active_days_7", "events_7", "effort_7", "weeks", "streak"),
        "cadence",
    ),
    ("trend", "active_days_14", "active_days_28", "peers_28", "events_14", "events_28", "effort_28", "kinds_28"),
    ("gap_max", "gap_last"),
    ("age", "active_days", "repeats", "last"),
    ("progress", "progress_28"),
    ("missed_28", "missed", "late", "handed_in_share", "missed_ago", "handed_in_28", "handed_in_ago", "handed_in"),
    ("due_in", "due_28"),
    ("score_last", "score_mean"),
    ("points", "tier"),
)
"""The features that tell of one cause, those first that tell it best. Any other code is a cause of its own."""
_CAUSE = {code: (number, place) for number, codes in enumerate(CAUSES) for place, code in enumerate(codes)}
_SILENT = 2.0
"""Days of silence from which on a silence that raises the risk is told as such, whatever column weighs most in it."""
TOP = 3
"""Reasons that a person is told of a score."""
_WEIGHED = 12
"""The weightiest features that these are gathered from: the others hardly weigh, and each costs time."""
_AS_USUAL = 0.2
_TELLING = 0.05
"""A feature speaks for its cause when it weighs at least so much of what the weightiest one weighs."""


def reasons_of(model: ChurnModel, panel: Panel, top: int = TOP) -> Reasons:
    """Why a model scores each row as it does, in the words that a person is told: at most `top` reasons a row."""
    return tuple(gathered(reasons, top) for reasons in model.explain(panel, _WEIGHED))


def gathered(reasons: Iterable[Reason], top: int) -> tuple[Reason, ...]:
    """At most `top` reasons, the weightiest first: one a cause, its contribution that of all its features.

    `reasons` are all those of a member. A cause that comes to nothing is left out; so is one of which nothing is
    known, or that is as with everybody, unless there is no other: it tells a person nothing.
    """
    causes: dict[int | str, list[Reason]] = {}
    for reason in reasons:
        causes.setdefault(_CAUSE.get(reason.code, (reason.code,))[0], []).append(reason)
    told = [one for one in map(_told, causes.values()) if one.contribution]
    telling = [one for one in told if _tells(one)]
    return tuple(sorted(telling or told, key=lambda one: -abs(one.contribution))[:top])


def _tells(reason: Reason) -> bool:
    """Whether a person learns something: the value is known, and not what it is with most others."""
    usual = reason.facts.get("usual", math.nan)
    return not math.isnan(reason.value) and not abs(reason.value - usual) <= _AS_USUAL * abs(usual)


def _told(found: list[Reason]) -> Reason:
    """The reason that speaks for all of a cause."""
    whole = math.fsum(one.contribution for one in found)
    same = [one for one in found if one.contribution * whole > 0 and not math.isnan(one.value)] or found
    least = _TELLING * max(abs(one.contribution) for one in same)
    best = min((one for one in same if abs(one.contribution) >= least), key=_place)
    silent = whole > 0 and best.code in CAUSES[0] and best.facts.get("recency", 0.0) >= _SILENT
    if silent and best.code != "silence_ratio":
        facts = {name: value for name, value in best.facts.items() if name != "usual"}
        best = attrs.evolve(best, code="recency", value=best.facts["recency"], facts=facts)
    return attrs.evolve(best, contribution=whole)


def _place(reason: Reason) -> int:
    return _CAUSE.get(reason.code, (0, 0))[1]
