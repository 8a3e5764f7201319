"""Checks of trouble: what an adapter says, and in what time, when the far end does not do as it should."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, get_args

from loyaltykit.channels.attempts import coded
from loyaltykit.errors import Deferred, DeliveryError, Gone, Refused
from loyaltykit.testing.channel.far_end import Behaviour
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from loyaltykit.testing.channel.bench import Bench, Rig

_ASKED = 7.0
_ABSURD = (0.0, -1.0, 86_400.0 * 3_650)
BADLY: tuple[Behaviour, ...] = tuple(how for how in get_args(Behaviour) if how != "well")
"""Every behaviour but the good one."""


def limited(bench: Bench) -> None:
    """As long as was asked for."""
    with bench.up() as rig:
        rig.far.behave("limited", seconds=_ASKED)
        after = rig.defers("when it was too much at once").retry_after
        if after is None or not _ASKED <= after <= _ASKED + 1:
            raise Fault(f"it was asked to wait {_ASKED:g} s, and retry_after is {after!r}")


def limited_absurdly(bench: Bench) -> None:
    """A time to wait that makes no sense is no reason to fail otherwise."""
    with bench.up() as rig:
        for seconds in _ABSURD:
            rig.far.behave("limited", seconds=seconds)
            after = rig.defers(f"when it was asked to wait {seconds:g} s").retry_after
            if after is not None and not (after >= 0 and math.isfinite(after)):
                raise Fault(f"it was asked to wait {seconds:g} s, and retry_after is {after!r}")


def failing(bench: Bench) -> None:
    """A fault of theirs passes."""
    _deferred(bench, "failing", "when the service has a fault")


def reset(bench: Bench) -> None:
    """A connection that breaks off is tried again later."""
    _deferred(bench, "reset", "when the connection breaks off")


def lost(bench: Bench) -> None:
    """Nobody knows whether a message arrived whose answer is lost."""
    _deferred(bench, "lost", "when the answer is lost")


def stalled(bench: Bench) -> None:
    """Whoever never answers is not waited for."""
    _deferred(bench, "stalled", "when there is no answer")


def dripping(bench: Bench) -> None:
    """The time is for the whole answer, not for each byte."""
    _bounded(bench, "dripping", "when the answer comes a byte at a time")


def endless(bench: Bench) -> None:
    """An answer without an end is left."""
    _bounded(bench, "endless", "when the answer has no end")


def redirected(bench: Bench) -> None:
    """Nobody is followed elsewhere."""
    with bench.up() as rig:
        rig.far.behave("redirected")
        for _ in range(2):
            rig.fails(rig.message(), when="when it is sent elsewhere")
        if rig.far.arrived:
            raise Fault("it follows a redirect: a message, and perhaps a token, goes wherever the answer says")


def nonsense(bench: Bench) -> None:
    """Success that says nothing is success, or is tried again."""
    with bench.up() as rig:
        rig.far.behave("nonsense")
        outcome = rig.send(rig.message())
        if outcome.error is not None and not isinstance(outcome.error, Deferred):
            raise Fault(f"when the answer makes no sense {outcome.said}, not Deferred")


def blocked(bench: Bench) -> None:
    """Whoever has blocked us is not written to again."""
    _fails(bench, "blocked", Gone, "when the recipient has blocked us")


def unknown(bench: Bench) -> None:
    """Nor is who is not there."""
    _fails(bench, "unknown", Gone, "when there is no such recipient")


def refused(bench: Bench) -> None:
    """What is never taken is not tried again."""
    _fails(bench, "refused", Refused, "when the content is not taken")


def codes(bench: Bench) -> None:
    """Errors are told by their code."""
    with bench.up() as rig:
        for how in BADLY:
            rig.far.behave(how, seconds=_ASKED)
            error = rig.send(rig.message()).error
            if isinstance(error, DeliveryError) and coded(error, rig.channel.name) != error.code:
                raise Fault(f"the code {error.code[:60]!r} is not such as {rig.channel.name}/{how}")


def recovers(bench: Bench) -> None:
    """After each trouble the next message arrives."""
    with bench.up() as rig:
        for how in BADLY:
            rig.far.behave(how, seconds=_ASKED)
            rig.send(rig.message())
            rig.far.behave("well")
            try:
                rig.arrives(rig.message())
            except Fault as fault:
                raise Fault(f"after the far end was {how}, {fault}") from None


def _deferred(bench: Bench, how: Behaviour, when: str) -> None:
    _fails(bench, how, Deferred, when)


def _fails(bench: Bench, how: Behaviour, kind: type[DeliveryError], when: str) -> None:
    with bench.up() as rig:
        rig.far.behave(how)
        rig.fails(rig.message(), kind, when=when)
        _kept(rig, how, kind, when)


def _kept(rig: Rig, how: Behaviour, kind: type[DeliveryError], when: str) -> None:
    """The same over a connection that was good before."""
    rig.far.behave("well")
    rig.arrives(rig.message())
    rig.far.behave(how)
    rig.fails(rig.message(), kind, when=f"{when}, over a connection that was good,")


def _bounded(bench: Bench, how: Behaviour, when: str) -> None:
    """It ends in time, well or deferred."""
    with bench.up() as rig:
        rig.far.behave(how)
        outcome = rig.send(rig.message())
        if outcome.error is not None and not isinstance(outcome.error, Deferred):
            raise Fault(f"{when} {outcome.said}, not Deferred")
