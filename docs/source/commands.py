"""The help pages of the command line, as it prints them."""

from __future__ import annotations

from click.testing import CliRunner

from loyaltykit.cli.group import cli

NAMES = tuple(cli.commands)


def help_page(argument: str) -> str:
    """The help of a command; of the whole command line for ``loyaltykit``."""
    command = [] if argument == "loyaltykit" else argument.split()
    result = CliRunner().invoke(
        cli, [*command, "--help", "--lang", "en"], prog_name="loyaltykit", env={"COLUMNS": "100"}
    )
    if result.exit_code:
        raise ValueError(f"no command {argument}: {result.output}")
    return f"```text\n{result.output.rstrip()}\n```\n"


__all__ = ["NAMES", "help_page"]
