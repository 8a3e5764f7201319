"""What another version of the program would change, for whom, and what it would cost. Nothing is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.adjusting import net
from loyaltykit.app.adopting import check_successor, instant_for
from loyaltykit.app.past import history
from loyaltykit.app.reading import whole
from loyaltykit.app.upward import left_alone
from loyaltykit.rules.engine import Engine
from loyaltykit.rules.timeline import Era, Timeline
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from loyaltykit.app.adopting import Mode
    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand
    from loyaltykit.program.document import Document
    from loyaltykit.program.load import Program
    from loyaltykit.values import Amount
    from loyaltykit.views import MemberView

PAGE = 500
"""So many members are looked at in a row."""
Step = tuple[str | None, str | None]
"""Before and after; None where there is none. A badge without steps is an empty text while it is held."""


@attrs.frozen(slots=True, kw_only=True)
class Change:
    """What an adoption would change for one member."""

    member: str
    points: Mapping[tuple[str, str], Amount] = attrs.field(factory=dict)
    """What would be posted, by point and mechanic, in whole units."""
    level: Step | None = None
    tiers: Mapping[str, Step] = attrs.field(factory=dict)
    badges: Mapping[str, Step] = attrs.field(factory=dict)
    """A badge that the new program would not give stays as kept while the program has it."""

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.points or self.level or self.tiers or self.badges)

    def by_point(self) -> dict[str, Amount]:
        """The net of each point."""
        found: dict[str, Any] = {}
        for (point, _), amount in self.points.items():
            found[point] = found.get(point, 0) + amount
        return {point: amount for point, amount in found.items() if amount}

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        lines = [{"point": key[0], "mechanic": key[1], "amount": _plain(n)} for key, n in self.points.items()]
        return {
            "member": self.member,
            "points": {point: _plain(amount) for point, amount in self.by_point().items()},
            "mechanics": lines,
            "level": self.level,
            "tiers": dict(self.tiers),
            "badges": dict(self.badges),
        }


@attrs.frozen(slots=True, kw_only=True)
class Balance:
    """One point over all members: how many gain and lose, and how much in all."""

    gained: Amount = 0
    lost: Amount = 0
    """Not above zero."""
    up: int = 0
    """How many members gain."""
    down: int = 0

    @property
    def net(self) -> Amount:
        """What it comes to."""
        return self.gained + self.lost

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**{name: _plain(part) for name, part in attrs.asdict(self).items()}, "net": _plain(self.net)}


@attrs.frozen(slots=True, kw_only=True)
class WhatIf:
    """What adopting a program would change. Members for whom nothing would change are counted and not listed."""

    version: int
    mode: Mode
    at: dt.datetime
    """The instant that it was looked at for."""
    members: int
    changes: tuple[Change, ...]
    """In the order in which the members came."""

    def points(self) -> dict[str, Balance]:
        """Each point over all members."""
        found: dict[str, Balance] = {}
        for change in self.changes:
            for point, amount in change.by_point().items():
                known = found.get(point, Balance())
                rises = amount > 0
                found[point] = Balance(
                    gained=known.gained + amount if rises else known.gained,
                    lost=known.lost if rises else known.lost + amount,
                    up=known.up + rises,
                    down=known.down + (not rises),
                )
        return found

    def mechanics(self) -> dict[tuple[str, str], Amount]:
        """What would be posted in all, by point and mechanic."""
        found: dict[tuple[str, str], Any] = {}
        for change in self.changes:
            for key, amount in change.points.items():
                found[key] = found.get(key, 0) + amount
        return dict(sorted(found.items()))

    def moves(self) -> dict[str, int]:
        """How many members would come to another step, by what moves: ``level: A > B``, ``tiers.status: A > B``."""
        found: Counter[str] = Counter()
        for change in self.changes:
            steps = {f"tiers.{name}": step for name, step in change.tiers.items()}
            steps |= {f"badges.{name}": step for name, step in change.badges.items()}
            steps |= {} if change.level is None else {"level": change.level}
            for name, (before, after) in steps.items():
                found[f"{name}: {_shown(before)} > {_shown(after)}"] += 1
        return dict(sorted(found.items()))

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "version": self.version,
            "mode": self.mode,
            "at": self.at.isoformat(),
            "members": self.members,
            "changed": len(self.changes),
            "points": {point: balance.to_dict() for point, balance in self.points().items()},
            "mechanics": [
                {"point": key[0], "mechanic": key[1], "amount": _plain(n)} for key, n in self.mechanics().items()
            ],
            "moves": self.moves(),
            "changes": [change.to_dict() for change in self.changes],
        }


def what_if(journal: Journal, program: Program, *, mode: Mode, at: int | None, explicit: bool) -> WhatIf:
    """What adopting a program would change; LoyaltyError and EventError as `adopt`."""
    check_successor(journal.engine, program, mode)
    moment = instant_for(journal, at, explicit=explicit)
    engine = Engine(program)
    era = Era(moment, lambda: engine, recomputes=mode != "forward")
    look = _Look(journal, engine, Timeline([*journal.timeline.all, era]), moment, mode)
    with journal.reading():
        found = list(look.all())
    return WhatIf(
        version=program.document.version,
        mode=mode,
        at=from_instant(moment),
        members=look.members,
        changes=tuple(change for change in found if not change.empty),
    )


@attrs.define
class _Look:
    """One look at everybody, under the program that runs and under the other."""

    journal: Journal
    engine: Engine
    timeline: Timeline
    at: int
    mode: Mode
    members: int = 0

    def all(self) -> Iterator[Change]:
        """What changes for each member."""
        after = 0
        while page := self.journal.store.members(after=after, limit=PAGE):
            for hand in self.journal.look_all([id for _, id in page]):
                self.members += 1
                yield self._change(hand)
            after = page[-1][0]

    def _change(self, hand: Hand) -> Change:
        journal = self.journal
        rows = journal.store.history(hand.number)
        past = history(rows, hand.id)
        replay = self.timeline.replay(hand.id, past.events, answers=past.answers, to=self.at, late=past.late)
        due, posted = net(replay.entries), self._posted(hand, past)
        old = journal.engine.program.document, self.engine.program.document
        found = {key: due.get(key, 0) - posted.get(key, 0) for key in sorted({*due, *posted})}
        kept = left_alone(found, *old) if self.mode == "recompute upward only" else {}
        points = {}
        for key, amount in found.items():
            change = amount + kept.get(key, 0)
            if change:
                points[key] = whole(_declaring(old, key[0]), key[0], change)
        before = journal.engine.view(hand.state, self.at)
        return _compared(hand.id, before, self.engine.view(replay.state, self.at), points)

    def _posted(self, hand: Hand, past: Any) -> dict[tuple[str, str], int]:
        """What the ledger would sum to by then: timers that are due until then fire first."""
        journal = self.journal
        if journal.engine.due(hand.state) > self.at:
            return dict(journal.store.sums(hand.number))
        now = journal.timeline.replay(hand.id, past.events, answers=past.answers, to=self.at, late=past.late)
        return net(now.entries)


def _declaring(documents: tuple[Document, Document], point: str) -> Document:
    """The document that has a point: the new one, else the old."""
    return documents[1] if point in documents[1].points else documents[0]


def _compared(member: str, before: MemberView, after: MemberView, points: Mapping[tuple[str, str], Amount]) -> Change:
    badges = _steps({name: one.step or "" for name, one in before.badges.items()},
                    {name: one.step or "" for name, one in after.badges.items()})  # fmt: skip
    tiers = _steps({name: one.name for name, one in before.tiers.items()},
                   {name: one.name for name, one in after.tiers.items()})  # fmt: skip
    level = None if before.level == after.level else (before.level, after.level)
    return Change(member=member, points=points, level=level, tiers=tiers, badges=badges)


def _steps(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> dict[str, Step]:
    """What differs, by name."""
    both = {name: (before.get(name), after.get(name)) for name in sorted({*before, *after})}
    return {name: step for name, step in both.items() if step[0] != step[1]}


def _shown(step: str | None) -> str:
    return "—" if step is None else step or "+"


def _plain(amount: Any) -> Any:
    return amount if isinstance(amount, int) else str(amount)
