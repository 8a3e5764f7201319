"""Points spent, on hold, adjusted and transferred, through the verbs; what is refused and why."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.app.refold import rebuilt
from loyaltykit.rules.plan import HEADER
from tests.app.school import net

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)

DOCUMENT = {
    "program": "shop",
    "late": "7d",
    "events": {"order.paid": {"amount": "money"}, "quiz.passed": {}},
    "points": {
        "stars": {"spendable": True, "expires": {"after": "20d"}},
        "coins": {"spendable": True, "decimals": 2},
        "xp": {},
    },
    "segments": {"learner": {"when": "count('quiz.passed') >= 1"}},
    "badges": {"steady": {"count": "quiz.passed", "steps": {"bronze": 1, "silver": 2}}},
    "tiers": {"status": {"by": "earned('stars')", "period": "calendar year", "steps": {"green": 0, "gold": 100}}},
    "rules": [
        {"id": "paid", "on": "order.paid", "award": {"stars": "event.amount", "xp": 1}},
        {"id": "poor", "when": "points.stars.available < 3 and points.stars.lifetime > 0", "award": {"xp": 100}},
        {"id": "owns", "when": "entitlement.lesson", "award": {"xp": 1000}},
    ],
    "rewards": {
        "lesson": {"cost": {"stars": 10}},
        "seat": {"cost": {"stars": 5}, "stock": 1},
        "gold-only": {"cost": {"stars": 1}, "tiers": {"status": "gold"}},
        "for-learners": {"cost": {"stars": 1}, "segment": "learner"},
        "for-steady": {"cost": {"stars": 1}, "badge": {"steady": "silver"}},
        "for-badge": {"cost": {"stars": 1}, "badge": "steady"},
        "often": {"cost": {"stars": 1}, "per_member": "2 per 30 days"},
        "monthly": {"cost": {"stars": 1}, "per_member": "1 per month"},
        "once": {"per_member": 1, "lasts": "3d"},
        "gift": {},
        "voucher": {"cost": {"stars": 1}, "codes": ["BOOK-1", "BOOK-2"]},
        "ticket": {"cost": {"stars": 1}, "codes": True, "stock": 2},
        "pricey": {"cost": {"stars": 7, "coins": 0.5}},
    },
}
PROGRAM = lk.Program.from_dict(DOCUMENT)


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with lk.Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def paid(kit, id, amount, member="ann", *, days=0.0):
    kit.record(lk.Event(id, "order.paid", member, START + days * DAY, {"amount": amount}))


def stars(kit, member="ann", at=None):
    return kit.member(member, at=at).points["stars"]


def told(kit, member="ann"):
    """What the ledger says of a member's points."""
    found: dict[str, int] = {}
    for (point, _), amount in net(kit, member).items():
        found[point] = found.get(point, 0) + amount
    return found


def test_a_redemption_takes_what_expires_first_and_names_it_lot_by_lot(kit):
    paid(kit, "o2", 8, days=1)
    paid(kit, "o1", 6)
    done = kit.redeem("ann", "lesson", at=START + 2 * DAY)
    assert [(lot.amount, lot.mechanic, lot.occurrence) for lot in done.lots] == [
        (6, "rules.paid", "o1"),
        (4, "rules.paid", "o2"),
    ]
    assert (done.cost, done.state, done.member, done.reward) == ({"stars": 10}, "granted", "ann", "lesson")
    assert done.lots[0].expires == START + 20 * DAY
    assert stars(kit).available == 4
    assert stars(kit).lifetime == 14
    assert told(kit)["stars"] == 4
    assert kit.entitled("ann", "lesson")


def test_conditions_see_the_state_after_a_redemption(kit):
    paid(kit, "o1", 12)
    kit.redeem("ann", "lesson")
    assert kit.member("ann").points["xp"].available == 1 + 100 + 1000


def test_the_same_key_gives_the_first_outcome_and_another_request_conflicts(kit):
    paid(kit, "o1", 25)
    first = kit.redeem("ann", "lesson", key="r-1")
    assert kit.redeem("ann", "lesson", key="r-1") == first
    assert stars(kit).available == 15
    for other in (
        lambda: kit.redeem("ann", "seat", key="r-1"),
        lambda: kit.redeem("bob", "lesson", key="r-1"),
        lambda: kit.hold("ann", "lesson", key="r-1"),
        lambda: kit.adjust("ann", {"stars": 1}, by="x", reason="y", key="r-1"),
        lambda: kit.grant("ann", "gift", key="r-1"),
    ):
        with pytest.raises(lk.DuplicateConflict):
            other()
    assert stars(kit).available == 15


def test_a_refusal_under_a_key_stays_one_even_when_it_would_be_accepted_now(kit):
    paid(kit, "o1", 5)
    for _ in range(2):
        with pytest.raises(lk.InsufficientPoints) as caught:
            kit.redeem("ann", "lesson", key="r-1")
        paid(kit, f"more{_}", 30)
    assert (caught.value.code, caught.value.details["about"]) == ("points/insufficient", "stars")
    assert kit.redeem("ann", "lesson", key="r-2").cost == {"stars": 10}
    assert any(item.kind == "refused" and item.name == "lesson" for item in kit.member("ann").timeline)


@pytest.mark.parametrize("reward", ["gold-only", "for-learners", "for-steady", "for-badge"])
def test_who_is_not_eligible_is_told_what_is_asked(kit, reward):
    paid(kit, "o1", 50)
    with pytest.raises(lk.NotEligible) as caught:
        kit.redeem("ann", reward)
    assert caught.value.code == "reward/not-eligible"
    assert caught.value.details["about"].startswith(f"rewards.{reward}.")
    paid(kit, "o2", 50)
    for number in range(2):
        kit.record(lk.Event(f"q{number}", "quiz.passed", "ann", START + DAY))
    assert kit.redeem("ann", reward).reward == reward


def test_a_grant_asks_for_neither_cost_nor_eligibility(kit):
    kit.grant("ann", "gold-only")
    assert kit.entitled("ann", "gold-only")


def test_nobody_redeems_what_has_no_terms(kit):
    paid(kit, "o1", 50)
    with pytest.raises(lk.NotEligible, match="nobody redeems gift"):
        kit.redeem("ann", "gift")
    with pytest.raises(lk.LoyaltyError, match="did you mean lesson"):
        kit.redeem("ann", "leson")


def test_per_member_rolls_or_follows_the_calendar_and_a_cancelled_one_does_not_count(kit):
    paid(kit, "o1", 50)
    kit.redeem("ann", "often")
    second = kit.redeem("ann", "often", at=START + DAY)
    kit.redeem("ann", "monthly", at=START + DAY)
    for reward in ("often", "monthly"):
        with pytest.raises(lk.NotEligible) as caught:
            kit.redeem("ann", reward, at=START + 2 * DAY)
        assert caught.value.code == "reward/limit"
    kit.cancel(second, by="desk")
    kit.redeem("ann", "often", at=START + 3 * DAY)
    paid(kit, "o2", 50, days=29.9)
    kit.redeem("ann", "monthly", at=START + 30 * DAY)
    kit.redeem("ann", "often", at=START + 30.1 * DAY)
    with pytest.raises(lk.NotEligible):
        kit.redeem("ann", "often", at=START + 30.2 * DAY)


def test_states_of_a_redemption_are_in_the_view(kit):
    paid(kit, "o1", 50)
    first = kit.redeem("ann", "lesson")
    second = kit.redeem("ann", "lesson")
    kit.redeem("ann", "once")
    kit.use("ann", "lesson")
    states = {one.id: one.state for one in kit.member("ann").redemptions}
    assert (states[first.id], states[second.id]) == ("used", "granted")
    kit.revoke("ann", "lesson", refund=True)
    kit.advance(START + 4 * DAY)
    view = kit.member("ann")
    assert {one.reward: one.state for one in view.redemptions} == {"lesson": "used", "once": "expired"} or [
        (one.reward, one.state) for one in view.redemptions
    ] == [("once", "expired"), ("lesson", "cancelled"), ("lesson", "used")]
    assert view.points["stars"].available == 40
    assert view.to_dict()["redemptions"][0]["state"] == "expired"


def test_a_refund_restores_the_original_expiry(kit):
    paid(kit, "o1", 10)
    paid(kit, "o2", 10, days=5)
    done = kit.redeem("ann", "lesson", at=START + 10 * DAY)
    kit.cancel(done)
    assert [(at, amount) for at, amount in stars(kit).expiring] == [(START + 20 * DAY, 10), (START + 25 * DAY, 10)]
    assert not kit.entitled("ann", "lesson")
    kit.cancel(done)
    assert stars(kit).available == 20
    again = kit.redeem("ann", "lesson", at=START + 11 * DAY)
    kit.advance(START + 24 * DAY)
    kit.cancel(again)
    assert stars(kit).available == 10  # those of the first order would have expired on the twentieth day
    assert told(kit)["stars"] == 10
    with pytest.raises(lk.NotEligible):
        kit.cancel("nothing")


def test_several_points_are_taken_together_or_not_at_all(kit):
    paid(kit, "o1", 10)
    with pytest.raises(lk.InsufficientPoints):
        kit.redeem("ann", "pricey")
    assert stars(kit).available == 10
    kit.adjust("ann", {"coins": "0.75"}, by="desk", reason="welcome")
    assert kit.redeem("ann", "pricey").cost == {"stars": 7, "coins": Decimal("0.50")}
    assert kit.member("ann").points["coins"].available == Decimal("0.25")


def test_stock_is_never_oversold_and_comes_back_when_revoked(kit):
    for member in ("ann", "bob"):
        paid(kit, f"o-{member}", 20, member)
    kit.redeem("ann", "seat")
    with pytest.raises(lk.OutOfStock):
        kit.redeem("bob", "seat")
    assert stars(kit, "bob").available == 20
    kit.revoke("ann", "seat", refund=True)
    assert stars(kit).available == 20
    kit.redeem("bob", "seat")


def test_each_code_is_given_once_and_shown_to_its_holder_only(kit):
    paid(kit, "o1", 20)
    paid(kit, "o2", 20, "bob")
    first = kit.redeem("ann", "voucher", key="v-1")
    assert (first.code, kit.redeem("ann", "voucher", key="v-1")) == ("BOOK-1", first)
    assert "BOOK" not in repr(first) + repr(kit.member("ann"))
    kit.grant("bob", "voucher")
    assert kit.member("bob").entitlements["voucher"].codes == ("BOOK-2",)
    assert kit.member("ann").to_dict()["entitlements"]["voucher"]["codes"] == ["BOOK-1"]
    with pytest.raises(lk.OutOfStock):
        kit.redeem("ann", "voucher")
    kit.revoke("ann", "voucher", refund=True)
    with pytest.raises(lk.OutOfStock):  # somebody has seen it
        kit.redeem("ann", "voucher")
    assert stars(kit).available == 20
    assert kit.add_codes("voucher", ["BOOK-2", "BOOK-3"]) == 1
    assert kit.redeem("ann", "voucher").code == "BOOK-3"
    assert "BOOK-1" not in repr(PROGRAM.document)


def test_a_code_on_hold_is_nobody_elses_and_can_be_given_when_it_was_not_seen(kit):
    paid(kit, "o1", 20)
    with pytest.raises(lk.OutOfStock):
        kit.redeem("ann", "ticket")
    assert kit.add_codes("ticket", ["T-1", "T-2", "T-3"]) == 3
    kept, dropped = kit.hold("ann", "ticket"), kit.hold("ann", "ticket")
    assert not kit.entitled("ann", "ticket")
    with pytest.raises(lk.OutOfStock):
        kit.redeem("ann", "ticket")
    kit.release(dropped)
    assert kit.capture(kept).code == "T-1"
    assert kit.redeem("ann", "ticket").code == "T-2"
    assert kit.member("ann").entitlements["ticket"].codes == ("T-1", "T-2")
    with pytest.raises(lk.OutOfStock):  # there is a code, and no stock
        kit.redeem("ann", "ticket")
    with pytest.raises(lk.LoyaltyError):
        kit.add_codes("lesson", ["X"])


# --- holds -----------------------------------------------------------------------------------------------------------


def test_a_hold_reserves_and_is_captured_or_released_once(kit):
    paid(kit, "o1", 20)
    hold = kit.hold("ann", {"stars": 12}, lasts="1h", key="h-1")
    assert kit.hold("ann", {"stars": 12}, lasts="1h", key="h-1") == hold
    assert (stars(kit).available, stars(kit).held) == (8, 12)
    assert kit.member("ann").holds == (hold,)
    with pytest.raises(lk.InsufficientPoints):
        kit.redeem("ann", "lesson")
    done = kit.capture(hold)
    assert (done.cost, done.reward, done.lots[0].occurrence) == ({"stars": 12}, None, "o1")
    assert kit.capture(hold.id) == done
    with pytest.raises(lk.NotEligible):
        kit.release(hold)
    with pytest.raises(lk.NotEligible, match="adjust"):
        kit.cancel(done)
    assert (stars(kit).available, stars(kit).held, told(kit)["stars"]) == (8, 0, 8)


def test_a_hold_lapses_at_its_time_before_anything_else_of_that_instant(kit):
    paid(kit, "o1", 20)
    hold = kit.hold("ann", "lesson", lasts="1h", at=START + DAY)
    assert stars(kit, at=START + DAY + HOUR - dt.timedelta(seconds=1)).held == 10
    assert stars(kit, at=START + DAY + HOUR).held == 0
    with pytest.raises(lk.NotEligible) as caught:
        kit.capture(hold, at=START + DAY + HOUR)
    assert caught.value.code == "hold/over"
    assert (stars(kit).available, stars(kit).held) == (20, 0)


def test_what_expired_while_on_hold_can_be_captured_and_expires_when_released(kit):
    paid(kit, "o1", 20)
    kept = kit.hold("ann", {"stars": 5})
    dropped = kit.hold("ann", {"stars": 6})
    kit.advance(START + 30 * DAY)
    assert (stars(kit).available, stars(kit).held) == (0, 11)
    kit.capture(kept)
    kit.release(dropped)
    assert (stars(kit).available, stars(kit).held, told(kit).get("stars", 0)) == (0, 0, 0)


def test_a_hold_of_a_limited_reward_keeps_the_piece_until_it_is_over(kit):
    for member in ("ann", "bob"):
        paid(kit, f"o-{member}", 20, member)
    hold = kit.hold("ann", "seat", lasts="1h")
    with pytest.raises(lk.OutOfStock):
        kit.redeem("bob", "seat")
    kit.advance(START + 2 * HOUR)
    other = kit.hold("bob", "seat")
    assert kit.capture(other).reward == "seat"
    assert kit.entitled("bob", "seat")
    assert not kit.entitled("ann", "seat")
    with pytest.raises(lk.NotEligible):
        kit.capture(hold)
    with pytest.raises(lk.NotEligible):
        kit.capture("nothing")


# --- adjustments and transfers ---------------------------------------------------------------------------------------


def test_an_adjustment_gives_lots_or_takes_them_and_says_who_and_why(kit):
    kit.adjust("ann", {"stars": 30, "xp": 7}, by="olga", reason="sorry", at=START)
    assert (stars(kit).available, stars(kit).expiring) == (30, ((START + 20 * DAY, 30),))
    kit.adjust("ann", {"stars": -45}, by="olga", reason="mistake")
    assert stars(kit).available == -15
    assert kit.member("ann").points["xp"].available == 7
    paid(kit, "o1", 20, days=1)
    assert stars(kit).available == 5  # the hole is filled first
    assert told(kit)["stars"] == 5
    for wrong in ({}, {"stars": 0}, {"stars": 0.5}, {"stars": "x"}, {"stars": float("nan")}, {"stars": True}):
        with pytest.raises(lk.EventError):
            kit.adjust("ann", wrong, by="olga", reason="?")
    with pytest.raises(lk.EventError):
        kit.adjust("ann", {"stars": 1}, by=" ", reason="?")
    with pytest.raises(lk.LoyaltyError, match="did you mean stars"):
        kit.adjust("ann", {"star": 1}, by="olga", reason="?")


def test_what_is_taken_by_hand_counts_as_taken_back(kit):
    kit.adjust("ann", {"stars": 30, "xp": 7}, by="olga", reason="welcome", at=START)
    kit.adjust("ann", {"stars": -10, "xp": -3}, by="olga", reason="mistake")
    points = kit.member("ann").points
    assert [(points[name].available, points[name].lifetime) for name in ("stars", "xp")] == [(20, 20), (4, 4)]


def test_giving_makes_a_member_known_and_nothing_is_taken_from_a_stranger(kit):
    """A slip of the pen takes points from nobody, and makes nobody."""
    for taken in ({"stars": -5}, {"xp": 5, "stars": -5}, {"xp": -1}):
        with pytest.raises(lk.UnknownMember, match="anm"):
            kit.adjust("anm", taken, by="olga", reason="mistake", key="slip", at=START)
    assert "anm" not in kit.members()
    kit.adjust("new", {"stars": 5}, by="olga", reason="welcome", key="slip", at=START)
    assert stars(kit, "new").available == 5


def test_a_transfer_keeps_the_expiry_and_is_done_once(kit):
    paid(kit, "o1", 6)
    paid(kit, "o2", 6, days=3)
    paid(kit, "b1", 1, "bob", days=4)
    for _ in range(2):
        kit.transfer("ann", "bob", {"stars": 8}, by="ann", reason="gift", key="t-1", at=START + 5 * DAY)
    assert (stars(kit).available, stars(kit).lifetime) == (4, 12)
    got = stars(kit, "bob")
    assert (got.available, got.lifetime) == (9, 1)
    assert [(at, amount) for at, amount in got.expiring] == [
        (START + 20 * DAY, 6),
        (START + 23 * DAY, 2),
        (START + 24 * DAY, 1),
    ]
    assert (told(kit)["stars"], told(kit, "bob")["stars"]) == (4, 9)


def test_a_transfer_that_is_refused_changes_nobody(kit):
    paid(kit, "o1", 6)
    with pytest.raises(lk.UnknownMember):
        kit.transfer("ann", "bob", {"stars": 1}, by="ann", reason="gift")
    paid(kit, "b1", 1, "bob")
    with pytest.raises(lk.InsufficientPoints):
        kit.transfer("ann", "bob", {"stars": 7}, by="ann", reason="gift")
    for points in ({"stars": -1}, {"xp": 1}):
        with pytest.raises(lk.LoyaltyError):
            kit.transfer("ann", "bob", points, by="ann", reason="gift")
    with pytest.raises(lk.EventError):
        kit.transfer("ann", "ann", {"stars": 1}, by="ann", reason="gift")
    assert (stars(kit).available, stars(kit, "bob").available) == (6, 1)


# --- late events, restarts, the host's transaction ------------------------------------------------------------------


def test_a_redemption_that_a_correction_makes_unaffordable_stands(kit):
    paid(kit, "o1", 10)
    done = kit.redeem("ann", "lesson", at=START + DAY)
    kit.void("o1")
    assert stars(kit).available == -10
    assert kit.entitled("ann", "lesson")
    assert told(kit)["stars"] == -10
    kit.cancel(done)
    assert stars(kit).available == 0


def test_a_late_event_changes_which_lots_were_consumed_and_nothing_else(kit):
    paid(kit, "o1", 10, days=2)
    first = kit.redeem("ann", "lesson", key="r", at=START + 3 * DAY)
    paid(kit, "o0", 10, days=1)
    assert kit.redeem("ann", "lesson", key="r") == first
    (now,) = kit.member("ann").redemptions
    assert [lot.occurrence for lot in now.lots] == ["o0"]
    assert stars(kit).expiring == ((START + 22 * DAY, 10),)
    assert told(kit)["stars"] == 10


def test_a_restart_in_the_middle_of_a_hold_changes_nothing(url):
    with lk.Loyalty(PROGRAM, store=url) as kit:
        paid(kit, "o1", 20)
        hold = kit.hold("ann", "seat", lasts="1h")
        done = kit.redeem("ann", "lesson", key="r")
    with lk.Loyalty(PROGRAM, store=url) as kit:
        assert kit.redeem("ann", "lesson", key="r") == done
        assert kit.member("ann").holds == (hold,)
        kit.capture(hold)
        kit.cancel(done)
        assert stars(kit).available == 15


def test_within_the_hosts_own_transaction(tmp_path):
    path = tmp_path / "school.db"
    with lk.Loyalty(PROGRAM, store=f"sqlite:///{path}") as kit:
        paid(kit, "o1", 10)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        with kit.within(connection) as tx:
            tx.redeem("ann", "lesson", key="r")
            with pytest.raises(lk.InsufficientPoints):
                tx.redeem("ann", "lesson", key="s")
        connection.execute("ROLLBACK")
        assert stars(kit).available == 10
        connection.execute("BEGIN IMMEDIATE")
        with kit.within(connection) as tx:
            tx.redeem("ann", "lesson", key="r")
        connection.execute("COMMIT")
        connection.close()
        assert stars(kit).available == 0


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 20)),
        st.tuples(st.just("late"), st.integers(1, 20)),
        st.tuples(st.just("redeem"), st.sampled_from(["lesson", "seat", "often"])),
        st.tuples(st.just("hold"), st.integers(1, 12)),
        st.tuples(st.sampled_from(["capture", "release", "cancel", "wait", "restart"]), st.integers(0, 9)),
        st.tuples(st.just("adjust"), st.integers(-9, 9).filter(bool)),
        st.tuples(st.just("transfer"), st.integers(1, 9)),
    ),
    max_size=25,
)


class _Story:
    """The same steps on a store, each at the same instant; refusals are outcomes like any other."""

    def __init__(self, store):
        self.store = store
        self.kit = lk.Loyalty(PROGRAM, store=store)
        self.now = START
        self.holds, self.done, self.outcomes = [], [], []

    def play(self, steps):
        self.kit.record(lk.Event("b", "quiz.passed", "bob", START))
        for number, (verb, what) in enumerate(steps):
            self.now += 5 * HOUR
            try:
                self.outcomes.append(getattr(self, verb)(number, what))
            except lk.LoyaltyError as error:
                self.outcomes.append(error.code)
        return self

    def pay(self, number, what):
        self.kit.record(lk.Event(f"o{number}", "order.paid", "ann", self.now, {"amount": what}))

    def late(self, number, what):
        at = self.now - 3 * DAY
        self.kit.record(lk.Event(f"o{number}", "order.paid", "ann", at, {"amount": what}))

    def redeem(self, number, what):
        self.done.append(self.kit.redeem("ann", what, key=f"k{number}", at=self.now))
        return self.done[-1]

    def hold(self, number, what):
        self.holds.append(self.kit.hold("ann", {"stars": what}, lasts="12h", key=f"k{number}", at=self.now))
        return self.holds[-1]

    def capture(self, number, what):
        return self.kit.capture(self.holds[what], at=self.now) if what < len(self.holds) else None

    def release(self, number, what):
        if what < len(self.holds):
            self.kit.release(self.holds[what], at=self.now)

    def cancel(self, number, what):
        if what < len(self.done):
            self.kit.cancel(self.done[what], at=self.now)

    def wait(self, number, what):
        self.now += what * DAY
        self.kit.advance(self.now)

    def restart(self, number, what):
        if self.store != "memory:":
            self.kit.close()
            self.kit = lk.Loyalty(PROGRAM, store=self.store)

    def adjust(self, number, what):
        self.kit.adjust("ann", {"stars": what}, by="desk", reason="x", key=f"k{number}", at=self.now)

    def transfer(self, number, what):
        self.kit.transfer("ann", "bob", {"stars": what}, by="ann", reason="x", key=f"k{number}", at=self.now)

    def known(self):
        return {
            member: (kit_view(self.kit, member), net(self.kit, member))
            for member in ("ann", "bob")
            if member in self.kit.members()
        }


def kit_view(kit, member):
    view = kit.member(member).to_dict()
    for name in ("timeline", "inbox"):
        view.pop(name)
    return view


@settings(max_examples=40, deadline=None)
@given(steps=_STEPS)
def test_whatever_is_done_the_ledger_agrees_and_memory_is_sqlite(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("spend") / "school.db"
    one, two = _Story("memory:").play(steps), _Story(f"sqlite:///{path}?synchronous=off").play(steps)
    assert one.outcomes == two.outcomes
    assert one.known() == two.known()
    for member in one.known():
        view = one.kit.member(member).points["stars"]
        assert told(one.kit, member).get("stars", 0) == view.available + view.pending + view.held
        if not any(verb in ("adjust", "late") for verb, _ in steps):
            assert view.available >= 0
    two.kit.close()
    with lk.Loyalty(PROGRAM, store=f"sqlite:///{path}") as reopened:
        journal = reopened._journal
        with journal.reading():
            for member in one.known():
                hand = journal.look(member)
                again = rebuilt(journal, hand.id, hand.number, journal.engine.now(hand.state))
                own = len(HEADER)  # before that: what is looked up again when it is needed
                assert journal.engine.dump(again[own:]) == journal.engine.dump(hand.state[own:])
