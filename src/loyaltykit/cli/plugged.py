"""Channels of plug-ins in a channel file: a table by the channel's name has its settings, `[plugins]` how they run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, field_validator

from loyaltykit.calendars import parse_duration
from loyaltykit.channels import address_of
from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.output import put
from loyaltykit.cli.paces import Paces
from loyaltykit.cli.words import reason, say
from loyaltykit.errors import PluginError
from loyaltykit.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.channels import Channel, Limits
    from loyaltykit.cli.words import Lang
    from loyaltykit.drafting import Brief, Draft, Drafter
    from loyaltykit.plugins import ChannelSpec, Look
    from loyaltykit.rules.expression.own import Function

_ENV = "_env"


class Plugged(BaseModel):
    """The table `plugins`: how plug-ins are run."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    in_process: tuple[str, ...] = ()
    """Channels that run in our own process."""
    off: tuple[str, ...] = ()
    """Plug-ins that are not loaded."""
    send_limit: str = "30s"
    start_limit: str = "30s"
    recommender: str | None = None
    """The plug-in's recommender that chooses for offers with `by: recommender`, where there are several."""
    aloud: bool = False
    """Whether what they print is let through, on standard error."""

    def functions(self) -> tuple[Function, ...]:
        """The functions that plug-ins bring."""
        from loyaltykit.plugins import discover_safely

        return discover_safely(("loyaltykit_functions",), off=self.off, limit=seconds(self.start_limit)).functions

    @field_validator("send_limit", "start_limit")
    @classmethod
    def _is_short(cls, text: str) -> str:
        if parse_duration(text).months or not 0 < seconds(text) <= _LONGEST:
            raise ValueError("from 1s to 5m")
        return text


_LONGEST = 300.0


def seconds(text: str) -> float:
    """The seconds of a duration."""
    return parse_duration(text).micros / 1_000_000


def plugged(
    tables: Mapping[str, Mapping[str, Any]], how: Plugged, *, file: str, hidden: Iterable[str], known: Iterable[str],
    lang: Lang,
) -> list[Channel]:  # fmt: skip
    """The channels that these tables configure; `known` are the other tables that a file may have.

    A plug-in that was refused is told by name; a channel that nothing else brings then waits, and the others go on.
    """
    if not tables:
        return []
    from loyaltykit.plugins import look_at_plugins

    hidden = {*hidden, *_variables(tables)}
    look = look_at_plugins(off=how.off, limit=seconds(how.start_limit), hidden=hidden)
    for error in look.errors:
        tell(error, lang)
    found = []
    for name, table in tables.items():
        if name in look.channels:
            settings, limits = _settings(look.channels[name][0], table, file, lang)
            channel = _made(look, name, settings, how, hidden=hidden, lang=lang)
            found.append(channel if limits is None else Limited(channel, limits))
        elif look.errors:
            put(say(lang, "plugins/waits", name=name), err=True)
        else:
            raise WrongUsage(_unknown(name, {*known, *look.channels}, file, lang))
    return found


class Drafting:
    """The drafters of plug-ins, looked for when the first message is to be written; without one the author's words."""

    def __init__(self, how: Plugged) -> None:
        self._how = how
        self._found: tuple[Drafter | None] | None = None

    def __call__(self, brief: Brief) -> Draft | str:
        """What the first of them that answers has written."""
        if self._found is None:
            from loyaltykit.plugins import discover_safely

            hooks = ("loyaltykit_draft_message",)
            self._found = (discover_safely(hooks, off=self._how.off, limit=seconds(self._how.start_limit)).drafter,)
        return brief.own if self._found[0] is None else self._found[0](brief)


def addresses(tables: Mapping[str, Any], how: Plugged, *, hidden: Iterable[str] = ()) -> dict[str, str | None]:
    """The member attribute that each of these channels has its address in."""
    if not tables:
        return {}
    from loyaltykit.plugins import look_at_plugins

    hidden = {*hidden, *_variables(tables)}
    channels = look_at_plugins(off=how.off, limit=seconds(how.start_limit), hidden=hidden).channels
    return {name: channels[name][0].address for name in tables if name in channels}


def tell(error: PluginError, lang: Lang) -> None:
    """One thing that a plug-in did wrong, on standard error."""
    put(say(lang, "plugins/wrong", text=reason(lang, error)), err=True)


def _variables(tables: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The variables that the tables name: each channel gets the values of its own as settings, and no other's."""
    return {
        value
        for table in tables.values()
        for key, value in table.items()
        if key.endswith(_ENV) and isinstance(value, str)
    }


def _made(
    look: Look, name: str, settings: dict[str, Any], how: Plugged, *, hidden: Iterable[str], lang: Lang
) -> Channel:
    if name in how.in_process or os.name == "nt":
        from loyaltykit.plugins import discover

        makers = discover(hooks=("loyaltykit_channels",), off=how.off).channels
        return next(maker for maker in makers if maker.name == name).make(settings)
    return look.channel(
        name, settings, limit=seconds(how.send_limit), start_limit=seconds(how.start_limit), hidden=hidden,
        aloud=how.aloud, report=lambda error: tell(error, lang),
    )  # fmt: skip


def _settings(
    spec: ChannelSpec, table: Mapping[str, Any], file: str, lang: Lang
) -> tuple[dict[str, Any], Limits | None]:
    """The settings of a table: `KEY_env` names the variable that has the value of KEY; and its limits, if any."""
    known = {one.name: one for one in spec.settings}
    limits = None if "limits" in known else _limits(spec.name, table.get("limits"), file, lang)
    table = {key: value for key, value in table.items() if key != "limits" or key in known}
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = key.removesuffix(_ENV)
        if key not in known and name != key and (name in known or spec.open):
            found[name] = _from_environment(value, f"{spec.name}.{key}", file, lang)
        elif key in known and known[key].secret:
            raise WrongUsage(say(lang, "config/secret", name=file, key=f"{spec.name}.{key}", right=key + _ENV))
        else:
            found[key] = value
    try:
        return spec.checked(found), limits
    except PluginError as error:
        raise WrongUsage(_wrong(spec, error, file, lang)) from None


def _limits(name: str, said: object, file: str, lang: Lang) -> Limits | None:
    try:
        return None if said is None else Paces.model_validate(said).made()
    except ValueError:
        raise WrongUsage(say(lang, "config/wrong-value", name=file, key=f"{name}.limits")) from None


class Limited:
    """A channel that may be used less often than it says itself, or more."""

    def __init__(self, channel: Channel, limits: Limits) -> None:
        self.name = channel.name
        self.address = address_of(channel)
        self.limits = limits
        self.send = channel.send


def _from_environment(name: object, key: str, file: str, lang: Lang) -> str:
    if not isinstance(name, str):
        raise WrongUsage(say(lang, "config/wrong-value", name=file, key=key))
    value = os.environ.get(name)
    if not value:
        raise WrongUsage(say(lang, "config/no-variable", name=name))
    return value


def _wrong(spec: ChannelSpec, error: PluginError, file: str, lang: Lang) -> str:
    """What is wrong with a setting, in the words that the file's other keys have."""
    setting = error.details["setting"]
    written = {one.name: one.name + _ENV if one.secret else one.name for one in spec.settings}
    key = f"{spec.name}.{written.get(setting, setting)}"
    code = {"plugin/missing-setting": "missing-key", "plugin/unknown-setting": "unknown-key"}.get(error.code)
    text = say(lang, f"config/{code or 'wrong-value'}", name=file, key=key)
    near = nearest(setting, written.values()) if code == "unknown-key" else None
    return say(lang, "did-you-mean", text=text, nearest=near) if near else text


def _unknown(name: str, known: Iterable[str], file: str, lang: Lang) -> str:
    near = nearest(name, known)
    if near:
        return say(lang, "did-you-mean", text=say(lang, "config/unknown-key", name=file, key=name), nearest=near)
    return say(lang, "config/no-channel", name=file, key=name)
