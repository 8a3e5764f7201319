"""After a late event the ledger follows lot by lot: each line says whose points it took or gave."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner

import loyaltykit as lk
from loyaltykit.app.rows import to_entry
from loyaltykit.cli.group import cli
from loyaltykit.ledger import Balance, lots
from tests.invariants.lot_by_lot import lots_agree

START = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR

PROGRAM = """
program: shop
timezone: UTC
events:
  paid: {order: text, amount: money}
  begun: {order: text}
points: {stars: {spendable: true, pending: %s, expires: {after: 60d}}, xp: }
rewards: {mug: {cost: {stars: 4}}}
rules:
  - {id: paid, on: paid, key: event.order, award: {stars: event.amount, xp: event.amount}, cap: {stars: 10, per: day}}
"""


@pytest.fixture(params=["memory", "sqlite"])
def url(request, tmp_path):
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'shop.db'}"


def shop(url="memory:", pending="none"):
    return lk.Loyalty(lk.Program.from_yaml(PROGRAM % pending), store=url)


def paid(id, hours, amount):
    return lk.Event(id, "paid", "ann", START + hours * HOUR, {"order": id, "amount": amount})


def ledger(kit, point="stars"):
    journal = kit._journal
    with journal.reading() as store:
        return [to_entry(row, "ann") for row in store.entries(store.numbers(["ann"])["ann"]) if row.point == point]


def _events(kit):
    with kit._journal.reading() as store:
        return store.history(store.numbers(["ann"])["ann"])


def told(entries, point="stars"):
    return [(one.mechanic, one.amount, one.lot) for one in entries if one.point == point]


def test_what_a_late_event_takes_from_a_lot_names_the_lot(url):
    """The order of before has the points of the day first, and is spent first."""
    kit = shop(url)
    kit.record(paid("b", 2, 8))
    kit.redeem("ann", "mug", key="k", at=START + 3 * HOUR)
    decision = kit.record(paid("a", 1, 6))
    assert told(decision.entries) == [
        ("rewards.mug", -4, "rules.paid/a/stars"),
        ("rewards.mug", 4, "rules.paid/b/stars"),
        ("rules.paid", 6, "rules.paid/a/stars"),
        ("rules.paid", -4, "rules.paid/b/stars"),
    ]
    assert len({one.id for one in ledger(kit)}) == 6
    assert lots(ledger(kit)) == {"rules.paid/a/stars": 2, "rules.paid/b/stars": 4}
    lots_agree(kit, "ann")
    assert kit.member("ann").points["stars"].available == 6


def test_plain_points_have_one_line_a_mechanic():
    kit = shop()
    kit.record_many([paid("b", 2, 8), paid("c", 3, 5)])
    decision = kit.record(paid("a", 1, 6))
    assert told(decision.entries, "xp") == [("rules.paid", 6, None)]


def test_why_says_whose_points_they_were():
    kit = shop()
    kit.record(paid("b", 2, 8))
    kit.redeem("ann", "mug", key="k", at=START + 3 * HOUR)
    kit.record(paid("a", 1, 6))
    words = kit.explain("ann", event="a").words
    assert "  rewards.mug: +4 stars (adjustment), points of rules.paid (b) · 2026-03-02 13:00" in words
    assert "  rules.paid: +6 stars (adjustment) · 2026-03-02 13:00" in words
    russian = kit.explain("ann", event="a", lang="ru").words
    assert "  rules.paid: -4 stars (поправка), баллы от rules.paid (b) · 2026-03-02 13:00" in russian


def test_a_late_lot_that_waits_says_until_when():
    kit = shop(pending="2d")
    kit.record(paid("b", 48, 3))
    decision = kit.record(paid("a", 24, 6))
    (line,) = [one for one in decision.entries if one.point == "stars"]
    at = int((START + 3 * DAY).timestamp()) * 1_000_000
    assert (line.lot, line.available_at, line.expires_at) == ("rules.paid/a/stars", at, at + 58 * 86_400_000_000)
    assert Balance.of(ledger(kit)).pending == 9
    kit.advance(START + 3 * DAY)
    assert (Balance.of(ledger(kit)).pending, Balance.of(ledger(kit)).available) == (3, 6)
    lots_agree(kit, "ann")


def test_what_a_late_event_makes_available_and_its_void_takes_back_is_said():
    kit = shop(pending="{until: begun, key: event.order, at_most: 60d}")
    kit.record(paid("a", 1, 6))
    kit.record(paid("b", 30, 2))
    decision = kit.record(lk.Event("g", "begun", "ann", START + 9 * HOUR, {"order": "a"}))
    assert [(one.kind, one.amount, one.lot, one.event) for one in decision.entries] == [
        ("confirmation", 6, "rules.paid/a/stars", "g")
    ]
    assert Balance.of(ledger(kit)).pending == 2
    decision = kit.void("g")
    (line,) = decision.entries
    assert (line.kind, line.amount, line.lot, line.available_at is None) == (
        "adjustment",
        0,
        "rules.paid/a/stars",
        False,
    )
    assert Balance.of(ledger(kit)).pending == 8
    (void,) = (one.id for one in _events(kit) if one.type == "event.voided")
    assert "rules.paid: +0 stars (pending again), points of rules.paid (a)" in str(kit.explain("ann", event=void))
    lots_agree(kit, "ann")


def test_after_an_adoption_the_next_late_event_gives_every_lot_its_own():
    """The adoption posts the net of a mechanic, as is written; lots are told apart again when history is folded."""
    kit = shop()
    kit.record_many([paid("b", 2, 3), paid("c", 30, 4)])
    twice = PROGRAM.replace("stars: event.amount,", "stars: 2 * event.amount,").replace("shop\n", "shop\nversion: 2\n")
    kit.adopt(lk.Program.from_yaml(twice % "none"), mode="recompute")
    assert told(ledger(kit))[2:] == [("rules.paid", 7, None)]
    kit.record(paid("a", 1, 1))
    assert lots(ledger(kit)) == {"rules.paid/a/stars": 2, "rules.paid/b/stars": 6, "rules.paid/c/stars": 8}
    lots_agree(kit, "ann")


@pytest.mark.parametrize(("lang", "words"), [("en", "points of rules.paid (b)"), ("ru", "баллы от rules.paid (b)")])
def test_the_command_line_says_whose_points_they_were(tmp_path, lang, words):
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with shop(url) as kit:
        kit.record(paid("b", 2, 8))
        kit.redeem("ann", "mug", key="k", at=START + 3 * HOUR)
        kit.record(paid("a", 1, 6))
    result = CliRunner().invoke(cli, ["explain", "ann", "--event", "a", "--store", url, "--lang", lang])
    assert result.exit_code == 0, result.output
    assert sum(words in line for line in result.output.splitlines()) == 2
