"""Faults that a loyalty engine may have, each planted into the library, with a story in which it must be noticed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import attrs

import loyaltykit as lk
from loyaltykit.app import adjusting, codes, past, recording, refold
from loyaltykit.rules import spends
from loyaltykit.rules.runtime import amounts, ladders, lots, reopening, reversing, spending, standing, streaks, taking
from loyaltykit.values import NEVER
from tests.invariants import stories
from tests.invariants.books import School
from tests.invariants.standing import document
from tests.invariants.world import World

Story = Callable[[World], None]


PLAIN = School(expires="5 days", rate=Fraction(1, 100), cost=4)
WAITS = School(pending=2, cost=4)
BEGUN = School(until=True)
TIGHT = School(cap=(15, "day"), limit=(2, "day"), share=True)
CENTS = School(rate=Fraction(100))
HALVES = School(rate=Fraction(7, 2))


@dataclass(frozen=True)
class Fault:
    """What is replaced by what (given the right one), and where it shows."""

    name: str
    place: Any
    attribute: str
    wrong: Callable[[Any], Any]
    school: School = PLAIN
    story: Story | None = None
    breaks: str = "available"
    """What the invariant says that it breaks."""

    def plant(self, monkeypatch) -> None:
        """Put the wrong function wherever the right one is."""
        right = getattr(self.place, self.attribute)
        wrong = self.wrong(right)
        wrong.__name__ = right.__name__  # generated code calls it by its name
        monkeypatch.setattr(self.place, self.attribute, wrong)
        for name, module in list(sys.modules.items()):
            if name.startswith("loyaltykit.") and getattr(module, self.attribute, None) is right:
                monkeypatch.setattr(module, self.attribute, wrong)
            for table in vars(module).values() if name.startswith("loyaltykit.rules") else ():
                if isinstance(table, dict) and right in [one for one in table.values() if callable(one)]:
                    key = next(key for key, one in table.items() if one is right)
                    monkeypatch.setitem(table, key, wrong)


def _newest_first(right: Any) -> Any:
    def spend(state: Any, point: Any, amount: int, at: int) -> Any:
        held_lots = state[point.slot + lots.LOTS]
        held_lots.reverse()
        taken = right(state, point, amount, at)
        held_lots = state[point.slot + lots.LOTS]
        held_lots.sort()
        lots.tidy(state, point.slot)
        return taken

    return spend


def _a_moment_late(right: Any) -> Any:
    return lambda *given: min(NEVER, right(*given) + 1)


def _nothing(answer: Any = None) -> Callable[[Any], Any]:
    return lambda right: lambda *given, **more: answer


def _sold_after_its_end(right: Any) -> Any:
    """What is over stays where it is; only the line is written."""

    def mature(state: Any, point: Any, at: int, out: Any) -> None:
        kept = [list(lot) for lot in state[point.slot + lots.LOTS] if lot[lots.EXPIRES] <= at]
        right(state, point, at, out)
        for lot in kept:
            lot[lots.EXPIRES] = NEVER
            lots.add(state, point.slot, lot)

    return mature


def _no_line(right: Any) -> Any:
    """Points end, and the ledger does not hear of it."""
    return lambda state, point, at, out: right(state, point, at, [])


def _at_once(right: Any) -> Any:
    def add(state: Any, slot: int, lot: list[Any], *more: Any) -> None:
        lot[lots.READY] = lot[lots.AWARDED]
        right(state, slot, lot, *more)

    return add


def _each_part_rounded(right: Any) -> Any:
    """What came back is rounded anew each time, and not on the running total."""

    def due(self: Any, record: list[Any], share: Fraction) -> dict[str, int]:
        whole = right(self, record, share)
        shares = [Fraction(one, base) for one, base in zip(record[1], record[0], strict=True) if base]
        if shares and shares[0] > Fraction(1, 2):
            return {name: max(0, amount - 1) for name, amount in whole.items()}
        return whole

    return due


def _forgiven(right: Any) -> Any:
    def take_back(*given: Any, forgive: bool) -> Any:
        return right(*given, forgive=not forgive)

    return take_back


def _ends_never(right: Any) -> Any:
    def restore(state: Any, point: Any, taken: Any, *more: Any) -> None:
        right(state, point, [one._replace(expires=NEVER) for one in taken], *more)

    return restore


def _without_end(right: Any) -> Any:
    def put(self: Any, state: Any, id: str, at: int, until: Any, *more: Any) -> None:
        right(self, state, id, at, None, *more)

    return put


def _still_there(right: Any) -> Any:
    """Who asks for a hold gets it, and so does the next."""
    return lambda self, state, name: state[self.plan.holds].get(name)


def _counted_again(right: Any) -> Any:
    """The same event under another id."""

    def record_one(work: Any, event: Any) -> Any:
        if work.store.seen((event.id,)) and event.type == "lesson.done":
            return recording.record_new(work, attrs.evolve(event, id=event.id + "-again"))
        return right(work, event)

    return record_one


def _one_more(right: Any) -> Any:
    return lambda cell, number, most: right(cell, number, most) + 1


@cache
def _balance() -> int:
    """The slot of the balance of stars."""
    plan = lk.Engine(lk.Program.from_dict(document("UTC", "recompute"))).plan
    return next(point.slot for point in plan.points if point.id == "stars") + lots.AVAILABLE


def _from_the_balance(right: Any) -> Any:
    """A tier by what is there, and not by what was earned in the period."""

    def qualify(self: Any, state: Any, value: Any, *more: Any) -> bool:
        del value
        return right(self, state, state[_balance()], *more)

    return qualify


def _freeze_left(right: Any) -> Any:
    def take(self: Any, state: Any, *more: Any) -> bool:
        before = state[self.freezes]
        kept = right(self, state, *more)
        state[self.freezes] = before
        return kept

    return take


def _as_counted(right: Any) -> Any:
    del right
    return lambda self, state, number: state[self.slot + 1]


def _one_too_few(right: Any) -> Any:
    return lambda state, ladder, score, *more: right(state, ladder, score - 1, *more)


def _up(right: Any) -> Any:
    del right
    return lambda value: -((-value) // 1)


def _as_it_is(right: Any) -> Any:
    del right
    return lambda value: value


def _of_no_lot(right: Any) -> Any:
    return lambda *given, by_lot: right(*given, by_lot=False)


def _gift(right: Any) -> Any:
    def received(self: Any, act: Any) -> None:
        data: Mapping[str, Any] = {**act.data, "expires": [NEVER for _ in act.data["expires"]]}
        right(self, attrs.evolve(act, data=data))

    return received


FAULTS = (
    Fault("the newest points are spent first", lots, "spend", _newest_first, PLAIN, stories.two_lots, "lots"),
    Fault("points end a microsecond late", lots, "ending", _a_moment_late, PLAIN, stories.one_lot, "expiring"),
    Fault("what has ended can be spent", lots, "mature", _sold_after_its_end, PLAIN, stories.one_lot),
    Fault(
        "points end without a line in the ledger", lots, "mature", _no_line, PLAIN, stories.one_lot, "does not add up"
    ),
    Fault("pending points are there at once", lots, "add", _at_once, WAITS, stories.waits),
    Fault("a refund keeps the points", reversing.Keeper, "reverse", _nothing(False), School(), stories.thirds),
    Fault("a refund before its order is lost", reversing.Keeper, "_wait", _nothing(), PLAIN, stories.early_refund),
    Fault("a refund is rounded part by part", reversing.Keeper, "_due", _each_part_rounded, School(), stories.thirds),
    Fault("a cap is not opened again", reopening, "reopen", _nothing(), TIGHT, stories.reopened),
    Fault("a limit counts one too few", amounts, "left_in_period", _one_more, TIGHT, stories.capped),
    Fault("amounts are rounded up", amounts, "down", _up, HALVES, stories.exact),
    Fault("amounts are not snapped", amounts, "_snapped", _as_it_is, CENTS, stories.exact),
    Fault("the hole is not filled", lots, "_fill", _nothing(), PLAIN, stories.spent_refund, "expiring"),
    Fault("what is spent is forgiven", taking, "take_back", _forgiven, PLAIN, stories.spent_refund),
    Fault("a hold does not time out", spending.Holds, "put", _without_end, PLAIN, stories.held),
    Fault("a hold is captured and released", spending.Holds, "take", _still_there, PLAIN, stories.captured, "held"),
    Fault("what comes back never ends", lots, "restore", _ends_never, PLAIN, stories.cancelled, "expiring"),
    Fault("a gift never ends", spends.Spends, "received", _gift, PLAIN, stories.given_away, "expiring"),
    Fault(
        "a repetition counts",
        recording,
        "record_one",
        _counted_again,
        PLAIN,
        stories.twice,
        "a repetition changes something",
    ),
    Fault(
        "a late event changes nothing", refold, "_adjustments", _nothing(()), TIGHT, stories.tardy, "does not add up"
    ),
    Fault(
        "a late event names no lot", refold, "_adjustments", _of_no_lot, TIGHT, stories.tardy, "not what its lines say"
    ),
    Fault(
        "a late lot is there at once",
        adjusting.Adjusting,
        "_wait",
        _nothing(),
        WAITS,
        stories.waits_late,
        "pending by the ledger",
    ),
    Fault(
        "what waits no more is not said",
        adjusting.Adjusting,
        "_confirmed",
        _nothing(()),
        BEGUN,
        stories.begun_late,
        "pending by the ledger",
    ),
    Fault("a voided event counts", past, "taken_out", _nothing(frozenset()), PLAIN, stories.taken_out),
    Fault("stock is sold twice", codes, "left", _nothing(), School(stock=1), stories.seats, "redeem seat"),
)

STANDING = (
    Fault("a tier follows the balance", ladders.Ladder, "qualify", _from_the_balance, breaks="tier"),
    Fault("a tier is kept for ever", ladders.Ladder, "_down", _nothing(False), breaks="tier"),
    Fault("a freeze is not taken", streaks.Kept, "_take", _freeze_left, breaks="streak"),
    Fault("a missed day is not seen", streaks.Kept, "length", _as_counted, breaks="streak"),
    Fault("a level comes a point late", standing, "climb", _one_too_few, breaks="level"),
)
"""Those of levels, tiers and streaks: random histories notice them."""
