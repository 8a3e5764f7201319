"""What a report's codes blame: the address, or something that may pass, as the codes of RFC 3463 say. Pure.

Some servers (Exim) write 5.0.0 whatever it was, and what the other side said only in `Diagnostic-Code`: it is read
there, so that a full mailbox or a letter that was taken for spam is no dead address.
"""

from __future__ import annotations

import re

STATUS = re.compile(r"(?<![.\d])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![.\d])")
_REPLY = re.compile(r"(?:smtp;)?\s*(?P<reply>[245]\d\d)\b[ -]?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_REASON = re.compile(r"spam|block|black ?list|policy|reputation|quota|full\b|too (?:large|big|many)", re.IGNORECASE)
_DEAD_REPLIES = frozenset({"550", "551", "553"})
"""Replies of RFC 5321 that are about the mailbox; 552 is about its room, 554 about anything."""
_NOT_THE_ADDRESS = frozenset({"1.7", "1.8", "1.9", "2.0", "2.2", "2.3", "2.4"})
"""Codes about addresses and mailboxes that blame something else: the sender's address (1.7, 1.8), a relay (1.9), a
mailbox that exists (2.0), that is full, a letter that is too large, a list."""


def judged(status: re.Match[str], diagnostic: str) -> tuple[str, bool]:
    """The most exact code that a report has, and whether it says that nothing will ever arrive at the address."""
    if status[2] != "0" or status[1] != "5":
        return status[0], _of_the_address(status)
    said = _REPLY.match(diagnostic)
    if said is None:
        return status[0], _of_the_address(status)
    exact = STATUS.match(said["rest"])
    if exact is not None and exact[2] != "0":
        return exact[0], _of_the_address(exact)
    return status[0], said["reply"] in _DEAD_REPLIES and _REASON.search(said["rest"]) is None


def _of_the_address(status: re.Match[str]) -> bool:
    """Whether a code blames the address: it is bad, disabled or leads nowhere (RFC 3463, 3.2, 3.3 and 3.5)."""
    if status[1] != "5" or f"{status[2]}.{status[3]}" in _NOT_THE_ADDRESS:
        return False
    return status[2] in {"0", "1", "2"} or (status[2], status[3]) == ("4", "4")
