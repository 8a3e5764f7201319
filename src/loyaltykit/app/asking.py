"""Surveys on their way: until when they may be answered, and reminders of those that nobody answered.

A reminder is a message like any other, queued when the question was sent: the rules of contact hold for it, an answer
takes it back, and it goes by the next channel.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from loyaltykit.app.commenting import last_answer
from loyaltykit.calendars import add, day_number, zone
from loyaltykit.errors import NotEligible

if TYPE_CHECKING:
    from loyaltykit.calendars import Zone
    from loyaltykit.program.document import Document
    from loyaltykit.store import Store
    from loyaltykit.store.rows import OutboxRow

SURVEY = "survey"
_AGAIN = re.compile(r"~(\d+)$")


def is_open(document: Document, survey: str, at: int) -> bool:
    """Whether a survey takes answers at an instant, by the days of the program's zone."""
    dates = document.surveys[survey].open
    if dates is None:
        return True
    day = zone(document.timezone).local_day(at)
    late = dates.end is not None and day > day_number(dates.end)
    return not late and (dates.start is None or day >= day_number(dates.start))


def check_open(document: Document, survey: str, at: int) -> None:
    """Raise NotEligible for a survey that takes no answers at an instant."""
    if not is_open(document, survey, at):
        raise NotEligible(f"{survey} takes no answers now", code="survey/closed", details={"name": survey})


def pointless(document: Document, store: Store, row: OutboxRow, at: int) -> str | None:
    """Why a question is not put any more: it is closed, or (a reminder) it was answered; None: it is."""
    survey = _survey_of(document, row)
    if survey is None:
        return None
    if not is_open(document, survey, at):
        return "closed"
    first = json.loads(row.facts or "{}").get("asked_at")
    answer = None if first is None else last_answer(store, row.member, survey)
    return "answered" if answer is not None and first is not None and answer.at >= first else None


def reminder(document: Document, row: OutboxRow, at: int, place: Zone) -> OutboxRow | None:
    """What is queued when a question was sent: the same once more, later, by the next channel; None: nothing."""
    survey = _survey_of(document, row)
    remind = None if survey is None else document.surveys[survey].remind
    if remind is None:
        return None
    asked, tail = row.effect.removesuffix(f"/{SURVEY}/{row.message}"), f"/{SURVEY}/{row.message}"
    found = _AGAIN.search(asked)
    times = 0 if found is None else int(found[1])
    if times >= remind.at_most:
        return None
    base = asked if found is None else asked[: found.start()]
    due = add(at, remind.after, place)
    facts = {"asked": row.seq, "asked_at": row.at, **json.loads(row.facts or "{}")}
    channels = json.loads(row.channels)
    return row._replace(
        seq=0,
        effect=f"{base}~{times + 1}{tail}",
        channels=json.dumps([*channels[1:], *channels[:1]]),
        at=due,
        due=due,
        status="queued",
        attempts=0,
        channel=None,
        reason=None,
        reference=None,
        done=None,
        facts=json.dumps(facts),
    )


def asked_first(row: OutboxRow) -> int:
    """The number of the message that asked first: a reminder is about the same answer."""
    return int(json.loads(row.facts or "{}").get("asked", row.seq))


def _survey_of(document: Document, row: OutboxRow) -> str | None:
    asks = row.effect.endswith(f"/{SURVEY}/{row.message}")
    return row.message if asks and row.message in document.surveys else None
