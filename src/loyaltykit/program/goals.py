"""What of a goal can be counted afterwards: a time that is equally long for all, a condition on the event itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.problems import Finding
from loyaltykit.program.names import Desk
from loyaltykit.program.places import Fault
from loyaltykit.program.shape import keys_of
from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import Ref, depends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Keys
    from loyaltykit.rules.expression.tree import Node


def check_goals(document: Document, nodes: Mapping[str, Node], data: Mapping[str, Any]) -> tuple[Fault, ...]:
    """The faults of all goals."""
    desk = Desk(data)
    for name, goal in document.goals.items():
        loc: Keys = ("goals", name)
        for key, span in (("within", goal.within), ("horizon", goal.horizon)):
            if span is not None and span.months:
                desk.report("document/goal-months", (*loc, key), name=str(span))
        desk.faults.extend(_beyond(nodes.get(f"goals.{name}.where"), keys_of((*loc, "where"), data)))
    return tuple(desk.faults)


def _beyond(where: Node | None, keys: Keys) -> Iterator[Fault]:
    """What a goal's condition looks at besides the event that it counts."""
    for node in depends(where) if where is not None else ():
        if not isinstance(node, Ref) or node.path[0] != "event":
            yield Fault(Finding("document/goal-where", {"name": to_text(node)}, offset=node.offset), keys)
