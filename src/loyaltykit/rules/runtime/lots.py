"""Lots: awarded points with their own availability and expiry.

A lot is a list [expires, awarded, number, left, ready, source, occurrence], and after these, only where a program asks
for it, what the award carries along and the key that it waits for. A lot is pending while `ready` is after `awarded`.
They are sorted, so that the first lot is the one that expires first, then the oldest.

The point's slots in a row: lifetime, available, pending, lots, due, held (reserved by holds), hole. `hole` is
what was taken without being there: available is what is left of ready lots less the hole, and whatever becomes
available later fills it first.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltykit.calendars import civil, first_day
from loyaltykit.rules.plan import DUE
from loyaltykit.rules.runtime.clock import later, period_end, zone_of
from loyaltykit.rules.runtime.history import MOST_VALUES
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.rules.plan import Lots, Points, Waiting

State = list[Any]
AVAILABLE, PENDING, LOTS, LOTS_DUE, HELD, HOLE = range(1, 7)
"""The places of a point's slots after its first."""
EXPIRES, AWARDED, NUMBER, LEFT, READY, SOURCE, OCCURRENCE, CARRY, KEY = range(9)
"""The places in a lot."""
PLAIN = 7
"""So long is a lot that carries nothing and waits for no event."""
ANY = ""
"""What lots wait for that wait for any event of a type."""
MANY = "*"
"""The occurrence of lots that were put together."""
APART = 64
"""So many of the newest lots stay apart; older ones that end together, one after the other, become one."""


class Taken(NamedTuple):
    """What was taken from one lot. JSON writes it as a list."""

    source: str
    """The mechanic whose award it is; empty for what was not there, and where lots of several were put together."""
    occurrence: str
    awarded: int
    number: int
    expires: int
    amount: int
    carry: Any = None
    """What the award carries along, by name."""

    @property
    def lot(self) -> str:
        """The part of a lot's id before the point; empty when it is not one award's."""
        return f"{self.source}/{self.occurrence}" if self.source and self.occurrence != MANY else ""


def accrue(
    state: State,
    slot: int,
    lots: Lots,
    at: int,
    amount: int,
    source: str,
    occurrence: str,
    zone: str,
    carry: dict[str, Any] | None = None,
    key: str | None = None,
) -> Any:
    """A new lot; returns (when it becomes available or None, when it expires or None) and arms the timer.

    `key` is what it waits for, where it waits for an event.
    """
    ready = at
    if lots.pending or lots.pending_months:
        ready = later(state, at, lots.pending, lots.pending_months, zone)
    elif lots.waiting is not None:
        ready, key = _waits(state, lots.waiting, at, key, zone)
    expires = ending(state, lots, at, zone) if lots.expiring else NEVER
    state[slot] += amount
    lot = [expires, at, state[slot], amount, ready, source, occurrence]
    if carry is not None or key is not None:
        lot.append(carry)
    if key is not None:
        lot.append(key)
    add(state, slot, lot, lots.traced)
    return (ready if ready > at else None, None if expires == NEVER else expires)


def add(state: State, slot: int, lot: list[Any], traced: tuple[str, ...] = ()) -> None:
    """Put a new lot into its place. One that is ready fills the hole first; those of `traced` stay apart."""
    ready, awarded = lot[READY], lot[AWARDED]
    if ready > awarded:
        state[slot + PENDING] += lot[LEFT]
    else:
        state[slot + AVAILABLE] += lot[LEFT]
        _fill(state, slot, lot)
        if not lot[LEFT]:
            return
    held: list[list[Any]] = state[slot + LOTS]
    insort(held, lot)
    if len(held) % APART == 0:
        _together(held, traced)
    due = min(lot[EXPIRES], ready) if ready > awarded else lot[EXPIRES]
    if due < state[slot + LOTS_DUE]:
        state[slot + LOTS_DUE] = due
        state[DUE] = min(state[DUE], due)


def _fill(state: State, slot: int, lot: list[Any]) -> None:
    """What becomes available fills the hole first."""
    hole = state[slot + HOLE]
    if hole:
        filled = min(hole, lot[LEFT])
        lot[LEFT] -= filled
        state[slot + HOLE] = hole - filled


def _waits(state: State, waiting: Waiting, at: int, key: str | None, zone: str) -> tuple[int, str | None]:
    """Until when an award waits at most, and for which key. One without a key waits for time alone, if at all."""
    if waiting.key is None:
        key = ANY
    if waiting.at_most is not None or waiting.at_most_months:
        return later(state, at, waiting.at_most or 0, waiting.at_most_months, zone), key
    return (at if key is None else NEVER), key


def ending(state: State, lots: Lots, at: int, zone: str) -> int:
    """When a lot that is awarded now ends. On a date that is over it ends at once, right after the award."""
    if lots.idle is not None:
        return later(state, at, lots.idle.micros, lots.idle.months, zone)
    if lots.until_day is not None:
        return max(at + 1, zone_of(state, zone).day_start(lots.until_day))
    if lots.yearly is not None:
        place = zone_of(state, zone)
        today = place.local_day(at)
        year = civil(today)[0]
        last = _day(year, *lots.yearly)
        return max(at + 1, place.day_start((last if last >= today else _day(year + 1, *lots.yearly)) + 1))
    start = at
    if lots.expires_from != "award":
        start = period_end(state, at, lots.expires_from.removeprefix("end of "), zone)  # type: ignore[arg-type]
    return later(state, start, lots.expires or 0, lots.expires_months, zone)


def _day(year: int, month: int, day: int) -> int:
    """The number of a day of a year; 29 February is the 28th where there is none."""
    number = year * 12 + month - 1
    return min(first_day("month", number) + day, first_day("month", number + 1)) - 1


def extend(state: State, point: Points, at: int, zone: str) -> None:
    """The member is active: all lots that end by inactivity live on from now."""
    config = point.lots
    if config is None or config.idle is None:
        return
    ends = state[config.idle.slot] = later(state, at, config.idle.micros, config.idle.months, zone)
    held: list[list[Any]] = state[point.slot + LOTS]
    for lot in held:
        lot[EXPIRES] = max(lot[EXPIRES], ends)
    held.sort()
    tidy(state, point.slot)


def ended(state: State, point: Points, at: int) -> bool:
    """Whether a lot ends by now."""
    held: list[list[Any]] = state[point.slot + LOTS]
    return bool(held) and bool(held[0][EXPIRES] <= at)


def _together(held: list[list[Any]], traced: tuple[str, ...]) -> None:
    """Put old lots that nothing needs apart together: neighbours of one end (and of one mechanic, if they end)."""
    found: list[list[Any]] = []
    for lot in held[:-APART]:
        last = found[-1] if found else None
        if last is not None and _alike(last, lot, traced):
            last[LEFT] += lot[LEFT]
            last[OCCURRENCE] = MANY
            if last[SOURCE] != lot[SOURCE]:
                last[SOURCE] = ""
        else:
            found.append(lot)
    held[:-APART] = found


def _alike(one: list[Any], other: list[Any], traced: tuple[str, ...]) -> bool:
    if len(one) > PLAIN or len(other) > PLAIN or one[EXPIRES] != other[EXPIRES]:
        return False
    if one[READY] > one[AWARDED] or other[READY] > other[AWARDED]:
        return False
    return bool(one[EXPIRES] == NEVER or (one[SOURCE] == other[SOURCE] and one[SOURCE] not in traced))


def mature(state: State, point: Points, at: int, out: Any) -> None:
    """Everything about a point's lots that is due at `at`: expiries first, then what becomes available."""
    slot = point.slot
    held: list[list[Any]] = state[slot + LOTS]
    gone = 0
    for lot in held:
        if lot[EXPIRES] > at:
            break
        gone += 1
        state[slot + (PENDING if lot[READY] > lot[AWARDED] else AVAILABLE)] -= lot[LEFT]
        _expire(state, point, lot, at, None, out)
    del held[:gone]
    for lot in held:
        if lot[READY] <= at and lot[READY] > lot[AWARDED]:
            confirm(state, point, lot, at, None, out)
    tidy(state, slot)


def _expire(state: State, point: Points, lot: list[Any], at: int, event: str | None, out: Any) -> None:
    """The ledger line of what is left in a lot; of an award that may be taken back it is remembered."""
    source, occurrence = lot[SOURCE], lot[OCCURRENCE]
    out.append(("expiry", at, event, source, occurrence, point.id, -lot[LEFT]))
    config = point.lots
    if config is not None and config.gone is not None and source in config.traced:
        box = state[config.gone]
        name = f"{source}/{occurrence}"
        box[name] = box.get(name, 0) + lot[LEFT]
        if len(box) > MOST_VALUES:
            del box[next(iter(box))]


def confirm(state: State, point: Points, lot: list[Any], at: int, event: str | None, out: Any) -> None:
    """A pending lot becomes available. What the hole swallows whole is left for `tidy`."""
    slot = point.slot
    lot[READY] = lot[AWARDED]
    if len(lot) > KEY:
        del lot[PLAIN if lot[CARRY] is None else KEY :]
    state[slot + PENDING] -= lot[LEFT]
    state[slot + AVAILABLE] += lot[LEFT]
    out.append(("confirmation", at, event, lot[SOURCE], lot[OCCURRENCE], point.id, lot[LEFT]))
    _fill(state, slot, lot)


def arrived(state: State, point: Points, key: str | None, at: int, event: str, out: Any) -> None:
    """The event came that lots with this key have waited for. What the event itself awards waits for the next."""
    if key is None:
        return
    for lot in state[point.slot + LOTS]:
        if len(lot) > KEY and lot[KEY] == key and lot[OCCURRENCE] != event:
            confirm(state, point, lot, at, event, out)
    tidy(state, point.slot)


def tidy(state: State, slot: int) -> None:
    """Drop empty lots, and arm the timer for those that are left."""
    held: list[list[Any]] = state[slot + LOTS]
    if any(not lot[LEFT] for lot in held):
        held[:] = [lot for lot in held if lot[LEFT]]
    state[slot + LOTS_DUE] = min(
        held[0][EXPIRES] if held else NEVER,
        min((lot[READY] for lot in held if lot[READY] > lot[AWARDED]), default=NEVER),
    )
    state[DUE] = min(state[DUE], state[slot + LOTS_DUE])


def spend(state: State, point: Points, amount: int, at: int) -> list[Taken]:
    """Take points that are available: from the lot that expires first, then from the oldest.

    More than there is makes a hole, the last `Taken` then, of no lot. Ask for what is available before, if that may
    not be.
    """
    slot = point.slot
    left = amount
    taken = []
    for lot in state[slot + LOTS]:
        if not left:
            break
        if lot[READY] <= lot[AWARDED]:
            taken.append(take(lot, left))
            left -= taken[-1].amount
    if left:
        state[slot + HOLE] += left
        taken.append(Taken("", MANY, at, 0, NEVER, left))
    state[slot + AVAILABLE] -= amount
    tidy(state, slot)
    return taken


def take(lot: list[Any], most: int) -> Taken:
    """Take from one lot, at most what is left in it."""
    amount = min(most, lot[LEFT])
    lot[LEFT] -= amount
    carry = lot[CARRY] if len(lot) > CARRY else None
    return Taken(lot[SOURCE], lot[OCCURRENCE], lot[AWARDED], lot[NUMBER], lot[EXPIRES], amount, carry)


def restore(state: State, point: Points, taken: Iterable[Taken], at: int, event: str | None, out: Any) -> None:
    """Put back what `spend` took, with the expiry it had. It fills a hole first; what expired meanwhile expires now."""
    slot = point.slot
    idle = None if point.lots is None else point.lots.idle
    for one in taken:
        if idle is not None:
            one = one._replace(expires=max(one.expires, state[idle.slot]))  # noqa: PLW2901  # it would have been extended
        state[slot + AVAILABLE] += one.amount
        lot: list[Any] = [one.expires, one.awarded, one.number, one.amount, one.awarded, one.source, one.occurrence]
        if one.carry is not None:
            lot.append(one.carry)
        _fill(state, slot, lot)
        if not lot[LEFT]:
            continue
        if one.expires <= at:
            state[slot + AVAILABLE] -= lot[LEFT]
            _expire(state, point, lot, at, event, out)
        else:
            _return(state[slot + LOTS], lot)
    tidy(state, slot)


def _return(held: list[list[Any]], lot: list[Any]) -> None:
    """Into the lot that it came from, or into its place."""
    place = bisect_left(held, lot[:LEFT])
    if place < len(held) and held[place][:LEFT] == lot[:LEFT] and held[place][SOURCE:] == lot[SOURCE:]:
        held[place][LEFT] += lot[LEFT]
    else:
        held.insert(place, lot)
