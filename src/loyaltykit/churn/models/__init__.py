"""The models that ship with the library; each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loyaltykit.churn.models.bgbb import BGBB
    from loyaltykit.churn.models.bgnbd import BGNBD
    from loyaltykit.churn.models.boosted import Boosted
    from loyaltykit.churn.models.cadence import Cadence
    from loyaltykit.churn.models.hazard import Hazard
    from loyaltykit.churn.models.mbgnbd import MBGNBD
    from loyaltykit.churn.models.paretonbd import ParetoNBD
    from loyaltykit.churn.models.recency import Recency
    from loyaltykit.churn.models.sklearn import Sklearn

__all__ = ["BGBB", "BGNBD", "MBGNBD", "Boosted", "Cadence", "Hazard", "ParetoNBD", "Recency", "Sklearn"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(f"{__name__}.{name.lower()}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
