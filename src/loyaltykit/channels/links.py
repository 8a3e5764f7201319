"""What may stand behind a button or in a header as a link."""

from __future__ import annotations

import re

LONGEST = 900
"""Characters of a link: a line of an e-mail's head has at most 998."""
_LINK = re.compile(r"https?://[A-Za-z0-9]([^\s<>\"'\\^`{|}]*)", re.IGNORECASE)


def is_link(url: str, *, secure: bool = False) -> bool:
    """Whether it is an absolute web address in ASCII, by https if `secure`, that can stand between angle brackets."""
    fits = len(url) <= LONGEST and url.isascii() and url.isprintable() and _LINK.fullmatch(url) is not None
    return fits and (not secure or url[:6].lower() == "https:")
