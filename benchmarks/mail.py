"""Mail: letters a second to a local SMTP server, beside bare smtplib.

The server is a process of its own, so this one is not what limits it, and wall-clock time counts: both sides wait for
the same answers. One bare side composes each letter with EmailMessage and sends it, as the standard library's manual
shows; the other sends our letters, composed beforehand, which is all that smtplib itself does.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import statistics
import subprocess
import sys
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from benchmarks.measure import Result, goal, rate
from loyaltykit.channels import Button, Email, OutgoingMessage
from loyaltykit.channels.addresses import mail_address
from loyaltykit.channels.letter import compose

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = 200
REPEATS = 25
QUICK = {"letters": 100, "repeats": 1}
AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
SENDER = "School <hello@school.example>"
TEXT = "Здравствуйте, Анна!\n\nВы остановились на уроке 7: циклы. До конца курса два урока.\n\n" * 4
LINK = "https://school.example/go"

# A server that says yes to everything, on asyncio: as quick as one in Python can be about it.
SERVER = """
import asyncio
import sys
from aiosmtpd.smtp import SMTP

class Yes:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [*responses[:-1], *sys.argv[1:], responses[-1]]

    async def handle_DATA(self, server, session, envelope):
        return "250 OK"

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Yes(), loop=loop, hostname="bench.invalid"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(serve())
"""


def run(*, letters: int = LETTERS, repeats: int = REPEATS) -> Result:
    """All in turn, over one connection each: to a server that takes commands one by one, and to one that need not."""
    lines: list[tuple[str, ...]] = []
    goals: list[str] = []
    for offered, kind in (((), "one by one"), (("250-PIPELINING",), "pipelining")):
        rates = _served(offered, letters, repeats)
        composed, ready = rates["ours"] / rates["composed"], rates["ours"] / rates["ready"]
        lines += [
            (f"{kind}: loyaltykit: composed, checked, sent", rate(rates["ours"]), ""),
            (f"{kind}: smtplib: composed by EmailMessage, sent", rate(rates["composed"]), f"{composed:.2f}"),
            (f"{kind}: smtplib: the same bytes, ready, sent", rate(rates["ready"]), f"{ready:.2f}"),
        ]
        goals += [
            goal(f"{kind}: ours beside smtplib with EmailMessage", composed, 0.8),
            goal(f"{kind}: ours beside smtplib with ready bytes", ready, 0.8),
        ]
    return Result(
        "E-mail",
        ("letters to a local server", "a second", "share that ours is of it"),
        tuple(lines),
        (
            "Letters of two bodies in Russian, with a button and one-click unsubscribing; one connection; wall clock.",
            "The first server takes commands one by one; the second offers PIPELINING (RFC 2920), unknown to smtplib.",
        ),
        tuple(goals),
    )


def _served(offered: tuple[str, ...], letters: int, repeats: int) -> dict[str, float]:
    """The rates to a server of its own."""
    with subprocess.Popen([sys.executable, "-c", SERVER, *offered], stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - ours
        try:
            assert server.stdout is not None
            return _rates(int(server.stdout.readline()), letters, repeats)
        finally:
            server.terminate()


def _rates(port: int, letters: int, repeats: int) -> dict[str, float]:
    messages = [_message(number) for number in range(letters)]
    with (
        Email(sender=SENDER, host="127.0.0.1", port=port, security="none") as mail,
        smtplib.SMTP("127.0.0.1", port) as smtp,
    ):
        ready = [(one.to or "", _ours(one)) for one in messages]
        works: dict[str, Callable[[], object]] = {
            "ours": lambda: [mail.send(one) for one in messages],
            "composed": lambda: [smtp.send_message(_composed(one)) for one in messages],
            "ready": lambda: [smtp.sendmail("hello@school.example", [to], raw) for to, raw in ready],
        }
        taken: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(repeats):
            for name, work in works.items():
                start = time.perf_counter()
                work()
                taken[name].append(time.perf_counter() - start)
    return {name: letters / statistics.median(seconds) for name, seconds in taken.items()}


def _message(number: int) -> OutgoingMessage:
    return OutgoingMessage(
        id=f"m{number}",
        member=f"s{number}",
        message="come-back",
        at=AT,
        subject="Анна, продолжим с того места?",
        text=TEXT,
        html=f"<p>{TEXT}</p>",
        to=f"student{number}@example.org",
        buttons=(Button(label="Продолжить", action="go", url=LINK),),
        unsubscribe=f"{LINK}?stop={number}",
    )


def _ours(message: OutgoingMessage) -> bytes:
    """What our side sends."""
    sender, to = mail_address(SENDER), mail_address(message.to or "")
    assert sender is not None
    assert to is not None
    return compose(message, sender=sender, to=to, reply_to=None, at=AT)


def _composed(message: OutgoingMessage) -> EmailMessage:
    """The same letter as the standard library's manual would have it."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = SENDER
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.at)
    letter["Message-ID"] = f"<{message.id}@school.example>"
    letter["List-Unsubscribe"] = f"<{message.unsubscribe}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(f"{message.text}\n\nПродолжить: {LINK}\n")
    letter.add_alternative(f'{message.html}<p><a href="{LINK}">Продолжить</a></p>', subtype="html")
    return letter


if __name__ == "__main__":
    from benchmarks.measure import text

    print(text(run()))
