"""The models that ship with the library."""

from loyaltykit.churn.models.bgbb import BGBB
from loyaltykit.churn.models.bgnbd import BGNBD
from loyaltykit.churn.models.boosted import Boosted
from loyaltykit.churn.models.cadence import Cadence
from loyaltykit.churn.models.hazard import Hazard
from loyaltykit.churn.models.mbgnbd import MBGNBD
from loyaltykit.churn.models.recency import Recency
from loyaltykit.churn.models.sklearn import Sklearn

__all__ = ["BGBB", "BGNBD", "MBGNBD", "Boosted", "Cadence", "Hazard", "Recency", "Sklearn"]
