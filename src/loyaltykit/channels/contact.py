"""When a member may be written to: consent, quiet hours, caps, staleness. Pure: time and standing are arguments.

The rules are asked at the moment of sending, about one message on one channel. The platform's inbox is not under them:
it disturbs nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from loyaltykit.calendars import DAY, Duration, add, end_of, period_bounds, subtract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.calendars import Rate, Zone

_MINUTE = 60_000_000
_TWO_DAYS = Duration(micros=2 * DAY)
_TURNS = 1_000
"""More turns than quiet hours and caps can take before both let a message pass, or the staleness is over."""


@attrs.frozen(slots=True)
class Send:
    """It may go now."""


@attrs.frozen(slots=True)
class Defer:
    """Not before an instant."""

    until: int
    code: str


@attrs.frozen(slots=True)
class Suppress:
    """It is not sent at all."""

    code: str


@attrs.frozen(slots=True)
class Next:
    """Not on this channel."""

    code: str


Verdict: TypeAlias = Send | Defer | Suppress | Next


@attrs.frozen(slots=True, kw_only=True)
class Rules:
    """What a program says about keeping in touch."""

    quiet: tuple[int, int] | None = None
    """The minutes of the day between which nobody is disturbed; over midnight when the end is earlier."""
    at_most: Rate | None = None
    required: frozenset[str] = frozenset({"marketing"})
    """The purposes that need consent. The others may go unless it was withdrawn."""
    stale: Duration = _TWO_DAYS
    """How long after it was decided a message is still worth sending."""


@attrs.frozen(slots=True, kw_only=True)
class Reach:
    """What is known of a member at the moment of sending. It holds no address."""

    zone: Zone
    consents: Mapping[str, bool] = attrs.field(factory=dict)
    """By purpose, and by ``purpose/channel``, which goes before."""
    working: Mapping[str, bool] = attrs.field(factory=dict)
    """Channels that stopped reaching the member, or do so again."""
    sent: Sequence[int] = ()
    """When messages were sent outside the inbox, in order: as far back as `sent_matters_since`."""


def sent_matters_since(rules: Rules, at: int, zone: Zone) -> int | None:
    """How far back the messages sent before matter to the cap; None when there is no cap."""
    if rules.at_most is None:
        return None
    per = rules.at_most.per
    if per.name is not None:
        return period_bounds(per.name, at, zone)[0]
    assert per.rolling is not None  # noqa: S101  # a period has a name or a length
    return subtract(at, per.rolling, zone) - DAY  # months of different lengths: a day more is read than needed


def may_send(
    rules: Rules, reach: Reach, *, channel: str, purpose: str, addressed: bool, decided: int, at: int
) -> Verdict:
    """Whether a message that was decided at an instant may go to a member on a channel at `at`.

    `addressed` says whether the member has an address there. Codes: ``stale``, ``no-consent``, ``not-working``,
    ``no-address``, ``quiet-hours``, ``cap``. A message that could go only when it is stale is suppressed at once, with
    the code of what keeps it back.
    """
    last = add(decided, rules.stale, reach.zone)
    if at > last:
        return Suppress("stale")
    if not consents(rules, reach, purpose, channel):
        return Next("no-consent")
    if reach.working.get(channel) is False:
        return Next("not-working")
    if not addressed:
        return Next("no-address")
    return _timely(rules, reach, at, last)


def consents(rules: Rules, reach: Reach, purpose: str, channel: str) -> bool:
    """Whether a member agrees to messages of a purpose on a channel."""
    said = reach.consents.get(f"{purpose}/{channel}", reach.consents.get(purpose))
    return purpose not in rules.required if said is None else said


def _timely(rules: Rules, reach: Reach, at: int, last: int) -> Verdict:
    then, code = at, ""
    for _ in range(_TURNS):
        later = quiet_until(rules.quiet, then, reach.zone)
        if later > then:
            then, code = later, code or "quiet-hours"
        else:
            later = capped_until(rules.at_most, reach.sent, then, reach.zone)
            if later == then:
                break
            then, code = later, code or "cap"
        if then > last:
            return Suppress(code)
    return Send() if then == at else Defer(then, code)


def quiet_until(quiet: tuple[int, int] | None, at: int, zone: Zone) -> int:
    """The first instant from `at` on at which the member's wall clock is outside the quiet hours.

    An hour that comes twice is quiet twice; where the end does not exist, they end with the gap.
    """
    if quiet is None or quiet[0] == quiet[1]:
        return at
    start, end = quiet[0] * _MINUTE, quiet[1] * _MINUTE
    length = (end - start) % DAY
    then = at
    while True:
        _, turn, offset = zone.interval(then)
        since = (then + offset - start) % DAY
        if since >= length:
            return then
        then = min(then + length - since, turn)


def capped_until(at_most: Rate | None, sent: Sequence[int], at: int, zone: Zone) -> int:
    """The first instant from `at` on at which one message more is within the cap, if none is sent in between."""
    if at_most is None:
        return at
    per = at_most.per
    if per.name is not None:
        start, _ = period_bounds(per.name, at, zone)
        full = sum(start <= one <= at for one in sent) >= at_most.times
        return end_of(per.name, at, zone) if full else at
    assert per.rolling is not None  # noqa: S101  # a period has a name or a length
    leaving = sorted(add(one, per.rolling, zone) for one in sent if one <= at)
    inside = [one for one in leaving if one > at]
    return at if len(inside) < at_most.times else inside[-at_most.times]
