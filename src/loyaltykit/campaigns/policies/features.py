"""A context as a short list of numbers: whatever its names and values are, always the same columns.

Column 0 is constant. Numbers go to NUMBERS columns, everything else to CATEGORIES columns, by the SHA-256 of name and
value (the hashing trick: Weinberger et al. 2009, ICML). A category takes two columns with two signs, so that two
categories that meet in one column rarely meet in both.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from loyaltykit.campaigns.policies.policy import Context

NUMBERS = 8
CATEGORIES = 32
COLUMNS = 1 + NUMBERS + CATEGORIES

_BOUND = 1e12
_HALF = math.sqrt(0.5)


def features(context: Context) -> dict[int, float]:
    """The columns that are not zero. Order of the context does not matter."""
    found = {0: 1.0}
    for name in sorted(context):
        value = context[name]
        for column, amount in _columns(name, value):
            found[column] = found.get(column, 0.0) + amount
    return found


def _is_number(value: object) -> TypeGuard[float]:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and not math.isnan(value)
    )


def _columns(name: str, value: object) -> tuple[tuple[int, float], ...]:
    """A number counts by its size, squeezed so that one huge value cannot rule; everything else by being the same."""
    if _is_number(value):
        column, sign = _number_column(name)
        return ((column, sign * math.asinh(max(-_BOUND, min(_BOUND, value)))),)
    return _category_columns(name, value if isinstance(value, str) else repr(value))


@lru_cache(maxsize=4096)
def _number_column(name: str) -> tuple[int, float]:
    digest = hashlib.sha256(f"number\0{name}".encode()).digest()
    return 1 + digest[0] % NUMBERS, _sign(digest[1])


@lru_cache(maxsize=4096)
def _category_columns(name: str, value: str) -> tuple[tuple[int, float], ...]:
    digest = hashlib.sha256(f"category\0{name}\0{value}".encode("utf-8", "surrogatepass")).digest()
    first = digest[0] % CATEGORIES
    second = (first + 1 + digest[1] % (CATEGORIES - 1)) % CATEGORIES
    start = 1 + NUMBERS
    return (start + first, _HALF * _sign(digest[2])), (start + second, _HALF * _sign(digest[3]))


def _sign(byte: int) -> float:
    return 1.0 if byte & 1 else -1.0
