"""Checks of what is sent: that it arrives, once, as it was written, and to nobody else."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from loyaltykit.channels.protocol import Attachment, Button, Receipt
from loyaltykit.errors import Gone, Refused
from loyaltykit.testing.channel.bench import TEXT, seen, shut
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from loyaltykit.testing.channel.bench import Bench, Rig

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_HOSTILE = (
    "<b>bold</b> & <script>alert(1)</script> &lt;i&gt; <unclosed",
    "*stars* _under_ `tick` [link](https://evil.example) ~~gone~~ # head > quote | a | 1. item",
    "one\r\ntwo: three\r\n\r\nfour\r\n.\r\nfive\nQUIT",
    "{{ name }} {% if %} ${HOME} $(id) %s %(x)s {0} \\n \\u0041 ' OR 1=1; --",
    "@all @here /start #tag +7 000 000-00-00 mailto:ann@example.org =?utf-8?b?0J/RgNC40LLQtdGC?=",
    "a\x00b\x1bc\x07d\x7fe\u0085f",
    "right \u202eto left\u202c and \u2066isolated\u2069, zero\u200bwidth, \ufefffirst",
    "Ёлка, 你好, 👩‍👩‍👧‍👦 🇷🇺 \U0001f9d1\U0001f3fd‍🎓 \U00020bb7 é̈",
)
_LONG = ("Шаг за шагом, урок за уроком. 😀 " * 400)[:10_000]
_FACES = "😀" * 10_000
_LEAST_SEEN = 100
_BUTTONS = (
    Button(label="Yes", action="kit:yes-1", url="https://school.example/yes?a=1&b=2"),
    Button(label="No <b>&", action="kit:" + "n" * 60),
    Button(label="Site", action="", url="https://school.example/?x=1&y=2"),
)
_BAD_LINKS = ("javascript:alert(1)", "https://school.example/\r\nX-Evil: 1", "file:///etc/passwd")


def shape(bench: Bench) -> None:
    """A name, perhaps an address, and a send."""
    with bench.up(works=False) as rig:
        channel = rig.channel
        name = getattr(channel, "name", None)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Fault(f"its name is {name!r}, not a-z, 0-9 and -, at most 31 characters")
        address = getattr(channel, "address", None)
        if address is not None and not (isinstance(address, str) and address.isidentifier()):
            raise Fault(f"its address is {address!r}, not the name of a member attribute")
        if not callable(getattr(channel, "send", None)):
            raise Fault("it has no send(message)")


def arrives(bench: Bench) -> None:
    """A plain message arrives as it was written."""
    with bench.up(works=False) as rig:
        found = rig.arrives(rig.message())
        if seen(TEXT) not in seen(found.text):
            raise Fault(f"what arrives is not what was sent: {found.text[:100]!r}")
        if found.to != rig.far.to:
            raise Fault("it arrives at somebody else's")


def receipt(bench: Bench) -> None:
    """A receipt for this message."""
    with bench.up() as rig:
        message = rig.message()
        found = rig.send(message).receipt
        if not isinstance(found, Receipt):
            raise Fault(f"send returns {type(found).__name__}, not a Receipt")
        if found.message != message.id:
            raise Fault(f"the receipt is for {found.message!r}, not for the message that was sent")
        if found.reference is not None and not (isinstance(found.reference, str) and found.reference):
            raise Fault(f"the reference is {found.reference!r}, neither None nor a text")


def same_id(bench: Bench) -> None:
    """One message has one id on the wire, however often it is sent; another has another."""
    with bench.up() as rig:
        message = rig.message()
        rig.far.behave("lost")
        rig.send(message)
        rig.far.behave("well")
        rig.send(message)
        other = rig.arrives(rig.message())
        ids = [one.id for one in rig.far.arrived[:-1]]
        if not all(ids) or not other.id:
            raise Fault("a message arrives without its id")
        if len(set(ids)) != 1:
            raise Fault("a message that is sent again has another id")
        if other.id == ids[0]:
            raise Fault("two messages have one id")


def apart(bench: Bench) -> None:
    """Two adapters in one process have nothing in common."""
    with bench.up() as one, bench.up() as other:
        one.arrives(one.message())
        other.arrives(other.message())
        shut(other.channel)
        one.arrives(one.message())


def no_address(bench: Bench) -> None:
    """Without an address nothing is sent."""
    with bench.up() as rig:
        if not rig.addressed:
            return
        rig.fails(rig.message(to=None), Refused, when="without an address")
        if rig.far.arrived:
            raise Fault("a message without an address arrives")


def one_recipient(bench: Bench) -> None:
    """An address is one address, or none."""
    with bench.up() as rig:
        to = rig.far.to
        hostile = [
            "",
            " ",
            "\0",
            f"{to}\0",
            f"{to}\r\nBcc: {to}",
            f"{to}\n{to}",
            f"{to},{to}",
            f"{to};{to}",
            f"{to} {to}",
        ]
        hostile += [
            f"{to}&to={to}",
            f"{to}?x=1",
            f"{to}#x",
            f"{to}/../{to}",
            f"../{to}",
            to + "7" * 5_000,
            "\u202e" + to,
        ]
        if to.isdigit():
            hostile.append("".join(chr(0x660 + int(digit)) for digit in to))
        for address in hostile:
            _not_astray(rig, address)


def _not_astray(rig: Rig, address: str) -> None:
    changes = {"to": address} if rig.addressed else {"member": address}
    before = len(rig.far.arrived)
    outcome = rig.send(rig.message(**changes))
    shown = repr(address.replace(rig.far.to, "ADDRESS"))[:60]
    if any(one.to != address for one in rig.far.arrived[before:]):
        raise Fault(f"a message to {shown} reaches somebody")
    if outcome.error is not None and not isinstance(outcome.error, Refused | Gone):
        raise Fault(f"for the address {shown} {outcome.said}, not Refused or Gone")


def literal(bench: Bench) -> None:
    """What looks like markup, a header or a command is text."""
    with bench.up() as rig:
        for text in _HOSTILE:
            as_html = f"<p>{html.escape(text)}</p>"
            for changes in ({}, {"html": as_html}):
                message = rig.message(text=text, subject=f"{text}\r\nBcc: {rig.far.to}", **changes)
                found = rig.arrives(message)
                if seen(text) not in seen(found.text):
                    form = "HTML" if changes else "text"
                    raise Fault(f"the {form} {text[:40]!r} arrives as {found.text[:80]!r}")
                if found.to != rig.far.to:
                    raise Fault("a subject with line ends reaches somebody else")


def long_text(bench: Bench) -> None:
    """What is too long is cut, or refused; nothing is cut in the middle of a character."""
    with bench.up() as rig:
        for text in (_LONG, _FACES):
            for changes in ({}, {"html": f"<p>{text}</p>"}):
                _cut(rig, text, changes)


def _cut(rig: Rig, text: str, changes: dict[str, str]) -> None:
    before = len(rig.far.arrived)
    outcome = rig.send(rig.message(text=text, **changes))
    if isinstance(outcome.error, Refused):
        return
    if outcome.error is not None:
        raise Fault(f"for a text of {len(text)} characters {outcome.said}")
    said = "".join(one.text for one in rig.far.arrived[before:])
    shown = seen(said).removeprefix(seen(rig.message().subject)).rstrip(".…")
    if len(shown) < _LEAST_SEEN or shown not in seen(text) or "\ufffd" in said:
        raise Fault(f"of a text of {len(text)} characters arrives what is not its beginning: …{said[-40:]!r}")


def buttons(bench: Bench) -> None:
    """Buttons arrive with what is behind them."""
    with bench.up() as rig:
        found = dict(rig.arrives(rig.message(buttons=_BUTTONS)).buttons)
        yes, no, site = _BUTTONS
        if found.get(yes.label) not in {yes.action, yes.url}:
            raise Fault(f"behind the button {yes.label!r} is {found.get(yes.label)!r}")
        if found.get(site.label) != site.url:
            raise Fault(f"behind a button that is a link is {found.get(site.label)!r}")
        presses = found[yes.label] == yes.action
        if found.get(no.label, None if presses else no.action) != no.action:
            raise Fault(f"an action of {len(no.action)} bytes does not come back: {found.get(no.label)!r}")


def bad_links(bench: Bench) -> None:
    """Only web addresses stand behind buttons."""
    with bench.up() as rig:
        for url in _BAD_LINKS:
            before = len(rig.far.arrived)
            outcome = rig.send(rig.message(buttons=(Button(label="Bad", action="", url=url),)))
            if outcome.error is not None and not isinstance(outcome.error, Refused):
                raise Fault(f"for a button that leads to {url!r} {outcome.said}, not Refused")
            if any(behind == url for one in rig.far.arrived[before:] for _, behind in one.buttons):
                raise Fault(f"a button leads to {url!r}")


def attachments(bench: Bench) -> None:
    """A file that the channel cannot send does not keep the message back."""
    with bench.up() as rig:
        file = Attachment(name="встреча.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR\r\n")
        found = rig.arrives(rig.message(attachments=(file,)))
        if seen(TEXT) not in seen(found.text):
            raise Fault("a message with a file arrives without its text")
