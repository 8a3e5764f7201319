"""From the effects about tasks to the table that lists them across members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.reading import reward_label
from loyaltykit.store.rows import OPEN_TASKS, TaskRow
from loyaltykit.values import from_instant
from loyaltykit.views import TaskView

if TYPE_CHECKING:
    from loyaltykit.program.document import Document
    from loyaltykit.values import Effect


def task_row(effect: Effect, number: int) -> TaskRow:
    """The row that an effect about a task writes: opening it, or what has become of it."""
    data = effect.data
    state = data["state"]
    return TaskRow(
        id=data["task"],
        member=number,
        reward=effect.name,
        role=data.get("role", ""),
        escalated=data.get("to"),
        state=state,
        since=data.get("since", effect.at),
        due=data.get("due", effect.at),
        ended=None if state in OPEN_TASKS else effect.at,
        doer=data.get("by"),
        note=data.get("note"),
    )


def task_view(document: Document, member: str, row: TaskRow) -> TaskView:
    """A task as staff want to see it."""
    return TaskView(
        id=row.id,
        member=member,
        reward=row.reward,
        label=reward_label(document, row.reward, None),
        role=row.role,
        state=row.state,
        since=from_instant(row.since),
        due=from_instant(row.due),
        escalated_to=row.escalated,
        done=None if row.ended is None else from_instant(row.ended),
        by=row.doer,
        note=row.note,
    )
