"""From the compact tuples of generated code to values with names: done only when somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime.lots import MANY
from loyaltykit.values import Decision, Effect, Entry, Expanded, Fired, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

POSTED = frozenset({"redemption", "reversal", "adjustment"})
"""Kinds of lines that take or give by themselves: kind, at, event, source, occurrence, point, amount, lot or None."""


SCORE = "score"
"""A line about a leaderboard: kind, at, event, key, period, group, score (None: not on it any more)."""


def scores(compact: Iterable[tuple[Any, ...]]) -> dict[tuple[str, int, str], Any]:
    """The scores that some lines come to, by key of the board, period and group."""
    return {(line[3], line[4], line[5]): line[6] for line in compact if line[0] == SCORE}


def expand(decision: Decision) -> Expanded:
    """The entries, effects, requests and trace of a decision, each in the order they were decided."""
    return expand_compact(decision.member, decision.compact)


def expand_compact(member: str, compact: Iterable[tuple[Any, ...]]) -> Expanded:
    """As `expand`, of bare tuples."""
    entries: list[Entry] = []
    effects: list[Effect] = []
    requests: list[Request] = []
    trace: list[Fired] = []
    for line in compact:
        what = line[0]
        if what == "accrual":
            entries.append(_accrual(member, line))
            trace.append(Fired(line[3], line[5], line[7] or line[6], line[6]))
        elif what in ("expiry", "confirmation"):
            entries.append(_about_lot(member, line))
        elif what in POSTED:
            entries.append(_posted(member, line))
            if what == "reversal":
                trace.append(Fired(line[3], line[5], line[6], line[6]))
        elif what == "effect":
            effects.append(_effect(member, line))
            trace.append(Fired(line[3]))
        elif what == "request":
            requests.append(_request(member, line))
        elif what == SCORE:
            pass  # of no interest but to who ranks members
        else:
            trace.append(Fired(line[3], line[5], line[6], 0))
    return Expanded(tuple(entries), tuple(effects), tuple(requests), tuple(trace))


def _accrual(member: str, line: tuple[Any, ...]) -> Entry:
    _, at, event, source, occurrence, point, amount, wanted, ready, expires = line
    return Entry(
        id=f"{source}/{occurrence}/{point}",
        member=member,
        point=point,
        kind="accrual",
        amount=amount,
        at=at,
        mechanic=source,
        occurrence=occurrence,
        event=event,
        wanted=wanted,
        available_at=ready,
        expires_at=expires,
    )


def _about_lot(member: str, line: tuple[Any, ...]) -> Entry:
    kind, at, event, source, occurrence, point, amount = line
    lot = f"{source}/{occurrence}/{point}"
    return Entry(
        id=f"{lot}/{kind}",
        member=member,
        point=point,
        kind=kind,
        amount=amount,
        at=at,
        mechanic=source,
        occurrence=occurrence,
        event=event,
        lot=None if occurrence == MANY else lot,
    )


def _posted(member: str, line: tuple[Any, ...]) -> Entry:
    kind, at, event, source, occurrence, point, amount, lot = line
    return Entry(
        id=posted_id(kind, source, occurrence, point, lot),
        member=member,
        point=point,
        kind=kind,
        amount=amount,
        at=at,
        mechanic=source,
        occurrence=occurrence,
        event=event,
        lot=lot,
    )


def posted_id(kind: str, source: str, occurrence: str, point: str, lot: str | None) -> str:
    """The id of a ledger line that took or gave: one of several lots names the lot."""
    return f"{source}/{occurrence}/{point}/{kind}" + (f"/{lot}" if lot else "")


def _effect(member: str, line: tuple[Any, ...]) -> Effect:
    _, at, event, source, occurrence, kind, name, data = line
    return Effect(
        id=f"{member}/{source}/{occurrence}/{kind}/{name}",
        member=member,
        kind=kind,
        name=name,
        at=at,
        mechanic=source,
        occurrence=occurrence,
        event=event,
        data=data or {},
    )


def _request(member: str, line: tuple[Any, ...]) -> Request:
    _, at, event, source, occurrence, kind, name, *data = line
    return Request(
        id=f"{member}/{source}/{occurrence}/{kind}/{name}",
        member=member,
        kind=kind,
        name=name,
        at=at,
        mechanic=source,
        occurrence=occurrence,
        event=event,
        data=data[0] if data else {},
    )
