"""`loyaltykit preview`: a message as a member would get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option
from loyaltykit.cli.options import load_program, moment, now, open_existing
from loyaltykit.cli.output import faint, put, put_json, strong, tame
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.previewing import Preview
    from loyaltykit.app.words import Words
    from loyaltykit.cli.words import Lang


@command(
    "preview",
    click.argument("message"),
    click.option("--as", "member", metavar="ID", cls=Option, help="help/as"),
    click.option("--store", "url", metavar="URL", cls=Option, help="help/store"),
    click.option("--program", metavar="FILE", cls=Option, help="help/preview-program"),
    click.option("--channel", metavar="CHANNEL", cls=Option, help="help/preview-channel"),
    click.option("--locale", metavar="LOCALE", cls=Option, help="help/preview-locale"),
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    json_option,
)
def preview(
    session: Session,
    message: str,
    *,
    member: str | None,
    url: str | None,
    program: str | None,
    channel: str | None,
    locale: str | None,
    at: str | None,
) -> None:
    """With a store for one of its members, with a program alone for a member who is made up."""
    if (url is None) == (program is None):
        raise WrongUsage(say(session.lang, "usage/one-of-two", first="--store", second="--program"))
    if url is not None and member is None:
        raise WrongUsage(say(session.lang, "usage/needs", name="--store", other="--as"))
    shown = (
        _of_member(session.lang, url, message, member=str(member), channel=channel, at=at)
        if url is not None
        else _of_nobody(session.lang, str(program), message, member=member, channel=channel, locale=locale, at=at)
    )
    if session.json:
        put_json(shown.to_dict())
        return
    for line in _lines(shown, session.lang):
        put(line)


def _of_member(lang: Lang, url: str, message: str, *, member: str, channel: str | None, at: str | None) -> Preview:
    with open_existing(url, lang) as kit:
        instant = None if at is None else moment(at, kit.program.document.timezone, lang)
        return kit.preview(message, member, channel=channel, at=instant)


def _of_nobody(
    lang: Lang, path: str, message: str, *, member: str | None, channel: str | None, locale: str | None, at: str | None
) -> Preview:
    """The message for a member without a history, whose attributes are made up."""
    from loyaltykit.app import Loyalty

    loaded = load_program(path, lang)
    document = loaded.document
    instant = now() if at is None else moment(at, document.timezone, lang)
    language = locale or document.locale
    name = say("ru" if language.startswith("ru") else "en", "preview/name")
    known = {"name": name, "locale": language}
    with Loyalty(loaded) as kit:
        attributes = {key: value for key, value in known.items() if key == "locale" or key in document.member}
        kit.update_member(member or "sample", attributes, at=instant)
        return kit.preview(message, member or "sample", channel=channel, at=instant)


def _lines(shown: Preview, lang: Lang) -> Iterator[str]:
    yield faint(say(lang, f"preview/{shown.source}"))
    if shown.sample:
        yield faint(say(lang, "preview/made-up", names=", ".join(shown.sample)))
    for channel, words in shown.words.items():
        yield ""
        yield from _words(channel, words, lang)


def _words(channel: str, words: Words, lang: Lang) -> Iterator[str]:
    yield strong(f"{tame(channel)} ({tame(words.locale)})")
    if words.subject:
        yield f"  {strong(tame(words.subject))}"
    yield from (f"  {tame(line)}" for line in words.text.splitlines() or [""])
    if words.html is not None:
        yield faint(f"  {say(lang, 'preview/html')}")
        yield from (f"  {tame(line)}" for line in words.html.splitlines())
