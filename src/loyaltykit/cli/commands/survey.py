"""`loyaltykit survey`: what students said."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, now, open_existing
from loyaltykit.cli.output import put, put_json


@command(
    "survey",
    click.argument("id"),
    store_option,
    click.option("--by", metavar="GROUP", cls=Option, help="help/survey-by"),
    click.option("--every", metavar="PERIOD", cls=Option, help="help/survey-every"),
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    json_option,
)
def survey(session: Session, id: str, url: str, *, by: str | None, every: str | None, at: str | None) -> None:
    """The results of a survey or a poll."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.surveys import survey_lines

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        when = now() if at is None else moment(at, document.timezone, session.lang)
        results = kit.survey(id, by=by, every=every, at=when)
    if session.json:
        put_json(results.to_dict())
        return
    for line in survey_lines(results, Dressing(session.lang, zone_of(None, document.timezone), document)):
        put(line)
