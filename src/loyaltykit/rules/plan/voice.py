"""Operations of surveys: when one is asked, and how much an answer counts."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node


@attrs.frozen(slots=True)
class Ask:
    """A survey that is asked when a condition holds. Slots: from when it may be asked, how often it was, its timer."""

    id: str
    source: str
    slot: int
    when: Node
    every: int | None
    """None, and no months: it is asked once."""
    every_months: int = 0
    opens: int | None = None
    """Before this instant it is not asked."""
    closes: int | None = None
    """From this instant on it is not asked."""

    @property
    def again(self) -> bool:
        """Whether it is asked more than once."""
        return self.every is not None or self.every_months > 0
