"""Reads what happened to members out of a store, as columns for a history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyaltykit.churn.scoring import Columns, fact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.program.churn_sense import Meaning
    from loyaltykit.store import Store
    from loyaltykit.store.rows import Happening

_PAGE = 2_000
"""Members whose events are read at once."""
_NAN = float("nan")


def columns(store: Store, meaning: Meaning, ranges: Iterable[tuple[int, int]], *, before: int) -> Columns:
    """The events of the members in some ranges (after, to) of numbers that were known before an instant."""
    found = Columns()
    fields: dict[str, list[tuple[str, int]]] = {}
    facts = (*meaning.scores, *(() if meaning.progress is None else (meaning.progress,)))
    for event, field in dict.fromkeys(facts):
        fields.setdefault(event, []).append((field, found.number(fact(event, field))))
    for after, to in ranges:
        for page in range(after, to, _PAGE):
            rows = store.happenings(
                meaning.types, meaning.with_data, after=page, to=min(page + _PAGE, to), before=before
            )
            _add(found, rows, fields)
    return found


def _add(found: Columns, rows: list[Happening], fields: dict[str, list[tuple[str, int]]]) -> None:
    """Append events, and beside those that carry facts a row for each fact."""
    if not rows:
        return
    member, type, at, known_at, data = zip(*rows, strict=True)
    found.member.extend(member)
    found.type.extend(map(found.number, type))
    found.at.extend(at)
    found.known_at.extend(map(_known, at, known_at))
    found.value.extend([_NAN] * len(rows))
    for number, text in enumerate(data):
        if text:
            held = json.loads(text)
            for field, code in fields[type[number]]:
                if (value := _number(held.get(field))) is not None:
                    found.member.append(member[number])
                    found.type.append(code)
                    found.at.append(at[number])
                    found.known_at.append(_known(at[number], known_at[number]))
                    found.value.append(value)


def _known(at: int, known_at: int | None) -> int:
    return at if known_at is None else known_at


def _number(value: Any) -> float | None:
    """A field's value as it was declared: a number, or money as text."""
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
