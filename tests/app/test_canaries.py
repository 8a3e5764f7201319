"""Nothing that names a person, and no secret, is in a log, a repr, an error or a stored reason: on every path."""

from __future__ import annotations

import logging
import sqlite3
import traceback

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import Deferred, Gone, LoyaltyError, Refused
from loyaltykit.program.load import Program
from loyaltykit.values import Event
from tests.app.post import DAY, DOCUMENT, HOUR, NOON, Post, event

NAME, ADDRESS, MAIL = "Canaria-Zwitscher", "777000777", "canary@nest.example"
SECRET, TOKEN = "canary-secret-0123456789", "987654:canary-bot-token"
PLANTED = (NAME, ADDRESS, MAIL, SECRET, TOKEN)
SAID = f"550 {MAIL} {NAME} {ADDRESS} https://api.telegram.org/bot{TOKEN}/sendMessage"
FAILURES = [
    ConnectionError(SAID),
    ValueError(SAID),
    Deferred(SAID),
    Refused(SAID),
    Gone(SAID),
    Gone(f"telegram/{ADDRESS}"),
    Deferred("telegram/500"),
    Gone("telegram/403"),
    LoyaltyError(SAID, code=SAID),
    "nonsense",
]


class Chatty(Post):
    """A channel whose failures tell everything."""

    def __init__(self, name, failure):
        super().__init__(name)
        self.failure = failure
        self.token = TOKEN

    def send(self, message):
        if isinstance(self.failure, Exception):
            raise self.failure
        return f"{message.to} {self.failure}"


def clean(text):
    return [one for one in PLANTED if one in text]


def opened(url, failure, document=DOCUMENT):
    channels = [Chatty("telegram", failure), Chatty("email", failure)]
    options = {"secret": SECRET, "unsubscribe_url": "https://school.example/{token}"}
    return Loyalty(Program.from_dict(document), store=url, channels=channels, **options)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: f"{type(one).__name__}-{getattr(one, 'code', '')[:12]}")
def test_no_failure_of_a_channel_tells_whom_it_was_about(url, tmp_path, caplog, failure):
    caplog.set_level(logging.DEBUG)
    with opened(url, failure) as kit:
        kit.update_member("m1", {"name": NAME, "telegram": ADDRESS, "email": MAIL}, at=NOON - DAY)
        kit.record_many([event("h1", member="m1"), event("a1", "advert", "m1")])
        made = [kit.deliver(NOON), kit.deliver(NOON + HOUR), kit.deliver(NOON + DAY)]
        assert any(one.deferred or one.dead for one in made)
        shown = [repr(kit), repr(kit.__dict__), repr(made), repr(kit.outbox()), repr(kit._signer), str(kit.outbox())]
    assert clean(caplog.text + "".join(map(repr, caplog.records))) == []
    assert clean("".join(shown)) == []
    with sqlite3.connect(tmp_path / "school.db") as connection:
        told = connection.execute(
            "SELECT channels, channel, reason, reference, run, purpose FROM loyalty_outbox"
        ).fetchall()
        actions = connection.execute(
            "SELECT data FROM loyalty_event_body b JOIN loyalty_event e ON e.seq = b.seq WHERE e.type LIKE 'kit.%'"
        ).fetchall()
    assert told
    assert clean(str(told) + str(actions)) == []


def test_what_is_handed_to_a_channel_shows_nothing(url):
    seen = []

    class Looking(Post):
        def send(self, message):
            seen.append(message)
            return super().send(message)

    with Loyalty(Program.from_dict(DOCUMENT), store=url, channels=[Looking()], secret=SECRET) as kit:
        kit.update_member("m1", {"name": NAME, "telegram": ADDRESS, "email": MAIL}, at=NOON - DAY)
        kit.record(event("h1", member="m1"))
        kit.deliver(NOON)
    assert seen
    assert clean(repr(seen)) == []


def test_words_that_fail_tell_only_a_code(url, caplog):
    caplog.set_level(logging.DEBUG)
    endless = {"en": "{{ member.name }}{% for i in (1..99999999) %}{{ member.email }}{% endfor %}"}
    broken = {**DOCUMENT, "messages": {**DOCUMENT["messages"], "greeting": endless}}
    with opened(url, None, broken) as kit:
        kit.update_member("m1", {"name": NAME, "telegram": ADDRESS, "email": MAIL}, at=NOON - DAY)
        kit.record(event("h1", member="m1"))
        assert kit.deliver(NOON).dead == 1
    assert "words" in caplog.text
    assert clean(caplog.text) == []


def test_errors_of_what_comes_back_show_neither_codes_nor_addresses(url):
    with opened(url, None) as kit:
        kit.update_member("m1", {"name": NAME, "telegram": ADDRESS}, at=NOON - DAY)
        kit.record(event("h1", member="m1"))
        code = kit.bind_code("m1", at=NOON)
        attempts = [
            lambda: kit.pressed("telegram", ADDRESS, "1:5"),
            lambda: kit.pressed("telegram", ADDRESS, TOKEN),
            lambda: kit.bind("telegram", TOKEN, ADDRESS),
            lambda: kit.bind("telegram", code, ADDRESS, at=NOON + DAY),
            lambda: kit.unsubscribe(TOKEN),
        ]
        for attempt in attempts:
            with pytest.raises(LoyaltyError) as caught:
                attempt()
            told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
            assert clean(told.replace("TOKEN", "").replace("ADDRESS", "")) == []
            assert code not in told


ODD = [
    ("update", {"birthday": f"{NAME} {ADDRESS}"}),
    ("update", {"agreed": MAIL}),
    ("update", {"age": MAIL}),
    ("update", {"timezone": NAME}),
    ("update", {"note": {NAME}}),
    ("record", {"course": [NAME], "score": 1}),
    ("record", {"course": "py", "score": MAIL}),
    ("record", {"course": {"name": NAME}, "score": 1}),
    ("record", {"course": "py", "score": 1, "extra": object()}),
]


@pytest.mark.parametrize(("verb", "data"), ODD)
def test_a_value_that_is_refused_is_not_told(verb, data):
    document = {
        "program": "p",
        "events": {"quiz": {"course": "text", "score": "number"}},
        "member": {"name": "text", "birthday": "date", "agreed": "boolean", "age": "integer"},
    }
    with Loyalty(Program.from_dict(document)) as kit:
        event = Event("e1", "quiz" if verb == "record" else "member.updated", "m1", NOON, data)
        with pytest.raises(LoyaltyError) as caught:
            kit.record(event)
        if verb == "update":
            with pytest.raises(LoyaltyError, match=str(caught.value)[-20:]):
                kit.update_member("m1", data, at=NOON)
    told = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value) + repr(vars(caught.value))
    assert clean(told) == []
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize(
    "line",
    [
        f'{{"id": "e", "type": "quiz", "member": "m", "at": "{NAME}"}}',
        f'{{"id": "e", "type": "quiz", "member": "m", "at": "2026-09-01T10:00Z", "data": {{"score": "{MAIL}"}}}}',
        f'{{"id": "e", "type": "quiz", "member": "m", "at": ["{NAME}"]}}',
        f"{NAME} {MAIL}",
        f'{{"id": "e", "{NAME}',
    ],
)
def test_a_refused_item_shows_nothing_of_itself_but_keeps_it(line):
    with Loyalty(Program.from_dict({"program": "p", "events": {"quiz": {"score": "number"}}})) as kit:
        summary = kit.record_many([line])
    (rejected,) = summary.rejected
    assert clean(repr(summary) + rejected.reason + repr(rejected.details)) == []
    assert clean(str(rejected.raw)) != [] or "Event(" in repr(rejected.raw)
