"""What adapters and dispatchers agree on: values that keep quiet about people, and three kinds of failure."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

from loyaltykit import (
    Attachment,
    Button,
    Deferred,
    DeliveryError,
    Gone,
    LoyaltyError,
    OutgoingMessage,
    Receipt,
    Refused,
)
from loyaltykit.channels import Console, address_of

CANARY = "kanareika"


def test_a_message_shows_nothing_of_what_is_said_and_to_whom():
    message = OutgoingMessage(
        id="m1",
        member="ann",
        message="come-back",
        at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        subject=CANARY,
        text=CANARY,
        to=f"{CANARY}@example.org",
        html=f"<b>{CANARY}</b>",
        buttons=(Button(label=CANARY, action="take:1"),),
        unsubscribe=f"https://example.org/{CANARY}",
        attachments=(Attachment(name="visit.ics", media_type="text/calendar", content=CANARY.encode()),),
    )
    assert CANARY not in repr(message)
    assert "come-back" in repr(message)
    assert "visit.ics" in repr(message)


@pytest.mark.parametrize("action", ["x" * 65, "дать"])
def test_an_action_that_a_channel_could_not_carry_is_refused(action):
    with pytest.raises(LoyaltyError) as caught:
        Button(label="ok", action=action)
    assert caught.value.code == "button/action"
    assert action not in str(caught.value)


def test_an_action_may_have_64_bytes():
    assert Button(label="ok", action="x" * 64).url is None


@pytest.mark.parametrize(
    "error",
    [DeliveryError("mail/x"), Deferred("mail/4", 3.5), Deferred("mail/4"), Refused("mail/5"), Gone("mail/550")],
    ids=repr,
)
def test_a_failure_is_its_code(error):
    assert isinstance(error, DeliveryError)
    assert str(error) == error.code
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), again.code, vars(again)) == (type(error), error.code, vars(error))


def test_an_adapter_says_which_attribute_is_its_address():
    class Pigeon:
        name = "pigeon"
        address = "loft"

        def send(self, message):
            return Receipt(message=message.id)

    assert address_of(Pigeon()) == "loft"
    assert address_of(Console(None)) is None
