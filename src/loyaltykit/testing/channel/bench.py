"""What the checks of the channel kit share: an adapter beside its far end, and sending within bounds."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.protocol import OutgoingMessage, address_of
from loyaltykit.errors import Deferred, DeliveryError
from loyaltykit.testing.report import Blocked, Fault, raised

if TYPE_CHECKING:
    from loyaltykit.channels.protocol import Channel
    from loyaltykit.testing.channel.far_end import Arrived, FarEnd

PATIENCE = 5.0
"""Seconds that one `send` may take."""
_AT = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
MEMBER = "member-q7x2k9"
SUBJECT = "Subject-w4n8z1"
TEXT = "Hello-j5v3m6: lesson 7 waits for you."


@attrs.frozen(slots=True, kw_only=True)
class Outcome:
    """What came of one `send`."""

    receipt: Any = None
    error: BaseException | None = None
    seconds: float = 0.0
    thread: int | None = None

    @property
    def said(self) -> str:
        """In a few words, for a fault."""
        if self.error is None:
            return "it returns as if all were well"
        if isinstance(self.error, DeliveryError):
            return f"it raises {type(self.error).__name__}({self.error.code!r})"
        return raised(self.error)


class Rig:
    """One adapter and its far end."""

    def __init__(self, channel: Channel, far: FarEnd, patience: float) -> None:
        self.channel, self.far = channel, far
        self._patience = patience
        self._number = 0

    @property
    def addressed(self) -> bool:
        """Whether the channel has addresses, or knows members by their id."""
        return address_of(self.channel) is not None

    def message(self, **changes: Any) -> OutgoingMessage:
        """Another message, for somebody who is there."""
        self._number += 1
        given = {
            "id": hashlib.sha256(str(self._number).encode()).hexdigest()[:32],
            "member": MEMBER if self.addressed else self.far.to,
            "message": "lesson-waits",
            "at": _AT,
            "subject": SUBJECT,
            "text": TEXT,
            "to": self.far.to if self.addressed else None,
        }
        return OutgoingMessage(**{**given, **changes})

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send it. Raises Fault when that does not end."""
        done: list[Outcome] = []
        begun = time.monotonic()

        def run() -> None:
            receipt, error = None, None
            try:
                receipt = self.channel.send(message)
            except BaseException as caught:  # noqa: BLE001  # whatever it raises is what the check looks at
                error = caught
            seconds, thread = time.monotonic() - begun, threading.get_ident()
            done.append(Outcome(receipt=receipt, error=error, seconds=seconds, thread=thread))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(self._patience)
        if not done:
            raise Fault(f"send has not come back after {self._patience:g} s")
        return done[0]

    def arrives(self, message: OutgoingMessage) -> Arrived:
        """Send it, and see it arrive once. Raises Fault."""
        before = len(self.far.arrived)
        outcome = self.send(message)
        if outcome.error is not None:
            raise Fault(f"a message that is as it should be is not taken: {outcome.said}")
        new = self.far.arrived[before:]
        if len(new) != 1:
            raise Fault(f"one message was sent and {len(new)} arrived")
        return new[0]

    def fails(self, message: OutgoingMessage, *kinds: type[DeliveryError], when: str) -> DeliveryError:
        """Send it, and see an error of these kinds. Raises Fault."""
        outcome = self.send(message)
        if not isinstance(outcome.error, kinds or DeliveryError):
            wanted = " or ".join(kind.__name__ for kind in kinds) or "a DeliveryError"
            raise Fault(f"{when} {outcome.said}, not {wanted}")
        return outcome.error

    def defers(self, when: str) -> Deferred:
        """Send a message, and see it deferred. Raises Fault."""
        error = self.fails(self.message(), Deferred, when=when)
        assert isinstance(error, Deferred)  # noqa: S101  # `fails` has seen to it
        return error


class Bench:
    """An adapter's maker and its far end's."""

    def __init__(
        self, make: Callable[[Any], Channel], far_end: Callable[[], Any], *, patience: float = PATIENCE
    ) -> None:
        self.make, self.far_end, self.patience = make, far_end, patience

    @contextlib.contextmanager
    def up(self, *, works: bool = True) -> Iterator[Rig]:
        """An adapter beside a far end of its own. Raises Blocked unless it `works`, if that is needed."""
        if works and not self._works:
            raise Blocked("it delivers nothing")
        with self.far_end() as far:
            channel = self.make(far)
            try:
                yield Rig(channel, far, self.patience)
            finally:
                shut(channel)

    @cached_property
    def _works(self) -> bool:
        try:
            with self.up(works=False) as rig:
                rig.arrives(rig.message())
        except (Exception, SystemExit):  # noqa: BLE001  # the check `arrives` says what it is
            return False
        return True


def shut(channel: object) -> None:
    """Close an adapter that can be closed."""
    close = getattr(channel, "close", None)
    if callable(close):
        close()


def seen(text: str) -> str:
    """What of a text can be seen, without the white space: two texts that look alike are alike."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())
