"""Tasks of staff, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.output import bad, clip, faint, tame, width
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.views import TaskView


def task_lines(tasks: Iterable[TaskView], dress: Dressing, now: dt.datetime) -> Iterator[str]:
    """Id, due date, member, what for; what is overdue says so."""
    for task in tasks:
        words = f"{task.id}  {task_words(task, dress, now)}  {dress.label('rewards', task.reward)}: {tame(task.member)}"
        line = clip(words, width())
        yield bad(line) if task.due < now else line
        if task.note:
            yield faint(clip(f"  {tame(task.note)}", width()))


def task_words(task: TaskView, dress: Dressing, now: dt.datetime | None) -> str:
    """Whose it is, until when, and whether that is over."""
    words = [dress.label("staff", task.role), say(dress.lang, "view/until", at=dress.moment(task.due))]
    if now is not None and task.due < now:
        words.append(say(dress.lang, "tasks/overdue"))
    if task.escalated_to is not None:
        words.append(say(dress.lang, "tasks/escalated", to=dress.label("staff", task.escalated_to)))
    return ", ".join(words)
