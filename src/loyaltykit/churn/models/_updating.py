"""What updates of the shipped models share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from loyaltykit.churn.protocol import FitReport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.churn.panel import Panel
    from loyaltykit.churn.protocol import Spec

T = TypeVar("T")


def refuse_other(spec: Spec, panel: Panel, features: Iterable[str]) -> None:
    """Raise ValueError for a panel whose labels mean something else than those that were learnt from.

    So for one without features that were learnt from: in all of its rows they would be taken as not known.
    """
    if (panel.horizon, panel.label) != (spec.horizon, spec.label):
        known, new = f"{spec.horizon}, {spec.label!r}", f"{panel.horizon}, {panel.label!r}"
        raise ValueError(f"the model was fitted to the horizon and label {known}; the panel has {new}")
    if missing := [name for name in features if name not in panel.columns]:
        raise ValueError(f"the model was fitted to features that the panel has not: {', '.join(missing)}")


def nothing_new() -> FitReport:
    """The report of an update by no rows."""
    return FitReport(n=0, warnings=("the panel has no rows: the model stays as it was",))


def learns_on(known: T | None) -> T:
    """What was kept to learn on. Raises ValueError where nothing was."""
    if known is None:
        raise ValueError("the model was read from a state that has no precision: fit it anew before an update")
    return known
