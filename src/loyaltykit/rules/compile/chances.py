"""Code for surprises and referrals: at the end of an event's first round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.compile import awards
from loyaltykit.rules.plan.chances import OPEN
from loyaltykit.rules.runtime import chances

if TYPE_CHECKING:
    from loyaltykit.rules.compile.context import Function, Module
    from loyaltykit.rules.plan import Follow
    from loyaltykit.rules.plan.chances import Surprise


def number_of(module: Module, follow: Follow) -> int | None:
    """The number of a follow-up that an answer or an action brings; None when nothing follows."""
    return None if follow.empty else module.follows.setdefault(follow, len(module.follows))


def outside(module: Module) -> dict[str, int | None]:
    """The follow-ups of winners by board and rank, of surprises by id, of sides of a referral, of ideas by event."""
    found = {f"surprise {one.id}": number_of(module, one.follow) for one in module.plan.surprises}
    for board in module.plan.boards:
        found |= {f"{board.source} {rank}": number_of(module, follow) for rank, follow in board.winners}
    refer = module.plan.referrals
    if refer is not None:
        found |= {"friend": number_of(module, refer.friend), "referrer": number_of(module, refer.reward)}
    for name, follow in module.plan.ideas.follows if module.plan.ideas is not None else ():
        found[f"ideas {name}"] = number_of(module, follow)
    return found


def on_event(fn: Function) -> None:
    """What an event draws, and the referral that waited for it."""
    for surprise in fn.plan.surprises:
        if fn.event in surprise.events:
            _surprise(fn, surprise)
    refer = fn.plan.referrals
    if refer is not None and fn.event in refer.events:
        met = "" if refer.when is None else f" and ({fn.truth(refer.when)})"
        fn("# referrals")
        with fn.block(f"if s[{refer.slot}] == {OPEN}{met}:"):
            helper = fn.module.helper(chances.refer)
            fn(f"{helper}(s, {refer.slot}, {fn.ref(refer.referrer)}, at, eid, out)")


def _surprise(fn: Function, surprise: Surprise) -> None:
    fn(f"# {surprise.source}")
    program, source = fn.constant(fn.plan.program), fn.constant(surprise.source)
    parts = [] if surprise.when is None else [f"({fn.truth(surprise.when)})"]
    if surprise.chance < 1:
        helper = fn.module.helper(chances.drawn)
        parts.append(f"{helper}({program}, {source}, {surprise.chance!r}, s, eid)")
    if surprise.limit is not None:
        parts.append(f"{awards.left(fn, surprise.limit, f's[{surprise.limit.slot}]')} > 0")
    with fn.block(f"if {' and '.join(parts) or 'True'}:"):
        if surprise.budget is None:
            fn.follow(surprise.follow, "eid")
        else:
            name = fn.module.names.constant(surprise, f"surprise_{surprise.id}")
            fn(f"{fn.module.helper(chances.ask_budget)}({name}, at, eid, out)")
