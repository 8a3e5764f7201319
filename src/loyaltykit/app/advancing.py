"""Lets time pass for the whole program: only members with something due are touched, a bounded number a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.standings import next_settling, settle_boards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand, Work

CHUNK = 1_000


@attrs.define
class Passed:
    """What the passing of time came to so far."""

    entries: int = 0
    effects: int = 0


def advance(journal: Journal, to: int) -> Passed:
    """Fire every timer due at or before an instant, and remember that time has come so far.

    An instant before the last one changes nothing. When it is interrupted, the members reached so far are advanced and
    the next call does the rest.
    """
    passed = Passed()
    _rebuild(journal)
    while (moment := next_settling(journal, to)) is not None:  # winners hear of it before more time passes
        _advance_to(journal, moment, passed)
        with journal.writing() as work:
            settle_boards(work, moment)
            work.write_rows()
            passed.entries += work.entered
            passed.effects += work.effected
    _advance_to(journal, to, passed)
    return passed


def _advance_to(journal: Journal, to: int, passed: Passed) -> None:
    while not _advance_some(journal, to, passed):
        pass


def _advance_some(journal: Journal, to: int, passed: Passed) -> bool:
    """Advance the next members that have something due; True when none are left."""
    with journal.writing() as work:
        if journal.advanced is not None and to <= journal.advanced:
            return True
        members = work.store.due(to, limit=CHUNK)
        _catch_up(work, members, to)
        passed.entries += work.entered
        passed.effects += work.effected
        if len(members) < CHUNK:
            work.store.set_advanced(to)
            journal.advanced = to
            return True
    return False


def _catch_up(work: Work, members: Iterable[str], to: int) -> None:
    work.take(members)
    due = tuple(work.hands.values())
    while due:
        for hand in due:
            work.catch_up(hand, None, to)
        due = _still_due(work, to)
    work.write_rows()


def _still_due(work: Work, to: int) -> tuple[Hand, ...]:
    """Those who got something from somebody else meanwhile that is due by then."""
    return tuple(hand for hand in work.hands.values() if work.engine.due(hand.state) <= to)


def _rebuild(journal: Journal) -> None:
    """Make snapshots of another plan anew: its timers say nothing about ours."""
    while journal.outdated:
        with journal.writing() as work:
            members = work.store.outdated(journal.plan, limit=CHUNK)
            work.take(members)
            for hand in work.hands.values():
                hand.changed = True
            journal.outdated = len(members) == CHUNK
