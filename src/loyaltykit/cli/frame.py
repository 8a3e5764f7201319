"""click's commands, with help in two languages: help texts are codes of `words`, looked up when a page is written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from loyaltykit.cli.failing import INTERRUPTED, USAGE, Failure, WrongUsage, failure, in_words
from loyaltykit.cli.session import Session, lang_of, session_of
from loyaltykit.cli.words import LANGS, say
from loyaltykit.errors import LoyaltyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.cli.words import Lang

    Decorator = Callable[[Any], Any]


class _Formatter(click.HelpFormatter):
    """Writes headings in the language of the help page."""

    lang: Lang = "en"

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or say(self.lang, "usage"))

    def write_heading(self, heading: str) -> None:
        super().write_heading(say(self.lang, f"heading/{heading}"))


class _Context(click.Context):
    def make_formatter(self) -> click.HelpFormatter:
        made = _Formatter(width=self.terminal_width, max_width=self.max_content_width)
        made.lang = lang_of(self)
        return made


class Option(click.Option):
    """An option whose help is a code."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Its line on a help page."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        return record[0], record[1].replace(self.help, say(lang_of(ctx), self.help), 1)


class Command(click.Command):
    """A command whose help is a code."""

    context_class = _Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text of its help page."""
        _write_help(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help, in our words."""
        return _in_our_words(super().get_help_option(ctx), ctx)

    def short(self, lang: Lang) -> str:
        """Its line among the commands."""
        return say(lang, self.help or "").partition("\n")[0]


class Group(click.Group):
    """The commands together; errors of the library become messages and exit codes here."""

    context_class = _Context

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Know the session before anything is parsed."""
        above = parent.find_object(Session) if parent is not None else None
        session = above or session_of(args)
        extra.setdefault("obj", session)
        with _spoken(session.lang):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with _spoken(lang_of(ctx)):
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command by its name, or the nearest one named."""
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            from loyaltykit.problems import nearest

            text = say(lang_of(ctx), "usage/no-command", name=name)
            near = nearest(name, self.list_commands(ctx))
            raise WrongUsage(say(lang_of(ctx), "did-you-mean", text=text, nearest=near) if near else text, ctx)
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text of the help page."""
        _write_help(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, a line each."""
        lang = lang_of(ctx)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        rows = [(name, command.short(lang)) for name, command in commands if isinstance(command, Command | Group)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def short(self, lang: Lang) -> str:
        """Its line among the commands."""
        return say(lang, self.help or "").partition("\n")[0]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order of a school's work, not of the alphabet."""
        return list(self.commands)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help, in our words."""
        return _in_our_words(super().get_help_option(ctx), ctx)


def _write_help(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(say(lang_of(ctx), command.help or ""))


def _in_our_words(option: click.Option | None, ctx: click.Context) -> click.Option | None:
    if option is not None:
        option.help = say(lang_of(ctx), "help/help")
    return option


@contextmanager
def _spoken(lang: Lang) -> Iterator[None]:
    """Whatever goes wrong inside ends as a message in the language, not as a traceback."""
    try:
        yield
    except WrongUsage:
        raise
    except click.UsageError as error:
        raise in_words(error, lang) from None
    except LoyaltyError as error:
        raise failure(error, lang) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else type(error).__name__
        text = say(lang, "system", name=name, reason=error.strerror or str(error))
        raise Failure(text, exit_code=USAGE, code="system") from error
    except KeyboardInterrupt:
        raise Failure(say(lang, "interrupted"), exit_code=INTERRUPTED, code="interrupted") from None


def command(name: str, *options: Decorator, help: str | None = None) -> Callable[[Callable[..., Any]], Command]:
    """A command with these options and arguments, and --lang. Its function gets the session first.

    `help` is the code of its help page, that of its name if not given.
    """

    def make(function: Callable[..., Any]) -> Command:
        wrapped = click.pass_obj(function)
        for option in reversed((*options, lang_option)):
            wrapped = option(wrapped)
        made: Command = click.command(name, cls=Command, help=help or f"help/{name}")(wrapped)
        return made

    return make


lang_option = click.option("--lang", type=click.Choice(LANGS), expose_value=False, cls=Option, help="help/lang")
json_option = click.option("--json", is_flag=True, expose_value=False, cls=Option, help="help/json")
store_option = click.option("--store", "url", metavar="URL", required=True, cls=Option, help="help/store")

__all__ = ["Command", "Group", "Option", "Session", "command", "json_option", "lang_option", "store_option"]
