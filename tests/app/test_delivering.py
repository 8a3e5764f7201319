"""The dispatcher over a real store: what goes, what waits, what is given up, and what each of them leaves behind."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from contextlib import suppress

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.app.refold import _reconciled
from loyaltykit.errors import Deferred, EventError, Gone, LoyaltyError, Refused
from loyaltykit.program.load import Program
from tests.app.post import DAY, DOCUMENT, HOUR, NOON, Post, event, join, program, school

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def counts(summary):
    return summary.sent, summary.deferred, summary.dead, summary.suppressed


def test_a_message_is_sent_once(store):
    telegram, email = Post(), Post("email")
    with school(telegram, email, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        summary = kit.deliver(NOON + MINUTE)
        assert counts(summary) == (1, 0, 0, 0)
        assert summary.to_dict()["channels"] == {"telegram": {"sent": 1}}
        assert counts(kit.deliver(NOON + DAY)) == (0, 0, 0, 0)
        (message,) = telegram.taken
        assert (message.to, message.subject, message.text, message.member) == ("tg-ann", "Hi", "Hello Ann", "ann")
        assert (message.at, message.purpose, message.buttons, message.unsubscribe) == (NOON, "service", (), None)
        assert email.taken == []
        (delivery,) = kit.outbox()
        assert (delivery.status, delivery.channel, delivery.reference, delivery.reason) == (
            "sent",
            "telegram",
            "r1",
            None,
        )
        assert (delivery.at, delivery.done, delivery.due) == (NOON, NOON + MINUTE, None)
        assert [letter.text for letter in kit.member("ann").inbox] == ["Hello Ann"]


def test_the_member_attribute_channel_goes_first(store):
    telegram, email = Post(), Post("email")
    with school(telegram, email, store=store) as kit:
        join(kit, channel="email")
        kit.record(event("h1"))
        kit.deliver(NOON)
        assert [len(telegram.taken), len(email.taken)] == [0, 1]


def test_at_night_a_message_waits_for_the_members_morning(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        join(kit)
        join(kit, "omar", timezone="Asia/Omsk")
        late = dt.datetime(2026, 9, 1, 19, tzinfo=dt.UTC)  # 22:00 in Moscow, 01:00 in Omsk
        for member in ("ann", "omar"):
            kit.record(event(f"h-{member}", member=member, at=late))
        assert counts(kit.deliver(late)) == (0, 2, 0, 0)
        assert {one.reason for one in kit.outbox(status="deferred")} == {"quiet-hours"}
        assert {one.member: one.due.hour for one in kit.outbox()} == {"ann": 6, "omar": 3}
        assert counts(kit.deliver(late + 7 * HOUR)) == (0, 0, 0, 0)
        assert kit.deliver(late + 8 * HOUR).sent == 1
        assert kit.deliver(late + 11 * HOUR).sent == 1
        assert [message.member for message in telegram.taken] == ["omar", "ann"]


def test_no_more_than_the_cap(store):
    telegram = Post()
    with school(telegram, store=store, contact={"at_most": "2 per 1 day", "quiet_hours": None}) as kit:
        join(kit)
        for number in range(4):
            kit.record(event(f"h{number}", at=NOON + number * HOUR))
        assert counts(kit.deliver(NOON + 3 * HOUR)) == (2, 2, 0, 0)
        assert {one.reason for one in kit.outbox(status="deferred")} == {"cap"}
        assert kit.deliver(NOON + DAY).sent == 0
        assert kit.deliver(NOON + DAY + 3 * HOUR).sent == 2
        assert len(kit.member("ann").inbox) == 4


def test_marketing_goes_to_those_who_agreed(store):
    telegram, email = Post(), Post("email")
    with school(telegram, email, store=store) as kit:
        for member in ("ann", "bob", "eve"):
            join(kit, member)
        kit.consent("bob", purpose="marketing", given=True, at=NOON - HOUR)
        kit.consent("eve", purpose="marketing", channel="email", given=True, at=NOON - HOUR)
        for member in ("ann", "bob", "eve"):
            kit.record(event(f"a-{member}", "advert", member))
        assert counts(kit.deliver(NOON)) == (2, 0, 0, 1)
        assert [message.member for message in telegram.taken] == ["bob"]
        assert [(message.member, message.purpose) for message in email.taken] == [("eve", "marketing")]
        (refused,) = kit.outbox("ann")
        assert (refused.status, refused.reason) == ("suppressed", "no-consent")


def test_consent_withdrawn_while_a_message_waits_counts(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        join(kit)
        kit.consent("ann", purpose="marketing", given=True, at=NOON - HOUR)
        kit.record(event("a1", "advert"))
        kit.consent("ann", purpose="marketing", given=False, at=NOON + MINUTE)
        assert counts(kit.deliver(NOON + HOUR)) == (0, 0, 0, 1)


def test_without_an_address_the_next_channel_has_it(store):
    telegram, email = Post(), Post("email")
    with school(telegram, email, store=store) as kit:
        join(kit, telegram=None)
        join(kit, "bob", telegram=None, email=None)
        for member in ("ann", "bob"):
            kit.record(event(f"h-{member}", member=member))
        assert counts(kit.deliver(NOON)) == (1, 0, 1, 0)
        assert [message.to for message in email.taken] == ["ann@school.example"]
        (dead,) = kit.outbox("bob")
        assert (dead.status, dead.reason, dead.channels) == ("dead", "no-address", ())


def test_a_channel_that_knows_members_by_id_needs_no_address():
    webhook = Post("webhook", address=None)
    with school(webhook, contact={"channels": ["webhook"]}) as kit:
        kit.record(event("h1"))
        kit.deliver(NOON)
        assert [(message.to, message.member) for message in webhook.taken] == [(None, "ann")]


def test_a_channel_nobody_serves_is_passed_over(store):
    email = Post("email")
    with school(email, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        assert counts(kit.deliver(NOON)) == (1, 0, 0, 0)
    with school(Post("sms"), contact={"channels": ["telegram"]}) as kit:
        join(kit)
        kit.record(event("h1"))
        assert counts(kit.deliver(NOON)) == (0, 0, 0, 0)
        assert (kit.outbox()[0].status, kit.outbox()[0].due) == ("queued", NOON)
        assert counts(kit.deliver(NOON + DAY)) == (0, 0, 0, 0)
        assert counts(kit.deliver(NOON + 2 * DAY + MINUTE)) == (0, 0, 0, 1)


def test_trouble_is_tried_again_under_the_same_id(store):
    seen = []

    class Flaky(Post):
        def send(self, message):
            seen.append(message.id)
            return super().send(message)

    telegram = Flaky("telegram", Deferred("telegram/500"), ConnectionError("no"), Deferred("telegram/429", 3_600))
    with school(telegram, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        assert counts(kit.deliver(NOON)) == (0, 1, 0, 0)
        assert kit.outbox()[0].reason == "telegram/500"
        assert counts(kit.deliver(NOON + 20 * dt.timedelta(seconds=1))) == (0, 0, 0, 0)
        assert kit.deliver(NOON + 2 * MINUTE).deferred == 1
        assert kit.outbox()[0].reason == "telegram/error"
        assert kit.deliver(NOON + 10 * MINUTE).deferred == 1
        assert kit.deliver(NOON + 60 * MINUTE).deferred == 0
        assert kit.deliver(NOON + 71 * MINUTE).sent == 1
        assert len(seen) == 4
        assert len(set(seen)) == 1


def test_a_channel_that_asks_for_peace_is_left_in_peace(store):
    telegram = Post("telegram", Deferred("telegram/429", 600))
    with school(telegram, store=store) as kit:
        for member in ("ann", "bob", "eve"):
            join(kit, member)
            kit.record(event(f"h-{member}", member=member))
        assert counts(kit.deliver(NOON)) == (0, 3, 0, 0)
        assert sorted(one.reason for one in kit.outbox()) == ["telegram/429", "telegram/wait", "telegram/wait"]
        assert kit.deliver(NOON + 11 * MINUTE).sent == 3


def test_what_keeps_failing_goes_on_to_the_next_channel_and_dies_when_its_time_is_over(store):
    telegram = Post("telegram", *[Deferred("telegram/500")] * 99)
    email = Post("email", *[Deferred("smtp/450")] * 99)
    with school(telegram, email, contact={"stale": "8d", "quiet_hours": None}, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        total = [kit.deliver(NOON + number * HOUR * 6) for number in range(32)]
        assert (len(telegram.errors), len(email.errors)) == (99 - 8, 99 - 25)
        assert sum(one.dead for one in total) == 0
        assert kit.deliver(NOON + 9 * DAY).dead == 1
        (dead,) = kit.outbox()
        assert (dead.reason, dead.channel) == ("smtp/450", "email")
        assert [(one.channel, one.attempts) for one in kit.dead()[0].tried] == [("telegram", 8), ("email", 25)]


def test_attempts_that_nobody_lived_to_tell_of_come_further_apart_on_the_last_channel(store):
    class Killed(Post):
        def send(self, message):
            self.taken.append(message)
            raise KeyboardInterrupt

    email = Killed("email")
    with school(email, contact={"stale": "48h", "quiet_hours": None, "channels": ["email"]}, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        for number in range(46 * 4):  # each time the lease has run out
            with suppress(KeyboardInterrupt):
                kit.deliver(NOON + number * 15 * MINUTE)
        assert 8 < len(email.taken) < 40
        email.send = Post("email").send
        assert sum(kit.deliver(NOON + 46 * HOUR + number * MINUTE).sent for number in range(120)) == 1


def test_one_that_keeps_failing_does_not_hold_up_the_members_others_for_ever(store):
    first = set()

    class Picky(Post):
        def send(self, message):
            first.update(() if first else [message.id])
            if message.id in first:
                raise Deferred("telegram/500")
            return super().send(message)

    telegram = Picky()
    with school(telegram, contact={"stale": "30d", "quiet_hours": None, "channels": ["telegram"]}, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        kit.deliver(NOON)
        kit.record(event("h2", at=NOON + MINUTE))
        for number in range(12):
            kit.deliver(NOON + HOUR + number * 6 * HOUR)
        assert [one.id in first for one in telegram.taken] == [False]


def test_a_refusal_and_a_block_go_to_the_next_channel_at_once(store):
    telegram, email = Post("telegram", Refused("telegram/400"), Gone("telegram/403")), Post("email")
    with school(telegram, email, store=store) as kit:
        join(kit)
        kit.record_many([event("h1"), event("h2", at=NOON + MINUTE)])
        summary = kit.deliver(NOON + HOUR)
        assert counts(summary) == (2, 0, 0, 0)
        assert len(email.taken) == 2
        kit.record(event("h3", at=NOON + 2 * HOUR))
        kit.deliver(NOON + 2 * HOUR)
        assert len(email.taken) == 3
        assert telegram.errors == []
        assert telegram.taken == []
        assert [item.name for item in kit.member("ann").timeline].count("kit.reached") == 1
        kit.reach("ann", channel="telegram", working=True, at=NOON + 3 * HOUR)
        assert kit.reach("ann", channel="telegram", working=True, at=NOON + 3 * HOUR) is None
        kit.record(event("h4", at=NOON + 4 * HOUR))
        kit.deliver(NOON + 4 * HOUR)
        assert len(telegram.taken) == 1


def test_the_same_id_after_a_restart_and_a_rebuilt_state(url):
    telegram = Post()
    with school(telegram, store=url) as kit:
        join(kit)
        kit.record(event("h1"))
        kit.deliver(NOON)
    again = Post()
    with school(again) as kit:
        join(kit)
        kit.record(event("h1"))
        kit.deliver(NOON)
    assert [message.id for message in again.taken] == [message.id for message in telegram.taken]


def test_a_refold_sends_nothing_twice(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        join(kit)
        kit.record(event("h2", at=NOON + HOUR))
        kit.deliver(NOON + HOUR)
        kit.record(event("h1"))
        kit.deliver(NOON + 2 * HOUR)
        assert len(telegram.taken) == 2
        assert kit.deliver(NOON + 3 * HOUR).sent == 0


def test_what_is_too_old_is_not_sent(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        kit.record(event("h2", at=NOON + DAY))
        assert counts(kit.deliver(NOON + 2 * DAY + MINUTE)) == (1, 0, 0, 1)
        assert {one.reason for one in kit.outbox(status="suppressed")} == {"stale"}


def test_staleness_in_months_counts_too(store):
    telegram = Post()
    with school(telegram, store=store, contact={"stale": "1 month"}) as kit:
        join(kit)
        kit.record(event("h1"))
        assert counts(kit.deliver(NOON + 31 * DAY)) == (0, 0, 0, 1)


def test_words_that_cannot_be_found_are_told_by_a_code(store):
    broken = {
        **DOCUMENT,
        "messages": {**DOCUMENT["messages"], "greeting": {"en": "{% for i in (1..99999999) %}{% endfor %}"}},
    }
    telegram = Post()
    with Loyalty(Program.from_dict(broken), store=store, channels=[telegram]) as kit:
        join(kit)
        kit.record(event("h1"))
        assert counts(kit.deliver(NOON)) == (0, 0, 1, 0)
        assert kit.outbox()[0].reason == "words"
        assert kit.member("ann").inbox == ()


def test_an_interrupted_pass_puts_back_what_it_did_not_reach(store):
    telegram = Post("telegram", None, KeyboardInterrupt())
    with school(telegram, store=store) as kit:
        for number in range(5):
            join(kit, f"m{number}")
            kit.record(event(f"h{number}", member=f"m{number}"))
        with pytest.raises(KeyboardInterrupt):
            kit.deliver(NOON)
        assert sorted(one.status for one in kit.outbox()) == ["leased", "queued", "queued", "queued", "sent"]
        assert kit.deliver(NOON + MINUTE).sent == 3
        assert kit.deliver(NOON + 16 * MINUTE).sent == 1
        assert len(telegram.taken) == 5


def test_a_limit_and_a_stop(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        for number in range(5):
            join(kit, f"m{number}")
            kit.record(event(f"h{number}", member=f"m{number}"))
        assert kit.deliver(NOON, limit=2).sent == 2
        assert kit.deliver(NOON, stop=lambda: len(telegram.taken) >= 3).sent == 1
        assert kit.deliver(NOON, stop=lambda: True).sent == 0
        assert kit.deliver(NOON).sent == 2


def test_many_messages_take_many_batches(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        for number in range(120):
            join(kit, f"m{number}")
        kit.record_many([event(f"h{number}", member=f"m{number}") for number in range(120)])
        assert kit.deliver(NOON).sent == 120


def test_delivering_needs_channels_and_a_time():
    with school() as kit, pytest.raises(LoyaltyError) as caught:
        kit.deliver(NOON)
    assert caught.value.code == "deliver/no-channels"
    with school(Post()) as kit:
        with pytest.raises(EventError) as caught:
            kit.deliver()
        assert caught.value.code == "event/no-time"
        join(kit)
        kit.record(event("h1"))
        kit.advance(NOON)
        assert kit.deliver().sent == 1
    with school(Post(), clock=lambda: NOON) as kit:
        join(kit)
        kit.record(event("h1"))
        assert kit.deliver().sent == 1


def test_two_channels_of_one_name_are_refused():
    for channels in ((Post(), Post()), (Post("inbox"),)):
        with pytest.raises(LoyaltyError) as caught:
            school(*channels)
        assert caught.value.code == "channel/twice"


def test_an_adapter_that_returns_nonsense_is_deferred():
    class Nonsense(Post):
        def send(self, message):
            return message.id

    with school(Nonsense()) as kit:
        join(kit)
        kit.record(event("h1"))
        assert kit.deliver(NOON).deferred == 1
        assert kit.outbox()[0].reason == "telegram/error"


def test_the_program_says_what_needs_consent():
    telegram = Post()
    with school(telegram, contact={"consent": {"marketing": "not required", "service": "required"}}) as kit:
        join(kit)
        kit.record_many([event("h1"), event("a1", "advert")])
        assert counts(kit.deliver(NOON)) == (1, 0, 0, 1)
        assert [message.message for message in telegram.taken] == ["sale"]


def test_the_example_program_loads():
    assert program().document.contact.channels == ("telegram", "email")


def test_several_dispatchers_send_each_message_once_and_keep_the_cap(url):
    channels = [Post() for _ in range(3)]
    kits = [school(channel, store=url, contact={"at_most": "2 per 1 day"}) for channel in channels]
    for number in range(12):
        join(kits[0], f"m{number}")
    kits[0].record_many([
        event(f"h{number}-{turn}", member=f"m{number}", at=NOON + turn * MINUTE)
        for number in range(12)
        for turn in range(4)
    ])  # fmt: skip
    threads = [threading.Thread(target=kit.deliver, args=(NOON + HOUR,)) for kit in kits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kits[0].deliver(NOON + 2 * HOUR)
    sent = [message for channel in channels for message in channel.taken]
    assert len({message.id for message in sent}) == len(sent) == 24
    assert set(Counter(message.member for message in sent).values()) == {2}
    for kit in kits:
        kit.close()


SILENT = {
    **DOCUMENT,
    "campaigns": {"back": {"start": "silent('9d')", "steps": [{"send": "greeting"}]}},
    "rules": [],
    "late": "30d",
}


def test_a_letter_whose_reason_a_late_event_takes_away_is_not_sent(store):
    telegram = Post()
    began = NOON + 12 * HOUR
    night = began + 9 * DAY
    with Loyalty(Program.from_dict(SILENT), store=store, channels=[telegram]) as kit:
        join(kit)
        kit.record(event("h1", at=began))
        kit.advance(night + HOUR)
        assert counts(kit.deliver(night + HOUR)) == (0, 1, 0, 0)
        kit.record(event("h2", at=began + DAY))
        assert [(one.status, one.reason) for one in kit.outbox()] == [("suppressed", "undone")]
        assert counts(kit.deliver(night + 14 * HOUR)) == (0, 0, 0, 0)
        assert telegram.taken == []


def test_a_letter_that_has_its_reason_again_waits_again(store):
    telegram = Post()
    with Loyalty(program(), store=store, channels=[telegram]) as kit:
        join(kit)
        kit.record(event("h1", at=NOON))
        with kit._journal.writing() as work:
            hand = work.hand("ann")
            yielded = work.engine.replay("ann", [event("h1")], answers={}, to=0, late=()).effects
            _reconciled(work, hand, [], "late", 1)
            assert work.store.letter(1).reason == "undone"
            _reconciled(work, hand, yielded, "late", 2)
        assert kit.deliver(NOON).sent == 1


def test_a_later_message_does_not_overtake_one_that_is_tried_again(store):
    telegram = Post("telegram", Deferred("telegram/busy", retry_after=30), Deferred("telegram/busy"))
    with school(telegram, store=store) as kit:
        for member in ("ann", "bob"):
            join(kit, member)
        kit.record_many([event("h1"), event("h2", at=NOON + MINUTE), event("h3", at=NOON + MINUTE, member="bob")])
        for minutes in (1, 3, 4, 60, 120):
            kit.deliver(NOON + minutes * MINUTE)
        of_ann = [message.at for message in telegram.taken if message.member == "ann"]
        assert of_ann == [NOON, NOON + MINUTE]
        assert len(telegram.taken) == 3


def test_after_a_failure_the_earlier_message_goes_first_also_when_both_are_due(store):
    telegram = Post("telegram", ConnectionError())
    with school(telegram, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        kit.deliver(NOON)
        kit.record(event("h2", at=NOON + dt.timedelta(seconds=5)))
        kit.deliver(NOON + HOUR)
        assert [message.at.second for message in telegram.taken] == [0, 5]
