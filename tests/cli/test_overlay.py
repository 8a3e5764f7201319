"""The overlay over a real socket: what a browser gets, and what a hostile or slow one cannot do."""

import contextlib
import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import attrs
import pytest

import loyaltykit as lk
from loyaltykit.cli.overlay import serving
from loyaltykit.cli.overlay.asking import read_request
from loyaltykit.cli.overlay.news import Live, Shown, celebrations
from loyaltykit.cli.overlay.page import page
from loyaltykit.cli.overlay.replaying import Replay
from loyaltykit.cli.overlay.serving import Server
from tests.cli.browser import BROWSER, Browser
from tests.cli.helpers import invoke

PROGRAM = """\
program: live-school
timezone: Europe/Moscow
events: {lesson.completed: {course: text}}
member: {name: text}
points: {xp: }
rules: [{id: lesson, on: lesson.completed, award: {xp: 10}}]
badges: {first: {label: {en: First step, ru: Первый шаг}, count: lesson.completed, steps: {one: 1}}}
quests: {three: {label: {en: Three lessons, ru: Три урока}, steps: [{on: lesson.completed, times: 3}]}}
leaderboards: {weekly: {label: {en: Leaders, ru: Лидеры}, by: earned('xp'), every: week}}
"""
NOW = dt.datetime(2026, 9, 2, 12, tzinfo=dt.UTC)
SHOWN = Shown(board="weekly", group=None, top=5, names="first", lang="en")


class School:
    """A store that students study in while an overlay is served."""

    def __init__(self, folder):
        self.url = f"sqlite:///{folder}/school.db"
        self.kit = lk.Loyalty(lk.Program.from_yaml(PROGRAM), store=self.url)
        self.number = 0

    def call(self, member, **attributes):
        self.kit.update_member(member, attributes, at=NOW - dt.timedelta(days=1))

    def lessons(self, member, times=1, at=NOW):
        for _ in range(times):
            self.number += 1
            moment = at + dt.timedelta(seconds=self.number)
            self.kit.record(lk.Event(f"e{self.number}", "lesson.completed", member, moment, {"course": "py"}))

    def open(self):
        return lk.Loyalty.open(self.url)

    def live(self, shown=SHOWN):
        return Live(self.open, shown, now=lambda: NOW)


@pytest.fixture
def school(tmp_path):
    return School(tmp_path)


@contextlib.contextmanager
def served(source, *, token=None, every=0.02, lang="en", port=0):
    ended = threading.Event()
    server = Server("127.0.0.1", port, source=source, page=page(lang), token=token)
    running = threading.Thread(target=lambda: server.serve(ended.is_set, every=every))
    running.start()
    try:
        yield server
    finally:
        ended.set()
        running.join(10)
        server.close()
        source.close()


def ask(port, path="/", *, method="GET", **headers):
    """A connection on which something was asked."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    said = {"Host": f"127.0.0.1:{port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    connection.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
    return connection


def answer(connection):
    """The whole answer of a connection that is closed in the end."""
    with connection, connection.makefile("rb") as file:
        head, _, body = file.read().partition(b"\r\n\r\n")
    return head.decode(), body.decode()


class Stream:
    """Server-sent events as a browser reads them."""

    def __init__(self, port, path="/events", **headers):
        self.connection = ask(port, path, **headers)
        self.file = self.connection.makefile("rb")
        self.head = "".join(iter(self._line, "\r\n"))

    def _line(self):
        return self.file.readline().decode()

    def __iter__(self):
        while True:
            found = {}
            for line in iter(self._line, "\n"):
                assert line, "the stream has ended"
                name, _, value = line.rstrip("\n").partition(": ")
                found[name] = value
            if "event" in found:
                yield found["event"], json.loads(found["data"]), found.get("id")

    def until(self, event):
        return next(one for one in self if one[0] == event)

    def close(self):
        self.file.close()
        self.connection.close()


def test_a_badge_is_told_as_it_is_recorded_and_the_leaders_with_it(school):
    school.call("ann", name="Ann Kim")
    with served(school.live()) as server:
        stream = Stream(server.port)
        assert stream.head.startswith("HTTP/1.1 200 OK\r\n")
        assert "text/event-stream" in stream.head
        told = iter(stream)
        assert next(told)[0] == "hello"
        assert next(told)[1] == {"label": "Leaders", "group": None, "members": 0, "rows": []}
        school.lessons("ann")
        kind, data, id = next(told)
        assert (kind, data["kind"], data["label"], data["who"], data["others"]) == (
            "celebrate",
            "badge",
            "First step",
            ["Ann"],
            0,
        )
        assert id is not None
        assert next(told)[1]["rows"] == [{"rank": 1, "score": 10, "who": "Ann"}]
        stream.close()


def test_a_browser_that_comes_back_gets_what_it_missed_and_nothing_twice(school):
    with served(school.live()) as server:
        first = Stream(server.port)
        school.lessons("ann")
        seen = first.until("celebrate")[2]
        first.close()
        school.lessons("ann", 2)
        again = Stream(server.port, Last_Event_ID=seen)
        assert again.until("celebrate")[1]["label"] == "Three lessons"
        again.close()
        by_query = Stream(server.port, f"/events?after={seen}")
        assert by_query.until("celebrate")[1]["label"] == "Three lessons"
        by_query.close()


def test_a_new_browser_is_not_told_of_the_past(school):
    school.lessons("ann", 3)
    with served(school.live()) as server:
        stream = Stream(server.port)
        stream.until("board")
        school.lessons("bob")
        assert stream.until("celebrate")[1]["label"] == "First step"
        stream.close()


def test_a_past_that_is_recorded_during_a_stream_is_no_news(school):
    school.call("bob", name="Bob")
    with served(school.live()) as server:
        stream = Stream(server.port)
        stream.until("board")
        school.lessons("eve", at=NOW - dt.timedelta(days=1))
        school.lessons("bob")
        told = stream.until("celebrate")[1]
        assert (told["who"], told["others"]) == (["Bob"], 0)
        stream.close()


def test_many_who_get_the_same_at_once_are_told_of_together(school):
    for number in range(30):
        school.call(f"m{number}", name=f"Name{number}")
        school.lessons(f"m{number}")
    text = celebrations(school.kit.happenings(after=0))
    assert text.count("event:") == 1
    told = json.loads(re.search("data: (.*)", text)[1])
    assert (told["who"], told["others"]) == (["Name0", "Name1", "Name2"], 27)


def test_only_the_last_of_a_batch_has_an_id_so_that_nothing_is_lost_in_the_middle(school):
    school.lessons("ann", 3)
    text = celebrations(school.kit.happenings(after=0))
    first, last = text.strip().split("\n\n")
    assert "id:" not in first
    assert f"id: {max(one.cursor for one in school.kit.happenings())}" in last


def test_who_does_not_want_to_be_shown_is_not_on_the_wire(school):
    school.call("ann", name="Ann", overlay=False)
    school.call("bob", name="Bob")
    with served(school.live()) as server:
        stream = Stream(server.port)
        stream.until("board")
        school.lessons("ann", 3)
        school.lessons("bob")
        assert stream.until("celebrate")[1]["who"] == ["Bob"]
        assert [row["who"] for row in stream.until("board")[1]["rows"]] == ["Bob"]
        stream.close()


def test_the_session_that_is_on_is_shown_with_who_is_there_and_its_word(school):
    with served(school.live(attrs.evolve(SHOWN, session="open-lesson"))) as server:
        stream = Stream(server.port)
        assert stream.until("session")[1] == {"label": "open-lesson", "there": 0, "word": False}
        school.kit.open_word("open-lesson", word="python", lasts=dt.timedelta(minutes=9), at=NOW)
        assert stream.until("session")[1]["word"] is True
        school.kit.say("ann", "Python", at=NOW)
        school.kit.say("ann", "Python", at=NOW)
        school.kit.say("bob", "Python", at=NOW)
        while (told := stream.until("session")[1])["there"] < 2:
            pass
        assert told == {"label": "open-lesson", "there": 2, "word": True}
        stream.close()


def test_a_browser_that_takes_nothing_holds_up_nobody_and_is_let_go(school, monkeypatch):
    monkeypatch.setattr(serving, "BUFFERED", 4_096)
    with served(school.live()) as server:
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        slow.connect(("127.0.0.1", server.port))
        slow.sendall(f"GET /events HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())
        quick = Stream(server.port)
        quick.until("board")
        watcher = next(one for one in server._watchers.values() if one.socket.getpeername() == slow.getsockname())
        watcher.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2_048)
        for number in range(60):
            school.call(f"m{number}", name="Я" * 40)
            school.lessons(f"m{number}", 3)
            quick.until("celebrate")
        assert server.watching == 1
        quick.close()
        slow.close()


def test_more_browsers_than_there_may_be_are_asked_to_come_back(school, monkeypatch):
    monkeypatch.setattr(serving, "WATCHING", 2)
    with served(school.live()) as server:
        streams = [Stream(server.port), Stream(server.port)]
        assert answer(ask(server.port, "/events"))[0].startswith("HTTP/1.1 503 ")
        assert answer(ask(server.port))[0].startswith("HTTP/1.1 200 ")
        streams.pop().close()
        deadline = time.monotonic() + 5
        while server.watching == 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        Stream(server.port).close()
        streams.pop().close()


def test_who_says_nothing_or_too_much_is_let_go(school, monkeypatch):
    monkeypatch.setattr(serving, "_PATIENCE", 0.1)
    with served(school.live()) as server:
        silent = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        assert silent.recv(1) == b""
        silent.close()
        long = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        with contextlib.suppress(OSError):
            long.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000)
        with contextlib.suppress(ConnectionResetError):
            said = long.recv(100)
            assert said == b"" or b" 431 " in said
        long.close()
        assert answer(ask(server.port))[0].startswith("HTTP/1.1 200 ")


def test_a_connection_that_is_idle_is_kept_open_by_comments(school, monkeypatch):
    monkeypatch.setattr(serving, "HEARTBEAT", 0.05)
    with served(school.live()) as server:
        stream = Stream(server.port)
        lines = [stream.file.readline() for _ in range(12)]
        assert b": \n" in lines
        stream.close()


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:8808", 200),
        ("GET / HTTP/1.1\r\nHost: localhost", 200),
        ("GET / HTTP/1.1\r\nHost: [::1]:8808", 200),
        ("HEAD / HTTP/1.1\r\nHost: localhost", 200),
        ("GET /events HTTP/1.1\r\nHost: localhost", 200),
        ("GET / HTTP/1.1\r\nHost: school.example", 421),
        ("GET / HTTP/1.1\r\nHost: localhost.evil.example", 421),
        ("GET / HTTP/1.1", 421),
        ("POST / HTTP/1.1\r\nHost: localhost", 405),
        ("GET /../etc/passwd HTTP/1.1\r\nHost: localhost", 404),
        ("GET /%2e%2e/%00 HTTP/1.1\r\nHost: localhost", 404),
        ("GET http://[bad/ HTTP/1.1\r\nHost: localhost", 400),
        ("GET /", 400),
        ("\x00\xff\xfe", 400),
    ],
)
def test_only_this_machine_asks_and_only_for_what_there_is(request_line, status):
    assert read_request(request_line.encode("latin-1"), token=None).status == status


@pytest.mark.parametrize(
    ("path", "status"),
    [("/secret/", 200), ("/secret/events", 200), ("/", 404), ("/secre/", 404), ("/secret", 404), ("/sécret/", 404)],
)
def test_with_a_token_nothing_is_served_without_it(path, status):
    raw = f"GET {path} HTTP/1.1\r\nHost: anywhere.example".encode("latin-1")
    assert read_request(raw, token="secret").status == status


@pytest.mark.parametrize("said", ["-1", "1e9", "９", "9" * 40, "x", ""])
def test_an_id_that_is_none_is_as_good_as_no_id(said):
    raw = f"GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: {said}".encode()
    assert read_request(raw, token=None).after is None


def test_the_page_needs_nothing_from_elsewhere_and_lets_nothing_in():
    for lang in ("en", "ru"):
        text, policy = page(lang)
        assert "default-src 'none'" in policy
        assert "{{" not in text
        assert "innerHTML" not in text
        outside = re.sub(r"http://www\.w3\.org/2000/svg", "", text)
        assert not re.search(r"https?:|//[a-z]|@import|url\(", outside)


def test_a_replay_shows_the_last_of_a_store_in_order_and_begins_again(school):
    school.lessons("old", at=NOW - dt.timedelta(days=9))
    school.call("ann", name="Ann")
    school.lessons("ann", 3)
    at = [0.0]
    with school.open() as kit:
        replay = Replay(kit, SHOWN, window=dt.timedelta(days=1), seconds=10, elapsed=lambda: at[0])
    assert replay.count == 2
    assert '"score": 30' in replay.greeting(None)
    assert "First step" in replay.poll()
    at[0] = 9.9
    assert replay.poll() == ""
    at[0] = 10.0
    assert "Three lessons" in replay.poll()
    at[0] = 30.0
    assert "First step" in replay.poll()


def test_a_store_that_runs_another_program_meanwhile_is_opened_anew(school):
    live = school.live()
    school.kit.adopt(lk.Program.from_yaml(PROGRAM.replace("First step", "Very first") + "version: 2\n"), at=NOW)
    live.poll()
    school.lessons("ann")
    assert "Very first" in live.poll()
    live.close()


@pytest.mark.parametrize("error", [lk.StoreError("busy"), lk.ProgramError("another one")])
def test_a_browser_that_comes_back_while_the_store_is_busy_is_let_come_again(school, monkeypatch, error):
    live = school.live()
    first = live._cursor
    school.lessons("ann")
    live.poll()

    def fails(*_, **__):
        raise error

    with served(live, every=60) as server:
        with monkeypatch.context() as patch:
            patch.setattr(live._kit, "happenings", fails)
            head, body = answer(ask(server.port, "/events", Last_Event_ID=str(first)))
            assert head.startswith("HTTP/1.1 200 ")  # a browser gives up for good after anything else
            assert body == ""
        stream = Stream(server.port, Last_Event_ID=str(first))
        assert stream.until("celebrate")
        stream.close()


def test_a_program_without_the_board_takes_the_leaders_away_and_ends_nothing(school):
    live = school.live()
    without = PROGRAM[: PROGRAM.index("leaderboards:")] + "version: 2\n"
    school.kit.adopt(lk.Program.from_yaml(without), at=NOW)
    live.poll()
    school.lessons("ann")
    assert "First step" in live.poll()
    live.close()


def test_a_store_that_cannot_be_opened_anew_yet_is_tried_again(school, monkeypatch):
    live = school.live()
    opened, failures = live._open, [lk.StoreError("busy"), lk.StoreError("busy")]

    def sometimes():
        if failures:
            raise failures.pop()
        return opened()

    monkeypatch.setattr(live, "_open", sometimes)
    school.kit.adopt(lk.Program.from_yaml(PROGRAM.replace("First step", "Very first") + "version: 2\n"), at=NOW)
    for _ in range(3):
        assert live.poll() == ""
    school.lessons("ann")
    assert "Very first" in live.poll()
    live.close()


def test_the_command_says_where_it_is_and_ends_when_asked(school, tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-m", "loyaltykit", "overlay", "--store", school.url, "--port", "0", "--lang", "ru"],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", child.stdout.readline())[1])
        head, body = answer(ask(port))
        assert head.startswith("HTTP/1.1 200 ")
        assert "Новый значок" in body
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def test_a_board_or_a_duration_that_there_is_none_of_is_said(school):
    result = invoke("overlay", "--store", school.url, "--board", "weakly", "--port", "0")
    assert result.exit_code != 0
    assert "weekly" in result.output
    wrong = invoke("overlay", "--store", school.url, "--replay", "--last", "soon", lang="ru")
    assert wrong.exit_code == 2
    assert "не срок" in wrong.output


@pytest.mark.parametrize(
    ("session", "said"), [("open-leson", "did you mean open-lesson?"), ("open-lesson", ""), ("elsewhere", "no session")]
)
def test_a_session_that_may_be_a_slip_is_doubted_and_the_overlay_runs(tmp_path, monkeypatch, session, said):
    url = f"sqlite:///{tmp_path / 'school.db'}"
    program = PROGRAM + "rewards: {open-lesson: {kind: session, at: 2026-09-24T19:00, minutes: 90}}\n"
    lk.Loyalty(lk.Program.from_yaml(program), store=url).close()
    monkeypatch.setattr(Server, "serve", lambda *_, **__: None)
    result = invoke("overlay", "--store", url, "--session", session, "--port", "0")
    assert (result.exit_code, said in result.stderr, bool(result.stderr)) == (0, True, bool(said))


@pytest.fixture
def browser(tmp_path):
    if BROWSER is None:
        pytest.skip("no chromium on this machine")
    opened = Browser(tmp_path / "profile")
    yield opened
    opened.close()


def test_a_browser_shows_badges_quests_and_leaders_as_they_happen(school, browser):
    school.call("ann", name="Аня")
    school.call("eve", name="<img/src=x/onerror=alert(1)>")
    with served(school.live(attrs.evolve(SHOWN, lang="ru")), lang="ru") as server:
        browser.open(f"http://127.0.0.1:{server.port}/")
        browser.wait("document.querySelector('#rows .nobody') !== null")
        assert "первое место свободно" in browser.evaluate("document.querySelector('#board').innerText")
        school.lessons("ann", 3)
        school.lessons("eve")
        browser.wait("document.querySelectorAll('#cards .quest').length === 1")
        browser.wait("document.querySelector('#cards').innerText.includes('<img')")
        cards = browser.evaluate("document.querySelector('#cards').innerText")
        assert "Новый значок" in cards
        assert "Квест пройден" in cards
        assert "<img/src=x/onerror=alert(1)> " in f"{cards} ".replace("\n", " ")
        browser.wait("document.querySelectorAll('#rows li').length === 2")
        assert browser.evaluate("document.querySelector('#rows li .leader').innerText") == "Аня"
        assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert browser.faults == []
        school.lessons("eve", 3)
        browser.wait("document.querySelector('#rows li .leader').innerText !== 'Аня'")


def test_a_browser_comes_back_after_the_overlay_was_started_again(school, browser):
    with served(school.live()) as server:
        port = server.port
        browser.open(f"http://127.0.0.1:{port}/")
        browser.wait("document.querySelector('#board h2').textContent === 'Leaders'")
    with served(school.live(), port=port):
        school.lessons("ann")
        browser.wait("document.querySelectorAll('#cards .card').length === 1", seconds=15)
