"""`loyaltykit adopt`: another version of the program follows the one that a store runs."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import load_program, moment, open_existing
from loyaltykit.cli.output import good, put, put_json
from loyaltykit.cli.words import count, say

MODES = {"forward": "forward", "recompute": "recompute", "upward": "recompute upward only"}


@command(
    "adopt",
    click.argument("program"),
    store_option,
    click.option("--mode", type=click.Choice(tuple(MODES)), default="forward", cls=Option, help="help/adopt-mode"),
    click.option("--at", metavar="TIME", cls=Option, help="help/adopt-at"),
    json_option,
)
def adopt(session: Session, program: str, url: str, *, mode: str, at: str | None) -> None:
    """All of it happens, or nothing does; adopting the program that runs changes nothing."""
    found = load_program(program, session.lang)
    with open_existing(url, session.lang) as kit:
        when = None if at is None else moment(at, found.document.timezone, session.lang)
        adoption = kit.adopt(found, mode=MODES[mode], at=when)  # type: ignore[arg-type]  # the table holds modes
    if session.json:
        put_json(adoption.to_dict())
        return
    name = f"{found.document.program} {adoption.version}"
    if not adoption.changed:
        put(say(session.lang, "adopt/same", program=name))
        return
    put(good(say(session.lang, "adopt/done", program=name)))
    counted = ((adoption.members, "member"), (adoption.entries, "entry"), (adoption.effects, "effect"))
    put("  " + ", ".join(count(session.lang, number, what) for number, what in counted))
