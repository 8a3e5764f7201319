"""The command line. It starts fast: a command imports what it needs when it runs."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line with the arguments of this process, and exit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal of another encoding shows ?, and nothing breaks
    try:
        import click  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        from loyaltykit.errors import MissingExtra

        print(f"loyaltykit: {MissingExtra('cli', 'the command line')}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    from loyaltykit.cli.group import cli

    cli()
