"""The churn score that was recorded last, as facts for conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.expression.tree import Node, Ref, depends
from loyaltykit.rules.plan import CHURN_FACTS, ChurnRead

if TYPE_CHECKING:
    from loyaltykit.rules.builder import Builder


def lower(builder: Builder) -> None:
    """The names `churn.*`, where a condition reads one, or the program has a section for them."""
    asked = bool(builder.program.document.churn.model_fields_set)
    if not asked and not any(_reads_churn(node) for node in builder.program.expressions.values()):
        return
    builder.churn = builder.slot("churn", [None] * len(CHURN_FACTS))
    for place, name in enumerate(CHURN_FACTS):
        builder.reads["churn", name] = ChurnRead(builder.churn, place)


def _reads_churn(node: Node) -> bool:
    return any(isinstance(one, Ref) and one.path[0] == "churn" for one in depends(node))
