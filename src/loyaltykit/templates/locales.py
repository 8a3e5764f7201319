"""Which language to take among those that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def best_locale(available: Iterable[str], *wanted: Any) -> str:
    """The locale to take: the first wanted one that there is, exactly or by its language; else the first there is.

    ``ru-RU`` finds ``ru`` and ``ru`` finds ``ru-RU``; case and ``-`` or ``_`` do not matter. What is not text is passed
    over. Raises ValueError when nothing is available.
    """
    names = list(available)
    for one in wanted:
        found = _like(names, one) if isinstance(one, str) else None
        if found is not None:
            return found
    if not names:
        raise ValueError("there is no locale to choose from")
    return names[0]


def localised(label: Any, name: str, *wanted: Any) -> str:
    """A label (a text, or texts by locale) in the first wanted locale that it has, else in any; `name` without one."""
    if isinstance(label, str):
        return label
    return str(label[best_locale(label, *wanted)]) if label else name


def _like(names: list[str], wanted: str) -> str | None:
    if wanted in names:
        return wanted
    tags = _tags(wanted)
    if not tags:
        return None
    whole = [name for name in names if _tags(name) == tags]
    broad = [name for name in names if _tags(name) == tags[:1]]
    close = [name for name in names if _tags(name)[:1] == tags[:1]]
    return next(iter([*whole, *broad, *close]), None)


def _tags(locale: str) -> tuple[str, ...]:
    return tuple(tag for tag in locale.lower().replace("_", "-").split("-") if tag)
