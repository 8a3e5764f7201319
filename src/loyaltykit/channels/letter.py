"""A message as the bytes of an e-mail: both bodies, links for buttons, one-click unsubscribing, attachments."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import re
from email import encoders, policy
from email.mime.base import MIMEBase
from email.utils import format_datetime
from typing import TYPE_CHECKING

from loyaltykit.channels.bounces import HEADER
from loyaltykit.channels.headers import clean, head, mailbox, written
from loyaltykit.channels.links import is_link
from loyaltykit.channels.reread import reads_as_meant
from loyaltykit.errors import Refused

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.channels.addresses import MailAddress
    from loyaltykit.channels.protocol import Attachment, OutgoingMessage

_POLICY = policy.compat32.clone(linesep="\r\n")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MEDIA_TYPE = re.compile(
    r"(?P<main>[a-z]+)/(?P<sub>[\w.+-]+)(?P<rest>(?:; ?[\w-]+=[\w.:+-]+)*)", re.IGNORECASE | re.ASCII
)
_LOCALE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_LINE = 76
"""The longest line of base64 (RFC 2045, 6.8)."""
_RETURNS = re.compile(r"[0-9a-z-]{1,60}", re.ASCII)
_NUMBER = 2
"""The length of the labels that stand side by side: those of a scale."""


def compose(
    message: OutgoingMessage,
    *,
    sender: MailAddress,
    to: MailAddress,
    reply_to: MailAddress | None,
    at: dt.datetime,
) -> bytes:
    """The letter, ready for DATA. Raises Refused when it cannot be written, or would not be read as it is meant."""
    if message.unsubscribe is not None and not is_link(message.unsubscribe, secure=True):
        raise Refused(code="email/unsubscribe")
    if any(button.url is not None and not is_link(button.url) for button in message.buttons):
        raise Refused(code="email/button")
    name = _digest(message.id)
    kind, body = _body(message, name[:24])
    headers = _headers(message, sender, to, reply_to, (_date(at.replace(microsecond=0)), f"<{name}@{sender.domain}>"))
    headers += [("MIME-Version", "1.0", "1.0"), ("Content-Type", kind, kind)]
    raw = head((name, value) for name, value, _ in headers) + b"\r\n" + body
    if not (_whole_lines(raw) and reads_as_meant(raw, [(name, meant) for name, _, meant in headers])):
        raise Refused(code="email/head")
    return raw


def _whole_lines(raw: bytes) -> bool:
    """Whether every CR and every LF is half of an end of line: servers differ in what they take others for."""
    return raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")


def message_id(message: str, domain: str) -> str:
    """The same for every attempt, and telling nothing: the message's own id may hold the member's."""
    return f"<{_digest(message)}@{domain}>"


def _digest(message: str) -> str:
    return hashlib.sha256(message.encode("utf-8", "replace")).hexdigest()[:40]


_date = functools.lru_cache(maxsize=8)(format_datetime)
"""All letters of one second have one date."""


def _headers(
    message: OutgoingMessage,
    sender: MailAddress,
    to: MailAddress,
    reply_to: MailAddress | None,
    dated: tuple[str, str],
) -> list[tuple[str, str, str]]:
    """Name, value as written, and what it means; `dated` are the values of Date and Message-ID."""
    subject = clean(message.subject)
    found = [
        ("From", mailbox(sender), _meant(sender)),
        ("To", mailbox(to), _meant(to)),
        ("Subject", written(subject), subject),
    ]
    found += [("Reply-To", mailbox(reply_to), _meant(reply_to))] if reply_to is not None else []
    plain = [
        ("Date", dated[0]),
        ("Message-ID", dated[1]),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no holiday notes in answer
    ]
    if _LOCALE.fullmatch(message.locale):
        plain.append(("Content-Language", message.locale.replace("_", "-")))
    if message.returns is not None and _RETURNS.fullmatch(message.returns):
        plain.append((HEADER, message.returns))
    if message.unsubscribe is not None:
        plain += [
            ("List-Unsubscribe", f"<{message.unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058
        ]
    return found + [(name, value, value) for name, value in plain]


def _meant(address: MailAddress) -> str:
    name = clean(address.name)
    return f"{name} <{address.address}>" if name else address.address


def _body(message: OutgoingMessage, seed: str) -> tuple[str, bytes]:
    """The Content-Type of the whole, and the parts: text, HTML and what is attached.

    Base64 throughout: no line is too long, and no boundary is met by chance or on purpose. Written by hand, since the
    heads of the parts are constants, and the email package takes longer over them than a server over a letter.
    """
    links = [(button.label, button.url) for button in message.buttons if button.url is not None]
    kind, both = _parts(
        "alternative",
        f"=_a{seed}",
        [_words("plain", _text(message.text, links)), _words("html", _network_lines(_page(message, links)))],
    )
    if not message.attachments:
        return kind, both
    first = head([("Content-Type", kind)]) + b"\r\n" + both
    return _parts("mixed", f"=_m{seed}", [first, *map(_attached, message.attachments)])


def _parts(kind: str, boundary: str, parts: list[bytes]) -> tuple[str, bytes]:
    """A Content-Type and its body (RFC 2046, 5.1.1)."""
    line = f"--{boundary}".encode()
    pieces = [piece for part in parts for piece in (line, b"\r\n", part, b"\r\n")]
    return f'multipart/{kind};\r\n boundary="{boundary}"', b"".join([*pieces, line, b"--\r\n"])


def _words(kind: str, text: str) -> bytes:
    headers = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    coded = base64.b64encode(text.encode())
    lines = [coded[start : start + _LINE] for start in range(0, len(coded), _LINE)]
    return headers.encode() + b"\r\n".join([*lines, b""])


def _text(text: str, links: list[tuple[str, str]]) -> str:
    lines = [_shown(text).rstrip()]
    lines += [f"{clean(label)}: {url}" for label, url in links]
    return _network_lines("\n\n".join(filter(None, lines)) + "\n")


def _shown(text: str) -> str:
    """Without control characters, which most texts have none of but the ends of their lines."""
    return text if text.replace("\n", "").isprintable() else _CONTROLS.sub("", text)


def _network_lines(text: str) -> str:
    """Every line's end as e-mail has it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def _page(message: OutgoingMessage, links: list[tuple[str, str]]) -> str:
    """The HTML body; where a message has none, its text with the paragraphs it had."""
    inner = message.html
    if inner is None:
        paragraphs = html.escape(message.text, quote=False).replace("\r\n", "\n").split("\n\n")
        inner = "".join(f'<p dir="auto">{paragraph.strip()}</p>\n' for paragraph in paragraphs if paragraph.strip())
        inner = inner.replace("\n", "<br>\n").replace("</p><br>\n", "</p>\n")
    inner = _shown(inner)
    buttons = _row(links)
    before, end, after = inner.rpartition("</body>")
    if end:
        return f"{before}{buttons}{end}{after}"
    lang = message.locale if _LOCALE.fullmatch(message.locale) else "en"
    top = f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"></head>'
    return f"{top}<body>\n{inner}{buttons}</body></html>\n"


def _row(links: list[tuple[str, str]]) -> str:
    """Links as the page shows them: one a line; the numbers of a scale side by side."""
    made = [f'<a href="{html.escape(url)}">{html.escape(clean(label))}</a>' for label, url in links]
    if all(len(label) <= _NUMBER for label, _ in links):
        return f"<p>{' &nbsp; '.join(made)}</p>\n" if made else ""
    return "".join(f"<p>{one}</p>\n" for one in made)


def _attached(attachment: Attachment) -> bytes:
    kind = _MEDIA_TYPE.fullmatch(attachment.media_type)
    if kind is None or kind["main"].lower() in {"multipart", "message"}:
        raise Refused(code="email/attachment")
    part = MIMEBase(kind["main"], kind["sub"], policy=_POLICY)
    for name, _, value in (option.strip().partition("=") for option in kind["rest"].split(";") if option.strip()):
        part.set_param(name, value)
    part.set_payload(attachment.content)
    encoders.encode_base64(part)
    name = re.sub(r'[/\\"]', "_", clean(attachment.name)) or "file"
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    return part.as_bytes()


__all__ = ["compose", "message_id"]
