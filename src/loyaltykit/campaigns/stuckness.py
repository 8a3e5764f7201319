"""Where a student is stuck: the topic of a failed quiz that was not passed since, else the next unfinished lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.expression.tree import Node, Ref, Type
from loyaltykit.rules.journeys import Material, Stuckness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.fields import DeclaredType


def lower(builder: Builder) -> Stuckness | None:
    """What to watch; None when no declared event tells of quizzes or lessons."""
    document = builder.program.document
    told, events = document.stuck, document.events
    failed = told.failed if told.quiz in events.get(told.failed, {}) else None
    passed = told.passed if told.quiz in events.get(told.passed, {}) else None
    done = told.done if told.lesson in events.get(told.done, {}) else None
    if failed is None and done is None:
        return None
    watched = [events[name] for name in (failed, passed, done) if name is not None]
    return Stuckness(
        slot=builder.slot("stuck", {}),
        failed=failed,
        passed=passed,
        done=done,
        topic=told.topic if failed is not None and told.topic in events[failed] else None,
        quiz=told.quiz,
        lesson=told.lesson,
        course=told.course if all(_has(told.course, fields) for fields in watched) else None,
        materials=tuple(Material(name, one.topic, one.lesson, one.course) for name, one in document.materials.items()),
    )


def _has(field: str, fields: Mapping[str, DeclaredType]) -> bool:
    return field in fields and not fields[field].items


def context(builder: Builder) -> tuple[tuple[str, Node], ...]:
    """What a choice may depend on besides topic, course and silence: level, tiers, segments of members."""
    document = builder.program.document
    found: list[tuple[str, Node]] = []
    if document.levels is not None:
        found.append(("level", Ref(("level",), type=Type("integer", nullable=True))))
    found += [(f"tier.{name}", Ref(("tier", name), type=Type("integer", nullable=True))) for name in document.tiers]
    found += [
        (f"segment.{name}", Ref(("segment", name), type=Type("boolean")))
        for name, segment in document.segments.items()
        if segment.per is None
    ]
    return tuple(found)
