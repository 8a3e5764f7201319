"""Templates that do nothing but put facts into a text, as most do: filled in without Liquid, to the same letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Parts = tuple[str | tuple[str, ...], ...]
"""Text as it stands, and the names on the way to a fact, in turns."""
SPECIAL = frozenset({"first", "last", "size"})
"""Names that Liquid may take for something that a value has of itself."""
_LONGEST = 25_000
"""Characters: however many bytes they have, that is within the limits of a message."""


def filled(parts: Parts, facts: Mapping[str, Any]) -> str | None:
    """The text; None for anything but short texts and whole numbers in their places: Liquid knows what to do then."""
    said = []
    for part in parts:
        if type(part) is str:
            said.append(part)
            continue
        value: Any = facts
        for name in part:
            if type(value) is not dict or name not in value:
                return None
            value = value[name]
        if type(value) is int:
            value = str(value)
        elif type(value) is not str:
            return None
        said.append(value)
    text = "".join(said)
    return text if len(text) <= _LONGEST and _is_writable(text) else None


def _is_writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
