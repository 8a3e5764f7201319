"""What ``recompute upward only`` leaves alone: what a recompute would take away, mechanic by mechanic.

Mechanics that belong together are looked at together, for what one loses the other gains: a rule and those that reverse
it, and all that only one of the two programs has (a rule under another id is the same rule to whoever earned by it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document

_ELSEWHERE = ""
"""The group of what only one of two programs has."""


def left_alone(found: Mapping[tuple[str, str], int], old: Document, new: Document) -> dict[tuple[str, str], int]:
    """By (point, mechanic) how much of a difference below zero is not posted, as positive amounts.

    A group that gains as a whole is posted as it is; of one that loses, what it loses stays.
    """
    groups: dict[tuple[str, str], list[tuple[tuple[str, str], int]]] = {}
    for key, amount in found.items():
        groups.setdefault((key[0], _group(key[1], old, new)), []).append((key, amount))
    kept: dict[tuple[str, str], int] = {}
    for lines in groups.values():
        loss = -sum(amount for _, amount in lines)
        for key, amount in sorted(lines, key=lambda line: line[1]):
            part = min(-amount, loss)
            if part > 0:
                kept[key] = part
                loss -= part
    return kept


def _group(mechanic: str, old: Document, new: Document) -> str:
    for document in (new, old):
        for rule in document.rules:
            if rule.reverse is not None and mechanic == f"rules.{rule.id}":
                return _group(f"rules.{rule.reverse}", old, new)
    return mechanic if _has(old, mechanic) and _has(new, mechanic) else _ELSEWHERE


def _has(document: Document, mechanic: str) -> bool:
    section, _, name = mechanic.partition(".")
    if section == "rules":
        return any(rule.id == name for rule in document.rules)
    part = getattr(document, section, None)
    return name in part if isinstance(part, dict) else True
