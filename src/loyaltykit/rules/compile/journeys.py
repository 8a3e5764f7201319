"""Code for campaigns: the conditions as small functions, and the lines of a step function that have runs looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from loyaltykit.rules.builder import timely
from loyaltykit.rules.compile.context import Function, Module, nodes_of, slots_of
from loyaltykit.rules.compile.standings import changes_of
from loyaltykit.rules.compile.writer import Writer
from loyaltykit.rules.expression.tree import History, Logic, Node
from loyaltykit.rules.journeys import DUE_SLOT, OFFERS, OPTION, TAKEN
from loyaltykit.rules.runtime import clock, history, stuck
from loyaltykit.rules.runtime.journeys import Campaign, HoldoutArms, Looks
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltykit.rules.journeys import Journey
    from loyaltykit.rules.plan import Follow
    from loyaltykit.rules.runtime.journeys import Look

Key = TypeVar("Key")
_OFFER: dict[tuple[str, ...], str] = {
    ("offer", "taken"): f"(o is not None and o[{TAKEN}])",
    ("offer", "option"): f"(None if o is None else o[{OPTION}])",
}


# --- the conditions as functions ---------------------------------------------------------------------------------


class Conditions:
    """Writes the functions of one campaign; `run` has Python read a source."""

    def __init__(self, module: Module, journey: Journey, run: Callable[[str, str], None]) -> None:
        self.module = module
        self.journey = journey
        self._run = run
        self._made = 0

    def look(self, node: Node | None) -> Look | None:
        """``(s, at, v, o)``: the value of an expression for one value of the `per` field."""
        return None if node is None else self._function(lambda fn: f"return {fn.value(node)}")

    def change(self, *nodes: Node | None) -> Look | None:
        """``(s, at, v, o)``: when time alone next changes one of the conditions; None when it never does."""
        changing = [node for node in nodes if node is not None and timely(node, self.module.segments)]
        if not changing:
            return None
        after = self.module.helper(clock.after)

        def body(fn: Function) -> str:
            instants = dict.fromkeys(instant for node in changing for instant in changes_of(fn, node))
            return f"return {after}(at, {', '.join(instants)})"

        return self._function(body)

    def _function(self, body: Callable[[Function], str]) -> Look:
        self._made += 1
        return _made(self.module, self.journey.per, body, f"journey_{self.journey.slot}_{self._made}", self._run)


def _made(
    module: Module, per: str | None, body: Callable[[Function], str], name: str, run: Callable[[str, str], None]
) -> Look:
    fn = Function(module)
    if per is not None:
        fn.fields = {per: "v"}
    fn.captured = dict(_OFFER)
    line = body(fn)
    writer = Writer()
    with writer.block(f"def {name}(s, at, v, o):"):
        for opening in fn.prelude():
            writer(opening)
        writer.include(fn.body)
        writer(line)
    run(writer.text(), name)
    found: Look = module.names.namespace[name]
    return found


def look_of(module: Module, per: str | None, node: Node, name: str, run: Callable[[str, str], None]) -> Look:
    """``(s, at, v, o)``: the value of an expression for one value of a `per` field."""
    return _made(module, per, lambda fn: f"return {fn.value(node)}", name, run)


def campaigns(module: Module, run: Callable[[str, str], None]) -> dict[str, Campaign]:
    """The campaigns of a plan, ready for use; their names are in the namespace of generated code."""
    plan = module.plan
    holdout = None if plan.holdout is None else HoldoutArms(plan.holdout, plan.program)
    if holdout is not None:
        module.names.shared("HOLDOUT", holdout)
    quests = {quest.id: quest for quest in plan.quests}
    found = {}
    for journey in plan.journeys:
        looks = _looks(module, journey, Conditions(module, journey, run))
        campaign = Campaign(
            journey,
            looks,
            program=plan.program,
            zone=plan.zone,
            holdout=holdout,
            stuck=plan.stuck,
            quests=quests,
            ways=module.ways,
            grants=module.grants,
        )
        found[journey.id] = campaign
        module.names.shared(_name(journey), campaign)
    return found


def _looks(module: Module, journey: Journey, made: Conditions) -> Looks:
    stages = list(enumerate(journey.stages))
    offers = [(number, stage.offering) for number, stage in stages if stage.offering is not None]
    gifts = [(number, stage.follow) for number, stage in stages if stage.follow is not None]
    options = [((number, option.id), option.follow) for number, offer in offers for option in offer.options]
    starting = made.change(None if journey.on else journey.start, None if journey.on else journey.audience)
    return Looks(
        start=None if journey.on else made.look(journey.start),
        audience=made.look(journey.audience),
        exit=None if journey.exit_on else made.look(journey.exit),
        stages=_some({number: made.look(stage.when) for number, stage in stages}),
        options=_some(
            {(stage, n): made.look(one.when) for stage, offer in offers for n, one in enumerate(offer.options)}
        ),
        successes=_some({number: None if offer.success_on else made.look(offer.success) for number, offer in offers}),
        contexts=_some({name: made.look(node) for _, offer in offers[:1] for name, node in offer.context}),
        changes=() if starting is None else (starting,),
        exit_changes=None if journey.exit_on else made.change(journey.exit),
        stage_changes=_some({number: made.change(stage.when) for number, stage in stages if stage.kind == "wait"}),
        gives={stage: _numbered(module, follow) for stage, follow in gifts},
        asks=frozenset(stage for stage, follow in gifts if _limited(module, follow)),
        success_changes=_some(
            {number: None if offer.success_on else made.change(offer.success) for number, offer in offers}
        ),
        claims={place: limited for place, follow in options if (limited := _limited(module, follow))},
        takes={place: _numbered(module, follow) for place, follow in options if not follow.empty},
    )


def _numbered(module: Module, follow: Follow) -> int:
    """The number under which the module carries out what follows."""
    return module.follows.setdefault(follow, len(module.follows))


def _limited(module: Module, follow: Follow) -> tuple[str, ...]:
    """The rewards among what follows that are limited for all members together."""
    return tuple(one for one in follow.grants if module.grants[one].limited)


def _some(given: Mapping[Key, Look | None]) -> dict[Key, Look]:
    return {key: value for key, value in given.items() if value is not None}


def _name(journey: Journey) -> str:
    return f"CAMPAIGN_{journey.slot}"


# --- the lines of a step function ----------------------------------------------------------------------------------


def remember(fn: Function) -> None:
    """Remember the values of the fields that campaigns and segments are about, and where the student is stuck."""
    declared = fn.plan.events[fn.event or ""]
    for field, slot in fn.plan.values:
        if field in declared and not declared[field][2]:
            helper = fn.module.helper(history.remember)
            fn(f"fresh_{slot} = {helper}(s[{slot}], {fn.field(field)})")
    watched = fn.plan.stuck
    if watched is None or fn.event not in (watched.failed, watched.passed, watched.done):
        return
    course = fn.field(watched.course) if watched.course is not None else "None"
    box = f"s[{watched.slot}]"
    if fn.event == watched.failed:
        topic = "None" if watched.topic is None else fn.field(watched.topic)
        fn(f"{fn.module.helper(stuck.failed, 'quiz_failed')}({box}, {course}, {fn.field(watched.quiz)}, {topic}, at)")
    if fn.event == watched.passed:
        fn(f"{fn.module.helper(stuck.passed, 'quiz_passed')}({box}, {course}, {fn.field(watched.quiz)}, at)")
    if fn.event == watched.done:
        fn(f"{fn.module.helper(stuck.done, 'lesson_done')}({box}, {course}, {fn.field(watched.lesson)}, at)")


def on_event(fn: Function, touched: set[int]) -> None:
    """What one event can change of campaigns: it ends runs, judges offers, begins runs, has waiting ones looked at."""
    for journey in fn.plan.journeys:
        _leave(fn, journey)
        _judge(fn, journey)
        begun = fn.event in journey.on
        if begun:
            _begin(fn, journey)
        _look(fn, journey, touched, begun=begun)


def _value(fn: Function, journey: Journey) -> str:
    """The source of the value of the `per` field that the event has; None when it has none."""
    declared = fn.plan.events[fn.event or ""]
    return fn.field(journey.per) if journey.per is not None and journey.per in declared else "None"


def _leave(fn: Function, journey: Journey) -> None:
    if fn.event not in journey.exit_on:
        return
    test = f"s[{journey.slot}]"
    if journey.exit is not None:
        test += f" and ({fn.truth(journey.exit)})"
    with fn.block(f"if {test}:"):
        fn(f"{_name(journey)}.leave(s, {_value(fn, journey)}, at, eid, out)")


def _judge(fn: Function, journey: Journey) -> None:
    plain: list[int] = []
    tested: list[tuple[int, Node]] = []
    for number, stage in enumerate(journey.stages):
        offer = stage.offering
        if offer is None or (offer.success_on and fn.event not in offer.success_on):
            continue
        if offer.success_on and offer.success is not None:
            tested.append((number, offer.success))
        elif offer.success_on or offer.success is None:
            plain.append(number)
    if not plain and not tested:
        return
    with fn.block(f"if s[{journey.slot + OFFERS}]:"):
        call = f"{_name(journey)}.offers.succeed(s, {{}}, {_value(fn, journey)}, at, eid, out)"
        if plain:
            fn(call.format(fn.constant(tuple(plain))))
        for number, node in tested:
            with fn.block(f"if {fn.truth(node)}:"):
                fn(call.format(fn.constant((number,))))


def _begin(fn: Function, journey: Journey) -> None:
    call = f"{_name(journey)}.begin(s, {_value(fn, journey)}, at, eid, out)"
    if journey.start is None:
        fn(call)
        return
    with fn.block(f"if {fn.truth(journey.start)}:"):
        fn(call)


def _look(fn: Function, journey: Journey, touched: set[int], *, begun: bool) -> None:
    """Have runs looked at where this event can have changed something for them."""
    going = [f"s[{journey.slot}]", f"s[{journey.slot + OFFERS}]"]  # runs, and offers that outlive them
    tests = going if begun or _concerns(fn, _of_runs(journey), touched) else []
    starting = [] if journey.on else [node for node in (journey.start, journey.audience) if node is not None]
    silence = _silence(journey.start)
    if silence is not None and not journey.on and fn.active:
        fn(f"{_name(journey)}.quiet(s, at, {silence})")
    elif starting and _concerns(fn, starting, touched):
        tests = ["True"]
    elif journey.values is not None and starting and _value(fn, journey) != "None":
        tests.append(f"fresh_{journey.values}")
    if not tests:
        return
    test = " or ".join(tests)
    with fn.block(f"if {test}:"):
        fn.queues = True
        fn("given = []")
        fn(f"{_name(journey)}.look(s, at, eid, out, given)")
        with fn.block("if given:"):
            fn("queue = [*(queue or ()), *given]")


def _of_runs(journey: Journey) -> list[Node]:
    """The conditions of runs on their way."""
    starting = {id(journey.start), id(journey.audience)}
    return [node for node in nodes_of(journey) if id(node) not in starting]


def _concerns(fn: Function, nodes: Iterable[Node], touched: set[int]) -> bool:
    return any(slots_of(fn.plan, node, fn.module) & touched for node in nodes)


def _silence(start: Node | None) -> int | None:
    """How long a silence a start waits for: at an event it cannot hold."""
    parts = start.operands if isinstance(start, Logic) and start.operator == "and" else (start,)
    found = [
        part.within
        for part in parts
        if isinstance(part, History) and part.function == "silent" and not part.within_months
    ]
    return max((one for one in found if one is not None), default=None)


def looked_at(fn: Function) -> None:
    """All campaigns, in a round after the first: anything may have changed."""
    for journey in fn.plan.journeys:
        fn(f"{_name(journey)}.look(s, at, eid, out, queue)")


def at_joining(module: Module) -> list[int]:
    """The timers of campaigns whose start holds before anything has happened: they begin as the member joins."""
    initial = [slot.initial for slot in module.plan.slots]
    found = []
    for journey in module.plan.journeys:
        look = module.names.namespace[_name(journey)].looks.start
        if journey.per is None and look is not None and look(initial.copy(), 0, None, None):
            found.append(journey.slot + DUE_SLOT)
    return found


def timers(fn: Function) -> list[int]:
    """The slots of the campaigns' timers, and the code that has them looked at."""
    slots = []
    for journey in fn.plan.journeys:
        slots.append(journey.slot + DUE_SLOT)
        with fn.block(f"if s[{journey.slot + DUE_SLOT}] <= at:"):
            fn(f"s[{journey.slot + DUE_SLOT}] = {NEVER}")
            fn("queue.append((None, ''))")
    return slots
