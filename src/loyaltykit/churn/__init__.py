"""Churn: history to features to models to scores, honestly measured."""

from loyaltykit.churn.panel import Feature, Panel, panel_of
from loyaltykit.churn.protocol import ChurnModel, FitReport, Reason, Reasons, Scores, Spec, State

__all__ = ["ChurnModel", "Feature", "FitReport", "Panel", "Reason", "Reasons", "Scores", "Spec", "State", "panel_of"]
