"""`loyaltykit dead` and `loyaltykit bounce`, and what the worker does with letters that came back."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.channels import Email
from loyaltykit.errors import Refused
from loyaltykit.program.load import Program
from loyaltykit.testing import Mailbox
from tests.app.post import Post
from tests.channels.test_bounces import dsn
from tests.cli.helpers import invoke

PROGRAM = Program.from_dict(
    {
        "program": "small",
        "events": {"hello": {}},
        "member": {"name": "text", "telegram": "text", "email": "text"},
        "rules": [{"id": "greet", "on": "hello", "send": "hi"}],
        "messages": {"hi": {"en": {"subject": "Hi", "text": "Hello, {{ member.name }}"}}},
        "contact": {"channels": ["telegram", "email"]},
    }
)
NOW = dt.datetime.now(dt.UTC)
SECRET = "a secret of this school"  # noqa: S105  # of a test


def recorded(kit, member="ann", ago=60):
    at = NOW - dt.timedelta(minutes=ago)
    known = {"name": "Ann", "telegram": "42", "email": f"{member}@school.example"}
    kit.update_member(member, known, at=at)
    kit.record({"id": f"h-{member}", "type": "hello", "member": member, "at": at.isoformat()})


@pytest.fixture
def url(tmp_path):
    made = f"sqlite:///{tmp_path}/school.db"
    refusing = [Post("telegram", *[Refused("telegram/400")] * 9), Post("email", *[Refused("smtp/554")] * 9)]
    with Loyalty(PROGRAM, store=made, channels=refusing) as kit:
        recorded(kit)
        kit.deliver(NOW - dt.timedelta(minutes=50))
    return made


def letters(url):
    return json.loads(invoke("dead", "list", "--store", url, "--json").stdout)


def test_the_dead_are_listed_and_one_is_shown_in_full(url):
    result = invoke("dead", "list", "--store", url)
    assert result.exit_code == 0
    (one,) = letters(url)
    assert f"{one['id'][:12]}  hi → ann  smtp/554 (telegram, email)" in result.stdout
    shown = invoke("dead", "show", one["id"][:8], "--store", url, lang="ru")
    assert "  пробовали: telegram: telegram/400, попыток: 1\n" in shown.stdout
    assert one["tried"][1] == {"channel": "email", "reason": "smtp/554", "attempts": 1}
    assert json.loads(invoke("dead", "show", one["id"], "--store", url, "--json").stdout) == one
    assert invoke("dead", "show", "abcdef", "--store", url).exit_code == 1


def test_filters_and_an_empty_list(url):
    assert "Nothing" in invoke("dead", "list", "--store", url, "--suppressed").stdout
    assert "Пусто" in invoke("dead", "list", "--store", url, "--channel", "sms", lang="ru").stdout
    assert "ann" in invoke("dead", "list", "--store", url, "--channel", "telegram", "--since", "2020-01-01").stdout


def test_what_is_put_back_waits_again(url):
    (one,) = letters(url)
    assert invoke("dead", "requeue", "--store", url, "--by", "olga").exit_code == 2
    assert invoke("dead", "requeue", "--store", url, one["id"]).exit_code == 2
    result = invoke("dead", "requeue", "--store", url, "--by", "olga", one["id"][:10], "nobody")
    assert (result.exit_code, result.stdout) == (1, "put back: 1\n")
    assert "nobody stays" in result.stderr
    assert letters(url) == []
    with Loyalty.open(url) as kit:
        assert kit.outbox()[0].status == "queued"
    made = invoke("dead", "requeue", "--store", url, "--by", "olga", "--reason", "smtp/554", "--json")
    assert (made.exit_code, json.loads(made.stdout)) == (0, {"requeued": [], "refused": {}})


def returned(tmp_path, url):
    """The report about a letter that was sent, as a file."""
    with Mailbox() as box:
        email = Email(sender="School <hello@school.example>", host=box.host, port=box.port, security="none")
        with email, Loyalty.open(url, channels=[email], secret=SECRET) as kit:
            recorded(kit, "bob", ago=40)
            kit.deliver(NOW - dt.timedelta(minutes=30))
        head = box.letters[-1].raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode() + "\n"
    place = tmp_path / "mail" / "one.eml"
    place.parent.mkdir()
    place.write_bytes(dsn(quoted=head).replace(b"ann@", b"bob@"))
    return place


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHOOL_SECRET", SECRET)
    place = tmp_path / "channels.toml"
    place.write_text('secret_env = "SCHOOL_SECRET"\n')
    return place


def test_a_letter_that_came_back_is_taken_in(url, tmp_path, config):
    place = returned(tmp_path, url)
    result = invoke("bounce", place, "--store", url, "--config", config)
    assert (result.exit_code, result.stdout) == (0, "dead addresses: 1\n")
    again = invoke("bounce", place, "--store", url, "--config", config, lang="ru")
    assert again.stdout == "уже известно: 1\n"
    told = json.loads(invoke("bounce", place, "--store", url, "--config", config, "--json").stdout)
    assert (told[0]["kind"], told[0]["member"]) == ("known", "bob")
    assert "Message-ID" in invoke("bounce", place, "--store", url).stderr


def test_the_worker_takes_them_from_a_folder(url, tmp_path, config):
    place = returned(tmp_path, url)
    (place.parent / "note.eml").write_text("Subject: hello\n\nA note")
    result = invoke("worker", "--store", url, "--config", config, "--bounces", place.parent, "--once")
    assert result.exit_code == 0
    assert "no reports: 1, dead addresses: 1\n" in result.stdout
    assert sorted(path.name for path in (place.parent / "done").iterdir()) == ["note.eml", "one.eml"]
    with Loyalty.open(url) as kit:
        assert "kit.bounced" in [item.name for item in kit.member("bob").timeline]
