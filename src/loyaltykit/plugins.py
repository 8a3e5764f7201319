"""Plug-ins: packages that bring churn models, found by entry points of the group ``loyaltykit``.

A package names a module (or an object) in its pyproject.toml,

    [project.entry-points.loyaltykit]
    our-models = "our_school.models"

and the module has hooks:

    from loyaltykit.plugins import hookimpl

    @hookimpl
    def loyaltykit_churn_models():
        return [OurModel]

Nothing is looked for or imported before `discover` is called. Whatever a plug-in does wrong stays with it: it is named,
logged and left out, and the others are taken. A hook only brings objects; what they do is theirs, behind a protocol.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import attrs
import pluggy

from loyaltykit.churn.protocol import Spec
from loyaltykit.churn.registry import SHIPPED, Given, Maker, maker
from loyaltykit.errors import PluginError
from loyaltykit.problems import echo, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GROUP = "loyaltykit"
API = 1
"""The version of what is between us and plug-ins. One that says ``loyaltykit_api = 2`` needs a newer library."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
_log = logging.getLogger("loyaltykit.plugins")


class Hooks:
    """The hooks that a plug-in may have; each has a row in SEAMS."""

    @hookspec
    def loyaltykit_churn_models(self) -> Iterable[Given]:
        """Churn models: classes, calls without arguments that make one, or models that are not fitted."""
        raise NotImplementedError


@attrs.frozen(slots=True)
class Seam:
    """What a hook brings: what to call it, the ids that are taken, and how one is looked at.

    `look` gives the id and what is used from then on, and raises ValueError that says what is missing.
    """

    what: str
    taken: tuple[str, ...]
    look: Callable[[Any], tuple[str, Any]]


@attrs.frozen(slots=True)
class Brought:
    """One thing that a plug-in brings."""

    hook: str
    id: str
    thing: Any
    plugin: str


@attrs.frozen(slots=True)
class Plugins:
    """What plug-ins bring, and what was refused of them."""

    brought: tuple[Brought, ...] = ()
    errors: tuple[PluginError, ...] = ()

    @property
    def churn_models(self) -> tuple[Maker, ...]:
        """What makes their churn models: the `given` of `loyaltykit.churn.registry` and the `models` of its files."""
        return tuple(one.thing for one in self.brought if one.hook == "loyaltykit_churn_models")


def discover(plugins: Mapping[str, object] | None = None) -> Plugins:
    """Load the installed plug-ins, in the order of their names, and take what they bring.

    `plugins` are modules or objects by name instead of the installed ones, for tests and for a host of its own. Never
    raises for what a plug-in does: `errors` has a PluginError for each refusal, its `code` one of ``plugin/import``,
    ``plugin/api``, ``plugin/hook``, ``plugin/shape`` and ``plugin/duplicate``. Of two of one id the first stands.
    """
    brought: dict[tuple[str, str], Brought] = {}
    errors: list[PluginError] = []
    loaded = _installed(errors) if plugins is None else plugins
    for name, plugin in loaded.items():
        for one in _brought(name, plugin, errors):
            first = brought.setdefault((one.hook, one.id), one)
            owner = "loyaltykit" if one.id in SEAMS[one.hook].taken else first.plugin
            if first is not one or owner != one.plugin:
                what = f"the {SEAMS[one.hook].what} {echo(one.id)} is already there, from {owner}"
                _refuse(errors, one.plugin, what, code="plugin/duplicate", owner=owner)
    kept = (one for one in brought.values() if one.id not in SEAMS[one.hook].taken)
    return Plugins(tuple(kept), tuple(errors))


def _installed(errors: list[PluginError]) -> dict[str, object]:
    """The plug-ins of the installed packages, by package and entry point."""
    found: dict[str, object] = {}
    for name, point in sorted((_name(point), point) for point in entry_points(group=GROUP)):
        try:
            found[name] = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # importing runs whatever the package has
            what = f"{point.value} cannot be imported: {_said(error)}"
            _refuse(errors, name, what, code="plugin/import", cause=error)
    return found


def _name(point: EntryPoint) -> str:
    return f"{point.dist.name}/{point.name}" if point.dist is not None else point.name


def _brought(name: str, plugin: object, errors: list[PluginError]) -> list[Brought]:
    """What one plug-in brings. It has a manager of its own, so that nothing it does reaches another."""
    version = getattr(plugin, "loyaltykit_api", API)
    if version != API:
        what = f"it is written for version {echo(version)} of the plug-in API, this library has {API}"
        _refuse(errors, name, what, code="plugin/api", version=echo(version))
        return []
    try:
        manager = pluggy.PluginManager(GROUP)
        manager.add_hookspecs(Hooks)
        manager.register(plugin, name)
        manager.check_pending()
    except Exception as error:  # noqa: BLE001  # pluggy looks at whatever the plug-in has
        _refuse(errors, name, _explained(plugin, error), code="plugin/hook", cause=error)
        return []
    found = []
    for hook in SEAMS:
        found += _of_hook(name, hook, getattr(manager.hook, hook), errors)
    return found


def _of_hook(name: str, hook: str, call: Callable[[], Sequence[Any]], errors: list[PluginError]) -> list[Brought]:
    """What one hook of a plug-in brings; what is not as it should be is refused alone."""
    seam, found = SEAMS[hook], []
    try:
        things = [thing for things in call() for thing in things]
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a hook is the plug-in's code
        what = f"{hook} does not give a list of {seam.what}s: {_said(error)}"
        _refuse(errors, name, what, code="plugin/hook", cause=error)
        return []
    for number, thing in enumerate(things, start=1):
        try:
            id, kept = seam.look(thing)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # so is making what it brings
            what = f"{seam.what} {number} of {hook} is refused: {_said(error)}"
            _refuse(errors, name, what, code="plugin/shape", cause=error)
        else:
            found.append(Brought(hook, id, kept, name))
    return found


def _refuse(
    errors: list[PluginError], name: str, what: str, *, code: str, cause: BaseException | None = None, **details: str
) -> None:
    error = PluginError(f"plug-in {name}: {what}", code=code, details={"name": name, "what": what, **details})
    error.__cause__ = cause
    errors.append(error)
    _log.warning("%s", error)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {echo(str(error))}" if not isinstance(error, _Lacking) else str(error)


def _explained(plugin: object, error: Exception) -> str:
    """What pluggy found, with the hook that may be meant."""
    known = list(SEAMS)
    named = (name for name in dir(plugin) if hasattr(getattr(plugin, name, None), f"{GROUP}_impl"))
    strange = [name for name in named if name not in known]
    if not strange:
        return f"its hooks cannot be taken: {_said(error)}"
    near = nearest(strange[0], known)
    return (
        f"there is no hook {echo(strange[0])}; {f'did you mean {near}?' if near else 'there are ' + ', '.join(known)}"
    )


class _Lacking(ValueError):
    """What is brought is not what the seam needs; the message says what is missing."""


def _churn_model(thing: Any) -> tuple[str, Maker]:
    """A churn model by its id, looked at for what a model needs. What it does is for `check_churn_model`."""
    if not callable(thing) and not hasattr(thing, "spec"):
        raise _Lacking(f"a {type(thing).__name__} is neither a model nor a call that makes one")
    make = maker(thing)
    model, other = make(), make()
    missing = [name for name in MODEL_NEEDS if not hasattr(model, name)]
    if missing:
        raise _Lacking(f"{type(model).__name__} has no {', '.join(missing)}")
    spec = model.spec
    if not isinstance(spec, Spec) or not isinstance(spec.id, str) or not 0 < len(spec.id) <= 200:
        raise _Lacking(f"the spec of {type(model).__name__} is no Spec with an id of 1 to 200 characters")
    if other is model:
        raise _Lacking(f"{spec.id} is the same object each time: give its class, or a call that makes a new one")
    return spec.id, make


MODEL_NEEDS = ("spec", "fit", "score", "explain", "state", "from_state")
"""What every churn model has: the names of the `ChurnModel` protocol."""

SEAMS: dict[str, Seam] = {
    "loyaltykit_churn_models": Seam("churn model", tuple(SHIPPED), _churn_model),
}
"""By hook what it brings. A new kind of plug-in is a hook in `Hooks` and a row here."""
