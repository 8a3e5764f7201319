"""What a messenger brings in is told to nobody else, and is not lost, whatever the adapter raises when we answer."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

import loyaltykit as lk
from loyaltykit.channels import Receipt
from loyaltykit.channels.telegram_updates import Blocked, Pressed, Replied, Started
from loyaltykit.errors import Deferred, Gone, LoyaltyError, Refused

START = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
CHAT, NAME, TOKEN = "777000777", "Canaria-Zwitscher", "987654:canary-bot-token"
SAID = f"550 {NAME} {CHAT} https://api.telegram.org/bot{TOKEN}/sendMessage"
FAILURES = [
    Deferred(SAID),
    Refused(SAID),
    Gone(f"telegram/{CHAT}"),
    LoyaltyError(SAID, code=SAID),
    ConnectionError(SAID),
    ValueError(SAID),
    KeyError(SAID),
]
DOCUMENT = {
    "program": "listening",
    "locale": "en",
    "events": {"lesson.completed": {}},
    "member": {"telegram": "text", "name": "text"},
    "contact": {"channels": ["telegram"]},
    "surveys": {"nps": {"question": "Would you recommend us?", "scale": "0-10", "comment": True}},
    "campaigns": {"ask": {"start": {"on": "lesson.completed"}, "steps": [{"survey": "nps"}]}},
    "ideas": {"opens": "at once", "limit": "1 per day"},
}


class Telltale:
    """A messenger that works until it is spoiled; then every call says all that it knows."""

    name = address = "telegram"

    def __init__(self, failure):
        self.failure, self.spoiled, self.sent = failure, False, []

    def send(self, message):
        self._fail()
        self.sent.append(message)
        return Receipt(message=message.id, reference="5")

    def answer(self, *_):
        self._fail()

    def mark(self, *_):
        self._fail()

    def _fail(self):
        if self.spoiled:
            raise self.failure


@pytest.fixture(params=FAILURES, ids=lambda one: f"{type(one).__name__}-{getattr(one, 'code', '')[:9]}")
def telltale(request):
    return Telltale(request.param)


@pytest.fixture
def kit(telltale):
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), channels=[telltale], clock=lambda: START) as kit:
        kit.update_member("ann", {"telegram": CHAT, "name": NAME}, at=START - dt.timedelta(hours=1))
        kit.update_member("bob", {"telegram": "2"}, at=START - dt.timedelta(hours=1))
        kit.record(lk.Event("e1", "lesson.completed", "ann", START - dt.timedelta(minutes=1)))
        assert kit.deliver().sent == 1
        telltale.spoiled = True
        yield kit


def pressed(telltale, label):
    action = next(one.action for one in telltale.sent[0].buttons if one.label == label)
    return Pressed(update=1, chat=CHAT, action=action, callback="c", message="5")


def test_what_was_said_stands_and_no_log_quotes_the_adapter(kit, telltale, caplog):
    caplog.set_level(logging.DEBUG)
    heard = [
        kit.hear(pressed(telltale, "9")),
        kit.hear(Replied(update=2, chat=CHAT, text=f"{NAME} says why")),
        kit.hear(Replied(update=3, chat=CHAT, text=f"/idea by {NAME}")),
        kit.hear(Replied(update=4, chat="2", text="/ideas")),
        kit.hear(Started(update=5, chat=CHAT, code=TOKEN[:6])),
        kit.hear(Replied(update=6, chat="strange", text="/ideas")),
        kit.hear(pressed(telltale, "3")),
        kit.hear(Blocked(update=8, chat=CHAT)),
    ]
    assert kit.survey("nps").n == 1
    assert [one.text for one in kit.comments("nps")] == [f"{NAME} says why"]
    assert [one.text for one in kit.ideas()] == [f"by {NAME}"]
    assert "telegram" in caplog.text
    shown = caplog.text + repr(heard) + str([one.refused for one in heard]) + repr(kit.comments("nps"))
    assert [one for one in (NAME, CHAT, TOKEN) if one in shown] == []


def test_an_interrupt_is_no_failure_of_the_adapter(kit, telltale):
    telltale.failure = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        kit.hear(pressed(telltale, "9"))
    assert kit.survey("nps").n == 1


def test_what_staff_wrote_is_in_no_repr():
    document = {
        "program": "staff",
        "events": {"asked": {}},
        "rewards": {
            "review": {"kind": "review", "task": {"for": "curator", "due": "3d"}},
            "stream": {"kind": "session", "at": "2026-10-01T19:00", "stock": 5, "link": f"https://{NAME}.example/"},
        },
        "rules": [{"id": "r", "on": "asked", "grant": ["review", "stream"]}],
    }
    with lk.Loyalty(lk.Program.from_dict(document)) as kit:
        kit.record(lk.Event("e1", "asked", "ann", START))
        decision = kit.fulfil(kit.tasks()[0].id, by=NAME, note=f"for {NAME}", at=START + dt.timedelta(hours=1))
        view = kit.member("ann", timeline=100)
        assert view.entitlements
        assert any(NAME in str(one.data) for one in decision.effects)
        shown = [decision, decision.effects, decision.requests, kit.tasks(open=None), view, view.entitlements]
    assert NAME not in repr(shown)
