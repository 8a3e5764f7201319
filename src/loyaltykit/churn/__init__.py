"""Churn: history to features to models to scores, honestly measured."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from loyaltykit.churn.backtest import backtest
from loyaltykit.churn.cards import ModelCard, card_of
from loyaltykit.churn.comparison import Backtest
from loyaltykit.churn.drift import Drift, drift, psi
from loyaltykit.churn.files import load, save
from loyaltykit.churn.history import History
from loyaltykit.churn.labels import Ahead, Happens, Label, Misses, Silence
from loyaltykit.churn.optional import WithSurvival, WithUpdate, WithUplift
from loyaltykit.churn.panel import Feature, Panel, panel_of
from loyaltykit.churn.panel_builder import PanelBuilder
from loyaltykit.churn.protocol import ChurnModel, FitReport, Reason, Reasons, Scores, Spec, State
from loyaltykit.churn.registry import find
from loyaltykit.churn.report import report_page
from loyaltykit.churn.roles import Roles

if TYPE_CHECKING:
    from loyaltykit.churn import models
    from loyaltykit.churn.models.matrix import MatrixModel

__all__ = [
    "Ahead",
    "Backtest",
    "ChurnModel",
    "Drift",
    "Feature",
    "FitReport",
    "Happens",
    "History",
    "Label",
    "MatrixModel",
    "Misses",
    "ModelCard",
    "Panel",
    "PanelBuilder",
    "Reason",
    "Reasons",
    "Roles",
    "Scores",
    "Silence",
    "Spec",
    "State",
    "WithSurvival",
    "WithUpdate",
    "WithUplift",
    "backtest",
    "card_of",
    "drift",
    "find",
    "load",
    "models",
    "panel_of",
    "psi",
    "report_page",
    "save",
]


def __getattr__(name: str) -> Any:
    """The room of the models that ship is entered when one is asked for by name."""
    if name == "models":
        return import_module("loyaltykit.churn.models")
    if name == "MatrixModel":
        return import_module("loyaltykit.churn.models.matrix").MatrixModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
