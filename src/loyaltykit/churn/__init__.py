"""Churn: history to features to models to scores, honestly measured."""

from loyaltykit.churn.backtest import backtest
from loyaltykit.churn.cards import ModelCard, card_of
from loyaltykit.churn.comparison import Backtest
from loyaltykit.churn.drift import Drift, drift, psi
from loyaltykit.churn.files import load, save
from loyaltykit.churn.history import History
from loyaltykit.churn.labels import Ahead, Happens, Label, Misses, Silence
from loyaltykit.churn.models.matrix import MatrixModel
from loyaltykit.churn.panel import Feature, Panel, panel_of
from loyaltykit.churn.panel_builder import PanelBuilder
from loyaltykit.churn.protocol import ChurnModel, FitReport, Reason, Reasons, Scores, Spec, State
from loyaltykit.churn.registry import find
from loyaltykit.churn.report import report_page
from loyaltykit.churn.roles import Roles

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
    "backtest",
    "card_of",
    "drift",
    "find",
    "load",
    "panel_of",
    "psi",
    "report_page",
    "save",
]
