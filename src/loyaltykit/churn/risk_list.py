"""Members by risk: scores of one moment with bands, status and reasons in words, the riskiest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn.gathered import reasons_of
from loyaltykit.churn.protocol import STATUS
from loyaltykit.churn.scoring import ranks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import ChurnModel

PART = 50_000
"""Rows that are scored at once."""


@attrs.frozen(slots=True)
class Risk:
    """One member. The band is None for a score under all of them, and for a cold start."""

    member: str
    p: float
    status: str
    band: str | None
    reasons: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return attrs.asdict(self)


@attrs.frozen(slots=True)
class RiskList:
    """Members, the riskiest first, those of the same score by their place in the panel."""

    model: str
    at: dt.datetime | None
    """The cut-off; None where nobody was scored."""
    members: tuple[Risk, ...]

    def counts(self) -> dict[str, int]:
        """How many members there are of each status."""
        found = [risk.status for risk in self.members]
        return {status: found.count(status) for status in STATUS}

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        at = None if self.at is None else self.at.isoformat()
        return {"model": self.model, "at": at, "members": [risk.to_dict() for risk in self.members]}


def risk_list(
    model: ChurnModel,
    panel: Panel,
    *,
    bands: Mapping[str, float] | None = None,
    lang: str = "en",
    explained: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> RiskList:
    """Score everybody in a panel of one cut-off, some ten thousand rows at a time.

    `bands` have the least score of each by name; `explained` is how many of the riskiest get reasons, all if not given;
    `progress` hears (rows done, of how many).
    """
    p, status = _scores(model, panel, progress)
    order = np.lexsort((np.arange(len(p)), -p))
    shown = order if explained is None else order[:explained]
    reasons = [tuple(one.sentence(lang) for one in some) for some in _explained(model, panel, shown)]
    named = _bands(p, status, bands or {})
    moments = panel.moments()
    return RiskList(
        model.spec.id,
        moments[-1] if moments else None,
        tuple(
            Risk(
                panel.members[panel.member[row]],
                float(p[row]),
                STATUS[status[row]],
                named[row],
                reasons[place] if place < len(reasons) else (),
            )
            for place, row in enumerate(order.tolist())
        ),
    )


def _scores(
    model: ChurnModel, panel: Panel, progress: Callable[[int, int], object] | None
) -> tuple[Floats, npt.NDArray[np.int8]]:
    p, status = np.empty(len(panel)), np.empty(len(panel), dtype=np.int8)
    for start in range(0, len(panel), PART):
        end = min(start + PART, len(panel))
        found = model.score(panel.take(np.arange(start, end)))
        p[start:end], status[start:end] = found.p, found.status
        if progress is not None:
            progress(end, len(panel))
    return p, status


def _explained(model: ChurnModel, panel: Panel, rows: npt.NDArray[np.intp]) -> Iterator[Any]:
    for start in range(0, len(rows), PART):
        yield from reasons_of(model, panel.take(rows[start : start + PART]))


def _bands(p: Floats, status: npt.NDArray[np.int8], bands: Mapping[str, float]) -> list[str | None]:
    """The band of each score: the highest whose least score it reaches."""
    rising = sorted(bands.items(), key=lambda band: band[1])
    found = ranks(p, status, [least for _, least in rising]).tolist()
    return [rising[rank][0] if rank >= 0 else None for rank in found]
