"""What nobody has said: a condition that asks for a no of an attribute is not met where there is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.expressions import sites
from loyaltykit.rules.expression.tree import Compare, Const, Not, Ref, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.lint.subject import Subject
    from loyaltykit.rules.expression.tree import Node

_TESTS = ("is-null", "not-null")


def look(subject: Subject) -> None:
    """Report conditions that leave out everybody of whom an attribute is not known, and do not say so."""
    for site in sites(subject.document, tuple(range(len(subject.document.rules)))):
        node = subject.nodes.get(site.path)
        if node is None or site.expect != "condition":
            continue
        parts = list(_parts(node))
        tested = {part.left for part in parts if isinstance(part, Compare) and part.operator in _TESTS}
        for name in dict.fromkeys(name for part in parts if (name := _denied(part)) is not None and name not in tested):
            written = ".".join(name.path)
            subject.advise("reach/unknown-is-not-no", site.loc, hint="hint/or-unknown", name=written)


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for part in children(node):
        yield from _parts(part)


def _denied(node: Node) -> Ref | None:
    """The attribute that a part of a condition wants a no of: `not member.A`, `member.A == False`."""
    asked: Node | None = None
    if isinstance(node, Not):
        asked = node.operand
    elif isinstance(node, Compare) and isinstance(node.right, Const):
        wanted = (node.operator, node.right.value) in (("==", False), ("!=", True))
        asked = node.left if wanted else None
    if not isinstance(asked, Ref) or asked.path[0] != "member":
        return None
    return asked if asked.type.kind == "boolean" and asked.type.nullable else None
