"""What a redemption is worth: functions over the facts of the lots that it consumed, weighted by points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.expression.tree import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.rules.plan import Points


@attrs.frozen(slots=True)
class OverLots:
    """Reads names such as ``lot.mean.price`` of some consumed lots. A lot without the fact takes no part."""

    lots: tuple[tuple[float, Mapping[str, Any]], ...]
    """Points consumed, in whole units, and the facts that they carry."""

    @staticmethod
    def about(ref: Any) -> bool:
        """Whether a name is one of these."""
        return isinstance(ref, Ref) and ref.path[0] == "lot"

    def __call__(self, ref: Any) -> float | None:
        """The value; null when no lot has the fact."""
        _, function, field = ref.path
        found = [(weight, facts[field]) for weight, facts in self.lots if _number(facts.get(field))]
        if not found:
            return None
        values = [value for _, value in found]
        if function in ("lowest", "highest"):
            return float(min(values) if function == "lowest" else max(values))
        total = sum(weight * value for weight, value in found)
        return float(total if function == "sum" else total / sum(weight for weight, _ in found))


def _number(fact: Any) -> bool:
    return isinstance(fact, int | float) and not isinstance(fact, bool)


def over_lots(paid: Iterable[list[Any]], points: Mapping[str, Points]) -> OverLots:
    """The consumed lots of a redemption."""
    return OverLots(
        tuple(
            (one[5] / points[point].unit, one[6]) for point, taken in paid if point in points for one in taken if one[6]
        )
    )
