"""Random journeys, delivered over changes of the clock with restarts anywhere: what really reaches a student."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from random import Random
from zoneinfo import ZoneInfo

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.app.rows import to_effect
from loyaltykit.channels import Receipt
from loyaltykit.errors import Deferred
from loyaltykit.program.load import Program
from loyaltykit.store import open_store
from loyaltykit.values import Event, from_instant

HOUR = dt.timedelta(hours=1)
CHANGES = {  # a day or two before clocks change
    "Europe/Berlin": ("2026-03-27", "2026-10-23"),
    "America/New_York": ("2026-03-06", "2026-10-30"),
    "Australia/Lord_Howe": ("2026-04-03", "2026-10-02"),  # by half an hour
    "Africa/Cairo": ("2026-04-23", "2026-10-28"),  # at midnight
    "Asia/Kathmandu": ("2026-03-27", "2026-10-23"),  # never, and 5:45 from Greenwich
}
QUIET = {
    "21:00-09:00": (dt.time(21), dt.time(9)),
    "23:30-06:15": (dt.time(23, 30), dt.time(6, 15)),
    "00:30-03:00": (dt.time(0, 30), dt.time(3)),
}
WAIT = dt.timedelta(hours=36)
STALE = dt.timedelta(hours=48)
KINDS = ("hello", "hello", "lesson", "left")
MEMBERS = ("ann", "bob", "eve", "joe")


def program(quiet):
    return Program.from_dict(
        {
            "program": "journeys",
            "timezone": "Europe/Berlin",
            "holdout": "10%",
            "events": {"hello": {"course": "text"}, "lesson": {"course": "text"}, "left": {"course": "text"}},
            "member": {"telegram": "text"},
            "campaigns": {
                "welcome": {
                    "per": "event.course",
                    "start": {"on": "hello"},
                    "holdout": "30%",
                    "exit": {"on": "left"},
                    "steps": [{"send": "welcome"}, {"wait": "36h"}, {"send": "next"}],
                },
                "silent": {
                    "start": "silent('2d')",
                    "holdout": "20%",
                    "again": "after 1d",
                    "exit": {"on": "left"},
                    "steps": [
                        {"send": "miss"},
                        {"wait": {"until": "not silent('1d')", "at_most": "30h"}},
                        {"send": "bye"},
                    ],
                },
            },
            "messages": {
                name: {"purpose": "service", "en": {"text": name}} for name in ("welcome", "next", "miss", "bye")
            },
            "contact": {"channels": ["telegram"], "quiet_hours": quiet, "stale": "48h"},
        }
    )


CAMPAIGN = {"welcome": "welcome", "next": "welcome", "miss": "silent", "bye": "silent"}


@attrs.define
class Wire:
    """A channel that notes when each message went, and fails now and then."""

    now: dt.datetime
    fails: set[int]
    calls: int = 0
    went: list[tuple[str, str, dt.datetime]] = attrs.field(factory=list)
    name: str = "telegram"
    address: str = "telegram"

    def send(self, message):
        self.calls += 1
        if self.calls in self.fails:
            raise Deferred("telegram/500")
        self.went.append((message.id, message.member, self.now))
        return Receipt(message=message.id)


@attrs.frozen
class Lived:
    """One school, some days later."""

    kit: Loyalty
    wire: Wire
    events: list[Event]
    zone: ZoneInfo
    quiet: tuple[dt.time, dt.time]

    def effects(self, member):
        journal = self.kit._journal
        with journal.reading() as store:
            return [to_effect(row, member) for row in store.effects(store.numbers([member])[member])]


@st.composite
def lives(draw):
    """A school in a zone, by a seed: histories as plain chance makes them are longer than those that are drawn."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    start = dt.datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=dt.UTC)
    quiet = draw(st.sampled_from(sorted(QUIET)))
    return lived(zone, start, quiet, Random(draw(st.integers(0, 2**32))))


def lived(zone, start, quiet, rng):
    wire = Wire(start, fails=set(rng.sample(range(1, 20), 4)))
    store, document, events = open_store("memory:"), program(quiet), []
    kit = Loyalty(document, store=store, channels=[wire])
    members = rng.sample(MEMBERS, 2)
    for member in members:
        kit.update_member(member, {"telegram": member, "timezone": zone}, at=start)
    for number in range(24):
        wire.now += rng.choice([HOUR / 4, HOUR, 5 * HOUR, 11 * HOUR])
        if rng.random() < 0.5:
            data = {"course": rng.choice("ab")}
            events.append(Event(f"e{number}", rng.choice(KINDS), rng.choice(members), wire.now, data))
            kit.record(events[-1])
        if rng.random() < 0.5:
            kit.advance(wire.now)
        kit.deliver(wire.now)
        if rng.random() < 0.2:
            kit = Loyalty(document, store=store, channels=[wire])  # as after a restart: nothing is remembered
    for _ in range(14):
        wire.now += 7 * HOUR
        kit.advance(wire.now)
        kit.deliver(wire.now)
    return Lived(kit, wire, events, ZoneInfo(zone), QUIET[quiet])


def is_quiet(lived, at):
    begin, end = lived.quiet
    local = at.astimezone(lived.zone).time()
    return begin <= local < end if begin < end else local >= begin or local < end


@settings(max_examples=60, deadline=None)
@given(lives())
def test_what_reaches_a_student(lived):
    sent = [one for one in lived.kit.outbox(limit=10_000) if one.status == "sent"]
    assert max(Counter(id for id, *_ in lived.wire.went).values(), default=0) <= 1, "each of them once"
    assert Counter(member for _, member, _ in lived.wire.went) == Counter(one.member for one in sent)
    assert [at for *_, at in lived.wire.went if is_quiet(lived, at)] == []
    for one in sent:
        assert one.at <= one.done <= one.at + STALE
        left = exits(lived, one.member).get(one.run)
        assert left is None or one.done <= left, "its run was over"


def exits(lived, member):
    """When each run of a member's was left, told from the events: a run that is on ends when its course is left."""
    left = [one for one in lived.events if (one.type, one.member) == ("left", member)]
    on, found = {}, {}
    changes = [(from_instant(one.at), one.name, one.data) for one in lived.effects(member) if one.kind == "run"]
    for at, campaign, data in changes:
        run, course = f"{campaign}/{data['label']}", data["value"]
        if data["state"] == "started":
            on[run] = at
            continue
        begun = on.pop(run)
        asked = [one.at for one in left if begun <= one.at <= at and course in (None, one.data["course"])]
        if data["state"] == "exited":
            found[run] = at
            assert asked == [at]
        assert [moment for moment in asked if moment < at] == [], (
            "an exit is honoured; what is due at its instant is first"
        )
    return found


@settings(max_examples=40, deadline=None)
@given(lives())
def test_who_is_withheld_gets_nothing_and_waits_are_exact(lived):
    reached = {(one.member, CAMPAIGN[one.message]) for one in lived.kit.outbox(limit=10_000)}
    for member in {one.member for one in lived.events}:
        told = lived.effects(member)
        arms = {one.name: one.data["arm"] for one in told if one.kind == "exposure"}
        treated = {name for name, arm in arms.items() if arm == "treated"}
        assert {campaign for who, campaign in reached if who == member} <= treated
        if arms.get("program") == "withheld":
            assert not [one for one in told if one.kind == "message"]
        begun = defaultdict(list)
        for one in told:
            if one.kind == "message" and CAMPAIGN[one.name] == "welcome":
                begun[one.occurrence.rpartition(":")[0]].append((one.name, from_instant(one.at)))
        for steps in begun.values():
            assert [name for name, _ in steps] in (["welcome"], ["welcome", "next"])
            assert len(steps) == 1 or steps[1][1] - steps[0][1] == WAIT
