"""Actions of the kit: recorded as events of our own, idempotent by id, at the member's now."""

from __future__ import annotations

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import DuplicateConflict, EventError
from loyaltykit.program.load import Program
from loyaltykit.rules.plan import CONTACT
from tests.app.school import DAY, START, event


def contact(kit, member="ann"):
    return kit._journal.look(member).state[CONTACT]


def test_consent_is_an_event_and_the_state_knows_it(kit):
    kit.record(event("l1"))
    kit.consent("ann", purpose="marketing", given=True, source="checkout")
    kit.consent("ann", purpose="marketing", channel="telegram", given=False)
    assert contact(kit)["consents"] == {"marketing": True, "marketing/telegram": False}
    shown = [item.name for item in kit.member("ann").timeline if item.kind == "event"]
    assert shown == ["kit.consented", "kit.consented", "lesson.completed"]


def test_consent_may_come_before_anything_else(kit):
    kit.consent("bob", purpose="marketing", given=True)
    kit.record(event("l1", member="bob"))
    assert contact(kit, "bob")["consents"] == {"marketing": True}


def test_an_action_under_an_id_happens_once(kit):
    kit.record(event("z"))
    first = kit.consent("ann", purpose="marketing", given=True, at=START, id="c1")
    again = kit.consent("ann", purpose="marketing", given=True, at=START, id="c1")
    assert (first.effects, first.entries) == (again.effects, again.entries)
    kit.advance(START + DAY)
    kit.consent("ann", purpose="marketing", given=True, id="c1")
    kit.consent("ann", purpose="marketing", given=True, at=START, id="c1")
    with pytest.raises(DuplicateConflict):
        kit.consent("ann", purpose="marketing", given=False, id="c1")
    assert len([item for item in kit.member("ann").timeline if item.name == "kit.consented"]) == 1


def test_actions_of_one_instant_keep_their_order(kit):
    for number, given in enumerate([True, False, True, False] * 3):
        kit.consent("ann", purpose="marketing", given=given, at=START, id=f"{20 - number:03}" if number == 0 else None)
    assert contact(kit)["consents"] == {"marketing": False}


def test_an_action_cannot_be_before_now(kit):
    kit.record(event("l1"))
    with pytest.raises(EventError) as caught:
        kit.consent("ann", purpose="marketing", given=True, at=START - DAY)
    assert caught.value.code == "event/past"


def test_an_unknown_purpose_is_refused(kit):
    with pytest.raises(EventError) as caught:
        kit.consent("ann", purpose="marketin", given=True)
    assert caught.value.code == "consent/purpose"


@pytest.mark.parametrize(("channel", "hint"), [("emial", "email"), ("telegramm", "telegram"), ("pigeon", "")])
def test_consent_for_a_channel_that_there_is_not_is_refused_with_the_nearest(channel, hint):
    with Loyalty(Program.from_dict({"program": "p", "events": {"visit": {}}})) as kit:
        with pytest.raises(EventError) as caught:
            kit.consent("ann", purpose="marketing", channel=channel, given=True, at=START)
        assert (caught.value.code, caught.value.details["nearest"]) == ("consent/channel", hint)
        assert ("did you mean" in str(caught.value)) == bool(hint)
        kit.consent("ann", purpose="marketing", channel="email", given=True, at=START)


def test_consent_knows_the_channels_of_the_program_and_of_the_adapters():
    class Pigeon:
        name = address = "pigeon"

    document = {"program": "p", "events": {"visit": {}}, "contact": {"channels": ["vk"]}}

    with Loyalty(Program.from_dict(document), channels=[Pigeon()]) as kit:
        kit.consent("ann", purpose="marketing", channel="pigeon", given=True, at=START)
        kit.consent("ann", purpose="marketing", channel="vk", given=True, at=START)
