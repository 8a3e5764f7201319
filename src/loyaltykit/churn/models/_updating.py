"""What updates of the shipped models share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from loyaltykit.churn.protocol import FitReport

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Panel
    from loyaltykit.churn.protocol import Spec

T = TypeVar("T")


def refuse_other(spec: Spec, panel: Panel) -> None:
    """Raise ValueError for a panel whose labels mean something else than those that were learnt from."""
    if (panel.horizon, panel.label) != (spec.horizon, spec.label):
        known, new = f"{spec.horizon}, {spec.label!r}", f"{panel.horizon}, {panel.label!r}"
        raise ValueError(f"the model was fitted to the horizon and label {known}; the panel has {new}")


def nothing_new() -> FitReport:
    """The report of an update by no rows."""
    return FitReport(n=0, warnings=("the panel has no rows: the model stays as it was",))


def learns_on(known: T | None) -> T:
    """What was kept to learn on. Raises ValueError where nothing was."""
    if known is None:
        raise ValueError("the model was read from a state that has no precision: fit it anew before an update")
    return known
