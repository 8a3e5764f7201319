"""What becomes of a message after an attempt: sent, tried again later, another channel, or given up. Pure."""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
from typing import TYPE_CHECKING, Literal

import attrs

from loyaltykit.errors import Deferred, Gone, LoyaltyError, Refused
from loyaltykit.problems import printable

if TYPE_CHECKING:
    from loyaltykit.channels.protocol import Receipt

_SECOND = 1_000_000
_FIRST = 60.0
_LONGEST = 6 * 3_600.0
_ASKED_AT_MOST = 86_400.0
_REFERENCE = 200
ATTEMPTS = 8
"""On one channel; then the next one is tried. The last one is tried for as long as the message is worth sending."""
_TOO_LATE = frozenset({"stale", "quiet-hours", "cap"})
"""Why a message that somebody still wants does not go: it is too late, or it would be when it may go again."""
_CODE = re.compile(r"(?!.*[0-9]{4})[a-z][a-z0-9-]{0,30}(/[a-z0-9][a-z0-9.-]{0,40})?")
Status = Literal["queued", "leased", "deferred", "sent", "dead", "suppressed"]


@attrs.frozen(slots=True, kw_only=True)
class Course:
    """Where a message stands, and what to do next."""

    status: Status
    due: int
    channels: tuple[str, ...]
    """Those still open, the current one first."""
    attempts: int = 0
    """On the current channel."""
    reason: str | None = None
    tried: tuple[tuple[str, str, int], ...] = attrs.field(default=(), eq=False)
    """Channel, reason and attempts of each that it has left."""


def message_id(program: str, member: int, effect: str) -> str:
    """The id that a message keeps through all attempts. It says nothing of whom it is for."""
    return hashlib.sha256(f"{program}\0{member}\0{effect}".encode()).hexdigest()[:32]


def again(course: Course, code: str, *, id: str, at: int, last: int, retry_after: float | None = None) -> Course:
    """After an attempt that failed for now: later on the same channel, or the next when attempts are used up.

    `last` is the instant until which sending is worth while: what would be tried later goes to the next channel. The
    last channel has no number of attempts; of a wait that would outlast the message, half of what is left is waited.
    """
    then = at + round(_wait(id, course.attempts, retry_after) * _SECOND)
    if len(course.channels) == 1 and then > last and last - at >= _FIRST * _SECOND:
        then = at + (last - at) // 2
    if then > last or (course.attempts >= ATTEMPTS and len(course.channels) > 1):
        return passed_on(course, code, at=at)
    return attrs.evolve(course, status="deferred", due=then, reason=code)


def passed_on(course: Course, code: str, *, at: int) -> Course:
    """To the next channel; after the last one it is dead, or suppressed when only the member's wish was in the way."""
    rest = course.channels[1:]
    tried = (*course.tried, (course.channels[0], code, course.attempts))
    reason = course.reason if course.reason and _weight(course.reason) > _weight(code) else code
    if rest:
        return Course(status="queued", due=at, channels=rest, reason=reason, tried=tried)
    status: Status = "suppressed" if reason == "no-consent" else "dead"
    return Course(status=status, due=at, channels=(), attempts=course.attempts, reason=reason, tried=tried)


def expired(course: Course, code: str, *, at: int) -> Course:
    """Its time is over, or nobody wants it any more; one that was handed over and is too late now is dead.

    Why it did not go is told by what a channel said last; where no answer was written down, by ``attempts``.
    """
    if code not in _TOO_LATE or not (course.attempts or any(attempts for _, _, attempts in course.tried)):
        return attrs.evolve(course, status="suppressed", reason=code)
    here = course.reason if course.reason and "/" in course.reason else "attempts"
    now = ((course.channels[0], here, course.attempts),) if course.attempts else ()
    tried = (*course.tried, *now)
    said = [reason for _, reason, attempts in tried if attempts and "/" in reason]
    return attrs.evolve(
        course,
        status="dead",
        due=at,
        reason=said[-1] if said else "attempts",
        channels=course.channels[len(now) :],
        tried=tried,
    )


def switched(course: Course, channel: str, code: str, *, at: int) -> Course:
    """To another of its channels first; the one that it leaves comes last and is not given up."""
    others = tuple(one for one in course.channels[1:] if one != channel)
    return attrs.evolve(
        course, status="queued", due=at, channels=(channel, *others, course.channels[0]), attempts=0, reason=code
    )


def failed(course: Course, error: BaseException, *, channel: str, id: str, at: int, last: int) -> Course:
    """After `send` raised."""
    if isinstance(error, Gone | Refused):
        return passed_on(course, coded(error, channel), at=at)
    return again(course, coded(error, channel), id=id, at=at, last=last, retry_after=asked_seconds(error))


def coded(error: BaseException, channel: str) -> str:
    """The code of a failure; an adapter that raises what it should not, or says more than a code, gets one of ours."""
    code = error.code if isinstance(error, LoyaltyError) else None
    known = isinstance(error, Deferred | Refused | Gone) and isinstance(code, str) and _CODE.fullmatch(code)
    return code if code is not None and known else f"{channel}/error"


def asked_to_wait(error: BaseException, at: int) -> int | None:
    """Until when a channel wants to be left alone, within bounds; None when it does not say."""
    bounded = _bounded(asked_seconds(error))
    return None if bounded is None else at + round(bounded * _SECOND)


def seconds_of(value: object) -> float | None:
    """The seconds that an adapter names, which may be anything: a header's text, a number without end."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        return None if value is None or isinstance(value, bool) else float(value)  # type: ignore[arg-type]  # it is tried
    return None


def reference_of(receipt: Receipt) -> str | None:
    """The channel's own id for a message, as text that every store takes; None for what has no words."""
    if receipt.reference is None:
        return None
    with contextlib.suppress(Exception):  # what stands there is the adapter's code
        return printable(str(receipt.reference)[:_REFERENCE])
    return None


def asked_seconds(error: BaseException) -> float | None:
    """The seconds that a failure asks for; None when it does not say, or says no number."""
    with contextlib.suppress(Exception):  # a kind of error of the adapter's own
        return seconds_of(error.retry_after) if isinstance(error, Deferred) else None
    return None


def _wait(id: str, attempts: int, retry_after: float | None) -> float:
    """Seconds to the next attempt: as asked, else twice as long each time; the spread comes from the message's id."""
    asked = _bounded(retry_after)
    draw = int.from_bytes(hashlib.sha256(f"{id}/{attempts}".encode()).digest()[:8], "big") / 2**64
    if asked is not None:
        return asked + draw
    longest = min(_FIRST * 2.0 ** min(max(attempts - 1, 0), 30), _LONGEST)
    return longest * (0.5 + draw / 2)


def _bounded(retry_after: float | None) -> float | None:
    if retry_after is None or not math.isfinite(retry_after) or retry_after <= 0:
        return None
    return min(retry_after, _ASKED_AT_MOST)


def _weight(reason: str) -> int:
    """Which of several reasons is told: a failed attempt, then the member's wish, then what is missing."""
    if "/" in reason:
        return 3
    return 2 if reason == "no-consent" else 1
