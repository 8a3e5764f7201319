"""What staff are told: a task is theirs, or was not done in time. The words are built in, in the program's language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyaltykit.app.facts import tame
from loyaltykit.app.outgoing import STAFF
from loyaltykit.app.reading import reward_label
from loyaltykit.app.rows import effect_text, to_json
from loyaltykit.calendars import zone
from loyaltykit.rules.plan import ATTRIBUTES, MEMBER
from loyaltykit.rules.view import label_of
from loyaltykit.store.rows import OutboxRow
from loyaltykit.values import MICROSECOND, from_instant

if TYPE_CHECKING:
    from loyaltykit.program.document import Document
    from loyaltykit.values import Effect

    State = list[Any]

_CHANNELS = ("telegram", "email")
"""Where a role can be reached, the quicker first."""
_WORDS = {
    "open": {
        "en": ("Task: {label}", "{label}: {student}.\nDue by {due}.\nTask {task}"),
        "ru": ("Задача: {label}", "{label}: {student}.\nСрок — {due}.\nНомер задачи: {task}"),
    },
    "escalated": {
        "en": (
            "Not done in time: {label}",
            "{label}: {student}.\nIt was due by {due}, from: {role}.\nTask {task}",
        ),
        "ru": (
            "Не сделано в срок: {label}",
            "{label}: {student}.\nСрок был {due}, отвечает: {role}.\nНомер задачи: {task}",
        ),
    },
}


def staff_letter(document: Document, number: int, state: State, effect: Effect) -> OutboxRow | None:
    """The message about a task to the role that is to know of it; None when it need not know, or has no address."""
    data = effect.data
    role = data.get("to") if data["state"] == "escalated" else data.get("role")
    staff = document.staff.get(str(role))
    if data["state"] not in _WORDS or staff is None:
        return None
    channels = [name for name in _CHANNELS if getattr(staff, name)]
    if not channels:
        return None
    subject, text = _said(document, state, effect)
    facts = {"staff": role, "subject": subject, "text": text}
    return OutboxRow(
        0,
        number,
        effect_text(effect),
        f"task:{data['state']}",
        STAFF,
        json.dumps(channels),
        effect.at,
        effect.at,
        "queued",
        facts=to_json(facts),
    )


def _said(document: Document, state: State, effect: Effect) -> tuple[str, str]:
    data, locale = effect.data, document.locale
    words = _WORDS[data["state"]]["ru" if locale.startswith("ru") else "en"]
    declared = document.staff.get(data["role"])
    filled = {
        "label": reward_label(document, effect.name, None),
        "student": tame(str(state[ATTRIBUTES].get("name") or state[MEMBER])),
        "due": _wall(document, data["due"], locale),
        "role": label_of(declared.label if declared else None, locale, data["role"]),
        "task": data["task"],
    }
    subject, text = (part.format(**filled) for part in words)
    return subject, text


def _wall(document: Document, instant: int, locale: str) -> str:
    """A time on the wall clock of the program's zone."""
    local = from_instant(instant) + zone(document.timezone).offset(instant) * MICROSECOND
    return local.strftime("%d.%m.%Y %H:%M" if locale.startswith("ru") else "%Y-%m-%d %H:%M")
