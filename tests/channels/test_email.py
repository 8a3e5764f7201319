"""The e-mail adapter against a real SMTP server: what arrives, over what connection, and what failures mean."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest

from loyaltykit import Attachment, Button, Channel, Deferred, Gone, LoyaltyError, Refused
from loyaltykit.channels import Email, address_of
from loyaltykit.testing import Mailbox
from tests.channels.post import AT, certificates, failing, message

SENDER = "Школа «Ум» <hello@school.example>"
SERVER, CLIENT = certificates()
LOGIN = {"user": "robot", "password": "right"}
SECRET, SAID, WHO = "kanareika", "pesnya", "ann.solovey"
"""Written by name only: a traceback shows the lines of this file."""


def email(box, **changes):
    given = {
        "sender": SENDER,
        "host": box.host,
        "port": box.port,
        "security": "none",
        "now": lambda: AT,
        "timeout": 5.0,
    }
    return Email(**{**given, **changes})


@pytest.fixture
def box():
    with Mailbox() as found:
        yield found


@pytest.fixture
def mail(box):
    with email(box) as found:
        yield found


def plain(letter):
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


def page(letter):
    return letter.get_body(("html",)).get_content().replace("\r\n", "\n")


def wait_for(condition):
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_letter_arrives_in_text_and_html(box, mail):
    channel: Channel = mail
    receipt = channel.send(message())
    (letter,) = box.messages
    assert letter["Subject"] == "Анна, продолжим?"
    assert letter["From"] == "Школа «Ум» <hello@school.example>"
    assert letter["To"] == "ann@example.org"
    assert letter["Date"].datetime == AT
    assert plain(letter) == "Вы остановились на уроке 7.\n\nДо конца — два урока.\n"
    assert '<p dir="auto">До конца — два урока.</p>' in page(letter)
    assert letter.get_content_type() == "multipart/alternative"
    assert receipt.message == "ann:come-back:7"
    assert receipt.reference == letter["Message-ID"]
    assert box.letters[0].recipients == ("ann@example.org",)
    assert (address_of(channel), channel.name) == ("email", "email")


def test_every_attempt_has_the_same_id_which_does_not_name_the_member(box, mail):
    mail.send(message())
    mail.send(message())
    mail.send(message(id="bob:come-back:7"))
    one, again, other = (letter["Message-ID"] for letter in box.messages)
    assert one == again != other
    assert "ann" not in one.partition("@")[0]


def test_html_is_taken_as_it_is_and_text_is_escaped(box, mail):
    mail.send(message(html="<p>Привет, <b>Анна</b></p>"))
    mail.send(message(text="1 < 2 & <script>alert(1)</script>"))
    assert "<p>Привет, <b>Анна</b></p>" in page(box.messages[0])
    assert "1 &lt; 2 &amp; &lt;script&gt;" in page(box.messages[1])
    assert "1 < 2 & <script>" in plain(box.messages[1])


def test_a_whole_page_gets_its_buttons_before_its_end(box, mail):
    button = Button(label="Вернуться", action="", url="https://school.example/a?b=1&c=2")
    mail.send(message(html="<html><body><p>Да</p></body></html>", buttons=(button,)))
    (letter,) = box.messages
    link = '<a href="https://school.example/a?b=1&amp;c=2">Вернуться</a>'
    assert page(letter).rstrip() == f"<html><body><p>Да</p><p>{link}</p>\n</body></html>"
    assert plain(letter).endswith("Вернуться: https://school.example/a?b=1&c=2\n")


def test_the_numbers_of_a_scale_stand_in_one_line(box, mail):
    mail.send(
        message(buttons=tuple(Button(label=str(n), action=f"1:{n}", url=f"https://x.example/{n}") for n in (9, 10)))
    )
    row = '<p><a href="https://x.example/9">9</a> &nbsp; <a href="https://x.example/10">10</a></p>'
    assert row in page(box.messages[0])
    assert "9: https://x.example/9" in plain(box.messages[0])


def test_buttons_without_a_link_are_left_out(box, mail):
    mail.send(message(buttons=(Button(label="Потом", action="later:1"),)))
    assert "Потом" not in plain(box.messages[0]) + page(box.messages[0])


def test_one_click_unsubscribing(box, mail):
    url = "https://school.example/stop?t=" + "a" * 400
    mail.send(message(unsubscribe=url))
    raw = box.letters[0].raw
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


@pytest.mark.parametrize(
    "url",
    ["http://school.example/", "https://a b.example/", "https://x.example/>\r\nBcc: a@b", "mailto:a@b", "https://ё"],
)
def test_unsubscribing_by_anything_but_https_is_refused(box, mail, url):
    with pytest.raises(Refused) as caught:
        mail.send(message(unsubscribe=url))
    assert caught.value.code == "email/unsubscribe"
    assert box.letters == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//school.example", 'https://school.example/"onclick='])
def test_a_button_leads_to_the_web_or_nowhere(mail, url):
    with pytest.raises(Refused) as caught:
        mail.send(message(buttons=(Button(label="x", action="", url=url),)))
    assert caught.value.code == "email/button"


def test_an_invitation_goes_along(box, mail):
    content = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    invitation = Attachment(
        name="встреча.ics", media_type="text/calendar; method=PUBLISH; charset=utf-8", content=content
    )
    mail.send(message(attachments=(invitation,)))
    (letter,) = box.messages
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_param("method")) == (
        "встреча.ics",
        "text/calendar",
        "PUBLISH",
    )
    assert file.get_payload(decode=True) == content
    assert "Вы остановились" in plain(letter)


@pytest.mark.parametrize("kind", ["text", "multipart/mixed", "message/rfc822", "text/plain\r\nX: y", "text/плохо"])
def test_an_attachment_has_a_kind_of_its_own(mail, kind):
    with pytest.raises(Refused) as caught:
        mail.send(message(attachments=(Attachment(name="x", media_type=kind, content=b""),)))
    assert caught.value.code == "email/attachment"


def test_the_name_of_an_attachment_adds_no_header(box, mail):
    name = 'a"\r\nBcc: eve@example.org\r\n/../b.ics'
    mail.send(message(attachments=(Attachment(name=name, media_type="text/calendar", content=b"x"),)))
    (file,) = box.messages[0].iter_attachments()
    assert "bcc" not in {header.lower() for header in file.keys()}  # noqa: SIM118 - a message, not a dict
    assert "/" not in file.get_filename()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_and_logged_in(security):
    with (
        Mailbox(security=security, ssl_context=SERVER, **LOGIN) as box,
        email(box, security=security, ssl_context=CLIENT, **LOGIN) as mail,
    ):
        mail.send(message())
        mail.send(message())
        assert [letter.secure for letter in box.letters] == [True, True]
        assert box.connections == 1


def test_a_wrong_password_is_our_fault_and_passes(caplog):
    with Mailbox(security="tls", ssl_context=SERVER, **LOGIN) as box:
        mail = email(box, security="tls", ssl_context=CLIENT, user="robot", password=SECRET)
        error, said = failing(lambda: mail.send(message()), caplog)
        assert (type(error), error.code) == (Deferred, "smtp/535")
        assert SECRET not in said + repr(mail)
        assert box.letters == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_we_do_not_trust_gets_nothing(security):
    with (
        Mailbox(security=security, ssl_context=SERVER) as box,
        email(box, security=security, ssl_context=ssl.create_default_context()) as mail,
    ):
        with pytest.raises(Deferred) as caught:
            mail.send(message())
        assert caught.value.code == "smtp/tls"
        assert box.letters == []


def test_without_starttls_nothing_is_sent_in_the_open(box):
    with email(box, security="starttls", ssl_context=CLIENT) as mail:
        with pytest.raises(Deferred) as caught:
            mail.send(message())
        assert caught.value.code == "smtp/not-offered"
        assert box.letters == []


def test_a_password_never_goes_over_an_open_network():
    with pytest.raises(LoyaltyError) as caught:
        Email(sender=SENDER, host="mail.example.org", security="none", user="robot", password=SECRET)
    assert caught.value.code == "email/security"
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "at", "kind"),
    [
        ("450 4.2.0 greylisted", "RCPT", Deferred),
        ("451 4.7.1 later", "MAIL", Deferred),
        ("452 4.3.1 full", "DATA", Deferred),
        ("421 4.3.2 bye", "RCPT", Deferred),
        ("550 5.1.1 nobody", "RCPT", Gone),
        ("551 5.1.6 moved", "RCPT", Gone),
        ("553 5.1.3 malformed", "RCPT", Gone),
        ("552 5.2.2 over quota", "RCPT", Refused),
        ("554 5.7.1 spam", "DATA", Refused),
        ("550 5.7.1 policy", "DATA", Refused),
        ("550 5.7.1 sender", "MAIL", Refused),
        ("530 5.7.0 log in", "MAIL", Deferred),
        ("999 what", "RCPT", Deferred),
    ],
)
def test_what_an_answer_means(box, mail, reply, at, kind):
    mail.send(message())
    box.refuse(reply, at=at, times=2)  # of a kept connection the first 421 is worth a second try
    with pytest.raises(kind) as caught:
        mail.send(message())
    assert type(caught.value) is kind
    assert caught.value.code == ("smtp/answer" if reply.startswith("999") else f"smtp/{reply[:3]}")
    box.refuse("250 OK", at=at)
    mail.send(message())
    assert len(box.letters) == 2


def test_one_recipient_is_refused_and_the_next_is_served(box, mail):
    box.refuse("550 5.1.1 nobody", address="gone@example.org")
    with pytest.raises(Gone):
        mail.send(message(to="gone@example.org"))
    mail.send(message())
    assert box.connections == 1


def test_a_server_that_refuses_and_hangs_up_has_refused():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def curt():
            connection, _ = server.accept()
            with connection:
                for reply in (b"220 hi", b"250 hi", b"250 OK", b"550 5.1.1 nobody"):
                    connection.sendall(reply + b"\r\n")
                    connection.recv(1000)

        thread = threading.Thread(target=curt)
        thread.start()
        mail = Email(sender=SENDER, host="127.0.0.1", port=server.getsockname()[1], security="none")
        with pytest.raises(Gone):
            mail.send(message())
        thread.join()


def test_a_connection_that_was_dropped_is_made_anew(box, mail):
    mail.send(message())
    box.hang_up()
    wait_for(lambda: not box.open)
    mail.send(message())
    assert (len(box.letters), box.connections) == (2, 2)


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_is_a_matter_of_time(box, mail, at):
    box.refuse("drop", at=at, times=1)
    with pytest.raises(Deferred) as caught:
        mail.send(message())
    assert caught.value.code == "smtp/lost"
    mail.send(message())
    assert len(box.letters) == 1


def test_a_letter_whose_answer_was_lost_is_not_sent_again_by_itself(box, mail):
    mail.send(message())
    box.refuse("drop", at="DATA", times=1)
    with pytest.raises(Deferred):
        mail.send(message())
    assert (len(box.letters), box.connections) == (1, 1)


def test_nobody_listens(caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    mail = Email(sender=SENDER, host="127.0.0.1", port=port, security="none")
    error, _ = failing(lambda: mail.send(message()), caplog)
    assert (type(error), error.code) == (Deferred, "smtp/connection")


def test_a_silent_server_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = Email(sender=SENDER, host="127.0.0.1", port=silent.getsockname()[1], security="none", timeout=0.05)
        with pytest.raises(Deferred) as caught:
            mail.send(message())
    assert caught.value.code == "smtp/timeout"


def test_threads_take_turns(box, mail):
    threads = [threading.Thread(target=mail.send, args=(message(id=f"m{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({letter["Message-ID"] for letter in box.messages}) == 8


def test_cyrillic_domains_travel_in_ascii(box, mail):
    mail.send(message(to="ann@Школа.рф"))
    assert box.letters[0].recipients == ("ann@xn--80atdl2c.xn--p1ai",)
    assert box.messages[0]["To"] == "ann@xn--80atdl2c.xn--p1ai"


def test_cyrillic_names_need_a_server_that_knows_them(box, mail):
    mail.send(message(to="иван@школа.рф"))
    assert box.letters[0].recipients == ("иван@xn--80atdl2c.xn--p1ai",)
    with Mailbox(smtputf8=False) as old, email(old) as other:
        with pytest.raises(Refused) as caught:
            other.send(message(to="иван@школа.рф"))
        assert caught.value.code == "smtp/no-smtputf8"
        other.send(message())
        assert len(old.letters) == 1


@pytest.mark.parametrize(
    "to",
    [
        None,
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@example..org",
        "ann@-x.org",
        "a b@example.org",
        '"a b"@example.org',
        "ann@[127.0.0.1]",
        "ann@example.org, bob@example.org",
        "ann@example.org; bob@example.org",
        "ann@example.org bob@example.org",
        "friends: ann@example.org;",
        "bob@example.org, Ann <ann@example.org>",
        "Ann <ann@example.org>, Bob <bob@example.org>",
        "ann@example.org\r\nRCPT TO:<eve@example.org>",
        "ann@example.org\n",
        "Ann\r\nBcc: eve@example.org <ann@example.org>",
        "ann\x00@example.org",
        "ann@example.org>",
        "a" * 65 + "@example.org",
        "ann@" + "a" * 64 + ".org",
        "ann@" + ".".join(["a" * 50] * 6),
    ],
)
def test_only_one_mailbox_is_an_address(box, mail, to):
    with pytest.raises(Refused) as caught:
        mail.send(message(to=to))
    assert caught.value.code == "email/address"
    assert (box.letters, box.connections) == ([], 0)


@pytest.mark.parametrize("given", [{"sender": "nobody"}, {"reply_to": "a@b.c, d@e.f"}, {"security": "maybe"}])
def test_settings_that_cannot_work_are_said_at_once(given):
    with pytest.raises(LoyaltyError):
        Email(**{"sender": SENDER, "host": "127.0.0.1", "security": "none", **given})


def test_answers_go_where_they_should(box):
    with email(box, reply_to='ООО "Ум" <answers@school.example>') as mail:
        mail.send(message())
    assert box.messages[0]["Reply-To"].addresses[0].addr_spec == "answers@school.example"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda box: box.refuse(f"550 5.1.1 <{WHO}@example.org> unknown {SECRET}"),
        lambda box: box.refuse(f"450 4.1.1 <{WHO}@example.org> {SAID}"),
        lambda box: box.refuse(f"554 5.1.1 {WHO} {SECRET} {SAID}", at="DATA"),
        lambda box: box.refuse(f"554 5.1.1 {WHO} {SECRET}", at="MAIL"),
        lambda box: box.refuse("drop", at="DATA"),
        lambda box: box.refuse("drop"),
    ],
)
@pytest.mark.parametrize("to", [f"{WHO}@example.org", f"{WHO}@example.org, b@c", f"{SAID} <{WHO}"])
def test_no_failure_says_who_or_what(caplog, spoil, to):
    with Mailbox(user="robot", password=SECRET) as box:
        spoil(box)
        mail = email(box, user="robot", password=SECRET)
        error, said = failing(lambda: mail.send(message(to=to, subject=SAID, text=SAID)), caplog)
        mail.close()
    assert isinstance(error, Deferred | Gone | Refused)
    assert [canary for canary in (SECRET, SAID, WHO) if canary in (said + repr(mail)).lower()] == []
