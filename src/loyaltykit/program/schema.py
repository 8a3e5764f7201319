"""The JSON Schema of a program document, for editors: what is checked by shape; names and expressions are not."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from loyaltykit.program.document import Document
from loyaltykit.program.letters import BODY

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LOCALE = "^[a-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Z]{2}|[0-9]{3}))?$"
_CHANNEL = rf"^(?!({'|'.join(BODY)})$)[a-z][a-z0-9-]*$"
_MAY_BE_EMPTY = frozenset({"events", "points", "rewards", "materials", "staff"})
_OF_ONE_MODEL = frozenset({"stuck", "churn", "contact"})


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, quiet about defaults that are values of our own (a duration)."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"skipped-choice", "non-serializable-default"}


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) that a program document satisfies."""
    schema = Document.model_json_schema(by_alias=True, schema_generator=_Generator)
    _closed(schema)
    _message(schema["$defs"]["Message"])
    _body(schema["$defs"]["Body"])
    _sections(schema)
    return {"$schema": DIALECT, **schema, "title": "loyaltykit program"}


def _closed(part: Any) -> None:
    """A mapping whose keys have a pattern has no other keys."""
    if isinstance(part, dict):
        if "patternProperties" in part:
            part["additionalProperties"] = False
        for inner in part.values():
            _closed(inner)
    elif isinstance(part, list):
        for inner in part:
            _closed(inner)


def _message(message: dict[str, Any]) -> None:
    """In the document the bodies of a message stand beside its other keys."""
    bodies = message["properties"].pop("bodies")
    message["patternProperties"] = {_LOCALE: bodies["additionalProperties"]}
    message["additionalProperties"] = False
    message["required"] = [name for name in message.get("required", ()) if name != "bodies"]


def _body(body: dict[str, Any]) -> None:
    """In the document the words for a channel stand beside the other keys of a body."""
    channels = body["properties"].pop("channels")
    (words,) = channels["patternProperties"].values()
    body["patternProperties"] = {_CHANNEL: words}
    body["additionalProperties"] = False


def _sections(schema: dict[str, Any]) -> None:
    """A section, an event type, a point, a reward and so on with nothing after it stands for all defaults."""
    for name, section in schema["properties"].items():
        if name in _MAY_BE_EMPTY:
            for key, inner in section["patternProperties"].items():
                section["patternProperties"][key] = {"anyOf": [inner, {"type": "null"}]}
        if name in _OF_ONE_MODEL:
            schema["properties"][name] = {"anyOf": [{"$ref": section["$ref"]}, {"type": "null"}]}
        if section.get("type") in ("object", "array"):
            section["type"] = [section["type"], "null"]
