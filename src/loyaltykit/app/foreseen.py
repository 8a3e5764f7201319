"""What fitting a churn model and scoring members came to: values ready for JSON."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.churn import FitReport
    from loyaltykit.values import Rejected


@attrs.frozen(slots=True, kw_only=True)
class ChurnFit:
    """A churn model fitted to what was known at an instant, or why it was not."""

    model: str
    """Its id."""
    version: str
    at: dt.datetime
    rows: int
    """Members at weekly cut-offs whose horizon was over."""
    members: int
    churned: float
    """The share of the rows whose members left."""
    report: FitReport | None
    """None: there was too little to learn from, and nothing was kept."""
    sha256: str | None = None
    """Of the model as it is kept."""
    gain: bool = False
    """Whether enough is known of whom the program's campaign keeps: then scores come with `churn.gain`."""

    @property
    def fitted(self) -> bool:
        """Whether there was enough to learn from."""
        return self.report is not None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        report = None if self.report is None else attrs.asdict(self.report)
        return {**attrs.asdict(self, recurse=False), "at": self.at.isoformat(), "report": report}


@attrs.frozen(slots=True, kw_only=True)
class ChurnSummary:
    """What scoring members came to."""

    at: dt.datetime
    model: str
    version: str | None
    """None: there is no fitted model, and everybody is a cold start."""
    scored: int = 0
    recorded: int = 0
    """New scores: of them events were recorded."""
    unchanged: int = 0
    """Members whose score, band, status and gain are what was recorded last."""
    bands: Mapping[str, int] = attrs.field(factory=dict)
    """How many members are in each band."""
    statuses: Mapping[str, int] = attrs.field(factory=dict)
    refused: tuple[Rejected, ...] = ()
    """Events that could not be recorded, with their reasons."""
    entries: int = 0
    effects: int = 0
    """What the scores led to: ledger lines and effects."""
    fit: ChurnFit | None = None
    """The fit that was made before, where one was due."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        plain = {**attrs.asdict(self, recurse=False), "at": self.at.isoformat()}
        plain["refused"] = [{"event": one.event, "code": one.code, "reason": one.reason} for one in self.refused]
        return {**plain, "fit": None if self.fit is None else self.fit.to_dict()}
