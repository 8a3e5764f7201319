"""What a campaign is expected to bring by treating a member: learned from whom chance withheld it.

Two models, one of the treated and one of the withheld, over what was known when each came into their arm
(`loyaltykit.churn.uplift`): what treatment changes in the risk, times what a member is worth, less what it costs.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.calendars import DAY
from loyaltykit.churn.panel_builder import PanelBuilder
from loyaltykit.churn.protocol import COLD_START
from loyaltykit.churn.uplift import TLearner, outcomes, uplift_panel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Panel
    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.churn.roles import Roles

WEEKS = 52
"""Exposures of so many weeks are learned from."""
_WEEK = 7 * DAY
_DIGITS = 3
LIKE = ("age", "recency", "active_days_28")
"""A gain is told of members who lie, in each of these features, among those who were exposed: of others nothing is
known, and the difference of two models that guess is no guess at all."""

Ranges = dict[str, tuple[float, float]]


@attrs.frozen(slots=True, kw_only=True)
class Exposed:
    """Who came into which arm of a campaign, and when: three columns, one entry an exposure."""

    member: Sequence[str]
    at: Sequence[int]
    treated: Sequence[bool]


@attrs.frozen(slots=True, kw_only=True)
class Learned:
    """The models of the treated and of the withheld, and of whom they know something."""

    treated: ChurnModel
    control: ChurnModel
    ranges: Ranges
    """By feature of LIKE the least and the most that the exposed had."""
    rows: int


def learn(
    make: Callable[[], ChurnModel],
    history: History,
    roles: Roles,
    exposed: Exposed,
    *,
    at: int,
    horizon: int,
    label: str,
) -> Learned | None:
    """What is known at an instant of the treated and of the withheld; None where too few exposures are a horizon old.

    Each member's features are those of the last whole week before their exposure, counted back from the instant.
    """
    if not len(exposed.member):
        return None
    span = dt.timedelta(microseconds=horizon)
    first = max(min(exposed.at) - _WEEK, at - WEEKS * _WEEK)
    moments = np.arange(at, first, -_WEEK, dtype=np.int64)
    panel = PanelBuilder(history, roles).at(moments, horizon=span, members=set(exposed.member))
    seen = history.of(roles.active(history.types) if label == "silence" else (label,))
    names = np.array(history.members, dtype=np.str_)[history.member[seen]]
    followed = outcomes(
        np.array(exposed.member, dtype=np.str_),
        np.array(exposed.at, dtype=np.int64),
        (names, history.at[seen]),
        within=span,
        as_of=at,
        silence=label == "silence",
    )
    arms = np.where(np.array(exposed.treated, dtype=bool), "treated", "withheld")
    data = uplift_panel(
        attrs.evolve(panel, label=label), member=exposed.member, instant=exposed.at, arm=arms, outcome=followed
    )
    if data.status != "ok":
        return None
    treated, control = make(), make()
    treated.fit(data.panel.take(data.treated))
    control.fit(data.panel.take(~data.treated))
    return Learned(treated=treated, control=control, ranges=_ranges(data.panel), rows=len(data))


def _ranges(panel: Panel) -> Ranges:
    known = {name: column[np.isfinite(column)] for name, column in ((name, panel.column(name)) for name in LIKE)}
    return {name: (float(one.min()), float(one.max())) for name, one in known.items() if len(one)}


def gains(known: Learned, panel: Panel, *, value: float, cost: float) -> list[float | None]:
    """What treating the member of each row is expected to bring; None for cold starts, and where nobody was alike.

    What treatment changes is rounded to three digits, as scores are.
    """
    found = TLearner.of(known.treated, known.control, "less").uplift(panel)
    told = found.status != COLD_START
    for name, (least, most) in known.ranges.items():
        column = panel.column(name)
        told &= (column >= least) & (column <= most)
    worth = np.round(np.round(found.gain, _DIGITS) * value - cost, 2)
    return [one if sure else None for one, sure in zip(worth.tolist(), told.tolist(), strict=True)]
