"""What mail servers send back quotes whom it was for, and whatever it likes: nothing of that is kept or told."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.channels import Email
from loyaltykit.channels.bounces import read
from loyaltykit.testing import Mailbox
from tests.app.post import DAY, HOUR, NOON, event, join, program
from tests.channels.test_bounces import arf, dsn

NAME, MAIL, SECRET = "Canaria-Zwitscher", "canary@nest.example", "canary-secret-0123456789"
SAID = f"550 5.1.1 <{MAIL}> {NAME} is unknown to relay pw={SECRET}"


def returned(report, quoted):
    """A report about our letter, as a talkative server words it."""
    made = report(quoted).decode()
    return made.replace("ann@school.example", MAIL).replace("It did not work.", SAID).encode()


REPORTS = {
    "dead": lambda quoted: dsn(quoted=quoted, said=SAID),
    "full": lambda quoted: dsn("4.2.2", "delayed", quoted=quoted, said=SAID),
    "odd status": lambda quoted: dsn(f"5.1.1 {MAIL}", quoted=quoted, said=SAID),
    "foreign": lambda _: dsn(said=SAID),
    "no report": lambda quoted: f"From: {MAIL}\n\n{SAID}\n{quoted}".encode(),
    "complaint": lambda _: arf(f"abuse {NAME}"),
}


KINDS = {
    "dead": "permanent",
    "full": "transient",
    "odd status": "permanent",
    "foreign": "foreign",
    "no report": "other",
    "complaint": "other",  # a kind that nobody knows
}


@pytest.mark.parametrize("report", list(REPORTS))
def test_what_comes_back_is_kept_as_a_code(report, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "school.db"
    with Mailbox() as box, Email(sender="a@school.example", host=box.host, port=box.port, security="none") as mail:
        links = {"secret": SECRET, "unsubscribe_url": "https://s.example/{token}"}
        with Loyalty(program(channels=["email"]), store=f"sqlite:///{path}", channels=[mail], **links) as kit:
            join(kit, "m1", email=MAIL, name=NAME)
            kit.record(event("h1", member="m1"))
            assert kit.deliver(NOON).sent == 1
            quoted = box.letters[-1].raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode() + "\n"
            raw = returned(REPORTS[report], quoted)
            made = [kit.bounced(raw, at=NOON + HOUR), kit.bounced(raw, at=NOON + DAY), read(raw)]
            shown = [made, kit.outbox(), kit.dead(), kit.member("m1", timeline=100), kit]
    logged = [one.getMessage() for one in caplog.records if one.name.startswith("loyaltykit")]
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT reason, channel, channels, tried, reference FROM loyalty_outbox").fetchall()
        bodies = "SELECT data FROM loyalty_event_body b JOIN loyalty_event e ON e.seq = b.seq WHERE e.type LIKE 'kit.%'"
        events = connection.execute(bodies).fetchall()
    assert made[0].kind == KINDS[report]
    tokens = read(raw).about.tokens if read(raw) is not None else ()
    told = f"{shown!r} {logged} {rows} {events}"
    assert [one for one in (NAME, MAIL, SECRET, *tokens) if one in told] == []
