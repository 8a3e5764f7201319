"""What a refold takes back: what revocable badges and rules gave, and the history no longer yields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.badges import REVOKED
from loyaltykit.values import Effect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from loyaltykit.rules.engine import Engine
    from loyaltykit.store.rows import EffectKey


def revocations(
    engine: Engine, member: str, gone: Iterable[EffectKey], known: Collection[EffectKey], *, event: str, now: int
) -> tuple[Effect, ...]:
    """The effects that take back what is gone and may be taken back. Taken back once, it is not said again."""
    return tuple(
        effect
        for effect in _effects(engine, member, gone, event, now)
        if (effect.mechanic, effect.occurrence, effect.kind, effect.name) not in known
    )


def _effects(engine: Engine, member: str, gone: Iterable[EffectKey], event: str, now: int) -> Iterator[Effect]:
    document = engine.program.document
    revocable = {name for name, badge in document.badges.items() if badge.revocable}
    owners = {f"badges.{name}" for name in revocable} | {
        f"rules.{rule.id}" for rule in document.rules if rule.revocable
    }
    for mechanic, occurrence, kind, name in gone:
        kinds: tuple[str, ...] = ()
        if kind == "badge" and (name in revocable or mechanic in owners):
            kinds = (REVOKED,)
        elif kind == "grant" and mechanic in owners:
            reward = engine.right(name)
            kinds = ("revoked",) if reward is None or reward.stock is None else ("revoked", "freed")
        for one in kinds:
            id = f"{member}/{mechanic}/{occurrence}/{one}/{name}"
            yield Effect(id, member, one, name, now, mechanic, occurrence, event, {})
