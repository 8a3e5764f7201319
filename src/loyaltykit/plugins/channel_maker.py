"""A channel that a plug-in brings: a class, or a call, that makes one of the settings in a channel file."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.limits import Limits, Pace
from loyaltykit.errors import PluginError
from loyaltykit.plugins.lacking import Lacking
from loyaltykit.problems import echo, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.channels import Channel

RESERVED = (
    "inbox", "console", "email", "telegram", "webhook", "apprise",
    "elsewhere", "plugins", "press-url", "secret-env", "unsubscribe-url",
)  # fmt: skip
"""Ids that a plug-in's channel cannot have: our own channels, and the other keys of a channel file."""
FROM_ENVIRONMENT = "_env"
"""The end of a key that names the environment variable with a setting's value."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_SECRET = re.compile(r"(.*_)?(token|password|secret|key)")
_KINDS = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list[str]": "list",
    "tuple[str, ...]": "list",
    "Sequence[str]": "list",
}
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@attrs.frozen(slots=True, kw_only=True)
class Setting:
    """One keyword argument that a channel is made with."""

    name: str
    kind: str = "any"
    """``text``, ``integer``, ``number``, ``boolean``, ``list`` (of texts) or ``any``; by the annotation."""
    required: bool = False
    secret: bool = False
    """Whether a file may only name the environment variable that holds it."""


@attrs.frozen(slots=True, kw_only=True)
class ChannelSpec:
    """What there is to know of a plug-in's channel before one is made."""

    name: str
    address: str | None
    """The member attribute that holds the address on this channel; None when it knows members by id."""
    settings: tuple[Setting, ...]
    open: bool = False
    """Whether it takes other settings, too (``**settings``)."""
    limits: Limits | None = None
    """How often it may be used, where its class says so."""

    def fields(self) -> dict[str, Any]:
        """Ready for JSON."""
        settings = [attrs.asdict(one) for one in self.settings]
        return {
            "name": self.name, "address": self.address, "settings": settings, "open": self.open,
            "limits": None if self.limits is None else attrs.asdict(self.limits),
        }  # fmt: skip

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> ChannelSpec:
        """The spec again, of its fields."""
        limits = None if fields["limits"] is None else Limits(**{
            name: None if pace is None else Pace(**pace) for name, pace in fields["limits"].items()
        })  # fmt: skip
        settings = tuple(Setting(**one) for one in fields["settings"])
        return ChannelSpec(**{**fields, "settings": settings, "limits": limits})

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings as keyword arguments.

        Raises PluginError: ``plugin/unknown-setting`` with the nearest there is, ``plugin/missing-setting``,
        ``plugin/wrong-setting``. No value is quoted.
        """
        known = {one.name: one for one in self.settings}
        for name in settings:
            if name not in known and not self.open:
                raise self._unknown(name, known)
        for one in self.settings:
            if one.required and one.name not in settings:
                raise self._wrong("plugin/missing-setting", one.name, f"the setting {one.name} is missing")
        return {name: self._value(known.get(name), name, value) for name, value in settings.items()}

    def _value(self, setting: Setting | None, name: str, value: Any) -> Any:
        kind = "any" if setting is None else setting.kind
        if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if kind == "list" and isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
            return list(value)
        wanted: dict[str, type] = {"text": str, "integer": int, "number": float, "boolean": bool}
        right = kind == "any" or (kind in wanted and type(value) is wanted[kind])
        if not right:
            raise self._wrong("plugin/wrong-setting", name, f"the setting {name} is not of the kind {kind}", kind=kind)
        return value

    def _unknown(self, name: str, known: Mapping[str, Setting]) -> PluginError:
        near = nearest(name, known)
        there = f"did you mean {near}?" if near else f"there are {', '.join(known) or 'none'}"
        return self._wrong("plugin/unknown-setting", name, f"there is no setting {echo(name)}; {there}", nearest=near)

    def _wrong(self, code: str, name: str, what: str, **details: Any) -> PluginError:
        return self._error(code, what, setting=echo(name), **details)

    def _error(self, code: str, what: str, **details: Any) -> PluginError:
        details = {"name": self.name, "what": what, **details}
        return PluginError(f"channel {self.name}: {what}", code=code, details=details)


@attrs.frozen(slots=True, kw_only=True)
class ChannelMaker(ChannelSpec):
    """Makes a plug-in's channel."""

    call: Callable[..., Channel] = attrs.field(repr=False)

    def make(self, settings: Mapping[str, Any]) -> Channel:
        """A channel with these settings.

        Raises PluginError as `checked` does, and ``plugin/setting`` or ``plugin/shape`` when it cannot be made of them.
        """
        given = self.checked(settings)
        try:
            made = self.call(**given)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # making one is the plug-in's code
            what = f"{type(error).__name__}: {self._without_secrets(error, given)}"
            raise self._error("plugin/setting", f"it cannot be made: {what}") from None
        missing = [name for name in ("name", "send") if not hasattr(made, name)]
        if missing or made.name != self.name or not callable(made.send):
            what = f"no {', '.join(missing)}" if missing else "another name, or a `send` that is no method"
            raise self._error("plugin/shape", f"what was made has {what}")
        return made

    def _without_secrets(self, error: BaseException, given: Mapping[str, Any]) -> str:
        """Its words, in short: secrets are taken out first, also as a repr writes them, so that none is cut in two."""
        try:
            text = str(error)
        except Exception:  # noqa: BLE001  # an exception's words are the plug-in's code, too
            return ""
        hidden = (str(given[one.name]) for one in self.settings if one.secret and given.get(one.name))
        forms = {form for value in hidden for form in (value, value.strip(), repr(value)[1:-1], ascii(value)[1:-1])}
        for form in sorted(filter(None, forms), key=len, reverse=True):
            text = text.replace(form, "…")
        return echo(text)


def channel_maker(thing: Any) -> ChannelMaker:
    """Looks at what a hook gave: a class, or another call with a `name`, whose keyword arguments are its settings.

    Raises ValueError that says what is missing. Nothing is made.
    """
    if not callable(thing):
        raise Lacking(f"a {type(thing).__name__} is no class, and no call that makes a channel")
    title = getattr(thing, "__name__", type(thing).__name__)
    name, address = getattr(thing, "name", None), getattr(thing, "address", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Lacking(f"{title} has no `name` of its class: small Latin letters, digits and '-', at most 31")
    if isinstance(thing, type) and not callable(getattr(thing, "send", None)):
        raise Lacking(f"{title} has no send")
    limits = getattr(thing, "limits", None)
    if limits is not None and not isinstance(limits, Limits):
        raise Lacking(f"the `limits` of {title} are no Limits")
    settings, more = _settings(thing, title)
    return ChannelMaker(
        name=name, address=address if isinstance(address, str) else None, settings=settings, open=more, limits=limits,
        call=thing,
    )  # fmt: skip


def _settings(thing: Any, title: str) -> tuple[tuple[Setting, ...], bool]:
    """The settings that a call takes, and whether it takes any other."""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        raise Lacking(f"{title} does not show which settings it takes") from None
    named = [one for one in parameters if one.kind in _NAMED and not one.name.startswith("_")]
    lost = [one.name for one in parameters if one not in named and one.default is one.empty and one.kind not in _MORE]
    if lost:
        raise Lacking(f"{title} cannot be made with keyword settings: {', '.join(lost)}")
    secrets = getattr(thing, "secrets", None)
    found = tuple(
        Setting(
            name=one.name,
            kind=_kind(one.annotation),
            required=one.default is one.empty,
            secret=bool(_SECRET.fullmatch(one.name)) if secrets is None else one.name in secrets,
        )
        for one in named
    )
    return found, any(one.kind is one.VAR_KEYWORD for one in parameters)


_MORE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _kind(annotation: Any) -> str:
    """What kind of value an annotation asks for; it is read as text, so that nothing in it is imported."""
    text = annotation.__name__ if type(annotation) is type else str(annotation)
    choices = [part.strip() for part in text.strip("'\"").replace("typing.", "").split("|")]
    left = [part for part in choices if part != "None"]
    return _KINDS.get(left[0], "any") if len(left) == 1 else "any"
