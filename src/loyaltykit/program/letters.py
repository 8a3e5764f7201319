"""The messages of a document: words by locale and by channel, what each must say, and what a model may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_serializer, model_validator

from loyaltykit.program.fields import Id, Locale, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Body", "Drafting", "Message", "Wording"]

BODY = ("subject", "text", "html")
"""The keys of a body that are its own; every other key is a channel."""
MESSAGE = ("purpose", "must_use", "join", "draft")
"""The keys of a message that are its own; every other key is a locale."""
_NO_TEXT_IS_LONGER = 4_000

Fact = Annotated[str, StringConstraints(pattern=r"^[^\s.]+(\.[^\s.]+)*$", max_length=200)]


class Wording(Model):
    """The words for one channel."""

    subject: str | None = None
    """None: that of the locale."""
    text: str
    html: str | None = None
    """The same words as HTML, for channels that show it."""


def _worded(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


WordingOrText = Annotated[Wording, BeforeValidator(_worded, json_schema_input_type=str | Wording)]


class Body(Model):
    """One language's words of a message; `text` is what every channel can show, a channel's own key what it prefers."""

    subject: str = ""
    text: str
    html: str | None = None
    channels: dict[Id, WordingOrText] = {}

    @model_validator(mode="before")
    @classmethod
    def _by_channel(cls, value: Any) -> Any:
        return _apart(value, BODY, "channels")

    @model_serializer(mode="wrap")
    def _flat(self, inner: Any) -> dict[str, Any]:
        return _together(inner(self), "channels")

    def on(self, channel: str | None) -> Wording:
        """The words for a channel."""
        own = self.channels.get(channel) if channel is not None else None
        if own is None:
            return Wording(subject=self.subject, text=self.text, html=self.html)
        return own if own.subject is not None else own.model_copy(update={"subject": self.subject})

    def all(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every template, with the way to it."""
        yield ("subject",), self.subject
        yield from _texts((), self)
        for channel, own in self.channels.items():
            if own.subject is not None:
                yield (channel, "subject"), own.subject
            yield from _texts((channel,), own)


def _texts(way: tuple[str, ...], words: Body | Wording) -> Iterator[tuple[tuple[str, ...], str]]:
    yield (*way, "text"), words.text
    if words.html is not None:
        yield (*way, "html"), words.html


def _body(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


BodyOrText = Annotated[Body, BeforeValidator(_body, json_schema_input_type=str | Body)]


class Drafting(Model):
    """A language model may write the text anew, within what the author's own text says."""

    tone: str = Field("", max_length=500)
    notes: str = Field("", max_length=2_000)
    """What else the writer should know. The author's text is given as an example anyway."""
    forbid: tuple[Annotated[str, StringConstraints(min_length=1, max_length=100)], ...] = Field((), max_length=100)
    """Words and phrases that may not come up."""
    at_most: int = Field(700, ge=20, le=_NO_TEXT_IS_LONGER)
    """How many characters the text may have."""


def _drafting(value: Any) -> Any:
    if value is True:
        return {}
    return None if value is False else value


def _names(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


class Message(Model):
    """A message by locale: ``{purpose: service, ru: {subject, text}, en: {...}}``."""

    purpose: Literal["service", "marketing"] = "service"
    bodies: dict[Locale, BodyOrText] = Field(min_length=1)
    must_use: Annotated[
        tuple[Fact, ...], BeforeValidator(_names, json_schema_input_type=str | list[str]), Field(max_length=50)
    ] = ()
    """Facts or groups of facts that every text of the message puts out."""
    join: Id | None = None
    """A quest that the message has a button to join."""
    draft: Annotated[Drafting | None, BeforeValidator(_drafting, json_schema_input_type=bool | Drafting)] = None

    @model_validator(mode="before")
    @classmethod
    def _locales(cls, value: Any) -> Any:
        return _apart(value, MESSAGE, "bodies")

    @model_serializer(mode="wrap")
    def _flat(self, inner: Any) -> dict[str, Any]:
        return _together(inner(self), "bodies")


def _apart(value: Any, own: tuple[str, ...], rest: str) -> Any:
    """The keys that are not a part's own, gathered under one."""
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if key in own}
    others = {key: item for key, item in value.items() if key not in own}
    return {**kept, rest: others} if others or rest == "bodies" else kept


def _together(written: dict[str, Any], rest: str) -> dict[str, Any]:
    """The keys gathered under one, beside the others again."""
    return {**written.pop(rest), **written} if rest in written else written
