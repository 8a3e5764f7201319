"""The slots that every state begins with."""

from __future__ import annotations

from typing import Any

import attrs

MEMBER, ZONE_FROM, ZONE_TO, JOINED, ACTIVE, ATTRIBUTES, KEPT, CONTACT, SKIPPED, OFFSET, DUE, LAST, NOW = range(13)


LONG_AGO = -(10**9)
"""A period number before any other: a streak that never began."""


HEADER: tuple[tuple[str, Any], ...] = (
    ("member", ""),
    ("start of the span with one UTC offset", 0),
    ("end of that span", 0),
    ("joined: the first event", None),
    ("last activity", None),
    ("attributes; replaced, never changed in place", {}),
    ("kept: what a refold no longer yields", None),
    ("contact: consents by purpose, and channels that work or do not; replaced, never changed in place", None),
    ("skipped: local days that the member never had", None),
    ("UTC offset in that span, microseconds", 0),
    ("when the next timer is due; in the far past before the first event", -(2**62)),
    ("id of the event folded last at now", ""),
    ("now: the last folded event or fired timer", -(2**62)),
)


@attrs.frozen(slots=True)
class Slot:
    """One place of the state: what it holds, and what it starts with (JSON data)."""

    name: str
    initial: Any
