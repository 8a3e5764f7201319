"""The school's post: a mail server and a Bot API on this machine, and what the simulated students find in them.

Where a package for one of them is missing, paper stands in for it: the same messages, handed over by the same protocol,
are only kept.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol, Self

import attrs

from loyaltykit.channels.protocol import Receipt
from loyaltykit.errors import LoyaltyError, MissingExtra

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from loyaltykit.channels.email import Email
    from loyaltykit.channels.protocol import Channel, OutgoingMessage
    from loyaltykit.channels.telegram import Telegram
    from loyaltykit.testing import BotApi, Mailbox

    Now = Callable[[], dt.datetime]

SENDER = "Python School <hello@school.example>"
_TOKEN = "1:demo"  # noqa: S105  # of a bot that lives on this machine for a minute
_SECRET = "demo"  # noqa: S105  # the same


@attrs.frozen(kw_only=True)
class Letter:
    """What arrived for somebody, as they see it."""

    channel: str
    to: str
    at: dt.datetime
    subject: str
    text: str
    buttons: tuple[str, ...]
    file: str
    """The ending of the file that it is kept in."""
    raw: bytes = attrs.field(repr=False)


class Side(Protocol):
    """One channel with its far end."""

    @property
    def channel(self) -> Channel:
        """The adapter."""

    def arrived(self) -> Sequence[Letter]:
        """What has arrived since this was asked last."""

    def press(self, letter: Letter, button: int) -> tuple[str, str]:
        """Press a button under a letter: who did, and the action that comes back."""

    def close(self) -> None:
        """Let go of it."""


class Mail:
    """E-mail, over SMTP."""

    def __init__(self, now: Now) -> None:
        from loyaltykit.channels.email import Email
        from loyaltykit.testing import Mailbox

        self._now, self._seen = now, 0
        self._box: Mailbox = Mailbox().__enter__()
        self.channel: Email = Email(sender=SENDER, host=self._box.host, port=self._box.port, security="none", now=now)

    def arrived(self) -> Sequence[Letter]:
        """The letters in the mailbox, as a mail reader shows them."""
        fresh = self._box.letters[self._seen :]
        self._seen += len(fresh)
        return [self._read(one.raw, one.parsed()) for one in fresh]

    def _read(self, raw: bytes, parsed: Any) -> Letter:
        body = parsed.get_body(("plain",))
        return Letter(
            channel="email", to=parsed["To"].addresses[0].addr_spec, at=self._now(), subject=str(parsed["Subject"]),
            text=body.get_content().strip(), buttons=(), file="eml", raw=raw,
        )  # fmt: skip

    def press(self, letter: Letter, button: int) -> tuple[str, str]:
        """There is nothing to press in a letter."""
        raise LoyaltyError("a letter has no buttons", code="demo/no-button")

    def close(self) -> None:
        """Stop the server."""
        self.channel.close()
        self._box.__exit__()


class Bot:
    """Telegram, by its Bot API; presses come back as the updates that the webhook gets."""

    def __init__(self, now: Now) -> None:
        from loyaltykit.channels.telegram import Telegram
        from loyaltykit.testing import BotApi

        self._now, self._seen = now, 0
        Telegram(_TOKEN).close()  # a missing package is found before anything is opened
        self._api: BotApi = BotApi(token=_TOKEN).__enter__()
        self.channel: Telegram = Telegram(_TOKEN, base_url=self._api.url, limits=None)  # months pass in seconds

    def arrived(self) -> Sequence[Letter]:
        """The messages in the chats."""
        import json

        fresh = self._api.messages[self._seen :]
        self._seen += len(fresh)
        return [
            Letter(
                channel="telegram", to=one.chat, at=self._now(), subject="", text=one.text,
                buttons=tuple(label for label, _ in one.buttons), file="json",
                raw=json.dumps(attrs.asdict(one), ensure_ascii=False, indent=1).encode(),
            )
            for one in fresh
        ]  # fmt: skip

    def press(self, letter: Letter, button: int) -> tuple[str, str]:
        """Press a button, and read the update as a webhook would."""
        from loyaltykit.channels.telegram_updates import Pressed, read_update

        update = read_update(self._api.press(letter.to, letter.buttons[button]), secret=_SECRET, header=_SECRET)
        if not isinstance(update, Pressed):
            raise LoyaltyError("the press did not come back", code="demo/no-button")
        self.channel.answer(update.callback)
        return update.chat, update.action

    def close(self) -> None:
        """Stop the server."""
        self.channel.close()
        self._api.__exit__()


class Paper:
    """Stands in for a channel whose packages are missing: keeps what it is given."""

    def __init__(self, name: str, now: Now) -> None:
        self.name = self.address = name
        self.channel: Channel = self
        self._now = now
        self._fresh: list[Letter] = []
        self._actions: dict[tuple[str, str], str] = {}

    def send(self, message: OutgoingMessage) -> Receipt:
        """Keep a message."""
        chat, to = self.name == "telegram", message.to or ""
        subject = "" if chat else message.subject
        labels = tuple(button.label for button in message.buttons) if chat else ()
        self._actions |= {(to, button.label): button.action for button in message.buttons}
        raw = "\n".join((subject, message.text, *labels)).encode()
        self._fresh.append(
            Letter(
                channel=self.name, to=to, at=self._now(), subject=subject, text=message.text, buttons=labels,
                file="txt", raw=raw,
            )
        )  # fmt: skip
        return Receipt(message=message.id)

    def arrived(self) -> Sequence[Letter]:
        """What was handed over since."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def press(self, letter: Letter, button: int) -> tuple[str, str]:
        """The action of a button."""
        return letter.to, self._actions[letter.to, letter.buttons[button]]

    def close(self) -> None:
        """Nothing is open."""


class Post:
    """Both channels, open from `with` to the end of the block."""

    def __init__(self, now: Now) -> None:
        self.missing: list[tuple[str, str]] = []
        """What paper stands in for: the channel, and the extra that has the rest."""
        self._stack = ExitStack()
        self._sides = {
            "telegram": self._open("telegram", Bot, "http", now),
            "email": self._open("email", Mail, "demo", now),
        }

    def _open(self, name: str, side: Callable[[Now], Side], extra: str, now: Now) -> Side:
        try:
            opened = side(now)
        except (ModuleNotFoundError, MissingExtra):
            self.missing.append((name, extra))
            opened = Paper(name, now)
        self._stack.callback(opened.close)
        return opened

    @property
    def channels(self) -> list[Channel]:
        """The adapters."""
        return [side.channel for side in self._sides.values()]

    def arrived(self) -> list[Letter]:
        """What has arrived since this was asked last."""
        return [letter for side in self._sides.values() for letter in side.arrived()]

    def press(self, letter: Letter, button: int) -> tuple[str, str]:
        """Press a button under a letter: who did, and the action that comes back."""
        return self._sides[letter.channel].press(letter, button)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
