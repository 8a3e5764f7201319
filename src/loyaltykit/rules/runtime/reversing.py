"""Awards that may be taken back: what a rule keeps of them by key, reversals in part or whole, and regrades.

A record is [bases, refunded, taken, wanted, pieces]. `bases` are the fields that a reversal may be a share of, as whole
numbers, `refunded` how much of each came back; `taken` and `wanted` are amounts by point. A piece is one award:
[at, local day, occurrence, {point: what is left of it}, value of the limit's `by`]; a regrade upward adds one.

What comes back before its award (by its instant, a clock may be wrong) waits by key: {rule that takes back: [field or
None, how much of it, the first event]}, and is taken back when it is given.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import number_of
from loyaltykit.rules.runtime import amounts, history, lots
from loyaltykit.rules.runtime.clock import earlier, local_day
from loyaltykit.rules.runtime.history import MOST_VALUES
from loyaltykit.rules.runtime.reopening import reopen, unearn
from loyaltykit.rules.runtime.taking import short_of, take_back

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.rules.plan import Fire, PeriodCap, Plan, Points
    from loyaltykit.rules.runtime.boards import Scores

State = list[Any]
_BASES, _REFUNDED, _TAKEN, _WANTED, _PIECES = range(5)
_AT, _DAY, _OCCURRENCE, _LEFT, _BY = range(5)
_SCALES = {"money": 100, "integer": 1, "number": 1 << 20}
_ROUNDED: dict[str, Any] = {"down": floor, "up": ceil, "nearest": lambda value: floor(value + Fraction(1, 2))}


class Keeper:
    """What one rule that is taken back or revised has given, by key. The newest `MOST_VALUES` keys are kept whole."""

    def __init__(self, plan: Plan, rule: Fire, boards: Sequence[Scores] = ()) -> None:
        self.rule = rule
        self.boards = tuple(boards)
        self.zone = plan.zone
        self.slot = rule.key_slot or 0
        self.fields = () if rule.kept is None else rule.kept.fields
        self.early = None if rule.kept is None else rule.kept.early
        self.takers = {
            one.source: dict(one.reverse.overdraft)
            for one in plan.rules
            if one.reverse is not None and one.reverse.rule == rule.id
        }
        known = {point.id: point for point in plan.points}
        self.points: dict[str, Points] = {award.point: known[award.point] for award in rule.follow.awards}
        caps = dict(rule.caps)
        self.caps: dict[str, tuple[PeriodCap, ...]] = {
            name: tuple(cap for cap in (caps.get(name), point.cap) if cap is not None)
            for name, point in self.points.items()
        }
        self.tracks = {
            name: tuple(track for track in plan.tracks if track.function == "earned" and track.field == name)
            for name in self.points
        }

    def keep(
        self,
        state: State,
        key: str,
        given: Mapping[str, int],
        wanted: Mapping[str, int],
        at: int,
        event: str,
        bases: Sequence[float | None],
        by: str | None = None,
    ) -> None:
        """Remember a first award."""
        box: dict[str, Any] = state[self.slot]
        piece = [at, local_day(state, at, self.zone), event, dict(given), by]
        box[key] = [self._whole(bases), [0] * len(bases), {}, dict(wanted), [piece]]
        if len(box) > MOST_VALUES:  # the key is still known, but the award is for good
            box[next(islice(box, len(box) - MOST_VALUES - 1, None))] = 1

    def _whole(self, values: Sequence[float | None]) -> list[int | None]:
        scales = (_SCALES[kind] for _, kind in self.fields)
        return [None if value is None else round(value * scale) for value, scale in zip(values, scales, strict=True)]

    # --- taking back -------------------------------------------------------------------------------------------

    def reverse(
        self,
        state: State,
        key: str,
        part: tuple[int, float | None] | None,
        policies: Mapping[str, str],
        source: str,
        at: int,
        event: str,
        out: Any,
    ) -> bool:
        """Take back the share that has come back so far, or the whole; whether anything was.

        `part` is the number of the field and how much of it comes back now.
        """
        record = state[self.slot].get(key)
        units = None if part is None else (part[0], max(0, round((part[1] or 0) * _SCALES[self.fields[part[0]][1]])))
        if record is None and key is not None:
            self._wait(state, key, units, source, event)
        if record is None or record == 1:
            return False
        return self._reverse(state, record, units, policies, source, at, event, event, out)

    def _wait(self, state: State, key: str, part: tuple[int, int] | None, source: str, event: str) -> None:
        """Remember what comes back of an award that is not there yet."""
        if self.early is None:
            return
        box: dict[str, Any] = state[self.early]
        field = None if part is None else self.fields[part[0]][0]
        known = box.setdefault(key, {}).setdefault(source, [field, 0, event])
        known[1] += 0 if part is None else part[1]
        if len(box) > MOST_VALUES:
            del box[next(iter(box))]

    def come_true(self, state: State, key: str, at: int, event: str, out: Any) -> None:
        """Take back of an award that was just given what had come back before."""
        record = state[self.slot].get(key)
        names = [name for name, _ in self.fields]
        for source, (field, units, first) in state[self.early or 0].pop(key).items():
            if source in self.takers and record is not None and record != 1:
                part = (names.index(field), units) if field in names else None
                self._reverse(state, record, part, self.takers[source], source, at, first, event, out)

    def _reverse(
        self,
        state: State,
        record: list[Any],
        part: tuple[int, int] | None,
        policies: Mapping[str, str],
        source: str,
        at: int,
        occurrence: str,
        event: str,
        out: Any,
    ) -> bool:
        due = self._due(record, self._share(record, part))
        short = {name: self._short(state, record, name, amount) for name, amount in due.items()}
        refused = [name for name, missing in short.items() if missing and policies[name] == "refuse"]
        if refused:
            out.append(("refused", at, event, source, occurrence, refused[0], -due[refused[0]]))
            return False
        for name, amount in due.items():
            record[_TAKEN][name] = record[_TAKEN].get(name, 0) + amount
            self._take(state, record, name, amount, policies[name] == "forgive", source, at, occurrence, event, out)
        if due:
            self._reopen_limit(state, record)
        return bool(due)

    def _share(self, record: list[Any], part: tuple[int, int] | None) -> Fraction:
        if part is None:
            return Fraction(1)
        number, units = part
        if number >= len(record[_BASES]):  # an award of a program that did not ask for the field
            return Fraction(1)
        base = record[_BASES][number]
        record[_REFUNDED][number] += units
        if not base or base < 0:
            return Fraction(1)
        shares = (
            Fraction(refunded, base) for refunded, base in zip(record[_REFUNDED], record[_BASES], strict=True) if base
        )
        return min(Fraction(1), sum(shares, Fraction(0)))

    def _due(self, record: list[Any], share: Fraction) -> dict[str, int]:
        """What is to be taken back now, by point: the share of what was given, rounded, less what was taken before."""
        due = {}
        for name, point in self.points.items():
            before = record[_TAKEN].get(name, 0)
            given = before + sum(piece[_LEFT].get(name, 0) for piece in record[_PIECES])
            amount = min(given, int(_ROUNDED[point.rounding](given * share))) - before
            if amount > 0:
                due[name] = amount
        return due

    def _short(self, state: State, record: list[Any], name: str, amount: int) -> int:
        missing = 0
        for piece, part in _newest_first(record, name, amount):
            missing += short_of(state, self.points[name], self.rule.source, piece[_OCCURRENCE], part)
        return missing

    def _take(
        self,
        state: State,
        record: list[Any],
        name: str,
        amount: int,
        forgive: bool,  # noqa: FBT001  # a policy of the call, not of a person's choosing
        source: str,
        at: int,
        occurrence: str,
        event: str,
        out: Any,
    ) -> None:
        """Take an amount of a point back, from the newest award first."""
        point, sums = self.points[name], dict[str | None, int]()
        for piece, part in _newest_first(record, name, amount):
            piece[_LEFT][name] -= part
            posted = take_back(state, point, self.rule.source, piece[_OCCURRENCE], part, forgive=forgive)
            taken = sum(posted.values())
            state[point.slot] -= taken
            for track in self.tracks[name]:
                unearn(state, track, piece[_AT], piece[_DAY], taken, self.zone)
            for board in self.boards:
                board.unearned(state, name, piece[_AT], piece[_OCCURRENCE], taken, at, event, out)
            for cap in self.caps[name]:
                reopen(state, cap, piece[_AT], piece[_DAY], taken)
            for lot, units in posted.items():
                sums[lot] = sums.get(lot, 0) + units
        for lot, units in sums.items():
            out.append(("reversal", at, event, source, occurrence, name, -units, lot))

    def _reopen_limit(self, state: State, record: list[Any]) -> None:
        """Nothing is left of what was given: the firing does not count against the limit any more."""
        limit = self.rule.limit
        if limit is not None and not any(any(piece[_LEFT].values()) for piece in record[_PIECES]):
            first = record[_PIECES][0]
            reopen(state, limit, first[_AT], first[_DAY], 1, first[_BY])

    # --- regrades ----------------------------------------------------------------------------------------------

    def revise(
        self,
        state: State,
        key: str,
        wanted: Mapping[str, int],
        at: int,
        event: str,
        bases: Sequence[float | None],
        carry: dict[str, Any] | None,
        out: Any,
    ) -> None:
        """The same key again: give or take the difference. What was taken back in whole stays so."""
        record = state[self.slot][key]
        if record == 1:
            return
        record[_BASES] = self._whole(bases)
        given: dict[str, int] = {}
        for name, amount in wanted.items():
            left = sum(piece[_LEFT].get(name, 0) for piece in record[_PIECES])
            taken = record[_TAKEN].get(name, 0)
            before, record[_WANTED][name] = record[_WANTED].get(name, 0), amount
            if taken and not left:
                continue
            more = self._room(state, name, amount - before, at)
            less = min(left, left + taken - amount)
            if more > 0:
                given[name] = more
                self._give(state, name, more, amount - before, at, event, carry, out)
            elif less > 0:
                policy = self.points[name].overdraft
                if policy == "refuse" and self._short(state, record, name, less):
                    out.append(("refused", at, event, self.rule.source, event, name, -less))
                else:
                    self._take(state, record, name, less, policy == "forgive", self.rule.source, at, event, event, out)
        if given:
            by = record[_PIECES][0][_BY]
            record[_PIECES].append([at, local_day(state, at, self.zone), event, given, by])

    def _room(self, state: State, name: str, amount: int, at: int) -> int:
        """What caps leave of an amount."""
        for cap in self.caps[name] if amount > 0 else ():
            amount = min(amount, self._left(state, cap, at))
        return amount

    def _left(self, state: State, cap: PeriodCap, at: int) -> int:
        cell = state[cap.slot]
        if cap.period is not None:
            number = number_of(cap.period, local_day(state, at, self.zone))  # type: ignore[arg-type]  # a period name
            return amounts.left_in_period(cell, number, cap.amount)
        return amounts.left_rolling(cell, earlier(state, at, cap.rolling or 0, cap.months, self.zone), cap.amount)

    def _give(
        self,
        state: State,
        name: str,
        amount: int,
        wanted: int,
        at: int,
        event: str,
        carry: dict[str, Any] | None,
        out: Any,
    ) -> None:
        """Award a difference, as generated code would."""
        point, source = self.points[name], self.rule.source
        ready = expires = None
        if point.lots is None:
            state[point.slot] += amount
        else:
            ready, expires = lots.accrue(state, point.slot, point.lots, at, amount, source, event, self.zone, carry)
        for cap in self.caps[name]:
            if cap.period is not None:
                state[cap.slot][1] += amount
            else:
                amounts.use_rolling(state[cap.slot], at, amount)
        for track in self.tracks[name]:
            if track.period is not None:
                number = number_of(track.period, local_day(state, at, self.zone))  # type: ignore[arg-type]  # a name
                history.update_period(state[track.slot], number, history.total, int, at, amount)
            else:
                cutoff = earlier(state, at, track.within or 0, track.months, self.zone)
                history.total_window(state[track.slot], at, amount, cutoff)
        for board in self.boards:
            board.awarded(state, name, at, event, amount, out)
        more = wanted if wanted > amount else None
        out.append(("accrual", at, event, source, event, name, amount, more, ready, expires))


def _newest_first(record: list[Any], name: str, amount: int) -> list[tuple[list[Any], int]]:
    """(piece, how much of it) for an amount of a point."""
    found = []
    for piece in reversed(record[_PIECES]):
        part = min(amount, piece[_LEFT].get(name, 0))
        if part:
            found.append((piece, part))
            amount -= part
    return found
