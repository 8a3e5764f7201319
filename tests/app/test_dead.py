"""Messages that were given up: looked at, and put back by a person."""

from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit.channels.dead import Tried
from loyaltykit.errors import Deferred, Gone, LoyaltyError, Refused
from tests.app.post import DAY, HOUR, NOON, Post, event, join, school

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def given_up(kit, *members, at=NOON):
    for member in members:
        join(kit, member)
        kit.record(event(f"h-{member}", member=member, at=at))
    kit.deliver(at)


def broken():
    return Post("telegram", Refused("telegram/400")), Post("email", Refused("smtp/554"))


def test_a_message_that_no_channel_took_says_what_was_tried(store):
    with school(*broken(), store=store) as kit:
        given_up(kit, "ann", "bob")
        (letter,) = kit.dead()
        assert (letter.member, letter.message, letter.status, letter.purpose) == ("ann", "greeting", "dead", "service")
        assert letter.tried == (Tried("telegram", "telegram/400", 1), Tried("email", "smtp/554", 1))
        assert (letter.reason, letter.attempts, letter.at, letter.done) == ("smtp/554", 2, NOON, NOON)
        assert letter.to_dict()["done"] == NOON.isoformat()


def test_they_are_found_by_channel_reason_and_time(store):
    telegram, email = Post("telegram", Refused("telegram/400"), Refused("telegram/400")), Post("email")
    email.errors = [Refused("smtp/554"), Gone("smtp/550")]
    with school(telegram, email, store=store) as kit:
        given_up(kit, "ann")
        given_up(kit, "bob", at=NOON + HOUR)
        assert [one.member for one in kit.dead()] == ["bob", "ann"]
        assert [one.member for one in kit.dead(limit=1)] == ["bob"]
        assert [one.member for one in kit.dead(reason="smtp/554")] == ["ann"]
        assert [one.member for one in kit.dead(since=NOON + MINUTE)] == ["bob"]
        assert len(kit.dead(channel="telegram")) == 2
        assert kit.dead(channel="sms") == ()


def test_one_that_is_put_back_goes_under_its_old_id(store):
    telegram, email = broken()
    with school(telegram, email, store=store) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        made = kit.requeue([letter.id], by="olga", at=NOON + HOUR)
        assert (made.requeued, made.refused) == ((letter.id,), {})
        assert kit.outbox()[0].channels == ("telegram", "email")
        assert kit.deliver(NOON + HOUR).sent == 1
        assert telegram.taken[0].id == letter.id
        assert kit.dead() == ()
        (asked,) = [item for item in kit.member("ann").timeline if item.name == "kit.requeued"]
        assert asked.at == NOON + HOUR
        row = kit._journal.store.seen((f"kit.requeued:{letter.id}:{kit._journal.store.letters(limit=1)[0].at}",))
        assert '"by":"olga"' in row[0].data


def test_twice_is_once_and_unknown_ids_are_told(store):
    with school(*broken(), store=store) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        kit.requeue([letter.id[:8]], by="olga", at=NOON + HOUR)
        assert kit.requeue([letter.id], by="olga", at=NOON + HOUR).refused == {letter.id: "unknown"}
        assert kit.requeue(["nobody", "ab"], by="olga", at=NOON).refused == {"nobody": "unknown", "ab": "unknown"}
        with pytest.raises(LoyaltyError) as caught:
            kit.requeue(by="olga", at=NOON)
        assert caught.value.code == "dead/nothing"
        with pytest.raises(LoyaltyError) as caught:
            kit.dead(state="sent")
        assert caught.value.code == "dead/state"


def test_all_of_a_reason_are_put_back_at_once(store):
    telegram, email = Post("telegram", *[Refused("telegram/400")] * 9), Post("email", *[Refused("smtp/554")] * 3)
    email.errors.append(Gone("smtp/550"))
    with school(telegram, email, store=store) as kit:
        given_up(kit, *(f"m{number}" for number in range(4)))
        assert len(kit.requeue(reason="smtp/554", by="olga", at=NOON + HOUR).requeued) == 3
        assert [one.reason for one in kit.dead()] == ["smtp/550"]


def test_it_is_asked_about_anew(store):
    telegram, email = broken()
    with school(telegram, email, store=store) as kit:
        given_up(kit, "ann")
        kit.consent("ann", purpose="service", given=False, at=NOON + MINUTE)
        kit.requeue(channel="telegram", by="olga", at=NOON + HOUR)
        made = kit.deliver(NOON + HOUR)
        assert (made.sent, made.suppressed) == (0, 1)
        assert [one.reason for one in kit.dead(state="suppressed")] == ["no-consent"]


def test_what_is_stale_goes_only_when_it_is_said(store):
    telegram, email = broken()
    with school(telegram, email, store=store) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        later = NOON + 5 * DAY
        assert kit.requeue([letter.id], by="olga", at=later).refused == {letter.id: "stale"}
        assert kit.requeue([letter.id], by="olga", even_stale=True, at=later).requeued == (letter.id,)
        assert kit.deliver(later).sent == 1
        assert (telegram.taken[0].id, telegram.taken[0].at) == (letter.id, later)


def test_what_went_stale_by_itself_is_listed_and_may_go_too(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        kit.deliver(NOON + 3 * DAY)
        (letter,) = kit.dead(state="suppressed")
        assert (letter.reason, letter.tried, letter.channels) == ("stale", (), ("telegram", "email"))
        kit.requeue([letter.id], by="olga", even_stale=True, at=NOON + 3 * DAY)
        assert kit.deliver(NOON + 3 * DAY).sent == 1


def test_what_failed_before_nobody_delivered_for_days_is_a_dead_letter(store):
    telegram = Post("telegram", Deferred("telegram/500"))
    with school(telegram, store=store, contact={"channels": ["telegram"]}) as kit:
        given_up(kit, "ann")
        made = kit.deliver(NOON + 5 * DAY)
        assert (made.dead, made.suppressed) == (1, 0)
        (letter,) = kit.dead()
        assert (letter.reason, letter.tried) == ("telegram/500", (Tried("telegram", "telegram/500", 1),))
        assert kit.dead(reason="telegram/500", channel="telegram") == (letter,)
        assert kit.requeue([letter.id], by="olga", even_stale=True, at=NOON + 5 * DAY).requeued == (letter.id,)
        assert kit.deliver(NOON + 5 * DAY).sent == 1


def test_what_was_sent_meanwhile_is_not_sent_again(store):
    telegram, email = broken()
    with school(telegram, email, store=store) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        kit.requeue([letter.id], by="olga", at=NOON + HOUR)
        assert kit.deliver(NOON + HOUR).sent == 1
        again = kit.requeue([letter.id], by="olga", even_stale=True, at=NOON + 2 * HOUR)
        assert (again.requeued, again.refused) == ((), {letter.id: "unknown"})
        assert kit.requeue(reason="smtp/554", by="olga", at=NOON + 2 * HOUR).requeued == ()
        assert kit.deliver(NOON + 2 * HOUR).sent == 0
        assert len(telegram.taken) == 1


def test_each_id_that_fits_nothing_is_told_beside_one_that_fits(store):
    with school(*broken(), store=store) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        made = kit.requeue(["", letter.id[:3], letter.id], by="olga", at=NOON + HOUR)
        assert (made.requeued, made.refused) == ((letter.id,), {"": "unknown", letter.id[:3]: "unknown"})


def test_one_is_found_by_its_id_in_either_state(store):
    with school(*broken(), store=store) as kit:
        given_up(kit, "ann")
        join(kit, "bob")
        kit.consent("bob", purpose="service", given=False, at=NOON)
        kit.record(event("h-bob", member="bob", at=NOON))
        kit.deliver(NOON)
        (dead,), (suppressed,) = kit.dead(), kit.dead(state="suppressed")
        assert kit.dead([suppressed.id[:6]]) == kit.dead(suppressed.id) == (suppressed,)
        assert set(kit.dead([dead.id, suppressed.id, "nobody", ""])) == {dead, suppressed}
        assert kit.dead(["nobody"]) == kit.dead([dead.id[:5]]) == ()


def test_one_id_may_stand_alone(store):
    with school(*broken(), store=store) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        assert kit.requeue(letter.id, by="olga", at=NOON + HOUR).requeued == (letter.id,)


def test_what_lost_its_reason_stays(store):
    telegram = Post()
    with school(telegram, store=store) as kit:
        join(kit)
        kit.record(event("h1"))
        row = kit._journal.store.letters(limit=1)[0]
        with kit._writing() as work:
            work.store.suppress([row.seq], reason="exited", at=row.at)
        (letter,) = kit.dead(state="suppressed")
        assert kit.requeue([letter.id], by="olga", at=NOON).refused == {letter.id: "exited"}


def test_a_second_death_is_a_new_one(store):
    telegram = Post("telegram", *[Refused("telegram/400")] * 2)
    with school(telegram, store=store, contact={"channels": ["telegram"]}) as kit:
        given_up(kit, "ann")
        (letter,) = kit.dead()
        kit.requeue([letter.id], by="olga", at=NOON + HOUR)
        kit.deliver(NOON + HOUR)
        assert kit.dead()[0].tried == (Tried("telegram", "telegram/400", 1),)
        kit.requeue([letter.id], by="olga", at=NOON + 2 * HOUR)
        assert kit.deliver(NOON + 2 * HOUR).sent == 1
        assert [item.name for item in kit.member("ann").timeline].count("kit.requeued") == 2


def test_a_refold_keeps_what_was_put_back(store):
    telegram = Post("telegram", Refused("telegram/400"))
    with school(telegram, store=store, contact={"channels": ["telegram"]}) as kit:
        given_up(kit, "ann")
        kit.requeue(channel="telegram", by="olga", at=NOON + HOUR)
        kit.record(event("early", "note", at=NOON - HOUR))
        assert kit.deliver(NOON + 2 * HOUR).sent == 1
