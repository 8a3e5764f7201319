"""The features of a panel, one family a file: each family names its columns and makes them for all rows at once."""

from loyaltykit.churn.features.ahead import AHEAD
from loyaltykit.churn.features.rhythm import RHYTHM
from loyaltykit.churn.features.study import STUDY
from loyaltykit.churn.features.volume import VOLUME

FAMILIES = (RHYTHM, VOLUME, STUDY, AHEAD)
FEATURES = tuple(feature for family in FAMILIES for feature in family.features)

__all__ = ["FAMILIES", "FEATURES"]
