"""What a document gives besides points: rewards with stock, waiting lists, tasks, sessions; and who does the tasks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from loyaltykit.program.campaigns import Moment
from loyaltykit.program.fields import Expression, Id, Label, Model, Span, StepName
from loyaltykit.program.redeeming import Codes, Cost, Held, PerMember, Within

__all__ = ["Escalation", "Material", "Reminder", "Reward", "Staff", "Stuck", "Task", "Waitlist"]


class Waitlist(Model):
    """Who waits for a reward out of stock gets the next one in this order: each key first, then who joined the list."""

    order: tuple[Expression, ...] = ()
    """Conditions and numbers, and `joined` (when the member came onto the list); true before false, high before low,
    early before late."""
    send: Id | None = None
    """The message to whom the next one is given."""


class Escalation(Model):
    """Who hears of a task that was not done in time."""

    after: Span
    """Counted from the due date."""
    to: Id


class Task(Model):
    """What staff owe a member who was granted the reward."""

    role: Id = Field(alias="for")
    due: Span
    done: Id | None = None
    """The message by which the member hears that it is done; it may use `task.by`, `task.note`."""
    escalate: Escalation | None = None


class Reminder(Model):
    """A message some time before a session, to those who hold it and have not said that they will not come."""

    before: Span
    send: Id


class Reward(Model):
    """Something that is granted; `kind` is the school's own word. With `at` it is a session."""

    kind: str | None = None
    label: Label | None = None
    lasts: Span | None = None
    stock: Annotated[int, Field(ge=0)] | None = None
    waitlist: Waitlist | None = None
    task: Task | None = None
    at: Moment | None = None
    """When the session begins, on the wall clock of the program's zone."""
    minutes: int = Field(60, ge=1, le=7 * 1440)
    """How long the session is."""
    link: str | None = None
    """Only who holds the reward sees it."""
    remind: Reminder | None = None
    topic: str | None = None
    """What it helps with: it fits a member who is stuck there."""
    cost: Cost = {}
    codes: Codes = Field(False, repr=False)
    """Codes that are given, each once: a list, or true for those that the host adds."""
    tiers: dict[Id, StepName] = {}
    segment: Within = ()
    badge: Held = {}
    per_member: PerMember = None
    value: Expression | None = None
    """What one redemption is worth, over the facts of the lots that it consumed."""

    @property
    def listed(self) -> tuple[str, ...]:
        """The codes that the document has."""
        return () if isinstance(self.codes, bool) else self.codes


class Staff(Model):
    """A role that tasks are for: the name that members may read, and where the role's messages go."""

    name: str | None = None
    label: Label | None = None
    email: str | None = None
    telegram: str | None = None


class Material(Model):
    """Something that can help: it fits a topic, or a lesson, perhaps of one course."""

    label: Label | None = None
    topic: str | None = None
    lesson: str | None = None
    course: str | None = None
    link: str | None = None


def _filled(value: Any) -> Any:
    return {} if value is None else value


class Stuck(Model):
    """How to tell where a student is stuck: which events are failed and passed quizzes and finished lessons."""

    failed: str = "quiz.failed"
    passed: str = "quiz.passed"
    done: str = "lesson.completed"
    topic: str = "topic"
    quiz: str = "quiz"
    lesson: str = "lesson"
    course: str = "course"


StuckOrDefault = Annotated[Stuck, BeforeValidator(_filled)]
