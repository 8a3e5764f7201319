"""What a person does counts although the school's newest event about them is ahead of our clock."""

from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.program.load import Program
from loyaltykit.rules.plan import CONTACT
from tests.app.post import DOCUMENT, NOON, Post, event, join

SECOND = dt.timedelta(seconds=1)
AHEAD = NOON + 2 * SECOND
PROGRAM = Program.from_dict({
    **DOCUMENT,
    "rewards": {"book": {}},
    "quests": {"read": {"start": "join", "steps": [{"on": "letter", "times": 3}]}},
    "surveys": {"next": {"question": "Which course?", "options": ["Python", "SQL"]}},
    "campaigns": {
        "gift": {"start": {"on": "note"}, "steps": [{"offer": {"choose": ["book"]}}, {"send": "gifts"}]},
        "ask": {"start": {"on": "letter"}, "steps": [{"survey": "next"}]},
    },
    "messages": {
        **DOCUMENT["messages"],
        "gifts": {"join": "read", "en": {"subject": "For you", "text": "Take {{ offer.label }}"}},
    },
})  # fmt: skip


@pytest.fixture
def telegram():
    return Post()


@pytest.fixture(params=["told", "clock"])
def when(request):
    return request.param


@pytest.fixture
def kit(when, telegram):
    clock = None if when == "told" else lambda: NOON
    options = {"secret": "a secret of the school", "unsubscribe_url": "https://school.example/u/{token}"}
    with Loyalty(PROGRAM, channels=[telegram], clock=clock, **options) as kit:
        join(kit, at=NOON - SECOND)
        kit.consent("ann", purpose="marketing", given=True, at=NOON - SECOND)
        yield kit


@pytest.fixture
def now(when):
    return {"at": NOON} if when == "told" else {}


def contact(kit):
    return kit._journal.look("ann").state[CONTACT]


def test_an_unsubscription_counts(kit, telegram, now):
    kit.record(event("a1", "advert", at=AHEAD))
    kit.deliver(AHEAD)
    token = telegram.taken[0].unsubscribe.removeprefix("https://school.example/u/")
    kit.unsubscribe(token, **now)
    assert contact(kit)["consents"]["marketing/telegram"] is False


def test_a_code_binds_an_address_and_a_channel_is_heard_of(kit, now):
    kit.record(event("a1", at=AHEAD))
    assert kit.reach("ann", channel="telegram", working=False, **now) is not None
    assert contact(kit)["channels"] == {"telegram": False}
    kit.bind("telegram", kit.bind_code("ann", at=AHEAD + SECOND), "4242", **now)
    assert kit.member("ann", at=AHEAD + SECOND).attributes["telegram"] == "4242"
    assert contact(kit)["channels"] == {"telegram": True}


def test_buttons_work(kit, telegram, now):
    kit.record(event("n1", "note", at=NOON))
    kit.record(event("l1", "letter", at=AHEAD))
    kit.deliver(AHEAD)
    gifts, survey = telegram.taken
    for button in (*gifts.buttons, survey.buttons[0]):
        first = kit.pressed("telegram", "tg-ann", button.action, **now)
        assert kit.pressed("telegram", "tg-ann", button.action, **now).effects == first.effects
    story = [item.name for item in kit.member("ann", at=AHEAD + SECOND).timeline]
    assert [story.count(name) for name in ("kit.taken", "kit.joined", "kit.answered")] == [1, 1, 1]
