"""What a webhook may bring: members' doings as values, and everything else refused without a crash."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit import Button, EventError, LoyaltyError
from loyaltykit.channels import Telegram
from loyaltykit.channels.telegram_updates import Blocked, Pressed, Replied, Started, Unblocked, read_update
from loyaltykit.testing import BotApi
from tests.channels.post import message

SECRET = "s3cret"  # noqa: S105 - nobody's
PRIVATE = {"id": 42, "type": "private"}


def read(body):
    return read_update(body, secret=SECRET, header=SECRET)


def written(**changes):
    return {"update_id": 7, "message": {"message_id": 1, "chat": PRIVATE, "text": "да", **changes}}


def pressed(**changes):
    query = {"id": "q1", "message": {"message_id": 1, "chat": PRIVATE}, "data": "take:1", **changes}
    return {"update_id": 7, "callback_query": query}


def test_the_story_of_a_chat():
    with BotApi() as api, Telegram("7:x", base_url=api.url) as bot:
        assert read(api.start("42", "code-1")) == Started(update=1, chat="42", code="code-1")
        receipt = bot.send(message(to="42", buttons=(Button(label="Беру", action="take:1"),)))
        press = read(json.dumps(api.press("42", "take:1")).encode())
        assert press == Pressed(update=2, chat="42", action="take:1", callback="press-2", message=receipt.reference)
        bot.answer(press.callback, "Готово")
        reply = read(api.write("42", "Спасибо", reply_to=int(receipt.reference)))
        assert reply == Replied(update=3, chat="42", text="Спасибо", reply_to=receipt.reference)
        assert read(api.block("42")) == Blocked(update=4, chat="42")
        assert read(api.unblock("42")) == Unblocked(update=5, chat="42")


@pytest.mark.parametrize(
    ("text", "code"),
    [("/start", None), ("/start abc", "abc"), ("/start@school_bot abc-_9", "abc-_9"), ("/start ", None)],
)
def test_starting(text, code):
    assert read(written(text=text)) == Started(update=7, chat="42", code=code)


@pytest.mark.parametrize("text", ["/start a b", "/start код", "/starting", "/start " + "x" * 65, "start abc"])
def test_what_only_looks_like_a_start_is_a_text(text):
    assert isinstance(read(written(text=text)), Replied)


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 7},
        {"update_id": 7, "edited_message": {}},
        written(chat={"id": -5, "type": "group"}),
        {"update_id": 7, "message": {"message_id": 1, "chat": PRIVATE, "photo": []}},
        pressed(message={"message_id": 1, "chat": {"id": -5, "type": "supergroup"}}),
        {"update_id": 7, "callback_query": {"id": "q", "inline_message_id": "x", "data": "y"}},
        {"update_id": 7, "callback_query": {"id": "q", "message": {"chat": PRIVATE}, "game_short_name": "y"}},
        {
            "update_id": 7,
            "my_chat_member": {
                "chat": PRIVATE,
                "old_chat_member": {"status": "member"},
                "new_chat_member": {"status": "member"},
            },
        },
    ],
)
def test_what_means_nothing_here_is_nothing(update):
    assert read(update) is None


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "7"},
        {"update_id": True},
        {"update_id": 2**70},
        {"update_id": 7, "message": []},
        written(chat=None),
        written(chat={"id": "42", "type": "private"}),
        written(text=5),
        written(text="x" * 20_000),
        written(reply_to_message={}),
        written(reply_to_message=5),
        pressed(data=5),
        pressed(data="x" * 65),
        pressed(id=None),
        pressed(message=None),
        {"update_id": 7, "my_chat_member": {"chat": PRIVATE}},
        {"update_id": 7, "my_chat_member": {"chat": PRIVATE, "old_chat_member": {}, "new_chat_member": {}}},
    ],
)
def test_a_wrong_shape_is_said(update):
    for body in (update, json.dumps(update).encode()):
        with pytest.raises(EventError) as caught:
            read(body)
        assert caught.value.code == "telegram/update"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"5", b"\xff", b"[" * 100_000, b'{"update_id": 1e999}', b" " * 300_000, b"9" * 5_000],
)
def test_what_is_no_update_is_said(body):
    with pytest.raises(EventError) as caught:
        read(body)
    assert caught.value.code == "telegram/update"


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "update_id message callback_query my_chat_member chat id type text data private status "
                    "old_chat_member new_chat_member message_id reply_to_message".split()
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_no_update_is_a_crash(update):
    with contextlib.suppress(EventError):
        assert read(json.dumps(update).encode()) is None or update


@pytest.mark.parametrize("header", [None, "", "S3CRET", "s3cre", "s3crett", "секрет", "\ud800"])
def test_a_wrong_secret_is_refused_before_the_body_is_looked_at(header):
    with pytest.raises(EventError) as caught:
        read_update(b"{", secret=SECRET, header=header)
    assert caught.value.code == "telegram/secret"
    assert SECRET not in str(caught.value)


def test_a_webhook_without_a_secret_is_a_mistake():
    with pytest.raises(LoyaltyError) as caught:
        read_update(written(), secret="", header="")
    assert caught.value.code == "telegram/no-secret"


def test_updates_show_neither_the_person_nor_their_words():
    shown = [repr(read(update)) for update in (written(text="kanareika"), written(text="/start kanareika"), pressed())]
    assert all("42" not in text and "kanareika" not in text for text in shown)
