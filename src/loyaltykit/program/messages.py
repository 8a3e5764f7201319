"""The messages of a document: each language's words use only facts that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.program.places import Fault
from loyaltykit.program.reserved import attributes
from loyaltykit.program.shape import declared, keys_of
from loyaltykit.templates import check_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document


def message_facts(document: Document, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The facts that a message may use: names as keys, None for a value that is known only at the moment of sending.

    `member.ATTRIBUTE`, `member.id`, `program`, `points.POINT` (what is available) and `level`. Parts of `data` that the
    document lost because they are faulty are facts, too.
    """
    written = data or {}
    names = [*attributes(document), *declared(written, "member"), "id"]
    facts: dict[str, Any] = {
        "member": dict.fromkeys(names),
        "program": None,
        "points": dict.fromkeys([*document.points, *declared(written, "points")]),
    }
    if document.levels is not None or "levels" in written:
        facts["level"] = None
    return facts


def check_messages(document: Document, data: Mapping[str, Any]) -> list[Fault]:
    """The faults of all templates."""
    facts = message_facts(document, data)
    faults: list[Fault] = []
    for name, message in document.messages.items():
        for locale, body in message.bodies.items():
            for part, text in (("subject", body.subject), ("text", body.text)):
                keys = keys_of(("messages", name, locale, part), data)
                path = f"messages.{name}.{locale}.{part}"
                faults.extend(Fault(finding, keys, path=path) for finding in check_template(text, facts))
    return faults
