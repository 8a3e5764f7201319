"""Random programs and random histories: whatever happens, the library says what the naive oracle says."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.invariants.books import School
from tests.invariants.profile import stateful
from tests.invariants.world import MEMBERS, World

SCHOOLS = st.builds(
    School,
    zone=st.sampled_from(["UTC", "Europe/Moscow", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    decimals=st.sampled_from([0, 0, 1, 2]),
    rounding=st.sampled_from(["down", "up", "nearest"]),
    pending=st.sampled_from([0, 0, 1, 3]),
    until=st.sampled_from([False, False, False, True]),
    expires=st.sampled_from(["never", "5 days", "12 days", "1 months", "idle 6", "on 2026-03-09", "yearly 03-12"]),
    start=st.sampled_from(["award", "end of day", "end of month", "end of quarter", "end of year"]),
    overdraft=st.sampled_from(["allow", "allow", "forgive", "refuse"]),
    rate=st.sampled_from([Fraction(1, 100), Fraction(3, 100), Fraction(7, 200)]),
    cap=st.sampled_from([None, (20, "day"), (30, "week"), (25, "2 days"), (40, "month")]),
    limit=st.sampled_from([None, (2, "day"), (3, "week"), (2, "3 days")]),
    share=st.booleans(),
    lesson=st.integers(1, 4),
    cost=st.integers(3, 9),
    stock=st.integers(1, 3),
)
WHO = st.sampled_from(MEMBERS)
ORDERS = st.sampled_from("abcdef")
MONEY = st.sampled_from([99, 250, 333, "400.50", 1000])
AGO = st.one_of(st.just(0), st.just(0), st.integers(1, 6 * 24))


class Schools(RuleBasedStateMachine):
    """A school, told to two kits and worked out by hand."""

    world: World

    @initialize(school=SCHOOLS)
    def open(self, school):
        self.world = World(school, file=True)

    @rule(hours=st.sampled_from([1, 5, 24, 48, 72, 120]))
    def time(self, hours):
        self.world.tick(hours)

    @rule(hours=st.integers(0, 24 * 20))
    def advance(self, hours):
        self.world.tick(hours)
        self.world.advance()

    @rule(who=WHO, order=ORDERS, amount=MONEY, ago=AGO)
    def order(self, who, order, amount, ago):
        self.world.happen(who, "order.paid", {"order": order, "amount": amount}, ago=ago)

    @rule(who=WHO, order=ORDERS, amount=MONEY, ago=AGO)
    def refund(self, who, order, amount, ago):
        self.world.happen(who, "order.refunded", {"order": order, "amount": amount}, ago=ago)

    @precondition(lambda self: self.world.school.until)
    @rule(who=WHO, order=ORDERS, ago=AGO)
    def begin(self, who, order, ago):
        self.world.happen(who, "order.begun", {"order": order}, ago=ago)

    @rule(who=WHO, ago=AGO)
    def lesson(self, who, ago):
        self.world.happen(who, "lesson.done", {}, ago=ago)

    @rule(said=st.lists(st.tuples(WHO, ORDERS, MONEY, AGO), min_size=2, max_size=5))
    def batch(self, said):
        data = [(who, {"order": order, "amount": amount}, ago) for who, order, amount, ago in said]
        self.world.batch([self.world.event(who, "order.paid", one, ago=ago) for who, one, ago in data])

    @rule(data=st.data())
    def again(self, data):
        self.world.again(data.draw(st.sampled_from(self.world.events)))

    @rule(who=WHO)
    def much_too_late(self, who):
        self.world.much_too_late(who)

    @precondition(lambda self: len(self.world.voided) < len(self.world.events))
    @rule(data=st.data())
    def void(self, data):
        known = [one for one in self.world.events if one.id not in self.world.voided]
        self.world.void(data.draw(st.sampled_from(known)))

    @rule(who=WHO, reward=st.sampled_from(["mug", "seat"]))
    def redeem(self, who, reward):
        self.world.redeem(who, reward)

    @rule(who=WHO, reward=st.sampled_from([None, "mug", "seat"]), days=st.sampled_from([None, 1, 4]))
    def hold(self, who, reward, days):
        if not (reward == "seat" and days):  # a piece comes back when time is told to pass, and not before
            self.world.hold(who, reward, days)

    def _standing(self, *, held):
        return sorted(
            id for id, (_, what) in self.world.standing.items() if what != "over" and what.startswith("hold") == held
        )

    @precondition(lambda self: self._standing(held=True))
    @rule(data=st.data(), capture=st.booleans())
    def end_hold(self, data, capture):
        self.world.end_hold(data.draw(st.sampled_from(self._standing(held=True))), capture=capture)

    @precondition(lambda self: self._standing(held=False))
    @rule(data=st.data())
    def cancel(self, data):
        self.world.cancel(data.draw(st.sampled_from(self._standing(held=False))))

    @rule(who=WHO, amount=st.sampled_from([-9, -2, 1, 6]))
    def adjust(self, who, amount):
        self.world.adjust(who, amount)

    @rule(amount=st.integers(1, 6), back=st.booleans())
    def transfer(self, amount, back):
        self.world.transfer(*(reversed(MEMBERS) if back else MEMBERS), amount)

    @rule()
    def restart(self):
        self.world.restart()

    @invariant()
    def agreed(self):
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self):
        if hasattr(self, "world"):
            self.world.close()


TestSchools = Schools.TestCase
TestSchools.settings = stateful(examples=30, steps=25)
