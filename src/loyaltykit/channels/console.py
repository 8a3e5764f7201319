"""The console channel: messages as readable text on a stream, for trying a program out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.channels.protocol import Receipt

if TYPE_CHECKING:
    from typing import TextIO

    from loyaltykit.channels.protocol import OutgoingMessage


class Console:
    """Writes each message to a text stream, as a heading and an indented body."""

    name = "console"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: OutgoingMessage) -> Receipt:
        """Write it out and flush."""
        heading = f"{message.at:%Y-%m-%d %H:%M} → {message.member}: {message.subject or message.message}"
        heading = " ".join(heading.splitlines())  # so that nobody's name looks like the heading of another message
        body = [f"    {line}" for line in message.text.splitlines()]
        self._stream.write(_printable("\n".join([heading, *body])) + "\n")
        self._stream.flush()
        return Receipt(message=message.id)


def _printable(text: str) -> str:
    """Without control characters, so that nobody's name can steer a terminal."""
    return "".join(char if char == "\n" or char.isprintable() else "·" for char in text)
