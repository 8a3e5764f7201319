"""What every mechanic's lowering writes into: slots are numbered, history functions shared, names given reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import Duration, Period
from loyaltykit.rules.expression.own import is_own
from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import (
    MIRRORED,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Const,
    History,
    Logic,
    Negate,
    Node,
    Not,
    Ref,
    called,
    children,
)
from loyaltykit.rules.plan import (
    HEADER,
    Accrue,
    Advance,
    Ask,
    Award,
    Climb,
    Fire,
    Follow,
    Grant,
    PeriodCap,
    Plan,
    Points,
    Qualify,
    Read,
    Slot,
    Spending,
    Touch,
    Track,
    Watch,
)
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.consequences import Gifts
    from loyaltykit.program.load import Program
    from loyaltykit.rules.journeys import Holdout, Journey, Stuckness
    from loyaltykit.rules.plan.boards import Board
    from loyaltykit.rules.plan.chances import Refer, Surprise
    from loyaltykit.rules.plan.ideas import Ideas

TrackKey = tuple[Any, ...]
TIMELY = {"days_since", "silent", "anniversary"}
"""Functions that time alone changes, whatever they look at."""


def track_key(node: History, event: str | None = None) -> TrackKey:
    """What makes two uses of a history function share one state: all but the length of a fixed window."""
    where = to_text(node.where) if node.where is not None else ""
    windowed = node.within is not None
    function = "last_at" if node.function == "days_since" else node.function
    return (function, node.event or event, node.field, where, node.same, windowed, node.within_months, node.period)


@attrs.define
class Builder:
    """Collects the plan while the mechanics lower themselves, one after the other."""

    program: Program
    slots: list[Slot] = attrs.field(factory=lambda: [Slot(name, initial) for name, initial in HEADER])
    reads: dict[tuple[str, ...], Read] = attrs.field(factory=dict)
    tracks: dict[TrackKey, Track] = attrs.field(factory=dict)
    points: list[Points] = attrs.field(factory=list)
    streaks: list[Touch] = attrs.field(factory=list)
    rules: list[Fire] = attrs.field(factory=list)
    levels: Climb | None = None
    tiers: list[Qualify] = attrs.field(factory=list)
    badges: list[Award] = attrs.field(factory=list)
    quests: list[Advance] = attrs.field(factory=list)
    grants: list[Grant] = attrs.field(factory=list)
    watches: list[Watch] = attrs.field(factory=list)
    asks: list[Ask] = attrs.field(factory=list)
    weights: list[tuple[str, Node]] = attrs.field(factory=list)
    grants_due: int | None = None
    journeys: list[Journey] = attrs.field(factory=list)
    stuck: Stuckness | None = None
    holdout: Holdout | None = None
    spending: Spending | None = None
    churn: int | None = None
    boards: list[Board] = attrs.field(factory=list)
    surprises: list[Surprise] = attrs.field(factory=list)
    referrals: Refer | None = None
    ideas: Ideas | None = None
    _values: dict[str, int] = attrs.field(factory=dict)

    def slot(self, name: str, initial: Any = None) -> int:
        """A new slot of the state."""
        self.slots.append(Slot(name, initial))
        return len(self.slots) - 1

    def block(self, name: str, **parts: Any) -> int:
        """Several new slots in a row; the number of the first."""
        first = len(self.slots)
        for part, initial in parts.items():
            self.slot(f"{name} {part}", initial)
        return first

    def values(self, field: str) -> int:
        """The slot of the values that an event field had, by key, the least recent first."""
        if field not in self._values:
            self._values[field] = self.slot(f"values of {field}", {})
        return self._values[field]

    def expression(
        self,
        path: str,
        triggers: tuple[str, ...] = (),
        change: Callable[[Node], Node] | None = None,
        per: str | None = None,
    ) -> Node | None:
        """The checked tree at a document path, with the state its history functions need.

        `change` may rewrite it first. With `per` histories over events that have the field count those of one value
        only.
        """
        node = self.program.expressions.get(path)
        if node is None:
            return None
        if change is not None:
            node = change(node)
        if per is not None:
            node = self._of_one(node, per)
        self._register(node, triggers)
        return node

    def _of_one(self, node: Node, field: str) -> Node:
        """The same tree with histories over events that have a field counting those of one value."""
        if isinstance(node, History):
            own = self.program.document.named_events.get(node.event or "", {})
            return node if node.same is not None or field not in own else attrs.evolve(node, same=field)
        return rebuilt(node, lambda part: self._of_one(part, field))

    def _register(self, node: Node, triggers: tuple[str, ...]) -> None:
        if isinstance(node, History):
            self._history(node)
            if node.subject is not None:
                self._register(node.subject, triggers)
            return
        if isinstance(node, Ref) and node.path in (("event", "nth"), ("event", "gap")):
            function = "count" if node.path[1] == "nth" else "last_at"
            for event in triggers:
                self.track(History(type=node.type, function=function, event=event))
        for part in children(node):
            self._register(part, triggers)

    def _history(self, node: History) -> None:
        if node.function in ("silent", "anniversary"):
            return
        if node.function == "earned" and node.within is None and not node.within_months and node.period is None:
            return
        self.track(node)

    def track(self, node: History) -> Track:
        """The state of a history function, made once and widened to the longest window asked for."""
        key = track_key(node)
        known = self.tracks.get(key)
        if known is None:
            name = f"history {key[0]} {node.event or ''} {node.field or ''}".rstrip()
            known = Track(
                slot=self.slot(name, _initial(key[0], node)),
                function=key[0],
                event=node.event,
                field=node.field,
                kind=self._field_kind(node),
                within=node.within,
                months=node.within_months,
                where=node.where,
                same=node.same,
                period=node.period,
                name=name,
            )
        elif node.within is not None and node.within > (known.within or 0):
            known = attrs.evolve(known, within=node.within)
        self.tracks[key] = known
        return known

    def _field_kind(self, node: History) -> str:
        if node.event is None or node.field is None:
            return "number"
        return self.program.document.named_events[node.event][node.field].kind

    def follow(
        self, source: str, given: Gifts, path: str, triggers: tuple[str, ...] = (), per: str | None = None
    ) -> Follow:
        """Consequences as written, with their expressions."""
        awards = []
        for point in given.award:
            amount = self.expression(f"{path}.award.{point}", triggers, per=per)
            if amount is not None:
                awards.append(Accrue(point, amount))
        sends = getattr(given, "send", ())  # a step of a campaign sends by itself
        return Follow(source, tuple(awards), given.grant, given.badge, sends if isinstance(sends, tuple) else ())

    def cap(self, name: str, amount: int, per: Period, by: Node | None = None) -> PeriodCap:
        """The state of a limit or cap: by calendar period, or rolling."""
        calendar, rolling = per.name, per.rolling
        initial: Any = {} if by is not None else [] if rolling is not None else [None, 0]
        return PeriodCap(
            slot=self.slot(name, initial),
            amount=amount,
            period=calendar,
            rolling=rolling.micros if rolling is not None else None,
            months=rolling.months if rolling is not None else 0,
            by=by,
        )

    def due(self, name: str, *conditions: Node | None, until_met: bool = False) -> int | None:
        """A timer slot for conditions that time alone can change; None when it cannot.

        `until_met`: nobody looks at them any more once they are met, so only what makes them true matters.
        """
        changes = ripens if until_met else timely
        if any(changes(node, self.segment_conditions()) for node in conditions if node is not None):
            return self.slot(f"{name} due", NEVER)
        return None

    def segment_conditions(self) -> Mapping[str, Node]:
        """The conditions of the segments, by id."""
        found = {}
        for segment in self.program.document.segments:
            node = self.program.expressions.get(f"segments.{segment}.when")
            if node is not None:
                found[segment] = node
        return found

    def _functions(self) -> tuple[str, ...]:
        """The functions of the school's own that some expression calls: a new version is a new plan."""
        known = self.program.functions
        names = {name for tree in self.program.expressions.values() for name in called(tree) if is_own(name)}
        return tuple(sorted(f"{name}/{known[name].version}" for name in names))

    def plan(self) -> Plan:
        """The finished plan."""
        document = self.program.document
        return Plan(
            program=document.program,
            zone=document.timezone,
            events={
                name: {field: (kind.kind, kind.optional, kind.items) for field, kind in fields.items()}
                for name, fields in document.named_events.items()
            },
            slots=tuple(self.slots),
            reads=dict(self.reads),
            tracks=tuple(self.tracks.values()),
            points=tuple(self.points),
            streaks=tuple(self.streaks),
            rules=tuple(self.rules),
            levels=self.levels,
            tiers=tuple(self.tiers),
            badges=tuple(self.badges),
            quests=tuple(self.quests),
            grants=tuple(self.grants),
            watches=tuple(self.watches),
            asks=tuple(self.asks),
            weights=tuple(self.weights),
            grants_due=self.grants_due,
            journeys=tuple(self.journeys),
            values=tuple(self._values.items()),
            stuck=self.stuck,
            holdout=self.holdout,
            spending=self.spending,
            churn=self.churn,
            boards=tuple(self.boards),
            surprises=tuple(self.surprises),
            referrals=self.referrals,
            ideas=self.ideas,
            bands=tuple(sorted(document.churn.bands.values())),
            functions=self._functions(),
            band_names=tuple(sorted(document.churn.bands, key=lambda name: document.churn.bands[name])),
        )


def split(duration: Duration | None) -> tuple[int | None, int]:
    """(microseconds, months) of a duration; (None, 0) of none."""
    if duration is None:
        return None, 0
    return duration.micros, duration.months


def timely(node: Node, segments: Mapping[str, Node]) -> bool:
    """Whether the passing of time alone can change a condition."""
    if isinstance(node, History):
        return node.function in TIMELY or node.within is not None or node.within_months > 0
    if isinstance(node, Ref) and node.path[0] == "segment":
        return timely(segments[node.path[1]], segments)
    if isinstance(node, Ref) and node.path[0] == "streak":
        return True  # the end of a missed period ends it
    return any(timely(part, segments) for part in children(node))


def ripens(node: Node, segments: Mapping[str, Node], *, to: bool = True) -> bool:
    """Whether the passing of time alone can make a condition true, or false."""
    match node:
        case Not(operand=part):
            return ripens(part, segments, to=not to)
        case Logic(operands=parts):
            return any(ripens(part, segments, to=to) for part in parts)
        case Ref(path=("segment", name)):
            return ripens(segments[name], segments, to=to)
        case Compare() if _met_by_falling(node) not in (None, to):
            return False
    return timely(node, segments)


def _met_by_falling(node: Compare) -> bool | None:
    """Whether a bound on what time can only make smaller is met in the end; None for any other comparison.

    A streak ends, and what happened leaves a window. Not a window of months: the end of a shorter month can bring back
    what had left.
    """
    falls, operator = node.left, node.operator
    if isinstance(falls, Const):
        falls, operator = node.right, MIRRORED.get(operator, operator)
    elif not isinstance(node.right, Const):
        return None
    counts = isinstance(falls, History) and falls.function in ("count", "distinct") and not falls.within_months
    if not (counts or (isinstance(falls, Ref) and falls.path[0] == "streak")):
        return None
    return {"<": True, "<=": True, ">": False, ">=": False}.get(operator)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with its direct parts changed."""
    match node:
        case Not(operand=part) | Negate(operand=part):
            return attrs.evolve(node, operand=change(part))
        case Logic(operands=parts):
            return attrs.evolve(node, operands=tuple(change(part) for part in parts))
        case Call(arguments=parts):
            return attrs.evolve(node, arguments=tuple(change(part) for part in parts))
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return attrs.evolve(node, left=change(left), right=change(right))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return attrs.evolve(node, condition=change(condition), then=change(then), otherwise=change(otherwise))
        case _:
            return node


def _initial(function: str, node: History) -> Any:
    if node.same is not None:
        return {}
    empty = _empty(function, windowed=node.within is not None or node.within_months > 0)
    return [None, empty] if node.period is not None else empty


def _empty(function: str, *, windowed: bool) -> Any:
    if windowed:
        return [] if function == "count" else [[], []] if function != "distinct" else [{}, []]
    plain: dict[str, Any] = {"count": 0, "sum": 0, "avg": [0, 0], "distinct": {}, "earned": 0}
    return plain.get(function)
