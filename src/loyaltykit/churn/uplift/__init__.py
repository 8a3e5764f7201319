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
from loyaltykit.churn.uplift.holdouts import UpliftPanel, outcomes, uplift_panel
from loyaltykit.churn.uplift.tlearner import TLearner, Uplift, UpliftReport
from loyaltykit.churn.uplift.verdict import UpliftVerdict, judge

__all__ = [
    "Curve",
    "Estimate",
    "TLearner",
    "Uplift",
    "UpliftFigures",
    "UpliftPanel",
    "UpliftReport",
    "UpliftVerdict",
    "auuc",
    "figures",
    "judge",
    "outcomes",
    "perfect_qini_curve",
    "perfect_uplift_curve",
    "qini",
    "qini_curve",
    "qini_difference",
    "uplift_at",
    "uplift_curve",
    "uplift_panel",
]
