"""A session as a calendar file: iCalendar of RFC 5545, one event, folded and escaped by its sections 3.1 and 3.3.11.

Own code because it is one event of seven lines; a package for it would bring three more with it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from loyaltykit.app.reading import reward_label
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from loyaltykit.program.document import Document
    from loyaltykit.rules.plan import Grant

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_OCTETS = 75


def calendar_of(document: Document, grant: Grant, locale: str | None, *, stamp: int, entitled: bool) -> str:
    """The calendar file of a session, in a member's language; the link is in it for who holds the session only."""
    meeting = grant.session
    assert meeting is not None  # noqa: S101  # asked of sessions only
    return calendar_file(
        uid=hashlib.sha256(f"{document.program}/{grant.id}".encode()).hexdigest()[:32],
        summary=reward_label(document, grant.id, locale),
        start=meeting.at,
        end=meeting.until,
        stamp=stamp,
        link=meeting.link if entitled else None,
    )


def calendar_file(*, uid: str, summary: str, start: int, end: int, stamp: int, link: str | None) -> str:
    """The text of an ``.ics`` file with one event; lines end with CR LF. Instants are microseconds."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//loyaltykit//sessions//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}@loyaltykit",
        f"DTSTAMP:{_utc(stamp)}",
        f"DTSTART:{_utc(start)}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY:{_text(summary)}",
    ]
    if link is not None:
        lines += [f"LOCATION:{_text(link)}", f"URL:{_plain(link)}"]
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(instant: int) -> str:
    return f"{from_instant(instant):%Y%m%dT%H%M%SZ}"


def _plain(value: str) -> str:
    """Without control characters: nothing in a value begins another line."""
    return "".join(letter for letter in value if letter.isprintable())


def _text(value: str) -> str:
    """A TEXT value: line ends are kept, escaped; other control characters are left out."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_plain(line) for line in lines).translate(_ESCAPED)


def _folded(line: str) -> str:
    """A line cut where it is longer than 75 octets, never inside a character; what follows begins with a space."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _OCTETS:
            parts.append(part)
            part, size = "", 1
        part += letter
        size += octets
    return "\r\n ".join([*parts, part])
