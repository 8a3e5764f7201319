"""`loyaltykit announce`: counted, once each, and nothing without saying whom."""

import datetime as dt
import json

import pytest

import loyaltykit as lk
from tests.cli.helpers import invoke

PROGRAM = """\
program: school
locale: en
events: {lesson.completed: {}}
member: {name: text}
rewards: {chat: {kind: chat}}
messages: {news: {en: {text: Hello}}}
segments: {all: {when: count('lesson.completed') >= 0}}
"""


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM), store=url) as kit:
        at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
        for member in ("ann", "bob"):
            kit.record(lk.Event(f"e-{member}", "lesson.completed", member, at, {}))
        kit.grant("ann", "chat", at=at)
    return url


def announced(url, *arguments, code=0):
    result = invoke("announce", "news", "--store", url, *arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if not code else result.output


def test_those_meant_are_told_once(url):
    assert announced(url, "--to", "chat", "--dry-run") == {"told": 1, "before": 0}
    assert announced(url, "--to", "chat") == {"told": 1, "before": 0}
    assert announced(url, "--to", "chat") == {"told": 0, "before": 1}
    assert announced(url, "--segment", "all") == {"told": 2, "before": 0}
    with lk.Loyalty.open(url) as kit:
        assert [len(kit.member(one).inbox) for one in ("ann", "bob")] == [2, 1]


def test_whom_must_be_said_and_be_there(url):
    announced(url, code=2)
    announced(url, "--to", "chat", "--segment", "all", code=2)
    assert "chat" in announced(url, "--to", "chatt", code=1)


def test_it_speaks_russian(url):
    said = invoke("announce", "news", "--store", url, "--to", "chat", lang="ru").output
    assert said.strip() == "Отправлено сейчас: 1, раньше: 0."
