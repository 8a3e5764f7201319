"""Kits that are told the same, and the oracle beside them: after everything that happens all must agree."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import loyaltykit as lk
from tests.invariants.books import Member, School
from tests.invariants.lot_by_lot import lots_agree

START = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MEMBERS = ("ann", "bob")
EVENTS = ("order.paid", "order.refunded", "order.begun", "lesson.done", "page.opened")
REFUSED = (lk.InsufficientPoints, lk.OutOfStock, lk.NotEligible)


class World:
    """A school under one program, in memory and, on demand, in a file, which is closed and opened again."""

    def __init__(self, school: School, *, file: bool = False, start: dt.datetime = START) -> None:
        self.school = school
        self.program = lk.Program.from_dict(school.document())
        self.kits = {"memory": lk.Loyalty(self.program, store="memory:")}
        self.folder = tempfile.TemporaryDirectory() if file else None
        if self.folder:
            self.restart()
        self.clock = self.told_to = start
        """`told_to` is how far any kit was told that time has passed."""
        self.log: dict[str, list[tuple]] = {member: [] for member in MEMBERS}
        """By member: (instant, id, what, arguments) in order of arrival."""
        self.voided: set[str] = set()
        self.corrected: set[str] = set()
        """Members whose history was folded again: their ledger has adjustments for it."""
        self.used: set[tuple[str, dt.datetime]] = set()
        self.count = 0
        self.seats = 0
        self.events: list[lk.Event] = []
        self.standing: dict[str, tuple[str, str]] = {}
        """Redemptions and holds: whose, and of what."""
        for member in MEMBERS:
            self.happen(member, "page.opened", {})

    def close(self) -> None:
        """Let go of the files."""
        for kit in self.kits.values():
            kit.close()
        if self.folder:
            self.folder.cleanup()

    def restart(self) -> None:
        """Close the kit on the file, and open another."""
        if self.folder:
            if "file" in self.kits:
                self.kits["file"].close()
            url = f"sqlite:///{Path(self.folder.name)}/school.db?synchronous=off"
            self.kits["file"] = lk.Loyalty(self.program, store=url)

    # --- events -------------------------------------------------------------------------------------------------

    def tick(self, hours: float) -> None:
        """Time goes by, and nobody says so."""
        self.clock += hours * HOUR

    def advance(self) -> None:
        """Time goes by, and the kits are told, twice: the second time nothing is left to do."""
        self.told_to = self.clock
        for kit in self.kits.values():
            kit.advance(self.clock)
            before = {member: entries(kit, member) for member in MEMBERS}
            kit.advance(self.clock)
            assert before == {member: entries(kit, member) for member in MEMBERS}, "time told twice"

    def event(self, member: str, type: str, data: dict, *, ago: float = 0) -> lk.Event:
        """An event of a member, at an instant of its own, so many hours ago."""
        at = self.clock - ago * HOUR
        while (member, at) in self.used:
            at -= dt.timedelta(minutes=1)
        self.used.add((member, at))
        self.count += 1
        return lk.Event(f"{'zab'[self.count % 3]}{self.count}", type, member, at, data)

    def happen(self, member: str, type: str, data: dict, *, ago: float = 0) -> lk.Event:
        """Record an event; the oracle hears of it."""
        event = self.event(member, type, data, ago=ago)
        self.record(event)
        return event

    def record(self, event: lk.Event) -> None:
        """One event, as it arrives."""
        for kit in self.kits.values():
            kit.record(event)
        self.note(event)

    def note(self, event: lk.Event) -> None:
        """Write an event down."""
        log = self.log[event.member]
        if event.at < self.told_to or any(at > event.at for at, *_ in log):
            self.corrected.add(event.member)
        log.append((event.at, event.id, event.type, event.data))
        self.events.append(event)

    def batch(self, events: list[lk.Event]) -> None:
        """Events of anybody in any order, at once."""
        for kit in self.kits.values():
            assert kit.record_many(events).recorded == len(events)
        for event in sorted(events, key=lambda one: (one.at, one.id)):
            self.note(event)

    def again(self, event: lk.Event) -> None:
        """An event is delivered once more."""
        for kit in self.kits.values():
            before = entries(kit, event.member)
            kit.record(event)
            assert kit.record_many([event]).duplicates == 1
            assert entries(kit, event.member) == before, "a repetition changes something"

    def much_too_late(self, member: str) -> None:
        """An event older than `late` is stored, and gives nothing."""
        self.happen(member, "page.opened", {})
        event = self.event(member, "order.paid", {"order": "never", "amount": 100_000}, ago=7 * 24 + 1)
        for kit in self.kits.values():
            kit.record(event)

    def void(self, event: lk.Event) -> None:
        """An event is taken out."""
        self.clock += HOUR
        self.used.add((event.member, self.clock))
        for kit in self.kits.values():
            kit.void(event.id, at=self.clock)
        self.voided.add(event.id)
        self.corrected.add(event.member)

    # --- what is done through the kit ---------------------------------------------------------------------------

    def act(self, member: str, *more: str) -> dt.datetime:
        """The instant of an action, at which nothing else happens to these members."""
        self.clock = self.told_to = self.clock + HOUR
        self.count += 1
        self.used |= {(one, self.clock) for one in (member, *more)}
        return self.clock

    def told(self, verb, expected: bool, told: str) -> list:
        """What each kit says, which is refused where the oracle refuses it."""
        said = []
        for name, kit in self.kits.items():
            refusal = None
            try:
                said.append(verb(kit))
            except REFUSED as error:
                refusal = error
            assert expected == (refusal is None), f"{told}: {name} decides otherwise: {refusal}"
        return said

    def redeem(self, member: str, reward: str) -> None:
        """Spend points on a reward, twice under one key."""
        at, key = self.act(member), f"r{self.count}"
        cost = (self.school.cost if reward == "mug" else 1) * self.school.unit
        there = self.member(member, at).available >= cost and (reward == "mug" or self.seats < self.school.stock)
        told = self.told(lambda kit: kit.redeem(member, reward, key=key, at=at), there, f"redeem {reward}")
        assert told == self.told(lambda kit: kit.redeem(member, reward, key=key, at=at), there, f"{reward} again")
        if there:
            self.log[member].append((at, told[0].id, "redeem", cost))
            self.standing[told[0].id] = (member, reward)
            self.seats += reward == "seat"
            self._same_lots(member, told)

    def _same_lots(self, member: str, told: list) -> None:
        """The points came from the lots that the oracle took them from."""
        taken = self.member(member, self.clock).paid[told[0].id]
        expected = _by_award((lot.awarded, amount) for lot, amount in taken)
        for one in told:
            assert _by_award((lot.awarded, lot.amount * self.school.unit) for lot in one.lots) == expected, "lots"

    def hold(self, member: str, reward: str | None, days: int | None) -> None:
        """Reserve points."""
        at, key = self.act(member), f"h{self.count}"
        cost = {None: 4, "mug": self.school.cost, "seat": 1}[reward] * self.school.unit
        there = self.member(member, at).available >= cost and (reward != "seat" or self.seats < self.school.stock)
        lasts = None if days is None else f"{days}d"
        told = self.told(
            lambda kit: kit.hold(member, reward or {"stars": 4}, lasts=lasts, key=key, at=at), there, f"hold {reward}"
        )
        if there:
            until = None if days is None else at + days * DAY
            self.log[member].append((at, told[0].id, "hold", (cost, until)))
            self.standing[told[0].id] = (member, f"hold {reward}")
            self.seats += reward == "seat"

    def end_hold(self, id: str, *, capture: bool) -> None:
        """Capture or release a hold, if nobody did before and its time is not out."""
        member, what = self.standing[id]
        at = self.act(member)
        there = id in self.member(member, at).holds
        told = self.told(lambda kit: (kit.capture if capture else kit.release)(id, at=at), there, "end of a hold")
        again = self.told(lambda kit: (kit.capture if capture else kit.release)(id, at=at), there, "end of a hold")
        assert not capture or told == again
        if there:
            self.log[member].append((at, f"{self.count}", "capture" if capture else "release", id))
            spent = capture and what != "hold None"  # what is bought outside the program is not cancelled in it
            self.standing[id] = (member, what.removeprefix("hold ") if spent else "over")
            self.seats -= what == "hold seat" and not capture

    def cancel(self, id: str) -> None:
        """Undo a redemption."""
        member, reward = self.standing[id]
        at = self.act(member)
        there = id in self.member(member, at).paid
        self.told(lambda kit: kit.cancel(id, at=at), there, "cancel")
        if there:
            self.log[member].append((at, f"{self.count}", "cancel", id))
            self.standing[id] = (member, "over")
            self.seats -= reward == "seat"

    def adjust(self, member: str, amount: int) -> None:
        """Points given or taken by hand."""
        at, key, units = self.act(member), f"a{self.count}", amount * self.school.unit
        there = amount > 0 or self.school.overdraft != "refuse" or self.member(member, at).available >= -units
        told = self.told(
            lambda kit: kit.adjust(member, {"stars": amount}, by="dora", reason="test", key=key, at=at), there, "adjust"
        )
        if there:
            self.log[member].append((at, told[0].event, "adjust", units))

    def transfer(self, member: str, to: str, amount: int) -> None:
        """Points go to somebody else."""
        at, key, units = self.act(member, to), f"t{self.count}", amount * self.school.unit
        giver = self.member(member, at)
        there = giver.available >= units
        told = self.told(
            lambda kit: kit.transfer(member, to, {"stars": amount}, by="dora", reason="test", key=key, at=at),
            there,
            "transfer",
        )
        if there:
            self.log[member].append((at, told[0].event, "send", units))
            self.log[to].append((at, told[0].event, "receive", giver.send(units)))

    # --- what must be so ----------------------------------------------------------------------------------------

    def member(self, member: str, at: dt.datetime) -> Member:
        """What the oracle says of a member at an instant."""
        return replayed(self.school, [one for one in self.log[member] if one[1] not in self.voided], at)

    def check(self) -> None:
        """Every kit shows what the oracle has worked out, and its ledger adds up."""
        for member in MEMBERS:
            right = self.member(member, self.clock)
            views = {name: kit.member(member, at=self.clock) for name, kit in self.kits.items()}
            for name, kit in self.kits.items():
                self._same(right, views[name], f"{name}: {member}")
                self._adds_up(kit, member)
                lots_agree(kit, member)
            if "file" in views:
                assert views["memory"] == views["file"], "views"
                assert entries(self.kits["memory"], member) == entries(self.kits["file"], member), "ledgers"

    def _same(self, right: Member, view: lk.MemberView, who: str) -> None:
        unit, shown = self.school.unit, view.points["stars"]
        for name in ("available", "pending", "held", "lifetime"):
            assert getattr(shown, name) * unit == getattr(right, name), f"{who} {name}"
        assert [(at, amount * unit) for at, amount in shown.expiring] == right.expiring, f"{who} expiring"
        assert view.points["xp"].available == right.xp, f"{who} xp"
        if self.school.overdraft == "forgive" and not self.corrected:
            assert shown.available >= 0, f"{who}: below nothing"

    def _adds_up(self, kit: lk.Loyalty, member: str) -> None:
        """issued = pending + available + held + redeemed + expired + reversed."""
        view, sums, issued = kit.member(member), Counter[str](), 0
        for row in entries(kit, member):
            if row.point == "stars" and row.kind != "confirmation":
                sums[row.kind] += row.amount
                issued += max(0, row.amount) if row.kind in ("accrual", "adjustment") else 0
        shown = view.points["stars"]
        there = (shown.available + shown.pending + shown.held) * self.school.unit
        assert there == sum(sums.values()), f"{member}: the ledger does not add up"
        if member not in self.corrected:
            right = self.member(member, view.now)
            on_hold = sum(amount for _, taken in right.holds.values() for _, amount in taken)
            assert -sums["expiry"] == right.gone, "expired"
            redeemed = sum(amount for taken in right.paid.values() for _, amount in taken)
            assert -sums["redemption"] == redeemed, "redeemed"
            gone = redeemed + right.gone - sums["reversal"] + issued - sums["accrual"] - sums["adjustment"]
            assert issued == right.pending + right.available + on_hold + gone, "issued"


def _by_award(lots) -> list[tuple]:
    """Amounts by the instant of the award, in the order in which they were taken."""
    found: dict[dt.datetime, int] = {}
    for awarded, amount in lots:
        found[awarded] = found.get(awarded, 0) + amount
    return list(found.items())


def entries(kit: lk.Loyalty, member: str) -> list:
    """The lines of a member's ledger, as they are stored."""
    with kit._journal.reading() as store:
        return list(store.entries(store.numbers([member])[member]))


def replayed(school: School, log: list[tuple], at: dt.datetime) -> Member:
    """A member's history, in the order in which it happened."""
    member = Member(school, min((when for when, *_ in log), default=at) - DAY)
    for when, id, what, said in sorted(log, key=lambda one: one[:2]):
        if when > at:
            break
        member.pass_time(when)
        if what in ("order.paid", "lesson.done"):
            member.active()
        if what in EVENTS:
            happened(member, id, what, said)
        elif what == "hold":
            member.hold(id, *said)
        elif what in ("capture", "release", "cancel", "send"):
            getattr(member, what)(said)
        elif what in ("redeem", "adjust", "receive"):
            getattr(member, what)(id, said)
    member.pass_time(at)
    return member


def happened(member: Member, id: str, what: str, said: dict) -> None:
    """An event, as the oracle takes it."""
    if what == "order.paid":
        member.order(id, said["order"], Fraction(str(said["amount"])))
    elif what == "order.refunded":
        member.refund(said["order"], Fraction(str(said["amount"])))
    elif what == "order.begun":
        member.begun(said["order"])
    elif what == "lesson.done":
        member.lesson(id)
