"""Letters that come back: the right member, the right channel, and nobody silenced by a forgery."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.channels import Email
from loyaltykit.program.load import Program
from loyaltykit.testing import Mailbox
from tests.app.post import DOCUMENT, HOUR, NOON, event, join, program
from tests.channels.test_bounces import arf, dsn

SECRET = "a secret of this school"  # noqa: S105  # of a test
SENDER = "School <hello@school.example>"


@pytest.fixture
def box():
    with Mailbox() as made, ExitStack() as stack:
        made.stack = stack
        yield made


def school(box, url="memory:", *, secret=SECRET, bounces=None, document=None):
    given = {"sender": SENDER, "host": box.host, "port": box.port, "security": "none", "bounces": bounces}
    email = box.stack.enter_context(Email(**given, now=lambda: NOON))
    made = program(channels=["email"]) if document is None else Program.from_dict(document)
    return Loyalty(made, store=url, channels=[email], secret=secret, unsubscribe_url="https://s.example/{token}")


def sent(kit, box, member="ann", id="h1", type="hello"):
    """The headers of the letter that a member got."""
    join(kit, member)
    kit.consent(member, purpose="marketing", given=True, at=NOON - HOUR)
    kit.record(event(id, type, member))
    kit.deliver(NOON)
    return box.letters[-1].raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode() + "\n"


def dated(at):
    return at + HOUR


def test_a_dead_address_switches_the_channel_off(box):
    with school(box) as kit:
        letter = sent(kit, box)
        made = kit.bounced(dsn(quoted=letter), at=dated(NOON))
        assert (made.kind, made.member) == ("permanent", "ann")
        names = [item.name for item in kit.member("ann").timeline]
        assert (names.count("kit.bounced"), names.count("kit.reached")) == (1, 1)
        assert kit.outbox("ann")[0].reason == "email/5.1.1"
        kit.record(event("h2", at=NOON + 2 * HOUR))
        assert kit.deliver(NOON + 2 * HOUR).dead == 1
        assert kit.outbox("ann")[0].reason == "not-working"
        assert kit.bounced(dsn(quoted=letter), at=NOON + 3 * HOUR).kind == "known"


def test_a_full_mailbox_is_noted_and_nothing_more(box):
    with school(box) as kit:
        letter = sent(kit, box)
        assert kit.bounced(dsn("4.2.2", "delayed", quoted=letter), at=dated(NOON)).kind == "transient"
        kit.record(event("h2", at=NOON + 2 * HOUR))
        assert kit.deliver(NOON + 2 * HOUR).sent == 1


def test_a_complaint_withdraws_consent(box):
    with school(box) as kit:
        letter = sent(kit, box, type="advert")
        report = arf().replace(
            arf()[arf().index(b"From: School") : arf().index(b"Hello\n--b1--")], letter.encode() + b"\n"
        )
        assert kit.bounced(report, at=dated(NOON)).kind == "complaint"
        kit.record(event("a2", "advert", at=NOON + 2 * HOUR))
        kit.record(event("h2", at=NOON + 2 * HOUR))
        made = kit.deliver(NOON + 2 * HOUR)
        assert (made.sent, made.suppressed) == (1, 1)


@pytest.mark.parametrize("to", ["To: redacted-3f2a@provider.example", "X-Nobody: none", "To: ann@old.example"])
def test_a_complaint_counts_whatever_address_the_provider_leaves_in_it(box, to):
    """RFC 6590 has providers black out whom the letter was for."""
    with school(box) as kit:
        letter = "\n".join(to if line.startswith("To:") else line for line in sent(kit, box).splitlines()) + "\n\n"
        report = arf().replace(arf()[arf().index(b"From: School") : arf().index(b"Hello\n--b1--")], letter.encode())
        assert kit.bounced(report, at=dated(NOON)).kind == "complaint"
        kit.record(event("a2", "advert", at=NOON + 2 * HOUR))
        assert kit.deliver(NOON + 2 * HOUR).suppressed == 1


def test_the_envelope_brings_it_back_when_nothing_is_quoted(box):
    with school(box, bounces="bounces@school.example") as kit:
        sent(kit, box)
        sender = box.letters[0].sender
        assert sender.startswith("bounces+")
        assert sender.endswith("@school.example")
        report = dsn(to=sender, quoted="", kind="text/plain")
        assert kit.bounced(report, at=dated(NOON)).kind == "permanent"


@pytest.mark.parametrize("where", ["header", "envelope", "message-id"])
def test_a_forgery_silences_nobody(box, where):
    with school(box, bounces="bounces@school.example") as kit:
        letter = sent(kit, box)
        ours = box.letters[0].sender.partition("+")[2].partition("@")[0]
        forged = f"{ours.partition('-')[0]}-{'0' * 20}"
        report = {
            "header": dsn(quoted=letter.replace(ours, forged)),
            "envelope": dsn(to=f"bounces+{forged}@school.example", quoted="", kind="text/plain"),
            "message-id": dsn(quoted="\n".join(line for line in letter.splitlines() if ours not in line)),
        }[where]
        assert kit.bounced(report, at=dated(NOON)).kind == "foreign"
        kit.record(event("h2", at=NOON + 2 * HOUR))
        assert kit.deliver(NOON + 2 * HOUR).sent == 1


def test_the_mark_of_one_letter_is_none_of_another(box):
    with school(box) as kit, school(box, secret="quite another secret") as other:  # of a test
        letter = sent(kit, box)
        sent(other, box)
        assert other.bounced(dsn(quoted=letter), at=dated(NOON)).kind == "foreign"


def test_without_a_secret_the_message_id_must_be_one_of_ours(box):
    with school(box, secret=None) as kit:
        letter = sent(kit, box)
        forged = "Message-ID: <0123456789@school.example>\nTo: ann@school.example\n"
        assert kit.bounced(dsn(quoted=forged), at=dated(NOON)).kind == "foreign"
        assert kit.bounced(dsn(quoted=letter), at=dated(NOON)).kind == "permanent"


def test_a_report_about_an_address_that_is_gone_by_now_changes_nothing(box):
    with school(box) as kit:
        letter = sent(kit, box)
        kit.update_member("ann", {"email": "ann@new.example"}, at=NOON + HOUR / 2)
        assert kit.bounced(dsn(quoted=letter), at=dated(NOON)).kind == "old-address"


def test_an_address_beyond_ascii_is_the_same_in_the_report(box):
    with school(box) as kit:
        join(kit, email="Ann <ann@школа.example>")
        kit.record(event("h1"))
        kit.deliver(NOON)
        letter = box.letters[-1].raw.decode().partition("\r\n\r\n")[0] + "\n"
        assert kit.bounced(dsn(quoted=letter.replace("\r\n", "\n")), at=dated(NOON)).kind == "permanent"


def test_what_is_no_report_changes_nothing(box):
    with school(box) as kit:
        assert kit.bounced(b"Subject: On holiday\r\n\r\nBack soon.").kind == "other"


def test_rules_and_conditions_see_it(box):
    document = {
        **DOCUMENT,
        "contact": {"channels": ["email"], "quiet_hours": "21:00-09:00"},
        "points": {"care": {}},
        "segments": {"unreachable": {"when": "count('kit.bounced', where=kind == 'permanent') >= 1"}},
        "rules": [
            *DOCUMENT["rules"],
            {"id": "call", "on": "kit.bounced", "award": {"care": 1}},
            {"id": "sorry", "on": "kit.consented", "when": "not event.given", "award": {"care": 10}},
        ],
    }
    with school(box, document=document) as kit:
        letter = sent(kit, box)
        assert list(kit.members(segment="unreachable")) == []
        kit.bounced(dsn(quoted=letter), at=dated(NOON))
        assert kit.member("ann").points["care"].available == 1
        assert list(kit.members(segment="unreachable")) == ["ann"]
        assert kit.bounced(dsn(quoted=letter), at=dated(NOON)).kind == "known"
        kit.unsubscribe(kit._signer.unsubscribe_link(1, "service", "email").rpartition("/")[2], at=dated(NOON))
        assert kit.member("ann").points["care"].available == 11


def test_one_click_unsubscribing_comes_back_as_an_event_too(box):
    email = box.stack.enter_context(Email(sender=SENDER, host=box.host, port=box.port, security="none"))
    with Loyalty(
        program(channels=["email"]), channels=[email], secret=SECRET, unsubscribe_url="https://s.example/{token}"
    ) as kit:
        letter = sent(kit, box, type="advert")
        token = letter.partition("https://s.example/")[2].partition(">")[0]
        kit.unsubscribe(token, at=dated(NOON))
        assert [item.name for item in kit.member("ann").timeline].count("kit.consented") == 2
        kit.record(event("a2", "advert", at=NOON + 2 * HOUR))
        assert kit.deliver(NOON + 2 * HOUR).suppressed == 1


def test_the_same_is_decided_when_it_is_all_folded_again(box, url):
    with school(box, url) as kit:
        letter = sent(kit, box)
        kit.bounced(dsn(quoted=letter), at=dated(NOON))
        before = kit.member("ann").to_dict()
        kit.record(event("early", "note", at=NOON - dt.timedelta(hours=5)))
        after = kit.member("ann").to_dict()
        assert after["points"] == before["points"]
        kit.record(event("h2", at=NOON + 2 * HOUR))
        assert kit.deliver(NOON + 2 * HOUR).dead == 1
