"""What names an expression of the document may use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import attrs

from loyaltykit.program.ladder_steps import steps_of
from loyaltykit.program.reserved import attributes
from loyaltykit.program.shape import declared
from loyaltykit.rules.expression.tree import Kind, Scope, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType
    from loyaltykit.rules.expression.own import Function


@attrs.frozen(slots=True)
class Where:
    """What tells the scope of one expression from that of another."""

    triggers: tuple[str, ...] = ()
    """The event types that trigger it."""
    over_period: bool = False
    """Whether it is the basis of a ladder."""
    per: str | None = None
    """The event field whose values are looked at one by one."""
    offers: bool = False
    """Whether the campaign around it makes offers."""
    lots: tuple[str, ...] | None = None
    """The facts that consumed lots may carry, where it is about these."""


ANYWHERE = Where()


def base_scope(document: Document, data: Mapping[str, Any], functions: Mapping[str, Function]) -> Scope:
    """The scope of a condition that no event triggers. Names of parts that are themselves faulty are in it too."""
    ladders = {name: rising(steps_of(name, tier)) for name, tier in document.tiers.items()}
    badges = {name: rising(badge.steps) for name, badge in document.badges.items()}
    return Scope(
        events={name: _types(fields) for name, fields in document.named_events.items()},
        member=_types(attributes(document)),
        points={name: point.decimals == 0 for name, point in document.points.items()},
        levels=rising(document.levels.steps) if document.levels is not None else (),
        tiers={**dict.fromkeys(declared(data, "tiers"), ()), **ladders},
        badges={**dict.fromkeys(declared(data, "badges"), ()), **badges},
        quests=declared(data, "quests"),
        streaks=declared(data, "streaks"),
        segments=declared(data, "segments"),
        entitlements=declared(data, "rewards"),
        bands=rising(document.churn.bands),
        always=frozenset(_always(document)),
        functions=functions,
    )


def _always(document: Document) -> Iterator[str]:
    """The ladders on which everybody has a step: the first asks for nothing."""
    ladders = {f"tier.{name}": steps_of(name, tier) for name, tier in document.tiers.items()}
    if document.levels is not None:
        ladders["level"] = document.levels.steps
    for name, steps in ladders.items():
        if min(steps.values(), default=1) <= 0:
            yield name


def scopes(base: Scope) -> Callable[[Where], Scope]:
    """The scope of each kind of place, made once."""

    @cache
    def scope(where: Where) -> Scope:
        changes: dict[str, Any] = {
            name: getattr(where, name) for name in ("triggers", "over_period", "per", "offers", "lots")
        }
        return attrs.evolve(base, **changes)

    return scope


def rising(steps: Mapping[str, int | float]) -> tuple[str, ...]:
    """The names of a ladder's steps, lowest first."""
    return tuple(sorted(steps, key=lambda name: steps[name]))


def _types(fields: Mapping[str, DeclaredType]) -> dict[str, Type]:
    return {name: _type(kind) for name, kind in fields.items()}


def _type(field: DeclaredType) -> Type:
    kind = cast("Kind", "number" if field.kind == "money" else field.kind)
    if field.items:
        return Type("list", nullable=field.optional, of=kind)
    return Type(kind, nullable=field.optional)
