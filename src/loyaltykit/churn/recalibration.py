"""Platt's two numbers learnt on: what is known of them is a normal prior of what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.calibration import Platt, platt, platt_loss, platt_targets
from loyaltykit.churn.logistic import logistic

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Floats

_STEPS = 100
_ENOUGH = 1e-10


def platt_on(
    score: Floats, y: Floats, before: Platt, precision: Floats, *, ones: float, rows: float
) -> tuple[Platt, Floats]:
    """The numbers and how well they are known, of shape (2, 2), after more rows; of no rows what was known before.

    With a precision of zeros nothing was known, and it is `platt` of these rows. The targets are smoothed by the
    `rows` and `ones` of all labels, those before and these: by these alone many small updates would draw every
    probability to one half. The step is halved until the loss falls.
    """
    if not len(score):
        return before, precision
    if not precision.any():
        found = platt(score, y)
        return found, _curve(score, np.array([found.slope, found.intercept]))
    centre, target = np.array([before.slope, before.intercept]), platt_targets(y, ones, rows)
    at, loss = centre, platt_loss(score, target, centre)
    for _ in range(_STEPS):
        off = logistic(at[0] * score + at[1]) - target
        gradient = np.array([off @ score, off.sum()]) + precision @ (at - centre)
        if np.abs(gradient).max() < _ENOUGH * len(score):
            break
        step = np.linalg.lstsq(_curve(score, at) + precision, gradient, rcond=None)[0]
        share = 1.0
        while share > _ENOUGH and (after := _height(score, target, at - share * step, centre, precision)) > loss:
            share /= 2
        if share <= _ENOUGH:
            break
        at, loss = at - share * step, after
    return Platt(float(at[0]), float(at[1])), precision + _curve(score, at)


def _height(score: Floats, target: Floats, at: Floats, centre: Floats, precision: Floats) -> float:
    off = at - centre
    return platt_loss(score, target, at) + float(0.5 * off @ precision @ off)


def _curve(score: Floats, at: Floats) -> Floats:
    p = logistic(at[0] * score + at[1])
    w = p * (1.0 - p)
    mixed = w @ score
    return np.array([[w @ (score * score), mixed], [mixed, w.sum()]])
