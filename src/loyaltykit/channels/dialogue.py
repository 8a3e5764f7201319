"""What is said over a connection to a mail server to hand over one letter, up to its bytes and with them.

Where the server offers it, sender, recipient and the wish to send go together, and the three answers are read after
them (PIPELINING, RFC 2920): a letter then waits for the server twice, not four times.
"""

from __future__ import annotations

import re
import smtplib
from typing import TYPE_CHECKING

from loyaltykit.errors import Deferred, DeliveryError, Gone, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.channels.addresses import MailAddress

GO_ON = 354
"""The only answer to DATA after which a letter may follow (RFC 5321, 4.1.1.4)."""
_CLOSING = 421
_NOBODY = frozenset({550, 551, 553})
"""At RCPT: no such mailbox, moved, malformed (RFC 5321, 4.2.3)."""
_OUR_FAULT = frozenset({530, 534, 535, 538})
"""Authentication (RFC 4954): the letter is not to blame, and will go when the settings are right."""
_PLAIN = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>\x00-\x1f\x7f]+")
_DOT = re.compile(rb"^\.", re.MULTILINE)


def commands(
    smtp: smtplib.SMTP, sender: MailAddress, to: MailAddress, size: int
) -> tuple[bytes, bytes, bytes] | DeliveryError:
    """Sender, recipient and the wish to send, as lines; or why this server cannot have this letter."""
    if not (_PLAIN.fullmatch(sender.address) and _PLAIN.fullmatch(to.address)):
        return Refused(code="email/address")
    options = ""
    if to.international or sender.international:
        if not smtp.has_extn("smtputf8"):
            return Refused(code="smtp/no-smtputf8")
        options = " SMTPUTF8 BODY=8BITMIME"
    if smtp.has_extn("size"):
        options += f" SIZE={size}"
    return f"MAIL FROM:<{sender.address}>{options}\r\n".encode(), f"RCPT TO:<{to.address}>\r\n".encode(), b"DATA\r\n"


def ask(smtp: smtplib.SMTP, lines: Sequence[bytes], *, together: bool) -> DeliveryError | None:
    """None when the server waits for the letter's bytes, else why it does not want them."""
    codes = _together(smtp, lines) if together else _in_turn(smtp, lines)
    verdict = meaning(codes[0])
    if verdict is None and len(codes) > 1:
        verdict = meaning(codes[1], recipient=True)
    waits = len(codes) == len(lines) and codes[-1] == GO_ON
    if verdict is None and not waits:
        verdict = meaning(codes[-1]) or later(codes[-1])
    if verdict is not None and waits:
        _nothing_follows(smtp, codes[0])
    return verdict


def give(smtp: smtplib.SMTP, letter: bytes) -> DeliveryError | None:
    """None when the server has taken the letter."""
    if b"\n." in letter or letter[:1] == b".":
        letter = _DOT.sub(b"..", letter)  # a line of one dot would be the end
    smtp.send(letter + (b".\r\n" if letter[-2:] == b"\r\n" else b"\r\n.\r\n"))
    return meaning(smtp.getreply()[0])


def meaning(code: int, *, recipient: bool = False) -> DeliveryError | None:
    """What a reply code means (RFC 5321, 4.2.1); None: accepted."""
    if 200 <= code < 300:
        return None
    if not 500 <= code < 600 or code in _OUR_FAULT:
        return later(code)
    return Gone(_named(code)) if recipient and code in _NOBODY else Refused(_named(code))


def later(code: int) -> Deferred:
    """A server that says anything but failure where it fails makes no sense."""
    return Deferred(_named(code)) if 400 <= code < 600 else Deferred(code="smtp/answer")


def _in_turn(smtp: smtplib.SMTP, lines: Sequence[bytes]) -> list[int]:
    """The answers, each asked for when the one before was good."""
    codes: list[int] = []
    for line in lines:
        smtp.send(line)
        codes.append(smtp.getreply()[0])
        if not 200 <= codes[-1] < 300:
            break
    return codes


def _together(smtp: smtplib.SMTP, lines: Sequence[bytes]) -> list[int]:
    """All answers, or those up to the one after which the server hung up: the first that is bad is what counts."""
    smtp.send(b"".join(lines))
    codes: list[int] = []
    for _ in lines:
        try:
            codes.append(smtp.getreply()[0])
        except (smtplib.SMTPServerDisconnected, OSError):
            if all(200 <= code < 300 for code in codes):
                raise
            break
        if codes[-1] == _CLOSING:
            break
    return codes


def _nothing_follows(smtp: smtplib.SMTP, sender: int) -> None:
    """The server waits for a letter that nobody gets: end it (RFC 2920, 3.1), or leave when it makes no sense at all.

    After a refused recipient a single dot is an empty letter to nobody. After a refused sender it could be one to
    somebody: a connection that is lost before the dot delivers nothing.
    """
    if 200 <= sender < 300:
        smtp.send(b".\r\n")
        smtp.getreply()
    else:
        smtp.close()


def _named(code: int) -> str:
    return f"smtp/{code}"
