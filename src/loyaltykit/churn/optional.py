"""What a churn model may do beyond the `ChurnModel` protocol; who wants it asks by `isinstance`.

`check_churn_model` of `loyaltykit.testing` holds a model that has `survival` or `update` to nearly all that is said
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import FitReport
    from loyaltykit.churn.uplift import Uplift


@runtime_checkable
class WithSurvival(Protocol):
    """A model that looks further ahead than one horizon."""

    def survival(self, panel: Panel, steps: int) -> Floats:
        """The probability of still being here in the 1st, 2nd, ... horizon from the cut-off, of shape (rows, steps).

        All lie in [0, 1], a row never rises, and the first is what `score` leaves of one: 1 - p. A model says itself
        what goes on meanwhile: in a hazard who churned once is gone, in a model of counts a member may be silent for a
        horizon and be there in the next. Raises ValueError before `fit`, for a model that was fitted without a horizon,
        and for fewer steps than one.
        """


@runtime_checkable
class WithUpdate(Protocol):
    """A model that learns on from what it knows, without the rows that it knows it from."""

    def update(self, panel: Panel) -> FitReport:
        """Learn from more labelled rows, as if `fit` had had them too, or nearly; the report is of these rows.

        A panel without rows changes nothing, and a model that was read back from its state can be updated as the one
        that was saved. Each row is given once: one that comes again counts again. `fit` forgets updates like all else.
        Raises ValueError before `fit`, for a panel of another horizon or label or without a feature that was learnt
        from, and for a state that has too little in it.
        """


@runtime_checkable
class WithUplift(Protocol):
    """A learner of what treatment changes, such as `TLearner` makes of any two churn models."""

    def uplift(self, panel: Panel) -> Uplift:
        """For each row the gain from treatment, in probability from -1 to 1, above zero where it does good.

        With it the probabilities with and without treatment, and a status as in `Scores`. Raises ValueError before
        `fit`.
        """
