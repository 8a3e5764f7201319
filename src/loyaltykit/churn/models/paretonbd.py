"""Pareto/NBD: come at your own rate, until you leave at any time (Schmittlein, Morrison and Colombo 1987).

A member comes at random at a rate of their own, spread as Gamma(r, alpha) over members, and leaves for good at random
at another rate of their own, spread as Gamma(s, beta): the time that a member stays has a Pareto distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from loyaltykit.churn.models.counts import OfCounts
from loyaltykit.churn.models.counts_fit import Family
from loyaltykit.churn.models.paretonbd_integral import log_odds, second_first
from loyaltykit.churn.models.paretonbd_likelihood import log_likelihood

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats


_NEARLY = 1.0 - 2.0**-53
"""The largest number below one."""


class ParetoNBD(OfCounts):
    """The Pareto/NBD model, as a churn model and by its own methods.

    As BG/NBD, but a member may leave at any time, not just after an activity: who came once and is silent since may
    have left. It takes longer to fit. ("Counting Your Customers: Who Are They and What Will They Do Next?", Management
    Science 33.)

    `prior` is the standard deviation of a normal prior on log r, log(alpha / mean age), log s and log(beta / mean age),
    with the centre 0; None: plain maximum likelihood. Raises ValueError for one that is not above zero.

    As a churn model it reads `repeats`, `last` and `age` in days, each row a history. `score` is `p_none` for the
    horizon; with `calibrate`, and where the panel has labels, made to come true for them by Platt's two numbers.
    """

    _id: ClassVar[str] = "pareto-nbd"
    _family: ClassVar[Family] = Family(
        names=("r", "alpha", "s", "beta"),
        times=(1, 3),
        start=(-1.0, -1.0, -0.5, 0.0),
        first=1,
        log_likelihood=log_likelihood,
    )

    def _leaving_odds(self, x: Floats, last: Floats, age: Floats) -> Floats:
        """Fader and Hardie 2005, "A Note on Deriving the Pareto/NBD Model", part 5."""
        r, alpha, s, beta = self._parameters.tolist()
        return log_odds(r + x, s, alpha + last, beta + last, age - last)

    def _nothing(self, ahead: npt.ArrayLike, x: Floats, age: Floats) -> Floats:
        """All but coming before they leave."""
        r, alpha, s, beta = self._parameters.tolist()
        span = np.broadcast_to(np.asarray(ahead, dtype=np.float64), x.shape)
        comes = second_first(s, r + x, beta + age, alpha + age, span)
        return np.log1p(-np.minimum(comes, _NEARLY))

    def _comes(self, ahead: Floats, x: Floats, age: Floats) -> Floats:
        """Fader and Hardie 2005, part 6, without its singularity at s = 1."""
        r, alpha, s, beta = self._parameters.tolist()
        long, less = np.log1p(ahead / (beta + age)), s - 1.0
        stays = -np.expm1(-less * long) / less if less else long
        found: Floats = (r + x) * ((beta + age) / (alpha + age)) * stays
        return found

    def _comes_later(self, ahead: float, span: float, x: Floats, age: Floats) -> Floats:
        """Being there by then is the same as a larger beta, and has the chance that the integral leaves of one."""
        r, alpha, s, beta = self._parameters.tolist()
        there: Floats = np.exp(-s * np.log1p(ahead / (beta + age)))
        return there * second_first(s, r + x, beta + ahead + age, alpha + age, np.full(len(x), span))
