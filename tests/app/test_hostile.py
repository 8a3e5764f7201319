"""Hostile names by way of a whole school: into the store, through the templates, out by every channel and the inbox."""

import datetime as dt
import io
import json
import re
import unicodedata

import pytest

import loyaltykit as lk
from loyaltykit.channels import Console, Email, Telegram, Webhook
from loyaltykit.channels.webhook import new_secret
from loyaltykit.testing import BotApi, Endpoint, Mailbox
from tests.channels.hostile import HALVES, NAMES

NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
SECRET = new_secret()
PROGRAM = """
program: school
events: {lesson.completed: {course: text}}
member: {name: text, email: text, telegram: text}
points: {xp: }
rules: [{id: lesson, on: lesson.completed, send: praise}]
messages:
  praise:
    en:
      subject: "{{ member.name }}"
      text: "Hello, {{ member.name }}!"
      html: "<p>Hello, <b title='{{ member.name }}'>{{ member.name }}</b>!</p>"
contact: {channels: [CHANNEL]}
"""
TAG = re.compile(r"</?[a-z]+")


def school(channel, adapters, url="memory:"):
    """A school where everybody of these names has had a message by the channel; each member's id is their number."""
    kit = lk.Loyalty(lk.Program.from_yaml(PROGRAM.replace("CHANNEL", channel)), store=url, channels=adapters)
    for number, name in enumerate(NAMES.values()):
        about = {"name": name, "email": f"m{number}@example.org", "telegram": str(number + 1)}
        kit.update_member(str(number), about, at=NOON)
        lesson = {"type": "lesson.completed", "member": str(number), "data": {"course": "py"}}
        kit.record({"id": f"e{number}", "at": NOON.isoformat(), **lesson})
    if adapters:
        kit.deliver(NOON)
    return kit


def seen(text):
    """What a reader sees of a text, blanks apart."""
    unseen = ("Cc", "Cf", "Cn", "Co", "Cs")
    return "".join(one for one in text if not one.isspace() and unicodedata.category(one) not in unseen)


def same(shown, name, *, longest):
    """Whether a text shows a greeting with this name, whole or cut."""
    wanted, shown = seen(f"Hello,{name}!"), seen(shown)
    cut = shown.rstrip("!").removesuffix("…")
    return shown == wanted or (len(name) > longest and wanted.startswith(cut) and len(cut) > 3)


def test_everybody_has_their_name_in_the_inbox():
    with school("inbox", []) as kit:
        for number, name in enumerate(NAMES.values()):
            (one,) = kit.member(str(number)).inbox
            assert same(one.text, name, longest=900), name[:50]
            assert "\n" not in one.subject
            assert seen(json.loads(json.dumps(kit.member(str(number)).to_dict()))["inbox"][0]["text"]) == seen(one.text)


def test_everybody_gets_one_letter_of_their_own():
    with (
        Mailbox() as box,
        Email(sender="School <s@s.example>", host=box.host, port=box.port, security="none") as mail,
        school("email", [mail]),
    ):
        assert [letter.recipients for letter in box.letters] == [(f"m{n}@example.org",) for n in range(len(NAMES))]
        for letter, name in zip(box.letters, NAMES.values(), strict=True):
            found = letter.parsed()
            assert same(found.get_body(("plain",)).get_content(), name, longest=900), name[:50]
            tags = TAG.findall(found.get_body(("html",)).get_content())
            assert tags == ["<html", "<head", "<meta", "</head", "<body", "<p", "<b", "</b", "</p", "</body", "</html"]


def test_everybody_gets_one_message_in_their_chat():
    with BotApi() as api, Telegram("7:token", base_url=api.url, limits=None) as bot, school("telegram", [bot]):
        assert [one.chat for one in api.messages] == [str(number + 1) for number in range(len(NAMES))]
        for one, name in zip(api.messages, NAMES.values(), strict=True):
            assert same(one.text, name, longest=900), name[:50]
            assert TAG.findall(one.html) == ["<b", "</b"]


def test_everybody_is_told_of_in_a_webhook():
    with (
        Endpoint(SECRET) as endpoint,
        school("webhook", [Webhook(endpoint.url, SECRET, allow=Endpoint.ALLOW)]),
    ):
        assert [one["data"]["member"] for one in endpoint.payloads] == [str(number) for number in range(len(NAMES))]
        for one, name in zip(endpoint.payloads, NAMES.values(), strict=True):
            assert same(one["data"]["text"], name, longest=900), name[:50]
            assert TAG.findall(one["data"]["html"]) == ["<p", "<b", "</b", "</p"]


def test_everybody_is_two_lines_on_the_console():
    stream = io.StringIO()
    with school("console", [Console(stream)]):
        lines = stream.getvalue().splitlines()
    assert len(lines) == 2 * len(NAMES)
    for line, name in zip(lines[1::2], NAMES.values(), strict=True):
        assert same(line.replace("·", ""), name, longest=900), name[:50]


@pytest.mark.parametrize("name", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("store", ["memory:", "sqlite"])
def test_what_no_store_can_keep_is_refused_at_the_door_or_tamed(name, store, tmp_path):
    url = store if store == "memory:" else f"sqlite:///{tmp_path / 'school.db'}"
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM.replace("CHANNEL", "inbox")), store=url) as kit:
        try:
            kit.update_member("ann", {"name": name}, at=NOON)
        except lk.LoyaltyError:
            return
        lesson = {"type": "lesson.completed", "member": "ann", "data": {"course": "py"}}
        kit.record({"id": "e", "at": NOON.isoformat(), **lesson})
        assert seen(kit.member("ann").inbox[0].text) == seen(f"Hello,{name}!")
