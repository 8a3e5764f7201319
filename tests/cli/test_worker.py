"""`loyaltykit worker` and `loyaltykit deliver`: unattended, stopped, killed, started again."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.program.load import Program
from tests.cli.helpers import invoke

ROOT = Path(__file__).parents[2]
KILLS = [
    ("commit", 3), ("commit done", 7), ("_move", 1), ("_move done", 2), ("set_advanced", 2), ("set_advanced done", 1),
    ("lease", 9), ("lease done", 4), ("send", 5), ("sent", 3), ("sent", 1), ("finish", 6), ("finish done", 2),
    ("sent", 4), ("commit done", 30), ("start", 2), ("attempt done", 3), ("attempted", 2), ("attempted done", 1),
    ("lapse", 1),
]  # fmt: skip
"""Where the worker is killed, run after run; ``sent`` is between sending and acknowledgement."""

UNSURE = ("sent", "attempted", "finish", "start", "attempt", "commit")
"""Where a message may have been sent and that is not committed yet: it is written with the step of the next one."""

RESULTS = {
    "ledger": "SELECT m.id, e.point, e.kind, e.amount, e.at, e.mechanic, e.occurrence FROM loyalty_entry e"
    " JOIN loyalty_member m ON m.number = e.member ORDER BY 1, 2, 3, 5, 6, 7",
    "effects": "SELECT m.id, e.kind, e.name, e.at, e.mechanic, e.occurrence, e.data FROM loyalty_effect e"
    " JOIN loyalty_member m ON m.number = e.member ORDER BY 1, 2, 3, 4, 5, 6",
    "inbox": "SELECT m.id, i.effect, i.message, i.at, i.text FROM loyalty_inbox i"
    " JOIN loyalty_member m ON m.number = i.member ORDER BY 1, 2",
    "events": "SELECT m.id, e.id, e.type, e.at FROM loyalty_event e"
    " JOIN loyalty_member m ON m.number = e.member WHERE e.type <> 'kit.reached' ORDER BY 1, 2",
    "outbox": "SELECT m.id, o.effect, o.status, o.reason FROM loyalty_outbox o"
    " JOIN loyalty_member m ON m.number = o.member ORDER BY 1, 2",
}


def work(folder, where="", nth=0):
    """A worker in a process of its own; its exit code."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    script = [sys.executable, "-m", "tests.cli.killed_worker", str(folder), where, str(nth)]
    return subprocess.run(script, cwd=ROOT, check=False, timeout=120).returncode


def results(folder):
    with sqlite3.connect(folder / "school.db") as connection:
        return {name: connection.execute(query).fetchall() for name, query in RESULTS.items()}


def test_thirty_days_with_kills_are_thirty_days_without(tmp_path):
    calm, hard = tmp_path / "calm", tmp_path / "hard"
    assert work(calm) == 0
    died = [(where, nth) for where, nth in KILLS if work(hard, where, nth) == 9]
    assert died == KILLS
    assert work(hard) == 0
    expected, found = results(calm), results(hard)
    assert len(expected["ledger"]) > 100
    assert len(expected["inbox"]) > 20
    for name, rows in expected.items():
        assert found[name] == rows, name
    once = Counter((calm / "sent.txt").read_text().split())
    again = Counter((hard / "sent.txt").read_text().split())
    assert set(again) == set(once)
    assert len(once) > 20
    assert max(once.values()) == 1
    repeats = sum(again.values()) - len(again)
    assert 1 <= repeats <= sum(where.removesuffix(" done") in UNSURE for where, _ in died)


SMALL = {
    "program": "small",
    "events": {"hello": {}},
    "member": {"name": "text", "telegram": "text", "email": "text"},
    "rules": [{"id": "greet", "on": "hello", "send": "hi"}],
    "messages": {"hi": {"en": {"subject": "Hi", "text": "Hello, {{ member.name }}"}}},
    "contact": {"channels": ["telegram", "email"]},
}
PROGRAM = Program.from_dict(SMALL)


@pytest.fixture
def url(tmp_path):
    made = f"sqlite:///{tmp_path}/school.db"
    Loyalty(PROGRAM, store=made).close()
    return made


def lately(**ago):
    return (dt.datetime.now(dt.UTC) - dt.timedelta(**ago)).isoformat()


def greeted(url, member="ann", **attributes):
    with Loyalty.open(url) as kit:
        known = {"name": "Ann", "telegram": "4242", "email": "ann@school.example", **attributes}
        kit.update_member(member, known, at=dt.datetime.fromisoformat(lately(minutes=9)))
        kit.record({"id": f"h-{member}", "type": "hello", "member": member, "at": lately(minutes=5)})


def arriving(folder, name="a.jsonl", *events):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps(event) + "\n" for event in events))


HELLO = {"id": "h1", "type": "hello", "member": "bob", "at": lately(minutes=1)}


def test_a_dry_run_prints_what_would_go_and_writes_nothing(url):
    greeted(url)
    for _ in range(2):
        result = invoke("deliver", "--store", url, "--dry-run")
        assert result.exit_code == 0
        assert "→ ann: Hi\n    Hello, Ann\n" in result.stdout
        assert result.stdout.endswith("sent: 1, put off: 0, could not be delivered: 0, not sent: 0\n")
    with Loyalty.open(url) as kit:
        assert [one.status for one in kit.outbox()] == ["queued"]


def test_delivering_without_channels_says_how_to_name_them(url):
    result = invoke("deliver", "--store", url)
    assert result.exit_code == 2
    assert "--config" in result.stderr
    assert invoke("deliver", "--store", url, lang="ru").stderr.startswith("ошибка: каналы не названы")


def test_channels_come_from_a_file_and_secrets_from_the_environment(url, tmp_path, monkeypatch):
    from loyaltykit.testing.botapi import BotApi

    token = "123456:" + "c" * 35
    greeted(url)
    config = tmp_path / "channels.toml"
    with BotApi(token=token) as api:
        config.write_text(f'[telegram]\ntoken_env = "SCHOOL_TOKEN"\nbase_url = "{api.url}"\n')
        missing = invoke("deliver", "--store", url, "--config", config)
        assert (missing.exit_code, "SCHOOL_TOKEN" in missing.stderr) == (2, True)
        monkeypatch.setenv("SCHOOL_TOKEN", token)
        result = invoke("deliver", "--store", url, "--config", config, "--json")
        assert json.loads(result.stdout)["channels"] == {"telegram": {"sent": 1}}
        assert token not in result.output


@pytest.mark.parametrize(
    "text",
    ["[telegram]\n", "[sms]\nkey = 1\n", "not toml", '[email]\nhost = "h"\nsender = "s"\npassword = "hunter2"\n'],
)
def test_a_wrong_file_of_channels_is_told_and_shows_no_secret(url, tmp_path, text):
    config = tmp_path / "channels.toml"
    config.write_text(text)
    result = invoke("deliver", "--store", url, "--config", config)
    assert result.exit_code == 2
    assert "channels.toml" in result.stderr
    assert "hunter2" not in result.output


def test_a_worker_takes_files_in_and_sets_them_aside(url, tmp_path):
    folder = tmp_path / "in"
    arriving(folder, "a.jsonl", HELLO, {**HELLO, "id": "h2", "type": "unknown"})
    arriving(folder, ".hidden.jsonl", HELLO)
    arriving(folder, "b.txt", HELLO)
    (folder / "c.csv").write_bytes(b"PK\x03\x04 an archive")
    config = tmp_path / "channels.toml"
    config.write_text("console = true\n")
    result = invoke("worker", "--store", url, "--inbox-dir", folder, "--config", config, "--once")
    assert result.exit_code == 0
    assert "recorded 1 event: 0 ledger entries, 1 effect" in result.stdout
    assert "rejected events: 1, files that could not be read: 1" in result.stdout
    assert sorted(path.name for path in folder.iterdir()) == [".hidden.jsonl", "b.txt", "done", "failed"]
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["a.jsonl", "a.jsonl.quarantine.jsonl"]
    assert {path.name for path in (folder / "failed").iterdir()} == {"c.csv", "c.csv.problems.txt"}
    arriving(folder, "a.jsonl", HELLO)
    again = json.loads(invoke("worker", "--store", url, "--inbox-dir", folder, "--once", "--json").stdout)
    assert (again["recorded"], again["duplicates"], again["delivered"]) == (0, 1, None)
    assert {path.name for path in (folder / "done").iterdir()} >= {"a.jsonl", "2-a.jsonl"}


def test_a_quiet_worker_says_nothing(url):
    invoke("worker", "--store", url, "--once")
    result = invoke("worker", "--store", url, "--once", lang="ru")
    assert result.stdout == ""
    assert "Каналы не названы" in result.stderr


@pytest.mark.parametrize("arguments", [["--every", "often"], ["--every", "1 month"], ["--inbox-dir", "nowhere"]])
def test_wrong_arguments_of_a_worker(url, arguments):
    assert invoke("worker", "--store", url, "--once", *arguments).exit_code == 2


def test_a_worker_ends_when_it_is_asked_to(url, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    command = [
        sys.executable,
        "-m",
        "loyaltykit",
        "worker",
        "--store",
        url,
        "--inbox-dir",
        str(folder),
        "--every",
        "1s",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LANG": "C"})
    arriving(folder, "first.tmp", HELLO)
    (folder / "first.tmp").rename(folder / "first.jsonl")
    patience = time.monotonic() + 60
    while not (folder / "done" / "first.jsonl").exists() and time.monotonic() < patience:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Stopped" in said
    with Loyalty.open(url) as kit:
        assert kit.members() == ["bob"]


def test_a_file_that_was_not_taken_is_told_with_the_reason(url, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("person;when\nann;today\n", encoding="utf-8")
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(b"{}")[:12])
    (folder / "d.jsonl").write_text("")
    result = invoke("worker", "--store", url, "--inbox-dir", folder, "--once")
    assert result.exit_code == 0
    for name in ("a.csv", "b.jsonl.gz"):
        assert f"{name} was not taken, see failed/{name}.problems.txt: " in result.stderr
        assert (folder / "failed" / name).exists()
    assert "person; when" in (folder / "failed" / "a.csv.problems.txt").read_text().replace(",", ";")
    assert "--map" in (folder / "failed" / "a.csv.problems.txt").read_text()
    assert (folder / "done" / "d.jsonl").exists()
    arriving(folder, "e.jsonl", HELLO)
    assert "not taken" not in invoke("worker", "--store", url, "--inbox-dir", folder, "--once").stderr


def test_a_table_in_parquet_without_events_is_not_done(url, tmp_path):
    parquet, arrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "b.parquet").write_bytes(b"PAR1 and nothing more PAR1")
    nothing = {name: arrow.array([], arrow.string()) for name in ("id", "type", "member", "at")}
    parquet.write_table(arrow.table(nothing), folder / "c.parquet")
    invoke("worker", "--store", url, "--inbox-dir", folder, "--once")
    assert {"b.parquet", "c.parquet"} <= {path.name for path in (folder / "failed").iterdir()}
    assert "no event" in (folder / "failed" / "c.parquet.problems.txt").read_text()


def test_an_event_far_ahead_of_the_clock_is_kept_out(url, tmp_path):
    folder = tmp_path / "in"
    ahead = {**HELLO, "id": "h9", "at": lately(days=-2)}
    near = {**HELLO, "id": "h8", "at": lately(hours=-20)}
    arriving(folder, "a.jsonl", HELLO, ahead, near)
    made = json.loads(invoke("worker", "--store", url, "--inbox-dir", folder, "--once", "--json").stdout)
    assert (made["recorded"], made["rejected"]) == (2, 1)
    (refused,) = (folder / "done" / "a.jsonl.quarantine.jsonl").read_text().splitlines()
    assert (json.loads(refused)["code"], json.loads(refused)["event"]) == ("event/future", "h9")


def test_advertising_by_e_mail_without_a_link_to_unsubscribe_is_warned_of(tmp_path, monkeypatch):
    adverts = {"hi": {"purpose": "marketing", "en": {"subject": "Hi", "text": "Buy"}}}
    made = f"sqlite:///{tmp_path}/adverts.db"
    Loyalty(Program.from_dict({**SMALL, "messages": adverts}), store=made).close()
    config = tmp_path / "channels.toml"
    mail = '[email]\nhost = "localhost"\nsender = "s@school.example"\n'
    config.write_text(mail)
    for command in (["worker", "--once"], ["deliver"]):
        assert "without a link to unsubscribe" in invoke(*command, "--store", made, "--config", config).stderr
    monkeypatch.setenv("SECRET", "a secret of the school")
    config.write_text(f'secret_env = "SECRET"\nunsubscribe_url = "https://school.example/u/{{token}}"\n{mail}')
    assert "unsubscribe" not in invoke("worker", "--once", "--store", made, "--config", config).stderr


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_limit_that_is_none_is_told_by_its_place(url, tmp_path, lang):
    place = tmp_path / "channels.toml"
    place.write_text('[email]\nsender = "a@b.example"\nhost = "h"\n[email.limits]\neach = "often"\n')
    result = invoke("deliver", "--store", url, "--config", place, "--lang", lang)
    assert result.exit_code == 2
    assert "email.limits" in result.output
