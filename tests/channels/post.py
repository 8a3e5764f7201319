"""What the tests of the adapters share: a message, certificates, and the search for what must not be said."""

from __future__ import annotations

import datetime as dt
import logging
import ssl
import traceback

import pytest
import trustme

from loyaltykit import OutgoingMessage

AT = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
OTHERS = ("mail.log",)
"""Loggers of the servers that stand in for the world: they may say what they like."""


def message(**changes):
    given = {
        "id": "ann:come-back:7",
        "member": "ann",
        "message": "come-back",
        "at": AT,
        "subject": "Анна, продолжим?",
        "text": "Вы остановились на уроке 7.\n\nДо конца — два урока.",
        "to": "ann@example.org",
    }
    return OutgoingMessage(**{**given, **changes})


def certificates():
    """A server's context and a client's that trusts it."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    return server, client


def everything_said(error, caplog):
    """All that a failure shows to anybody: its words, its chain, its traceback, the log."""
    chain, seen = error, []
    while chain is not None:
        seen += [str(chain), repr(chain), str(vars(chain))]
        chain = chain.__cause__ or chain.__context__
    logged = [record for record in caplog.records if not record.name.startswith(OTHERS)]
    seen += [record.getMessage() + str(record.exc_info) for record in logged]
    return "\n".join([*seen, *traceback.format_exception(error)])


def failing(send, caplog):
    """The error of a call, and everything it says."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the test looks at
        send()
    return caught.value, everything_said(caught.value, caplog)
