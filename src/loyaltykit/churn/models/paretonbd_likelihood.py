"""The likelihood of Pareto/NBD with its gradient and Hessian, over logarithms of the parameters.

Fader and Hardie 2005, "A Note on Deriving the Pareto/NBD Model and Related Expressions", equation 17, written as

    log L = log (r)_x - (r + x) log(1 + T / alpha) - x log alpha - s log(1 + T / beta) + log(1 + Z)

with the odds Z of having left, an integral over when that was. So derivatives of log Z are means over that time, and
its second derivatives means and covariances: no derivative of a hypergeometric function is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.models.bgnbd_likelihood import ages, sums
from loyaltykit.churn.models.paretonbd_integral import pieces

if TYPE_CHECKING:
    from loyaltykit.churn.models.bgnbd_likelihood import Histories
    from loyaltykit.churn.models.paretonbd_integral import Nodes
    from loyaltykit.churn.panel import Floats

    Parameters = tuple[float, float, float, float]


def log_likelihood(histories: Histories, logs: Floats) -> tuple[float, Floats, Floats]:
    """Value, gradient and Hessian by log r, log alpha, log s, log beta. All of the histories may have left."""
    r, alpha, s, beta = parameters = tuple(np.exp(logs).tolist())
    rows = len(histories.age)
    log_age, old, curve = sums(rows, lambda some: ages(histories, some, alpha)).reshape(3, 2).tolist()
    log_life, gone, bend = sums(rows, lambda some: ages(histories, some, beta)).reshape(3, 2)[:, 0].tolist()
    in_r, repeats = histories.comes(r), float(histories.totals[1])
    soft, first, hessian = _left(histories, parameters)
    value = in_r[0] - r * log_age[0] - log_age[1] - repeats * float(logs[1]) - s * log_life + soft
    by_r = in_r[1] - log_age[0]
    gradient = first + np.array([r * by_r, r * old[0] + old[1] - repeats, -s * log_life, s * gone])
    hessian[0, 0] += r * (by_r + r * in_r[2])
    hessian[1, 1] -= r * curve[0] + curve[1]
    hessian[2, 2] -= s * log_life
    hessian[3, 3] -= s * bend
    for one, other, mixed in ((0, 1, r * old[0]), (2, 3, s * gone)):
        hessian[one, other] += mixed
        hessian[other, one] += mixed
    return value, gradient, hessian


def _left(histories: Histories, parameters: Parameters) -> tuple[float, Floats, Floats]:
    """The sum of log(1 + Z) over the histories, its gradient and its Hessian."""
    r, alpha, s, beta = parameters
    value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
    m, a, b = r + histories.x, alpha + histories.last, beta + histories.last
    for nodes in pieces(m, s, a, b, histories.gap):
        z, weight = nodes.log_odds, histories.weights[nodes.rows, 0]
        e = np.exp(-np.abs(z))
        value += float(weight @ (np.log1p(e) + np.maximum(z, 0.0)))
        p = np.where(z > 0, 1.0, e) / (1.0 + e)
        weighted = weight * p
        each, mean, second = _slopes(nodes, (m, a, b, histories.gap), parameters)
        each -= mean[:, :, None]
        flat = each.reshape(4, -1)
        gradient += mean @ weighted
        hessian += (flat * (nodes.shares * weighted[:, None]).ravel()) @ flat.T
        hessian += (mean * (weighted * (1.0 - p))) @ mean.T
        hessian += _filled(second @ weighted)
    return value, gradient, hessian


def _slopes(nodes: Nodes, of: tuple[Floats, ...], parameters: Parameters) -> tuple[Floats, Floats, Floats]:
    """At each node the gradient of the integrand's logarithm, its mean by row, and means of six second derivatives.

    The gradient is r D, m v, 1 + s E and s w - c, with D = log((alpha + T) / (alpha + y)) at the time y of the node,
    v = alpha / (alpha + T) - alpha / (alpha + y), E and w the same of beta, and c = beta / (beta + y).
    """
    r, alpha, s, beta = parameters
    m, a, b, gap = (one[nodes.rows] for one in of)
    each = np.empty((4, *nodes.shares.shape))
    came, kept = alpha / (a[:, None] + nodes.since), beta / (b[:, None] + nodes.since)
    came_end, kept_end = alpha / (a + gap), beta / (b + gap)
    each[0] = r * (np.log1p(gap / a)[:, None] - nodes.near)
    each[1] = m[:, None] * (came_end[:, None] - came)
    each[2] = 1.0 + s * (np.log1p(gap / b)[:, None] - nodes.far)
    each[3] = s * kept_end[:, None] - (s + 1.0) * kept
    mean = np.einsum("irk,rk->ir", each, nodes.shares)
    of_came, of_kept, bend = (
        np.einsum("rk,rk->r", one, nodes.shares) for one in (came * (1.0 - came), kept, kept * (1.0 - kept))
    )
    second = (
        mean[0],
        r * mean[1] / m,
        m * (came_end * (1.0 - came_end) - of_came),
        mean[2] - 1.0,
        mean[3] + of_kept,
        s * kept_end * (1.0 - kept_end) - (s + 1.0) * bend,
    )
    return each, mean, np.stack(second)


def _filled(second: Floats) -> Floats:
    """The matrix of the six that are not zero."""
    hessian = np.zeros((4, 4))
    hessian[(0, 0, 1, 2, 2, 3), (0, 1, 1, 2, 3, 3)] = second
    hessian[1, 0], hessian[3, 2] = second[1], second[4]
    return hessian
