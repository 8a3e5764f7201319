"""Names of hosts and mail domains as the network knows them, when everybody reads them alike."""

from __future__ import annotations

import functools
import re

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_LONGEST = 253


@functools.lru_cache(maxsize=1_024)
def ascii_name(name: str) -> str | None:
    """A name in lower-case ASCII (школа.рф is xn--80atdl2c.xn--p1ai); None for what is no name, or may be another's.

    Not taken are forms that one reader takes for others (full-width letters and dots, what is not seen), letters that
    two standards map to different names (ß is ss in RFC 3490 and itself in RFC 5891), and a trailing dot. Whether what
    ends in a number is meant as an address is for the caller: `ends_in_number`.
    """
    if not name.isascii():
        lower = name.lower()
        if not all(map(_is_letter, lower)):
            return None
        try:
            name = lower.encode("idna").decode("ascii")
            if name.encode("ascii").decode("idna") != lower:  # it was mapped to another one
                return None
        except UnicodeError:
            return None
    name = name.lower()
    fits = len(name) <= _LONGEST and all(_LABEL.fullmatch(label) for label in name.split("."))
    return name if fits else None


def ends_in_number(name: str) -> bool:
    """Whether some reader takes a name for an IPv4 address: its last part is a number (WHATWG URL, 3.5)."""
    return _NUMBER.fullmatch(name.rpartition(".")[2]) is not None


def _is_letter(char: str) -> bool:
    """Whether it may stand in a name: digits of other scripts may be read as an address."""
    return char in "-." or (char.isalnum() and (char.isascii() or not char.isdigit()))
