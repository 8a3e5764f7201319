"""Which churn models there are, by id: those that ship, and those that a caller gives, from plug-ins for instance."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from loyaltykit.churn.protocol import ChurnModel
from loyaltykit.errors import ModelError
from loyaltykit.problems import echo, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

Maker: TypeAlias = Callable[[], ChurnModel]
"""Makes a model that is not fitted yet: a class, or any call without arguments."""
Given: TypeAlias = Maker | ChurnModel
"""A maker, or a model that is not fitted; of that a copy is made each time."""

DEFAULT = "boosted"
SHIPPED = {
    "recency": ("recency", "Recency"),
    "cadence": ("cadence", "Cadence"),
    "bg-nbd": ("bgnbd", "BGNBD"),
    "mbg-nbd": ("mbgnbd", "MBGNBD"),
    "pareto-nbd": ("paretonbd", "ParetoNBD"),
    "hazard": ("hazard", "Hazard"),
    "boosted": ("boosted", "Boosted"),
    "sklearn": ("sklearn", "Sklearn"),
}
"""By id the module in `loyaltykit.churn.models` and the class. A module is imported when its model is asked for."""


def models(given: Iterable[Given] = ()) -> dict[str, Maker]:
    """All models by id, those that ship first.

    Raises ModelError (``model/duplicate``) where two have the same id.
    """
    found: dict[str, Maker] = {id: partial(_make, id) for id in SHIPPED}
    for one in given:
        make = maker(one)
        id = make().spec.id
        if id in found:
            raise ModelError(f"there are two models {echo(id)}", code="model/duplicate", details={"name": echo(id)})
        found[id] = make
    return found


def find(id: str = DEFAULT, given: Iterable[Given] = ()) -> Maker:
    """What makes the model of an id: ``find("hazard")()``; for a model that ships, its class.

    Raises ModelError: ``model/unknown`` with the nearest id there is, ``model/duplicate``; MissingExtra for a model
    whose extra is not installed.
    """
    if id in SHIPPED and not given:
        return _class_of(id)
    known = models(given)
    if id not in known:
        raise ModelError(_unknown(id, known), code="model/unknown", details=_details(id, known))
    return _class_of(id) if id in SHIPPED else known[id]


def maker(given: Given) -> Maker:
    """What makes a model, of a class, a call or a model that is not fitted."""
    if isinstance(given, type) or not hasattr(given, "spec"):
        return cast("Maker", given)
    return lambda: cast("ChurnModel", copy.deepcopy(given))


def _make(id: str) -> ChurnModel:
    return _class_of(id)()


def _class_of(id: str) -> Maker:
    module, name = SHIPPED[id]
    found: Any = getattr(import_module(f"loyaltykit.churn.models.{module}"), name)
    return cast("Maker", found)


def _unknown(id: str, known: Mapping[str, Maker]) -> str:
    near = nearest(id, known)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
    return f"there is no churn model {echo(id)}; {hint}"


def _details(id: str, known: Mapping[str, Maker]) -> dict[str, str]:
    return {"name": echo(id), "nearest": nearest(id, known) or ""}
