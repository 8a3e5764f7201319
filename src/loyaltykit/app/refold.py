"""A member's whole history folded again: when a late event changes it, or when a snapshot is of another plan.

The ledger is append-only, so what the new fold would have given is compared with what the ledger says, and the
difference is posted as adjustments: lot by lot, after an adoption one a point and mechanic. Effects that are new are
carried out; those no longer yielded stay as kept.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from loyaltykit.app.adjusting import Adjusting, net
from loyaltykit.app.choosing import relearn
from loyaltykit.app.past import history
from loyaltykit.app.referring import note_referral
from loyaltykit.app.revoking import revocations
from loyaltykit.app.rows import to_effect, to_entry
from loyaltykit.app.settling import settle
from loyaltykit.app.standings import replace_scores
from loyaltykit.rules.badges import REVOKED
from loyaltykit.rules.rights import ENDED
from loyaltykit.store.rows import effect_key
from loyaltykit.values import Effect, Expanded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.rules.replaying import Replay
    from loyaltykit.store.rows import EffectKey, EffectRow
    from loyaltykit.values import Entry

    State = list[Any]

_SAID = ("message", "survey", "told")
_UNDONE = "undone"
"""Why a message is not sent whose reason a late event took away."""
_log = logging.getLogger("loyaltykit.app")


def rebuilt(journal: Journal, member: str, number: int, now: int) -> State:
    """The state of a member, folded from the recorded events, as of an earlier snapshot's now."""
    past = history(journal.store.history(number), member)
    until = now if journal.advanced is None else max(now, journal.advanced)
    replay = journal.timeline.replay(member, past.events, answers=past.answers, to=until, late=past.late)
    if net(replay.entries) != {key: net for key, net in journal.store.sums(number).items() if net}:
        _log.warning("member %d: the rebuilt state differs from the ledger", number)
    kept = [to_effect(row, member) for row in journal.store.effects(number) if row.kept or _ends(row)]
    return journal.engine.keep(replay.state, kept)


def past_state(journal: Journal, member: str, number: int, at: int) -> State:
    """The state as it was at an instant, by what is known today."""
    past = history(journal.store.history(number), member, until=(at + 1, ""))
    return journal.timeline.replay(member, past.events, answers=past.answers, to=at, late=past.late).state


def refold(
    work: Work, hand: Hand, recorded: int | None, late_event: str, now: int, *, quiet_before: int | None = None
) -> Expanded:
    """Fold a member's history again, up to their now, after late events were recorded; what that changes.

    `recorded` and `late_event` are the `seq` and the id of the late event that the adjustments name. Messages of before
    `quiet_before` are put down and not sent.
    """
    work.write_rows()
    replay = _settled_replay(work, hand, now)
    hand.state = replay.state
    hand.changed = True
    if work.engine.plan.boards:
        replace_scores(work, hand, replay.scores)
    if work.engine.plan.referrals is not None and recorded is not None:
        note_referral(work, hand, replay.effects)
    entries = _adjustments(work, hand, replay.entries, late_event, now, by_lot=recorded is not None)
    effects = _reconciled(work, hand, replay.effects, late_event, now)
    quiet = () if quiet_before is None else [one for one in effects if one.kind in _SAID and one.at < quiet_before]
    work.note(hand, recorded, quiet)
    work.append(hand, recorded, entries, [one for one in effects if one not in quiet] if quiet else effects)
    _log.info("member %d: history folded again, %d adjustments", hand.number, len(entries))
    return Expanded(entries=entries, effects=effects)


def difference(work: Work, hand: Hand, now: int) -> dict[tuple[str, str], int]:
    """By (point, mechanic) what a refold would post, without zeros."""
    work.write_rows()
    due, posted = net(_settled_replay(work, hand, now).entries), work.store.sums(hand.number)
    found = {key: due.get(key, 0) - posted.get(key, 0) for key in sorted({*posted, *due})}
    return {key: amount for key, amount in found.items() if amount}


def _settled_replay(work: Work, hand: Hand, to: int) -> Replay:
    """Replay until nothing is asked that was not answered."""
    past = history(work.store.history(hand.number), hand.id)
    if past.unmarked:
        work.store.mark_withdrawn(past.unmarked)
        work.journal.happened = None
    while True:
        replay = work.journal.timeline.replay(hand.id, past.events, answers=past.answers, to=to, late=past.late)
        if not replay.requests:
            return replay
        for request in replay.requests:
            past.answers[request.id] = settle(work, hand, request)


def _adjustments(
    work: Work, hand: Hand, due: Sequence[Entry], late_event: str, at: int, *, by_lot: bool
) -> tuple[Entry, ...]:
    """What takes the ledger from what it says to what it should."""
    posted = [to_entry(row, hand.id) for row in work.store.entries(hand.number)]
    lotted = {point.id for point in work.engine.plan.points if point.lots is not None} if by_lot else ()
    return Adjusting(posted, due, lotted=lotted, event=late_event, at=at).lines(hand.id)


def _reconciled(work: Work, hand: Hand, effects: Iterable[Effect], late_event: str, now: int) -> tuple[Effect, ...]:
    """The effects that are new; what is no longer yielded is marked as kept, in the store and in the state.

    What the program says is revocable is taken back instead.
    """
    known = {effect_key(row): row for row in work.store.effects(hand.number)}
    yielded: dict[EffectKey, Effect] = {
        (effect.mechanic, effect.occurrence, effect.kind, effect.name): effect for effect in effects
    }
    gone = [key for key, row in known.items() if not row.kept and key not in yielded]
    back = [key for key, row in known.items() if row.kept and key in yielded]
    for keys, kept in ((gone, True), (back, False)):
        if keys:
            work.store.mark_kept(hand.number, keys, kept=kept)
    relearn(work, [known[key] for key in gone], [known[key] for key in back])
    _withdrawn(work, hand, gone, now)
    _restored(work, hand, back, yielded.values(), now)
    stay: list[EffectRow] = [row for key, row in known.items() if key not in yielded or _ends(row)]
    taken = revocations(work.engine, hand.id, gone, known, event=late_event, now=now)
    hand.state = work.engine.keep(hand.state, [*(to_effect(row, hand.id) for row in stay), *taken])
    return (*(effect for key, effect in yielded.items() if key not in known), *taken)


def _ends(row: EffectRow) -> bool:
    """Whether an effect says that something is over that might be kept else: a right, a badge, an offer."""
    return row.kind in ENDED or row.kind == REVOKED or (row.kind == "offer" and '"state":' in row.data)


def _withdrawn(work: Work, hand: Hand, gone: Iterable[EffectKey], now: int) -> None:
    """What is no longer yielded and was not sent yet is not sent."""
    letters = set(_letters(gone))
    if letters:
        waiting = [row.seq for row in work.store.unsent(hand.number) if row.effect in letters]
        work.store.suppress(waiting, reason=_UNDONE, at=now)


def _restored(work: Work, hand: Hand, back: Iterable[EffectKey], effects: Iterable[Effect], now: int) -> None:
    """What is yielded again waits again, unless what it is about is over."""
    letters = _letters(back)
    if letters and work.store.requeue(hand.number, letters, reason=_UNDONE):
        work.withhold_ended(hand, effects, at=now)


def _letters(keys: Iterable[EffectKey]) -> list[str]:
    """The messages and surveys among effects, as the outbox names them."""
    return [f"{mechanic}/{occurrence}/{kind}/{name}" for mechanic, occurrence, kind, name in keys if kind in _SAID]
