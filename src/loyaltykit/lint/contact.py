"""How often and when members are written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.contexts import sendings
from loyaltykit.program.walking import channels_of

if TYPE_CHECKING:
    from loyaltykit.lint.subject import Subject
    from loyaltykit.program.document import Document

_QUIET = frozenset({"inbox", "console"})
"""Channels that disturb nobody."""


def look(subject: Subject) -> None:
    """Report what would make members unsubscribe."""
    document = subject.document
    if not _disturbs(document):
        return
    at_key = "contact" in document.model_fields_set
    loc = ("contact",) if at_key else ("messages",)
    if document.contact.at_most is None:
        subject.warn("contact/no-cap", loc, hint="hint/cap-messages", at_key=True)
    if document.contact.quiet_hours is None:
        subject.advise("contact/no-quiet-hours", loc, hint="hint/quiet-hours", at_key=True)
    marketing = any(message.purpose == "marketing" for message in document.messages.values())
    if marketing and document.contact.consent.get("marketing") == "not required":
        subject.warn("contact/no-consent", ("contact", "consent", "marketing"), hint="hint/ask-first")


def _disturbs(document: Document) -> bool:
    """Whether any message may go out by a channel that rings."""
    sent = {sending.message for sending in sendings(document)}
    return any(set(channels_of(document, message)) - _QUIET for message in sent)
