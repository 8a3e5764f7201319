from __future__ import annotations

import ast
import datetime as dt
import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from loyaltykit_max import Max, Pressed, Replied, Started, Stopped, channel, deep_link, read_update, take
from loyaltykit_max.testing import TOKEN, MaxApi, no

import loyaltykit as lk
from loyaltykit.plugins import discover
from loyaltykit.testing import HttpReply, channel_checks

SOURCE = Path(__file__).parents[1] / "src"
SECRET = "school-secret"
NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
WITHOUT = {"same-id": "the Bot API has no place for an id"}


def make(api: MaxApi) -> Max:
    return Max(token=TOKEN, base_url=api.url, timeout=0.4)


def read(body: bytes) -> object:
    return read_update(body, secret=SECRET, header=SECRET)


@pytest.fixture
def api() -> Iterator[MaxApi]:
    with MaxApi() as found:
        yield found


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name not in WITHOUT], ids=str)
def test_the_channel_holds(check) -> None:
    check(make, MaxApi)


def message(**changes) -> lk.OutgoingMessage:
    given = {"id": "m1", "member": "ann", "message": "praise", "at": NOON, "subject": "", "text": "Молодец!"}
    return lk.OutgoingMessage(**{**given, "to": MaxApi.to, **changes})


def test_a_message_is_a_text_with_a_keyboard(api) -> None:
    buttons = (lk.Button(label="Беру", action="7:0"), lk.Button(label="Урок", action="", url="https://x.example/7"))
    receipt = make(api).send(message(buttons=buttons))
    (request,) = api.requests
    assert (request.method, request.path, request.query) == ("POST", "/messages", {"user_id": MaxApi.to})
    assert request.json() == {
        "text": "Молодец!",
        "attachments": [
            {
                "type": "inline_keyboard",
                "payload": {
                    "buttons": [
                        [{"type": "callback", "text": "Беру", "payload": "7:0"}],
                        [{"type": "link", "text": "Урок", "url": "https://x.example/7"}],
                    ]
                },
            }
        ],
    }
    assert receipt == lk.Receipt(message="m1", reference=f"mid.{1:032x}")


def test_a_wrong_token_is_nobodys_fault_but_ours(api) -> None:
    with pytest.raises(lk.Deferred) as caught:
        Max(token="another", base_url=api.url).send(message())
    assert caught.value.code == "max/401"


class WithoutRights(MaxApi):
    def blocked(self) -> HttpReply:
        return no(403, "access.denied", "Forbidden")


def test_another_403_switches_nobody_off() -> None:
    with WithoutRights() as api:
        api.behave("blocked")
        with pytest.raises(lk.Deferred):
            make(api).send(message())


@pytest.mark.parametrize("token", ["", " ", "a\r\nX: 1", "токен"])
def test_a_token_is_one_line_of_ascii(token) -> None:
    with pytest.raises(ValueError, match="token") as caught:
        Max(token=token)
    assert not token.strip() or token not in str(caught.value)


def test_a_deep_link() -> None:
    assert deep_link("@school_bot", "k3Jx9-_") == "https://max.ru/school_bot?start=k3Jx9-_"
    for bot, code in (("school bot", "x"), ("school", "a&b=1"), ("school", ""), ("school", "x" * 129)):
        with pytest.raises(ValueError, match="deep link"):
            deep_link(bot, code)


def test_what_comes_back(api) -> None:
    make(api).send(message(buttons=(lk.Button(label="Беру", action="7:0"),)))
    assert read(api.press("Беру")) == Pressed(user=MaxApi.to, action="7:0", callback="press-1")
    assert read(api.start("k3Jx9")) == Started(user=MaxApi.to, code="k3Jx9")
    assert read(api.start()) == Started(user=MaxApi.to)
    assert read(api.stop()) == Stopped(user=MaxApi.to)
    assert read(api.write("Да", reply_to="mid.1")) == Replied(user=MaxApi.to, text="Да", reply_to="mid.1")
    assert MaxApi.to not in repr(read(api.write("Да")))


def test_a_press_is_answered_and_updates_are_asked_for(api) -> None:
    bot = make(api)
    bot.answer("press-1", "Записали")
    bot.subscribe("https://school.example/max", SECRET)
    assert api.answers == [("press-1", "Записали")]
    assert api.subscriptions[0]["secret"] == SECRET
    assert "bot_started" in api.subscriptions[0]["update_types"]


@pytest.mark.parametrize("header", [None, "", "other", "школа"])
def test_a_request_without_the_secret_is_not_read(header) -> None:
    with pytest.raises(lk.EventError) as caught:
        read_update(b"not even JSON", secret=SECRET, header=header)
    assert caught.value.code == "max/secret"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b" " * 300_000,
        json.dumps({"update_type": "bot_started"}).encode(),
        json.dumps({"update_type": "bot_started", "user": {"user_id": "1"}}).encode(),
        json.dumps({"update_type": "bot_stopped", "user": {"user_id": -1}}).encode(),
        json.dumps({"update_type": "message_callback", "callback": {"payload": 7, "user": {"user_id": 1}}}).encode(),
        json.dumps({"update_type": "message_created", "message": {"recipient": []}}).encode(),
    ],
)
def test_what_is_not_an_update_is_refused(body) -> None:
    with pytest.raises(lk.EventError) as caught:
        read(body)
    assert caught.value.code == "max/update"


@pytest.mark.parametrize("kind", ["message_edited", "user_added", "comment_created", None])
def test_what_means_nothing_here_is_none(kind) -> None:
    assert read(json.dumps({"update_type": kind}).encode()) is None


PROGRAM = """
program: school
events: {lesson.completed: {course: text}}
member: {max: text}
rules: [{id: lesson, on: lesson.completed, send: praise}]
messages: {praise: {purpose: service, en: {subject: Well done, text: Well done!}}}
contact: {channels: [max]}
"""


def test_from_the_deep_link_to_the_message(api) -> None:
    program = lk.Program.from_yaml(PROGRAM)
    bot = make(api)
    with lk.Loyalty(program, channels=[bot], clock=lambda: NOON) as kit:
        kit.update_member("ann", {})
        link = deep_link("school_bot", kit.bind_code("ann"))
        take(kit, read(api.start(link.partition("start=")[2])))
        kit.record(lk.Event(id="e1", type="lesson.completed", member="ann", at=NOON, data={"course": "py"}))
        assert kit.deliver().sent == 1
    assert [(one.to, one.text) for one in api.arrived] == [(MaxApi.to, "Well done!")]
    bot.close()


def test_the_plug_in_brings_the_channel() -> None:
    found = discover({"loyaltykit-max": channel})
    assert found.errors == ()
    (made,) = found.channels
    assert (made.name, made.address) == ("max", "max")
    assert [(one.name, one.secret, one.required) for one in made.settings][:1] == [("token", True, True)]


def test_only_public_names_of_loyaltykit_are_used() -> None:
    """Whatever an author needs is promised: in the `__all__` of the module it is imported from."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "loyaltykit":
                assert {alias.name for alias in node.names} <= set(importlib.import_module(node.module).__all__), path
                assert "_" not in {part[0] for part in node.module.split(".")}
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("loyaltykit.") for alias in node.names), path
            if isinstance(node, ast.Attribute):
                own = isinstance(node.value, ast.Name) and node.value.id == "self"
                assert own or not node.attr.startswith("_") or node.attr == "__init__", (
                    f"{path}:{node.lineno} {node.attr}"
                )
