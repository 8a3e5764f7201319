"""Two arms of an experiment, and the one thing that may be said of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.insight import words
from loyaltykit.insight.intervals import Interval, difference, quantile, relative_change

if TYPE_CHECKING:
    from collections.abc import Iterator

Direction = Literal["more", "less"]
Verdict = Literal["too-early", "mismatch", "harmful", "not-shown", "helps", "helps-target-not-shown", "target-met"]

MIN_MEMBERS = 30
"""Fewer in an arm, and nothing is said."""
MIN_EXPECTED = 5
"""Successes and failures that each arm should have if both were alike (Cochran's rule for a two by two table)."""
MISMATCH = 0.001
"""A sample ratio less likely than this is no chance (Fabijan et al. 2019, Diagnosing sample ratio mismatch, KDD)."""

HELPS = ("helps", "helps-target-not-shown", "target-met")
"""The verdicts that claim an effect in the right direction."""


@attrs.frozen(slots=True)
class Arm:
    """Members of one arm whose time is up, and how many of them succeeded. Raises ValueError for impossible counts."""

    n: int
    successes: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.successes <= self.n:
            raise ValueError(f"successes must lie between 0 and n: {self.successes} of {self.n}")

    @property
    def rate(self) -> float | None:
        """The share that succeeded; None for an empty arm."""
        return self.successes / self.n if self.n else None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"n": self.n, "successes": self.successes, "rate": self.rate}


@attrs.frozen(slots=True)
class Shortage:
    """What an arm lacks before anything may be said: `members`, `successes` or `failures`."""

    arm: Literal["treated", "control"]
    of: Literal["members", "successes", "failures"]
    have: float
    """Members, or the successes or failures expected if both arms were alike."""
    need: int


@attrs.frozen(slots=True, kw_only=True)
class Comparison:
    """Treated against control. `compare` makes it, with the rules of the verdict in its docstring."""

    treated: Arm
    control: Arm
    assigned: tuple[int, int]
    """Everybody in the treated and in the control arm, also those whose time is not up."""
    shares: tuple[float, float]
    """The design: which share should be treated, which withheld."""
    ratio_p: float
    """How likely a split at least as far from the design is by chance."""
    difference: Interval
    """Rate of the treated less rate of the control: 0.18 is 18 percentage points."""
    relative: Interval
    """The same as a share of the control's rate: 0.3 is 30% more."""
    direction: Direction
    target: float | None
    confidence: float
    shortages: tuple[Shortage, ...]
    verdict: Verdict

    @property
    def helps(self) -> bool:
        """Whether the verdict claims an effect in the right direction."""
        return self.verdict in HELPS

    def sentence(self, lang: str) -> str:
        """The verdict as one sentence."""
        return words.verdict(self, lang)

    def words(self, lang: str) -> str:
        """Counts, difference, verdict: three lines in English (`en`) or Russian (`ru`)."""
        return "\n".join((words.counts(self, lang), words.effect(self, lang), self.sentence(lang)))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "verdict": self.verdict,
            "treated": self.treated.to_dict(),
            "control": self.control.to_dict(),
            "difference": self.difference.to_dict(),
            "relative": self.relative.to_dict(),
            "direction": self.direction,
            "target": self.target,
            "confidence": self.confidence,
            "ratio": {"assigned": [*self.assigned], "shares": [*self.shares], "p": self.ratio_p},
            "shortages": [attrs.asdict(shortage) for shortage in self.shortages],
        }


def compare(
    treated: Arm,
    control: Arm,
    *,
    shares: tuple[float, float],
    target: float | None,
    direction: Direction,
    assigned: tuple[int, int] | None = None,
    confidence: float = 0.95,
) -> Comparison:
    """Compare the members who were treated with those who were withheld.

    Both arms hold mature members only: those whose time to succeed is up. `shares` is the design (0.9 and 0.1 for a
    holdout of 10%), `assigned` everybody who was put in an arm (the arms' n if not given). `target` is the relative
    change that was hoped for: above zero where `direction` is "more", below where it is "less", None where nobody
    said. The verdict is the first of these that holds:

    - `mismatch`: the split is further from the design than chance gives once in 1,000. Something sorted the members,
      and the arms cannot be compared.
    - `too-early`: an arm has fewer than 30 members, or fewer than 5 successes or failures to be expected if both
      were alike.
    - `harmful`: the whole interval of the difference lies on the wrong side of zero.
    - `not-shown`: it holds zero.
    - `target-met`: the near end of the relative change's interval has reached the target.
    - `helps-target-not-shown`: right side of zero, but not all of it beyond the target; `helps` where there is none.

    With nothing at work, one side of a 95% interval misses zero once in 40: that is how often this claims an effect
    which is not there, if it is asked once. Asked every day until it says yes, it will say yes more often.
    Raises ValueError for shares, targets, levels and counts that mean nothing.
    """
    _check(shares, target, direction)
    quantile(confidence)
    pair = (treated.successes, treated.n), (control.successes, control.n)
    effect, relative = (of(*pair, confidence=confidence) for of in (difference, relative_change))
    counted = assigned or (treated.n, control.n)
    if counted[0] < treated.n or counted[1] < control.n:
        raise ValueError(f"fewer were assigned than are counted: {counted}")
    ratio_p = sample_ratio(counted, shares)
    shortages = tuple(_shortages(treated, control))
    return Comparison(
        treated=treated,
        control=control,
        assigned=counted,
        shares=shares,
        ratio_p=ratio_p,
        difference=effect,
        relative=relative,
        direction=direction,
        target=target,
        confidence=confidence,
        shortages=shortages,
        verdict="mismatch"
        if ratio_p < MISMATCH
        else "too-early"
        if shortages
        else _judge(effect, relative, target, direction),
    )


def sample_ratio(counts: tuple[int, int], shares: tuple[float, float]) -> float:
    """The p-value of two counts under a designed split: chi-square with one degree of freedom.

    Where fewer than 5 are expected in an arm, the approximation cries wolf; there it is twice the smaller exact
    binomial tail. No members at all are no evidence: 1.
    """
    n = sum(counts)
    part = [share / sum(shares) for share in shares]
    if n == 0:
        return 1.0
    if min(part) * n < MIN_EXPECTED:
        rare = part.index(min(part))
        return _binomial_tails(counts[rare], n, part[rare])
    chi_square = sum((count - n * share) ** 2 / (n * share) for count, share in zip(counts, part, strict=True))
    return math.erfc(math.sqrt(chi_square / 2))


def _binomial_tails(k: int, n: int, share: float) -> float:
    """Twice the smaller tail of the binomial distribution at k, at most 1."""
    if k > n * share:
        tail = math.fsum(_binomial(i, n, share) for i in range(k, n + 1))
    else:
        tail = math.fsum(_binomial(i, n, share) for i in range(k + 1))
    return min(1.0, 2 * tail)


def _binomial(k: int, n: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(share) + (n - k) * math.log1p(-share))


def _check(shares: tuple[float, float], target: float | None, direction: Direction) -> None:
    if not all(0 < share < 1 for share in shares) or not math.isclose(sum(shares), 1, abs_tol=1e-9):
        raise ValueError(f"the shares of the arms lie between 0 and 1 and sum to 1: {shares}")
    if direction not in {"more", "less"}:
        raise ValueError(f"the direction is more or less: {direction}")
    if target is not None and not (0 < target < math.inf if direction == "more" else -1 <= target < 0):
        raise ValueError(f"a target of {direction} cannot be {target}")


def _shortages(treated: Arm, control: Arm) -> Iterator[Shortage]:
    """What is missing, arm by arm; an arm without enough members is not asked for more."""
    n = treated.n + control.n
    successes = treated.successes + control.successes
    named: tuple[tuple[Literal["treated", "control"], Arm], ...] = (("treated", treated), ("control", control))
    for name, arm in named:
        if arm.n < MIN_MEMBERS:
            yield Shortage(name, "members", arm.n, MIN_MEMBERS)
            continue
        if arm.n * successes / n < MIN_EXPECTED:
            yield Shortage(name, "successes", arm.n * successes / n, MIN_EXPECTED)
        if arm.n * (n - successes) / n < MIN_EXPECTED:
            yield Shortage(name, "failures", arm.n * (n - successes) / n, MIN_EXPECTED)


def _judge(effect: Interval, relative: Interval, target: float | None, direction: Direction) -> Verdict:
    sign = 1 if direction == "more" else -1
    near, far = sorted((sign * effect.low, sign * effect.high))
    if far < 0:
        return "harmful"
    if near <= 0:
        return "not-shown"
    if target is None:
        return "helps"
    end = relative.low if direction == "more" else relative.high
    return "target-met" if sign * end >= sign * target else "helps-target-not-shown"
