"""Policies beside one another: the log of a campaign's offers, and what others would have brought with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.by_offer import ByOffer
from loyaltykit.app.judging import reached
from loyaltykit.app.offered import DRAWN, choices
from loyaltykit.errors import LoyaltyError
from loyaltykit.insight import words
from loyaltykit.insight.intervals import Interval
from loyaltykit.insight.policies import PolicyValue, evaluate, off_policy
from loyaltykit.insight.policy_log import LoggedChoice
from loyaltykit.insight.policy_refusals import Refusal
from loyaltykit.problems import unknown
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loyaltykit.app.journal import Journal
    from loyaltykit.campaigns.policies import Policy

NEWEST = 20_000
"""How many choices of a step are looked at, the newest ones: a policy has to learn from each several times."""


@attrs.frozen(slots=True, kw_only=True)
class ComparedStep:
    """One offer of a campaign: what its choices brought, and what those of other policies would have."""

    step: str
    """The step's path in the campaign: `1`, `4.then.2`."""
    by: str
    """Who chooses there now: `rule`, `random`, `bandit`, `recommender`, `member`."""
    policy: str
    """Which policy learns, with `by: bandit`; else empty."""
    n: int
    """Choices that chance made, and whose time is up."""
    members: int
    left_out: int
    """Choices older than the newest 20,000, which are not looked at."""
    values: tuple[PolicyValue, ...]

    @property
    def logged(self) -> Interval:
        """The mean reward of what was chosen."""
        return self.values[0].logged if self.values else Interval(None, 0.0, 1.0)

    def words(self, lang: str) -> str:
        """The step, what was chosen, and a line a policy."""
        who = words.say("policies/by-policy", lang, policy=self.policy) if self.policy else ""
        by = who or words.say(f"by/{self.by}", lang)
        lines = [words.say("policies/step", lang, step=self.step, by=by, n=self.n, members=self.members)]
        if self.logged.value is not None:
            value = words.percent(self.logged.value, lang)
            told = words.say("policies/logged", lang, value=value, interval=words.interval(self.logged, lang))
            lines.append(f"  {words.say('policies/was', lang)}: {told}")
        lines += [f"  {value.words(lang)}" for value in self.values]
        if self.left_out:
            lines.append(f"  {words.say('policies/left-out', lang, number=self.left_out)}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "step": self.step,
            "by": self.by,
            "policy": self.policy or None,
            "n": self.n,
            "members": self.members,
            "left_out": self.left_out,
            "logged": self.logged.to_dict(),
            "policies": [value.to_dict() for value in self.values],
        }


@attrs.frozen(slots=True, kw_only=True)
class ComparedPolicies(ByOffer[ComparedStep]):
    """What other policies would have brought in a campaign. `str()` gives the words, `to_dict()` plain data."""

    steps: tuple[ComparedStep, ...]


def compare(journal: Journal, campaign: str, at: int | None, *, policies: Iterable[str] | None) -> ComparedPolicies:
    """Compare policies at every offer of a campaign. LoyaltyError for a campaign or policy that there is not."""
    log = _Log(journal, campaign, at)
    names = log.usual() if policies is None else tuple(policies)
    found = {name: log.named(name) for name in names}
    steps = []
    for path, (by, policy) in log.offers.items():
        rows, left_out = log.rows(path)
        drawn = bool(rows) or by in DRAWN
        values = [_value(rows, one, drawn=drawn) for one in found.values()]
        steps.append(
            ComparedStep(
                step=path,
                by=by,
                policy=policy,
                n=len(rows),
                members=len({row.member for row in rows}),
                left_out=left_out,
                values=tuple(values),
            )
        )
    return ComparedPolicies(campaign=campaign, as_of=from_instant(log.as_of), steps=tuple(steps))


def evaluated(journal: Journal, campaign: str, step: str, policy: str | Policy, at: int | None) -> PolicyValue:
    """One policy at one offer. LoyaltyError for a campaign, a step or a policy that there is not."""
    log = _Log(journal, campaign, at)
    if step not in log.offers:
        text, details = unknown("offer at step", step, log.offers)
        raise LoyaltyError(text, code="policy/step", details=details)
    asked = log.named(policy) if isinstance(policy, str) else policy
    rows, _ = log.rows(step)
    return _value(rows, asked, drawn=bool(rows) or log.offers[step][0] in DRAWN)


def _value(rows: Sequence[LoggedChoice], policy: Policy, *, drawn: bool) -> PolicyValue:
    if not drawn:
        refused = Refusal("not-drawn")
        return PolicyValue(policy=policy.name, n=0, members=0, logged=Interval(None, 0.0, 1.0), refusal=refused)
    try:
        return evaluate(rows, policy)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a plug-in's code: the others are still told
        plain = off_policy(rows, [{row.option: 1.0} for row in rows])
        refused = Refusal("failed", {"error": type(error).__name__})
        return PolicyValue(policy=policy.name, n=plain.n, members=plain.members, logged=plain.logged, refusal=refused)


class _Log:
    """The offers of a campaign, and their choices that are ripe: drawn by chance, their time up."""

    def __init__(self, journal: Journal, campaign: str, at: int | None) -> None:
        from loyaltykit.program.walking import walk

        known = journal.engine.program.document.campaigns
        if campaign not in known:
            text, details = unknown("campaign", campaign, known)
            raise LoyaltyError(text, code="campaign/unknown", details=details)
        self.as_of = reached(journal) if at is None else at
        self._policies = journal.policies
        self.offers: dict[str, tuple[str, str]] = {}
        """By path who chooses, and which policy learns."""
        for visit in walk(known[campaign].steps):
            offer = visit.step.offer
            if offer is not None:
                learns = (offer.policy or "squarecb") if offer.by == "bandit" else ""
                self.offers[visit.path] = (offer.by, learns)
        self._rows: dict[str, list[tuple[int, LoggedChoice]]] = {}
        for row, choice, outcome in choices(journal, f"campaigns.{campaign}", self.as_of):
            if choice["until"] <= self.as_of and choice["by"] in DRAWN and choice["propensity"] is not None:
                step = choice["offer"].rpartition("/")[2]
                self._rows.setdefault(step, []).append((row.at, _logged(str(row.member), choice, outcome)))

    def rows(self, step: str) -> tuple[list[LoggedChoice], int]:
        """The newest choices of a step, oldest first; how many older ones there are."""
        found = sorted(self._rows.get(step, ()), key=lambda one: (one[0], one[1].member))
        return [choice for _, choice in found[-NEWEST:]], max(0, len(found) - NEWEST)

    def usual(self) -> tuple[str, ...]:
        """What is compared when nobody says: chance, the author's order, everything that learns."""
        return ("random", "rule", *self._policies.names())

    def named(self, name: str) -> Policy:
        """A policy by its name. LoyaltyError for one that there is not."""
        from loyaltykit.campaigns.policies import Random, Rule

        if name in ("random", "rule"):
            return Random() if name == "random" else Rule()
        return self._policies.find(name)


def _logged(member: str, choice: Mapping[str, Any], outcome: Mapping[str, Any] | None) -> LoggedChoice:
    """A choice as it was made, whether or not there was one left of it: that is part of what it brought."""
    options = tuple(choice["options"])
    each = choice.get("propensities")
    if choice["by"] == "random":
        each = dict.fromkeys(options, 1 / len(options))
    reward = 0.0 if outcome is None else float(outcome["reward"])
    return LoggedChoice(member, choice["context"], options, choice["option"], choice["propensity"], reward, each)
