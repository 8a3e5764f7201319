"""What a leaderboard may rank by: what happened in the period, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.names import Desk, suggest
from loyaltykit.rules.expression.tree import History, Node, Ref, children

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Fault, Keys

_COUNTED = ("count", "sum", "avg", "lowest", "highest", "distinct", "first", "last", "earned")


def check_boards(
    document: Document, nodes: Mapping[str, Node], data: Mapping[str, Any], broken: frozenset[Keys]
) -> list[Fault]:
    """The faults of leaderboards beyond their shape."""
    desk = Desk(data)
    for name, board in document.leaderboards.items():
        loc: Keys = ("leaderboards", name)
        node = nodes.get(f"leaderboards.{name}.by")
        if node is not None:
            _basis(desk, node, (*loc, "by"))
        if board.grouping is not None and not any(keys[0] in ("events", "member") for keys in broken):
            _grouping(desk, document, board.grouping, (*loc, "group"))
    return desk.faults


def _basis(desk: Desk, node: Node, loc: Keys) -> None:
    for part in _parts(node):
        if isinstance(part, Ref):
            desk.report("document/board-now", loc, name=".".join(part.path))
            return
        if part.function not in _COUNTED or part.within is not None or part.within_months:
            desk.report("document/board-window", loc, name=part.function)
            return
        if part.same is not None:
            desk.report("document/board-same", loc)
            return


def _parts(node: Node) -> Iterator[Ref | History]:
    """The names and history functions of a basis, not what is inside a `where`."""
    if isinstance(node, Ref | History):
        yield node
        return
    for part in children(node):
        yield from _parts(part)


def _grouping(desk: Desk, document: Document, grouping: tuple[str, str], loc: Keys) -> None:
    root, name = grouping
    fields = dict.fromkeys(field for declared in document.named_events.values() for field in declared)
    known = document.member if root == "member" else fields
    if name not in known:
        arguments, hint = suggest(f"{root}.{name}", [f"{root}.{one}" for one in known])
        desk.report("document/unknown-field", loc, hint=hint, **arguments)
