"""BG/BB: come or not at each of n occasions, until you leave (Fader, Hardie and Shang 2010, Marketing Science 29).

For what happens at set times, weekly lessons for instance: a member comes to an occasion with a chance of their own,
spread as Beta(alpha, beta), and leaves for good before one with a chance of their own, spread as Beta(gamma, delta).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.models.newton import climb
from loyaltykit.churn.protocol import FitReport

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Ints

NAMES = ("alpha", "beta", "gamma", "delta")
_EDGE = 18.0
_MOST = 1000
"""Occasions."""
_SUMS = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 1]], dtype=np.float64)
"""Of which parameters the five rising factorials are."""
_SIGNS = np.array([1.0, 1.0, -1.0, 1.0, -1.0])


class BGBB:
    """The BG/BB model of counts x, the last occasion t_x that somebody came to, and n occasions in all.

    `prior` is the standard deviation of a normal prior on the parameters' logarithms, with the centre 0; None: plain
    maximum likelihood. It is no churn model: panels know days, not occasions.
    """

    def __init__(self, prior: float | None = 3.0) -> None:
        if prior is not None and not 0 < prior < np.inf:
            raise ValueError(f"the prior's standard deviation is above zero, not {prior}")
        self.prior = prior
        self._logs: Floats | None = None

    @property
    def params_(self) -> dict[str, float]:
        """The parameters by name. Raises ValueError before `fit_counts`."""
        return dict(zip(NAMES, np.exp(self._known).tolist(), strict=True))

    @property
    def _known(self) -> Floats:
        if self._logs is None:
            raise ValueError("the model is not fitted yet")
        return self._logs

    def fit_counts(
        self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike, weights: npt.ArrayLike | None = None
    ) -> FitReport:
        """Learn from counts; `weights` count the members of each row.

        Raises ValueError unless 0 <= x <= t_x <= n <= 1000 and t_x is 0 just where x is, and for negative weights.
        """
        counts, last, all_ = _histories(x, t_x, n)
        weight = np.ones(len(counts)) if weights is None else np.asarray(weights, dtype=np.float64)
        if weight.shape != counts.shape or not ((weight >= 0) & (weight < np.inf)).all():
            raise ValueError("weights need one finite number a row, not negative")
        if not weight.any():
            self._logs = np.zeros(4)
            return FitReport(n=0, converged=False, degenerate=True, warnings=("there is no history at all",))
        precision = 0.0 if self.prior is None else self.prior**-2

        def height(logs: Floats) -> tuple[float, Floats, Floats]:
            value, gradient, hessian = _log_likelihood(logs, counts, last, all_)
            total = float(weight @ value) - 0.5 * precision * float(logs @ logs)
            curve = np.einsum("r,rij->ij", weight, hessian) - precision * np.eye(4)
            return total, weight @ gradient - precision * logs, curve

        peak = climb(height, np.zeros(4), np.full(4, -_EDGE), np.full(4, _EDGE))
        self._logs = peak.at
        vague = [NAMES[place] for place in peak.vague(precision)]
        return FitReport(
            n=len(counts),
            converged=peak.converged,
            degenerate=bool(vague),
            log_likelihood=peak.value + 0.5 * precision * float(peak.at @ peak.at),
            warnings=(f"the history hardly tells {', '.join(vague)}",) if vague else (),
        )

    def p_none(self, occasions: int, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
        """The probability of coming to none of the next `occasions`: L(x, t_x, n + occasions) / L(x, t_x, n)."""
        counts, last, all_ = _histories(x, t_x, n)
        _histories(counts, last, all_ + occasions)
        now, then = (_log_likelihood(self._known, counts, last, one)[0] for one in (all_, all_ + occasions))
        return np.exp(np.minimum(then - now, 0.0))

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
        """The probability of not having left by the last occasion."""
        counts, last, all_ = _histories(x, t_x, n)
        alpha, beta, gamma, delta = np.exp(self._known).tolist()
        tables = [_rising(c, int(all_.max()) + 1)[0] for c in (alpha, beta, alpha + beta, delta, gamma + delta)]
        there = tables[0][counts] + tables[1][all_ - counts] - tables[2][all_] + tables[3][all_] - tables[4][all_]
        found: Floats = np.exp(np.minimum(there - _log_likelihood(self._known, counts, last, all_)[0], 0.0))
        return found


def _histories(x: npt.ArrayLike, last: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Ints, Ints, Ints]:
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (x, last, n)))
    counts, latest, all_ = columns
    fits = (counts >= 0) & (counts <= latest) & (latest <= all_) & (all_ <= _MOST) & ((counts > 0) == (latest > 0))
    if not len(counts) or not fits.all() or any((one != np.rint(one)).any() for one in columns):
        raise ValueError(f"whole counts with 0 <= x <= t_x <= n <= {_MOST}, and t_x is 0 just where x is")
    whole = [one.astype(np.int64) for one in columns]
    return whole[0], whole[1], whole[2]


def _rising(c: float, most: int) -> tuple[Floats, Floats, Floats]:
    """Log (c)_k for k from 0 to `most`, and its derivatives by c."""
    steps = c + np.arange(most)
    found = [np.concatenate(([0.0], np.cumsum(one))) for one in (np.log(steps), 1 / steps, -1 / steps**2)]
    return found[0], found[1], found[2]


def _log_likelihood(logs: Floats, x: Ints, last: Ints, n: Ints) -> tuple[Floats, Floats, Floats]:
    """Of each row its log-likelihood, gradient and Hessian by the logarithms: equation 5 of the paper.

    A sum over when the member left: at the end not yet (place 0), or after occasion t_x, t_x + 1, ..., n - 1.
    """
    parameters = np.exp(logs)
    most = int(n.max()) + 1
    tables = [np.stack(_rising(float(c), most)) for c in _SUMS @ parameters]
    lived = np.arange(int((n - last).max()) + 1)[None, :] - 1 + last[:, None]
    lived[:, 0] = n
    left = np.ones(lived.shape)
    left[:, 0] = 0.0
    there = lived <= np.where(left > 0, n[:, None] - 1, n[:, None])
    lived = np.where(there, lived, n[:, None])
    came = np.broadcast_to(x[:, None], lived.shape)
    places = (came, lived - came, lived, lived, lived + left.astype(np.int64))
    terms = [table[:, place] for table, place in zip(tables, places, strict=True)]
    value = sum(sign * term[0] for sign, term in zip(_SIGNS, terms, strict=True)) + left * logs[2]
    value = np.where(there, value, -np.inf)
    highest = value.max(axis=1, keepdims=True)
    shares = np.exp(value - highest)
    total = shares.sum(axis=1, keepdims=True)
    shares /= total
    slopes = np.zeros((4, *lived.shape))
    curves = np.zeros((4, 4, *lived.shape))
    for sign, term, which in zip(_SIGNS, terms, _SUMS, strict=True):
        part = which * parameters
        slopes += sign * part[:, None, None] * term[1]
        curves += sign * np.einsum("i,j,rk->ijrk", part, part, term[2])
        curves += sign * np.einsum("ij,rk->ijrk", np.diag(part), term[1])
    slopes[2] += left
    gradient = np.einsum("irk,rk->ri", slopes, shares)
    hessian = np.einsum("ijrk,rk->rij", curves, shares) + np.einsum("irk,jrk,rk->rij", slopes, slopes, shares)
    hessian -= np.einsum("ri,rj->rij", gradient, gradient)
    return (highest + np.log(total))[:, 0], gradient, hessian
