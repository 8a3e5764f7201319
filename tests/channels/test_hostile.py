"""Hostile names and addresses through every adapter: shown as they were written, or refused; one recipient stays one.

The adapters get them raw: a message that comes out of a store has been tamed before.
"""

import html
import io
import re
import unicodedata
from email.header import decode_header, make_header
from html.parser import HTMLParser

import pytest

from loyaltykit import Button, Refused
from loyaltykit.channels import Console, Email, Telegram, Webhook
from loyaltykit.channels.webhook import new_secret
from loyaltykit.testing import BotApi, Endpoint, Mailbox
from tests.channels.hostile import CHATS, HALVES, MAILBOXES, NAMES
from tests.channels.post import message

SECRET = new_secret()
USUAL = "Ann"
PEOPLE = {"usual": USUAL, **NAMES, **HALVES}
UNSEEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINK = "https://school.example/7"
who = pytest.mark.parametrize("name", PEOPLE.values(), ids=PEOPLE)


def told(name, **changes):
    """A message that is full of a name."""
    escaped = html.escape(name)
    page = f"<p>Hello, <b title='{escaped}'>{escaped}</b>!</p>"
    button = Button(label=name[:100], action="a", url=LINK)
    return message(**{"subject": name, "text": f"Hello, {name}!", "html": page, "buttons": (button,), **changes})


def visible(text):
    """What is left of a text when blanks, control characters and turns of direction are taken out."""
    kinds = ("Cc", "Cs")
    return "".join(one for one in text if not (one.isspace() or one in UNSEEN or unicodedata.category(one) in kinds))


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, and the words on it."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self.links = [], "", []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, *sorted(name for name, _ in attrs)))
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        self.elements.append(f"/{tag}")

    def handle_data(self, data):
        self.words += data


# --- e-mail ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def post():
    with Mailbox() as box, Email(sender="School <s@s.example>", host=box.host, port=box.port, security="none") as mail:
        yield box, mail


def letter(post, name):
    box, mail = post
    mail.send(told(name))
    return box.letters[-1]


def header(one, name):
    """A header as it was sent, in one line and decoded."""
    top = one.raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
    (value,) = [line.partition(b": ")[2].decode() for line in top if line.lower().startswith(name + b":")]
    return str(make_header(decode_header(value)))


@who
def test_a_letter_has_the_name_in_it_and_nothing_that_the_name_says_of_itself(post, name):
    one = letter(post, name)
    found, usual = one.parsed(), letter(post, USUAL).parsed()
    assert one.recipients == ("ann@example.org",)
    assert found.keys() == usual.keys()
    assert str(found["To"]) == "ann@example.org"
    assert [part.get_content_type() for part in found.walk()] == [part.get_content_type() for part in usual.walk()]
    assert all(len(line) <= 998 for line in one.raw.split(b"\r\n"))
    if "=?" not in name:  # what is hidden in encoded words is shown decoded, or broken
        assert visible(header(one, b"subject")) == visible(name)
    assert visible(found.get_body(("plain",)).get_content()) == visible(f"Hello, {name}!") + said_by_the_link(name)
    page, as_usual = (Page(each.get_body(("html",)).get_content()) for each in (found, usual))
    assert (page.elements, page.links) == (as_usual.elements, [LINK])
    assert visible(page.words).startswith(visible(f"Hello, {name}!"))


def said_by_the_link(name):
    from loyaltykit.channels.headers import clean

    return visible(f"{clean(name[:100])}: {LINK}")


@pytest.mark.parametrize("to", MAILBOXES.values(), ids=MAILBOXES)
def test_what_is_not_one_mailbox_is_written_to_by_nobody(post, to):
    box, mail = post
    before = len(box.letters)
    with pytest.raises(Refused, match="email/address"):
        mail.send(message(to=to))
    assert len(box.letters) == before
    mail.send(message(to="ann@example.org"))
    assert box.letters[-1].recipients == ("ann@example.org",)


@pytest.mark.parametrize(
    ("to", "recipient"),
    [
        ("Ann <ann@example.org>", "ann@example.org"),
        ('"Ann, the one" <ann@example.org>', "ann@example.org"),
        ("ann+list%x@example.org", "ann+list%x@example.org"),
        ("ann@школа.рф", "ann@xn--80atdl2c.xn--p1ai"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_one_mailbox_with_a_name_stays_one(post, to, recipient):
    box, mail = post
    mail.send(message(to=to))
    assert box.letters[-1].recipients == (recipient,)
    assert str(box.letters[-1].parsed()["To"]).count("@") == 1


# --- Telegram ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chat():
    with BotApi() as api, Telegram("7:token", base_url=api.url) as bot:
        yield api, bot


@who
@pytest.mark.parametrize("way", ["html", "text"])
def test_a_chat_shows_the_name_and_no_markup_of_its_own(chat, name, way):
    api, bot = chat
    bot.send(told(name, to="42", **({} if way == "html" else {"html": None})))
    one = api.messages[-1]
    wanted = visible(f"Hello, {name}!")
    assert one.chat == "42"
    shown = visible(one.text)
    assert shown == wanted or (len(name) > 4_000 and wanted.startswith(shown.removesuffix("…")))
    assert Page(one.html).elements == ([("b",), "/b"] if way == "html" else [])
    assert [action for _, action in one.buttons] == ["a"]


@pytest.mark.parametrize("to", CHATS)
def test_what_is_not_one_chat_is_written_to_by_nobody(chat, to):
    api, bot = chat
    before = api.calls
    with pytest.raises(Refused, match="telegram/address"):
        bot.send(message(to=to))
    assert api.calls == before


# --- webhook, Apprise, console --------------------------------------------------------------------------------------


@who
def test_a_webhook_says_the_name_and_keeps_its_shape(name):
    with Endpoint(SECRET) as endpoint:
        Webhook(endpoint.url, SECRET, allow=Endpoint.ALLOW).send(told(name, member=name))
        (payload,) = endpoint.payloads
        raw = endpoint.requests[0].body
    data = payload["data"]
    assert payload.keys() == {"type", "timestamp", "data"}
    assert visible(data["text"]) == visible(f"Hello, {name}!")
    assert data["member"] == name
    assert Page(data["html"]).elements == [("p",), ("b", "title"), "/b", "/p"]
    assert [one["url"] for one in data["buttons"]] == [LINK]
    assert raw.isascii()
    for words in (data["subject"], data["text"], data["html"], data["buttons"][0]["label"]):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", words)


RECIPIENTS = [
    None, "", " ", " +7999", "a, b", "a,b", "a;b", "a\nb", "a\r\nb", "a\0b", "a\u2028b", "a\u202eb", "a\u200bb",
    "a\ud800b", "+" * 1_001, "ann eve", "+79990000000 +79990000001", "79990000000 79990000001", "a&to=b", "a?x", "a#b",
    "../a", "a/../b", "<a>", "a|b", "a%2cb", "a\\b", '"a"', "{a}",
]  # fmt: skip


@pytest.mark.parametrize("to", RECIPIENTS)
def test_an_address_that_a_receiver_may_take_for_another_is_not_handed_on(to):
    with Endpoint(SECRET) as endpoint:
        channel = Webhook(endpoint.url, SECRET, allow=Endpoint.ALLOW, address="phone")
        with pytest.raises(Refused, match="webhook/address"):
            channel.send(message(to=to))
        assert endpoint.requests == []


def test_an_address_is_handed_on_as_it_was_written():
    single = [
        "+7 (999) 000-00-00",
        "@ann:example.org",
        "ann+x@example.org",
        "aGVq+/w=",
        "Анна",
        "https://push.example/a:b",
    ]
    with Endpoint(SECRET) as endpoint:
        channel = Webhook(endpoint.url, SECRET, allow=Endpoint.ALLOW, address="phone")
        for one in single:
            channel.send(message(id=one, to=one))
    assert [payload["data"]["to"] for payload in endpoint.payloads] == single


@who
def test_the_console_is_not_steered_and_nobody_writes_a_line_of_somebody_else(name):
    stream = io.StringIO()
    Console(stream).send(told(name, member=name))
    first, *rest = stream.getvalue().removesuffix("\n").split("\n")
    assert first.startswith("2026-09-01 10:00 → ")
    assert all(line.startswith("    ") for line in rest)
    assert all(char.isprintable() for line in (first, *rest) for char in line)
    assert visible(stream.getvalue()).count("·") <= 2 * len(name)
