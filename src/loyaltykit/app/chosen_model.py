"""Which churn model a program is scored with, and how a fitted one is kept."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.churn.files import dumps, loads
from loyaltykit.churn.registry import DEFAULT, SHIPPED, find, maker
from loyaltykit.errors import ModelError
from loyaltykit.store.rows import ModelRow

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.churn.registry import Given, Maker
    from loyaltykit.churn.scoring import Fit
    from loyaltykit.program.document import Document
    from loyaltykit.store import Store

_UNREADABLE = ("model/file", "model/state")
_log = logging.getLogger("loyaltykit.app")


@attrs.frozen(slots=True)
class Chosen:
    """A model by id, how a fresh one is made, and the object that was given, where one was."""

    id: str
    make: Maker
    given: tuple[Given, ...] = ()
    """Beside the shipped ones, for reading it back."""
    fitted: ChurnModel | None = None
    """The object itself when it came fitted: it scores as it is, and nothing is fitted by itself."""


def chosen(document: Document, own: Given | None, wanted: str | Given | None) -> Chosen:
    """The model that is asked for, else the host's own, else the program's, else the default.

    Raises ModelError (``model/unknown``) for an id that nothing brings.
    """
    given = own if wanted is None else wanted
    if given is not None and not isinstance(given, str):
        return _of_object(given)
    id = document.churn.model or DEFAULT if given is None else given
    if own is not None and not isinstance(own, str) and maker(own)().spec.id == id:
        return _of_object(own)
    if id in SHIPPED:
        return Chosen(id, find(id))
    from loyaltykit.plugins import discover_safely  # imports what plug-ins have: only for a model that is not ours

    brought = discover_safely(("loyaltykit_churn_models",)).churn_models
    return Chosen(id, find(id, brought), brought)


def _of_object(given: Given) -> Chosen:
    make = maker(given)
    spec = make().spec
    fitted = given if spec.horizon is not None and not isinstance(given, type) and hasattr(given, "spec") else None
    return Chosen(spec.id, make, () if spec.id in SHIPPED else (given,), fitted)  # type: ignore[arg-type]  # has a spec


def kept_row(model: ChurnModel, made: Fit, *, name: str, at: int) -> ModelRow:
    """A fitted model as it is kept. Raises ModelError (``model/state``) for one that cannot be."""
    said: dict[str, Any] = {"rows": made.rows, "members": made.members, "churned": made.churned}
    if made.report is not None:
        said |= attrs.asdict(made.report)
    return model_row(model, name=name, at=at, report=json.dumps(said))


def model_row(model: ChurnModel, *, name: str, at: int, report: str) -> ModelRow:
    """The same with a report in JSON."""
    body = dumps(model)
    return ModelRow(name, model.spec.version, at, hashlib.sha256(body).hexdigest(), report, body)


def kept_model(
    store: Store, choice: Chosen, *, at: int, horizon: dt.timedelta, label: str
) -> tuple[ChurnModel, ModelRow] | None:
    """The model fitted last at or before an instant; None when there is none for this horizon and label."""
    row = store.model(choice.id, until=at)
    model = None if row is None else read_back(row, choice)
    if row is None or model is None:
        return None
    spec = model.spec
    return (model, row) if spec.horizon == horizon and spec.label in (label, None) else None


def read_back(row: ModelRow, choice: Chosen) -> ChurnModel | None:
    """A kept model; None, and a warning, for one that is damaged or of a version that is no longer read."""
    try:
        return loads(row.body, choice.given)
    except ModelError as error:
        if error.code not in _UNREADABLE:
            raise
        _log.warning("the kept model %s is not used: %s", row.name, error)
        return None
