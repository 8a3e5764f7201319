"""Dotted names to references: the table of what `event.…`, `member.…`, `points.…` and the others mean.

In the document an id has `-`, in an expression `_`; the tree has the document's own ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.rules.expression.syntax import Name
from loyaltykit.rules.expression.tokens import Refused
from loyaltykit.rules.expression.tree import Ref, Scope, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

INTEGER, NUMBER, BOOLEAN = Type("integer"), Type("number"), Type("boolean")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVENT = {"at": Type("instant"), "nth": INTEGER, "gap": Type("integer", nullable=True)}
_LOCAL = {"hour": INTEGER, "weekday": Type("step", of="weekday"), "date": Type("date")}
_QUEST = {"done": BOOLEAN, "progress": NUMBER, "active": BOOLEAN}
CHURN_STATUS = "churn.status"
STATUSES = ("ok", "cold-start", "out-of-range", "away")
"""What a churn score may be worth."""
_CHURN = {
    "score": Type("number", nullable=True),
    "band": Type("step", nullable=True, of="churn"),
    "status": Type("text", nullable=True, of=CHURN_STATUS),
    "gain": Type("number", nullable=True),
}
_OFFER = {"taken": BOOLEAN, "option": Type("text", nullable=True)}
_BALANCES = ("available", "pending", "lifetime")
_SHOWN = 12
_MOST_LIKE = 60


def plain(name: str) -> str:
    """An id as expressions write it."""
    return name.replace("-", "_")


def pick(name: str, known: Iterable[str]) -> str | None:
    """The known id that a name of an expression means."""
    found = None
    for item in known:
        if item == name:
            return item
        if plain(item) == name:
            found = item
    return found


class Unknown(Refused):
    """A name that nothing has. The nearest right one is looked for when there is time for it: see `explained`."""

    def __init__(
        self, code: str, name: str, known: Iterable[str], offset: int, *, prefix: str = "", ladder: str = ""
    ) -> None:
        super().__init__(code, offset, name=echo(prefix + name), ladder=ladder)
        self.name = name
        self.written = {item: prefix + item for item in known if len(item) <= _MOST_LIKE}
        """What is known, and how an expression writes it."""

    @property
    def effort(self) -> int:
        """How much there is to compare with, in characters."""
        return sum(map(len, self.written)) if len(self.name) <= _MOST_LIKE else 0

    def explained(self) -> Finding:
        """The finding with the nearest name, or else with the list of the known ones when it is short."""
        finding = self.finding
        close = nearest(self.name, self.written) if self.effort else None
        if close is None:
            return listed(finding, self.written.values())
        mixed = not self.name.isascii() and close.isascii()
        arguments = {**finding.arguments, "nearest": self.written[close]}
        code = "expression/look-alike" if mixed else finding.code
        return attrs.evolve(finding, code=code, arguments=arguments, hint="hint/nearest")


def listed(finding: Finding, known: Iterable[str]) -> Finding:
    """The finding with the list of what would be right, when that is short."""
    names = list(dict.fromkeys(known))
    if not 0 < len(names) <= _SHOWN:
        return finding
    return attrs.evolve(finding, arguments={**finding.arguments, "known": ", ".join(names)}, hint="hint/one-of")


def field_path(field: str) -> tuple[str, ...]:
    """The path of an event's field; a name that `event.` already has gets one of its own."""
    return ("event", "field", field) if field in _EVENT or field == "local" else ("event", field)


def described(kind: Type) -> str:
    """A type as messages name it."""
    return f"{kind.kind} ({kind.of})" if kind.of else kind.kind


def resolve(name: Name, scope: Scope) -> Ref:
    """What a name means in a condition or a value. Raises Refused."""
    head = name.parts[0].name
    if head == "stuck":
        raise Refused("expression/no-stuck", name.offset, name=echo(str(name)))
    if head == "lot":
        raise Refused(
            "expression/lot-bare" if scope.lots is not None else "expression/no-lots", name.offset, name=echo(str(name))
        )
    handler = _HEADS.get(head)
    if handler is None:
        raise _unknown_head(name, scope)
    for part in name.parts[1:]:
        if part.quoted and (head not in ("event", "member") or part is not name.parts[1]):
            raise Refused("expression/not-allowed", part.offset, what="[…]")
    path, kind = handler(name, scope)
    length = 2 if path[:2] == ("event", "field") else len(path)
    if len(name.parts) > length:
        raise Refused("expression/no-parts", name.parts[length].offset, name=echo(str(name)))
    return Ref(path, type=kind, offset=name.offset)


def resolve_counted(name: Name, scope: Scope, counted: str) -> Ref:
    """What a name means inside `where=`: a field of the counted event, bare or behind `event.`. Raises Refused."""
    fields = scope.events[counted]
    bare = len(name.parts) == 1
    if not bare and (name.parts[0].name != "event" or len(name.parts) > 2):
        raise Refused("expression/where-name", name.offset, name=echo(str(name)), event=counted)
    part, prefix = name.parts[-1], "" if bare else "event."
    field = pick(part.name, fields)
    if field is None:
        known = map(plain, fields)
        raise Unknown("expression/unknown-field", part.name, known, part.offset, prefix=prefix)
    return Ref(field_path(field), type=fields[field], offset=name.offset)


def _unknown_head(name: Name, scope: Scope) -> Refused:
    head = name.parts[0]
    refusal = Unknown("expression/unknown-name", head.name, [*_HEADS, "True", "False", "None"], head.offset)
    if len(name.parts) == 1:
        fields = map(plain, _shared(scope))
        refusal.written = {**{field: f"event.{field}" for field in fields}, **refusal.written}
    return refusal


def _one_of(name: Name, at: int, known: Iterable[str], code: str = "expression/unknown-name") -> str:
    """The id that stands at a place of the name."""
    prefix = str(Name(name.parts[:at], offset=0)) + "."
    names = list(known)
    shown = [plain(item) for item in names]
    if len(name.parts) <= at:
        refusal = Refused("expression/incomplete", name.offset, name=echo(str(name)))
        refusal.finding = listed(refusal.finding, [prefix + item for item in shown])
        raise refusal
    part = name.parts[at]
    found = pick(part.name, names)
    if found is None:
        raise Unknown(code, part.name, shown, part.offset, prefix=prefix)
    return found


_Found = tuple[tuple[str, ...], Type]


def _event(name: Name, scope: Scope) -> _Found:
    value = _value(name, scope)
    if value is not None:
        return value
    if not scope.triggers:
        refusal = Refused("expression/no-event", name.offset, name=echo(str(name)))
        if scope.per is not None:
            refusal.finding = listed(refusal.finding, [f"event.{plain(scope.per)}"])
        raise refusal
    part = name.parts[1] if len(name.parts) > 1 else None
    if part is not None and not part.quoted and part.name == "local":
        fact = _one_of(name, 2, _LOCAL)
        return ("event", "local", fact), _LOCAL[fact]
    if part is not None and not part.quoted and part.name in _EVENT:
        return ("event", part.name), _EVENT[part.name]
    field = pick(part.name, _anywhere(scope)) if part is not None else None
    field = field or _one_of(name, 1, (*_shared(scope), *_EVENT, "local"), "expression/unknown-field")
    return field_path(field), _field_type(name, field, scope)


def _value(name: Name, scope: Scope) -> _Found | None:
    """The value that a segment or a run is about, unless each triggering event has the field itself."""
    field = scope.per
    if field is None or len(name.parts) < 2 or pick(name.parts[1].name, (field,)) is None:
        return None
    if scope.triggers and all(field in scope.events.get(trigger, {}) for trigger in scope.triggers):
        return None
    kinds = (fields[field] for fields in scope.events.values() if field in fields)
    path = field_path(field)
    if len(path) > 2 and not name.parts[1].quoted:
        return None
    return path, Type(next(kinds, Type("text")).kind)


def _shared(scope: Scope) -> tuple[str, ...]:
    """The fields that every triggering event has."""
    first, *rest = [scope.events.get(trigger, {}) for trigger in scope.triggers] or [{}]
    return tuple(field for field in first if all(field in other for other in rest))


def _anywhere(scope: Scope) -> tuple[str, ...]:
    """The fields that some triggering event has."""
    return tuple(field for trigger in scope.triggers for field in scope.events.get(trigger, {}))


def _field_type(name: Name, field: str, scope: Scope) -> Type:
    """The one type that a field has in all triggering events; it may be optional in some."""
    kinds = {trigger: scope.events.get(trigger, {}).get(field) for trigger in scope.triggers}
    found = [kind for kind in kinds.values() if kind is not None]
    if len(found) < len(kinds) or len({(kind.kind, kind.of) for kind in found}) > 1:
        shown = ", ".join(f"{trigger}: {described(kind) if kind else '—'}" for trigger, kind in kinds.items())
        raise Refused("expression/field-differs", name.parts[1].offset, name=echo(str(name)), kinds=shown)
    return Type(found[0].kind, nullable=any(kind.nullable for kind in found), of=found[0].of)


def _member(name: Name, scope: Scope) -> _Found:
    field = _one_of(name, 1, (*scope.member, "joined"), "expression/unknown-field")
    if field == "joined":
        return ("member", "joined"), Type("instant")
    return ("member", field), Type(scope.member[field].kind, nullable=True, of=scope.member[field].of)


def _points(name: Name, scope: Scope) -> _Found:
    point = _one_of(name, 1, scope.points)
    return ("points", point, _one_of(name, 2, _BALANCES)), INTEGER if scope.points[point] else NUMBER


def _quest(name: Name, scope: Scope) -> _Found:
    quest = _one_of(name, 1, ("any", *scope.quests))
    fact = _one_of(name, 2, ("done",) if quest == "any" else _QUEST)
    return ("quest", quest, fact), _QUEST[fact]


def _streak(name: Name, scope: Scope) -> _Found:
    return ("streak", _one_of(name, 1, scope.streaks), _one_of(name, 2, ("length",))), INTEGER


def _level(name: Name, scope: Scope) -> _Found:
    if not scope.levels:
        raise Refused("expression/no-levels", name.offset)
    return ("level",), _step("level", scope)


def _tier(name: Name, scope: Scope) -> _Found:
    ladder = _one_of(name, 1, scope.tiers)
    return ("tier", ladder), _step(f"tier.{ladder}", scope)


def _badge(name: Name, scope: Scope) -> _Found:
    badge = _one_of(name, 1, scope.badges)
    return ("badge", badge), _step(f"badge.{badge}", scope) if scope.badges[badge] else BOOLEAN


def _step(ladder: str, scope: Scope) -> Type:
    return Type("step", nullable=ladder not in scope.always, of=ladder)


def _segment(name: Name, scope: Scope) -> _Found:
    return ("segment", _one_of(name, 1, scope.segments)), BOOLEAN


def _entitlement(name: Name, scope: Scope) -> _Found:
    return ("entitlement", _one_of(name, 1, scope.entitlements)), BOOLEAN


def _churn(name: Name, scope: Scope) -> _Found:
    fact = _one_of(name, 1, _CHURN)
    return ("churn", fact), _CHURN[fact]


def _offer(name: Name, scope: Scope) -> _Found:
    if not scope.offers:
        raise Refused("expression/no-offer", name.offset, name=echo(str(name)))
    fact = _one_of(name, 1, _OFFER)
    return ("offer", fact), _OFFER[fact]


_HEADS: Mapping[str, Callable[[Name, Scope], _Found]] = {
    "event": _event,
    "member": _member,
    "points": _points,
    "level": _level,
    "tier": _tier,
    "badge": _badge,
    "quest": _quest,
    "streak": _streak,
    "segment": _segment,
    "entitlement": _entitlement,
    "churn": _churn,
    "offer": _offer,
}
