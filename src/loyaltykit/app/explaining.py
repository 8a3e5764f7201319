"""Answers why: what recording an event did, in words and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.reading import whole
from loyaltykit.app.rows import to_effect, to_entry, to_event
from loyaltykit.errors import EventError
from loyaltykit.values import Effect, Entry, Event, from_instant

if TYPE_CHECKING:
    from loyaltykit.app.journal import Journal
    from loyaltykit.program.document import Document


@attrs.frozen(slots=True, kw_only=True)
class Explanation:
    """Why a member got what they got for one event. `str()` gives the words, `to_dict()` plain data."""

    member: str
    event: Event
    late: bool
    """Whether it came too late to be rewarded."""
    mechanics: tuple[str, ...]
    """What acted, by document path, in order."""
    entries: tuple[Entry, ...]
    effects: tuple[Effect, ...]
    words: tuple[str, ...]
    """One line for the event and one for everything that followed."""

    def __str__(self) -> str:
        return "\n".join(self.words)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: times as ISO 8601, amounts in smallest units."""
        return {
            "member": self.member,
            "event": {"id": self.event.id, "type": self.event.type, "at": self.event.at.isoformat()},
            "late": self.late,
            "mechanics": list(self.mechanics),
            "entries": [_plain(entry) for entry in self.entries],
            "effects": [_plain(effect) for effect in self.effects],
            "words": list(self.words),
        }


def explain_event(journal: Journal, member: str, event: str) -> Explanation:
    """What recording an event of a member did. UnknownMember, EventError when the member has no such event."""
    hand = journal.look(member)
    rows = [row for row in journal.store.seen((event,)) if row.member == hand.number]
    if not rows:
        raise EventError(f"{member!r} has no event {event!r}", code="event/unknown", event=event)
    row = rows[0]
    entries = tuple(to_entry(line, member) for line in journal.store.entries(hand.number, recorded=row.seq))
    effects = tuple(to_effect(line, member) for line in journal.store.effects(hand.number, recorded=row.seq))
    acted = dict.fromkeys([*(entry.mechanic for entry in entries), *(effect.mechanic for effect in effects)])
    recorded = to_event(row, member)
    return Explanation(
        member=member,
        event=recorded,
        late=bool(row.late),
        mechanics=tuple(acted),
        entries=entries,
        effects=effects,
        words=_words(journal.engine.program.document, recorded, entries, effects, late=bool(row.late)),
    )


def _words(
    document: Document, event: Event, entries: tuple[Entry, ...], effects: tuple[Effect, ...], *, late: bool
) -> tuple[str, ...]:
    lines = [f"{event.at:%Y-%m-%d %H:%M:%S} UTC: {event.type} ({event.id})"]
    if late:
        lines.append("  came too late to be rewarded")
    for entry in entries:
        when = "" if entry.at == event.instant else f" at {from_instant(entry.at):%Y-%m-%d %H:%M}"
        line = f"  {entry.mechanic}: {entry.kind} of {whole(document, entry.point, entry.amount):+} {entry.point}{when}"
        if entry.wanted is not None and entry.wanted != entry.amount:
            line += f", {whole(document, entry.point, entry.wanted)} without its cap"
        lines.append(line)
    for effect in effects:
        when = "" if effect.at == event.instant else f" at {from_instant(effect.at):%Y-%m-%d %H:%M}"
        step = effect.data.get("step")
        lines.append(f"  {effect.mechanic}: {effect.kind} {effect.name}{'' if step is None else f' {step}'}{when}")
    if not entries and not effects:
        lines.append("  nothing followed")
    return tuple(lines)


def _plain(line: Entry | Effect) -> dict[str, Any]:
    data = attrs.asdict(line)
    return {**data, "at": from_instant(line.at).isoformat()}
