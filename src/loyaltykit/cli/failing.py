"""How a command ends badly: exit code 1 when the content is at fault, 2 for wrong usage; never a traceback."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

import click

from loyaltykit.cli.session import Session, lang_of
from loyaltykit.cli.words import reason, say
from loyaltykit.errors import LoyaltyError, MissingExtra, ProgramError, StoreError

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang

CONTENT, USAGE, INTERRUPTED = 1, 2, 130
_WRONG_URL = ("store/url", "store/not-built")


class Failure(click.ClickException):
    """Ends a command with a message on standard error; with `--json` as an object on standard output."""

    def __init__(self, text: str, *, exit_code: int = CONTENT, code: str = "cli", labelled: bool = False) -> None:
        super().__init__(text)
        self.labelled = labelled
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance
        self.code = code
        self.session = _session()

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        if self.session.json:
            click.echo(json.dumps({"error": {"code": self.code, "message": self.message}}, ensure_ascii=False))
        else:
            text = self.message if self.labelled else say(self.session.lang, "error", text=self.message)
            click.echo(text, file=file, err=True)


class WrongUsage(click.UsageError):
    """Wrong arguments, in our words, with where the help is."""

    def __init__(self, text: str, context: click.Context | None = None) -> None:
        super().__init__(text, context)
        self.exit_code = USAGE  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        lang = lang_of(self.ctx)
        click.echo(say(lang, "error", text=self.message), file=file, err=True)
        if self.ctx is not None:
            click.echo(say(lang, "try-help", command=self.ctx.command_path), file=file, err=True)


def _session() -> Session:
    context = click.get_current_context(silent=True)
    return (context.find_object(Session) if context is not None else None) or Session("en")


def failure(error: LoyaltyError, lang: Lang) -> click.ClickException:
    """The end that an error of the library makes of a command."""
    if isinstance(error, ProgramError):
        from loyaltykit.cli.problems import show_problems

        return Failure(show_problems(error.problems, lang=lang), code=error.code, labelled=True)
    wrong = isinstance(error, MissingExtra) or (isinstance(error, StoreError) and error.code in _WRONG_URL)
    return Failure(reason(lang, error), exit_code=USAGE if wrong else CONTENT, code=error.code)


def in_words(error: click.UsageError, lang: Lang) -> click.UsageError:
    """One of click's complaints in our words; those without a translation stay as they are."""
    if isinstance(error, WrongUsage | _NO_ARGUMENTS):
        return error
    if isinstance(error, click.NoSuchOption):
        text = say(lang, "usage/no-option", name=error.option_name)
        near = (sorted(error.possibilities or ()) or [""])[0]
        text = say(lang, "did-you-mean", text=text, nearest=near) if near else text
    elif isinstance(error, click.BadParameter) and error.param is not None:
        text = _about(error, error.param, lang)
    elif lang == "ru" and type(error) is click.UsageError and "extra argument" in error.message:
        text = say(lang, "usage/extra", name=error.message.partition("(")[2].rstrip(")."))
    else:
        text = error.format_message()
    return WrongUsage(text, error.ctx)


def _about(error: click.BadParameter, parameter: click.Parameter, lang: Lang) -> str:
    """What is wrong with the value of one parameter."""
    name = max(parameter.opts, key=len) if isinstance(parameter, click.Option) else parameter.human_readable_name
    if isinstance(error, click.MissingParameter):
        return say(lang, "usage/missing", name=name)
    if isinstance(parameter.type, click.Choice):
        return say(lang, "usage/choice", name=name, known=", ".join(map(str, parameter.type.choices)))
    return f"{name}: {error.message}"


_NO_ARGUMENTS: Any = getattr(click.exceptions, "NoArgsIsHelpError", WrongUsage)
"""What newer click raises to show the help of a group that was called with nothing."""
