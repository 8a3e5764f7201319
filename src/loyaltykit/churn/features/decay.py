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
    """By half-life and row, what is left of the effort of the owner's earlier active days.

    Every owner's second day is made from the first, then every third from the second: as many steps as the longest
    history has days. For that rows lie by their number in their owner's history, the longest histories first.
    """
    lengths = np.diff(block)
    rank = np.empty(len(lengths), dtype=np.int64)
    rank[np.argsort(-lengths, kind="stable")] = np.arange(len(lengths))
    number = np.arange(len(gap)) - np.repeat(block[:-1], lengths)
    start = np.append(0, np.bincount(number).cumsum())  # where the rows of each number begin
    place = start[number] + np.repeat(rank, lengths)
    row = np.empty(len(gap), dtype=np.int64)
    row[place] = np.arange(len(gap))
    laid, between = efforts[row], gap[row]
    shares = np.array([left(half_life, between) for half_life in HALF_LIVES])
    found = np.zeros((len(HALF_LIVES), len(gap)))
    begin = start.tolist()
    for before, first, end in zip(begin, begin[1:], begin[2:], strict=False):  # the last has none after it
        also = before + end - first  # an owner with an nth day has the one before, and stands at the same place
        found[:, first:end] = (found[:, before:also] + laid[before:also]) * shares[:, first:end]
    return np.array([one[place] for one in found])
