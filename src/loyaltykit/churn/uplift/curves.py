"""Qini and uplift curves, the best there could be, and the areas below them: equal to scikit-uplift's, in NumPy.

N. J. Radcliffe 2007, Direct Marketing Analytics Journal 3:14 (the Qini curve); F. Devriendt, T. Guns and W. Verbeke
2020, arXiv:2002.05897 (the uplift curve, and dividing by the best possible). Members are ranked by a score; at each
depth those treated and those withheld so far are compared. Of the many definitions in use these are the ones of
`sklift.metrics`, ties included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from loyaltykit.churn.uplift.counts import Counts, experiment, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats

Against = Literal["perfect", "effect"]
"""What an area is divided by, see `qini`."""


@attrs.frozen(slots=True, eq=False)
class Curve:
    """A curve from nobody to everybody. `rows` counts the members, treated and withheld, taken so far."""

    rows: Floats
    gain: Floats
    """How many more had the benefit than without treatment."""

    @property
    def area(self) -> float:
        """Between the curve and the straight line to its end: below zero for a ranking worse than chance."""
        return float(_area(self.rows, self.gain))


def qini_curve(benefit: npt.ArrayLike, treated: npt.ArrayLike, score: npt.ArrayLike) -> Curve:
    """The Qini curve: benefits among the treated less those of the withheld, scaled to as many members as were treated.

    `sklift.metrics.qini_curve`. Raises ValueError for rows that do not fit, values other than 0 and 1, and NaN.
    """
    return _ranked(_qini, benefit, treated, score)


def uplift_curve(benefit: npt.ArrayLike, treated: npt.ArrayLike, score: npt.ArrayLike) -> Curve:
    """The uplift curve: the difference of the two shares so far, times the members so far.

    `sklift.metrics.uplift_curve`. Raises ValueError for rows that do not fit, values other than 0 and 1, and NaN.
    """
    return _ranked(_uplift, benefit, treated, score)


def perfect_qini_curve(benefit: npt.ArrayLike, treated: npt.ArrayLike) -> Curve:
    """The Qini curve of who knows the outcome: treated with benefit first, withheld with benefit last."""
    return _curve(_qini, _best_qini(experiment(benefit, treated).counts().total()))


def perfect_uplift_curve(benefit: npt.ArrayLike, treated: npt.ArrayLike) -> Curve:
    """The uplift curve of who knows the outcome, in scikit-uplift's order of the four kinds of rows."""
    return _curve(_uplift, _best_uplift(experiment(benefit, treated).counts().total()))


def qini(
    benefit: npt.ArrayLike, treated: npt.ArrayLike, score: npt.ArrayLike, *, against: Against = "perfect"
) -> float | None:
    """The Qini coefficient: 0 for chance, below it for worse.

    The area between the Qini curve and the straight line to its end, divided by

    - ``perfect``: the same area of `perfect_qini_curve` (`sklift.metrics.qini_auc_score`); 1 is the best possible;
    - ``effect``: rows times the size of the whole effect, so that the axes of the curve are shares of members and of
      the effect. It is what is gained over chance, on average over all depths, as a share of treating everybody.

    None where it is not defined: nobody in an arm, or nothing to divide by. Raises ValueError as `qini_curve`.
    """
    return _number(qinis(steps(experiment(benefit, treated), score), against=against))


def auuc(benefit: npt.ArrayLike, treated: npt.ArrayLike, score: npt.ArrayLike) -> float | None:
    """The area under the uplift curve over chance, as a share of the best (`sklift.metrics.uplift_auc_score`).

    None where it is not defined, see `qini`. Raises ValueError as `qini_curve`.
    """
    return _number(auucs(steps(experiment(benefit, treated), score)))


def uplift_at(benefit: npt.ArrayLike, treated: npt.ArrayLike, score: npt.ArrayLike, share: float = 0.3) -> float | None:
    """The effect among the best-ranked `share` of the members: the share with benefit, treated less withheld.

    Members who tie at the border count by the part of them that fits, so that their order does not matter; without ties
    it is `sklift.metrics.uplift_at_k` with ``strategy="overall"``. None where one arm has nobody up there. Raises
    ValueError as `qini_curve`, and for a share outside (0, 1].
    """
    return _number(uplifts_at(steps(experiment(benefit, treated), score), share))


def qinis(so_far: Counts, *, against: Against = "perfect") -> Floats:
    """`qini` from the counts up to each step, one for each draw of a bootstrap. NaN where it is not defined."""
    found, everybody = _area(*_points(_qini, so_far)), last(so_far)
    if against == "effect":
        below = np.abs(everybody.rows * _qini(everybody))[..., 0]
    elif against == "perfect":
        below = _area(*_points(_qini, _best_qini(everybody)))
    else:
        raise ValueError(f"a Qini coefficient is against “perfect” or “effect”: {against}")
    return _ratio(found, below, everybody)


def auucs(so_far: Counts) -> Floats:
    """`auuc` from the counts up to each step, one for each draw. NaN where it is not defined."""
    everybody = last(so_far)
    return _ratio(_area(*_points(_uplift, so_far)), _area(*_points(_uplift, _best_uplift(everybody))), everybody)


def uplifts_at(so_far: Counts, share: float) -> Floats:
    """`uplift_at` from the counts up to each step, one for each draw. NaN where it is not defined."""
    if not 0 < share <= 1:
        raise ValueError(f"a share lies between 0 and 1: {share}")
    top = _cut(so_far, np.floor(last(so_far).rows * share))
    with np.errstate(invalid="ignore", divide="ignore"):  # nobody of an arm: NaN says so
        return (top.treated_benefit / top.treated - top.control_benefit / top.control)[..., 0]


def last(so_far: Counts) -> Counts:
    """Everybody, as a single step; zeros where there is nobody."""
    if so_far.treated.shape[-1]:
        return so_far.at(np.array([-1]))
    return so_far.total()


def _cut(so_far: Counts, wanted: Floats) -> Counts:
    """The counts of the first `wanted` rows, as a single step; of the step that is cut, the part that fits."""
    start = np.zeros_like(wanted)
    points = Counts(*(np.concatenate([start, one], axis=-1) for one in so_far))
    step = np.minimum((points.rows <= wanted).sum(axis=-1, keepdims=True), points.rows.shape[-1] - 1)
    after, before = (Counts(*(np.take_along_axis(one, at, axis=-1) for one in points)) for at in (step, step - 1))
    part = (wanted - before.rows) / np.maximum(after.rows - before.rows, 1)
    return Counts(*(low + (high - low) * part for low, high in zip(before, after, strict=True)))


def _qini(so_far: Counts) -> Floats:
    scale = np.divide(so_far.treated, so_far.control, out=np.zeros_like(so_far.treated), where=so_far.control > 0)
    return so_far.treated_benefit - so_far.control_benefit * scale


def _uplift(so_far: Counts) -> Floats:
    return (
        _share(so_far.treated_benefit, so_far.treated) - _share(so_far.control_benefit, so_far.control)
    ) * so_far.rows


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _best_qini(total: Counts) -> Counts:
    """Up to three steps: treated with benefit, everybody without, withheld with benefit."""
    zero = np.zeros_like(total.treated)
    first = Counts(total.treated_benefit, total.treated_benefit, zero, zero)
    middle = Counts(total.treated - total.treated_benefit, zero, total.control - total.control_benefit, zero)
    last = Counts(zero, zero, total.control_benefit, total.control_benefit)
    return _stacked(first, middle, last)


def _best_uplift(total: Counts) -> Counts:
    """scikit-uplift's order: treated with benefit, withheld without, then the larger of the two other groups.

    In its words the score is ``2 * (y == t) + (y if many withheld have the benefit else t)``.
    """
    zero = np.zeros_like(total.treated)
    responders = Counts(total.treated_benefit, total.treated_benefit, zero, zero)
    quiet = Counts(zero, zero, total.control - total.control_benefit, zero)
    lost = Counts(zero, zero, total.control_benefit, total.control_benefit)
    idle = Counts(total.treated - total.treated_benefit, zero, zero, zero)
    swap = lost.control > idle.treated
    third = Counts(*(np.where(swap, one, other) for one, other in zip(lost, idle, strict=True)))
    fourth = Counts(*(np.where(swap, one, other) for one, other in zip(idle, lost, strict=True)))
    return _stacked(responders, quiet, third, fourth)


def _stacked(*parts: Counts) -> Counts:
    return Counts(*(np.concatenate(one, axis=-1) for one in zip(*parts, strict=True))).summed()


def _points(curve: Callable[[Counts], Floats], so_far: Counts) -> tuple[Floats, Floats]:
    """Rows and gain at each step, with nobody before the first."""
    start = np.zeros((*so_far.treated.shape[:-1], 1))
    return np.concatenate([start, so_far.rows], axis=-1), np.concatenate([start, curve(so_far)], axis=-1)


def _area(rows: Floats, gain: Floats) -> Floats:
    below = ((rows[..., 1:] - rows[..., :-1]) * (gain[..., 1:] + gain[..., :-1])).sum(axis=-1) / 2
    found: Floats = below - rows[..., -1] * gain[..., -1] / 2
    return found


def _ratio(area: Floats, below: Floats, everybody: Counts) -> Floats:
    defined = (everybody.treated[..., 0] > 0) & (everybody.control[..., 0] > 0) & (np.abs(below) > 0)
    return np.divide(area, below, out=np.full_like(area, np.nan), where=defined)


def _number(found: Floats) -> float | None:
    return None if np.isnan(found) else float(found)


def _ranked(
    curve: Callable[[Counts], Floats], benefit: npt.ArrayLike, treated: npt.ArrayLike, score: npt.ArrayLike
) -> Curve:
    return _curve(curve, steps(experiment(benefit, treated), score))


def _curve(curve: Callable[[Counts], Floats], so_far: Counts) -> Curve:
    rows, gain = _points(curve, so_far)
    taken = np.append(True, np.diff(rows) > 0)
    return Curve(rows[taken], gain[taken])
