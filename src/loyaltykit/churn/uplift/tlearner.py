"""The T-learner: one model of the treated, one of the withheld; what treatment changes is the difference.

S. R. Künzel, J. S. Sekhon, P. J. Bickel and B. Yu 2019, PNAS 116:4156, where it has its name. Any churn model will do
for the two; the error of a difference is that of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.protocol import COLD_START, FitReport, State

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.churn.uplift.holdouts import Direction, Status, UpliftPanel


@attrs.frozen(slots=True, eq=False)
class Uplift:
    """What treatment is expected to change for each row."""

    gain: Floats
    """In the probability of what is hoped for: churn avoided, visits won. Below zero: treatment would do harm."""
    treated: Floats
    """The probability of the outcome if treated."""
    control: Floats
    """The probability of the outcome if left alone."""
    status: npt.NDArray[np.int8]
    """The worse of the two models' status, as in `Scores`."""


@attrs.frozen(slots=True, kw_only=True)
class UpliftReport:
    """What came of fitting both models; None each when there was too little to learn from."""

    status: Status
    treated: FitReport | None = None
    control: FitReport | None = None


class TLearner:
    """Uplift by any churn model: `factory` makes a fresh one, with its options, each time it is called.

    The sign is that of what is hoped for. ``less`` of the outcome, as with churn: p(withheld) - p(treated), the churn
    avoided. ``more`` of it, as with visits: p(treated) - p(withheld). The data say which, see `UpliftPanel`.
    """

    def __init__(self, factory: Callable[[], ChurnModel]) -> None:
        self._factory = factory
        self._models: tuple[ChurnModel, ChurnModel] | None = None
        self._direction: Direction | None = None

    def fit(self, data: UpliftPanel) -> UpliftReport:
        """Learn from both arms. With too few in one nothing is learnt: the report says so, nothing is raised."""
        self._models, self._direction = None, data.direction
        if data.status != "ok":
            return UpliftReport(status=data.status)
        models = self._factory(), self._factory()
        reports = [
            model.fit(data.panel.take(arm)) for model, arm in zip(models, (data.treated, ~data.treated), strict=True)
        ]
        self._models = models
        return UpliftReport(status="ok", treated=reports[0], control=reports[1])

    def uplift(self, panel: Panel) -> Uplift:
        """What treatment would change. After fitting to too few: a gain of 0 for everybody, as a cold start.

        Raises ValueError before `fit`.
        """
        if self._direction is None:
            raise ValueError("the learner knows nothing yet: fit it first")
        if self._models is None:
            zero = np.zeros(len(panel))
            return Uplift(zero, zero, zero, np.full(len(panel), COLD_START, dtype=np.int8))
        treated, control = (model.score(panel) for model in self._models)
        gain = treated.p - control.p if self._direction == "more" else control.p - treated.p
        return Uplift(gain, treated.p, control.p, np.maximum(treated.status, control.status))

    def states(self) -> tuple[State, State]:
        """Both models as data, of the treated and of the withheld. Raises ValueError when nothing was learnt."""
        if self._models is None:
            raise ValueError("there is nothing to keep: the learner was not fitted, or to too few")
        return self._models[0].state(), self._models[1].state()

    @classmethod
    def of(cls, treated: ChurnModel, control: ChurnModel, direction: Direction) -> TLearner:
        """A learner of two models that were fitted before, such as those read back from `states`."""
        found = cls(type(treated))
        found._models, found._direction = (treated, control), direction
        return found
