"""Channels of plug-ins in a delivery: whatever one of them does, every message goes, and the others do not notice."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter
from decimal import Decimal

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.channels import Receipt
from loyaltykit.channels.apart import Apart, Origin
from loyaltykit.errors import Deferred
from loyaltykit.program.load import Program
from tests.app.post import DOCUMENT, NOON, Post, event, join, school
from tests.plugins.packages import PIGEON, Packages

ODD = ("raise", "leave", "nothing", "other", "die", "lie", "hang")
CALM = tuple(f"calm{number}" for number in range(20))
STEP = dt.timedelta(minutes=20)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    packages = Packages(folder)
    yield packages
    packages.remove()


def program():
    message = {"en": {"subject": "Hi", "text": "{{ member.name }}"}}
    return Program.from_dict({
        **DOCUMENT,
        "member": {**DOCUMENT["member"], "loft": "text"},
        "messages": {**DOCUMENT["messages"], "greeting": message},
        "contact": {"channels": ["pigeon", "telegram"], "quiet_hours": None, "stale": "48h"},
    })  # fmt: skip


def patience(tmp_path):
    """Seconds: five times what it takes right now to start such a process and be answered."""
    origin = Origin(plugin="kit_pigeon/channel", point="kit_pigeon")
    calm = Apart("pigeon", origin, address="loft", settings={"token": "t", "kept": str(tmp_path / "first")})
    began = time.monotonic()
    with Loyalty(program(), store="memory:", channels=(calm,)) as kit:
        join(kit, "ann", loft="north", telegram=None)
        kit.record(event("h-ann"))
        assert kit.deliver(NOON).sent == 1
    calm.close()
    return max(3.0, 5 * (time.monotonic() - began))


def test_of_a_plug_in_that_does_everything_wrong_nothing_is_lost_and_others_go_at_once(installed, tmp_path, url):
    """It starts a process anew after each death, so it takes some seconds."""
    installed("kit_pigeon", PIGEON)
    kept = tmp_path / "kept"
    now, told, telegram = [0.0], [], Post()
    pigeon = Apart(
        "pigeon", Origin(plugin="kit_pigeon/channel", point="kit_pigeon"), address="loft",
        limit=patience(tmp_path), start_limit=120.0, settings={"token": "t", "kept": str(kept)}, report=told.append,
        clock=lambda: now[0],
    )  # fmt: skip
    with Loyalty(program(), store=url, channels=(pigeon, telegram)) as kit:
        for odd in ODD:
            join(kit, odd, name=f"once:{odd}", loft="north", telegram=None)
        for calm in CALM:
            join(kit, calm)
        for member in (*ODD, *CALM):
            kit.record(event(f"h-{member}", member=member))
        first = kit.deliver(NOON)
        assert Counter(message.member for message in telegram.taken) == Counter(CALM)  # in the first pass, each once
        assert first.channels["telegram"] == {"sent": len(CALM)}
        for step in range(1, 60):
            now[0] += STEP.total_seconds()
            kit.deliver(NOON + step * STEP)
            if all(one.status == "sent" for one in kit.outbox()):
                break
        assert {one.member: one.status for one in kit.outbox()} == dict.fromkeys((*ODD, *CALM), "sent")
    pigeon.close()
    sent = Counter(kept.read_text("utf-8").split())
    assert len(sent) == len(ODD)
    assert set(sent.values()) == {2}  # each arrived, and once more under the same id as its acknowledgement was lost
    assert {error.code for error in told} == {
        "plugin/error", "plugin/receipt", "plugin/ended", "plugin/garbage", "plugin/hung"
    }  # fmt: skip
    assert {error.details["name"] for error in told} == {"kit_pigeon/channel"}


class InProcess(Post):
    """Does in this process what it is told."""

    def send(self, message):
        found = super().send(message)
        if message.member == "bob":
            raise self.wrong
        return found


@pytest.mark.parametrize("raised", [SystemExit(3), GeneratorExit(), RecursionError(), BaseException("Bob Marley")])
def test_in_our_own_process_it_cannot_end_the_delivery_either(raised, caplog):
    telegram = InProcess()
    telegram.wrong = raised
    with school(telegram, contact={"quiet_hours": None}) as kit, caplog.at_level(logging.WARNING):
        for member in ("ann", "bob", "eve"):
            join(kit, member, email=None)
            kit.record(event(f"h-{member}", member=member))
        kit.deliver(NOON)
        assert {one.member: (one.status, one.reason) for one in kit.outbox()} == {
            "ann": ("sent", None), "bob": ("deferred", "telegram/error"), "eve": ("sent", None),
        }  # fmt: skip
    assert "Marley" not in caplog.text


class Untold(Deferred):
    """Its wait cannot be asked for."""

    @property
    def retry_after(self):
        raise RuntimeError

    @retry_after.setter
    def retry_after(self, _seconds):
        pass


def odd_code():
    error = Deferred("telegram/429")
    error.code = 429
    return error


@pytest.mark.parametrize(
    "raised",
    [
        Deferred("telegram/429", "soon"), Deferred("telegram/429", "30"), Deferred("telegram/429", dt.timedelta(1)),
        Deferred("telegram/429", Decimal(3)), Untold("telegram/429"), odd_code(),
        pytest.param(Deferred("telegram/429", 10**400), id="endless"),
    ],
)  # fmt: skip
def test_an_error_with_odd_values_does_not_end_the_delivery(raised):
    telegram = InProcess()
    telegram.wrong = raised
    with school(telegram, contact={"quiet_hours": None}) as kit:
        for member in ("ann", "bob", "eve"):
            join(kit, member, email=None)
            kit.record(event(f"h-{member}", member=member))
        kit.deliver(NOON)
        assert {one.member: one.status for one in kit.outbox() if one.member != "eve"} == {
            "ann": "sent", "bob": "deferred",
        }  # fmt: skip


class Referring(Post):
    """Has ids of a kind of its own."""

    reference = None

    def send(self, message):
        return Receipt(message=message.id, reference=self.reference)


class Wordless:
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("given", "kept"),
    [(4711, "4711"), ("a\x00b\x1b[31m\ud800", "a·b·[31m·"), (Wordless(), None), ("x" * 999, "x" * 200)],
)
def test_whatever_a_receipt_refers_to_the_message_is_sent(given, kept, tmp_path):
    telegram = Referring()
    telegram.reference = given
    with school(telegram, contact={"quiet_hours": None}, store=f"sqlite:///{tmp_path}/s.db") as kit:
        join(kit, "ann", email=None)
        kit.record(event("h-ann"))
        assert kit.deliver(NOON).sent == 1
        assert [one.reference for one in kit.outbox()] == [kept]


def test_an_interrupt_still_interrupts():
    telegram = InProcess()
    telegram.wrong = KeyboardInterrupt()
    with school(telegram, contact={"quiet_hours": None}) as kit:
        join(kit, "bob")
        kit.record(event("h-bob", member="bob"))
        with pytest.raises(KeyboardInterrupt):
            kit.deliver(NOON)


class Liar(Post):
    """Says that it has sent another message."""

    def send(self, message):
        self.taken.append(message)
        return Receipt(message="another")


def test_a_receipt_for_another_message_acknowledges_nothing():
    telegram = Liar()
    with school(telegram, contact={"quiet_hours": None}) as kit:
        join(kit, "ann", email=None)
        kit.record(event("h-ann"))
        assert kit.deliver(NOON).sent == 0
        (one,) = kit.outbox()
        assert (one.status, one.reason) == ("deferred", "telegram/receipt")
