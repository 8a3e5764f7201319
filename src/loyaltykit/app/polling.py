"""Counts the answers to a survey over all members, a range of them at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from loyaltykit.app.reading import view_of
from loyaltykit.calendars import civil, first_day, number_of, zone
from loyaltykit.errors import LoyaltyError
from loyaltykit.insight.surveys import Answer, SurveyResults, of_options, of_scale, split
from loyaltykit.problems import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.app.journal import Journal
    from loyaltykit.calendars import PeriodName
    from loyaltykit.program.contact import Survey
    from loyaltykit.program.document import Document
    from loyaltykit.views import MemberView

TYPES = ("survey.answered", "kit.answered")
PAGE = 1_000
PERIODS: tuple[PeriodName, ...] = ("day", "week", "month", "quarter", "half", "year")
NONE = "—"
"""The group of those who have no value."""


class Given(NamedTuple):
    """One answer of a member."""

    member: str
    at: int
    answer: Answer


def results(
    journal: Journal, name: str, survey: Survey, at: int | None, *, by: str | None = None, every: str | None = None
) -> SurveyResults:
    """Of each member the last answer by an instant (default: all there are), perhaps by group or by period."""
    read = None if by is None else reader(journal.engine.program.document, by)
    if every is not None and every not in PERIODS:
        text, details = unknown("period", every, PERIODS)
        raise LoyaltyError(text, code="survey/every", details=details)
    given = list(answered(journal, name, survey, at))
    scale = None if survey.options else scale_of(survey)
    last = {one.member: one for one in given}
    answers = [one.answer for one in last.values()]
    whole = of_options(name, survey.options, answers) if scale is None else of_scale(name, *scale, answers)
    if every is not None:
        place = next(period for period in PERIODS if period == every)
        return split(whole, every, _by_period(journal, given, place), scale=scale)
    if by is not None and read is not None:
        return split(whole, by, _by_group(journal, last, read, at), scale=scale)
    return whole


def scale_of(survey: Survey) -> tuple[int, int]:
    """The ends of a survey's scale."""
    low, high = (int(end) for end in (survey.scale or "0-10").split("-"))
    return low, high


def answered(journal: Journal, name: str, survey: Survey, at: int | None = None) -> Iterator[Given]:
    """Every answer to a survey by an instant, by member and in order."""
    after = 0
    while page := journal.store.members(after=after, limit=PAGE):
        ids = dict(page)
        for row in journal.store.happened(TYPES, list(ids), data=True):
            data = json.loads(row.data or "{}")
            if data.get("survey") != name or (at is not None and row.at > at):
                continue
            value, option, weight = data.get("value"), data.get("option"), data.get("weight")
            if option is None and survey.options and isinstance(value, int | float) and _is_place(value, survey):
                option = survey.options[int(value) - 1]
            if value is not None:
                answer = Answer(float(value), option, 1.0 if weight is None else float(weight))
                yield Given(ids[row.member], row.at, answer)
        after = page[-1][0]


def _is_place(value: float, survey: Survey) -> bool:
    return 1 <= int(value) <= len(survey.options)


def _by_period(journal: Journal, given: list[Given], period: PeriodName) -> dict[str, list[Answer]]:
    """Each member's last answer in each period of the program's zone; a period is named by its first day."""
    place = zone(journal.engine.program.document.timezone)
    found: dict[int, dict[str, Answer]] = {}
    for one in given:
        found.setdefault(number_of(period, place.local_day(one.at)), {})[one.member] = one.answer
    return {_named(period, number): list(found[number].values()) for number in sorted(found)}


def _named(period: PeriodName, number: int) -> str:
    year, month, day = civil(first_day(period, number))
    return f"{year:04}-{month:02}-{day:02}"


def _by_group(
    journal: Journal, last: dict[str, Given], read: Callable[[MemberView], object], at: int | None
) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    ids = list(last)
    for start in range(0, len(ids), PAGE):
        for hand in journal.look_all(ids[start : start + PAGE]):
            value = read(view_of(journal, hand, at))
            found.setdefault(NONE if value is None else str(value), []).append(last[hand.id].answer)
    return {name: found[name] for name in sorted(found)}


def reader(document: Document, by: str) -> Callable[[MemberView], object]:
    """What a member's group is read from: an attribute, ``level``, ``tier.ID``, ``segment.ID``."""
    root, _, rest = by.partition(".")
    if by == "level":
        return lambda view: view.level
    if root == "tier" and rest in document.tiers:
        return lambda view: view.tiers[rest].name
    if root == "segment" and rest in document.segments:
        return lambda view: "yes" if rest in view.segments else "no"
    if by in document.member:
        return lambda view: view.attributes.get(by)
    known = [*document.member, "level", *(f"tier.{one}" for one in document.tiers)]
    text, details = unknown("group", by, [*known, *(f"segment.{one}" for one in document.segments)])
    raise LoyaltyError(text, code="survey/by", details=details)
