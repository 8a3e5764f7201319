"""A source -> everything that is right and everything that is wrong with it, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.program.board_sense import check_boards
from loyaltykit.program.churn_sense import check_churn
from loyaltykit.program.expressions import check_expressions
from loyaltykit.program.goals import check_goals
from loyaltykit.program.messages import check_messages
from loyaltykit.program.names import check_names
from loyaltykit.program.sense import check_sense
from loyaltykit.program.shape import shape
from loyaltykit.program.tier_sense import check_tiers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Fault, Source
    from loyaltykit.rules.expression.own import Function
    from loyaltykit.rules.expression.tree import Node


@attrs.frozen(slots=True)
class Verified:
    """The outcome: what is left of the document, its checked expressions, and all faults."""

    document: Document | None
    expressions: Mapping[str, Node]
    faults: tuple[Fault, ...]


def verify(source: Source, functions: Mapping[str, Function]) -> Verified:
    """Check a source as far as it can be: shape, names, sense, expressions, churn, goals, messages."""
    if not isinstance(source.data, dict):
        return Verified(None, {}, source.faults)
    shaped = shape(source.data)
    document = shaped.document
    seen = {(*fault.keys, *fault.tail) for fault in source.faults if fault.keys}
    faults = [*source.faults, *(fault for fault in shaped.faults if (*fault.keys, *fault.tail) not in seen)]
    if document is None:
        return Verified(None, {}, tuple(faults))
    trees = check_expressions(shaped, document, source.data, functions)
    later = (
        *check_names(shaped, document, source.data),
        *check_sense(shaped, document, source.data),
        *trees.faults,
        *check_tiers(document, trees.nodes, source.data, shaped.broken),
        *check_churn(document, source.data, shaped.broken),
        *check_boards(document, trees.nodes, source.data, shaped.broken),
        *check_goals(document, trees.nodes, source.data),
        *check_messages(document, source.data, shaped.broken),
    )
    faults.extend(fault for fault in later if fault.keys not in seen or not fault.keys)
    return Verified(document, trees.nodes, tuple(faults))
