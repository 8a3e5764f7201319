"""When a log says nothing of another policy: too little, nothing alike, or probabilities that cannot be right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.insight import words
from loyaltykit.insight.intervals import Interval, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from loyaltykit.insight.policy_log import LoggedChoice

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

MIN_EFFECTIVE = 100
"""With fewer choices, weighed by what they tell of the policy, there is no answer."""
MIN_SUPPORT = 10
"""An option that the policy would give to MIN_SHARE must have been chosen as often."""
MIN_SHARE = 0.02
MIN_CASES = 10
"""So many choices must have brought something, and so many nothing, weighed as above."""
ALARM = 0.9999
"""The confidence with which the logged probabilities are called wrong."""

_ABSENT = 0.01
_SMALL = 1e-9


@attrs.frozen(slots=True)
class Refusal:
    """Why nothing can be said: a code and its figures."""

    code: str
    """`none`, `not-drawn`, `propensities`, `support`, `members`, `few`, `cases`."""
    details: Mapping[str, Any] = attrs.field(factory=dict)

    def words(self, lang: str) -> str:
        """One sentence."""
        details = {
            name: words.number(value, lang) if isinstance(value, float) else value
            for name, value in self.details.items()
        }
        return words.say(f"policies/{self.code}", lang, **details)


def refusal_of(
    log: Sequence[LoggedChoice],
    wanted: Sequence[Mapping[str, float]],
    w: Numbers,
    *,
    members: int,
    effective: float,
    weight: Interval,
) -> Refusal | None:
    """The first reason to say nothing of a policy, from its weights and what was counted of them."""
    strange = _strange(log)
    if strange is not None:
        return Refusal("propensities", {"option": strange})
    lacking = _lacking(log, wanted)
    if lacking is not None:
        return lacking
    if members < MIN_EFFECTIVE or effective < MIN_EFFECTIVE:
        code, have = ("members", members) if members < MIN_EFFECTIVE else ("few", effective)
        return Refusal(code, {"have": have, "need": MIN_EFFECTIVE})
    if not weight.low - _SMALL <= 1 <= weight.high + _SMALL:
        return Refusal("weights", {"mean": weight.value})
    for name, part in (("something", _effective(w, log, 1)), ("nothing", _effective(w, log, 0))):
        if part < MIN_CASES:
            return Refusal(f"cases-{name}", {"have": part, "need": MIN_CASES})
    return None


def _effective(w: Numbers, log: Sequence[LoggedChoice], side: int) -> float:
    """How many equally weighed choices brought something (1), or nothing (0)."""
    import numpy as np

    part = w * np.array([row.reward if side else 1 - row.reward for row in log])
    squares = float((part**2).sum())
    return float(part.sum()) ** 2 / squares if squares else 0.0


def _strange(log: Sequence[LoggedChoice]) -> str | None:
    """An option that was not chosen as often as its logged probabilities say, at 99.99% for all options together.

    Where the probability of every option was logged, choices less probabilities are sums with a known variance; where
    only that of the chosen one was, one over it must sum to the number of rows that had the option.
    """
    names = sorted({option for row in log for option in row.options})
    limit = quantile(1 - (1 - ALARM) / max(1, len(names)))
    for row in log:
        if row.propensities is not None and abs(row.propensities.get(row.option, 0.0) - row.propensity) > _ABSENT:
            return row.option
    for name in names:
        found, spread = _excess(log, name)
        if abs(found) > limit * spread + _SMALL * len(log):
            return name
    return None


def _excess(log: Sequence[LoggedChoice], name: str) -> tuple[float, float]:
    """How much oftener an option was chosen than its probabilities say, and the standard deviation of that."""
    known = [row for row in log if row.propensities is not None and name in row.propensities]
    if len(known) == len(log) or known:
        shares = [float((row.propensities or {})[name]) for row in known]
        found = sum(row.option == name for row in known) - math.fsum(shares)
        return found, math.sqrt(math.fsum(share * (1 - share) for share in shares))
    own = [1 / row.propensity for row in log if row.option == name]
    there = sum(name in row.options for row in log)
    if len(own) < 3 * MIN_SUPPORT:
        return 0.0, 0.0
    mean = math.fsum(own) / there
    squares = math.fsum((one - mean) ** 2 for one in own) + (there - len(own)) * mean**2
    return math.fsum(own) - there, math.sqrt(squares)


def _lacking(log: Sequence[LoggedChoice], wanted: Sequence[Mapping[str, float]]) -> Refusal | None:
    """What the policy would give to whom it was never given, or an option that was hardly ever given."""
    shares: dict[str, float] = {}
    absent: dict[str, float] = {}
    times: dict[str, int] = {}
    for row, weights in zip(log, wanted, strict=True):
        times[row.option] = times.get(row.option, 0) + 1
        for option, weight in weights.items():
            shares[option] = shares.get(option, 0.0) + weight / len(log)
            if row.propensities is not None and not row.propensities.get(option, 0.0) > 0:
                absent[option] = absent.get(option, 0.0) + weight / len(log)
    for option in sorted(shares, key=lambda one: (-shares[one], one)):
        if absent.get(option, 0.0) > _ABSENT:
            return Refusal("support", {"option": option, "share": 100 * absent[option]})
        if shares[option] > MIN_SHARE and times.get(option, 0) < MIN_SUPPORT:
            details = {"option": option, "share": 100 * shares[option], "times": times.get(option, 0)}
            return Refusal("hardly", details)
    return None
