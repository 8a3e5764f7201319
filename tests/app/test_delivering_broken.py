"""What goes wrong in the middle of a pass: no acknowledgement is lost, nobody gets a message twice."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from loyaltykit.app import delivering
from loyaltykit.errors import Gone, StoreError
from tests.app.post import NOON, Post, event, join, school

MINUTE = dt.timedelta(minutes=1)
MEMBERS = ("ann", "bob", "eve")
AWAKE = {"quiet_hours": None, "channels": ["telegram"]}


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def greeted(kit, members=MEMBERS):
    for member in members:
        join(kit, member)
        kit.record(event(f"h-{member}", member=member))


def break_for(monkeypatch, name, error, *, member=2):
    """Let one step of the dispatcher raise for the second member."""
    real = getattr(delivering, name)

    def broken(*args, **options):
        row = next(one for one in args if hasattr(one, "effect"))
        if row.member == member:
            raise error
        return real(*args, **options)

    monkeypatch.setattr(delivering, name, broken)


def test_one_message_that_breaks_keeps_no_other_back(store, monkeypatch, caplog):
    telegram = Post()
    with school(telegram, store=store, contact=AWAKE) as kit, caplog.at_level(logging.WARNING):
        greeted(kit)
        break_for(monkeypatch, "compose", TypeError("Bob Marley, bob@school.example"))
        summary = kit.deliver(NOON)
        assert (summary.sent, summary.dead) == (2, 1)
        assert [message.member for message in telegram.taken] == ["ann", "eve"]
        standing = {one.member: (one.status, one.reason) for one in kit.outbox()}
        assert standing == {"ann": ("sent", None), "bob": ("dead", "words"), "eve": ("sent", None)}
        assert kit._journal.store.letters(status="dead", limit=1)[0].attempts == 1
        assert kit.deliver(NOON + 20 * MINUTE).sent == 0
    assert "TypeError" in caplog.text
    assert "Marley" not in caplog.text


def test_what_cannot_even_be_decided_about_is_dead(store, monkeypatch):
    telegram = Post()
    with school(telegram, store=store, contact=AWAKE) as kit:
        greeted(kit)
        real = delivering.Dispatcher._asked

        def broken(self, work, row, *rest):
            if row.member == 2:
                raise ZeroDivisionError
            return real(self, work, row, *rest)

        monkeypatch.setattr(delivering.Dispatcher, "_asked", broken)
        assert kit.deliver(NOON).dead == 1
        assert [message.member for message in telegram.taken] == ["ann", "eve"]


def test_an_acknowledgement_outlives_the_transaction_of_the_next_message(store, monkeypatch):
    telegram = Post()
    with school(telegram, store=store, contact=AWAKE) as kit:
        greeted(kit)
        break_for(monkeypatch, "compose", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            kit.deliver(NOON)
        monkeypatch.undo()
        standing = {one.member: one.status for one in kit.outbox()}
        assert standing["ann"] == "sent"
        kit.deliver(NOON + 20 * MINUTE)
        assert sorted(message.member for message in telegram.taken) == ["ann", "bob", "eve"]


def test_trouble_of_the_store_is_not_the_messages(store, monkeypatch):
    telegram = Post("telegram", Gone("telegram/403"))
    with school(telegram, store=store, contact=AWAKE) as kit:
        greeted(kit)
        monkeypatch.setattr(delivering.Dispatcher, "_asked", _raising(delivering.Dispatcher._asked))
        with pytest.raises(StoreError):
            kit.deliver(NOON)
        monkeypatch.undo()
        standing = {one.member: (one.status, one.reason) for one in kit.outbox()}
        assert standing["ann"] == ("dead", "telegram/403")
        assert [item.name for item in kit.member("ann").timeline].count("kit.reached") == 1
        assert kit.deliver(NOON + 20 * MINUTE).sent == 2


def _raising(real):
    def broken(self, work, row, *rest):
        if row.member == 2:
            raise StoreError("the database is locked")
        return real(self, work, row, *rest)

    return broken


def test_a_slow_channel_keeps_its_lease(url):
    now = [NOON]

    class Slow(Post):
        other = None

        def send(self, message):
            now[0] += 2 * MINUTE
            if self.other is not None and now[0] > NOON + 15 * MINUTE:
                other, self.other = self.other, None
                other.deliver()
            return super().send(message)

    slow, quick = Slow(), Post()
    options = {"store": url, "clock": lambda: now[0], "contact": AWAKE}
    members = [f"m{number}" for number in range(20)]
    with school(slow, **options) as first, school(quick, **options) as second:
        greeted(first, members)
        slow.other = second
        first.deliver()
        second.deliver()
    sent = [message.id for message in slow.taken + quick.taken]
    assert len(quick.taken) > 1
    assert sorted(set(sent)) == sorted(sent)
    assert len(sent) == len(members)
