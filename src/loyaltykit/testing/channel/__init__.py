"""The kit for authors of channels: is an adapter what the `Channel` protocol says, also when the far end is not?

    from loyaltykit.testing import check_channel

    def test_our_channel():
        check_channel(lambda far: OurChannel(token="t-0815", base_url=far.url, timeout=0.5), OurFarEnd)

Or one test a check:

    @pytest.mark.parametrize("check", channel_checks(), ids=str)
    def test_our_channel(check):
        check(make, OurFarEnd)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import attrs

from loyaltykit.problems import nearest
from loyaltykit.testing.channel import checks_life, checks_send, checks_trouble
from loyaltykit.testing.channel.bench import PATIENCE, Bench
from loyaltykit.testing.channel.far_end import Arrived, Behaviour, FarEnd, HttpFarEnd
from loyaltykit.testing.named import NamedCheck, holds
from loyaltykit.testing.report import Checked, KitReport

if TYPE_CHECKING:
    from loyaltykit.channels.protocol import Channel

__all__ = [
    "Arrived",
    "Behaviour",
    "ChannelCheck",
    "Checked",
    "FarEnd",
    "HttpFarEnd",
    "KitReport",
    "channel_checks",
    "channel_report",
    "check_channel",
]

Far = TypeVar("Far", bound=FarEnd)
_LEAST_TO = 6


@attrs.frozen(slots=True)
class ChannelCheck(NamedCheck[Bench]):
    """One named check. Called with an adapter and its far end it raises AssertionError where it does not hold."""

    def __call__(
        self, make: Callable[[Far], Channel], far_end: Callable[[], Far], *, patience: float = PATIENCE
    ) -> None:
        """Make this check alone; the arguments are those of `check_channel`."""
        __tracebackhide__ = True
        holds(self.on(_bench(make, far_end, patience)))


def check_channel(
    make: Callable[[Far], Channel],
    far_end: Callable[[], Far],
    *,
    without: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> KitReport:
    """Hold an adapter to all that the `Channel` protocol says; give the report, in which all checks hold.

    `far_end` makes a stand-in for the service, a `FarEnd` (for HTTP a class of your own under `HttpFarEnd`), and `make`
    an adapter that talks to it, with a time limit of half a second or so: several checks wait for it. No `send` may
    take longer than `patience`, in seconds. `without` names checks that are not made, each with the reason why there is
    nothing to check: ``{"same-id": "the service has no place for an id"}``; the report says so.

    Raises AssertionError that lists every check that fails, with what is so, why it matters and how to mend it, and
    ValueError for a check that is not there or a far end whose address is too short to be looked for.
    """
    __tracebackhide__ = True  # pytest shows what is said, not this function
    return holds(channel_report(make, far_end, without=without, patience=patience))


def channel_report(
    make: Callable[[Far], Channel],
    far_end: Callable[[], Far],
    *,
    without: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> KitReport:
    """The same without AssertionError: the report says what holds and what does not."""
    excused = dict(without or {})
    _known(excused)
    bench = _bench(make, far_end, patience)
    checks = tuple(
        Checked(name=check.name, excused=excused[check.name]) if check.name in excused else check.on(bench)
        for check in CHECKS
    )
    return KitReport(subject=_name(bench), checks=checks)


def channel_checks() -> tuple[ChannelCheck, ...]:
    """All checks, by name, to be called one by one."""
    return CHECKS


def _bench(make: Callable[[Far], Channel], far_end: Callable[[], Far], patience: float) -> Bench:
    with far_end() as far:
        if len(far.to) < _LEAST_TO:
            raise ValueError(
                f"the far end's address {far.to!r} may stand in any log: use {_LEAST_TO} characters or more"
            )
    return Bench(make, far_end, patience=patience)


def _known(excused: Mapping[str, str]) -> None:
    names = [check.name for check in CHECKS]
    for name, reason in excused.items():
        if name not in names:
            near = nearest(name, names)
            raise ValueError(f"there is no check {name!r}" + (f"; did you mean {near!r}?" if near else ""))
        if not reason:
            raise ValueError(f"say why {name!r} is not made")


def _name(bench: Bench) -> str:
    try:
        with bench.up(works=False) as rig:
            return str(rig.channel.name)
    except (Exception, SystemExit):  # noqa: BLE001  # a check says what is wrong with it
        return "the channel"


CHECKS = (
    ChannelCheck(
        "shape",
        checks_send.shape,
        "programs and settings call a channel by its name, and find a member's address by the channel's `address`",
        'name = "our-messenger"; address = "our_messenger", the member attribute, or none if members are known by id',
    ),
    ChannelCheck(
        "arrives",
        checks_send.arrives,
        "nothing else can be said of an adapter that delivers nothing",
        "send(message) hands message.text (or message.html) to the service, for message.to",
    ),
    ChannelCheck(
        "receipt",
        checks_send.receipt,
        "a message is settled by a receipt for its own id, and by nothing else",
        "return Receipt(message=message.id, reference=the service's own id, as a text)",
    ),
    ChannelCheck(
        "same-id",
        checks_send.same_id,
        "what broke between sending and its answer is sent again, and only the id tells the service that it has it",
        "send message.id as the service's idempotency key; without='{\"same-id\": ...}' if it has none",
    ),
    ChannelCheck(
        "apart",
        checks_send.apart,
        "two schools in one process would write to each other's members",
        "keep connections and settings on self; no globals, no attributes of the class",
    ),
    ChannelCheck(
        "no-address",
        checks_send.no_address,
        "a member without an address is everybody's daily case, and another channel waits for its turn",
        'if message.to is None: raise Refused("NAME/address"), before anything is sent',
    ),
    ChannelCheck(
        "one-recipient",
        checks_send.one_recipient,
        "whoever may write an address into a profile could write to others, or as others",
        "match the whole address against what an address may be; put it into JSON or an encoded query, never a text",
    ),
    ChannelCheck(
        "literal",
        checks_send.literal,
        "a member's name may be anything, and must neither break a message nor become a part of it",
        "escape for the service's markup (html.escape) or send plain text; take control characters out",
    ),
    ChannelCheck(
        "long-text",
        checks_send.long_text,
        "services refuse what is too long, and half a character is nobody's language",
        "cut at the service's limit, counted as it counts (loyaltykit.channels.cut), and end with …",
    ),
    ChannelCheck(
        "buttons",
        checks_send.buttons,
        "a press is how a member answers",
        "send button.action where the service brings it back, else button.url as a link; leave out what has neither",
    ),
    ChannelCheck(
        "bad-links",
        checks_send.bad_links,
        "a link that runs code, or breaks a header, is an attack",
        'raise Refused("NAME/button") unless loyaltykit.channels.is_link(url)',
    ),
    ChannelCheck(
        "attachments",
        checks_send.attachments,
        "an invitation with a calendar file is worth reading without the file as well",
        "send message.attachments if the service takes files, else leave them out",
    ),
    ChannelCheck(
        "limited",
        checks_trouble.limited,
        "who comes back too early is shut out for longer",
        'raise Deferred("NAME/429", retry_after=seconds)',
    ),
    ChannelCheck(
        "limited-absurdly",
        checks_trouble.limited_absurdly,
        "services say 0, -1 and ten years",
        "retry_after=None for what is not a finite number of seconds from 0",
    ),
    ChannelCheck(
        "failing",
        checks_trouble.failing,
        "their bad minute must not lose a message",
        'raise Deferred("NAME/500") for 5xx',
    ),
    ChannelCheck(
        "reset",
        checks_trouble.reset,
        "connections break every day",
        'catch what your client raises and raise Deferred("NAME/connection") outside the except block',
    ),
    ChannelCheck(
        "lost",
        checks_trouble.lost,
        "a message that may not have arrived is sent again, under the same id",
        "as for a connection that breaks off: no answer is no receipt",
    ),
    ChannelCheck(
        "stalled",
        checks_trouble.stalled,
        "one service that hangs would keep all other messages waiting",
        'give every call a time limit, and raise Deferred("NAME/timeout")',
    ),
    ChannelCheck(
        "dripping",
        checks_trouble.dripping,
        "the time limit of most clients begins anew with every byte",
        "bound the whole call: loyaltykit.channels.Calls does",
    ),
    ChannelCheck(
        "endless",
        checks_trouble.endless,
        "an answer without an end fills the memory",
        "stop reading at some size: loyaltykit.channels.Calls does",
    ),
    ChannelCheck(
        "redirected",
        checks_trouble.redirected,
        "a redirect takes the message and the token to whoever wrote it, also inside your own network",
        "switch redirects off, and treat 3xx as a failure",
    ),
    ChannelCheck(
        "nonsense",
        checks_trouble.nonsense,
        "a proxy's own page has status 200 as well",
        'a receipt if the status is all there is to know, else Deferred("NAME/answer"); never a KeyError',
    ),
    ChannelCheck(
        "blocked",
        checks_trouble.blocked,
        "who writes on to those who blocked him is a spammer, and the channel is shut for everybody",
        'raise Gone("NAME/403"): the channel is switched off for this member',
    ),
    ChannelCheck(
        "unknown",
        checks_trouble.unknown,
        "an address that is dead stays dead, and another channel waits for its turn",
        'raise Gone("NAME/404")',
    ),
    ChannelCheck(
        "refused",
        checks_trouble.refused,
        "what is never taken would be tried for days",
        'raise Refused("NAME/400")',
    ),
    ChannelCheck(
        "codes",
        checks_trouble.codes,
        "a code is all that is stored and shown of a failure; anything else is replaced by NAME/error",
        "a short code as NAME/429: small letters, digits, - and one /",
    ),
    ChannelCheck(
        "recovers",
        checks_trouble.recovers,
        "an adapter lives for days, and its service has bad minutes",
        "close a connection after an answer that was not read to its end; keep no failure on self",
    ),
    ChannelCheck(
        "silent",
        checks_life.silent,
        "logs and error reports are read by people whom a member's address and a school's token are no business of",
        "errors hold codes alone and are raised outside except blocks (else the cause is chained); no text in reprs",
    ),
    ChannelCheck(
        "closes",
        checks_life.closes,
        "workers start and stop all day",
        "close what __init__ and send have opened in close(), or open it for each send; no threads of your own",
    ),
    ChannelCheck(
        "forked",
        checks_life.forked,
        "web servers fork: what was opened before belongs to the parent",
        "keep connections on self: no globals that are opened at import, no thread that others wait for",
    ),
)
"""All checks, in the order in which they are made."""
