"""The Telegram adapter against a server that behaves like the Bot API."""

from __future__ import annotations

import logging
import socket
import sys

import pytest
import urllib3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyaltykit import Button, Channel, Deferred, DeliveryError, Gone, LoyaltyError, MissingExtra, Refused
from loyaltykit.channels import Telegram, address_of
from loyaltykit.channels.telegram import deep_link
from loyaltykit.channels.telegram_text import LONGEST, cut, from_html, from_text
from loyaltykit.testing import BotApi
from loyaltykit.testing.bothtml import visible
from tests.channels.post import failing, message

TOKEN = "7:solovey-solovey"  # noqa: S105 - nobody's
SAID, WHO = "pesnya", "4242"
"""Written by name only: a traceback shows the lines of this file."""


@pytest.fixture
def api():
    with BotApi(token=TOKEN) as found:
        yield found


@pytest.fixture
def bot(api):
    with Telegram(TOKEN, base_url=api.url, timeout=5) as found:
        yield found


def told(**changes):
    return message(**{"to": WHO, **changes})


def test_a_message_arrives(api, bot):
    channel: Channel = bot
    receipt = channel.send(told(text="Раз < два & три"))
    (sent,) = api.messages
    assert (sent.chat, sent.text, sent.html) == (WHO, "Раз < два & три", "Раз &lt; два &amp; три")
    assert (receipt.message, receipt.reference) == ("ann:come-back:7", str(sent.number))
    assert (address_of(channel), channel.name) == ("telegram", "telegram")


def test_html_keeps_what_telegram_knows(api, bot):
    bot.send(told(html="<p>Привет, <strong>Анна</strong>!</p><p><a href='https://x.example/?a=1&amp;b=2'>Урок</a></p>"))
    assert api.messages[0].html == 'Привет, <b>Анна</b>!\n\n<a href="https://x.example/?a=1&amp;b=2">Урок</a>'
    assert api.messages[0].text == "Привет, Анна!\n\nУрок"


def test_the_subject_is_sent_when_there_is_nothing_else(api, bot):
    bot.send(told(subject="Коротко", text=""))
    assert api.messages[0].text == "Коротко"


def test_buttons_bring_their_action_or_lead_somewhere(api, bot):
    both = Button(label="Беру", action="take:offer-1", url="https://x.example/take")
    bot.send(told(buttons=(both, Button(label=" Сайт\n", action="", url="https://x.example"))))
    assert api.messages[0].buttons == (("Беру", "take:offer-1"), ("Сайт", "https://x.example"))


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "tg://resolve", "https://x.example/ a"])
def test_a_button_without_anything_behind_it_is_refused(api, bot, url):
    with pytest.raises(Refused) as caught:
        bot.send(told(buttons=(Button(label="x", action="", url=url),)))
    assert (caught.value.code, api.calls) == ("telegram/button", 0)


@pytest.mark.parametrize("to", [None, "", "ann", "1.5", "0", "42 ", "-", "٤٢", "1" * 20, "@ab", "42\n", "@bot/../x"])
def test_an_address_is_a_chat(api, bot, to):
    with pytest.raises(Refused) as caught:
        bot.send(told(to=to))
    assert (caught.value.code, api.calls) == ("telegram/address", 0)


@pytest.mark.parametrize("given", [{"text": "", "subject": ""}, {"html": "<p> </p><img src='x'><b></b>"}])
def test_nothing_to_say_is_refused(api, bot, given):
    with pytest.raises(Refused) as caught:
        bot.send(told(**given))
    assert (caught.value.code, api.calls) == ("telegram/empty", 0)


def outcome(bot):
    with pytest.raises(DeliveryError) as caught:
        bot.send(told())
    return type(caught.value), caught.value.code, getattr(caught.value, "retry_after", None)


@pytest.mark.parametrize(
    ("spoil", "kind", "code", "wait"),
    [
        (lambda api: api.fail(429, retry_after=3), Deferred, "telegram/429", 3.0),
        (lambda api: api.fail(429), Deferred, "telegram/429", None),
        (lambda api: api.fail(429, retry_after=10**12), Deferred, "telegram/429", 86_400.0),
        (lambda api: api.fail(429, retry_after=-5), Deferred, "telegram/429", None),
        (lambda api: api.fail(429, retry_after="soon"), Deferred, "telegram/429", None),
        (lambda api: api.say(b"", status=429, headers=[("Retry-After", "7")]), Deferred, "telegram/429", 7.0),
        (lambda api: api.say(b'{"parameters": 5}', status=429), Deferred, "telegram/429", None),
        (lambda api: api.fail(403), Gone, "telegram/403", None),
        (lambda api: api.fail(400, words="Bad Request: chat not found"), Gone, "telegram/400", None),
        (lambda api: api.fail(400, words="Bad Request: PEER_ID_INVALID"), Gone, "telegram/400", None),
        (lambda api: api.fail(400), Refused, "telegram/400", None),
        (lambda api: api.fail(413), Refused, "telegram/413", None),
        (lambda api: api.fail(401), Deferred, "telegram/401", None),
        (lambda api: api.fail(404), Deferred, "telegram/404", None),
        (lambda api: api.fail(500), Deferred, "telegram/500", None),
        (lambda api: api.fail(502), Deferred, "telegram/502", None),
        (lambda api: api.say(b"<html>", status=400), Deferred, "telegram/400", None),
        (lambda api: api.say(b"{"), Deferred, "telegram/answer", None),
        (lambda api: api.say(b"[" * 100_000), Deferred, "telegram/answer", None),
        (lambda api: api.say(b"\xff\xfe"), Deferred, "telegram/answer", None),
        (lambda api: api.say(b"[]"), Deferred, "telegram/answer", None),
        (lambda api: api.say(b'{"ok": true, "result": {"message_id": true}}'), Deferred, "telegram/answer", None),
        (lambda api: api.say(b'{"ok": true, "result": 5}'), Deferred, "telegram/answer", None),
        (lambda api: api.say(b'{"ok": false, "result": {"message_id": 1}}'), Deferred, "telegram/answer", None),
        (lambda api: api.say(b"x" * 1_000_001), Deferred, "telegram/too-large", None),
        (lambda api: api.say(b"", status=302, headers=[("Location", f"{api.url}/x")]), Deferred, "telegram/302", None),
        (lambda api: api.reset(), Deferred, "telegram/connection", None),
    ],
)
def test_what_an_answer_means(api, bot, spoil, kind, code, wait):  # noqa: PLR0917 - the table's columns
    spoil(api)
    assert outcome(bot) == (kind, code, wait)
    assert api.calls == 1
    bot.send(told())
    assert len(api.messages) == 1


def test_a_slow_server_is_left_in_time(api):
    api.slow(0.3)
    assert outcome(Telegram(TOKEN, base_url=api.url, timeout=0.05)) == (Deferred, "telegram/timeout", None)


def test_an_answer_that_drips_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def drip():
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                try:
                    while True:
                        connection.sendall(b" " * 10)
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        bot = Telegram(TOKEN, base_url=f"http://127.0.0.1:{server.getsockname()[1]}", timeout=0.01)
        kind, code, _ = outcome(bot)
        thread.join()
    assert (kind, code) in {(Deferred, "telegram/timeout"), (Deferred, "telegram/too-large")}


def test_who_blocked_the_bot_is_gone_until_they_come_back(api, bot):
    api.block(WHO)
    assert outcome(bot) == (Gone, "telegram/403", None)
    api.unblock(WHO)
    bot.send(told())


def test_an_unknown_chat_is_gone():
    with BotApi(chats=["1"]) as api, Telegram(TOKEN, base_url=api.url) as bot:
        assert outcome(bot) == (Gone, "telegram/400", None)


def test_presses_are_answered_once(api, bot):
    bot.send(told(buttons=(Button(label="Да", action="yes"),)))
    callback = api.press(WHO, "Да")["callback_query"]["id"]
    bot.answer(callback, "Готово " + "!" * 300)
    assert len(api.answers[0][1]) == 200
    with pytest.raises(Refused):
        bot.answer(callback)


def test_one_connection_serves_many_messages(api, bot):
    class Counting(urllib3.PoolManager):
        made = 0

        def connection_from_pool_key(self, *args, **kwargs):
            pool = super().connection_from_pool_key(*args, **kwargs)
            Counting.made = pool.num_connections
            return pool

    pool = Counting()
    with Telegram(TOKEN, base_url=api.url, pool=pool) as own:
        for _ in range(5):
            own.send(told())
    assert Counting.made == 1
    pool.clear()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda api: api.fail(400, words=f"Bad Request: {SAID} {TOKEN} {WHO}"),
        lambda api: api.fail(403, words=f"Forbidden: {SAID} {TOKEN} {WHO}"),
        lambda api: api.fail(429, words=f"{SAID} {TOKEN} {WHO}", retry_after=1),
        lambda api: api.fail(500, words=f"{SAID} {TOKEN} {WHO}"),
        lambda api: api.say(f"{SAID} {TOKEN} {WHO}".encode()),
        lambda api: api.say(b"x" * 1_000_001),
        lambda api: api.say(b"", status=302, headers=[("Location", f"/bot{TOKEN}/x")]),
        lambda api: api.reset(),
        lambda api: api.slow(1.0),
        lambda api: api.block(WHO),
        lambda api: api.__exit__(),
    ],
)
def test_no_failure_says_who_what_or_the_token(caplog, spoil):
    with BotApi() as api:
        bot = Telegram(TOKEN, base_url=api.url, timeout=0.5)
        spoil(api)
        error, said = failing(lambda: bot.send(told(subject=SAID, text=SAID)), caplog)
        bot.close()
    assert isinstance(error, DeliveryError)
    assert [canary for canary in (TOKEN, SAID, WHO) if canary in said + repr(bot)] == []


def test_a_success_does_not_say_it_either(caplog, api, bot):
    caplog.set_level(logging.DEBUG)
    bot.send(told(text=SAID))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "POST" in logged, "urllib3 has said something"
    assert [canary for canary in (TOKEN, SAID, WHO) if canary in logged] == []


@pytest.mark.parametrize("token", ["", "7:a/b", "7:a b", "7:a\n", "7:ё", "a?b", "x" * 201])
def test_what_is_no_token_is_said_without_it(token):
    with pytest.raises(LoyaltyError) as caught:
        Telegram(token)
    assert caught.value.code == "telegram/token"
    assert token == "" or token not in str(caught.value)


@pytest.mark.parametrize("url", ["", "ftp://x", "api.telegram.org", "https://x.example/?a=1", "https://u:p@x.example"])
def test_a_base_url_is_a_plain_one(url):
    with pytest.raises(LoyaltyError) as caught:
        Telegram(TOKEN, base_url=url)
    assert caught.value.code == "telegram/base-url"


def test_without_urllib3_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(MissingExtra) as caught:
        Telegram(TOKEN)
    assert caught.value.extra == "http"


def test_deep_links():
    assert deep_link("school_bot", "a-B_9") == "https://t.me/school_bot?start=a-B_9"
    assert deep_link("@school_bot", "x" * 64).endswith("x" * 64)


@pytest.mark.parametrize(
    ("bot", "code"), [("bot", "x"), ("school_bot", ""), ("school_bot", "x" * 65), ("a b c d", "x")]
)
def test_a_deep_link_that_telegram_would_not_take(bot, code):
    with pytest.raises(LoyaltyError):
        deep_link(bot, code)


@pytest.mark.parametrize("code", ["код", "a b c", "a&b", "a\n"])
def test_a_code_has_its_letters(code):
    with pytest.raises(LoyaltyError) as caught:
        deep_link("school_bot", code)
    assert code not in str(caught.value)


TEXTS = st.text(st.sampled_from("ab <>&\"'\n😀Ж\x00\ud800"), max_size=200)
TAGS = st.sampled_from(
    "<b> </b> <i> </i> <em> </strong> "
    "<p> </p> <br> <li> </ul> <a> </a> <pre> </pre> <code> <script> </script> <div < > "
    "<a&#32;href='https://x.example/?a=1&amp;b'> <a&#32;href=javascript:x> "
    "&lt; &amp; &nbsp; &#0; <!-- --> </ <b/>".split()
).map(lambda tag: tag.replace("&#32;", " "))
SOURCES = st.lists(st.one_of(TAGS, TEXTS), max_size=30).map("".join)


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@settings(deadline=None)
@given(text=TEXTS, limit=st.integers(2, 60))
def test_a_text_is_cut_to_fit_and_never_inside_a_pair(text, limit):
    found = cut(text, limit)
    assert units(found) <= limit
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))


def test_a_text_is_cut_at_a_word():
    assert cut("один два три четыре", 10) == "один два…"
    assert cut("один два три", 12) == "один два три"
    assert cut("один два", 5) == "один…"
    assert cut("неразрывноеслово", 6) == "нераз…"
    assert cut("😀😀😀", 4) == "😀…"


@settings(deadline=None)
@given(text=TEXTS, limit=st.integers(2, 60))
def test_plain_text_reads_as_it_was_written(text, limit):
    kept = "".join(char for char in text if char not in "\x00\ud800").strip()
    assert visible(from_text(text, limit)) == cut(kept, limit)


@settings(deadline=None)
@given(source=SOURCES, limit=st.integers(2, 80))
@example(source="<b>" * 200 + "x" * 100, limit=5)
@example(source="<p>раз</p>" * 50, limit=7)
def test_any_html_becomes_what_the_bot_api_takes(source, limit):
    assert units(visible(from_html(source, limit))) <= limit


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b", "a\nb"),
        ("<ul><li>one</li><li>two</li></ul>after", "• one\n• two\nafter"),
        ("<h1>T</h1>x", "<b>T</b>\n\nx"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<b>x", "<b>x</b>"),
        ("<p>a</p><p><b>b</b> c</p><ul><li><i>d</i></li></ul>", "a\n\n<b>b</b> c\n\n• <i>d</i>"),
        ("<script>alert(1)</script><style>p{}</style>x", "x"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ("  a \n b  ", "a b"),
        ("<blockquote>q</blockquote>", "<blockquote>q</blockquote>"),
        ("<span style='x'>a</span> <u>b</u> <del>c</del>", "a <u>b</u> <s>c</s>"),
        ("<title>t</title>1 &lt; 2 &amp;&amp; 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
    ],
)
def test_html(source, wanted):
    assert from_html(source) == wanted


def test_long_messages_are_cut_once(api, bot):
    bot.send(told(text="слово " * 2000))
    bot.send(told(html="<p><b>слово</b> &amp; слово</p>" * 2000))
    for sent in api.messages:
        assert LONGEST - 70 < len(sent.text) <= LONGEST
        assert sent.text.endswith("слово…")
