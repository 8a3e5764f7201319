"""What a churn model is: a protocol that the shipped models, and those of data scientists, satisfy."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import attrs
import numpy as np

from loyaltykit.churn.panel import features_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel

OK, COLD_START, OUT_OF_RANGE = 0, 1, 2
STATUS = ("ok", "cold-start", "out-of-range")
"""What a score is worth: by the model; a prior, for too little is known of the member; extrapolated."""


@attrs.frozen(slots=True, kw_only=True)
class Spec:
    """What a model is and reads: identity, features, what it predicts, and how much it must know of a member."""

    id: str
    version: str = "1"
    features: tuple[str, ...] = ()
    """The columns that it reads, by name. Empty before `fit` for a model that takes what the panel has."""
    horizon: dt.timedelta | None = None
    """How far it looks ahead. None: it was not fitted to a horizon."""
    label: str | None = None
    minimum: Mapping[str, float] = attrs.field(factory=dict)
    """By feature the least value with which a member is scored by the model: less, or NaN, is a cold start."""

    @property
    def features_hash(self) -> str:
        """SHA-256 of the features' names in their order."""
        return features_hash(self.features)


@attrs.frozen(slots=True, kw_only=True)
class FitReport:
    """What came of fitting. A model that did not converge, or is degenerate, says so; it never raises for hard data."""

    n: int
    converged: bool = True
    degenerate: bool = False
    """The likelihood is flat or has its best value at the edge: parameters mean little, scores may still do."""
    log_likelihood: float | None = None
    warnings: tuple[str, ...] = ()


@attrs.frozen(slots=True, eq=False)
class Scores:
    """One score a row. `p` lies in [0, 1], never NaN; `status` holds places in STATUS."""

    p: Floats
    status: npt.NDArray[np.int8]

    @property
    def words(self) -> list[str]:
        """The status of each row, in words."""
        return [STATUS[one] for one in self.status]


@attrs.frozen(slots=True)
class Reason:
    """Why a member's score is what it is: a code, its signed part in the score in log odds, and the value behind it."""

    code: str
    """A feature's name, or what the model calls it."""
    contribution: float
    """Above zero: it raises the risk."""
    value: float
    """NaN where it is not known."""
    facts: Mapping[str, float] = attrs.field(factory=dict)
    """Other values that the sentence needs."""

    def sentence(self, lang: str) -> str:
        """The reason as a sentence that a curator understands, in English (`en`) or Russian (`ru`)."""
        from loyaltykit.churn.words import sentence

        return sentence(self, lang)


Reasons = tuple[tuple[Reason, ...], ...]
"""For each row its reasons, the weightiest first."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class State:
    """A fitted model as data: a JSON object and named arrays. No pickle, nothing that runs when it is read."""

    id: str
    """The spec's id, by which the class is found again."""
    version: str
    meta: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]


@runtime_checkable
class ChurnModel(Protocol):
    """A model of who is leaving. `check_churn_model` of `loyaltykit.testing` holds one to all that is said here.

    It sees panels only, reads the columns of its spec by name, takes NaN and columns that are missing, and gives each
    row the same score whatever rows stand beside it and in whatever order. What a model may do beyond that is in
    `WithSurvival`, `WithUpdate` and `WithUplift`.
    """

    @property
    def spec(self) -> Spec:
        """What it is; after `fit` with the features, the horizon and the label that it was fitted to."""

    def fit(self, panel: Panel) -> FitReport:
        """Learn from a labelled panel; the same panel gives the same model. Fitting anew forgets."""

    def score(self, panel: Panel) -> Scores:
        """The probability of churn within the horizon. Raises ValueError before `fit`."""

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """At most `top` reasons a row."""

    def state(self) -> State:
        """The fitted model as data."""

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again; it scores the same to the bit."""


def cold(spec: Spec, panel: Panel) -> npt.NDArray[np.bool_]:
    """Which rows a model of this spec knows too little of."""
    found = np.zeros(len(panel), dtype=bool)
    for name, least in spec.minimum.items():
        found |= ~(panel.matrix([name])[:, 0] >= least)
    return found
