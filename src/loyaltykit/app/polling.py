"""Counts the answers to a survey over all members, a range of them at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.insight.surveys import Answer, SurveyResults, of_options, of_scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.journal import Journal
    from loyaltykit.program.contact import Survey

TYPES = ("survey.answered", "kit.answered")
PAGE = 1_000


def results(journal: Journal, name: str, survey: Survey, at: int | None) -> SurveyResults:
    """Of each member the last answer by an instant (default: all there are)."""
    answers = list(_answers(journal, name, survey, at))
    if survey.options:
        return of_options(name, survey.options, answers)
    low, high = (int(end) for end in (survey.scale or "0-10").split("-"))
    return of_scale(name, low, high, answers)


def _answers(journal: Journal, name: str, survey: Survey, at: int | None) -> Iterator[Answer]:
    after = 0
    while page := journal.store.members(after=after, limit=PAGE):
        last: dict[int, Answer] = {}
        for row in journal.store.happened(TYPES, [number for number, _ in page], data=True):
            data = json.loads(row.data or "{}")
            if data.get("survey") != name or (at is not None and row.at > at):
                continue
            value, option, weight = data.get("value"), data.get("option"), data.get("weight")
            if option is None and survey.options and isinstance(value, int | float) and _is_place(value, survey):
                option = survey.options[int(value) - 1]
            if value is not None:
                last[row.member] = Answer(float(value), option, 1.0 if weight is None else float(weight))
        yield from last.values()
        after = page[-1][0]


def _is_place(value: float, survey: Survey) -> bool:
    return 1 <= int(value) <= len(survey.options)
