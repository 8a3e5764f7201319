"""What another version of a program would change, on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.cli.output import faint, strong, tame
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.whatif import Balance, Change, WhatIf
    from loyaltykit.cli.views.dressing import Dressing

SHOWN = 10
"""So many members are named, those with the largest changes first."""


def whatif_lines(found: WhatIf, dress: Dressing) -> Iterator[str]:
    """Who would gain and lose, what it costs, and who would come to another step."""
    lang = dress.lang
    all, some = count(lang, found.members, "member"), count(lang, len(found.changes), "member")
    yield strong(say(lang, "whatif/title", version=found.version, mode=say(lang, f"whatif/{found.mode}")))
    if not found.changes:
        yield f"  {say(lang, 'whatif/nothing', members=all)}"
        return
    yield f"  {say(lang, 'whatif/changed', changed=some, members=all)}"
    for point, balance in found.points().items():
        yield f"  {_balance(point, balance, dress)}"
    for (point, mechanic), amount in found.mechanics().items():
        yield faint(f"    {mechanic}: {_signed(amount, dress)} {dress.label('points', point)}")
    for move, members in found.moves().items():
        yield f"  {tame(move)}: {count(lang, members, 'member')}"
    for change in sorted(found.changes, key=_size, reverse=True)[:SHOWN]:
        parts = ", ".join(f"{_signed(n, dress)} {dress.label('points', p)}" for p, n in change.by_point().items())
        if parts:
            yield faint(f"    {tame(change.member)}: {parts}")


def _balance(point: str, balance: Balance, dress: Dressing) -> str:
    words = {
        "point": dress.label("points", point),
        "gained": _signed(balance.gained, dress),
        "lost": _signed(balance.lost, dress),
        "net": _signed(balance.net, dress),
        "up": count(dress.lang, balance.up, "member"),
        "down": count(dress.lang, balance.down, "member"),
    }
    return say(dress.lang, "whatif/point", **words)


def _signed(amount: Any, dress: Dressing) -> str:
    return f"{'+' if amount > 0 else ''}{dress.amount(amount)}"


def _size(change: Change) -> float:
    return max((abs(float(amount)) for amount in change.by_point().values()), default=0.0)
