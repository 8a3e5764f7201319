"""The built-in events: they need no declaration, and their prefixes are reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType

RESERVED = ("member.", "churn.", "fact.", "kit.", "event.")
MEMBER_UPDATED = "member.updated"


def settled() -> Mapping[str, DeclaredType]:
    """The fields of ``fact.settled``, the answer to a request. A program cannot name it."""
    from loyaltykit.program.fields import DeclaredType  # with pydantic: only when a program is loaded

    text = DeclaredType(kind="text")
    asked = dict.fromkeys(("request", "kind", "name", "mechanic", "occurrence"), text)
    return {**asked, "event": DeclaredType(kind="text", optional=True), "granted": DeclaredType(kind="boolean")}


def attributes(document: Document) -> dict[str, DeclaredType]:
    """The member attributes a program knows: the declared ones, `timezone`, `locale`, `joined`; each may be missing."""
    from loyaltykit.program.fields import DeclaredType  # with pydantic: only when a program is loaded

    text = DeclaredType(kind="text", optional=True)
    declared = {name: kind.model_copy(update={"optional": True}) for name, kind in document.member.items()}
    return {**declared, "timezone": text, "locale": text, "joined": DeclaredType(kind="instant", optional=True)}


def event_types(document: Document) -> Mapping[str, Mapping[str, DeclaredType]]:
    """The fields of every event type that the host may record: the declared ones and ``member.updated``."""
    return {**document.events, MEMBER_UPDATED: attributes(document)}
