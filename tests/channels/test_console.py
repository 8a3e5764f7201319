from __future__ import annotations

import datetime as dt
import io

from loyaltykit.channels import Channel, Console, OutgoingMessage


def message(**changes):
    given = {
        "id": "m1",
        "member": "ann",
        "message": "well-done",
        "at": dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC),
        "subject": "Отлично",
        "text": "Раз\nдва",
    }
    return OutgoingMessage(**{**given, **changes})


def test_a_message_is_written_as_text():
    stream = io.StringIO()
    console: Channel = Console(stream)
    receipt = console.send(message())
    assert stream.getvalue() == "2026-09-01 10:00 → ann: Отлично\n    Раз\n    два\n"
    assert (console.name, receipt.message, receipt.reference) == ("console", "m1", None)


def test_a_message_without_subject_goes_by_its_name():
    stream = io.StringIO()
    Console(stream).send(message(subject=""))
    assert stream.getvalue().startswith("2026-09-01 10:00 → ann: well-done\n")


def test_nothing_steers_the_terminal():
    stream = io.StringIO()
    Console(stream).send(message(member="ann\x1b[2J", subject="\r\x07hi"))
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()
