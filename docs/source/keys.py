"""The tables of a program's keys: type and default from the JSON Schema and the models, the meaning from keys.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from loyaltykit.program import (
    boards,
    campaigns,
    chances,
    churn,
    contact,
    document,
    letters,
    lint,
    points,
    quests,
    rewards,
    streaks,
    tiers,
)
from loyaltykit.program.document import Document
from loyaltykit.program.load import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "keys.yaml").read_text("utf-8"))
_SPOKEN = {
    "AmountCap": "cap",
    "Journey": "step of a campaign",
    "OfferOption": "option of an offer",
    "QuestStep": "step of a quest",
}
_SPANS = "30s"
_PERIODS = "day"


def schema_keys() -> dict[str, dict[str, dict[str, Any]]]:
    """Every key of the JSON Schema, by model."""
    schema = json_schema()
    return {"Document": schema["properties"], **{name: part["properties"] for name, part in schema["$defs"].items()}}


def table(argument: str) -> str:
    """The tables of some models (``Rule Active``), or of some keys of one (``Document: program version``)."""
    model, colon, chosen = argument.partition(":")
    if colon:
        return _table(model, chosen.split())
    return "\n".join(_titled(name) for name in argument.split())


def _titled(model: str) -> str:
    words = _class(model).__doc__ or ""
    title = f"**{spoken(model)}**: {_lower(words.strip().splitlines()[0]).replace('``', '`')}\n\n"
    return title + _table(model, list(schema_keys()[model]))


def _table(model: str, names: list[str]) -> str:
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    rows += [f"| {' | '.join(_row(model, name))} |" for name in names]
    return "\n".join(rows) + "\n"


def _row(model: str, name: str) -> Iterator[str]:
    written = TEXTS[model][name]
    own = written if isinstance(written, dict) else {"text": written}
    part = schema_keys()[model][name]
    yield f"`{name}`"
    yield (own.get("type") or ("text, or texts by locale" if name == "label" else _type(part))).replace("|", "\\|")
    yield own.get("default") or _default(model, name, part)
    yield own["text"].replace("|", "\\|")


def _type(part: dict[str, Any]) -> str:
    """A type of the schema in the words of the page."""
    kinds = part.get("type")
    if "anyOf" in part:
        kinds_of = [one for one in part["anyOf"] if one.get("type") != "null"]
        return "names" if any(one.get("type") == "array" for one in kinds_of) else _type(kinds_of[0])
    if "const" in part or "enum" in part:
        return " or ".join(f"`{one}`" for one in part.get("enum", [part.get("const")]))
    if kinds == "integer":
        bounds = [part.get(end) for end in ("minimum", "maximum")]
        return "whole number" if None in bounds else f"whole number, {bounds[0]} to {bounds[1]}"
    if kinds == "string":
        return _text(part)
    return "expression" if isinstance(kinds, list) else _KINDS[str(kinds)]


_KINDS = {"number": "number", "boolean": "`true` or `false`", "array": "names"}


def _text(part: dict[str, Any]) -> str:
    first = part.get("examples", [""])[0]
    if first in (_SPANS, _PERIODS):
        return "duration" if first == _SPANS else "period"
    if part.get("format") == "date":
        return "date"
    return "id" if "pattern" in part else "text"


def _default(model: str, name: str, part: dict[str, Any]) -> str:
    field = next(field for key, field in _class(model).model_fields.items() if name in (key, field.alias))
    if field.default is PydanticUndefined:
        return "required"
    value = part.get("default", field.default)
    if isinstance(value, BaseModel):
        return "the defaults of its keys"
    if value in (None, {}, [], (), ""):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _class(model: str) -> type[BaseModel]:
    """The model that a definition of the schema comes from."""
    if model == "Document":
        return Document
    homes = (
        boards,
        campaigns,
        chances,
        churn,
        contact,
        document,
        letters,
        lint,
        points,
        quests,
        rewards,
        streaks,
        tiers,
    )
    found: type[BaseModel] = next(getattr(home, model) for home in homes if hasattr(home, model))
    return found


def spoken(model: str) -> str:
    """A model as the page names it."""
    return _SPOKEN.get(model, model.lower())


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


__all__ = ["TEXTS", "schema_keys", "spoken", "table"]
