"""What came of it: goals, control groups, intervals one honest verdict. Pure functions over plain rows."""

from loyaltykit.insight.experiment import Arm, Comparison, compare
from loyaltykit.insight.goals import Exposure, Measured, Occurrence, churned, measure
from loyaltykit.insight.intervals import Interval, difference, relative_change, wilson
from loyaltykit.insight.offers import ChoiceRow, OfferReport, SegmentReport, Share, what_works

__all__ = [
    "Arm",
    "ChoiceRow",
    "Comparison",
    "Exposure",
    "Interval",
    "Measured",
    "Occurrence",
    "OfferReport",
    "SegmentReport",
    "Share",
    "churned",
    "compare",
    "difference",
    "measure",
    "relative_change",
    "what_works",
    "wilson",
]
