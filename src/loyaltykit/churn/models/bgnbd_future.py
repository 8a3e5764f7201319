"""What customers of BG/NBD will do: the chance that they have left, and how many times they will come.

With m = r + x, s = t / (alpha + T), and p the chance of leaving after an activity, which after x of them is spread as
Beta(a, b + x), somebody who is still there comes in the next t

    integral over p of (1 - (1 + p s)^-m) / p

times on average. It is equation 10 of Fader, Hardie and Lee 2005 without their 2F1, by its integral (Abramowitz and
Stegun 1964, 15.3.1): nothing here is singular at a = 1, near z = 1 or for large counts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.models.beta_rule import beta_rule

if TYPE_CHECKING:
    from loyaltykit.churn.models.beta_rule import Rule
    from loyaltykit.churn.panel import Floats, Ints

_ROWS = 8192
"""Rows at a time: what is between them stays in the processor's cache."""
_DIRECT = 512
"""The same, where a row has its own nodes of the integral."""
_FARTHEST = 80.0
"""Log s from which on everything is as far ahead as it can be."""
_WIDEST = 200
"""Terms of a Chebyshev series; what needs more is computed row by row."""


def leaving_odds(parameters: Floats, x: Floats, last: Floats, age: Floats, first: int = 0) -> Floats:
    """The logarithm of the odds that the customer has left: minus infinity for one who cannot have."""
    r, alpha, a, b = parameters.tolist()
    after = x + first
    with np.errstate(divide="ignore"):  # log 0 is meant where nobody can have left
        share = np.log(np.where(after > 0, a / (np.maximum(after, 1.0) - 1.0 + b), 0.0))
    odds: Floats = (r + x) * np.log1p((age - last) / (alpha + last)) + share
    return odds


def comes(parameters: Floats, t: Floats, x: Floats, age: Floats, first: int = 0) -> Floats:
    """How many times a customer who is still there comes in the next t, which is above zero.

    For many rows by a Chebyshev series of the logarithm of it over log s for each count x: it is analytic within pi / 2
    of the real line, so some twenty terms have all digits (Trefethen 2013, Approximation Theory, theorem 8.2).
    """
    r, alpha = parameters[:2].tolist()
    counts, places = _distinct(x)
    logs = np.minimum(np.log(t) - np.log(alpha + age), _FARTHEST)
    low, high = float(logs.min()), float(logs.max())
    rule = beta_rule(parameters[2], parameters[3] + (counts + first), np.log1p((r + counts) * math.exp(high)))
    terms = _terms(high - low)
    if terms > _WIDEST or len(x) < 2 * terms * len(counts):
        return _row_by_row(rule, r + x, np.exp(logs), places)
    angles = (np.arange(terms) + 0.5) * (math.pi / terms)
    points = np.exp(0.5 * (low + high) + 0.5 * (high - low) * np.cos(angles))
    known = np.log([_integral(rule.p, rule.weights, rule.none, r + counts, np.full(len(counts), s)) for s in points])
    series = (2.0 / terms) * np.cos(np.outer(np.arange(terms), angles)) @ known
    series[0] *= 0.5
    return _along(series, places, (logs - 0.5 * (low + high)) * (2.0 / max(high - low, 1e-300)))


def comes_later(parameters: Floats, ahead: float, span: float, x: Floats, age: Floats, *, first: int = 0) -> Floats:
    """The chance that a customer who is still there comes at all in a span that begins `ahead` from now.

    They are there by then with e^(-rate p ahead), so with u = ahead / (alpha + T) and s = span / (alpha + T) it is

        integral over p of (1 + p u)^-m (1 - (1 + s / (1 + p u))^-m)
    """
    r, alpha, a, b = parameters.tolist()
    counts, places = _distinct(x)
    farthest = math.exp(_FARTHEST)
    u, s = (np.minimum(one / (alpha + age), farthest) for one in (ahead, span))
    rule = beta_rule(a, b + (counts + first), np.log1p((r + counts) * float(u.max())))
    found = np.empty(len(x))
    for start in range(0, len(x), _DIRECT):
        rows = slice(start, start + _DIRECT)
        place, m = places[rows], r + x[rows]
        p = np.concatenate((np.zeros((len(m), 1)), rule.p[place]), axis=1)
        weights = np.concatenate((rule.none[place][:, None], rule.weights[place] * p[:, 1:]), axis=1)
        longer = 1.0 + p * u[rows, None]
        chance = -np.expm1(-m[:, None] * np.log1p(s[rows, None] / longer))
        found[rows] = np.einsum("ij,ij->i", weights, np.exp(-m[:, None] * np.log(longer)) * chance)
    return np.clip(found, 0.0, 1.0)


def _distinct(x: Floats) -> tuple[Floats, Ints]:
    """The different counts, rising, and each row's place among them."""
    if x.max() > max(len(x), 1 << 16):
        values, found = np.unique(x, return_inverse=True)
        return values, found
    whole = x.astype(np.int64)
    there = np.bincount(whole) > 0
    return np.flatnonzero(there).astype(np.float64), (np.cumsum(there) - 1)[whole]


def _terms(width: float) -> int:
    """How many terms leave out less than 1e-15 of what is analytic within pi / 2 of an interval of this width."""
    if width <= 0:
        return 1
    reach = math.pi / width
    return 4 + math.ceil(35.0 / math.asinh(reach))


def _along(series: Floats, places: Ints, at: Floats) -> Floats:
    """The exponential of each row's Chebyshev series at its point of [-1, 1], by Clenshaw's recurrence."""
    found = np.empty(len(at))
    for start in range(0, len(at), _ROWS):
        rows = slice(start, start + _ROWS)
        place, point = places[rows], at[rows]
        twice = 2.0 * point
        later, latest = np.zeros(len(point)), np.zeros(len(point))
        for term in series[:0:-1]:
            np.subtract(twice * later, latest, out=latest)
            latest += term.take(place)
            later, latest = latest, later
        np.exp(series[0].take(place) + point * later - latest, out=found[rows])
    return found


def _row_by_row(rule: Rule, m: Floats, s: Floats, places: Ints) -> Floats:
    found = np.empty(len(m))
    for start in range(0, len(m), _DIRECT):
        rows = slice(start, start + _DIRECT)
        place = places[rows]
        found[rows] = _integral(rule.p[place], rule.weights[place], rule.none[place], m[rows], s[rows])
    return found


def _integral(p: Floats, weights: Floats, none: Floats, m: Floats, s: Floats) -> Floats:
    """The weighted sum of (1 - (1 + p s)^-m) / p over the nodes of each row, and m s at the node p = 0."""
    values = np.expm1(-m[:, None] * np.log1p(p * s[:, None]))
    found: Floats = none * (m * s) - np.einsum("ij,ij->i", values, weights)
    return found
