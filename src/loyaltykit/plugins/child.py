"""The process of a plug-in: ``python -m loyaltykit.plugins.child``. It is spoken to by `loyaltykit.channels.apart`.

The first line says what to load: a channel to serve, or a plug-in to tell about. The plug-in has neither our input nor
our output: what it prints goes to standard error, and what it reads is empty.
"""

from __future__ import annotations

import json
import os
import signal
import time
from importlib.metadata import EntryPoint
from typing import IO, TYPE_CHECKING, Any

from loyaltykit.channels.wire import message_of, outcome_fields
from loyaltykit.plugins.channel_maker import ChannelMaker
from loyaltykit.plugins.hooks import GROUP
from loyaltykit.plugins.loading import Refusals, load
from loyaltykit.plugins.seams import SEAMS

if TYPE_CHECKING:
    from loyaltykit.channels import Channel

_GRACE = 5
"""Seconds after which it ends by itself when nobody has ended it: whoever would have, is gone."""


def main() -> None:
    """Serve until the input ends."""
    asked, told = _streams()
    order = json.loads(asked.readline() or "{}")
    if "serve" in order:
        _serve(order, asked, told)
    elif "describe" in order:
        _say(told, _described(order))
    os._exit(0)  # whatever threads the plug-in has


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """The two streams that were standard input and output, out of the plug-in's way."""
    asked, told = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(asked, "rb"), os.fdopen(told, "wb")


def _serve(order: dict[str, Any], asked: IO[bytes], told: IO[bytes]) -> None:
    patience = int(order["limit"]) + _GRACE
    signal.alarm(patience)
    channel = _made(order)
    if isinstance(channel, str):
        _say(told, {"refused": channel})
        return
    _say(told, {"ready": True})
    signal.alarm(0)
    for line in asked:
        question = json.loads(line)
        message = message_of(question["message"])
        signal.alarm(patience)
        try:
            outcome: object = channel.send(message)
        except BaseException as error:  # noqa: BLE001  # also sys.exit: it is told, and the next message is taken
            outcome = error
        signal.alarm(0)
        _say(told, {"sent": question["send"], **outcome_fields(outcome)})


def _made(order: dict[str, Any]) -> Channel | str:
    """The channel, or why there is none."""
    found, refusals = _loaded(order, ("loyaltykit_channels",))
    makers = [one.thing for one in found if one.id == order["serve"]]
    if not makers:
        return "; ".join(error.details["what"] for error in refusals.errors) or f"it brings no {order['serve']}"
    maker: ChannelMaker = makers[0]
    try:
        return maker.make(order["settings"])
    except Exception as error:  # noqa: BLE001  # a PluginError has words without secrets
        return str(getattr(error, "details", {}).get("what") or type(error).__name__)


def _described(order: dict[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    found, refusals = _loaded(order, tuple(SEAMS))
    return {
        "brought": [{"hook": one.hook, "id": one.id, **_settings(one.thing)} for one in found],
        "refused": [{"code": error.code, "details": error.details} for error in refusals.errors],
        "seconds": time.perf_counter() - began,
    }


def _settings(thing: Any) -> dict[str, Any]:
    """What a host must know of a channel to configure it."""
    return {"channel": thing.fields()} if isinstance(thing, ChannelMaker) else {}


def _loaded(order: dict[str, Any], hooks: tuple[str, ...]) -> tuple[list[Any], Refusals]:
    refusals = Refusals()
    point = EntryPoint(order["plugin"], order["point"], GROUP)
    return load(order["plugin"], point, refusals, hooks), refusals


def _say(told: IO[bytes], answer: dict[str, Any]) -> None:
    told.write(json.dumps(answer, default=str).encode("ascii") + b"\n")
    told.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(0)  # nobody is there to be told
