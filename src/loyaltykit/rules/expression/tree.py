"""The typed tree of a checked expression: frozen data, no text, no behaviour.

Everything that reads an expression (the Python back-end, the explaining interpreter, later columns and JsonLogic) reads
this tree. A tree is well typed by construction: `check` is the only place that makes one from text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.expression.own import Function

Kind = Literal["text", "integer", "number", "boolean", "instant", "date", "step", "list", "null"]
Literals = str | int | float | bool | None
LogicOperator = Literal["and", "or"]
Comparator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is-null", "not-null"]
ArithmeticOperator = Literal["+", "-", "*", "/", "//", "%"]


@attrs.frozen(slots=True)
class Type:
    """The type of a value. `money` is a number to expressions; `step` is a place on the ladder named by `of`."""

    kind: Kind
    nullable: bool = False
    of: str = ""
    """For a list the kind of its items; for a step its ladder (``level``, ``tier.T``, ``badge.B``, ``churn``,
    ``weekday``); for the status of a churn score ``churn.status``."""

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is defined."""
        return self.kind in ("integer", "number")


@attrs.frozen(slots=True)
class Node:
    """The root of all nodes; `type` is what its value is."""

    type: Type = attrs.field(kw_only=True)
    offset: int = attrs.field(default=0, kw_only=True, eq=False)
    """Where it stands in the text, in characters: for messages only."""


@attrs.frozen(slots=True)
class Const(Node):
    """A literal. Text beside a step was already turned into its rank (an int), a date into days since 1970-01-01."""

    value: Literals | tuple[Literals, ...]
    shown: tuple[str, ...] = attrs.field(default=(), kw_only=True, eq=False)
    """The names that were written for the ranks of a ladder's steps, one a value: for messages only."""


@attrs.frozen(slots=True)
class Ref(Node):
    """A name of the vocabulary, with the document's own ids: ``("event", "score")``, ``("points", "xp", "available")``.

    The paths: event FIELD | event at|nth|gap | event local hour|weekday|date | member ATTR | member joined | points
    P available|pending|lifetime | level | tier T | badge B | quest Q done|progress|active | quest any done | streak
    S length | segment S | entitlement E | churn score|band|status|gain | offer taken|option |
    lot sum|mean|lowest|highest FACT (in a reward's value). Inside `where=` a
    field of the counted event is ``("event", FIELD)``. In a scope with `per` the path ``("event", FIELD)`` of that
    field is the value of the run or of the segment. A field that is itself named at, nth, gap or local (written
    ``event['at']``) is ``("event", "field", FIELD)``.
    """

    path: tuple[str, ...]


@attrs.frozen(slots=True)
class History(Node):
    """A history function over the member's own events (or, for `earned`, own awards).

    `within` and `silent`'s duration are microseconds when fixed; `months` is added for calendar durations.
    """

    function: str
    """count sum avg lowest highest distinct first last days_since silent earned anniversary"""
    event: str | None = None
    """The event type; None for silent, earned and anniversary."""
    field: str | None = None
    """The field of sum, avg, lowest, highest, distinct, first, last; the point of earned."""
    within: int | None = None
    within_months: int = 0
    where: Node | None = None
    same: str | None = None
    subject: Node | None = None
    """The date of anniversary."""
    period: str | None = None
    """Set by the lowering of tiers: a function without a window that counts anew in each calendar period."""


@attrs.frozen(slots=True)
class Not(Node):
    """Three-valued: not null is null."""

    operand: Node


@attrs.frozen(slots=True)
class Logic(Node):
    """`and` or `or` over two or more operands, three-valued."""

    operator: LogicOperator
    operands: tuple[Node, ...]


@attrs.frozen(slots=True)
class Compare(Node):
    """One comparison; chains are lowered to `and` of these. `is-null` and `not-null` have a Const null on the right."""

    operator: Comparator
    left: Node
    right: Node


@attrs.frozen(slots=True)
class Arithmetic(Node):
    """`+ - * / // %` on numbers. A result outside int64, not finite, or a division by zero is null."""

    operator: ArithmeticOperator
    left: Node
    right: Node


@attrs.frozen(slots=True)
class Negate(Node):
    """A number with its sign changed; outside int64 null."""

    operand: Node


@attrs.frozen(slots=True)
class Choice(Node):
    """`then if condition else otherwise`; a null condition chooses `otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@attrs.frozen(slots=True)
class Call(Node):
    """min max abs round floor ceil len; and `number`, an integer where a number is needed (nobody writes it)."""

    function: str
    arguments: tuple[Node, ...]


@attrs.frozen(slots=True, kw_only=True)
class Scope:
    """What names an expression may use: made from the document by `loyaltykit.program`.

    Ids are as in the document; the checker accepts `_` for `-` in them.
    """

    events: Mapping[str, Mapping[str, Type]]
    """Declared event types and their fields."""
    triggers: tuple[str, ...] = ()
    """The event types that trigger this condition; empty: `event.*` is an error."""
    member: Mapping[str, Type] = attrs.field(factory=dict)
    points: Mapping[str, bool] = attrs.field(factory=dict)
    """Point ids, and whether they are whole numbers (decimals 0)."""
    levels: tuple[str, ...] = ()
    tiers: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    badges: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    """Badge ids and the names of their steps; no steps: a boolean."""
    quests: tuple[str, ...] = ()
    streaks: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    entitlements: tuple[str, ...] = ()
    always: frozenset[str] = frozenset()
    """Ladders (``level``, ``tier.status``) on which every member has a step: their first one asks for nothing. On the
    others a member may be without a step, which is null."""
    bands: tuple[str, ...] = ()
    """The bands of the churn score, lowest first; a score under all of them is in none, which is null."""
    per: str | None = None
    """The event field of a segment or campaign that is looked at value by value: ``event.FIELD`` is then the value,
    also where no event triggers, and `same` may name it there."""
    offers: bool = False
    """In the steps of a campaign that makes offers: ``offer.taken`` and ``offer.option`` of the latest one."""
    lots: tuple[str, ...] | None = None
    """In a reward's `value`: the facts that consumed lots may carry; None elsewhere."""
    functions: Mapping[str, Function] = attrs.field(factory=dict)
    """The school's own functions by name."""
    over_period: bool = False
    """In `tiers.by`: functions without `within=` run over the ladder's period (nothing changes in the tree)."""


MIRRORED: dict[Comparator, Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
"""The comparison that says the same with its sides exchanged."""
_EXACT = 2**53
_Two = TypeVar("_Two", Compare, Arithmetic)


def alike(node: _Two) -> _Two:
    """Whole literals beside a number are written as numbers: Python computes like with like faster."""
    return attrs.evolve(node, left=_beside(node.left, node.right), right=_beside(node.right, node.left))


def _beside(node: Node, other: Node) -> Node:
    if not (isinstance(node, Const) and other.type.kind == "number" and type(node.value) is int):
        return node
    return attrs.evolve(node, value=float(node.value), type=other.type) if abs(node.value) <= _EXACT else node


def called(node: Node) -> Iterator[str]:
    """The names of the plain functions that a tree calls."""
    if isinstance(node, Call):
        yield node.function
    inner = (node.subject, node.where) if isinstance(node, History) else children(node)
    for part in inner:
        if part is not None:
            yield from called(part)


def depends(node: Node) -> tuple[Ref | History, ...]:
    """Everything that the node reads, in order, each once; what `where=` reads belongs to the counted event."""
    found: dict[Ref | History, None] = {}
    _collect(node, found)
    return tuple(found)


def _collect(node: Node, found: dict[Ref | History, None]) -> None:
    if isinstance(node, Ref | History):
        found[node] = None
    parts = (node.subject,) if isinstance(node, History) else children(node)
    for part in parts:
        if part is not None:
            _collect(part, found)


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, left to right."""
    match node:
        case Not(operand=part) | Negate(operand=part):
            return (part,)
        case Logic(operands=parts) | Call(arguments=parts):
            return parts
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case History(where=where, subject=subject):
            return tuple(part for part in (where, subject) if part is not None)
        case _:
            return ()
