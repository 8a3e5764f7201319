"""What rules can see of ideas: event types that a program may declare, recorded beside the library's own events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.program.document import Document

SEEN = ("idea.proposed", "idea.supported", "idea.accepted", "idea.done")
"""Of the author, of a voter (the first vote for an idea), of the author, of the author."""


def seen_data(document: Document, type: str, idea: str) -> dict[str, str] | None:
    """The data of such an event; None where the program does not declare it as ``{idea: text}`` and optional fields."""
    declared = document.events.get(type)
    if declared is None or any(name != "idea" and not kind.optional for name, kind in declared.items()):
        return None
    return {"idea": idea} if "idea" in declared else {}
