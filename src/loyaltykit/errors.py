"""Every exception that loyaltykit raises on purpose.

LoyaltyError
├── ProgramError         the program document is at fault; `.problems` has every finding
├── EventError           an event cannot be taken as it is; `.code`, `.event`, `.field` say which and where
├── DuplicateConflict    an id or key that was used already, now with other content
├── UnknownMember        nobody of that id has been seen
├── InsufficientPoints   a redemption costs more than is available
├── OutOfStock           the reward has no stock left
├── NotEligible          the member may not have this reward
├── StoreError           the store cannot be opened, read or written as asked
├── ModelError           a churn model that is not there, or whose file or state cannot be taken
├── PluginError          a plug-in broke its contract
├── DeliveryError        a channel did not take a message; `.code` says why, and nothing says to whom
│   ├── Deferred         try again later, at the earliest after `.retry_after` seconds
│   ├── Refused          this channel will never take this message
│   └── Gone             the address is dead, or the member has blocked the sender
└── MissingExtra         an optional dependency is not installed; the message names the extra
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.problems import Problem

__all__ = [
    "Deferred",
    "DeliveryError",
    "DuplicateConflict",
    "EventError",
    "Gone",
    "InsufficientPoints",
    "LoyaltyError",
    "MissingExtra",
    "ModelError",
    "NotEligible",
    "OutOfStock",
    "PluginError",
    "ProgramError",
    "Refused",
    "StoreError",
    "UnknownMember",
]

_SHOWN = 1_900


class LoyaltyError(Exception):
    """The root of all errors raised on purpose; `code` is stable and machine-readable.

    `details` has what the message is about by name (a wrong name, the nearest right one), for words in another
    language; nothing of a person is in it.
    """

    code = "loyalty"

    def __init__(self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = dict(details or {})
        if code is not None:
            self.code = code


class ProgramError(LoyaltyError):
    """The program document does not hold. `problems` is the full list, in document order."""

    code = "program/invalid"

    def __init__(self, problems: Sequence[Problem], *, code: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(_summary(self.problems), code=code)


class EventError(LoyaltyError):
    """An event that cannot be taken as it is; nothing was changed."""

    code = "event/invalid"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        event: str | None = None,
        field: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code, details={"event": event, "field": field, **(details or {})})
        self.event = event
        self.field = field


class DuplicateConflict(LoyaltyError):
    """The same id or key came again with other content; the first one stands."""

    code = "event/conflict"


class UnknownMember(LoyaltyError):
    """No event, attribute or action of this member is known."""

    code = "member/unknown"


class InsufficientPoints(LoyaltyError):
    """The cost is more than the member has available."""

    code = "points/insufficient"


class OutOfStock(LoyaltyError):
    """There is none left of this reward."""

    code = "reward/out-of-stock"


class NotEligible(LoyaltyError):
    """The member does not meet what the reward asks for."""

    code = "reward/not-eligible"


class StoreError(LoyaltyError):
    """The store cannot be opened, read or written as asked."""

    code = "store/failed"


class ModelError(LoyaltyError):
    """A churn model that is not there, or whose file or state cannot be taken.

    `code` is ``model/unknown``, ``model/duplicate``, ``model/file`` or ``model/state``.
    """

    code = "model/failed"


class PluginError(LoyaltyError):
    """A plug-in broke its contract; the message names it."""

    code = "plugin/failed"


class DeliveryError(LoyaltyError):
    """A channel did not take a message.

    `code` is short and stable, such as ``telegram/429`` or ``smtp/550``, and it is all there is: no address, no name,
    no token and nothing of what the other side said.
    """

    code = "delivery/failed"

    def __init__(self, code: str) -> None:
        super().__init__(code, code=code)


class Deferred(DeliveryError):
    """Not now: the same message may be tried again, after `retry_after` seconds if the channel named a time."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class Refused(DeliveryError):
    """Never: this channel will not take this message, however often it is tried."""


class Gone(DeliveryError):
    """Nobody is there: the address is dead or the member blocked us. The channel is to be switched off for them."""


class MissingExtra(LoyaltyError):
    """An optional dependency is missing."""

    code = "extra/missing"

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the extra [{extra}]: pip install 'loyaltykit[{extra}]'", details={"extra": extra}
        )
        self.extra = extra


def _summary(problems: Sequence[Problem]) -> str:
    """All problems, one a line, cut so that a hostile document cannot flood a log."""
    lines: list[str] = []
    room = _SHOWN
    for number, problem in enumerate(problems):
        line = str(problem)
        if len(line) + 1 > room:
            lines.append(f"... and {len(problems) - number} more")
            break
        lines.append(line)
        room -= len(line) + 1
    return "\n".join(lines)
