"""Leaderboards: the history functions of the basis become parts with cells of their own, one for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.builder import Builder, rebuilt
from loyaltykit.rules.expression.tree import History, Node, Ref
from loyaltykit.rules.plan.boards import Board, Part

if TYPE_CHECKING:
    from loyaltykit.program.boards import Leaderboard


def lower(builder: Builder) -> None:
    """A `Board` for each."""
    for name, written in builder.program.document.leaderboards.items():
        basis = builder.program.expressions.get(f"leaderboards.{name}.by")
        if basis is not None:
            builder.boards.append(_board(builder, name, written, basis))


def _board(builder: Builder, name: str, written: Leaderboard, basis: Node) -> Board:
    path = f"leaderboards.{name}"
    parts = _Parts(builder)
    score = parts.without(basis)
    root, field = written.grouping or ("", None)
    board = Board(
        id=name,
        source=path,
        slot=0,
        period=written.every,
        field=field if root == "event" else None,
        attribute=field if root == "member" else None,
        parts=tuple(parts.found),
        score=score,
        winners=tuple(
            (rank, builder.follow(path, given, f"{path}.winners.{rank}")) for rank, given in written.winners.items()
        ),
    )
    return attrs.evolve(board, slot=builder.slot(f"leaderboards {board.key}", [None, None, None, {}, {}]))


@attrs.define
class _Parts:
    builder: Builder
    found: list[Part] = attrs.field(factory=list)

    def without(self, node: Node) -> Node:
        """The tree with a name for each history function."""
        if not isinstance(node, History):
            return rebuilt(node, self.without)
        points = self.builder.program.document.points
        unit = 10 ** points[node.field or ""].decimals if node.function == "earned" else 1
        part = Part(node.function, node.event, node.field, node.where, unit)
        if part not in self.found:
            self.found.append(part)
        return Ref(type=node.type, path=("part", str(self.found.index(part))))
