"""Churn: history to features to models to scores, honestly measured."""

from loyaltykit.churn.backtest import backtest
from loyaltykit.churn.comparison import Backtest
from loyaltykit.churn.drift import Drift, drift, psi
from loyaltykit.churn.files import load, save
from loyaltykit.churn.panel import Feature, Panel, panel_of
from loyaltykit.churn.protocol import ChurnModel, FitReport, Reason, Reasons, Scores, Spec, State
from loyaltykit.churn.registry import find

__all__ = [
    "Backtest",
    "ChurnModel",
    "Drift",
    "Feature",
    "FitReport",
    "Panel",
    "Reason",
    "Reasons",
    "Scores",
    "Spec",
    "State",
    "backtest",
    "drift",
    "find",
    "load",
    "panel_of",
    "psi",
    "save",
]
