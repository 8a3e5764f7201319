"""What a panel is to predict: silence, an event that comes, one that does not, or a function of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import attrs
import numpy as np

from loyaltykit.churn.features.grid import first_not_before, starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Floats, Ints


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Ahead:
    """What lies ahead of each row: the time from its cut-off to the horizon's end, and what happens in it."""

    history: History
    activity: tuple[str, ...]
    """The types that are activity."""
    member: Ints
    """The row's place in the history's members."""
    start: Ints
    end: Ints

    def count(self, types: str | Iterable[str]) -> Ints:
        """How many events of these types each row's member has with start <= at < end."""
        history = self.history
        rows = np.flatnonzero(history.of((types,) if isinstance(types, str) else types))
        at = history.at[rows]
        block = starts(history.member[rows], len(history.members))
        low, high = block[self.member], block[self.member + 1]
        return first_not_before(at, low, high, self.end) - first_not_before(at, low, high, self.start)


@runtime_checkable
class Label(Protocol):
    """What `y` means: a name, and a call that gives 1 (churned) or 0 for each row."""

    @property
    def name(self) -> str:
        """What the panel calls it."""

    def __call__(self, ahead: Ahead) -> npt.ArrayLike:
        """1 for a row whose member churned, 0 for one who did not."""


@attrs.frozen(slots=True)
class Silence:
    """Churned is who has no activity at all up to the horizon."""

    name: str = attrs.field(default="silence", init=False)

    def __call__(self, ahead: Ahead) -> Floats:
        """1 for who is silent."""
        return np.asarray(ahead.count(ahead.activity) == 0, dtype=np.float64)


@attrs.frozen(slots=True)
class Happens:
    """Churned is who has an event of this type within the horizon: `course.withdrawn`, for instance."""

    type: str

    @property
    def name(self) -> str:
        """The type."""
        return self.type

    def __call__(self, ahead: Ahead) -> Floats:
        """1 for whom it happens."""
        return np.asarray(ahead.count(self.type) > 0, dtype=np.float64)


@attrs.frozen(slots=True)
class Misses:
    """Churned is who has no event of this type within the horizon: no `order.paid`, for instance."""

    type: str

    @property
    def name(self) -> str:
        """``no`` and the type."""
        return f"no {self.type}"

    def __call__(self, ahead: Ahead) -> Floats:
        """1 for who misses it."""
        return np.asarray(ahead.count(self.type) == 0, dtype=np.float64)


@attrs.frozen(slots=True)
class _Called:
    call: Callable[[Ahead], Any]

    @property
    def name(self) -> str:
        return str(getattr(self.call, "__name__", type(self.call).__name__))

    def __call__(self, ahead: Ahead) -> npt.ArrayLike:
        return np.asarray(self.call(ahead))


def label_of(given: str | Label | Callable[[Ahead], Any]) -> Label:
    """``silence``, an event's type, a label, or any function of an `Ahead`. Raises ValueError for anything else."""
    if isinstance(given, str):
        return Silence() if given == "silence" else Happens(given)
    if isinstance(given, Label):
        return given
    if callable(given):
        return _Called(given)
    raise ValueError(f"label is 'silence', an event's type, or a function; not {given!r}")


def labelled(label: Label, ahead: Ahead) -> Floats:
    """What a label says of each row. Raises ValueError when that is not one 0 or 1 a row."""
    y = np.asarray(label(ahead), dtype=np.float64)
    if y.shape != ahead.member.shape or not np.isin(y, (0.0, 1.0)).all():
        raise ValueError(f"label {label.name} must give 0 or 1 for each of the {len(ahead.member)} rows")
    return y
