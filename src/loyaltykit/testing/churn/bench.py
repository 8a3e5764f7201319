"""What the checks of the kit share: the model's maker, a panel, a history, one fitted model; and what a fault is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np

from loyaltykit.churn.history import History
from loyaltykit.churn.panel import Panel
from loyaltykit.churn.registry import maker
from loyaltykit.testing.churn.school import HORIZON, LABEL, school_history, school_panel, weekly
from loyaltykit.testing.report import Blocked, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loyaltykit.churn.panel import Feature, Floats, Ints
    from loyaltykit.churn.protocol import ChurnModel, FitReport
    from loyaltykit.churn.registry import Given

CLOSE = 1e-6
"""How far the scores of one member may lie apart where rows stand otherwise: sums differ in their last bits."""
LEAST_ROWS = 40

Builder: TypeAlias = Callable[..., Panel]
"""``(history, cutoffs, horizon=None, label=None) -> Panel``: how a panel with features of one's own is made."""


class Bench:
    """A model on the bench.

    `panel` is a labelled panel, or a builder of panels; `history` is what the builder is tried on. Without them both
    are the kit's own school. Raises ValueError for a panel that no model could be checked on.
    """

    def __init__(
        self,
        make: Given,
        *,
        panel: Panel | Builder | None = None,
        history: History | None = None,
        seed: int = 0,
    ) -> None:
        self.make = maker(make)
        self.seed = seed
        self.history = school_history(seed=seed) if history is None else history
        self.build: Builder = school_panel if panel is None or isinstance(panel, Panel) else panel
        self._given = panel if isinstance(panel, Panel) else None
        _refuse(self.panel)

    @property
    def panel(self) -> Panel:
        """A labelled panel: a copy each time, for a model may change what it is given."""
        kept = self._kept
        parts = {name: getattr(kept, name).copy(order="K") for name in ("X", "member", "cutoff")}
        return attrs.evolve(kept, y=kept.labels.copy(), **parts)

    @cached_property
    def _kept(self) -> Panel:
        if self._given is not None:
            return self._given
        return self.build(self.history, weekly(self.history)[0], HORIZON, LABEL)

    @cached_property
    def _fitting(self) -> tuple[ChurnModel | None, FitReport | None]:
        try:
            model = self.make()
            return model, model.fit(self.panel)
        except (Exception, SystemExit):  # noqa: BLE001  # the check `fits` says what it is
            return None, None

    @property
    def fitted(self) -> ChurnModel:
        """A model that learnt from the panel; no check may let it learn again. Raises Blocked."""
        model = self._fitting[0]
        if model is None:
            raise Blocked("it cannot be fitted")
        return model

    @cached_property
    def again(self) -> ChurnModel:
        """Another model that learnt from the same panel. Raises Blocked where the first cannot."""
        if self._fitting[0] is None:
            raise Blocked("it cannot be fitted")
        model = self.make()
        model.fit(self.panel)
        return model

    @cached_property
    def p(self) -> Floats:
        """What the fitted model says of the panel. Raises Blocked."""
        try:
            return scored(self.fitted, self.panel)
        except Blocked:
            raise
        except (Exception, SystemExit) as error:
            raise Blocked("it cannot score the panel that it was fitted to") from error

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The columns that the fitted model says it reads."""
        spec = self.fitted.spec
        return tuple(dict.fromkeys((*spec.features, *spec.minimum)))

    def chance(self, *key: int) -> np.random.Generator:
        """A generator of a check's own."""
        return np.random.default_rng([self.seed, *key])

    def some(self, most: int = 200) -> Panel:
        """Some rows of the panel, spread over it: for checks that score row by row."""
        panel = self.panel
        rows = np.unique(np.linspace(0, len(panel) - 1, min(most, len(panel))).astype(np.int64))
        return panel.take(rows)


def _refuse(panel: Panel) -> None:
    y = panel.labels
    if len(panel) < LEAST_ROWS or len(np.unique(y)) < 2:
        raise ValueError(f"a model is checked on a panel of at least {LEAST_ROWS} rows with both labels")


def scored(model: ChurnModel, panel: Panel) -> Floats:
    """The probabilities as plain floats, one a row. Raises Fault where they are something else."""
    found = np.asarray(model.score(panel).p)
    if found.shape != (len(panel),) or found.dtype.kind != "f":
        raise Fault(f"p has the shape {found.shape} and the kind {found.dtype} for {len(panel)} rows")
    return found.astype(np.float64)


def refuse_bad(p: Floats, where: str) -> None:
    """Raise Fault for scores that are no probabilities."""
    bad = ~((p >= 0.0) & (p <= 1.0))
    if bad.any():
        raise Fault(f"{where}: {int(bad.sum())} of {len(p)} scores are not in [0, 1], such as {p[bad][0]:g}")


def refuse_apart(p: Floats, other: Floats, where: str, within: float = CLOSE) -> None:
    """Raise Fault where two scores of one row lie apart, or one is NaN."""
    bad = ~(np.abs(p - other) <= within)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise Fault(f"{where}: {int(bad.sum())} of {len(p)} scores differ, such as {p[row]:.6g} and {other[row]:.6g}")


def with_matrix(panel: Panel, matrix: Floats, features: Sequence[Feature] | None = None) -> Panel:
    """The same rows with other values, perhaps of other features."""
    return attrs.evolve(panel, X=matrix, features=panel.features if features is None else tuple(features))


def with_column(panel: Panel, name: str, values: npt.ArrayLike) -> Panel:
    """The same panel with other values of one feature; as it is where it has no such feature."""
    matrix = panel.X.copy()
    if name in panel.columns:
        matrix[:, panel.columns.index(name)] = values
    return with_matrix(panel, matrix)


def with_labels(panel: Panel, y: npt.ArrayLike | None) -> Panel:
    """The same rows with other labels, or none."""
    return attrs.evolve(panel, y=None if y is None else np.asarray(y, dtype=np.float64))


def auc(y: Floats, p: Floats) -> float:
    """The chance that a row that churned scores above one that did not; ties count half (Mann and Whitney 1947)."""
    _, place, often = np.unique(p, return_inverse=True, return_counts=True)
    rank = (often.cumsum() - (often - 1) / 2.0)[place]
    ones = y > 0.5
    n1, n0 = int(ones.sum()), int((~ones).sum())
    return float((rank[ones].sum() - n1 * (n1 + 1) / 2.0) / (n1 * n0))


def halves(bench: Bench) -> tuple[Ints, Ints]:
    """The rows of one half of the members, and of the other."""
    member = bench.panel.member
    order = bench.chance(1).permutation(int(member.max()) + 1)
    first = order[member] % 2 == 0
    return np.flatnonzero(first), np.flatnonzero(~first)
