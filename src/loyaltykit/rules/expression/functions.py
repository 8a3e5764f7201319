"""Calls to nodes: the history functions with their keyword arguments, and the plain functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import parse_duration
from loyaltykit.problems import echo
from loyaltykit.rules.expression import ranges
from loyaltykit.rules.expression.names import BOOLEAN, INTEGER, NUMBER, Unknown, described, pick
from loyaltykit.rules.expression.own import MAX_DIGITS, PLAIN
from loyaltykit.rules.expression.syntax import Apply, Keyword, Literal, Name, Syntax
from loyaltykit.rules.expression.tokens import Refused
from loyaltykit.rules.expression.tree import Call, Compare, Const, History, Node, Ref, Scope, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOTS: Mapping[str, str] = {name: f"{name}(lot.FACT)" for name in ("sum", "mean", "lowest", "highest")}
"""Functions over the lots that a redemption consumed, weighted by points."""


@attrs.frozen(slots=True)
class Signature:
    """How a history function over events is called; `field` says what its second argument may be."""

    usage: str
    field: str = ""
    keywords: tuple[str, ...] = ("within", "where", "same")


_OVER_FIELD = "{}('TYPE', 'FIELD', within=, where=, same=)"
EVENTS: Mapping[str, Signature] = {
    "count": Signature("count('TYPE', within=, where=, same=)"),
    **{name: Signature(_OVER_FIELD.format(name), "numeric") for name in ("sum", "avg", "lowest", "highest")},
    "distinct": Signature(_OVER_FIELD.format("distinct"), "any"),
    **{name: Signature(f"{name}('TYPE', 'FIELD')", "any", ()) for name in ("first", "last")},
    "days_since": Signature("days_since('TYPE')", keywords=()),
}
OTHERS: Mapping[str, Signature] = {
    "silent": Signature("silent('14d')", keywords=()),
    "earned": Signature("earned('POINT', within=)", keywords=("within",)),
    "anniversary": Signature("anniversary(member.DATE, within=)", keywords=("within",)),
}


def known(call: Apply, scope: Scope) -> None:
    """Raises Refused for a function that there is not."""
    name = call.function
    if name == "mean" or over_lots(call):
        if name not in LOTS:
            raise Refused("expression/over-lots", call.offset, name=echo(name), known=", ".join(LOTS.values()))
        return
    if not is_ours(name) and name not in scope.functions:
        names = [*EVENTS, *OTHERS, *PLAIN, *scope.functions]
        raise Unknown("expression/unknown-function", name, names, call.offset)


def is_ours(name: str) -> bool:
    """Whether a function is one of the library's, so that nobody has to be asked for it."""
    return any(name in names for names in (EVENTS, OTHERS, PLAIN))


def over_lots(call: Apply) -> bool:
    """Whether a call is about consumed lots."""
    return any(isinstance(one, Name) and one.parts[0].name == "lot" for one in call.arguments)


def of_lots(call: Apply, scope: Scope) -> Ref:
    """A function over the facts of consumed lots: the name ``lot.mean.price``. Raises Refused."""
    if scope.lots is None:
        raise Refused("expression/no-lots", call.offset, name=f"{echo(call.function)}(lot.…)")
    name = call.arguments[0] if len(call.arguments) == 1 and not call.keywords else None
    if not isinstance(name, Name) or name.parts[0].name != "lot" or len(name.parts) != 2:
        raise Refused("expression/arguments", call.offset, usage=LOTS[call.function])
    fact = pick(name.parts[1].name, scope.lots)
    if fact is None:
        raise Unknown("expression/unknown-field", name.parts[1].name, scope.lots, name.offset, prefix="lot.")
    return Ref(("lot", call.function, fact), type=Type("number", nullable=True), offset=call.offset)


def history(
    call: Apply, scope: Scope, subject: Callable[[Syntax], Node], where: Callable[[Syntax, str], Node]
) -> History:
    """A history function. `subject` and `where` give types to the expressions inside it. Raises Refused."""
    signature = EVENTS.get(call.function) or OTHERS[call.function]
    given = {keyword.name: keyword for keyword in call.keywords}
    for name, keyword in given.items():
        if name not in signature.keywords:
            raise Unknown("expression/unknown-keyword", name, signature.keywords, keyword.offset)
    if len(call.arguments) != (2 if signature.field else 1):
        raise Refused("expression/arguments", call.offset, usage=signature.usage)
    months, micros = _duration(given["within"].value) if "within" in given else (0, None)
    if call.function in OTHERS:
        return _other(call, scope, subject, months, micros)
    event = _event_type(call, scope, signature)
    field, kind = _field(call, scope, event, signature)
    return History(
        call.function,
        event,
        field,
        micros,
        months,
        where(_unquoted(given["where"]), event) if "where" in given else None,
        _same(given["same"], scope, event) if "same" in given else None,
        type=kind,
        offset=call.offset,
    )


def _other(call: Apply, scope: Scope, subject: Callable[[Syntax], Node], months: int, micros: int | None) -> History:
    """silent, earned and anniversary: the functions that no event type is an argument of."""
    if call.function == "silent":
        months, micros = _duration(call.arguments[0])
        return History("silent", None, None, micros, months, type=BOOLEAN, offset=call.offset)
    if call.function == "earned":
        name = _literal(call.arguments[0], OTHERS["earned"])
        point = pick(name, scope.points)
        if point is None:
            raise Unknown("expression/unknown-point", name, scope.points, call.arguments[0].offset)
        kind = INTEGER if scope.points[point] else NUMBER
        return History("earned", None, point, micros, months, type=kind, offset=call.offset)
    date = subject(call.arguments[0])
    if not isinstance(date, Ref) or date.type.kind not in ("date", "instant"):
        raise Refused("expression/arguments", date.offset, usage=OTHERS["anniversary"].usage)
    kind = Type("boolean", nullable=date.type.nullable)
    return History("anniversary", None, None, micros, months, None, None, date, type=kind, offset=call.offset)


def _literal(argument: Syntax, signature: Signature) -> str:
    if isinstance(argument, Literal) and isinstance(argument.value, str):
        return argument.value
    instead = f"'{argument}'" if isinstance(argument, Name) else ""
    hint = "hint/instead" if instead else ""
    raise Refused("expression/needs-text", argument.offset, hint, usage=signature.usage, instead=echo(instead))


def _event_type(call: Apply, scope: Scope, signature: Signature) -> str:
    name = _literal(call.arguments[0], signature)
    if name not in scope.events:
        raise Unknown("expression/unknown-event", name, scope.events, call.arguments[0].offset)
    return name


def _field(call: Apply, scope: Scope, event: str, signature: Signature) -> tuple[str | None, Type]:
    """The field that a function is about, and the type of the function's value."""
    if not signature.field:
        return None, Type("integer", nullable=call.function == "days_since")
    name = _literal(call.arguments[1], signature)
    field = pick(name, scope.events[event])
    if field is None:
        raise Unknown("expression/unknown-field", name, scope.events[event], call.arguments[1].offset)
    kind = scope.events[event][field]
    if kind.kind == "list" or (signature.field == "numeric" and not kind.numeric):
        arguments = {"function": call.function, "name": echo(name), "kind": described(kind)}
        raise Refused("expression/field-kind", call.arguments[1].offset, **arguments)
    match call.function:
        case "sum":
            return field, Type(kind.kind)
        case "avg":
            return field, Type("number", nullable=True)
        case "distinct":
            return field, INTEGER
        case _:
            return field, Type(kind.kind, nullable=True, of=kind.of)


def _duration(argument: Syntax) -> tuple[int, int]:
    """Months and microseconds of a duration that is written as text."""
    written = argument.value if isinstance(argument, Literal) else None
    try:
        duration = parse_duration(written)
    except ValueError:
        raise Refused("expression/duration", argument.offset, text=echo("…" if written is None else written)) from None
    return duration.months, duration.micros


def _unquoted(keyword: Keyword) -> Syntax:
    if isinstance(keyword.value, Literal) and isinstance(keyword.value.value, str):
        raise Refused("expression/where-quoted", keyword.value.offset)
    return keyword.value


def _same(keyword: Keyword, scope: Scope, event: str) -> str:
    """The field that the counted events share with the current one."""
    name = _literal(keyword.value, Signature("same='FIELD'"))
    per = scope.per is not None and pick(name, (scope.per,)) is not None
    if not scope.triggers and not per:
        raise Refused("expression/no-event", keyword.offset, name="same=")
    field = pick(name, scope.events[event])
    if field is None:
        raise Unknown("expression/unknown-field", name, scope.events[event], keyword.value.offset)
    kind = scope.events[event][field]
    for trigger in () if per else scope.triggers:
        other = scope.events.get(trigger, {}).get(field)
        if kind.kind == "list" or other is None or (other.kind, other.of) != (kind.kind, kind.of):
            arguments = {"name": echo(name), "event": event, "trigger": trigger}
            raise Refused("expression/same", keyword.value.offset, **arguments)
    return field


def plain_call(call: Apply, arguments: tuple[Node, ...]) -> Node:
    """A plain function over typed arguments. Raises Refused."""
    name = call.function
    if call.keywords or not _fits(name, call, arguments):
        raise Refused("expression/arguments", call.offset, usage=PLAIN[name])
    if name in ("min", "max"):
        arguments = same_numbers(arguments)
    nullable = any(argument.type.nullable for argument in arguments)
    if all(argument.type.numeric for argument in arguments):
        nullable = nullable or ranges.applied(name, arguments).partial
    return Call(name, arguments, type=attrs.evolve(_result(name, arguments), nullable=nullable), offset=call.offset)


def own_call(call: Apply, arguments: tuple[Node, ...], scope: Scope) -> Node:
    """A function of the school's own over typed arguments; its result may always be null. Raises Refused."""
    function = scope.functions[call.function]
    if call.keywords or len(arguments) != len(function.arguments):
        raise Refused("expression/arguments", call.offset, usage=function.usage)
    given = tuple(_as(kind, argument) for kind, argument in zip(function.arguments, arguments, strict=True))
    if None in given:
        raise Refused("expression/arguments", call.offset, usage=function.usage)
    kind = Type(function.result, nullable=True)
    found = Call(call.function, tuple(one for one in given if one), type=kind, offset=call.offset)
    if function.result != "boolean":
        return found
    return Compare("==", found, Const(True, type=BOOLEAN), type=kind, offset=call.offset)


def _as(kind: str, node: Node) -> Node | None:
    """The argument as the function takes it; None when it does not."""
    if kind == "number" and node.type.kind == "integer":
        return _as_number(node)
    return node if node.type.kind == kind else None


def _fits(name: str, call: Apply, arguments: tuple[Node, ...]) -> bool:
    kinds = [argument.type for argument in arguments]
    if name in ("min", "max"):
        return len(kinds) > 1 and (all(kind.numeric for kind in kinds) or {kind.kind for kind in kinds} in _ORDERED)
    if name == "len":
        return len(kinds) == 1 and kinds[0].kind in ("text", "list")
    if name == "round" and len(kinds) == 2:
        digits = call.arguments[1].value if isinstance(call.arguments[1], Literal) else None
        return kinds[0].numeric and type(digits) is int and 0 <= digits <= MAX_DIGITS
    return len(kinds) == 1 and kinds[0].numeric


_ORDERED: tuple[set[str], ...] = ({"date"}, {"instant"})


def _result(name: str, arguments: tuple[Node, ...]) -> Type:
    if name == "len" or (name in ("round", "floor", "ceil") and len(arguments) == 1):
        return INTEGER
    return Type(arguments[0].type.kind)


def same_numbers(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Integers beside a number become numbers, so that a type says exactly what a value is."""
    if not any(node.type.kind == "number" for node in nodes):
        return nodes
    return tuple(_as_number(node) if node.type.kind == "integer" else node for node in nodes)


def _as_number(node: Node) -> Node:
    if isinstance(node, Const) and isinstance(node.value, int):
        return Const(float(node.value), type=NUMBER, offset=node.offset)
    return Call("number", (node,), type=Type("number", nullable=node.type.nullable), offset=node.offset)
