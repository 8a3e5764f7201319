"""Reads a member at an instant: the view with inbox and timeline. Nothing is written; timers fire on a copy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.asking import is_open
from loyaltykit.app.commenting import last_answer
from loyaltykit.app.refold import past_state
from loyaltykit.app.risk_words import worded
from loyaltykit.app.rows import to_effect
from loyaltykit.app.seats import in_line
from loyaltykit.app.taking import answers_of
from loyaltykit.rules.folding import SETTLED
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.rules.view import label_of
from loyaltykit.store.rows import WITHDRAWN
from loyaltykit.values import EPOCH, from_instant
from loyaltykit.views import AskedView, InboxMessage, PlaceView, TimelineItem

if TYPE_CHECKING:
    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand
    from loyaltykit.program.document import Document
    from loyaltykit.store.rows import EffectRow, EntryRow, InboxRow
    from loyaltykit.values import Amount
    from loyaltykit.views import MemberView

INBOX_SHOWN = 50
_STANDING = {0: "", 1: " (too late)", WITHDRAWN: " (voided)"}
_WHY = {"referral": ("reason",)}
"""What else of an effect's data is told, by its kind."""


def view_of(journal: Journal, hand: Hand, at: int | None) -> MemberView:
    """The view without inbox and timeline, at the member's now when no instant is given; the past is folded again."""
    moment = journal.now(hand.state) if at is None else at
    if moment is not None and moment < journal.engine.now(hand.state):
        return journal.timeline.at(moment).view(past_state(journal, hand.id, hand.number, moment), moment)
    return journal.engine.view(hand.state, moment)


def member_view(journal: Journal, id: str, at: int | None, *, timeline: int) -> MemberView:
    """Everything about a member. UnknownMember when nobody of that id was seen."""
    hand = journal.look(id)
    locale = hand.state[ATTRIBUTES].get("locale") or journal.engine.program.document.locale
    view = worded(view_of(journal, hand, at), str(locale))
    until = journal.now(hand.state) if at is None else at
    if until is None:
        return view
    return attrs.evolve(
        view,
        waiting=_waiting(journal, hand, until),
        surveys=_asked(journal, hand, until),
        inbox=tuple(
            _message(journal.engine.program.document, id, row)
            for row in journal.store.inbox(hand.number, limit=INBOX_SHOWN)
            if row.at <= until
        ),
        timeline=_timeline(journal, hand.number, until, timeline),
    )


def _message(document: Document, id: str, row: InboxRow) -> InboxMessage:
    survey = row.message if row.effect.endswith(f"/survey/{row.message}") else None
    answers = answers_of(document.surveys[survey]) if survey is not None and survey in document.surveys else ()
    return InboxMessage(f"{id}/{row.effect}", row.message, from_instant(row.at), row.subject, row.text, survey, answers)


def _asked(journal: Journal, hand: Hand, at: int) -> tuple[AskedView, ...]:
    """The surveys that the member was asked and has not answered since, as far as they take answers."""
    document = journal.engine.program.document
    if not document.surveys:
        return ()
    found: dict[str, AskedView] = {}
    for row in journal.store.inbox(hand.number, limit=INBOX_SHOWN):
        name = row.message
        asks = row.effect.endswith(f"/survey/{name}") and name in document.surveys and row.at <= at
        if not asks or name in found or not is_open(document, name, at):
            continue
        answer = last_answer(journal.store, hand.number, name)
        if answer is None or not row.at <= answer.at <= at:
            survey = document.surveys[name]
            found[name] = AskedView(
                survey=name, question=row.text, answers=answers_of(survey), since=from_instant(row.at),
                key=f"inbox:{row.effect}", comment=survey.comment,
            )  # fmt: skip
    return tuple(found.values())


def _waiting(journal: Journal, hand: Hand, at: int) -> dict[str, PlaceView]:
    """The member's places in waiting lists, each in its order as of an instant."""
    found = {}
    for row in journal.store.places(hand.number):
        if row.since <= at:
            line = [place.number for place in in_line(journal, row.reward, at)]
            label = reward_label(journal.engine.program.document, row.reward, hand.state[ATTRIBUTES].get("locale"))
            position = line.index(hand.number) + 1
            found[row.reward] = PlaceView(row.reward, label, from_instant(row.since), position, len(line))
    return found


def _timeline(journal: Journal, number: int, until: int, limit: int) -> tuple[TimelineItem, ...]:
    """The newest events, entries and effects, newest first; of one instant effects, then entries, then events."""
    store, document = journal.store, journal.engine.program.document
    items = [_effect_item(row) for row in store.recent_effects(number, until=until, limit=limit)]
    items += [_entry_item(document, row) for row in store.recent_entries(number, until=until, limit=limit)]
    items += [
        TimelineItem(from_instant(row.at), "event", row.type, detail=f"{row.id}{_STANDING[row.late]}")
        for row in store.recent(number, until=until, limit=limit)
        if row.type != SETTLED
    ]
    items.sort(key=lambda item: item.at - EPOCH, reverse=True)
    return tuple(items[:limit])


def _entry_item(document: Document, row: EntryRow) -> TimelineItem:
    return TimelineItem(from_instant(row.at), row.kind, row.point, whole(document, row.point, row.amount), row.mechanic)


def _effect_item(row: EffectRow) -> TimelineItem:
    effect = to_effect(row, "")
    words = [
        str(effect.data[name])
        for name in ("step", "state", "arm", *_WHY.get(row.kind, ()))
        if effect.data.get(name) is not None
    ]
    if row.kept:
        words.append("kept")
    return TimelineItem(from_instant(row.at), row.kind, row.name, detail=", ".join([*words, row.mechanic]))


def reward_label(document: Document, reward: str, locale: str | None) -> str:
    """What a reward is called in a locale, else in the program's."""
    declared = document.rewards.get(reward)
    return label_of(declared.label if declared else None, locale or document.locale, reward)


def whole(document: Document, point: str, amount: int) -> Amount:
    """An amount in whole units: int, or Decimal where the point has decimals."""
    declared = document.points.get(point)
    if declared is None or not declared.decimals:
        return amount
    return Decimal(amount).scaleb(-declared.decimals)
