"""The churn score that was recorded last, as facts for conditions."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.expression.tree import Node, Ref, depends
from loyaltykit.rules.plan import ChurnRead


def lower(builder: Builder) -> None:
    """The names `churn.score`, `churn.band`, `churn.status`, where a condition reads one."""
    if not any(_reads_churn(node) for node in builder.program.expressions.values()):
        return
    builder.churn = builder.slot("churn", [None, None, None])
    for place, name in enumerate(("score", "band", "status")):
        builder.reads["churn", name] = ChurnRead(builder.churn, place)


def _reads_churn(node: Node) -> bool:
    return any(isinstance(one, Ref) and one.path[0] == "churn" for one in depends(node))
