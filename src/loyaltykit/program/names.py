"""Every name in the document that refers to another part of it, with the nearest right one when it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.reserved import MEMBER_UPDATED
from loyaltykit.program.shape import declared, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.program.document import Consequences, Document
    from loyaltykit.program.shape import Shape

SECTIONS = {
    "point": "points",
    "reward": "rewards",
    "badge": "badges",
    "message": "messages",
}
_HINTED = 100
_LISTED = 8


@attrs.define
class Desk:
    """Collects faults; places are given as the models see the document and turned into those of the data."""

    data: Mapping[str, Any]
    faults: list[Fault] = attrs.field(factory=list)

    def report(self, code: str, loc: Keys, *, hint: str = "", at_key: bool = False, **arguments: Any) -> None:
        """Add a fault."""
        finding = Finding(code, arguments, hint)
        self.faults.append(Fault(finding, keys_of(loc, self.data), at_key=at_key))

    def ask(self, kind: str, name: str, known: Iterable[str] | None, loc: Keys, *, at_key: bool = False) -> None:
        """A fault when the name is not known; nothing when its section cannot be judged (None)."""
        if known is None or name in known:
            return
        arguments, hint = suggest(name, known if len(self.faults) < _HINTED else ())
        self.report(f"document/unknown-{kind}", loc, hint=hint, at_key=at_key, **arguments)


def suggest(name: str, known: Iterable[str]) -> tuple[dict[str, Any], str]:
    """The arguments and the hint for a wrong name: the nearest right one, or all when they are few."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return {"name": echo(name), "nearest": near}, "hint/nearest"
    if 0 < len(names) <= _LISTED:
        return {"name": echo(name), "known": ", ".join(names)}, "hint/one-of"
    return {"name": echo(name)}, ""


def check_names(shaped: Shape, document: Document, data: Mapping[str, Any]) -> list[Fault]:
    """The faults of all names in what is left of a document."""
    desk = Desk(data)
    known: dict[str, Iterable[str] | None] = {kind: _known(data, section) for kind, section in SECTIONS.items()}
    known["event"] = _known(data, "events") if data.get("events") is not None else None
    names = _Names(desk, document, known, shaped.broken)
    names.rules(shaped.numbers)
    names.ladders()
    names.mechanics()
    return desk.faults


def _known(data: Mapping[str, Any], section: str) -> Iterable[str] | None:
    """The names that a section declares, faulty ones too; None when the section itself cannot be read."""
    found = data.get(section)
    return None if found is not None and not isinstance(found, dict) else dict.fromkeys(declared(data, section))


@attrs.define
class _Names:
    desk: Desk
    document: Document
    known: Mapping[str, Iterable[str] | None]
    broken: frozenset[Keys]

    def of(self, kind: str, names: Iterable[str], loc: Keys, *, at_key: bool = False) -> None:
        """Each of the names is declared; of a list its items are the places, of a mapping its keys."""
        for number, name in enumerate(names):
            self.one(kind, name, (*loc, name if at_key else number), at_key=at_key)

    def one(self, kind: str, name: str, loc: Keys, *, at_key: bool = False) -> None:
        """One name; the library's own events do not trigger or count yet."""
        if kind == "event" and name == MEMBER_UPDATED:
            self.desk.report("document/not-built", loc, name=name)
        else:
            self.desk.ask(kind, name, self.known[kind], loc, at_key=at_key)

    def consequences(self, given: Consequences, loc: Keys) -> None:
        """What is awarded, granted and sent exists."""
        self.of("point", given.award, (*loc, "award"), at_key=True)
        self.of("reward", given.grant, (*loc, "grant"))
        self.of("badge", given.badge, (*loc, "badge"))
        self.of("message", given.send, (*loc, "send"))

    def rules(self, numbers: tuple[int, ...]) -> None:
        """The rules: ids once, events and points known."""
        seen: set[str] = set()
        for number, rule in zip(numbers, self.document.rules, strict=True):
            loc: Keys = ("rules", number)
            if rule.id in seen:
                self.desk.report("document/duplicate-id", (*loc, "id"), name=rule.id)
            seen.add(rule.id)
            self.of("event", rule.on or (), (*loc, "on"))
            self.consequences(rule, loc)
            self.of("point", rule.multiply, (*loc, "multiply"), at_key=True)
            if rule.cap is not None:
                self.of("point", rule.cap.points, (*loc, "cap"), at_key=True)

    def ladders(self) -> None:
        """Levels and tiers."""
        if self.document.levels is not None:
            self.one("point", self.document.levels.by, ("levels", "by"))
        for name, tier in self.document.tiers.items():
            for step, benefit in tier.benefits.items():
                loc: Keys = ("tiers", name, "benefits", step)
                self.desk.ask("step", step, tier.steps, loc, at_key=True)
                self.of("point", benefit.multiply, (*loc, "multiply"), at_key=True)
                self.of("reward", benefit.grant, (*loc, "grant"))

    def mechanics(self) -> None:
        """Streaks, badges and quests."""
        for name, streak in self.document.streaks.items():
            self.of("event", streak.on, ("streaks", name, "on"))
            for mark, given in streak.milestones.items():
                self.consequences(given, ("streaks", name, "milestones", str(mark)))
        for name, badge in self.document.badges.items():
            if badge.count is not None:
                self.one("event", badge.count, ("badges", name, "count"))
            self.consequences(badge, ("badges", name))
        for name, quest in self.document.quests.items():
            self.consequences(quest.reward, ("quests", name, "reward"))
            for number, step in enumerate(quest.steps):
                loc: Keys = ("quests", name, "steps", number)
                self.of("event", step.on or (), (*loc, "on"))
                if step.distinct is not None:
                    self._distinct(step.distinct, step.on or (), (*loc, "distinct"))

    def _distinct(self, field: str, types: Iterable[str], loc: Keys) -> None:
        """The field is one of every counted event."""
        events = self.document.events
        for kind in types:
            if kind in events and ("events", kind, field) not in self.broken:
                self.desk.ask("field", field, events[kind], loc)
