"""`loyaltykit tasks` and `loyaltykit fulfil`: what staff owe members, and that it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app import Loyalty


@command(
    "tasks",
    store_option,
    click.option("--staff", metavar="ROLE", cls=Option, help="help/staff"),
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    json_option,
)
def tasks(session: Session, url: str, staff: str | None, at: str | None) -> None:
    """The soonest due first."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.tasks import task_lines

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        found = kit.tasks(staff)
        now = _moment(kit, at, session)
    if session.json:
        put_json([task.to_dict() for task in found])
        return
    dressing = Dressing(session.lang, zone_of(None, document.timezone), document)
    put(count(session.lang, len(found), "task"))
    for line in task_lines(found, dressing, now):
        put(line)


@command(
    "fulfil",
    click.argument("task"),
    store_option,
    click.option("--by", metavar="NAME", required=True, cls=Option, help="help/by"),
    click.option("--note", metavar="TEXT", cls=Option, help="help/note"),
    click.option("--at", metavar="TIME", cls=Option, help="help/when"),
    json_option,
)
def fulfil(session: Session, task: str, url: str, *, by: str, note: str | None, at: str | None) -> None:
    """The member hears of it when the program says so."""
    with open_existing(url, session.lang) as kit:
        decision = kit.fulfil(task, by=by, note=note, at=_moment(kit, at, session))
    if session.json:
        put_json({"task": task, "state": "done", "effects": [effect.kind for effect in decision.effects]})
        return
    put(say(session.lang, "tasks/done", task=task))


def _moment(kit: Loyalty, at: str | None, session: Session) -> dt.datetime:
    """The moment asked for, else now."""
    from loyaltykit.cli.options import now

    return now() if at is None else moment(at, kit.program.document.timezone, session.lang)
