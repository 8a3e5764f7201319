"""The page behind one-click links, over HTTP: scanners that open everything answer nothing, a person answers once."""

import datetime as dt
import html
import io
import re
import threading
import urllib.error
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

import loyaltykit as lk
from loyaltykit.channels import Email
from loyaltykit.integrations import press_pages
from loyaltykit.testing import Mailbox

START = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
DOCUMENT = {
    "program": "listening",
    "events": {"lesson.completed": {}},
    "member": {"email": "text"},
    "contact": {"channels": ["email"]},
    "surveys": {
        "nps": {"question": "Would you <recommend> us?", "scale": "0-10", "comment": True},
        "next": {"question": "Что дальше?", "options": ["Go", "SQL"]},
    },
    "campaigns": {"ask": {"start": {"on": "lesson.completed"}, "steps": [{"survey": "nps"}, {"survey": "next"}]}},
}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Nothing: paths hold tokens."""


class Site:
    """A school's site on this machine; `clock` is its watch."""

    def __init__(self, tmp_path):
        self.now = START
        self.box = Mailbox().__enter__()
        self.mail = Email(sender="School <a@school.example>", host=self.box.host, port=self.box.port, security="none")
        self.kit = lk.Loyalty(
            lk.Program.from_dict(DOCUMENT),
            store=f"sqlite:///{tmp_path / 'school.db'}",
            channels=[self.mail],
            clock=self.look,
            secret="a secret of the school",
            press_url="https://school.example/p/{token}",
        )
        self.server = make_server("127.0.0.1", 0, press_pages(self.kit), handler_class=Quiet)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def look(self):
        """Time passes, a second a look."""
        self.now += dt.timedelta(seconds=1)
        return self.now

    def ask(self):
        """A letter with a survey arrives: its links, on this machine."""
        self.kit.update_member("ann", {"email": "ann@school.example"})
        self.kit.record(lk.Event("e1", "lesson.completed", "ann", START))
        self.kit.deliver()
        found = {}
        for letter in self.box.messages:
            text = letter.get_body(("html",)).get_content()
            found |= {html.unescape(label): url for url, label in re.findall(r'<a href="([^"]+)">([^<]+)</a>', text)}
        return {label: self.here(url) for label, url in found.items()}

    def here(self, url):
        return url.replace("https://school.example", f"http://127.0.0.1:{self.server.server_port}")

    def open(self, url, method="GET", data=None):
        request = urllib.request.Request(url, method=method, data=data)  # noqa: S310  # our own server
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own server
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.kit.close()
        self.mail.close()
        self.box.__exit__(None, None, None)


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    site.close()


def answers(site):
    return site.kit.survey("nps").n, site.kit.survey("next").n


def test_a_scanner_that_opens_every_link_answers_nothing(site):
    links = site.ask()
    assert len(links) == 13
    for url in links.values():
        for method in ("GET", "HEAD", "GET"):
            status, body, headers = site.open(url, method)
            assert status == 200
            assert (body == "") == (method == "HEAD")
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
    assert answers(site) == (0, 0)


def test_a_person_answers_once_and_may_say_why(site):
    links = site.ask()
    _, page, _ = site.open(links["9"])
    assert "Would you &lt;recommend&gt; us?" in page
    assert "Your answer: 9" in page
    status, page, _ = site.open(links["9"], "POST", b"")
    assert (status, answers(site)) == (200, (1, 0))
    assert "Would you like to say why?" in page
    assert site.open(links["9"], "POST", b"comment=Olga+<3")[0] == 200
    assert [(one.text, one.value) for one in site.kit.comments("nps")] == [("Olga <3", 9)]
    assert site.open(links["9"], "POST", b"")[0] == 200
    assert site.open(links["3"], "POST", b"")[0] == 409
    assert "already" in site.open(links["3"])[1]
    assert answers(site) == (1, 0)


def test_a_vote_may_be_changed(site):
    links = site.ask()
    for option in ("Go", "SQL", "Go"):
        site.open(links[option], "POST", b"")
    assert answers(site) == (0, 1)


def test_links_are_good_for_sixty_days_and_forged_ones_never(site):
    links = site.ask()
    for bad in (links["9"][:-2] + "AA", links["9"] + "A", site.here("https://school.example/p/"), links["9"][:40]):
        status, page, _ = site.open(bad, "POST", b"")
        assert status == 404
        assert "not one of ours" in page
    assert site.open(links["9"], "PUT", b"")[0] == 405
    site.now = START + dt.timedelta(days=61)
    assert site.open(links["9"])[0] == 410
    assert site.open(links["9"], "POST", b"")[0] == 410
    assert answers(site) == (0, 0)


def test_a_comment_has_an_end(site):
    links = site.ask()
    site.open(links["9"], "POST", b"")
    assert site.open(links["9"], "POST", b"comment=" + b"x" * 1_001)[0] == 400
    assert site.kit.comments("nps") == ()


@pytest.mark.parametrize("size", [16_385, 900_000])
def test_a_form_that_is_too_long_is_no_thanks_and_no_answer(site, size):
    """The page arrives whole although the body was not taken."""
    links = site.ask()
    assert site.open(links["Go"], "POST", b"x" * size)[0] == 413
    assert answers(site) == (0, 0)
    site.open(links["9"], "POST", b"")
    status, page, _ = site.open(links["9"], "POST", b"comment=" + b"x" * (size - 8))
    assert status == 413
    assert "Up to a thousand characters" in page
    assert "<textarea" in page
    assert site.kit.comments("nps") == ()
    assert site.open(links["9"], "POST", b"comment=" + b"x" * 1_000)[0] == 200
    assert len(site.kit.comments("nps")) == 1


def asked(site, url, body, **environ):
    """As a server would ask, with a body and a length of one's own."""
    told = []
    path = url.partition("/p/")[2]
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/p/{path}", "wsgi.input": io.BytesIO(body), **environ}
    b"".join(press_pages(site.kit)(environ, lambda status, headers: told.append(int(status[:3]))))
    return told[0]


@pytest.mark.parametrize(
    ("body", "environ", "status"),
    [
        (b"&".join(b"a=1" for _ in range(11)), {"CONTENT_LENGTH": "43"}, 400),  # more fields than any form of ours has
        (b"comment=never whole", {"CONTENT_LENGTH": "40"}, 400),  # the browser went away
        (b"comment=x", {"CONTENT_LENGTH": "-9"}, 400),
        (b"comment=x", {"CONTENT_LENGTH": "nine"}, 400),
        (b"comment=x", {"CONTENT_LENGTH": "9" * 5_000}, 400),
        (b"comment=x", {"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        (b"comment=" + b"x" * 20_000, {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}, 413),
    ],
)
def test_a_form_that_cannot_be_read_is_said_to_be_none_and_nothing_is_recorded(site, body, environ, status):
    links = site.ask()
    assert asked(site, links["9"], body, **environ) == status
    assert answers(site) == (0, 0)


def test_a_form_in_pieces_is_read_where_the_server_says_where_it_ends(site):
    links = site.ask()
    site.open(links["9"], "POST", b"")
    pieces = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert asked(site, links["9"], b"comment=because", **pieces) == 200
    assert [one.text for one in site.kit.comments("nps")] == ["because"]


def test_a_line_end_of_a_comment_is_one_character(site):
    links = site.ask()
    site.open(links["9"], "POST", b"")
    lines = b"%D0%B4%0D%0A" * 500  # as many as the page's form lets through
    assert site.open(links["9"], "POST", b"comment=" + lines)[0] == 200
    (comment,) = site.kit.comments("nps")
    assert comment.text == "\n".join("д" * 500)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_store_that_is_busy_is_no_bad_link(site, monkeypatch, method):
    links = site.ask()

    def busy(*_, **__):
        raise lk.StoreError("the store is busy")

    monkeypatch.setattr(site.kit, "link" if method == "GET" else "pressed_link", busy)
    status, page, _ = site.open(links["9"], method, b"" if method == "POST" else None)
    assert status == 503
    assert "try again" in page
