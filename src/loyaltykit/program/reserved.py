"""The built-in events: their prefixes are reserved, and a program may name them without declaring them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.fields import DeclaredType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document

RESERVED = ("member.", "churn.", "fact.", "kit.", "event.")
MEMBER_UPDATED = "member.updated"
_TEXT = DeclaredType(kind="text", optional=True)


def attributes(document: Document) -> dict[str, DeclaredType]:
    """The member attributes a program knows: the declared ones, and `timezone` and `locale`; each may be missing."""
    declared = {name: kind.model_copy(update={"optional": True}) for name, kind in document.member.items()}
    return {"timezone": _TEXT, "locale": _TEXT, **declared}


def event_types(document: Document) -> Mapping[str, Mapping[str, DeclaredType]]:
    """The fields of every event type that a program may name."""
    return {**document.events, MEMBER_UPDATED: attributes(document)}
