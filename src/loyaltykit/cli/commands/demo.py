"""`loyaltykit demo`: the story of a simulated school."""

from __future__ import annotations

from pathlib import Path

import click

from loyaltykit.cli.frame import Option, Session, command


@command(
    "demo",
    click.option("--out", default="out", metavar="DIR", show_default=True, cls=Option, help="help/out"),
    click.option("--seed", type=int, default=7, show_default=True, cls=Option, help="help/seed"),
    click.option(
        "--students", type=click.IntRange(1), default=400, show_default=True, cls=Option, help="help/students"
    ),
    click.option("--days", type=click.IntRange(1), default=90, show_default=True, cls=Option, help="help/days"),
)
def demo(session: Session, out: str, seed: int, students: int, days: int) -> None:
    """What it prints comes from a real fold."""
    from loyaltykit.cli.demo import run_demo

    click.get_current_context().exit(run_demo(Path(out), session.lang, seed, students, days))
