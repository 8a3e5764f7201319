"""What a survey came to: shares and means with intervals, and nothing of cells so small that they name somebody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.insight.intervals import Interval, quantile, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 5
"""A cell of fewer answers is hidden: who reads the results must not learn what one person said."""
_PROMOTER, _DETRACTOR = 9, 6


class Answer(NamedTuple):
    """A member's last answer."""

    value: float
    option: str | None
    weight: float = 1.0


@attrs.frozen(slots=True, kw_only=True)
class OptionResult:
    """One option of a poll."""

    option: str
    n: int | None
    """How many chose it; None where it is hidden: fewer than five did, or it would tell of a cell that is hidden."""
    share: Interval | None
    """Of all answers, weighed; the interval is Wilson's, for as many answers as the weights are worth (Kish)."""


@attrs.frozen(slots=True, kw_only=True)
class SurveyResults:
    """The results of one survey. `to_dict()` is ready for JSON."""

    survey: str
    n: int
    """How many members answered."""
    options: tuple[OptionResult, ...] = ()
    """Of a poll; a member who answered more than once counts with the last answer."""
    mean: Interval | None = None
    """Of a scale: the mean of the answers; None under five."""
    nps: Interval | None = None
    """Of a scale from 0 to 10: promoters (9, 10) less detractors (0 to 6), in per cent (Reichheld 2003)."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        told = {name: None if one is None else one.to_dict() for name, one in (("mean", self.mean), ("nps", self.nps))}
        options = [
            {"option": one.option, "n": one.n, "share": None if one.share is None else one.share.to_dict()}
            for one in self.options
        ]
        return {"survey": self.survey, "n": self.n, "options": options, **told}


def of_options(survey: str, options: Sequence[str], answers: Sequence[Answer]) -> SurveyResults:
    """The results of a poll, its options in their order. Answers that name none of them count nowhere."""
    valid = [one for one in answers if one.option in options]
    counts = {option: sum(1 for one in valid if one.option == option) for option in options}
    hidden = _hidden(counts)
    total = math.fsum(one.weight for one in valid)
    squares = math.fsum(one.weight**2 for one in valid)
    effective = total * total / squares if squares else 0.0
    found = []
    for option in options:
        if option in hidden or not total:
            found.append(OptionResult(option=option, n=None if option in hidden else counts[option], share=None))
            continue
        share = math.fsum(one.weight for one in valid if one.option == option) / total
        interval = wilson(min(share * effective, effective), effective)
        found.append(OptionResult(option=option, n=counts[option], share=interval))
    return SurveyResults(survey=survey, n=len(valid), options=tuple(found))


def of_scale(survey: str, low: int, high: int, answers: Sequence[Answer]) -> SurveyResults:
    """The results of a scale. Answers outside it count nowhere."""
    valid = [one for one in answers if low <= one.value <= high]
    if len(valid) < LEAST:
        return SurveyResults(survey=survey, n=len(valid))
    mean = _mean([one.value for one in valid], [one.weight for one in valid], low, high)
    nps = None
    if (low, high) == (0, 10):
        marks = [100.0 * ((one.value >= _PROMOTER) - (one.value <= _DETRACTOR)) for one in valid]
        nps = _mean(marks, [one.weight for one in valid], -100, 100)
    return SurveyResults(survey=survey, n=len(valid), mean=mean, nps=nps)


def _hidden(counts: dict[str, int]) -> set[str]:
    """Small cells; where only one is hidden, the next smallest as well, for the rest would tell what it is."""
    hidden = {option for option, n in counts.items() if 0 < n < LEAST}
    if len(hidden) == 1:
        rest = [option for option, n in counts.items() if n >= LEAST]
        if rest:
            hidden.add(min(rest, key=lambda option: counts[option]))
    return hidden


def _mean(values: Sequence[float], weights: Sequence[float], low: float, high: float) -> Interval | None:
    """A weighted mean with a normal interval on the effective number of answers (Kish 1965), within the scale."""
    total = math.fsum(weights)
    if not total:
        return None
    mean = math.fsum(w * v for w, v in zip(weights, values, strict=True)) / total
    effective = total * total / math.fsum(w * w for w in weights)
    variance = math.fsum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True)) / total
    if effective > 1:
        variance *= effective / (effective - 1)
    half = quantile(0.95) * math.sqrt(variance / effective)
    return Interval(mean, max(low, mean - half), min(high, mean + half))
