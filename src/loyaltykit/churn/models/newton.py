"""The highest point of a smooth function of a few parameters in a box: Newton's method in a trust region.

The Hessian's eigenvalues are turned negative where they are not, so that a saddle or a ridge is climbed instead of
missed (Nocedal and Wright 2006, Numerical Optimization, chapters 3.4 and 4). A parameter that the function pushes
against the box stays at its edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.churn.panel import Floats

VAGUE = 3.0
"""A standard error of a logarithm, a factor of twenty, from which on a parameter counts as not told."""
_ROUNDING = 1e-14
"""What share of its value a function of sums may seem to rise or fall by rounding alone."""


@attrs.frozen(slots=True, eq=False)
class Peak:
    """Where the climb ended."""

    at: Floats
    value: float
    hessian: Floats
    converged: bool
    at_edge: tuple[int, ...]
    """The parameters that the function pushes against the box, by number."""
    rounds: int

    def vague(self, precision: float) -> tuple[int, ...]:
        """The parameters, taken as logarithms, that the function hardly tells, by number.

        Those at the edge, and those in directions whose standard error is above VAGUE when the normal prior of this
        precision, which the function has in it, is taken out again.
        """
        free = [place for place in range(len(self.at)) if place not in self.at_edge]
        found = set(self.at_edge)
        if free:
            known = -self.hessian[np.ix_(free, free)] - precision * np.eye(len(free))
            curvature, axes = np.linalg.eigh(known)
            for axis in axes.T[curvature < VAGUE**-2]:
                found |= {free[place] for place in np.flatnonzero(np.abs(axis) > 0.3).tolist()}
        return tuple(sorted(found))


def climb(
    function: Callable[[Floats], tuple[float, Floats, Floats]],
    start: Floats,
    low: Floats,
    high: Floats,
    *,
    tolerance: float = 1e-10,
    rounds: int = 200,
) -> Peak:
    """Climb until the height that a further step promises is below `tolerance`; never leaves the box.

    `function` takes parameters and gives the value, the gradient and the Hessian, all of them finite inside the box.
    """
    at = np.clip(start, low, high)
    value, gradient, hessian = function(at)
    radius = 2.0
    for done in range(rounds):
        free = ~(((at <= low) & (gradient <= 0)) | ((at >= high) & (gradient >= 0)))
        step, promise = _step(gradient, hessian, free, radius)
        noise = _ROUNDING * abs(value)
        if promise <= max(tolerance, noise):
            return Peak(at, value, hessian, True, tuple(np.flatnonzero(~free).tolist()), done)
        to = np.clip(at + step, low, high)
        there = function(to)
        gain = there[0] - value
        if gain >= -10 * noise:
            radius = min(8.0, 2 * radius) if gain > 0.75 * promise else radius
            at, (value, gradient, hessian) = to, there
        if not gain >= 0.25 * promise - 10 * noise:
            radius = 0.25 * float(np.abs(step).max())
            if radius < 1e-12:
                break
    edges = tuple(np.flatnonzero((at <= low) | (at >= high)).tolist())
    return Peak(at, value, hessian, False, edges, rounds)


def _step(
    gradient: Floats, hessian: Floats, free: np.ndarray[tuple[int], np.dtype[np.bool_]], radius: float
) -> tuple[Floats, float]:
    """The step of the free parameters, no part of it longer than the radius, and the height that it promises."""
    step = np.zeros(len(gradient))
    if not free.any():
        return step, 0.0
    some = gradient[free]
    matrix = hessian[free][:, free]
    curvature, axes = np.linalg.eigh(matrix)
    # a slope without any curvature is followed as far as the radius
    least = 1e-12 * max(1e-280, float(np.abs(curvature).max()), float(np.abs(some).max()))
    steepness = np.maximum(np.abs(curvature), least)
    move = axes @ ((axes.T @ some) / steepness)
    longest = float(np.abs(move).max())
    if longest > radius:
        move *= radius / longest
    step[free] = move
    return step, float(some @ move + 0.5 * move @ matrix @ move) if longest > radius else 0.5 * float(some @ move)
