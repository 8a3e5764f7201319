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
        "--effect", type=click.FloatRange(0, 1), default=1.0, show_default=True, cls=Option, help="help/effect"
    ),
    click.option(
        "--students", type=click.IntRange(1), default=1000, show_default=True, cls=Option, help="help/students"
    ),
    click.option("--days", type=click.IntRange(1), default=90, show_default=True, cls=Option, help="help/days"),
)
def demo(session: Session, *, out: str, seed: int, effect: float, students: int, days: int) -> None:
    """What it prints comes from a real fold."""
    from loyaltykit.cli.demo import run_demo

    code = run_demo(Path(out), session.lang, seed=seed, students=students, days=days, effect=effect)
    click.get_current_context().exit(code)
