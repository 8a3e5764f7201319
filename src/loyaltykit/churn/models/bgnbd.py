"""BG/NBD: come at your own rate, until you leave after one of your activities (Fader, Hardie and Lee 2005).

A member comes at random at a rate of their own, spread as Gamma(r, alpha) over members, and after each activity leaves
for good with a chance of their own, spread as Beta(a, b).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from loyaltykit.churn.models.bgnbd_future import comes, comes_later, leaving_odds
from loyaltykit.churn.models.bgnbd_likelihood import log_likelihood
from loyaltykit.churn.models.counts import OfCounts
from loyaltykit.churn.models.counts_fit import Family

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats

FAMILY = Family(
    names=("r", "alpha", "a", "b"), times=(1,), start=(-1.0, -1.0, 0.0, 1.0), first=0, log_likelihood=log_likelihood
)
"""It starts somewhat unlike one another, leaving after one activity in four: near what most published fits found."""


class BGNBD(OfCounts):
    """The BG/NBD model, as a churn model and by its own methods.

    `prior` is the standard deviation of a normal prior on log r, log(alpha / mean age), log a and log b, with the
    centre 0: with 3.0 each parameter lies within a factor of four hundred around 1 with probability .95, which decides
    only where the history does not. None: plain maximum likelihood. Raises ValueError for one that is not above zero.

    As a churn model it reads `repeats`, `last` and `age` in days, each row a history. `score` is `p_none` for the
    horizon; with `calibrate`, and where the panel has labels, made to come true for them by Platt's two numbers.
    """

    _id: ClassVar[str] = "bg-nbd"
    _family: ClassVar[Family] = FAMILY

    def _leaving_odds(self, x: Floats, last: Floats, age: Floats) -> Floats:
        """Fader, Hardie and Lee 2008, note 21."""
        return leaving_odds(self._parameters, x, last, age, self._family.first)

    def _nothing(self, ahead: npt.ArrayLike, x: Floats, age: Floats) -> Floats:
        """Nobody leaves without an activity: ((alpha + T) / (alpha + T + ahead))^(r + x)."""
        r, alpha = self._parameters[:2].tolist()
        found: Floats = -(r + x) * np.log1p(ahead / (alpha + age))
        return found

    def _comes(self, ahead: Floats, x: Floats, age: Floats) -> Floats:
        """Equation 10; for somebody new, equation 9."""
        return comes(self._parameters, ahead, x, age, self._family.first)

    def _comes_later(self, ahead: float, span: float, x: Floats, age: Floats) -> Floats:
        return comes_later(self._parameters, ahead, span, x, age, first=self._family.first)
