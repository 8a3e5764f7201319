"""One member's story under a small program, told step by step; after every step the books are checked."""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from collections import Counter, defaultdict
from functools import cache
from importlib import resources

import loyaltykit as lk
from loyaltykit.rules.runtime.lots import HOLE
from loyaltykit.values import from_instant

HEAD = """
program: school
events:
  lesson: {course: text, part: optional text, minutes: optional number}
  quiz: {score: number, tries: optional integer, topic: optional text}
  order: {order: text, amount: money}
  ping: {}
"""
NEEDED = {
    "lesson": {"course": "py"},
    "quiz": {"score": 1.0},
    "order": {"order": "o", "amount": 100},
}


def program(text: str) -> lk.Program:
    """A program from its parts; the events are always the same."""
    return lk.Program.from_yaml(HEAD + text)


@cache
def place(zone: str) -> zoneinfo.ZoneInfo:
    """A zone of the pinned `tzdata`, as the library sees it (the machine's own may be older)."""
    with resources.files("tzdata").joinpath(f"zoneinfo/{zone}").open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=zone)


def moment(when: str | dt.datetime, zone: str = "UTC") -> dt.datetime:
    """An aware time from `2026-03-01 10:00` (on the wall of a zone) or from a text with an offset."""
    at = dt.datetime.fromisoformat(when) if isinstance(when, str) else when
    return at if at.tzinfo else at.replace(tzinfo=place(zone))


class Story:
    """A member, the engine, and everything that was decided so far."""

    def __init__(self, text: str, *, zone: str = "UTC", member: str = "ann") -> None:
        self.engine = lk.Engine(program(text + (f"\ntimezone: {zone}" if zone != "UTC" else "")))
        self.zone = zone
        self.member = member
        self.state = self.engine.start(member)
        self.entries: list[lk.Entry] = []
        self.effects: list[lk.Effect] = []
        self.requests: list[lk.Request] = []
        self.events: list[lk.Event] = []
        self.numbers = itertools.count(1)

    def on(self, when: str, type: str = "ping", id: str | None = None, **data: object) -> lk.Decision:
        """One event."""
        known = self.engine.program.document.events.get(type, {})
        needed = {key: value for key, value in NEEDED.get(type, {}).items() if key in known}
        event = lk.Event(
            id or f"e{next(self.numbers):03}", type, self.member, moment(when, self.zone), {**needed, **data}
        )
        return self.take(event)

    def take(self, event: lk.Event, *, history_only: bool = False) -> lk.Decision:
        """An event that is already made."""
        self.events.append(event)
        self.state, decision = self.engine.fold(self.state, event, history_only=history_only)
        return self._noted(decision)

    def move(self, zone: str, when: str) -> lk.Decision:
        """The member goes to another zone; from now on times are on its walls."""
        decision = self.on(moment(when, self.zone), "member.updated", timezone=zone)
        self.zone = zone
        return decision

    def until(self, when: str) -> lk.Decision:
        """Time passes."""
        self.state, decision = self.engine.advance(self.state, moment(when, self.zone))
        return self._noted(decision)

    def answer(self, request: lk.Request, granted: bool) -> lk.Decision:
        """The shell settles a request."""
        return self.take(self.engine.answer(request, granted))

    def view(self, at: str | None = None) -> lk.MemberView:
        """The member now, or at a time; looking changes nothing."""
        before = self.engine.dump(self.state)
        view = self.engine.view(self.state, at=None if at is None else moment(at, self.zone))
        assert self.engine.dump(self.state) == before
        return view

    def _noted(self, decision: lk.Decision) -> lk.Decision:
        self.entries += decision.entries
        self.effects += decision.effects
        self.requests += decision.requests
        check_books(self.engine, self.state, self.entries)
        self.state = self.engine.load(self.engine.dump(self.state))
        return decision

    # --- what tests ask ------------------------------------------------------------------------------------------

    def points(self, point: str = "xp") -> int:
        """The available balance in smallest units, from the entries alone."""
        return balances(self.entries)[point]["available"]

    def told(self, kind: str | None = None) -> list[str]:
        """The names of the effects so far."""
        return [effect.name for effect in self.effects if kind in (None, effect.kind)]

    def dated(self, kind: str, name: str | None = None) -> list[str]:
        """When effects of a kind happened, on the member's wall."""
        return [self.wall(effect.at) for effect in self.effects if effect.kind == kind and name in (None, effect.name)]

    def wall(self, at: int) -> str:
        """An instant on the member's wall, as short as it can be said."""
        local = from_instant(at).astimezone(place(self.zone))
        return f"{local:%Y-%m-%d %H:%M}" if not local.microsecond and not local.second else local.isoformat(" ")


def given(decision: lk.Decision, point: str = "xp") -> list[int]:
    """The awards of one decision."""
    return [entry.amount for entry in decision.entries if entry.point == point and entry.kind == "accrual"]


def told(decision: lk.Decision, kind: str) -> list[str]:
    """The names of the effects of a kind in one decision."""
    return [effect.name for effect in decision.effects if effect.kind == kind]


def balances(entries: list[lk.Entry]) -> dict[str, Counter[str]]:
    """Issued, pending, available and expired of each point, from nothing but ledger lines."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    waiting: dict[str, int] = {}
    for entry in entries:
        book = found[entry.point]
        if entry.kind == "accrual":
            book["issued"] += entry.amount
            book["pending" if entry.available_at is not None else "available"] += entry.amount
            if entry.available_at is not None:
                waiting[entry.id] = entry.amount
        elif entry.kind == "confirmation":
            waiting.pop(entry.lot)
            book["pending"] -= entry.amount
            book["available"] += entry.amount
        elif entry.kind == "expiry":
            book["expired"] -= entry.amount
            book["pending" if waiting.pop(entry.lot, None) else "available"] += entry.amount
        elif entry.kind == "reversal":
            book["reversed"] -= entry.amount
            book["pending" if entry.lot in waiting else "available"] += entry.amount
        else:
            raise AssertionError(entry)
    return found


def check_books(engine: lk.Engine, state: list, entries: list[lk.Entry]) -> None:
    """Issued = pending + available + expired + reversed; the state says the same; no line is written twice."""
    ids = [entry.id for entry in entries]
    assert len(set(ids)) == len(ids), Counter(ids).most_common(1)
    books = balances(entries)
    for point in engine.plan.points:
        book = books[point.id]
        assert book["issued"] == book["pending"] + book["available"] + book["expired"] + book["reversed"]
        assert state[point.slot] == book["issued"] - book["reversed"]
        if point.lots is not None:
            assert state[point.slot + 1 : point.slot + 3] == [book["available"], book["pending"]]
            lots = state[point.slot + 3]
            assert sum(lot[3] for lot in lots) == book["available"] + book["pending"] + state[point.slot + HOLE]
            assert lots == sorted(lots, key=lambda lot: lot[:3])
