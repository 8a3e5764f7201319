"""What values can be, beyond their type: a share is from 0 to 1, the first event of its kind is number 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.program.churn import USUAL_PROGRESS
from loyaltykit.program.ladder_steps import steps_of
from loyaltykit.rules.expression.names import WEEKDAYS
from loyaltykit.rules.expression.ranges import Range, bounds
from loyaltykit.rules.expression.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Const,
    History,
    Logic,
    Negate,
    Node,
    Not,
    Ref,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.program.document import Document

ENDLESS = 2.0**62
"""A bound from here on is none."""
_SHARE = Range(0.0, 1.0)
_OF_A_FIELD = ("highest", "lowest", "avg", "first", "last")


@attrs.frozen(slots=True)
class Known:
    """The ranges of what expressions read."""

    shares: frozenset[str]
    """The names of fields that hold the share of a course that is done."""
    ladders: dict[str, int]
    """How many steps each ladder has."""

    @classmethod
    def of(cls, document: Document) -> Known:
        """What a document says of its values."""
        progress = document.churn.facts.progress
        shares = {(progress or USUAL_PROGRESS).rpartition(".")[2]}
        ladders = {"weekday": len(WEEKDAYS), "churn": len(document.churn.bands)}
        if document.levels is not None:
            ladders["level"] = len(document.levels.steps)
        ladders |= {f"tier.{name}": len(steps_of(name, tier)) for name, tier in document.tiers.items()}
        ladders |= {f"badge.{name}": len(badge.steps) for name, badge in document.badges.items()}
        return cls(frozenset(shares), ladders)

    def range_of(self, node: Node) -> Range | None:
        """The range of something that is read, null aside; None where nothing more is known than its type."""
        if node.type.kind == "step" and self.ladders.get(node.type.of):
            return Range(0, self.ladders[node.type.of] - 1)
        if isinstance(node, Ref):
            if node.path == ("event", "nth"):
                return Range(1, bounds(node).high)
            return _SHARE if node.path[0] == "event" and node.path[-1] in self.shares else None
        if isinstance(node, History) and node.function in _OF_A_FIELD and node.field in self.shares:
            return _SHARE
        return None

    def bounds(self, node: Node, read: Callable[[Node], Range | None] | None = None) -> Range:
        """The range of a number; `read` may know better what a name can be."""

        def find(part: Node) -> Range | None:
            return (read(part) if read is not None else None) or self.range_of(part)

        return bounds(replaced(node, find))


def replaced(node: Node, find: Callable[[Node], Range | None]) -> Node:
    """The tree with every name whose range is known replaced by a choice between the two ends of it."""
    if isinstance(node, Ref | History):
        found = find(node)
        return node if found is None else _between(found, node)
    return _rebuilt(node, lambda part: replaced(part, find))


def _rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with its parts changed; one without parts as it is."""
    match node:
        case Negate(operand=operand) | Not(operand=operand):
            return attrs.evolve(node, operand=change(operand))
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return attrs.evolve(node, left=change(left), right=change(right))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return Choice(change(condition), change(then), change(otherwise), type=node.type)
        case Call(arguments=arguments):
            return attrs.evolve(node, arguments=tuple(map(change, arguments)))
        case Logic(operands=operands):
            return attrs.evolve(node, operands=tuple(map(change, operands)))
        case _:
            return node


def _between(found: Range, node: Node) -> Node:
    low, high = Const(found.low, type=node.type), Const(found.high, type=node.type)
    return Choice(node, low, high, type=node.type)
