"""The verbs for comments: what a member adds to an answer, in words that can be erased."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.acting import Acting
from loyaltykit.app.facts import tame
from loyaltykit.calendars import DAY
from loyaltykit.errors import EventError, LoyaltyError, NotEligible
from loyaltykit.problems import unknown
from loyaltykit.store.rows import SaidRow
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app.work import Work
    from loyaltykit.store import Store
    from loyaltykit.store.rows import EventRow

COMMENT, PENDING = "comment", "pending"
ANSWERS = ("survey.answered", "kit.answered")
LONGEST = 1_000
"""Characters of a comment."""
WAITS = DAY
"""For so long what a member writes after an answer is its comment."""


@attrs.frozen(slots=True, kw_only=True)
class Comment:
    """What somebody added to an answer. Who it was is not told."""

    id: str
    at: dt.datetime
    text: str = attrs.field(repr=False)
    value: float | None
    """The answer: a number of the scale, or the place of the option from 1."""


class Commenting(Acting):
    """What members say besides a number. It is personal data: in no event, state, log or error."""

    def comment(self, member: str, *, survey: str, text: str, at: dt.datetime | None = None) -> str:
        """Keep what a member adds to the last answer to a survey that takes comments; its id. A later one replaces it.

        Raises NotEligible, ``survey/no-comment``, for a survey without ``comment: true``, ``survey/no-answer`` where
        there is no answer; EventError, ``survey/text``, for an empty text or one of more than a thousand characters.
        """
        self._commented(survey)
        kept = tame(unicodedata.normalize("NFC", text[: 4 * LONGEST]), lines=True).strip()
        if not kept or len(text) > LONGEST:
            raise EventError(f"a comment has 1 to {LONGEST} characters", code="survey/text", field="text")
        with self._lock, self._journal.writing() as work:
            hand = work.hand(member)
            answer = last_answer(work.store, hand.number, survey) if hand.number else None
            if answer is None:
                raise NotEligible("there is no answer to comment on", code="survey/no-answer")
            moment = self._reading_at(at)
            when = answer.at if moment is None else moment
            work.store.say(SaidRow(COMMENT, answer.id, hand.number, survey, when, kept))
            work.store.unsay(PENDING, str(hand.number))
            return answer.id

    def comments(self, survey: str, *, limit: int = 100) -> tuple[Comment, ...]:
        """What was added to the answers to a survey, the newest first."""
        self._commented(survey)
        with self._lock, self._journal.reading() as store:
            rows = store.said_about(COMMENT, survey, limit=limit)
            values = {row.id: json.loads(row.data or "{}").get("value") for row in store.seen([row.id for row in rows])}
        return tuple(
            Comment(id=row.id, at=from_instant(row.at), text=row.text, value=values.get(row.id)) for row in rows
        )

    def erase_comment(self, id: str) -> bool:
        """Erase a comment, for good; False when there is none."""
        with self._lock, self._journal.writing() as work:
            return work.store.unsay(COMMENT, id)

    def _commented(self, survey: str) -> None:
        surveys = self._journal.engine.program.document.surveys
        if survey not in surveys:
            text, details = unknown("survey", survey, surveys)
            raise LoyaltyError(text, code="survey/unknown", details=details)
        if not surveys[survey].comment:
            raise NotEligible(f"{survey} takes no comments", code="survey/no-comment", details={"name": survey})


def last_answer(store: Store, number: int, survey: str) -> EventRow | None:
    """A member's last answer to a survey."""
    rows = store.happened(ANSWERS, [number], data=True)
    return next((row for row in reversed(rows) if json.loads(row.data or "{}").get("survey") == survey), None)


def await_comment(work: Work, number: int, survey: str, at: int) -> None:
    """What the member writes next is a comment on the answer just given."""
    work.store.say(SaidRow(PENDING, str(number), number, survey, at, "1"))


def awaited_comment(store: Store, number: int, at: int) -> str | None:
    """The survey that what a member writes now is a comment on."""
    rows = store.said_by(PENDING, number)
    return rows[-1].about if rows and rows[-1].at <= at <= rows[-1].at + WAITS else None
