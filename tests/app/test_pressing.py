"""What comes back: buttons, codes, links; and what they make pointless to send."""

from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import DuplicateConflict, LoyaltyError, NotEligible, UnknownMember
from loyaltykit.program.load import Program
from loyaltykit.rules.plan import CONTACT
from tests.app.post import DAY, DOCUMENT, HOUR, NOON, Post, event, join

MINUTE = dt.timedelta(minutes=1)
GIFTS = {
    **DOCUMENT,
    "events": {**DOCUMENT["events"], "left": {}, "told": {}, "brief": {}},
    "rules": DOCUMENT["rules"][1:],
    "rewards": {"lesson": {"label": {"en": "A lesson", "ru": "Урок"}}, "review": {"label": "A review"}, "book": {}},
    "surveys": {
        "nps": {"question": {"en": "How likely?", "ru": "Насколько вероятно?"}, "scale": "0-10"},
        "next": {"question": "Which course?", "options": ["Python", "SQL"]},
    },
    "campaigns": {
        "pick": {
            "start": {"on": "hello"},
            "exit": {"on": "left"},
            "steps": [
                {"offer": {"choose": ["lesson", ["review", "book"]], "by": "member", "keep": "7d"}},
                {"send": {"message": "gifts", "channels": ["telegram", "email", "inbox"]}},
                {"wait": "30d"},
            ],
        },
        "tell": {
            "start": {"on": "told"},
            "steps": [
                {"offer": {"choose": ["lesson"], "keep": "7d"}},
                {"send": "near"},
                {"send": "day"},
                {"send": "gifts"},
                {"wait": "1d"},
                {"send": "gifts"},
            ],
        },
        "short": {
            "start": {"on": "brief"},
            "steps": [{"offer": {"choose": ["lesson"], "keep": "6h"}}, {"send": "gifts"}],
        },
        "ask": {
            "start": {"on": "note"},
            "again": "after 1d",
            "steps": [{"survey": "nps"}, {"survey": "next"}, {"wait": "30d"}],
        },
        "give": {
            "start": {"on": "letter"},
            "steps": [{"offer": {"choose": ["lesson"], "take": "at once"}}, {"send": "gifts"}],
        },
    },
    "messages": {
        **DOCUMENT["messages"],
        "near": {"en": {"subject": "A gift", "text": "There is a gift"}},
        "day": {"en": {"subject": "Day", "text": "Good day"}},
        "gifts": {"en": {"subject": "For you", "text": "Pick: {{ offer.label }}"}},
    },
}
PROGRAM = Program.from_dict(GIFTS)


@pytest.fixture
def telegram():
    return Post()


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url, telegram):
    store = "memory:" if request.param == "memory" else url
    options = {
        "secret": "a secret of the school",
        "unsubscribe_url": "https://school.example/u/{token}",
        "press_url": "https://school.example/p/{token}",
    }
    with Loyalty(PROGRAM, store=store, channels=[telegram, Post("email")], **options) as kit:
        for member in ("ann", "bob"):
            join(kit, member)
        yield kit


def offered(kit, telegram):
    kit.record(event("h1"))
    kit.deliver(NOON)
    (message,) = telegram.taken
    return message.buttons


def test_an_offer_is_taken_by_a_button(kit, telegram):
    buttons = offered(kit, telegram)
    assert [button.label for button in buttons] == ["A lesson", "A review, book"]
    decision = kit.pressed("telegram", "tg-ann", buttons[1].action, at=NOON + MINUTE)
    assert [effect.data["option"] for effect in decision.effects if effect.kind == "offer"] == ["review+book"]
    assert {"review", "book"} <= set(kit.member("ann").entitlements)
    again = kit.pressed("telegram", "tg-ann", buttons[1].action, at=NOON + HOUR)
    assert again.effects == decision.effects
    with pytest.raises(NotEligible):
        kit.pressed("telegram", "tg-ann", buttons[0].action, at=NOON + HOUR)


def test_a_button_is_only_theirs_whose_message_it_was(kit, telegram):
    action = offered(kit, telegram)[0].action
    odd = (
        "",
        "1",
        ":",
        "1:",
        ":1",
        "x:1",
        "1:x",
        "99:0",
        f"{action[0]}:7",
        "1:-1",
        "٣:٠",
        "9" * 40 + ":1",
        "9" * 19 + ":1",
        "1:" + "9" * 19,
    )
    attempts = [("telegram", "tg-bob", action), ("telegram", "", action), ("email", "tg-ann", action)]
    for channel, address, pressed in [*attempts, *(("telegram", "tg-ann", one) for one in odd)]:
        with pytest.raises(LoyaltyError) as caught:
            kit.pressed(channel, address, pressed, at=NOON + MINUTE)
        assert caught.value.code == "press/unknown"
        assert "tg-" not in str(caught.value)
    assert kit.member("ann").entitlements == {}


def test_an_offer_that_was_given_at_once_has_no_button(kit, telegram):
    kit.record(event("l1", "letter"))
    kit.deliver(NOON)
    (message,) = telegram.taken
    assert (message.text, message.buttons) == ("Pick: A lesson", ())


def test_a_survey_is_answered_by_a_button(kit, telegram):
    kit.update_member("ann", {"locale": "ru"}, at=NOON - HOUR)
    kit.record(event("n1", "note"))
    kit.deliver(NOON)
    scale, options = telegram.taken
    assert (scale.text, scale.subject, scale.message) == ("Насколько вероятно?", "Насколько вероятно?", "nps")
    assert [button.label for button in scale.buttons] == [str(number) for number in range(11)]
    assert [button.label for button in options.buttons] == ["Python", "SQL"]
    kit.pressed("telegram", "tg-ann", scale.buttons[9].action, at=NOON + MINUTE)
    kit.pressed("telegram", "tg-ann", scale.buttons[9].action, at=NOON + HOUR)
    with pytest.raises(DuplicateConflict):
        kit.pressed("telegram", "tg-ann", scale.buttons[1].action, at=NOON + HOUR)
    kit.pressed("telegram", "tg-ann", options.buttons[1].action, at=NOON + HOUR)
    answers = [item for item in kit.member("ann").timeline if item.name == "kit.answered"]
    assert len(answers) == 2
    assert {letter.text for letter in kit.member("ann").inbox} == {"Насколько вероятно?", "Which course?"}


def test_an_offer_that_was_taken_is_not_sent_any_more(kit, telegram):
    night = NOON + 12 * HOUR
    kit.record(event("h1", at=night))
    kit.take("ann", offer="pick", option="lesson", at=night + HOUR)
    assert kit.deliver(NOON + 24 * HOUR).sent == 0
    (message,) = kit.outbox()
    assert (message.status, message.reason, message.run) == ("suppressed", "answered", "pick/1")


def test_taking_an_offer_keeps_back_only_what_tells_of_it(kit, telegram):
    night = NOON + 12 * HOUR
    kit.record(event("t1", "told", at=night))
    kit.take("ann", offer="tell", at=night + HOUR)
    kit.deliver(NOON + DAY)
    assert [message.text for message in telegram.taken] == ["Good day"]
    assert {one.message: one.reason for one in kit.outbox()} == {"near": "answered", "day": None, "gifts": "answered"}


def test_only_messages_that_tell_of_an_offer_have_its_buttons(kit, telegram):
    kit.record(event("t1", "told"))
    kit.deliver(NOON)
    assert [(one.message, len(one.buttons)) for one in telegram.taken] == [("near", 1), ("day", 0), ("gifts", 1)]
    kit.pressed("telegram", "tg-ann", telegram.taken[0].buttons[0].action, at=NOON + MINUTE)
    kit.advance(NOON + 2 * DAY)
    kit.deliver(NOON + 2 * DAY)
    assert [(one.text, one.buttons) for one in telegram.taken[3:]] == [("Pick: A lesson", ())]


def test_an_offer_that_ends_while_its_message_waits_is_not_sent(kit, telegram):
    night = NOON + 12 * HOUR
    kit.record(event("b1", "brief", at=night))
    kit.deliver(night)
    kit.deliver(NOON + DAY)
    assert telegram.taken == []
    assert {one.message: one.reason for one in kit.outbox()} == {"gifts": "offer-over"}


def test_an_answer_keeps_back_only_what_asks_the_same(kit, telegram):
    night = NOON + 12 * HOUR
    kit.record(event("n1", "note", at=night))
    kit.answer("ann", survey="nps", value=9, key="k", at=night + HOUR)
    kit.record(event("n2", "note", at=night + 2 * HOUR))
    assert {(one.message, one.reason) for one in kit.outbox()} == {("nps", "answered"), ("next", None)}
    kit.deliver(NOON + DAY)
    assert [message.message for message in telegram.taken] == ["next"]


def test_the_same_answer_again_does_not_keep_the_next_asking_back(kit, telegram):
    night = NOON + 12 * HOUR
    kit.record(event("n1", "note", at=NOON))
    kit.deliver(NOON)
    action = telegram.taken[0].buttons[9].action
    kit.pressed("telegram", "tg-ann", action, at=NOON + MINUTE)
    kit.advance(NOON + 31 * DAY)
    kit.record(event("n2", "note", at=night + 31 * DAY))
    kit.pressed("telegram", "tg-ann", action, at=night + 31 * DAY)
    assert [one.message for one in kit.outbox(status="queued")] == ["next", "nps"]


def test_leaving_a_run_keeps_back_what_waits(kit, telegram):
    night = NOON + 12 * HOUR
    kit.record_many([event("h1", at=night), event("h2", member="bob", at=night), event("x1", "left", at=night + HOUR)])
    assert kit.deliver(NOON + DAY).sent == 1
    assert [message.member for message in telegram.taken] == ["bob"]
    assert kit.outbox("ann")[0].reason == "exited"


def test_a_message_that_is_being_sent_when_its_run_ends_counts_as_sent(kit, telegram):
    class Meanwhile(Post):
        def send(self, message):
            kit.record(event("x1", "left", at=NOON + MINUTE))
            return super().send(message)

    kit._adapters["telegram"] = Meanwhile()
    kit.record(event("h1"))
    assert kit.deliver(NOON).sent == 1
    assert kit.outbox()[0].status == "sent"


def test_an_address_is_bound_by_a_code_once(kit):
    kit.update_member("ann", {"telegram": None}, at=NOON - HOUR)
    kit.reach("ann", channel="telegram", working=False, at=NOON - HOUR)
    code = kit.bind_code("ann", at=NOON)
    assert len(code) <= 64
    assert set(code) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert code not in str(kit._journal.store.__dict__)
    kit.bind("telegram", code, "4242", at=NOON + MINUTE)
    assert kit.member("ann").attributes["telegram"] == "4242"
    assert kit._journal.look("ann").state[CONTACT]["channels"] == {"telegram": True}
    kit.record(event("h1", at=NOON + HOUR))
    assert kit.deliver(NOON + HOUR).sent == 1
    for bad in (code, "", "nonsense"):
        with pytest.raises(LoyaltyError) as caught:
            kit.bind("telegram", bad, "6666", at=NOON + HOUR)
        assert caught.value.code == "bind/code"
    assert kit.member("ann").attributes["telegram"] == "4242"


def test_a_code_is_good_for_an_hour(kit):
    code = kit.bind_code("ann", at=NOON)
    with pytest.raises(LoyaltyError):
        kit.bind("telegram", code, "4242", at=NOON + HOUR + MINUTE)
    with pytest.raises(LoyaltyError):
        kit.bind("telegram", code, "4242", at=NOON + MINUTE)
    with pytest.raises(UnknownMember):
        kit.bind_code("nobody", at=NOON)


def test_a_link_ends_one_consent_on_one_channel(kit, telegram):
    kit.consent("ann", purpose="marketing", given=True, at=NOON - HOUR)
    kit.record(event("a1", "advert"))
    kit.deliver(NOON)
    link = telegram.taken[0].unsubscribe
    token = link.removeprefix("https://school.example/u/")
    for bad in (token[:-2] + "AA", token[1:], "", "я", "A" * 600, token + "=" * 5):
        with pytest.raises(LoyaltyError) as caught:
            kit.unsubscribe(bad)
        assert caught.value.code == "link/token"
        assert not bad or bad not in str(caught.value)
    kit.unsubscribe(token, at=NOON + MINUTE)
    kit.unsubscribe(token, at=NOON + MINUTE)
    known = {"marketing": True, "marketing/telegram": False}
    assert kit._journal.look("ann").state[CONTACT]["consents"] == known
    kit.record(event("a2", "advert", at=NOON + HOUR))
    kit.deliver(NOON + HOUR)
    assert [one.channel for one in kit.outbox(status="sent")] == ["email", "telegram"]


def test_an_offer_is_taken_by_a_link(kit, telegram):
    button = offered(kit, telegram)[1]
    token = button.url.removeprefix("https://school.example/p/")
    for bad in (token[:-2] + "AA", token[1:], "", "A" * 600, telegram.taken[0].unsubscribe.rpartition("/")[2]):
        with pytest.raises(LoyaltyError) as caught:
            kit.pressed_link(bad, at=NOON + MINUTE)
        assert caught.value.code == "link/token"
    with pytest.raises(LoyaltyError):
        kit.unsubscribe(token)
    decision = kit.pressed_link(token, at=NOON + MINUTE)
    assert [effect.data["option"] for effect in decision.effects if effect.kind == "offer"] == ["review+book"]
    assert kit.pressed_link(token, at=NOON + HOUR).effects == decision.effects
    assert kit.pressed("telegram", "tg-ann", button.action, at=NOON + HOUR).effects == decision.effects


def test_a_survey_is_answered_by_a_link(kit, telegram):
    kit.record(event("n1", "note"))
    kit.deliver(NOON)
    asked = next(message for message in telegram.taken if len(message.buttons) == 11)
    decision = kit.pressed_link(asked.buttons[9].url.rpartition("/")[2], at=NOON + MINUTE)
    assert [effect.data["value"] for effect in decision.effects if effect.kind == "answer"] == [9]
    with pytest.raises(DuplicateConflict):
        kit.pressed_link(asked.buttons[3].url.rpartition("/")[2], at=NOON + 2 * MINUTE)


def test_links_need_a_secret_and_an_address():
    pages = ({"unsubscribe_url": "http://x/{token}"}, {"press_url": "https://x/"})
    for options in ({"secret": "short"}, *({"secret": "long enough a secret", **page} for page in pages)):
        with pytest.raises(LoyaltyError):
            Loyalty(PROGRAM, **options)
    with Loyalty(PROGRAM) as kit, pytest.raises(LoyaltyError) as caught:
        kit.unsubscribe("x")
    assert caught.value.code == "link/no-secret"
    with Loyalty(PROGRAM) as kit, pytest.raises(LoyaltyError) as caught:
        kit.pressed_link("x")
    assert caught.value.code == "link/no-secret"
    silent = Post()
    with Loyalty(PROGRAM, channels=[silent], secret="long enough a secret") as kit:
        join(kit)
        kit.record(event("h1"))
        kit.deliver(NOON)
        assert silent.taken[0].unsubscribe is None
        assert [button.url for button in silent.taken[0].buttons] == [None, None]
