"""What the story is told from: the views of all members, read from the store, and nothing else."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import zone
from loyaltykit.cli.demo.words import date
from loyaltykit.rules.view import label_of
from loyaltykit.values import EPOCH, to_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app import Explanation, Loyalty
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document
    from loyaltykit.values import MemberView, TimelineItem

# What the story looks for in the program. A part that is not there is left out of the story.
LESSON, LEFT = "lesson.completed", "course.left"
SILENT, HALFWAY, HALFWAY_SILENT = "silent", "halfway", "halfway-silent"
COMEBACK, PERSISTENT, SEAT = "comeback", "persistent", "advanced-seat"

_EVERYTHING = 1_000_000


@attrs.frozen(eq=False)
class Student:
    """One member's view, with the whole story of theirs."""

    view: MemberView
    active: tuple[TimelineItem, ...]
    """What they did, oldest first: events of the program's own types, but not that they left."""

    @property
    def id(self) -> str:
        """Their id."""
        return self.view.id

    @property
    def name(self) -> str:
        """Their name."""
        return str(self.view.attributes.get("name", self.view.id))

    @property
    def city(self) -> str:
        """Where they are."""
        return str(self.view.attributes.get("city", "?"))

    def items(self, kind: str, name: str | None = None) -> Iterator[TimelineItem]:
        """What is in their story, oldest first."""
        found = (item for item in reversed(self.view.timeline) if item.kind == kind)
        return (item for item in found if name is None or item.name == name)

    def silent_days(self, now: dt.datetime) -> int:
        """Whole days since they did something; since they were seen first, when they never did anything."""
        last = self.active[-1].at if self.active else self.view.joined or now
        return (now - last).days

    def gaps(self, shortest: dt.timedelta) -> Iterator[tuple[TimelineItem, TimelineItem | None]]:
        """What they did last before a pause of at least a length, and what first after it; None when nothing yet."""
        for before, after in zip(self.active, (*self.active[1:], None), strict=True):
            if after is None or after.at - before.at >= shortest:
                yield before, after


@attrs.define(slots=False)
class School:
    """Everything the chapters ask for."""

    kit: Loyalty
    lang: Lang
    now: dt.datetime
    days: int
    width: int

    @property
    def document(self) -> Document:
        """The program that was folded."""
        return self.kit.program.document

    @cached_property
    def students(self) -> tuple[Student, ...]:
        """All members, in the order in which they came."""
        own = self.document.events.keys() - {LEFT}
        found = []
        for id in self.kit.members():
            view = self.kit.member(id, timeline=_EVERYTHING)
            active = (item for item in reversed(view.timeline) if item.kind == "event" and item.name in own)
            found.append(Student(view, tuple(active)))
        return tuple(found)

    def label(self, section: str, name: str) -> str:
        """The label of a part of the program, in the story's language."""
        declared = getattr(self.document, section).get(name)
        return label_of(getattr(declared, "label", None), self.lang, name)

    def within(self, segment: str) -> frozenset[str]:
        """The ids of a segment's members now; nobody when the program has no such segment."""
        return frozenset(self.kit.members(segment=segment)) if segment in self.document.segments else frozenset()

    def explained(self, student: Student, item: TimelineItem) -> Explanation:
        """What an event of a student's story was, and what it brought."""
        return self.kit.explain(student.id, event=item.detail.removesuffix(" (too late)"))

    def last_lesson(self, student: Student) -> dict[str, object]:
        """The data of the last lesson; nothing when there was none."""
        lesson = next((item for item in reversed(student.active) if item.name == LESSON), None)
        event = None if lesson is None else self.explained(student, lesson).event
        return {} if event is None else dict(event.data)

    def day(self, at: dt.datetime, student: Student | None = None) -> str:
        """The date of a moment, where the student is; with its year where that is nobody's in particular."""
        name = student.view.attributes.get("timezone") if student else None
        local = zone(str(name or self.document.timezone)).local_day(to_instant(at))
        return date(self.lang, (EPOCH + dt.timedelta(days=local)).date(), year=student is None)
