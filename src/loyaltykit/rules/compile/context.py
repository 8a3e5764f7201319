"""What the emitters share: the plan, the names, the function being written, and how an expression reads the state."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import MONTH
from loyaltykit.program.reserved import own
from loyaltykit.rules.builder import track_key
from loyaltykit.rules.compile.fields import in_place
from loyaltykit.rules.compile.writer import Names, Writer, identifier
from loyaltykit.rules.expression import emit
from loyaltykit.rules.expression.tree import History, Node, Ref, children
from loyaltykit.rules.plan import (
    ACTIVE,
    ATTRIBUTES,
    JOINED,
    MEMBERSHIP,
    OFFSET,
    SKIPPED,
    ZONE_FROM,
    ZONE_TO,
    AnyQuestRead,
    ChurnRead,
    EntitlementRead,
    FlagRead,
    Follow,
    NumberRead,
    PeriodCap,
    Plan,
    QuestRead,
    RankRead,
    SegmentRead,
    SlotRead,
    StreakRead,
    Track,
)
from loyaltykit.rules.runtime import clock, history, periods
from loyaltykit.rules.runtime.quests import Way
from loyaltykit.rules.runtime.standing import reached
from loyaltykit.rules.runtime.streaks import Chain, Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.expression.own import Function as Own
    from loyaltykit.rules.journeys import Journey
    from loyaltykit.rules.plan import Advance

DAY = 86_400_000_000
CALENDAR = ("week", "month", "quarter", "half", "year")
_NUMBERS = {
    "week": "(day + 3) // 7",
    "month": "MONTH[day]",
    "quarter": "MONTH[day] // 3",
    "half": "MONTH[day] // 6",
    "year": "MONTH[day] // 12",
}


class Module:
    """One plan being compiled: its names, its tracks by key, its follow-ups by number."""

    def __init__(self, plan: Plan, functions: Mapping[str, Own] | None = None) -> None:
        self.plan = plan
        self.functions = {} if functions is None else functions
        self.names = Names()
        self.zone = self.names.constant(plan.zone, "zone")
        self.names.shared("locate", clock.Locator(plan.zone))
        self.names.shared("MONTH", MONTH)
        self.tracks: dict[Any, Track] = {_plan_key(track): track for track in plan.tracks}
        self.numbers = {event: number for number, event in enumerate(plan.events)}
        self.points = {point.id: point for point in plan.points}
        self.badges = {badge.id: badge for badge in plan.badges}
        self.grants = {grant.id: grant for grant in plan.grants}
        self.segments = {path[1]: read.when for path, read in plan.reads.items() if isinstance(read, SegmentRead)}
        self.follows: dict[Follow, int] = {}
        self.ways: dict[str, Way] = {}
        """By quest, once `way` has made it."""
        self.pending: list[str] = []
        """Source of functions that others just written need."""
        conditions = self.conditions = list(_conditions(plan))
        self.eager: frozenset[Node] = frozenset()
        """Conditions that hold before anything has happened: the first event must find them, whatever it touches."""
        watched = [*conditions, *(node for journey in plan.journeys for node in nodes_of(journey))]
        self.watched = {slot for node in watched for slot in slots_of(plan, node, self)}
        self.uses_silence = any(_reads_silence(node) for node in (*watched, *self.segments.values()))

    def own(self, function: str) -> str:
        """A function of the school's own, guarded: made once."""
        name = f"own_{function}"
        if name not in self.names.namespace:
            self.names.shared(name, self.functions[function].guarded())
        return name

    def chain(self, slot: int) -> str:
        """The run-time object of a streak."""
        name = f"STREAK_{slot}"
        if name not in self.names.namespace:
            plan = next(streak for streak in self.plan.streaks if streak.slot == slot)
            zone = self.plan.zone
            made = Chain(plan, zone) if plan.keeping is None else Kept(plan, plan.keeping, zone)
            self.names.shared(name, made)
        return name

    def way(self, quest: Advance) -> str:
        """The run-time object of a quest with ways of its own."""
        name = f"QUEST_{quest.slot}"
        if name not in self.names.namespace and quest.ways is not None:
            self.ways[quest.id] = Way(quest, quest.ways, self.plan.zone)
            self.names.shared(name, self.ways[quest.id])
        return name

    def helper(self, function: Any, name: str = "") -> str:
        """A run-time function under its own name."""
        return self.names.shared(name or function.__name__, function)


class Function:
    """One generated function being written. `event` is the type it is for; None: time or a consequence."""

    def __init__(self, module: Module, event: str | None = None, *, record: bool = True) -> None:
        self.module = module
        self.plan = module.plan
        self.event = event
        self.active = event is not None and not own(event)
        """Whether the event is activity: it ends a silence."""
        self.event_number = module.numbers.get(event or "", -1)
        self.record = record
        self.body = Writer()
        self.fields: dict[str, str] = {}
        self.in_place: frozenset[str] = frozenset()
        """Fields that are taken out of the event only where they are read, which few events come to."""
        self.numbers: set[str] = set()
        self.captured: dict[tuple[str, ...], str] = {}
        self.gaps: list[str] = []
        self.touched: set[int] = set()
        self.temps = 0
        self.queues = False
        self.queue_given = event is None

    # --- the Reader of emit ------------------------------------------------------------------------------------

    def constant(self, value: Any) -> str:
        """A constant's name."""
        return self.module.names.constant(value)

    def temp(self) -> str:
        """A fresh local name."""
        self.temps += 1
        return f"t{self.temps}"

    def own(self, function: str) -> str:
        """The name of a function of the school's own."""
        return self.module.own(function)

    def ref(self, ref: Ref) -> str:
        """The source of a name's value."""
        path = ref.path
        if path in self.captured:
            return self.captured[path]
        if path[0] == "event":
            return self._event(path)
        if path[0] == "member":
            if path[1] == "joined":
                return f"s[{ATTRIBUTES}].get('joined', s[{JOINED}])"
            return f"s[{ATTRIBUTES}].get({self.constant(path[1])})"
        return self._read(self.plan.reads[path])

    def _event(self, path: tuple[str, ...]) -> str:
        if path == ("event", "at"):
            return "at"
        if path[:2] == ("event", "local") and len(path) == 3:
            self.day()
            return {
                "hour": f"(at + s[{OFFSET}]) % {DAY} // 3600000000",
                "weekday": "(day + 3) % 7",
                "date": "day",
            }[path[2]]
        if path == ("event", "nth"):
            return f"s[{self.track('count').slot}]"
        return self.field(path[-1])  # a field named like one of ours is ("event", "field", NAME)

    def track(self, function: str) -> Track:
        """The track of the event itself: how many of its type, and when the last was."""
        return self.module.tracks[(function, self.event, None, "", None, False, 0, None)]

    def field(self, name: str) -> str:
        """The local variable of an event field, or what takes it out of the event."""
        if name in self.in_place and (source := in_place(self, name)):
            return source
        if name not in self.fields:
            variable = identifier("f", name, len(self.fields))
            taken = variable in self.fields.values()  # a.b and a_b
            self.fields[name] = f"f_{len(self.fields)}" if taken else variable
        return self.fields[name]

    def _read(self, read: Any) -> str:  # noqa: C901, PLR0911  # one row a kind of read
        match read:
            case SlotRead(slot=slot, scale=scale):
                return f"s[{slot}]" if scale == 1 else f"s[{slot}] / {scale}"
            case NumberRead(value=value):
                return repr(value)
            case RankRead(slot=slot):
                return f"(s[{slot}] if s[{slot}] >= 0 else None)"
            case FlagRead(slot=slot):
                return f"s[{slot}] >= 0"
            case EntitlementRead(slot=slot):
                return f"bool(s[{slot}])"
            case AnyQuestRead(slots=slots):
                return "(" + " or ".join(f"s[{slot}] == 2" for slot in slots) + ")" if slots else "False"
            case QuestRead():
                return self._quest(read)
            case StreakRead(slot=slot, period=period, kept=kept):
                return self._kept(slot, period) if kept else self._streak(slot, period)
            case ChurnRead(slot=slot, place=place):
                return f"s[{slot}][{place}]"
            case SegmentRead():
                return self._segment(read)
        raise AssertionError(read)

    def _segment(self, read: SegmentRead) -> str:
        """A segment; one with `per` is about the value at hand, or where there is none about any value."""
        if read.per is not None and not self.has(read.per):
            inner = self.about(read.per)
            met = inner.truth(read.when)
            self.numbers |= inner.numbers
            return f"any({met} for v in s[{read.values}].values())"
        met = self.truth(read.when)
        return met if met in ("True", "False") else f"bool({met})"

    def about(self, field: str) -> Function:
        """A function of the same module that is about one value of a field, `v`."""
        inner = Function(self.module)
        inner.fields = {field: "v"}
        return inner

    def has(self, field: str) -> bool:
        """Whether a value of an event's field is at hand."""
        return field in self.fields or field in self.plan.events.get(self.event or "", {})

    def _quest(self, read: QuestRead) -> str:
        if read.what != "progress":
            return f"s[{read.slot}] == {2 if read.what == 'done' else 1}"
        pairs = zip(read.needed[::2], read.needed[1::2], strict=True)
        done = " + ".join(f"({self.module.helper(reached)}(s[{slot}]) >= {needed})" for slot, needed in pairs)
        return f"(1.0 if s[{read.slot}] == 2 else min(1.0, ({done}) / {read.total}))"

    def _streak(self, slot: int, period: str) -> str:
        number = self.number(period)
        return f"(s[{slot + 1}] if {number} - s[{slot}] <= 1{self.skipped(slot, period)} else 0)"

    def _kept(self, slot: int, period: str) -> str:
        """The length of a streak that freezes and pauses keep."""
        return f"{self.module.chain(slot)}.length(s, {self.number(period)})"

    def skipped(self, slot: int, period: str) -> str:
        """The rest of a streak's test: dates that were skipped, by the zone or by a change of zone, are not missed."""
        if period != "day":
            return ""
        return f" or s[{SKIPPED}] and {self.module.helper(clock.missed)}(s, s[{slot}], day) == 0"

    def history(self, node: History) -> str:
        """The source of a history function's value."""
        zone = self.module.zone
        if node.function == "silent" and self.active:
            return "False"  # the event itself is activity
        if node.function == "silent" and not node.within_months:
            return f"(s[{ACTIVE}] is not None and at - s[{ACTIVE}] >= {node.within or 0})"
        if node.function == "silent":
            helper = self.module.helper(clock.is_silent)
            return f"{helper}(s[{ACTIVE}], s, at, {node.within or 0}, {node.within_months}, {zone})"
        if node.function == "anniversary" and node.subject is not None:
            helper = self.module.helper(clock.anniversary)
            return f"{helper}(s, {self.date(node.subject)}, at, {node.within or 0}, {node.within_months}, {zone})"
        if node.function == "earned" and node.within is None and not node.within_months and node.period is None:
            point = self.module.points[node.field or ""]
            return self._read(SlotRead(point.slot, point.unit))
        return self._tracked(node)

    def _tracked(self, node: History) -> str:
        track = self.module.tracks[track_key(node)]
        cell = self.cell(node)
        if node.function == "days_since":
            return f"{self.module.helper(clock.days_since)}({cell}, at)"
        if not track.windowed:
            if node.function == "earned" and node.field is not None:
                return self._scaled(f"{self.module.helper(history.inexact)}({cell})", node)
            look = history.VALUES.get(node.function)
            return cell if look is None else f"{self.module.helper(look)}({cell})"
        look = self.module.helper(history.LOOKS[node.function])
        return self._scaled(f"{look}({cell}, {self.cutoff(node.within or 0, node.within_months)})", node)

    def _scaled(self, source: str, node: History) -> str:
        if node.function != "earned":
            return source
        unit = self.module.points[node.field or ""].unit
        return source if unit == 1 else f"{source} / {unit}"

    def cell(self, node: History) -> str:
        """The source of the state of a history function: that of one value, or of the current period."""
        track = self.module.tracks[track_key(node)]
        cell = f"s[{track.slot}]"
        if track.same is not None:
            empty = self.module.helper(empty_of(track), f"empty_{track.slot}")
            return f"{self.module.helper(history.same)}({cell}, {self.field(track.same)}, {empty})"
        if track.period is not None:
            empty = self.module.helper(empty_of(track), f"empty_{track.slot}")
            return f"{self.module.helper(history.in_period)}({cell}, {self.number(track.period)}, {empty})"
        return cell

    # --- pieces ------------------------------------------------------------------------------------------------

    def cutoff(self, micros: int, months: int) -> str:
        """The source of the instant a duration ago."""
        if not months:
            return f"at - {micros}"
        return f"{self.module.helper(clock.earlier)}(s, at, {micros}, {months}, {self.module.zone})"

    def day(self) -> str:
        """The name of the local day; the prelude will define it."""
        self.numbers.add("day")
        return "day"

    def number(self, period: str) -> str:
        """The name of the number of the local calendar period; the prelude will define it."""
        self.numbers.add(period)
        self.numbers.add("day")
        if period == MEMBERSHIP:
            self.module.helper(periods.membership_year)
        return period

    def period_of(self, cap: PeriodCap) -> str:
        """The source of the current period's number."""
        return self.number(cap.period or "day")

    def tag(self) -> str:
        """The name of what tells this event or instant from others."""
        return "eid" if self.event is not None else "tag"

    def follow(self, follow: Follow, occurrence: str) -> None:
        """Code that queues a follow-up for the next round."""
        if follow.empty:
            return
        number = self.module.follows.setdefault(follow, len(self.module.follows))
        self._want_queue()
        self(f"queue.append(({number}, {occurrence}))")

    def _want_queue(self) -> None:
        """In a step there is no queue until something is queued."""
        if self.queue_given:
            return
        self.queues = True
        if "    " * self.body.depth + "queue = queue or []" not in self.body.lines[-1:]:
            self("queue = queue or []")

    def changed(self, *slots: int) -> None:
        """Note that slots have changed; what reads them is looked at again in the next round."""
        self.touched.update(slots)
        if not self.module.watched.intersection(slots):
            return
        if self.queue_given:
            self("queue.append((None, ''))")
        else:
            self._want_queue()

    def truth(self, node: Node) -> str:
        """Source that is true iff the condition is met."""
        return emit.truth(node, self)

    def date(self, node: Node) -> str:
        """Source of a date; an instant counts as its local day."""
        source = self.value(node)
        if node.type.kind != "instant":
            return source
        return f"{self.module.helper(clock.day_of)}(s, {source}, {self.module.zone})"

    def value(self, node: Node) -> str:
        """Source of the value."""
        return emit.value(node, self)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """An indented block of the body."""
        with self.body.block(head):
            yield

    def __call__(self, line: str) -> None:
        """Write a line of the body."""
        self.body(line)

    def out(self, line: str) -> None:
        """Code that writes down a decision; left out where only the state is wanted."""
        if self.record:
            self(f"out.append({line})")

    def shared(self, name: str) -> str:
        """The name of a shared function, of the kind that writes decisions down or of the other."""
        return name if self.record else f"{name}_bare"

    def prelude(self, *, located: bool = False, loop: bool = False) -> Iterator[str]:
        """Definitions of the local day and the period numbers that the body asked for.

        In a loop over all members the day is the same object as for the event before, if it is the same day.
        """
        if "day" not in self.numbers:
            return
        if not located:
            yield f"if not s[{ZONE_FROM}] <= at < s[{ZONE_TO}]:"
            yield "    locate(s, at)"
        yield f"day = (at + s[{OFFSET}]) // {DAY}"
        if loop:
            yield "if day == today:"
            yield "    day = today"
            yield "else:"
            yield "    today = day"
        for period in CALENDAR:
            if period in self.numbers:
                yield f"{period} = {_NUMBERS[period]}"
        if MEMBERSHIP in self.numbers:
            yield f"{MEMBERSHIP} = membership_year(s, day, {self.module.zone})"


def _conditions(plan: Plan) -> Iterator[Node]:
    """Every condition that is looked at without an event."""
    yield from (badge.when for badge in plan.badges if badge.when is not None)
    yield from (step.when for quest in plan.quests for step in quest.steps if step.when is not None)
    for quest in plan.quests:
        if quest.ways is not None and quest.ways.requires is not None:
            yield quest.ways.requires
    yield from (watch.when for watch in plan.watches)
    yield from (ask.when for ask in plan.asks)
    yield from (tier.by for tier in plan.tiers if tier.by is not None)


def nodes_of(journey: Journey) -> Iterator[Node]:
    """Every condition of a campaign, and what its choices depend on."""
    yield from (node for node in (journey.start, journey.audience, journey.exit) if node is not None)
    for stage in journey.stages:
        if stage.when is not None:
            yield stage.when
        if stage.offering is not None:
            yield from (option.when for option in stage.offering.options if option.when is not None)
            if stage.offering.success is not None:
                yield stage.offering.success


def _reads_silence(node: Node) -> bool:
    if isinstance(node, History) and node.function == "silent":
        return True
    return any(_reads_silence(part) for part in children(node))


def slots_of(plan: Plan, node: Node, module: Module) -> set[int]:
    """The slots that a condition reads."""
    found: set[int] = set()
    if isinstance(node, History):
        found |= _history_slots(module, node)
    elif isinstance(node, Ref) and node.path[0] == "member":
        found |= {ATTRIBUTES, JOINED} if node.path[1] == "joined" else {ATTRIBUTES}
    elif isinstance(node, Ref) and node.path[0] not in ("event", "offer"):
        read = plan.reads[node.path]
        if isinstance(read, SegmentRead):
            return slots_of(plan, read.when, module) | ({read.values} if read.values is not None else set())
        found |= set(getattr(read, "slots", ())) | set(getattr(read, "needed", ())[::2])
        if hasattr(read, "slot"):
            found.add(read.slot)
    for part in children(node):
        found |= slots_of(plan, part, module)
    return found


def _history_slots(module: Module, node: History) -> set[int]:
    if node.function == "silent":
        return {ACTIVE}
    if node.function == "anniversary":
        return set()
    track = module.tracks.get(track_key(node))
    return {module.points[node.field or ""].slot} if track is None else {track.slot}


def empty_of(track: Track) -> Any:
    """What makes an empty cell of a track."""
    return (history.EMPTY_WINDOW if track.windowed else history.EMPTY)[track.function]


def _plan_key(track: Track) -> Any:
    node = History(
        type=None,  # type: ignore[arg-type]  # only the key is made of it
        function=track.function,
        event=track.event,
        field=track.field,
        within=track.within,
        within_months=track.months,
        where=track.where,
        same=track.same,
        period=track.period,
    )
    return track_key(node)
