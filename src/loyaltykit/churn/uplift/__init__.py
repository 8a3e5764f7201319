"""Uplift: whom it helps to write to, which is not who is most likely to leave."""

from loyaltykit.churn.uplift.bootstrap import Estimate, UpliftFigures, figures, qini_difference
from loyaltykit.churn.uplift.curves import (
    Curve,
    auuc,
    perfect_qini_curve,
    perfect_uplift_curve,
    qini,
    qini_curve,
    uplift_at,
    uplift_curve,
)

__all__ = [
    "Curve",
    "Estimate",
    "UpliftFigures",
    "auuc",
    "figures",
    "perfect_qini_curve",
    "perfect_uplift_curve",
    "qini",
    "qini_curve",
    "qini_difference",
    "uplift_at",
    "uplift_curve",
]
