"""The panel: one row a member and cut-off, one column a feature. Models see panels, never events."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.errors import MissingExtra
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@attrs.frozen(slots=True)
class Feature:
    """A column of the panel: its name, the unit of its values, what it means."""

    name: str
    unit: str
    doc: str


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Panel:
    """What was known of members at cut-offs, and what happened after.

    `X` has the shape (rows, features), float64; NaN is "not known". `y` is 1.0 for a member who churned within
    `horizon` of the cut-off and 0.0 for one who did not; None where the panel has no label. `member` holds a row's
    place in `members`, `cutoff` its instant in microseconds since 1970-01-01T00:00Z. Raises ValueError when the shapes
    do not fit, a feature is there twice, or `y` has anything but 0 and 1.
    """

    X: Floats
    features: tuple[Feature, ...]
    member: Ints
    cutoff: Ints
    members: tuple[str, ...]
    y: Floats | None = None
    horizon: dt.timedelta | None = None
    label: str | None = None
    """What `y` means: ``silence``, or an event's type."""

    def __attrs_post_init__(self) -> None:
        rows = len(self.member)
        if self.X.shape != (rows, len(self.features)) or len(self.cutoff) != rows:
            shape = f"{rows} members, {len(self.cutoff)} cut-offs, {len(self.features)} features"
            raise ValueError(f"the parts of the panel do not fit: X {self.X.shape}, {shape}")
        if len(set(self.columns)) < len(self.features):
            raise ValueError("a feature is there twice")
        if self.y is not None and (len(self.y) != rows or not np.isin(self.y, (0.0, 1.0)).all()):
            raise ValueError(f"y needs {rows} values of 0 or 1")

    def __len__(self) -> int:
        """How many rows."""
        return len(self.member)

    @property
    def columns(self) -> tuple[str, ...]:
        """The features' names, in the order of X."""
        return tuple(feature.name for feature in self.features)

    @property
    def labels(self) -> Floats:
        """`y`. Raises ValueError where the panel has no label."""
        if self.y is None:
            raise ValueError("the panel has no label: build it with a horizon and a label")
        return self.y

    def column(self, name: str) -> Floats:
        """The values of one feature. Raises KeyError for one that the panel does not have."""
        try:
            return self.X[:, self.columns.index(name)]
        except ValueError:
            raise KeyError(f"the panel has no feature {name!r}") from None

    def matrix(self, names: Sequence[str]) -> Floats:
        """The values of some features, in that order; a feature that the panel does not have is all NaN."""
        places = {name: place for place, name in enumerate(self.columns)}
        found = np.full((len(self), len(names)), np.nan)
        for to, name in enumerate(names):
            if name in places:
                found[:, to] = self.X[:, places[name]]
        return found

    def take(self, rows: npt.NDArray[Any]) -> Panel:
        """Some of the rows, by number or by a mask; the same members' names."""
        y = None if self.y is None else self.y[rows]
        return attrs.evolve(self, X=self.X[rows], member=self.member[rows], cutoff=self.cutoff[rows], y=y)

    def only(self, names: Sequence[str]) -> Panel:
        """The same rows with some of the features. Raises KeyError for one that the panel does not have."""
        features = {feature.name: feature for feature in self.features}
        missing = [name for name in names if name not in features]
        if missing:
            raise KeyError(f"the panel has no feature {missing[0]!r}")
        return attrs.evolve(self, X=self.matrix(names), features=tuple(features[name] for name in names))

    def to_frame(self) -> Any:
        """A pandas DataFrame: member, cutoff, the features, and y where there is one. Raises MissingExtra."""
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtra("pandas", "a data frame") from None
        names = np.array(self.members, dtype=object)
        frame = pd.DataFrame({"member": names[self.member], "cutoff": pd.to_datetime(self.cutoff, unit="us", utc=True)})
        frame[list(self.columns)] = self.X
        return frame if self.y is None else frame.assign(y=self.y)

    def moments(self) -> list[dt.datetime]:
        """The different cut-offs, rising."""
        return [from_instant(int(instant)) for instant in np.unique(self.cutoff)]


def features_hash(names: Sequence[str]) -> str:
    """SHA-256 of the features' names in their order: two models with the same hash read the same columns."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def panel_of(columns: Mapping[str, npt.ArrayLike], y: npt.ArrayLike | None = None, **options: Any) -> Panel:
    """A panel from plain columns, one row a member: for models of a summary table, and for tests.

    `options` are Panel's own: `horizon`, `label`, `members`, `member`, `cutoff`.
    """
    names = tuple(columns)
    values = [np.asarray(columns[name], dtype=np.float64) for name in names]
    rows = len(values[0]) if values else 0
    options = {
        "members": tuple(str(number) for number in range(rows)),
        "member": np.arange(rows, dtype=np.int64),
        "cutoff": np.zeros(rows, dtype=np.int64),
        **options,
    }
    return Panel(
        X=np.column_stack(values) if values else np.empty((0, 0)),
        features=tuple(Feature(name, "", "") for name in names),
        y=None if y is None else np.asarray(y, dtype=np.float64),
        **options,
    )
