"""Answers why, and why not: what recording an event did, and what each rule saw in it, in words and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.past import history
from loyaltykit.app.reading import whole
from loyaltykit.app.risk_words import risk_words
from loyaltykit.app.rows import to_effect, to_entry, to_event
from loyaltykit.errors import EventError
from loyaltykit.ledger import whose
from loyaltykit.rules.expression.tree import Ref, depends
from loyaltykit.rules.reasons import Reason
from loyaltykit.store.rows import WITHDRAWN
from loyaltykit.values import NEVER, Effect, Entry, Event, from_instant
from loyaltykit.wording.following import entry_code, follows

if TYPE_CHECKING:
    from loyaltykit.app.journal import Journal
    from loyaltykit.problems import Lang
    from loyaltykit.program.document import Document
    from loyaltykit.rules.folding import State
    from loyaltykit.rules.journeys import Journey
    from loyaltykit.store.rows import EventRow


@attrs.frozen(slots=True, kw_only=True)
class Explanation:
    """Why a member got what they got for one event. `str()` gives the words, `to_dict()` plain data."""

    member: str
    event: Event | None
    """None when a rule without an event is explained: its condition, now."""
    late: bool
    """Whether it came too late to be rewarded."""
    mechanics: tuple[str, ...]
    """What acted, by document path, in order."""
    entries: tuple[Entry, ...]
    effects: tuple[Effect, ...]
    reasons: tuple[Reason, ...] = ()
    """What each rule about the event did, or the first condition that kept it from acting, with its values."""
    voided: bool = False
    """Whether it was taken out: what followed from it then follows no more."""
    words: tuple[str, ...]
    """One line for the event and one for everything that followed, or did not."""

    def __str__(self) -> str:
        return "\n".join(self.words)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: times as ISO 8601, amounts in smallest units."""
        return {
            "member": self.member,
            "event": None if self.event is None else _named(self.event),
            "late": self.late,
            "voided": self.voided,
            "mechanics": list(self.mechanics),
            "entries": [_plain(entry) for entry in self.entries],
            "effects": [_plain(effect) for effect in self.effects],
            "reasons": [reason.to_dict() for reason in self.reasons],
            "words": list(self.words),
        }


def explain_event(
    journal: Journal, member: str, event: str, *, rule: str | None = None, lang: Lang = "en"
) -> Explanation:
    """What recording an event of a member did, and what kept the rules that did nothing; `rule` asks about one.

    UnknownMember, EventError when the member has no such event, or the program no such rule.
    """
    hand = journal.look(member)
    rows = [row for row in journal.store.seen((event,)) if row.member == hand.number]
    if not rows:
        said = {"name": event, "member": member}
        raise EventError(f"{member!r} has no event {event!r}", code="event/unknown", event=event, details=said)
    row = rows[0]
    entries = tuple(to_entry(line, member) for line in journal.store.entries(hand.number, recorded=row.seq))
    effects = tuple(to_effect(line, member) for line in journal.store.effects(hand.number, recorded=row.seq))
    acted = dict.fromkeys([*(entry.mechanic for entry in entries), *(effect.mechanic for effect in effects)])
    recorded = to_event(row, member)
    reasons = _set_aside(row, rule) if row.late else _reasons(journal, hand.number, member, recorded, rule)
    words = _words(journal.engine.program.document, recorded, entries, effects, late=row.late, lang=lang)
    return Explanation(
        member=member,
        event=recorded,
        late=row.late == 1,
        voided=row.late == WITHDRAWN,
        mechanics=tuple(acted),
        entries=entries,
        effects=effects,
        reasons=reasons,
        words=(*words, *(f"  {reason.words(lang)}" for reason in reasons if rule or reason.telling)),
    )


def explain_rule(journal: Journal, member: str, rule: str, *, at: int | None = None, lang: Lang = "en") -> Explanation:
    """Why a rule acted on the newest event that it is about, or did not; of a rule without events its condition now.

    UnknownMember; EventError for a rule that the program does not have, or that no event of the member is about.
    """
    hand, engine = journal.look(member), journal.engine
    events = next((one.events for one in engine.plan.rules if one.id == rule), ())
    if not events:
        reasons = engine.explain(hand.state, None, rule=rule, at=journal.now(hand.state) if at is None else at)
        words = tuple(reason.words(lang) for reason in reasons)
        return Explanation(
            member=member, event=None, late=False, mechanics=(), entries=(), effects=(), reasons=reasons, words=words
        )
    about = [row for row in journal.store.history(hand.number) if row.type in events]
    if not about:
        said = {"member": member, "rule": rule, "types": ", ".join(events)}
        text = f"{member!r} has no event that {rule!r} is about: {said['types']}"
        raise EventError(text, code="rule/no-event", details=said)
    newest = max(about, key=lambda row: (row.at, row.id))
    return explain_event(journal, member, newest.id, rule=rule, lang=lang)


def asks_churn(campaign: Journey) -> bool:
    """Whether a campaign's audience or start looks at the churn score."""
    asked = (campaign.audience, campaign.start)
    return any(isinstance(one, Ref) and one.path[0] == "churn" for node in asked if node for one in depends(node))


def explain_campaign(
    journal: Journal, member: str, campaign: str, *, at: int | None = None, lang: Lang = "en"
) -> Explanation:
    """Why a campaign has begun with a member or not, now; of one that asks for the churn score also why that is so.

    UnknownMember; EventError for an unknown campaign.
    """
    hand, engine = journal.look(member), journal.engine
    now = journal.now(hand.state) if at is None else at
    reasons = engine.explain_campaign(hand.state, campaign, now)
    words = tuple(reason.words(lang) for reason in reasons)
    if any(campaign == journey.id and asks_churn(journey) for journey in engine.plan.journeys):
        words += risk_words(engine.view(hand.state, now).churn, lang, engine.plan.zone)
    return Explanation(
        member=member, event=None, late=False, mechanics=(), entries=(), effects=(), reasons=reasons, words=words
    )


def _reasons(journal: Journal, number: int, member: str, event: Event, rule: str | None) -> tuple[Reason, ...]:
    """What the rules saw in an event, by the history that is known today."""
    engine = journal.timeline.at(event.instant)
    if event.type not in engine.plan.events:
        return ()
    before = _before(journal, number, member, event)
    return engine.explain(before, event, rule=rule)


def _set_aside(row: EventRow, rule: str | None) -> tuple[Reason, ...]:
    """No rule saw an event that came too late or was taken out; said of a rule when one is asked about."""
    code = "reason/voided" if row.late == WITHDRAWN else "reason/too-late"
    return () if rule is None else (Reason(rule, code),)


def _before(journal: Journal, number: int, member: str, event: Event) -> State:
    """The state that an event found."""
    past = history(journal.store.history(number), member, until=(event.instant, event.id))
    replay = journal.timeline.replay(
        member, past.events, answers=past.answers, to=-NEVER, late=past.late, reach=event.instant
    )
    return replay.state


def _named(event: Event) -> dict[str, Any]:
    return {"id": event.id, "type": event.type, "at": event.at.isoformat()}


def _words(
    document: Document,
    event: Event,
    entries: tuple[Entry, ...],
    effects: tuple[Effect, ...],
    *,
    late: int,
    lang: Lang,
) -> tuple[str, ...]:
    """The event and all that followed, a line each; times are UTC."""
    lines = [f"{event.at:%Y-%m-%d %H:%M:%S} UTC: {event.type} ({event.id})"]
    if late:
        lines.append(f"  {follows('why/voided' if late == WITHDRAWN else 'why/late', lang)}")
    for entry in entries:
        kind = follows(entry_code(entry.kind, entry.amount), lang)
        amount = f"{whole(document, entry.point, entry.amount):+} {entry.point} ({kind})"
        line = f"  {entry.mechanic}: {amount}{_lot(entry, lang)}{_when(entry.at, event)}"
        if entry.wanted is not None and entry.wanted != entry.amount:
            line += f", {follows('why/capped', lang, amount=whole(document, entry.point, entry.wanted))}"
        lines.append(line)
    for effect in effects:
        kind, step = follows(f"kind/{effect.kind}", lang), effect.data.get("step")
        lines.append(
            f"  {effect.mechanic}: {kind} {effect.name}{'' if step is None else f' {step}'}{_when(effect.at, event)}"
        )
    if not entries and not effects:
        lines.append(f"  {follows('why/nothing', lang)}")
    return tuple(lines)


def _lot(entry: Entry, lang: Lang) -> str:
    """Whose points a line took or gave, where they are not its own."""
    found = whose(entry)
    return "" if found is None else f", {follows('why/lot', lang, source=found[0], occurrence=found[1])}"


def _when(at: int, event: Event) -> str:
    return "" if at == event.instant else f" · {from_instant(at):%Y-%m-%d %H:%M}"


def _plain(line: Entry | Effect) -> dict[str, Any]:
    data = attrs.asdict(line)
    return {**data, "at": from_instant(line.at).isoformat()}
