"""Code for surveys that are asked when a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import timely
from loyaltykit.rules.compile.standings import concerned, rearm
from loyaltykit.rules.runtime import voice

if TYPE_CHECKING:
    from loyaltykit.rules.compile.context import Function, Module
    from loyaltykit.rules.plan import Ask


def asks(fn: Function, touched: set[int] | None) -> None:
    """Surveys whose condition may hold by now."""
    for ask in fn.plan.asks:
        if concerned(fn.module, ask.when, touched):
            _ask(fn, ask)


def _ask(fn: Function, ask: Ask) -> None:
    slot, name = ask.slot, fn.module.names.constant(ask, f"survey_{ask.id}")
    with (
        fn.block(f"if s[{slot}] <= at{'' if ask.closes is None else f' < {ask.closes}'}:"),
        fn.block(f"if {fn.truth(ask.when)}:"),
    ):
        fn(f"{fn.module.helper(voice.ask)}(s, {name}, at, eid, out, {fn.module.zone})")
    if timely(ask.when, fn.module.segments):
        rearm(fn, ask.when, slot + voice.DUE_AGAIN)
    if ask.again or ask.opens is not None:
        fn(f"{fn.module.helper(voice.look_again)}(s, {slot}, at)")


def _timed(ask: Ask, module: Module) -> bool:
    return ask.again or ask.opens is not None or timely(ask.when, module.segments)


def timers(module: Module) -> list[int]:
    """The timers of surveys; `settle` looks at the conditions themselves."""
    return [ask.slot + voice.DUE_AGAIN for ask in module.plan.asks if _timed(ask, module)]
