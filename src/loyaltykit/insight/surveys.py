"""What a survey came to: shares and scores with intervals, and nothing of cells so small that they name somebody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.insight.cells import LEAST, hidden_cells, hidden_rows, shown
from loyaltykit.insight.intervals import Interval, wilson
from loyaltykit.insight.scores import DETRACTOR, PROMOTER, Weighed, mean, net_promoters, share, worth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LEAST", "Answer", "GroupResult", "OptionResult", "SurveyResults", "of_options", "of_scale", "split"]

_SATISFIED = 7
"""Scales up to so many are asked about satisfaction: their two highest answers are those of the satisfied."""
_BANDS = ("detractors", "passives", "promoters")


class Answer(NamedTuple):
    """A member's last answer."""

    value: float
    option: str | None
    weight: float = 1.0


@attrs.frozen(slots=True, kw_only=True)
class OptionResult:
    """One option of a poll, or one answer of a scale."""

    option: str
    n: int | None
    """How many chose it; None where it is hidden: fewer than five did, or it would tell of a cell that is hidden."""
    share: Interval | None
    """Of all answers, weighed; the interval is Wilson's, for as many answers as the weights are worth (Kish)."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"option": self.option, "n": self.n, "share": _told(self.share)}


@attrs.frozen(slots=True, kw_only=True)
class GroupResult:
    """One group of those who answered, or one period of time. `results` is None where the group is hidden."""

    name: str
    n: int | None
    results: SurveyResults | None


@attrs.frozen(slots=True, kw_only=True)
class SurveyResults:
    """The results of one survey. `to_dict()` is ready for JSON."""

    survey: str
    n: int
    """How many members answered."""
    options: tuple[OptionResult, ...] = ()
    """Of a poll its options. Of a scale its numbers, or the three bands of the promoter score, or nothing: a number
    that is hidden could be worked out from the mean. Of a member the last answer counts."""
    mean: Interval | None = None
    """Of a scale: the mean of the answers; None under five, as all scores."""
    nps: Interval | None = None
    """Of a scale from 0 to 10: promoters (9, 10) less detractors (0 to 6), in per cent (Reichheld 2003); the
    interval is that of Rocks (2016)."""
    csat: Interval | None = None
    """Of a scale of up to seven answers: the share of the two highest, those of the satisfied."""
    effective: float = 0.0
    """As how many equal answers the weighed ones are worth (Kish)."""
    by: str | None = None
    """What `groups` are by: an attribute, ``level``, ``segment.ID``, ``tier.ID``, or the period of time."""
    groups: tuple[GroupResult, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        scores = {"mean": _told(self.mean), "nps": _told(self.nps), "csat": _told(self.csat)}
        found: dict[str, Any] = {
            "survey": self.survey,
            "n": self.n,
            "effective": round(self.effective, 3),
            "options": [one.to_dict() for one in self.options],
            **scores,
        }
        if self.by is not None:
            found["by"] = self.by
            found["groups"] = [
                {"name": one.name, "n": one.n, "results": None if one.results is None else one.results.to_dict()}
                for one in self.groups
            ]
        return found


def _told(interval: Interval | None) -> dict[str, float | None] | None:
    return None if interval is None else interval.to_dict()


def of_options(survey: str, options: Sequence[str], answers: Sequence[Answer]) -> SurveyResults:
    """The results of a poll, its options in their order. Answers that name none of them count nowhere."""
    valid = [one for one in answers if one.option in options]
    counts = {option: sum(1 for one in valid if one.option == option) for option in options}
    hidden, total = hidden_cells(counts), math.fsum(one.weight for one in valid)
    effective = worth([one.weight for one in valid])
    found = []
    for option in options:
        if option in hidden or not total:
            found.append(OptionResult(option=option, n=None if option in hidden else counts[option], share=None))
            continue
        part = math.fsum(one.weight for one in valid if one.option == option) / total
        interval = wilson(min(part * effective, effective), effective)
        found.append(OptionResult(option=option, n=counts[option], share=interval))
    return SurveyResults(survey=survey, n=len(valid), options=tuple(found), effective=effective)


def of_scale(survey: str, low: int, high: int, answers: Sequence[Answer]) -> SurveyResults:
    """The results of a scale. Answers outside it count nowhere."""
    valid = [one for one in answers if low <= one.value <= high]
    weighed = [Weighed(one.value, one.weight) for one in valid]
    effective = worth([one.weight for one in valid])
    if len(valid) < LEAST:
        return SurveyResults(survey=survey, n=len(valid), effective=effective)
    return SurveyResults(
        survey=survey,
        n=len(valid),
        options=_numbers(survey, low, high, valid),
        mean=mean(weighed, low, high),
        nps=net_promoters(weighed) if (low, high) == (0, 10) else None,
        csat=share(weighed, high - 1) if 2 < high - low + 1 <= _SATISFIED else None,
        effective=effective,
    )


def _numbers(survey: str, low: int, high: int, answers: Sequence[Answer]) -> tuple[OptionResult, ...]:
    """How often each number was said; the bands of the promoter score where that would show a small cell."""
    named = {"numbers": [(str(number), number, number) for number in range(low, high + 1)]}
    if (low, high) == (0, 10):
        ends = (low, DETRACTOR), (DETRACTOR + 1, PROMOTER - 1), (PROMOTER, high)
        named["bands"] = [(name, *both) for name, both in zip(_BANDS, ends, strict=True)]
    for cells in named.values():
        counts = {name: sum(1 for one in answers if first <= one.value <= last) for name, first, last in cells}
        if shown(counts, list(counts)):
            sorted_in = [
                one._replace(option=next((name for name, first, last in cells if first <= one.value <= last), None))
                for one in answers
            ]
            return of_options(survey, list(counts), sorted_in).options
    return ()


def split(
    whole: SurveyResults, by: str, groups: Mapping[str, Sequence[Answer]], *, scale: tuple[int, int] | None
) -> SurveyResults:
    """The same results with those of some groups beside them, in their order.

    Nothing that is hidden can be worked out from the whole and the other groups.
    """
    results = {name: _again(whole, scale, answers) for name, answers in groups.items()}
    names = None if scale is not None else [one.option for one in whole.options]
    rows = {name: _counts(names, answers) for name, answers in groups.items()}
    away, silent = hidden_rows(rows)
    found = []
    for name, one in results.items():
        if name in away:
            found.append(GroupResult(name=name, n=None, results=None))
            continue
        shown_of = attrs.evolve(one, options=()) if name in silent or scale is not None else one
        found.append(GroupResult(name=name, n=one.n, results=shown_of))
    return attrs.evolve(whole, by=by, groups=tuple(found))


def _counts(options: Sequence[str] | None, answers: Sequence[Answer]) -> dict[str, int]:
    """How many chose each option; of a scale how many answered: groups show its scores, and no numbers."""
    if options is None:
        return {"": len(answers)}
    return {option: sum(1 for one in answers if one.option == option) for option in options}


def _again(whole: SurveyResults, scale: tuple[int, int] | None, answers: Sequence[Answer]) -> SurveyResults:
    if scale is not None:
        return of_scale(whole.survey, *scale, answers)
    return of_options(whole.survey, [one.option for one in whole.options], answers)
