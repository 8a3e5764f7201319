"""Effort that fades: what a member did, day by day, counted half after each half-life.

A day's effort is the logarithm of 1 + the amount done, so that ten pages in a day are more than one and less than one
on each of ten days. What is left of it is carried from active day to active day, in the same order for everybody: equal
histories give equal sums to the bit.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loyaltykit.churn.features.grid import Days
    from loyaltykit.churn.panel import Floats, Ints

HALF_LIVES = (7, 28)
MILLIONTHS = 1_000_000
FORGOTTEN = 60
"""After so many half-lives nothing is left."""


def effort(amount: Ints) -> Floats:
    """The effort of days with these amounts, in millionths: rounded, so that no library's last bit matters."""
    return np.asarray(np.rint(np.log1p(amount / MILLIONTHS) * MILLIONTHS) / MILLIONTHS)


def left(half_life: int, days: Days) -> Floats:
    """What share is left after so many days."""
    return _shares(half_life)[np.minimum(days, FORGOTTEN * half_life)]


@lru_cache(maxsize=16)
def _shares(half_life: int) -> Floats:
    return np.array([0.5 ** (days / half_life) for days in range(FORGOTTEN * half_life)] + [0.0])


def carried(block: Ints, gap: Days, efforts: Floats) -> Floats:
    """By half-life and row, what is left of the effort of the owner's earlier active days."""
    found = np.zeros((len(HALF_LIVES), len(gap)))
    shares = np.array([left(half_life, gap) for half_life in HALF_LIVES])
    lengths = np.diff(block)
    longest_first = np.argsort(-lengths, kind="stable")
    first = block[:-1][longest_first]
    still = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(int(lengths.max(initial=0))), side="right")
    for number, owners in enumerate(still[1:].tolist(), start=1):
        row = first[:owners] + number
        found[:, row] = (found[:, row - 1] + efforts[row - 1]) * shares[:, row]
    return found
