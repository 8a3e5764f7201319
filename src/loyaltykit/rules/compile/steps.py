"""The generated functions: one step an event type, one recall, the loop over all, the shared settle and follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from loyaltykit.rules.compile import awards, boards, chances, journeys, ladders, many, standings, voice, waiting, ways
from loyaltykit.rules.compile.context import Function, Module, empty_of
from loyaltykit.rules.compile.fields import checks
from loyaltykit.rules.compile.writer import Writer, identifier
from loyaltykit.rules.plan import ACTIVE, ATTRIBUTES, DUE, JOINED, LAST, MEMBER, NOW
from loyaltykit.rules.runtime import amounts, clock, history
from loyaltykit.rules.runtime.ladders import standing
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Follow, Touch, Track

ROUNDS = 16
_SLACK = 4 * 86_400_000_000


Kind = Literal["on", "bare", "recall", "prepare"]


def step(module: Module, event: str, number: int, kind: Kind) -> tuple[str, str]:
    """(name, source) of the function that folds one event type.

    `bare` is `on` without ledger lines; `recall` is history only; `prepare` is all that comes before the rules.
    """
    fn = _written(module, event, kind)
    name = identifier(kind, event, number)
    writer = Writer()
    with writer.block(f"def {name}(s, event, out):"):
        _body(writer, fn)
    return name, writer.text()


def _written(module: Module, event: str, kind: Kind) -> Function:
    fn = Function(module, event, record=kind != "bare")
    _histories(fn)
    journeys.remember(fn)
    if kind != "recall":
        _streaks(fn)
    if kind in ("on", "bare"):
        boards.on_event(fn)
        _standing_round(fn)
    return fn


def _body(writer: Writer, fn: Function, *, loop: bool = False) -> None:
    for line in _opening(fn, loop=loop):
        writer(line)
    writer.include(fn.body)
    if fn.queues:
        with writer.block("if queue is not None:"):
            writer(f"{fn.shared('settle')}(s, at, eid, out, queue)")


def fold_all(module: Module, events: Sequence[str]) -> str:
    """Source of one loop over events of all members, with the step of each event type in line.

    `newest` is the latest instant so far: an event that is later is in order for its member, too. Until the end a state
    holds its last event itself, in the place of the event's id: that is one thing to remember an event, and not two.
    """
    writer = Writer()
    initial = module.names.shared("INITIAL", [slot.initial for slot in module.plan.slots])
    module.helper(write_last)
    writer.depth = 1
    writer("known = states.get")
    writer(f"newest = today = {-NEVER}")
    with writer.block("for event in events:"):
        writer("s = known(event.member)")
        with writer.block("if s is None:"):
            writer(f"s = states[event.member] = {initial}.copy()")
            writer(f"s[{MEMBER}] = event.member")
            for number, slot in enumerate(module.plan.slots):
                if isinstance(slot.initial, list | dict) and number != ATTRIBUTES:
                    writer(f"s[{number}] = {slot.initial!r}")
        writer("kind = event.type")
        for number, event in enumerate(events):
            with writer.block(f"{'elif' if number else 'if'} kind == {module.names.constant(event)}:"):
                _body(writer, _written(module, event, "bare"), loop=True)
        with writer.block("else:" if events else "if True:"):
            writer("write_last(s)")
            writer("other(s, event, out)")
            writer(f"newest = max(newest, s[{NOW}])")
    with writer.block("for s in states.values():"):
        writer("write_last(s)")
    writer.head("def fold_all(events, states, out, other", module.names)
    return writer.text()


def write_last(state: list[Any]) -> None:
    """Write down in a state the instant and the id of the event that it holds as its last."""
    last = state[LAST]
    if not isinstance(last, str):
        state[NOW], state[LAST] = last.instant, last.id


def look(
    module: Module,
    name: str,
    node: Node,
    event: str | None,
    what: Callable[[Function, Node], str] = Function.value,
) -> str:
    """Source of a function ``(s, at, event)`` that gives an expression's value, or something else of it."""
    fn = Function(module, event)
    fn(f"return {what(fn, node)}")
    writer = Writer()
    with writer.block(f"def {name}(s, at, event):"):
        if event is not None:
            for line in checks(fn):
                writer(line)
        for line in fn.prelude():
            writer(line)
        writer.include(fn.body)
    return writer.text()


def _opening(fn: Function, *, loop: bool) -> Iterator[str]:
    """Take the event apart, check its fields, check the order, let timers fire first."""
    yield "at = event.instant"
    if not loop or fn.queues or any("eid" in line for line in fn.body.lines):
        yield "eid = event.id"
    yield from checks(fn)
    if not fn.active:  # the engine has let time pass, and done what the event says
        yield from (["queue = None"] if fn.queues else [])
        yield from fn.prelude()
        return
    yield from _order(fn, loop=loop)
    yield f"if at >= s[{DUE}]:"
    yield f"    {fn.shared('wake')}(s, at, out)"
    if loop:
        yield f"s[{LAST}] = event"
    else:
        yield f"s[{NOW}] = at"
        yield f"s[{LAST}] = eid"
    if fn.module.uses_silence:
        yield f"s[{ACTIVE}] = at"
    if fn.queues:
        yield "queue = None"
    yield from fn.prelude(located=True, loop=loop)


def _order(fn: Function, *, loop: bool) -> Iterator[str]:
    """Refuse an event that is not later than what the member's state has seen."""
    refuse = f"{fn.module.helper(refuse_older)}(s, event)"
    if not loop:
        yield f"if at <= s[{NOW}] and (at < s[{NOW}] or eid <= s[{LAST}]):"
        yield f"    {refuse}"
        return
    yield "if at > newest:"
    yield "    newest = at"
    yield f"elif isinstance(last := s[{LAST}], str):"
    yield f"    if at <= s[{NOW}] and (at < s[{NOW}] or event.id <= last):"
    yield f"        {refuse}"
    yield "elif at <= last.instant and (at < last.instant or event.id <= last.id):"
    yield f"    {refuse}"


def refuse_older(state: list[Any], event: Any) -> None:
    """An event that is not later, by (instant, id), than what was folded already."""
    write_last(state)
    from loyaltykit.errors import EventError  # only on the way to an error

    what = (
        "was folded already" if event.instant == state[NOW] and event.id == state[LAST] else "is older than the state"
    )
    raise EventError(f"event {event.id}: {what}", code="event/out-of-order", event=event.id, field="at")


def _histories(fn: Function) -> None:
    """History first: rules see it with the event included; `event.gap` sees it without."""
    for track in fn.plan.tracks:
        if track.event != fn.event or track.function == "earned":
            continue
        if track.function == "last_at" and track.where is None and track.same is None:
            gap = f"gap_{track.slot}"
            fn(f"{gap} = s[{track.slot}]")
            fn.gaps.append(gap)
            days = fn.module.helper(clock.days_since)
            fn.captured["event", "gap"] = f"{days}({gap}, at)"
        if track.where is not None:
            with fn.block(f"if {fn.truth(track.where)}:"):
                _track(fn, track)
        else:
            _track(fn, track)


def _track(fn: Function, track: Track) -> None:
    """Keep one history function up to date."""
    slot = track.slot
    value = "None" if track.field is None else fn.field(track.field)
    if not track.windowed and track.same is None and track.period is None:
        _plain(fn, track, value)
        return
    update = (history.WINDOWED if track.windowed else history.PLAIN)[track.function]
    name = fn.module.helper(update, f"note_{update.__name__}")
    empty = fn.module.helper(empty_of(track), f"empty_{slot}")
    cutoff = "0" if not track.windowed else fn.cutoff(track.within or 0, track.months)
    if track.months:  # a month ago is not later for who looks later: keep what a look at another hour may need
        cutoff += f" - {_SLACK}"
    if track.same is not None:
        helper = fn.module.helper(history.update_same)
        fn(f"{helper}(s[{slot}], {fn.field(track.same)}, {name}, {empty}, at, {value}, {cutoff})")
    elif track.period is not None:
        helper = fn.module.helper(history.update_period)
        fn(f"{helper}(s[{slot}], {fn.number(track.period)}, {name}, {empty}, at, {value})")
    else:
        fn(f"{name}(s[{slot}], at, {value}, {cutoff})")


def _plain(fn: Function, track: Track, value: str) -> None:
    slot = track.slot
    if track.function == "count":
        fn(f"s[{slot}] += 1")
    elif track.function == "last_at":
        fn(f"s[{slot}] = at")
    elif track.function == "last":
        fn(f"s[{slot}] = {value}")
    else:
        update = history.PLAIN[track.function]
        name = fn.module.helper(update, f"note_{update.__name__}")
        fn(f"s[{slot}] = {name}(s[{slot}], at, {value}, 0)")


def _standing_round(fn: Function) -> None:
    """The first round: rules, then what this event can have changed of levels, tiers, badges and quests."""
    waiting.extend(fn)
    many.fire_rules(fn, [rule for rule in fn.plan.rules if fn.event in rule.events])
    waiting.arrive(fn)
    fn.touched |= {track.slot for track in fn.plan.tracks if track.event == fn.event}
    fn.touched |= {ACTIVE, JOINED} if fn.active else set()
    standings.levels(fn, fn.touched)
    ladders.tiers(fn, fn.touched)
    standings.count_badges(fn)
    standings.badges(fn, fn.touched)
    ways.before(fn)
    standings.quest_steps(fn)
    standings.quests(fn, fn.touched)
    standings.watches(fn, fn.touched)
    chances.on_event(fn)
    voice.asks(fn, fn.touched)
    journeys.on_event(fn, fn.touched)


def _streaks(fn: Function) -> None:
    """Streaks come before rules, which see them with the event included."""
    for streak in fn.plan.streaks:
        if fn.event in streak.events:
            _streak(fn, streak)


def _streak(fn: Function, streak: Touch) -> None:
    """An active period: the first counting event of the next one lengthens the run, a gap begins another."""
    slot = streak.slot
    number = fn.number(streak.period)
    fn.touched.add(slot)
    test = f"{number} > s[{slot}]"
    if streak.where is not None:
        test += f" and ({fn.truth(streak.where)})"
    with fn.block(f"if {test}:"):
        if streak.threshold > 1:
            cell = f"s[{slot + 4}]"
            left = fn.module.helper(amounts.left_in_period)
            fn(f"{left}({cell}, {number}, {streak.threshold})")
            fn(f"{cell}[1] += 1")
            with fn.block(f"if {cell}[1] >= {streak.threshold}:"):
                _lengthen(fn, streak, number)
        else:
            _lengthen(fn, streak, number)


def _lengthen(fn: Function, streak: Touch, number: str) -> None:
    slot = streak.slot
    if streak.keeping is not None:
        fn(f"{fn.module.chain(slot)}.touch(s, {number}, at, eid, out)")
        fn.changed(slot)
        if streak.milestones:
            _milestones(fn, streak)
        return
    with fn.block(f"if s[{slot}] == {number} - 1{fn.skipped(slot, streak.period)}:"):
        fn(f"s[{slot + 1}] += 1")
    with fn.block("else:"):
        fn(f"s[{slot + 1}] = 1")
        fn(f"s[{slot + 3}] += 1")
    fn(f"s[{slot}] = {number}")
    with fn.block(f"if s[{slot + 1}] > s[{slot + 2}]:"):
        fn(f"s[{slot + 2}] = s[{slot + 1}]")
    fn.changed(slot)
    if streak.milestones:
        _milestones(fn, streak)


def _milestones(fn: Function, streak: Touch) -> None:
    slot = streak.slot
    for length, follow in streak.milestones:
        test = f"s[{slot + 1}] == {length}"
        if streak.once:
            test += f" and s[{slot + 5}] < {length}"
        with fn.block(f"if {test}:"):
            if streak.once:
                fn(f"s[{slot + 5}] = {length}")
            source = fn.constant(streak.source)
            occurrence = f"f'{{s[{slot + 3}]}}:{length}'"
            fn.out(
                f"('effect', at, eid, {source}, {occurrence}, 'streak', {fn.constant(streak.id)}, "
                f"{{'length': {length}}})"
            )
            fn.follow(follow, occurrence)


def follow(module: Module, number: int, what: Follow, *, record: bool = True) -> str:
    """Source of a follow-up: it posts its awards in the round after the one that caused it."""
    fn = Function(module, record=record)
    stacked: dict[str, list[str]] = {}
    helper = module.helper(standing)
    for name, factor in awards.benefits(fn, helper + "(s, {slot}, tag)") if what.multiplied else ():
        stacked.setdefault(name, []).append(factor)
    factor_of = module.helper(amounts.factor_of)
    factors = {
        name: f"{factor_of}({module.points[name].stack!r}, [{', '.join(parts)}])" for name, parts in stacked.items()
    }
    awards.give_follow(fn, what, factors)
    writer = Writer()
    with writer.block(f"def {fn.shared('follow')}_{number}(s, at, eid, tag, occ, out, queue):"):
        for line in fn.prelude():
            writer(line)
        writer.include(fn.body)
        writer("return None")
    return writer.text()


def settle(module: Module, *, record: bool = True) -> str:
    """Source of the rounds after the first: what followed is posted, then everything is looked at again."""
    fn = Function(module, record=record)
    standings.levels(fn, None)
    ladders.tiers(fn, None)
    standings.badges(fn, None)
    standings.quests(fn, None)
    standings.watches(fn, None)
    voice.asks(fn, None)
    journeys.looked_at(fn)
    writer = Writer()
    with writer.block(f"def {fn.shared('settle')}(s, at, eid, out, queue):"):
        writer("tag = f'@{at}' if eid is None else eid")
        for line in fn.prelude():
            writer(line)
        with writer.block(f"for _ in range({ROUNDS}):"):
            writer("work, queue = queue, []")
            with writer.block("for number, occ in work:"), writer.block("if number is not None:"):
                writer(f"{fn.shared('FOLLOWS')}[number](s, at, eid, tag, occ, out, queue)")
            writer.include(fn.body)
            with writer.block("if not queue:"):
                writer("return")
        writer("# rounds enough: what was decided is still given")
        with writer.block("while queue:"):
            writer("work, queue = queue, []")
            with writer.block("for number, occ in work:"), writer.block("if number is not None:"):
                writer(f"{fn.shared('FOLLOWS')}[number](s, at, eid, tag, occ, out, queue)")
    return writer.text()
