"""Choices as they were logged, with the probabilities that they were drawn with."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.campaigns.policies import Context

FOLDS = 5


class LoggedChoice(NamedTuple):
    """One choice as it was logged, and what came of it."""

    member: str
    """Whose choice it was; choices of one member are not taken as independent."""
    context: Context
    options: tuple[str, ...]
    option: str
    """The one that was drawn."""
    propensity: float
    """The probability that it was drawn with: in (0, 1]."""
    reward: float
    """In [0, 1]."""
    propensities: Mapping[str, float] | None = None
    """Of every option, where it was logged."""


def check_log(log: Sequence[LoggedChoice]) -> None:
    """Raise ValueError for a row that cannot be."""
    for row in log:
        if not 0 < row.propensity <= 1 or not 0 <= row.reward <= 1 or row.option not in row.options:
            raise ValueError(
                "a propensity lies in (0, 1], a reward in [0, 1], and an option is one of the options: "
                f"{row.propensity}, {row.reward}, {row.option}"
            )


def fold_of(member: str) -> int:
    """Which of the folds a member is in: by a hash, so that another day's report has the same folds."""
    return hashlib.sha256(f"fold\0{member}".encode("utf-8", "surrogatepass")).digest()[0] % FOLDS
