"""Webhooks from a program to a receiver, and how a channel file names them."""

import datetime as dt
import json
import sqlite3

import pytest

import loyaltykit as lk
from loyaltykit.channels.webhook import Webhook, new_secret
from loyaltykit.testing import Endpoint
from tests.cli.helpers import invoke

PROGRAM = """
program: school
events: {lesson.completed: {course: text}}
member: {name: text, phone: text}
points: {xp: }
rules: [{id: lesson, on: lesson.completed, award: {xp: 10}, send: praise}]
messages: {praise: {en: {subject: Well done, text: "{{ member.name | default: 'Hello' }}, {{ points.xp }} xp."}}}
contact: {channels: [CHANNELS]}
"""
NINE = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
NOON = NINE.replace(hour=12)
OLD, NEW = new_secret(), new_secret()


def program(channels):
    return lk.Program.from_yaml(PROGRAM.replace("CHANNELS", channels))


class Paper:
    name = "paper"

    def send(self, message):
        return lk.Receipt(message=message.id)


@pytest.fixture
def url(tmp_path):
    """A store where Ann has two messages to come."""
    return a_store(tmp_path, "webhook, paper")


def a_store(tmp_path, channels):
    url = f"sqlite:///{tmp_path / 'school.db'}"
    with lk.Loyalty(program(channels), store=url) as kit:
        kit.update_member("ann", {"name": "Ann", "phone": "+7999"}, at=NINE)
        for number in (1, 2):
            lesson = {"type": "lesson.completed", "member": "ann", "data": {"course": "py"}}
            kit.record({"id": f"e{number}", "at": f"2026-09-01T10:0{number}:00Z", **lesson})
    return url


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", NEW)


def delivered(url, config, text, *more):
    config.write_text(text)
    return invoke("deliver", "--store", url, "--config", config, "--at", NOON.isoformat(), *more)


def test_a_webhook_stands_in_the_channel_file_and_its_secrets_in_the_environment(url, tmp_path, monkeypatch):
    config = tmp_path / "channels.toml"
    with Endpoint([OLD]) as endpoint:
        text = f"""
[webhook]
url = "{endpoint.url}"
secret_env = "HOOK_SECRET"
previous_secret_env = "HOOK_SECRET_OLD"
allow = ["127.0.0.1/32"]
address = "phone"
"""
        monkeypatch.setenv("HOOK_SECRET", NEW)
        missing = delivered(url, config, text)
        assert (missing.exit_code, "HOOK_SECRET_OLD" in missing.stderr) == (2, True)
        monkeypatch.setenv("HOOK_SECRET_OLD", OLD)
        result = delivered(url, config, text, "--json")
        assert json.loads(result.stdout)["channels"] == {"webhook": {"sent": 2}}
    assert [(one["data"]["to"], one["data"]["text"]) for one in endpoint.payloads] == [("+7999", "Ann, 20 xp.")] * 2
    assert not any(secret in result.output + missing.output for secret in (OLD, NEW, OLD[6:], NEW[6:]))


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("lines", "lang", "said"),
    [
        ('url = "https://u:hush@school.example/"', "en", "is not a plain https address"),
        ('url = "http://school.example/"', "ru", "http — только для своих сетей"),
        ('url = "https://school.example/"\nallow = ["home"]', "ru", "10.0.0.5/32"),
        ('ulr = "https://school.example/"', "en", "did you mean url?"),
        ('url = "https://school.example/"\nsecret = "whsec_hush"', "en", "secret_env"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_told_and_shows_no_secret(url, tmp_path, lines, lang, said):
    (tmp_path / "c.toml").write_text(f'[webhook]\nsecret_env = "HOOK_SECRET"\n{lines}\n')
    result = invoke("deliver", "--store", url, "--config", tmp_path / "c.toml", lang=lang)
    assert (result.exit_code > 0, said in result.stderr, "hush" in result.output) == (True, True, False)


def test_a_secret_that_is_none_is_told_in_words(url, tmp_path, monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "hush")
    (tmp_path / "c.toml").write_text('[webhook]\nurl = "https://school.example/"\nsecret_env = "HOOK_SECRET"\n')
    result = invoke("deliver", "--store", url, "--config", tmp_path / "c.toml", lang="ru")
    assert (result.exit_code, "whsec_" in result.stderr, "hush" in result.output) == (1, True, False)


def test_an_endpoint_that_is_gone_is_nobodys_fault_and_other_channels_take_over(url):
    with Endpoint(NEW) as endpoint:
        hook = Webhook(endpoint.url, NEW, allow=Endpoint.ALLOW)
        endpoint.fail(410)
        with lk.Loyalty(program("webhook, paper"), store=url, channels=[hook, Paper()]) as kit:
            made = kit.deliver(NOON)
            assert (made.sent, made.channels["paper"]) == (2, {"sent": 2})
        assert len(endpoint.requests) == 1
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM loyalty_event WHERE type = 'kit.reached'").fetchall() == [(0,)]


def test_without_another_channel_it_is_dead_and_says_why(tmp_path):
    url = a_store(tmp_path, "webhook")
    with Endpoint(NEW) as endpoint:
        endpoint.fail(410, times=2)
        with lk.Loyalty(
            program("webhook"), store=url, channels=[Webhook(endpoint.url, NEW, allow=Endpoint.ALLOW)]
        ) as kit:
            kit.deliver(NOON)
            assert [(one.status, one.reason) for one in kit.outbox("ann")] == [("dead", "webhook/410")] * 2
