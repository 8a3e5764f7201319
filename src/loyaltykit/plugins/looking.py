"""Asking each installed plug-in what it brings, in a process of its own: nothing of it is imported here.

One that never ends its import, ends its process or says something odd is refused by name; the others are asked at the
same time and are not held up.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.apart import LIMIT, Apart, Origin, command
from loyaltykit.channels.line_process import Ended, Garbage, LineProcess, Silent
from loyaltykit.errors import PluginError
from loyaltykit.plugins.channel_maker import ChannelSpec
from loyaltykit.plugins.discovering import Plugins, discover
from loyaltykit.plugins.installed import installed, version_of
from loyaltykit.plugins.loading import SLOW, log, refusal
from loyaltykit.plugins.seams import SEAMS
from loyaltykit.plugins.surroundings import bare_environment
from loyaltykit.problems import echo, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.metadata import EntryPoint

_AT_ONCE = 4
_SHOWN = 400


@attrs.frozen(slots=True, kw_only=True)
class Found:
    """One installed plug-in, as it was when it was asked."""

    name: str
    version: str | None
    """Of its package."""
    point: str
    seconds: float
    """What loading took."""
    brings: tuple[tuple[str, str], ...] = ()
    """Hook and id of each thing that was taken."""
    channels: tuple[ChannelSpec, ...] = ()
    errors: tuple[PluginError, ...] = ()

    @property
    def slow(self) -> bool:
        """Whether it takes so long that it is to be told."""
        return self.seconds > SLOW

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        brings: dict[str, list[str]] = {}
        for hook, id in self.brings:
            brings.setdefault(hook, []).append(id)
        errors = [{"code": error.code, "message": str(error)} for error in self.errors]
        return {
            "name": self.name, "version": self.version, "entry_point": self.point, "seconds": round(self.seconds, 2),
            "brings": brings, "refused": errors,
        }  # fmt: skip


@attrs.frozen(slots=True)
class Look:
    """All installed plug-ins."""

    plugins: tuple[Found, ...] = ()

    @property
    def errors(self) -> tuple[PluginError, ...]:
        """Everything that was refused."""
        return tuple(error for one in self.plugins for error in one.errors)

    @property
    def channels(self) -> dict[str, tuple[ChannelSpec, Origin]]:
        """The channels that plug-ins bring, by name, and where each comes from."""
        return {
            spec.name: (spec, Origin(plugin=one.name, point=one.point)) for one in self.plugins for spec in one.channels
        }

    def channel(self, name: str, settings: Mapping[str, Any], **options: Any) -> Apart:
        """A channel in a process of its own, with settings that are checked before; `options` are those of `Apart`.

        Raises PluginError: ``plugin/no-channel``, and what `ChannelSpec.checked` raises.
        """
        if name not in self.channels:
            what = f"no plug-in brings the channel {echo(name)}"
            raise PluginError(what, code="plugin/no-channel", details={"name": echo(name), "what": what})
        spec, origin = self.channels[name]
        options = {"limits": spec.limits, **options}
        return Apart(name, origin, settings=spec.checked(settings), address=spec.address, **options)


def look_at_plugins(*, off: Iterable[str] = (), limit: float = LIMIT, hidden: Iterable[str] = ()) -> Look:
    """Ask every installed plug-in what it brings, each in a process of its own that has `limit` seconds.

    `off` as for `discover`. Of our environment the processes get what a Python needs, and what the variable
    `LOYALTYKIT_PLUGINS_ENV` names; never what is in `hidden`.
    """
    points = list(installed(off).items())
    found: list[Found] = []
    for start in range(0, len(points), _AT_ONCE):
        found += _asked(points[start : start + _AT_ONCE], limit, bare_environment(hidden))
    return Look(tuple(_once(found)))


def discover_safely(hooks: Iterable[str], *, off: Iterable[str] = (), limit: float = LIMIT) -> Plugins:
    """As `discover`, but only plug-ins that bring something by these hooks are imported here.

    Each is asked in a process of its own first, so one that hangs, or ends its process, does so there: it is refused by
    name after `limit` seconds. There it sees of our environment what `look_at_plugins` hands on. On Windows they are
    asked here.
    """
    asked, unwanted = tuple(hooks), tuple(off)
    points = installed(unwanted)
    if os.name == "nt" or not points:
        return discover(hooks=asked, off=unwanted)
    look = look_at_plugins(off=unwanted, limit=limit)
    bringing = [one.name for one in look.plugins if any(hook in asked for hook, _ in one.brings)]
    found = discover({name: points[name] for name in bringing}, hooks=asked)
    others = [log(error) for one in look.plugins if one.name not in bringing for error in one.errors]
    return attrs.evolve(found, errors=(*others, *found.errors))


def _asked(points: list[tuple[str, EntryPoint]], limit: float, env: Mapping[str, str]) -> list[Found]:
    """Some plug-ins at the same time."""
    until = time.monotonic() + limit
    running = [(name, point, LineProcess(command(), env=env)) for name, point in points]
    try:
        for name, point, process in running:
            _order(process, {"describe": True, "plugin": name, "point": point.value, "limit": limit}, until)
        return [_described(name, point, process, limit=limit, until=until) for name, point, process in running]
    finally:
        for _, _, process in running:
            process.kill()


def _order(process: LineProcess, order: dict[str, Any], until: float) -> None:
    try:
        process.tell(json.dumps(order).encode("ascii"), until=until)
    except (Silent, Ended, Garbage):
        return  # it is found out when it is listened to


def _described(name: str, point: EntryPoint, process: LineProcess, *, limit: float, until: float) -> Found:
    found = Found(name=name, version=version_of(point), point=point.value, seconds=0.0)
    try:
        return _read(found, json.loads(process.hear(until=until)))
    except Silent:
        what, code, found = f"it was not loaded within {limit:g} s", "plugin/hung", attrs.evolve(found, seconds=limit)
    except Ended:
        what, code = "its process ended while it was loaded", "plugin/ended"
    except (Garbage, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what, code = "its process said something that is no answer", "plugin/garbage"
    return attrs.evolve(found, errors=(refusal(name, what, code),))


def _read(found: Found, answer: dict[str, Any]) -> Found:
    errors = [
        refusal(found.name, _short(one["details"]["what"]), _short(one["code"]), **_texts(one["details"]))
        for one in answer["refused"]
    ]
    return attrs.evolve(
        found,
        seconds=float(answer["seconds"]),
        brings=tuple((str(one["hook"]), _short(one["id"])) for one in answer["brought"] if one["hook"] in SEAMS),
        channels=tuple(ChannelSpec.of_fields(one["channel"]) for one in answer["brought"] if "channel" in one),
        errors=tuple(errors),
    )


def _texts(details: Mapping[str, Any]) -> dict[str, str]:
    return {key: _short(value) for key, value in details.items() if key not in ("name", "what")}


def _short(said: object) -> str:
    """What the other process said, fit for a terminal."""
    return printable(str(said)[:_SHOWN])


def _once(found: list[Found]) -> list[Found]:
    """Of two of one id the first stands."""
    owners: dict[tuple[str, str], str] = {}
    return [_without_second(one, owners) for one in found]


def _without_second(one: Found, owners: dict[tuple[str, str], str]) -> Found:
    brings, errors = [], list(one.errors)
    for key in one.brings:
        if key in owners:
            errors.append(_second(one.name, *key, owner=owners[key]))
        else:
            owners[key] = one.name
            brings.append(key)
    specs = {spec.name: spec for spec in reversed(one.channels)}
    channels = tuple(specs[id] for hook, id in brings if hook == "loyaltykit_channels" and id in specs)
    return attrs.evolve(one, brings=tuple(brings), channels=channels, errors=tuple(errors))


def _second(name: str, hook: str, id: str, *, owner: str) -> PluginError:
    what = f"the {SEAMS[hook].what} {echo(id)} is already there, from {owner}"
    return refusal(name, what, "plugin/duplicate", owner=owner, id=id)
