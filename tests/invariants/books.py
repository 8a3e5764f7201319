"""A naive oracle: what a member's points should be, worked out anew from everything that ever happened to them.

Written from the reference of the program document and from nothing else: no line of the library is imported. Amounts
are fractions and whole numbers of smallest units, times are `datetime`, each question is answered from the beginning.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from fractions import Fraction

from tests.invariants.days import instant, next_start, together, wall

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
NEAREST = Fraction(1, 2)


@dataclass(frozen=True)
class School:
    """The part of a program that the oracle knows: one spendable point, what gives it, and what it buys."""

    zone: str = "UTC"
    decimals: int = 0
    rounding: str = "down"
    pending: int = 0
    """Days."""
    until: bool = False
    """Whether the points of an order wait for its beginning, at most three days."""
    expires: str = "never"
    """``never``; ``5 days`` or ``2 months`` from `start`; ``idle 6``: days without activity; ``on 2026-03-20``;
    ``yearly 03-20``."""
    start: str = "award"
    overdraft: str = "allow"
    rate: Fraction = Fraction(1, 100)
    """Points for each unit of money."""
    cap: tuple[int, str] | None = None
    """Points of orders in a period."""
    limit: tuple[int, str] | None = None
    """Orders in a period."""
    share: bool = True
    """Whether a refund takes back a share, or the whole."""
    lesson: int = 3
    lessons: str = "2 per day"
    cost: int = 5
    stock: int = 3

    @property
    def unit(self) -> int:
        """Smallest units in a whole point."""
        return int(10**self.decimals)

    def document(self) -> dict:
        """The program as a school writes it."""
        point: dict = {"spendable": True, "decimals": self.decimals, "rounding": self.rounding}
        if self.pending:
            point["pending"] = f"{self.pending}d"
        if self.until:
            point["pending"] = {"until": "order.begun", "key": "event.order", "at_most": "3d"}
        if self.expires != "never":
            point["expires"] = self._expires()
        if self.overdraft != "allow":
            point["overdraft"] = self.overdraft
        return self._whole(point)

    def _expires(self) -> dict:
        word, _, rest = self.expires.partition(" ")
        if word == "idle":
            return {"inactivity": f"{rest}d", "active_on": ["lesson.done", "order.paid"]}
        if word in ("on", "yearly"):
            return {"date" if word == "on" else word: rest}
        return {"after": self.expires.replace(" days", "d"), "from": self.start}

    def _whole(self, point: dict) -> dict:
        amount = f"event.amount * {self.rate.numerator} / {self.rate.denominator}"
        paid: dict = {"id": "paid", "on": "order.paid", "key": "event.order", "award": {"stars": amount}}
        if self.cap:
            paid["cap"] = {"stars": self.cap[0], "per": self.cap[1]}
        if self.limit:
            paid["limit"] = f"{self.limit[0]} per {self.limit[1]}"
        refund = {"id": "refund", "on": "order.refunded", "key": "event.order", "reverse": "paid"}
        rules = [
            paid,
            refund | ({"of": "amount"} if self.share else {}),
            {"id": "lesson", "on": "lesson.done", "award": {"stars": self.lesson, "xp": 10}, "limit": self.lessons},
        ]
        order = {"order": "text", "amount": "money"}
        return {
            "program": "invariants",
            "timezone": self.zone,
            "late": "7d",
            "events": {
                "order.paid": order,
                "order.refunded": order,
                "lesson.done": {},
                "page.opened": {},
                "order.begun": {"order": "text"},
            },
            "points": {"stars": point, "xp": {}},
            "rules": rules,
            "rewards": {"mug": {"cost": {"stars": self.cost}}, "seat": {"cost": {"stars": 1}, "stock": self.stock}},
        }


@dataclass
class Lot:
    name: str
    awarded: dt.datetime
    expires: dt.datetime
    left: int
    ready: dt.datetime
    waiting: bool = False
    order: str | None = None
    """The order whose beginning it waits for."""


@dataclass
class Award:
    """What an order gave, and what became of it."""

    at: dt.datetime
    name: str
    amount: Fraction
    """Money."""
    given: int
    refunded: Fraction = Fraction(0)
    undone: int = 0
    """What reversals took back, forgave or found expired."""
    counted: int = 0
    """What still counts for the cap."""
    expired: int = 0
    fires: bool = True


@dataclass
class Member:
    """One member's points of one kind, in smallest units."""

    school: School
    now: dt.datetime
    lots: list[Lot] = field(default_factory=list)
    hole: int = 0
    lifetime: int = 0
    xp: int = 0
    awards: dict[str, Award] = field(default_factory=dict)
    lessons: list[dt.datetime] = field(default_factory=list)
    holds: dict[str, tuple] = field(default_factory=dict)
    paid: dict[str, list] = field(default_factory=dict)
    """By redemption: what was taken, a list of (lot, amount)."""
    early: dict[str, Fraction] = field(default_factory=dict)
    """Money that came back before its order, by order."""
    gone: int = 0
    """What has expired."""
    kept_to: dt.datetime = LONG_AGO
    """The end of points that activity keeps alive."""

    # --- time ---------------------------------------------------------------------------------------------------

    def pass_time(self, to: dt.datetime) -> None:
        """Whatever falls due until then, one instant after the other."""
        while True:
            ends = [lot.expires for lot in self.lots if lot.left]
            ends += [lot.ready for lot in self.lots if lot.waiting and lot.left]
            ends += [until for until, _ in self.holds.values() if until is not None]
            due = min((end for end in ends if end <= to), default=None)
            if due is None:
                self.now = max(self.now, to)
                return
            self.now = due
            self._end(due)

    def _end(self, at: dt.datetime) -> None:
        for lot in self.lots:
            if lot.left and lot.expires <= at:
                self._expire(lot)
        for lot in self._in_order():
            if lot.waiting and lot.ready <= at:
                lot.waiting = False
                self._fill(lot)
        for name, (until, _) in sorted(self.holds.items()):
            if until is not None and until <= at:
                self.release(name)

    def _expire(self, lot: Lot) -> None:
        self.gone += lot.left
        for award in self.awards.values():
            if award.name == lot.name:
                award.expired += lot.left
        lot.left = 0

    def _in_order(self) -> list[Lot]:
        """Those that expire first come first, then the oldest."""
        return sorted(self.lots, key=lambda lot: (lot.expires, lot.awarded))

    def _fill(self, lot: Lot) -> None:
        filled = min(self.hole, lot.left)
        self.hole -= filled
        lot.left -= filled

    # --- what is there ------------------------------------------------------------------------------------------

    @property
    def available(self) -> int:
        """What can be spent; below zero when more was taken than was there."""
        return sum(lot.left for lot in self.lots if not lot.waiting) - self.hole

    @property
    def pending(self) -> int:
        """What is not there yet."""
        return sum(lot.left for lot in self.lots if lot.waiting)

    @property
    def held(self) -> int:
        """What is on hold."""
        return sum(amount for _, taken in self.holds.values() for _, amount in taken)

    @property
    def expiring(self) -> list[tuple[dt.datetime, int]]:
        """What ends when."""
        found: dict[dt.datetime, int] = {}
        for lot in self.lots:
            if lot.left and lot.expires < NEVER:
                found[lot.expires] = found.get(lot.expires, 0) + lot.left
        return sorted(found.items())

    # --- points come --------------------------------------------------------------------------------------------

    def active(self) -> None:
        """Points that end by inactivity live on."""
        if self.school.expires.startswith("idle"):
            self.kept_to = end_of(self.school, self.now)
            for lot in self.lots:
                lot.expires = max(lot.expires, self.kept_to)

    def begun(self, order: str) -> None:
        """What waited for an order's beginning is there."""
        for lot in self._in_order():
            if lot.waiting and lot.order == order:
                lot.waiting = False
                self._fill(lot)

    def give(self, name: str, amount: int, *, order: str | None = None, at_once: bool = False) -> None:
        """An award: a lot of its own."""
        self.lifetime += amount
        days = 3 if self.school.until else self.school.pending
        ready = self.now if at_once else self.now + dt.timedelta(days=days)
        lot = Lot(name, self.now, end_of(self.school, self.now), amount, ready, ready > self.now, order)
        self.lots.append(lot)
        if not lot.waiting:
            self._fill(lot)

    def order(self, id: str, order: str, money: Fraction) -> None:
        """An order gives points, once, within limit and cap."""
        school = self.school
        if order in self.awards:
            return
        if school.limit and sum(one.fires for one in self._in_period(school.limit[1])) >= school.limit[0]:
            return
        given = rounded(money * school.rate * school.unit, school.rounding)
        if school.cap:
            used = sum(one.counted for one in self._in_period(school.cap[1]))
            given = min(given, school.cap[0] * school.unit - used)
        if given > 0:
            self.awards[order] = Award(self.now, f"rules.paid/{id}", money, given, counted=given)
            self.give(f"rules.paid/{id}", given, order=order if school.until else None)
            if order in self.early:
                self.refund(order, self.early.pop(order))

    def _in_period(self, per: str) -> list[Award]:
        return [one for one in self.awards.values() if together(one.at, self.now, per, self.school.zone)]

    def lesson(self, id: str) -> None:
        """A lesson gives points so often a period."""
        times, _, per = self.school.lessons.partition(" per ")
        if sum(together(at, self.now, per, self.school.zone) for at in self.lessons) < int(times):
            self.lessons.append(self.now)
            self.xp += 10
            self.give(f"rules.lesson/{id}", self.school.lesson * self.school.unit)

    # --- points go ----------------------------------------------------------------------------------------------

    def refund(self, order: str, money: Fraction) -> None:
        """Take back the share that came back by now, or the whole."""
        award = self.awards.get(order)
        if award is None:
            self.early[order] = self.early.get(order, Fraction(0)) + money
            return
        award.refunded += money
        share = min(Fraction(1), award.refunded / award.amount) if self.school.share else Fraction(1)
        due = min(award.given, rounded(award.given * share, self.school.rounding)) - award.undone
        if due <= 0:
            return
        own = [lot for lot in self._in_order() if lot.name == award.name]
        others = [lot for lot in self._in_order() if lot.name != award.name and not lot.waiting]
        taken = self._plan(own, due)
        expired = min(due - sum(taken.values()), award.expired)
        rest = due - sum(taken.values()) - expired
        more = self._plan(others, rest)
        missing = rest - sum(more.values())
        if missing and self.school.overdraft == "refuse":
            return
        for number, amount in (*taken.items(), *more.items()):
            self.lots[number].left -= amount
        award.expired -= expired
        award.undone += due
        if self.school.overdraft == "allow":
            self.hole += missing
            missing = 0
        self.lifetime -= due - expired - missing
        award.counted -= due - expired - missing
        award.fires = award.undone < award.given

    def _plan(self, lots: list[Lot], amount: int) -> dict[int, int]:
        """How much of which lots, by their number."""
        found = {}
        for lot in lots:
            part = min(amount, lot.left)
            amount -= part
            if part:
                found[next(number for number, one in enumerate(self.lots) if one is lot)] = part
        return found

    def take(self, amount: int) -> list:
        """Spend points; what is not there leaves a hole."""
        taken = []
        for number, part in self._plan([lot for lot in self._in_order() if not lot.waiting], amount).items():
            self.lots[number].left -= part
            taken.append((self.lots[number], part))
        missing = amount - sum(part for _, part in taken)
        if missing:
            self.hole += missing
            taken.append((Lot("", self.now, NEVER, 0, self.now), missing))
        return taken

    def put_back(self, taken: list) -> None:
        """Points come back with the end that they had."""
        for lot, amount in taken:
            expires = max(lot.expires, self.kept_to)
            back = Lot(lot.name, lot.awarded, expires, amount, lot.awarded)
            self._fill(back)
            if back.left and back.expires <= self.now:
                self._expire(back)
            self.lots.append(back)

    def redeem(self, id: str, amount: int) -> None:
        """Spend points for good."""
        self.paid[id] = self.take(amount)

    def cancel(self, id: str) -> None:
        """Undo a redemption."""
        self.put_back(self.paid.pop(id))

    def hold(self, id: str, amount: int, until: dt.datetime | None) -> None:
        """Reserve points."""
        self.holds[id] = (until, self.take(amount))

    def capture(self, id: str) -> None:
        """Spend what is on hold."""
        if id in self.holds:
            self.paid[id] = self.holds.pop(id)[1]

    def release(self, id: str) -> None:
        """Give back what is on hold."""
        if id in self.holds:
            self.put_back(self.holds.pop(id)[1])

    def adjust(self, id: str, amount: int) -> None:
        """Points given or taken by a person."""
        if amount > 0:
            self.give(f"kit/{id}", amount, at_once=True)
            return
        if self.school.overdraft == "forgive":
            amount = -min(-amount, max(0, self.available))
        self.lifetime += amount
        self.take(-amount)

    def send(self, amount: int) -> list[tuple[dt.datetime, int]]:
        """Give points away; the ends and amounts of what was given."""
        return [(lot.expires, part) for lot, part in self.take(amount)]

    def receive(self, id: str, lots: list[tuple[dt.datetime, int]]) -> None:
        """Points of somebody else: they end when they would have ended there."""
        self.put_back([(Lot(f"kit/{id}", self.now, expires, 0, self.now), amount) for expires, amount in lots])


def rounded(amount: Fraction, how: str) -> int:
    """A whole number of smallest units."""
    return {"down": math.floor(amount), "up": math.ceil(amount), "nearest": math.floor(amount + NEAREST)}[how]


def end_of(school: School, at: dt.datetime) -> dt.datetime:
    """When points that are given now end."""
    if school.expires == "never":
        return NEVER
    count, word = school.expires.split()
    if count == "idle":
        return at + dt.timedelta(days=int(word))
    if count in ("on", "yearly"):
        return max(at + dt.timedelta(microseconds=1), instant(midnight_after(word, at, school.zone), school.zone))
    begin = at
    if school.start != "award":
        begin = instant(next_start(school.start.removeprefix("end of "), wall(at, school.zone).date()), school.zone)
    if word == "days":
        return begin + dt.timedelta(days=int(count))
    local = wall(begin, school.zone)
    months = local.year * 12 + local.month - 1 + int(count)
    year, month = divmod(months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return instant(local.replace(year=year, month=month + 1, day=min(local.day, last)), school.zone)


def midnight_after(day: str, at: dt.datetime, zone: str) -> dt.datetime:
    """The end of a date, or of the next such day of a year."""
    today = wall(at, zone).date()
    if len(day) == 5:
        this = dt.date.fromisoformat(f"{today.year}-{day}")
        found = this if this >= today else this.replace(year=today.year + 1)
    else:
        found = dt.date.fromisoformat(day)
    return dt.datetime.combine(found + dt.timedelta(days=1), dt.time())
