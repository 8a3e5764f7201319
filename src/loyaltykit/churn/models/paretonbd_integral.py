"""The chance of having left in Pareto/NBD: one integral over when, by Gauss and Legendre's rule.

With A = alpha + t_x, B = beta + t_x, g = T - t_x and m = r + x, the odds that a member has left by T are

    Z = s integral over u from 0 to g of ((A + g) / (A + u))^m ((B + g) / (B + u))^s / (B + u)

which is what stands in the two 2F1 of Schmittlein, Morrison and Colombo 1987 (Management Science 33), here without
their difference of near equals. In w with u = min(A, B) (e^w - 1) the integrand is analytic within pi of the real line,
so the rule's error falls exponentially. What is below e^-37 of the whole is left out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.panel import Floats, Ints

    _Columns = tuple[Floats, Floats, Floats, Floats, Floats]

_DIGITS = 37.0
_FEW, _FULL = 12, 32
"""Nodes of a gentle integral, and of each piece of another."""
_GENTLE = (2.0, 8.0)
"""Up to which length, and up to which fall of its logarithm, an integral is gentle."""
_LENGTH = 5.0
"""Of a piece, at most."""
_CELLS = 1 << 16
"""Rows times nodes at a time: what is between them stays in the processor's cache."""


@attrs.frozen(slots=True, eq=False)
class Nodes:
    """For some rows, each with its own nodes: when somebody may have left, and how likely that is."""

    rows: Ints
    near: Floats
    """Log(1 + u / A) and log(1 + u / B), each of shape (rows, nodes)."""
    far: Floats
    since: Floats
    """u, the time since t_x."""
    shares: Floats
    """What share of the integral lies at the node; a row's sum is 1."""
    log_first: Floats
    """The logarithm of the integral over its largest factor; minus infinity where g is 0."""
    log_odds: Floats
    """Log Z of each row."""


def log_odds(m: Floats, s: Floats | float, a: Floats, b: Floats, gap: Floats) -> Floats:
    """Log Z of each row."""
    found = np.empty(len(m))
    for nodes in pieces(m, s, a, b, gap):
        found[nodes.rows] = nodes.log_odds
    return found


def second_first(m: Floats | float, s: Floats, a: Floats, b: Floats, gap: Floats) -> Floats:
    """The chance that of two things the second happens, and first, within the gap: rates of Gamma(m, a), Gamma(s, b).

    It is Z over its largest factor, ((A + g) / A)^m ((B + g) / B)^s, which nothing is lost by here.
    """
    found = np.empty(len(s))
    for nodes in pieces(np.broadcast_to(m, s.shape), s, a, b, gap):
        found[nodes.rows] = np.exp(nodes.log_first)
    return np.minimum(found, 1.0)


def pieces(m: Floats, s: Floats | float, a: Floats, b: Floats, gap: Floats) -> Iterator[Nodes]:
    """The rows with their nodes, some at a time, those together that need as many nodes."""
    s = np.broadcast_to(s, m.shape)
    least = np.minimum(a, b)
    end = _end((m, s, a, b, gap), least)
    last = least * np.expm1(end)
    fall = m * np.log1p(last / a) + s * np.log1p(last / b)
    gentle = (end <= _GENTLE[0]) & (fall <= _GENTLE[1])
    need = np.where(gentle, 0, np.ceil(end / _LENGTH)).astype(np.int64)
    need[~gentle & (need == 0)] = 1
    for count in np.unique(need).tolist():
        rows = np.flatnonzero(need == count)
        at, weights = _rule(int(count))
        step = max(1, _CELLS // len(at))
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            yield _nodes(some, (m[some], s[some], a[some], b[some], gap[some]), (end[some], least[some]), (at, weights))


def _end(of: _Columns, least: Floats) -> Floats:
    """Where in w the integral may stop: at the gap, or where all that follows does not matter.

    The integrand falls as e^-v, v = m log(1 + u / A) + s log(1 + u / B), but where A is below B it first may rise with
    (A + u) / (B + u). v is convex in w: Newton's method comes down to the end and never passes it.
    """
    m, s, a, b, gap = of
    with np.errstate(over="ignore", divide="ignore"):
        rise = np.minimum(np.maximum(np.log(b / a), 0.0), _DIGITS / np.maximum(m - 1.0, 0.0))
        fall = _DIGITS + rise
        u = np.minimum(gap, np.minimum(a * np.expm1(fall / m), b * np.expm1(fall / s)))
    w = np.log1p(u / least)
    for _ in range(2):
        u = least * np.expm1(w)
        over = m * np.log1p(u / a) + s * np.log1p(u / b) - fall
        slope = (least + u) * (m / (a + u) + s / (b + u))
        w -= np.maximum(over, 0.0) / np.maximum(slope, 1e-300)
    return w


def _nodes(rows: Ints, of: _Columns, where: tuple[Floats, Floats], rule: tuple[Floats, Floats]) -> Nodes:
    m, s, a, b, gap = of
    end, least = where
    since = least[:, None] * np.expm1(end[:, None] * rule[0])
    near, far = np.log1p(since / a[:, None]), np.log1p(since / b[:, None])
    shares = np.exp(-m[:, None] * near - s[:, None] * far)
    shares *= rule[1] * ((least[:, None] + since) / (b[:, None] + since))
    total = shares.sum(axis=1)
    shares /= total[:, None]
    with np.errstate(divide="ignore"):  # log 0 is meant where nobody can have left
        whole = np.log(s * total) + np.log(end)
    largest = m * np.log1p(gap / a) + s * np.log1p(gap / b)
    return Nodes(rows, near, far, since, shares, whole, whole + largest)


@lru_cache(maxsize=256)
def _rule(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights on [0, 1] of so many pieces; 0 is the gentle one."""
    at, weights = np.polynomial.legendre.leggauss(_FULL if count else _FEW)
    pieces = max(count, 1)
    starts = np.arange(pieces)[:, None] / pieces
    return (starts + (at + 1.0) / (2 * pieces)).ravel(), np.tile(weights / (2 * pieces), pieces)
