"""Code for rules whose awards may be taken back or revised, and for those that take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.compile.boards import name_of
from loyaltykit.rules.runtime import amounts, history
from loyaltykit.rules.runtime.reversing import Keeper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.rules.compile.context import Function
    from loyaltykit.rules.plan import Fire


def keeper(fn: Function, rule: Fire) -> str:
    """The name of what a rule keeps its awards with."""
    name = f"KEEPER_{rule.key_slot}"
    if name not in fn.module.names.namespace:
        scores = [fn.module.names.namespace[name_of(board)] for board in fn.plan.boards]
        fn.module.names.shared(name, Keeper(fn.plan, rule, scores))
    return name


def key(fn: Function, rule: Fire) -> None:
    """Code that puts a rule's key into the local `key`."""
    if rule.key is not None:
        fn(f"key = {fn.module.helper(history.key_of)}({fn.value(rule.key)})")


def noted(fn: Function, point: str, given: str, wanted: str) -> None:
    """Code that notes one award for `keep`."""
    name = fn.constant(point)
    fn(f"kept[{name}] = {given}")
    fn(f"asked[{name}] = {wanted}")


def keep(fn: Function, rule: Fire) -> None:
    """Code that keeps what a rule has just given."""
    by = ""
    if rule.limit is not None and rule.limit.by is not None:
        by = f", {fn.module.helper(amounts.limit_key)}({fn.value(rule.limit.by)})"
    fn(f"{keeper(fn, rule)}.keep(s, key, kept, asked, at, eid, {_bases(fn, rule)}{by})")


def come_true(fn: Function, rule: Fire, early: int) -> None:
    """Code that takes back at once what had come back before it was given."""
    with fn.block(f"if key in s[{early}]:"):
        fn(f"{keeper(fn, rule)}.come_true(s, key, at, eid, out)")
    _touch(fn, rule)


def _bases(fn: Function, rule: Fire) -> str:
    fields = () if rule.kept is None else rule.kept.fields
    return _tuple(fn.field(name) for name, _ in fields)


def _tuple(sources: Iterable[str]) -> str:
    parts = list(sources)
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def revise(fn: Function, rule: Fire, wanted: Iterable[tuple[str, str]], carry: str) -> None:
    """Code for a key that has given before: the difference."""
    parts = ", ".join(f"{fn.constant(point)}: {source}" for point, source in wanted)
    fn(f"{keeper(fn, rule)}.revise(s, key, {{{parts}}}, at, eid, {_bases(fn, rule)}, {carry}, out)")
    _touch(fn, rule)


def take_back(fn: Function, rule: Fire) -> str:
    """Code that finds the key; the source of the call that takes back, and says whether it did."""
    reverse = rule.reverse
    if reverse is None:
        raise AssertionError(rule.id)
    taken = next(one for one in fn.plan.rules if one.id == reverse.rule)
    key(fn, rule)
    part = "None"
    if reverse.of is not None and taken.kept is not None:
        number = [name for name, _ in taken.kept.fields].index(reverse.of)
        part = f"({number}, {fn.field(reverse.of)})"
    policies = fn.module.names.constant(dict(reverse.overdraft), "overdraft")
    _touch(fn, taken)
    return f"{keeper(fn, taken)}.reverse(s, key, {part}, {policies}, {fn.constant(rule.source)}, at, eid, out)"


def _touch(fn: Function, rule: Fire) -> None:
    """What taking an award back can change."""
    for award in rule.follow.awards:
        point = fn.module.points[award.point]
        fn.touched.add(point.slot)
        if point.lots is not None:
            fn.touched |= {point.slot + 1, point.slot + 2}
        fn.touched |= {track.slot for track in fn.plan.tracks if track.function == "earned" and track.field == point.id}
