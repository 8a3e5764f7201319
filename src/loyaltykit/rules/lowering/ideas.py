"""Ideas of students."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.plan.ideas import IDEAS, Ideas

if TYPE_CHECKING:
    from loyaltykit.rules.builder import Builder


def lower(builder: Builder) -> None:
    """The one `Ideas` when there are ideas."""
    written = builder.program.document.ideas
    if written is None:
        return
    weight = builder.expression("ideas.weight")
    if weight is not None:
        builder.weights.append((f":{IDEAS}", weight))
    rolling = written.limit.per.rolling
    builder.ideas = Ideas(
        slot=builder.slot(IDEAS, [{}, {}]),
        follows=tuple(
            (name, builder.follow(f"{IDEAS}.{name}", given, f"{IDEAS}.{name}")) for name, given in written.given.items()
        ),
        told=tuple(written.told.items()),
        times=written.limit.times,
        period=written.limit.per.name,
        rolling=None if rolling is None else rolling.micros,
        months=0 if rolling is None else rolling.months,
    )
