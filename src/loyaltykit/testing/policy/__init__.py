"""The kit for authors of policies: is a policy what the `Policy` protocol says?

    from loyaltykit.testing import check_policy

    def test_our_policy():
        check_policy(OurPolicy)

Or one test a check:

    @pytest.mark.parametrize("check", policy_checks(), ids=str)
    def test_our_policy(check):
        check(OurPolicy)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from loyaltykit.testing.named import NamedCheck, holds
from loyaltykit.testing.policy import checks_choose, checks_learn
from loyaltykit.testing.policy.bench import Bench
from loyaltykit.testing.report import Checked, KitReport

if TYPE_CHECKING:
    from loyaltykit.campaigns.policies import Policy

__all__ = ["Checked", "KitReport", "PolicyCheck", "check_policy", "policy_checks", "policy_report"]


@attrs.frozen(slots=True)
class PolicyCheck(NamedCheck[Bench]):
    """One named check. Called with a policy it raises AssertionError where the check does not hold."""

    def __call__(self, make: Callable[[], Policy]) -> None:
        """Make this check alone; `make` as in `check_policy`."""
        holds(self.on(Bench(make)))


def check_policy(make: Callable[[], Policy]) -> KitReport:
    """Hold a policy that learns to all that the `Policy` protocol says; give the report, in which all checks hold.

    `make` is its class, or a call without arguments that makes one. Nothing here is random: equal policies give an
    equal report. Raises AssertionError that lists every check that fails, with what is so, why it matters and how to
    mend it.
    """
    return holds(policy_report(make))


def policy_report(make: Callable[[], Policy]) -> KitReport:
    """The same without AssertionError: the report says what holds and what does not."""
    bench = Bench(make)
    checks = tuple(check.on(bench) for check in CHECKS)
    return KitReport(subject=bench.name, checks=checks)


def policy_checks() -> tuple[PolicyCheck, ...]:
    """All checks, by name, to be called one by one."""
    return CHECKS


CHECKS = (
    PolicyCheck(
        "chooses",
        checks_choose.chooses,
        "nothing else can be said of a policy that gives no Choice",
        "choose(context, options, *, chance, memory) gives a loyaltykit.Choice of one of the options",
    ),
    PolicyCheck(
        "name",
        checks_choose.name,
        "a program names the policy, and a store keeps what it has learned under that name",
        "give it a name of small letters, digits and hyphens that none of the library's has",
    ),
    PolicyCheck(
        "pure",
        checks_choose.pure,
        "a choice could not be checked afterwards, and two servers would choose otherwise for the same student",
        "take all randomness from `chance`, all knowledge from `memory`: no clock, no random module, no hash()",
    ),
    PolicyCheck(
        "nothing-kept",
        checks_choose.nothing_kept,
        "what is kept on the object is lost with the process, and mixes the steps of all campaigns",
        "put all that is learned into the memory that `learn` returns",
    ),
    PolicyCheck(
        "propensities",
        checks_choose.propensities,
        "reports weigh each choice by one over its probability: a wrong one makes all of them wrong",
        "give the probability of every option, from 0, their sum 1, and that of the chosen one as `propensity`",
    ),
    PolicyCheck(
        "frequencies",
        checks_choose.frequencies,
        "what is logged must be what was drawn with",
        "lay the options on [0, 1), each as long as it is likely, and take the one that holds `chance`",
    ),
    PolicyCheck(
        "explores",
        checks_choose.explores,
        "what is never chosen can never be found to be better, neither by the policy nor by a report",
        "leave each option a probability above 0, or say `floor` in the program",
    ),
    PolicyCheck(
        "order",
        checks_choose.order,
        "the author of a program who sorts the options would change what students get",
        "look at options and context by name: sort before anything is added up or drawn",
    ),
    PolicyCheck(
        "options",
        checks_choose.options,
        "programs gain and lose options while a memory lives on",
        "give an unknown option the benefit of the doubt, and leave out those that are not asked about",
    ),
    PolicyCheck(
        "odd-context",
        checks_choose.odd_context,
        "facts about students are missing, infinite, huge or of another type one day",
        "bound numbers, take what is no number by its text, never divide by what may be 0",
    ),
    PolicyCheck(
        "misuse",
        checks_choose.misuse,
        "a mistake of the caller would look like a choice",
        "raise ValueError for no options, an option named twice, a chance outside [0, 1), a reward outside [0, 1]",
    ),
    PolicyCheck(
        "json",
        checks_learn.json_memory,
        "the memory is stored as JSON and read again before the next choice",
        "lists, texts, finite numbers, and dicts whose keys are texts",
    ),
    PolicyCheck(
        "not-mutated",
        checks_learn.not_mutated,
        "the caller may still need the memory that it gave, when a transaction is rolled back for instance",
        "return a new memory from `learn`, and change neither memory, context nor options",
    ),
    PolicyCheck(
        "learns",
        checks_learn.learns,
        "a policy that does not come to prefer what brings more is a dear way to draw lots",
        "look whether `learn` is given its reward, 0 included, and whether `choose` reads what `learn` wrote",
    ),
    PolicyCheck(
        "bounded",
        checks_learn.bounded,
        "the memory is read and written with every offer: one that grows with the students slows each of them down",
        "keep sums, not rows; hash what has endlessly many values into a fixed number of columns",
    ),
)
