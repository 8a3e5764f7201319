"""Where a student is stuck, kept up to date as quizzes fail and lessons are finished.

A slot holds {course: [{quiz: [topic, instant]}, {lesson: 1}, last instant]}, the course touched last at the end; ids of
quizzes and lessons are texts there, as keys of JSON are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime.history import MOST_VALUES, key_of

if TYPE_CHECKING:
    from loyaltykit.rules.journeys import Material, Stuckness

Box = dict[str, list[Any]]


def failed(box: Box, course: Any, quiz: Any, topic: str | None, at: int) -> None:
    """A quiz was failed: that is where the student is stuck."""
    quizzes = _cell(box, course, at)[0]
    quizzes.pop(str(quiz), None)
    quizzes[str(quiz)] = [topic, at]
    if len(quizzes) > MOST_VALUES:
        del quizzes[next(iter(quizzes))]


def passed(box: Box, course: Any, quiz: Any, at: int) -> None:
    """A quiz was passed: its failures are over."""
    _cell(box, course, at)[0].pop(str(quiz), None)


def done(box: Box, course: Any, lesson: Any, at: int) -> None:
    """A lesson was finished."""
    lessons = _cell(box, course, at)[1]
    lessons[str(lesson)] = 1
    if len(lessons) > MOST_VALUES:
        del lessons[next(iter(lessons))]


def _cell(box: Box, course: Any, at: int) -> list[Any]:
    key = key_of(course) or ""
    cell = box.pop(key, None) or [{}, {}, at]
    cell[2] = at
    box[key] = cell
    if len(box) > MOST_VALUES:
        del box[next(iter(box))]
    return cell


def stuck_at(plan: Stuckness | None, state: list[Any], course: Any) -> dict[str, Any]:
    """The facts about where a student is stuck: topic, quiz, lesson, course, material; those that are known.

    `course` None means the course touched last.
    """
    if plan is None:
        return {}
    box: Box = state[plan.slot]
    key = key_of(course) if course is not None else next(reversed(box), None)
    quizzes, lessons = box[key][:2] if key is not None and key in box else ({}, {})
    facts: dict[str, Any] = {"course": key} if plan.course is not None and key else {}
    if quizzes:
        quiz, (topic, _) = next(reversed(quizzes.items()))
        facts |= {"quiz": quiz, "topic": quiz if topic is None else topic}
    own = [one for one in plan.materials if one.course is None or plan.course is None or one.course == key]
    following = next((one.lesson for one in own if one.lesson is not None and one.lesson not in lessons), None)
    if following is not None:
        facts["lesson"] = following
    fit = fitting(own, facts.get("topic"), following)
    if fit:
        facts["material"] = fit[0].id
    return facts


def fitting(materials: list[Material], topic: str | None, lesson: str | None) -> list[Material]:
    """The materials on the topic; where there is none, those for the next unfinished lesson."""
    on_topic = [one for one in materials if topic is not None and one.topic == topic]
    return on_topic or [one for one in materials if lesson is not None and one.lesson == lesson]
