"""What works for whom: from logged choices, each option's mean reward in each segment, with an honest interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.insight import words
from loyaltykit.insight.intervals import Interval, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_EFFECTIVE = 30
"""With fewer choices, weighed by what they tell, an option's figure is marked as too few."""


class ChoiceRow(NamedTuple):
    """One logged choice: whose segment, what was chosen, with which probability, and what came of it."""

    segment: str
    option: str
    propensity: float
    """The probability that the policy gave to this option then: in (0, 1]."""
    reward: float
    """What the choice brought, from 0 (nothing) to 1 (all that was hoped for)."""


@attrs.frozen(slots=True, kw_only=True)
class Share:
    """One option in one segment."""

    option: str
    n: int
    """How often it was chosen."""
    effective: float
    """How many equally likely choices would tell as much: Kish's (sum w)^2 / sum w^2, n where all are alike."""
    mean: Interval
    """The mean reward that the whole segment would bring with this option."""

    @property
    def few(self) -> bool:
        """Whether there is too little to read anything into it: fewer than 30 effective choices."""
        return self.effective < MIN_EFFECTIVE

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "option": self.option,
            "n": self.n,
            "effective": self.effective,
            "mean": self.mean.to_dict(),
            "few": self.few,
        }


@attrs.frozen(slots=True, kw_only=True)
class SegmentReport:
    """The options of one segment, those with the highest mean reward first."""

    segment: str
    """Empty: everybody."""
    shares: tuple[Share, ...]
    drawn: bool = True
    """Whether chance chose, so that whoever got one option is like whoever got another."""

    @property
    def best(self) -> str | None:
        """The option whose whole interval lies above every other's, all with enough choices; None where there is none.

        None, too, where chance did not choose: the difference may be one of students, not of options. It is stricter
        than a test of each pair, which leaves room for the several pairs that are looked at.
        """
        if not self.drawn or len(self.shares) < 2 or any(share.few for share in self.shares):
            return None
        first, *others = self.shares
        return first.option if all(first.mean.low > other.mean.high for other in others) else None

    def words(self, lang: str) -> str:
        """What was found, then a line an option."""
        best = self.best
        code = "offers/best" if best is not None else "offers/no-best" if self.drawn else "offers/not-drawn"
        finding = words.say(code, lang, option=best)
        choices = sum(share.n for share in self.shares)
        segment = self.segment or words.say("offers/everybody", lang)
        lines = [words.say("offers/head", lang, segment=segment, choices=choices, finding=finding)]
        return "\n".join([*lines, *(_line(share, lang) for share in self.shares)])

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"segment": self.segment, "best": self.best, "options": [share.to_dict() for share in self.shares]}


@attrs.frozen(slots=True)
class OfferReport:
    """What works for whom: a report a segment, by name."""

    segments: tuple[SegmentReport, ...]

    def words(self, lang: str) -> str:
        """Every segment in English (`en`) or Russian (`ru`)."""
        found = "\n".join(segment.words(lang) for segment in self.segments)
        return found or words.say("offers/none", lang)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"segments": [segment.to_dict() for segment in self.segments]}


def what_works(
    rows: Iterable[tuple[str, str, float, float]], *, confidence: float = 0.95, drawn: bool = True
) -> OfferReport:
    """Report each option's mean reward in each segment, from rows as `ChoiceRow` has them.

    A policy that learns shows an option mostly to those it seems to suit, so a plain mean flatters it. Each choice is
    weighed by one over its propensity, and the weights divide the sum: the self-normalised estimator (Hájek 1971;
    Swaminathan and Joachims 2015, NIPS). Its interval is Wilson's at Kish's effective sample size, which Franco,
    Little, Louis and Slud (2019, J. Survey Statistics and Methodology 7:334) recommend for weighed proportions; under
    a uniform policy it is Wilson's interval of the plain counts. For rewards between 0 and 1 it is on the wide side.

    `drawn` says whether chance chose; where a rule or the student did, the figures stand and no option is called best.
    Two things no weighing mends: the intervals take choices as independent, which those of a learning policy are
    only nearly (Hadad et al. 2021, PNAS 118), and a choice whose reward is not in yet must not be among the rows.
    Raises ValueError for a propensity outside (0, 1] or a reward outside [0, 1].
    """
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for segment, option, propensity, reward in rows:
        if not 0 < propensity <= 1 or not 0 <= reward <= 1:
            raise ValueError(f"a propensity lies in (0, 1] and a reward in [0, 1]: {propensity}, {reward}")
        found.setdefault((segment, option), []).append((1 / propensity, reward))
    segments: dict[str, list[Share]] = {}
    for (segment, option), weighed in sorted(found.items()):
        segments.setdefault(segment, []).append(_share(option, weighed, confidence))
    return OfferReport(
        tuple(SegmentReport(segment=name, shares=_ranked(shares), drawn=drawn) for name, shares in segments.items())
    )


def _ranked(shares: list[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda share: (-(share.mean.value or 0.0), share.option)))


def _share(option: str, weighed: list[tuple[float, float]], confidence: float) -> Share:
    """One option from its (weight, reward) pairs; `fsum` keeps the order of rows from mattering."""
    total = math.fsum(weight for weight, _ in weighed)
    mean = min(1.0, math.fsum(weight * reward for weight, reward in weighed) / total)
    effective = min(float(len(weighed)), total**2 / math.fsum(weight**2 for weight, _ in weighed))
    interval = wilson(mean * effective, effective, confidence=confidence)
    return Share(option=option, n=len(weighed), effective=effective, mean=interval)


def _line(share: Share, lang: str) -> str:
    return words.say(
        "offers/share",
        lang,
        option=share.option,
        mean=words.percent(share.mean.value or 0.0, lang),
        interval=words.interval(share.mean, lang),
        n=share.n,
        few=words.say("offers/few", lang) if share.few else "",
    )
