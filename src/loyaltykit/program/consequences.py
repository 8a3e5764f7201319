"""What follows from something: the same keys for rules, badges, quests and streaks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from loyaltykit.program.fields import Expression, Id, Model, Names

_KEYS = frozenset({"award", "grant", "badge", "send"})


class Gifts(Model):
    """What may be given: points, rewards, badges; scalar or list."""

    award: dict[Id, Expression] = {}
    """Points by point id; the value is a number or an expression."""
    grant: Names = ()
    badge: Names = ()


class Consequences(Gifts):
    """What follows from something: the same keys everywhere."""

    send: Names = ()

    @property
    def empty(self) -> bool:
        """Whether nothing follows."""
        return not (self.award or self.grant or self.badge or self.send)


def _bare_award(value: Any) -> Any:
    """A bare ``{xp: 50}`` is an award."""
    if isinstance(value, dict) and value and not (_KEYS & set(value)):
        return {"award": value}
    return value


Following = Annotated[
    Consequences, BeforeValidator(_bare_award, json_schema_input_type=Consequences | dict[Id, Expression])
]
