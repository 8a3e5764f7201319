"""How often the simulated students do what: rates counted in the Open University Learning Analytics Dataset (OULAD).

Kuzilek, Hlosta, Zdrahal, Scientific Data 4:170171 (2017), CC BY 4.0. Each table says in which of OULAD's tables it was
counted; what is not said to be counted there is an assumption of ours, and says so.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from random import Random

WEEK = 7


@attrs.frozen
class Kind:
    """One kind of student, by what became of them in the end."""

    name: str
    share: float
    """Share of all 32,593 enrolments: studentInfo.final_result."""
    active: float
    """Days with clicks a week, until the end or the withdrawal: studentVle of BBB 2013B, 1,466 students."""
    silences: float
    """Share of the active days after which the next came only after 7 days without a click, or more: the same."""
    score: float
    """Mean of the scores, as a share: studentAssessment, 171,831 scores, without those from another course."""
    spread: float
    """Their standard deviation."""


KINDS = (
    Kind("pass", 0.379, 2.00, 0.096, 0.768, 0.165),
    Kind("withdrawn", 0.312, 1.49, 0.099, 0.659, 0.233),
    Kind("fail", 0.216, 0.78, 0.157, 0.644, 0.215),
    Kind("distinction", 0.093, 2.58, 0.062, 0.887, 0.114),
)

LEAVING = (
    (0.0, 0.0),
    (0.307, 0.0),
    (0.376, 0.045),
    (0.480, 0.104),
    (0.654, 0.279),
    (0.827, 0.558),
    (0.931, 0.742),
    (1, 1),
)
"""Which share of those who withdrew (left) had done so by which share of the course (right): studentRegistration. Three
in ten withdraw before it begins."""

RETURNING = {7: 0.92, 14: 0.86, 21: 0.82, 28: 0.74, 42: 0.47}
"""Share that comes back unaided within the next 28 days, by days of silence so far; students who have handed in half of
their work or more. As the README beside this project's copy of OULAD gives them; not counted anew here."""
WITHIN = 28

_STILL_SILENT = {7: 1.0, 14: 0.42, 21: 0.22, 28: 0.13}
"""Share of the silences of 7 days that last so long: ours, chosen so that what RETURNING implies beyond never rises."""

RHYTHM = (0.164, 0.159, 0.159, 0.157, 0.126, 0.108, 0.127)
"""Share of the active days by weekday, Monday first: studentVle of BBB 2013B by day modulo 7. OULAD hides the calendar;
the two days with the least clicks, which follow one another, are taken as Saturday and Sunday."""

EVENING = {7: 2, 8: 3, 9: 3, 10: 3, 12: 4, 13: 4, 17: 4, 18: 8, 19: 12, 20: 14, 21: 12, 22: 6}
"""Weights of the hours in which students of working age sit down on weekdays: ours, OULAD has no hours."""
DAYTIME = {9: 3, 10: 6, 11: 8, 12: 8, 13: 5, 15: 6, 16: 6, 17: 6, 19: 6, 20: 6, 21: 4}
"""The same for Saturday and Sunday."""
LESSONS = {1: 8, 2: 7, 3: 4, 4: 1}
"""Weights of the number of lessons in one sitting: ours."""

# What a letter does is the assumption of the whole simulation: ours, scaled by `--effect`.
READ = {"telegram": 0.85, "email": 0.65}
"""Chance that what arrives there is read in time."""
MOVED, UNMOVED = 0.75, 0.3
"""Chance that who is silent and has read it comes back within days: when it fits what keeps them, and when not."""
EAGERLY, EAGER = 0.7, 4
"""Share of those who come back so that then study every other day at least, and for how many sittings."""
CONSENTS = 0.6
"""Share that agrees to marketing."""


def kind_of(rng: Random) -> Kind:
    """What will become of a student."""
    return rng.choices(KINDS, [kind.share for kind in KINDS])[0]


def leaving_point(rng: Random) -> float:
    """At which share of the course somebody who withdraws does so; 0 is before the first lesson."""
    return _between(LEAVING, rng.random())


def silence(rng: Random) -> float | None:
    """The length in days of a silence of a week or more; None when it does not end."""
    points = _survival()
    drawn = rng.random()
    if drawn < points[-1][1]:
        return None
    place = next(number for number, (_, share) in enumerate(points) if share <= drawn or number == len(points) - 1)
    (early, more), (late, less) = points[max(place - 1, 0)], points[max(place, 1)]
    return early + (late - early) * math.log(more / drawn) / math.log(more / less)


@cache
def steps(kind: Kind) -> tuple[float, ...]:
    """Chances that the next active day is 1, 2, ... 6 days later, when no silence follows; weekdays not counted in.

    They fall geometrically, so steeply that with the silences between the student is active as often as the kind says.
    """
    silent = sum((late - early) * (more + less) / 2 for (early, more), (late, less) in pairwise(_survival()))
    wanted = (WEEK / kind.active - kind.silences * (WEEK + silent)) / (1 - kind.silences)
    fall = bisect_left(range(1_000), -wanted, key=lambda mill: -_mean(_falling(mill / 1_000)))
    return _falling(min(fall, 999) / 1_000)


def _falling(fall: float) -> tuple[float, ...]:
    return tuple((1 - fall) ** step for step in range(WEEK - 1))


def _mean(weights: tuple[float, ...]) -> float:
    return sum(step * weight for step, weight in enumerate(weights, 1)) / sum(weights)


@cache
def _survival() -> tuple[tuple[float, float], ...]:
    """(days, share of the silences of a week that last longer): RETURNING says it for what is 28 days later."""
    lasting = dict(_STILL_SILENT)
    for days, back in RETURNING.items():
        lasting[days + WITHIN] = lasting[days] * (1 - back)
    return tuple(sorted(lasting.items()))


def _between(points: tuple[tuple[float, float], ...], drawn: float) -> float:
    for (left, low), (right, high) in pairwise(points):
        if drawn < right:
            return low + (high - low) * (drawn - left) / (right - left)
    return points[-1][1]
