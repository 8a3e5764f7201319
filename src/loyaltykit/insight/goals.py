"""A goal counted from plain rows: who was exposed when, what they did afterwards, and whose time is not up yet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import attrs

from loyaltykit.insight import words
from loyaltykit.insight.experiment import Arm, Comparison, Direction, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ArmName = Literal["treated", "withheld"]


class Exposure(NamedTuple):
    """A member entered an arm, at an instant (microseconds since 1970, UTC)."""

    member: str
    arm: ArmName
    at: int


class Occurrence(NamedTuple):
    """A member did something, at an instant."""

    member: str
    at: int


@attrs.frozen(slots=True, kw_only=True)
class Measured:
    """Both arms of a goal, counted at an instant. `treated` and `control` hold those whose time is up."""

    treated: Arm
    control: Arm
    immature: tuple[int, int]
    """Treated and withheld members whose time is not up: neither successes nor failures yet."""
    both: tuple[str, ...]
    """Members with exposures in both arms, sorted. They count in the arm of their first; there should be none."""

    @property
    def assigned(self) -> tuple[int, int]:
        """Everybody treated and everybody withheld, mature or not."""
        return self.treated.n + self.immature[0], self.control.n + self.immature[1]

    def compare(
        self, *, shares: tuple[float, float], target: float | None, direction: Direction, confidence: float = 0.95
    ) -> Comparison:
        """The comparison of the mature members; the sample ratio is that of everybody. As in `experiment.compare`."""
        return compare(
            self.treated,
            self.control,
            shares=shares,
            target=target,
            direction=direction,
            assigned=self.assigned,
            confidence=confidence,
        )

    def words(self, lang: str) -> str:
        """Who is not counted yet, and who stands in both arms; empty where there is nobody of either kind."""
        lines = []
        if any(self.immature):
            lines.append(words.say("arms/immature", lang, treated=self.immature[0], control=self.immature[1]))
        if self.both:
            lines.append(words.say("arms/both", lang, number=len(self.both)))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "treated": self.treated.to_dict(),
            "control": self.control.to_dict(),
            "immature": {"treated": self.immature[0], "control": self.immature[1]},
            "both": [*self.both],
        }


def measure(
    exposures: Iterable[tuple[str, ArmName, int]], successes: Iterable[tuple[str, int]], *, within: int, as_of: int
) -> Measured:
    """Count a goal: did it happen to the member after their first exposure and within `within` microseconds?

    A success counts if its instant is in (exposure, exposure + within]. A member counts once, however often it
    happened, in the arm that they were put in, whether or not a message ever reached them (intention to treat); only
    members with exposure + within <= `as_of` are in the arms, also if they have succeeded already: those who take
    their time would be missing otherwise. Order and repetitions of rows do not matter. Raises ValueError for another
    arm, or for a `within` that is not positive.
    """
    return _count(exposures, successes, span=within, as_of=as_of, success=bool)


def churned(
    exposures: Iterable[tuple[str, ArmName, int]], activity: Iterable[tuple[str, int]], *, horizon: int, as_of: int
) -> Measured:
    """Count the metric `churned`: no activity at all in (exposure, exposure + horizon]. Otherwise as `measure`.

    A "success" is a member who churned, so the direction that is hoped for is "less".
    """
    return _count(exposures, activity, span=horizon, as_of=as_of, success=lambda happened: not happened)


def _count(
    exposures: Iterable[tuple[str, ArmName, int]],
    rows: Iterable[tuple[str, int]],
    *,
    span: int,
    as_of: int,
    success: Callable[[bool], bool],
) -> Measured:
    if span <= 0:
        raise ValueError(f"a goal needs some time to be reached: {span}")
    first, both = _first_exposures(exposures)
    times: dict[str, list[int]] = {}
    for member, at in rows:
        if member in first:
            times.setdefault(member, []).append(at)
    counts: Counter[tuple[str, str]] = Counter()
    for member, (at, arm) in first.items():
        counts[arm, "n" if at + span <= as_of else "immature"] += 1
        if at + span <= as_of and success(_any_within(times.get(member, ()), at, at + span)):
            counts[arm, "successes"] += 1
    return Measured(
        treated=Arm(counts["treated", "n"], counts["treated", "successes"]),
        control=Arm(counts["withheld", "n"], counts["withheld", "successes"]),
        immature=(counts["treated", "immature"], counts["withheld", "immature"]),
        both=both,
    )


def _first_exposures(
    exposures: Iterable[tuple[str, ArmName, int]],
) -> tuple[dict[str, tuple[int, str]], tuple[str, ...]]:
    """Each member's first exposure as (instant, arm), and the members who were seen in both arms."""
    first: dict[str, tuple[int, str]] = {}
    arms: dict[str, str] = {}
    both: set[str] = set()
    for member, arm, at in exposures:
        if arm not in {"treated", "withheld"}:
            raise ValueError(f"an arm is treated or withheld: {arm}")
        if arms.setdefault(member, arm) != arm:
            both.add(member)
        first[member] = min(first.get(member, (at, arm)), (at, arm))
    return first, tuple(sorted(both))


def _any_within(times: Iterable[int], after: int, until: int) -> bool:
    return any(after < at <= until for at in times)
