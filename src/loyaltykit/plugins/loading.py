"""Loading one plug-in and asking it what it brings, guarded at every step."""

from __future__ import annotations

import logging
import time
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import attrs
import pluggy

from loyaltykit.errors import PluginError
from loyaltykit.plugins.drafters import PluggedDrafter
from loyaltykit.plugins.hooks import API, GROUP, Hooks
from loyaltykit.plugins.lacking import Lacking
from loyaltykit.plugins.seams import SEAMS
from loyaltykit.problems import echo, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SLOW = 5.0
"""Seconds that importing a plug-in and asking it what it brings may take before that is told."""
_log = logging.getLogger("loyaltykit.plugins")


@attrs.frozen(slots=True)
class Brought:
    """One thing that a plug-in brings."""

    hook: str
    id: str
    thing: Any
    plugin: str


@attrs.define(slots=True)
class Refusals:
    """What is found out about plug-ins on the way; each is logged."""

    slow_after: float = SLOW
    errors: list[PluginError] = attrs.field(factory=list)
    slow: list[PluginError] = attrs.field(factory=list)

    def refuse(self, name: str, what: str, *, code: str, cause: BaseException | None = None, **details: str) -> None:
        """One more refusal."""
        self.errors.append(log(refusal(name, what, code, **details), cause))

    def timed(self, name: str, seconds: float) -> None:
        """Told when it is too long."""
        if seconds > self.slow_after:
            taken = f"{seconds:.1f}"
            self.slow.append(log(refusal(name, f"it took {taken} s to load", "plugin/slow", seconds=taken)))


def load(name: str, plugin: object, refusals: Refusals, hooks: Iterable[str]) -> list[Brought]:
    """What one plug-in brings by these hooks; an entry point is imported first. Never raises for what it does."""
    began = time.perf_counter()
    try:
        module = plugin.load() if isinstance(plugin, EntryPoint) else plugin
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # importing runs whatever the package has, also sys.exit
        what = f"{getattr(plugin, 'value', name)} cannot be imported: {_said(error)}"
        refusals.refuse(name, what, code="plugin/import", cause=error)
        return []
    found = _brought(name, module, refusals, hooks)
    refusals.timed(name, time.perf_counter() - began)
    return found


def log(error: PluginError, cause: BaseException | None = None) -> PluginError:
    """Log it, by name; what was raised goes along as its cause."""
    error.__cause__ = cause
    _log.warning("%s", error)
    return error


def refuse_second(one: Brought, owner: str, refusals: Refusals) -> None:
    """Of two of one id the first stands."""
    what = f"the {SEAMS[one.hook].what} {echo(one.id)} is already there, from {owner}"
    refusals.refuse(one.plugin, what, code="plugin/duplicate", owner=owner, id=echo(one.id))


def refusal(name: str, what: str, code: str, **details: str) -> PluginError:
    """The error that says what is wrong with a plug-in."""
    return PluginError(f"plug-in {name}: {what}", code=code, details={"name": name, "what": what, **details})


def _brought(name: str, plugin: object, refusals: Refusals, hooks: Iterable[str]) -> list[Brought]:
    """What a loaded plug-in brings. It has a manager of its own, so that nothing it does reaches another."""
    try:
        version = getattr(plugin, "loyaltykit_api", API)
        if version != API:
            what = f"it is written for version {echo(version)} of the plug-in API, this library has {API}"
            refusals.refuse(name, what, code="plugin/api", version=echo(version))
            return []
        manager = pluggy.PluginManager(GROUP)
        manager.add_hookspecs(Hooks)
        manager.register(plugin, name)
        manager.check_pending()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # pluggy looks at whatever the plug-in has
        refusals.refuse(name, _explained(plugin, error), code="plugin/hook", cause=error)
        return []
    found = []
    for hook in SEAMS:
        call = getattr(manager.hook, hook)
        if hook in hooks and SEAMS[hook].brings:
            found += _of_hook(name, hook, call, refusals)
        elif hook in hooks and call.get_hookimpls():
            found.append(Brought(hook, name, PluggedDrafter(name, call), name))
    return found


def _of_hook(name: str, hook: str, call: Callable[[], Sequence[Any]], refusals: Refusals) -> list[Brought]:
    """What one hook of a plug-in brings; what is not as it should be is refused alone."""
    seam, found = SEAMS[hook], []
    try:
        things = [thing for things in call() for thing in things]
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # a hook is the plug-in's code
        what = f"{hook} does not give a list of {seam.what}s: {_said(error)}"
        refusals.refuse(name, what, code="plugin/hook", cause=error)
        return []
    for number, thing in enumerate(things, start=1):
        try:
            id, kept = seam.look(thing)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # so is making what it brings
            what = f"{seam.what} {number} of {hook} is refused: {_said(error)}"
            refusals.refuse(name, what, code="plugin/shape", cause=error)
            continue
        one = Brought(hook, id, kept, name)
        if id in seam.taken():
            refuse_second(one, "loyaltykit", refusals)
        else:
            found.append(one)
    return found


def _said(error: BaseException) -> str:
    if isinstance(error, Lacking):
        return str(error)
    try:
        return f"{type(error).__name__}: {echo(str(error))}"
    except Exception:  # noqa: BLE001  # an exception's words are the plug-in's code, too
        return type(error).__name__


def _explained(plugin: object, error: BaseException) -> str:
    """What pluggy found, with the hook that may be meant."""
    known = list(SEAMS)
    strange = [name for name in _marked(plugin) if name not in known]
    if not strange:
        return f"its hooks cannot be taken: {_said(error)}"
    near = nearest(strange[0], known)
    return (
        f"there is no hook {echo(strange[0])}; {f'did you mean {near}?' if near else 'there are ' + ', '.join(known)}"
    )


def _marked(plugin: object) -> list[str]:
    """The names that are marked as hooks; none where looking itself fails."""
    try:
        return [name for name in dir(plugin) if hasattr(getattr(plugin, name, None), f"{GROUP}_impl")]
    except Exception:  # noqa: BLE001  # an object may refuse to be looked at
        return []
