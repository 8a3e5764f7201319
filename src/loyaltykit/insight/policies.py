"""What another policy would have brought: an answer from the log of the one that ran, or the reason why there is none.

Three estimates of the mean reward, from choices that were logged with their probabilities. With w the probability of
the logged option under the policy that is asked about, over the one that it was drawn with:

- IPS, the mean of w r (Horvitz and Thompson 1952): unbiased, and wide.
- SNIPS, the sum of w r over the sum of w (Swaminathan and Joachims 2015, NIPS): nearly unbiased, and narrower.
- DR, doubly robust (Dudik, Langford and Li 2011, ICML): a regression says what each option would bring, and w corrects
  it by what was seen. Right when the probabilities are, and the narrower the better the regression is. The regression
  of a member's rewards never saw that member: five folds of members (Chernozhukov and others 2018, Econometrics J.).

The intervals come from the influence function of each estimate, summed by member (Liang and Zeger 1986, Biometrika
73:13), for one student's choices are no independent ones. The folds' policies are taken as given: it is the value of
the policy as it would have learned from four fifths of this log, and then stood still.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.campaigns.policies.policy import drawn
from loyaltykit.insight import words
from loyaltykit.insight.intervals import Interval, quantile
from loyaltykit.insight.policy_log import FOLDS, LoggedChoice, check_log, fold_of
from loyaltykit.insight.policy_refusals import ALARM, Refusal, refusal_of
from loyaltykit.insight.policy_rewards import guesses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from loyaltykit.campaigns.policies import Memory, Policy

    Numbers = np.ndarray[Any, np.dtype[np.float64]]


_UNKNOWN = Interval(None, 0.0, math.inf)


@attrs.frozen(slots=True, kw_only=True)
class PolicyValue:
    """What a policy would have brought, beside what was brought."""

    policy: str
    n: int
    members: int
    logged: Interval
    """The mean reward of what was chosen."""
    effective: float = 0.0
    """How many choices of the policy's own would tell as much: Kish's (sum w)^2 / sum w^2 (1965)."""
    weight: Interval = _UNKNOWN
    """The mean of w, which is 1 where the logged probabilities are right (Lefortier and others 2016), at 99.99%."""
    ips: Interval | None = None
    snips: Interval | None = None
    dr: Interval | None = None
    gain: Interval | None = None
    """The doubly robust estimate less what was brought, choice by choice."""
    refusal: Refusal | None = None
    """Why there are no estimates."""

    @property
    def verdict(self) -> str:
        """`refused`, `better`, `worse` (the whole interval of the gain is on that side of zero) or `not-shown`."""
        if self.refusal is not None or self.gain is None:
            return "refused"
        return "better" if self.gain.low > 0 else "worse" if self.gain.high < 0 else "not-shown"

    def words(self, lang: str) -> str:
        """One line in English (`en`) or Russian (`ru`)."""
        if self.refusal is not None or self.dr is None or self.gain is None:
            why = "" if self.refusal is None else self.refusal.words(lang)
            return words.say("policies/refused", lang, policy=self.policy, why=why)
        return words.say(
            "policies/value",
            lang,
            policy=self.policy,
            value=words.percent(self.dr.value or 0.0, lang),
            interval=words.interval(self.dr, lang),
            gain=words.points(self.gain, lang),
            verdict=words.say(f"policies/{self.verdict}", lang),
        )

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        estimates = {name: getattr(self, name) for name in ("ips", "snips", "dr", "gain")}
        refusal = self.refusal
        return {
            "policy": self.policy,
            "verdict": self.verdict,
            "n": self.n,
            "members": self.members,
            "effective": self.effective,
            "logged": self.logged.to_dict(),
            "weight": self.weight.to_dict(),
            **{name: None if one is None else one.to_dict() for name, one in estimates.items()},
            "refusal": None if refusal is None else {"code": refusal.code, **refusal.details},
        }


def evaluate(log: Sequence[LoggedChoice], policy: Policy, *, confidence: float = 0.95) -> PolicyValue:
    """What a policy would have brought, learning from the log, oldest choice first; see the module for the method.

    Refuses (`refusal`) with fewer than 100 effective choices or members, where the policy would give what was never or
    hardly given, and where the logged probabilities cannot be right. Raises ValueError for impossible rows, and
    whatever the policy raises.
    """
    return off_policy(log, learned(log, policy), policy=policy.name, confidence=confidence)


def learned(log: Sequence[LoggedChoice], policy: Policy) -> list[Mapping[str, float]]:
    """The policy's probabilities for each choice of a log, learned from the choices of other members only."""
    folds = [fold_of(row.member) for row in log]
    memories: list[Memory] = []
    for fold in range(FOLDS):
        memory: Memory = {}
        for row, own in zip(log, folds, strict=True):
            if own != fold:
                memory = policy.learn(memory, row.context, row.option, row.reward)
        memories.append(memory)
    found = []
    for row, own in zip(log, folds, strict=True):
        choice = policy.choose(row.context, row.options, chance=0.0, memory=memories[own])
        found.append(drawn(choice, row.options, floor=0.0, chance=0.0).propensities)
    return found


def off_policy(
    log: Sequence[LoggedChoice],
    wanted: Sequence[Mapping[str, float]],
    *,
    policy: str = "policy",
    confidence: float = 0.95,
) -> PolicyValue:
    """The same for probabilities that are given: of each row, by option. They must not have been made of its reward."""
    import numpy as np  # only where somebody reports

    check_log(log)
    if not log:
        return PolicyValue(policy=policy, n=0, members=0, logged=Interval(None, 0.0, 1.0), refusal=Refusal("none"))
    rewards = np.array([row.reward for row in log])
    target = np.array([weights.get(row.option, 0.0) for row, weights in zip(log, wanted, strict=True)])
    w = target / np.array([row.propensity for row in log])
    members, number = _numbered(log)
    mean = _Mean(number, members, confidence)
    total = float(w.sum())
    effective = 0.0 if total == 0 else min(float(len(log)), total**2 / float((w**2).sum()))
    weight = _Mean(number, members, ALARM)(w, top=math.inf)
    value = PolicyValue(
        policy=policy, n=len(log), members=members, logged=mean(rewards), effective=effective, weight=weight
    )
    refusal = refusal_of(log, wanted, w, members=members, effective=effective, weight=weight)
    if refusal is not None:
        return attrs.evolve(value, refusal=refusal)
    ratio = float((w * rewards).sum()) / total
    expected, of_option = guesses(log, wanted)
    robust = expected + w * (rewards - of_option)
    return attrs.evolve(
        value,
        ips=mean(w * rewards),
        snips=mean(w * (rewards - ratio) / w.mean() + ratio),
        dr=mean(robust),
        gain=mean(robust - rewards, bottom=-1.0),
    )


def _numbered(log: Sequence[LoggedChoice]) -> tuple[int, np.ndarray[Any, np.dtype[np.intp]]]:
    """How many members there are, and the number of each row's."""
    import numpy as np

    numbers: dict[str, int] = {}
    return len({row.member for row in log}), np.array([numbers.setdefault(row.member, len(numbers)) for row in log])


class _Mean:
    """The mean of rows with its interval, from their deviations summed by member."""

    def __init__(self, number: np.ndarray[Any, np.dtype[np.intp]], members: int, confidence: float) -> None:
        self._number = number
        self._members = members
        self._z = quantile(confidence)

    def __call__(self, values: Numbers, *, bottom: float = 0.0, top: float = 1.0) -> Interval:
        import numpy as np

        value = float(values.mean())
        if self._members < 2:
            return Interval(value, bottom, top)
        sums = np.bincount(self._number, values - value, self._members)
        scale = self._members / (self._members - 1)
        half = self._z * math.sqrt(scale * float((sums**2).sum())) / len(values)
        return Interval(value, min(value, max(bottom, value - half)), max(value, min(top, value + half)))
