"""Channels for `deliver` and `worker`: a small TOML file; secrets come from the environment variables that it names."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from loyaltykit.channels import Console
from loyaltykit.channels.limits import TELEGRAM
from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.options import existing
from loyaltykit.cli.paces import Paces
from loyaltykit.cli.plugged import Drafting, Plugged, addresses, plugged
from loyaltykit.cli.words import say
from loyaltykit.problems import nearest
from loyaltykit.program.walking import sends_of

if TYPE_CHECKING:
    from typing import TextIO

    from pydantic_core import ErrorDetails

    from loyaltykit.channels import Channel
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document

_ADDRESSED = ("email", "telegram")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Email(_Table):
    sender: str
    host: str
    port: int = Field(587, ge=1, le=65_535)
    user: str | None = None
    password_env: str | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    reply_to: str | None = None
    bounces: str | None = None
    limits: Paces | None = None


class _Telegram(_Table):
    token_env: str
    base_url: str = "https://api.telegram.org"
    limits: Paces | None = None


class _Webhook(_Table):
    url: str
    secret_env: str
    previous_secret_env: str | None = None
    """While a secret is being changed, the old one: requests are signed with both."""
    address: str | None = None
    words: bool = True
    allow: tuple[str, ...] = ()
    timeout: float = Field(20.0, gt=0, le=300)
    limits: Paces | None = None


class _Apprise(_Table):
    url_env: str
    """An address of Apprise's holds tokens and passwords."""
    address: str | None = None
    timeout: float = Field(30.0, gt=0, le=300)
    limits: Paces | None = None


class Settings(_Table):
    """What the file says."""

    email: _Email | None = None
    telegram: _Telegram | None = None
    webhook: _Webhook | None = None
    apprise: _Apprise | None = None
    console: bool = False
    """Messages for the channel `console` go to standard output."""
    elsewhere: tuple[str, ...] = ()
    """Channels that other processes deliver on."""
    secret_env: str | None = None
    unsubscribe_url: str | None = None
    press_url: str | None = None
    plugins: Plugged = Plugged()
    """How plug-ins are run."""
    _tables: dict[str, dict[str, Any]] = PrivateAttr(default_factory=dict)
    _file: str = PrivateAttr("")  # private, so that neither is a key of the file

    def beside(self, tables: dict[str, dict[str, Any]], file: str) -> Self:
        """These settings with those of plug-ins' channels, and where all of them stand."""
        self._tables, self._file = tables, file
        return self

    def others(self, lang: Lang) -> list[Channel]:
        """The channels of plug-ins."""
        return plugged(
            self._tables, self.plugins, file=self._file, hidden=self.variables, known=Settings.model_fields, lang=lang
        )

    @property
    def addressed(self) -> dict[str, str | None]:
        """The member attribute of each channel of a plug-in that has a table."""
        return {**dict.fromkeys(self._tables), **addresses(self._tables, self.plugins, hidden=self.variables)}

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that the file names for our own channels."""
        tables = (self, self.email, self.telegram, self.webhook, self.apprise)
        named = (
            getattr(table, key)
            for table in tables
            if table is not None
            for key in type(table).model_fields
            if key.endswith("_env")
        )
        return tuple(name for name in named if name)


_TABLES: dict[str, type[BaseModel]] = {
    "email": _Email,
    "telegram": _Telegram,
    "webhook": _Webhook,
    "apprise": _Apprise,
    "plugins": Plugged,
}


def read_settings(path: str, lang: Lang) -> Settings:
    """The settings in a file; WrongUsage when they are not as they should be."""
    try:
        said = tomllib.loads(Path(existing(path, lang)).read_text("utf-8"))
        ours = {key: it for key, it in said.items() if key in Settings.model_fields or not isinstance(it, dict)}
        settings = Settings.model_validate(ours)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUsage(say(lang, "config/toml", name=path, reason=error)) from None
    except ValidationError as error:
        found = error.errors(include_input=False)  # a slip in a name also makes the right one missing
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        raise WrongUsage(_wrong(path, first, lang)) from None
    return settings.beside({key: it for key, it in said.items() if key not in ours}, path)


def _wrong(path: str, error: ErrorDetails, lang: Lang) -> str:
    """What is wrong with one key of the file, with the nearest right one."""
    *tables, key = error["loc"] or ("",)
    place = ".".join(map(str, error["loc"]))
    code = {"extra_forbidden": "unknown-key", "missing": "missing-key"}.get(error["type"], "wrong")
    if code == "wrong" and lang == "ru":
        code = "wrong-value"
    text = say(lang, f"config/{code}", name=path, key=place, reason=error["msg"])
    if code != "unknown-key":
        return text
    near = nearest(str(key), _TABLES.get(str(tables[0]) if tables else "", Settings).model_fields)
    return say(lang, "did-you-mean", text=text, nearest=near) if near else text


def options_of(settings: Settings, stream: TextIO, lang: Lang) -> dict[str, Any]:
    """What `Loyalty` is to be opened with. WrongUsage when a variable that is named is not set."""
    return {
        "channels": [*_adapters(settings, stream, lang), *settings.others(lang)],
        "elsewhere": settings.elsewhere,
        "drafter": Drafting(settings.plugins),
        "recommender": settings.plugins.recommender,
        "functions": settings.plugins.functions,
        "secret": secret_of(settings, lang),
        "unsubscribe_url": settings.unsubscribe_url,
        "press_url": settings.press_url,
    }


def printing(document: Document, settings: Settings, stream: TextIO) -> list[Channel]:
    """Stand-ins that print, for every channel that the program may use."""
    names = {
        *document.contact.channels,
        *_ADDRESSED,
        *(name for _, send in sends_of(document) for name in send.channels),
    }
    names |= {"console"} if settings.console else set()
    tables = {"webhook": settings.webhook, "apprise": settings.apprise}
    ours = {name: table.address for name, table in tables.items() if table is not None}
    known = {**{name: name for name in _ADDRESSED}, **ours, **settings.addressed}
    return [_Printer(name, stream, known.get(name)) for name in sorted({*names, *known} - {"inbox"})]


class _Printer(Console):
    """Prints what a channel of another name would have sent."""

    def __init__(self, name: str, stream: TextIO, address: str | None) -> None:
        super().__init__(stream)
        self.name = name
        self.address = address


def _adapters(settings: Settings, stream: TextIO, lang: Lang) -> list[Channel]:
    found: list[Channel] = []
    if settings.telegram is not None:
        from loyaltykit.channels.telegram import Telegram

        token = _secret(settings.telegram.token_env, lang) or ""
        limits = TELEGRAM if settings.telegram.limits is None else settings.telegram.limits.made()
        found.append(Telegram(token, base_url=settings.telegram.base_url, limits=limits))
    if settings.email is not None:
        from loyaltykit.channels.email import Email

        said = settings.email.model_dump(exclude={"password_env", "limits"})
        limited = None if settings.email.limits is None else settings.email.limits.made()
        found.append(Email(**said, limits=limited, password=_secret(settings.email.password_env, lang)))
    if settings.webhook is not None:
        found.append(_webhook(settings.webhook, lang))
    if settings.apprise is not None:
        from loyaltykit.channels.apprise import AppriseChannel

        said = settings.apprise.model_dump(exclude={"url_env", "limits"})
        limited = None if settings.apprise.limits is None else settings.apprise.limits.made()
        found.append(AppriseChannel(_secret(settings.apprise.url_env, lang) or "", **said, limits=limited))
    if settings.console:
        found.append(Console(stream))
    return found


def _webhook(settings: _Webhook, lang: Lang) -> Channel:
    from loyaltykit.channels.webhook import Webhook

    names = (settings.secret_env, settings.previous_secret_env)
    secrets = [secret for name in names if (secret := _secret(name, lang)) is not None]
    said = settings.model_dump(exclude={"url", "secret_env", "previous_secret_env", "limits"})
    return Webhook(settings.url, secrets, **said, limits=None if settings.limits is None else settings.limits.made())


def secret_of(settings: Settings, lang: Lang) -> str | None:
    """The school's secret; None when no variable is named. WrongUsage when the one that is named is not set."""
    return _secret(settings.secret_env, lang)


def _secret(name: str | None, lang: Lang) -> str | None:
    if name is None:
        return None
    value = os.environ.get(name)
    if not value:
        raise WrongUsage(say(lang, "config/no-variable", name=name))
    return value
