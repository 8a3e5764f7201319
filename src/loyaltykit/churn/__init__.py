"""Churn: history to features to models to scores, honestly measured."""

from loyaltykit.churn.files import load, save
from loyaltykit.churn.panel import Feature, Panel, panel_of
from loyaltykit.churn.protocol import ChurnModel, FitReport, Reason, Reasons, Scores, Spec, State
from loyaltykit.churn.registry import find

__all__ = [
    "ChurnModel",
    "Feature",
    "FitReport",
    "Panel",
    "Reason",
    "Reasons",
    "Scores",
    "Spec",
    "State",
    "find",
    "load",
    "panel_of",
    "save",
]
