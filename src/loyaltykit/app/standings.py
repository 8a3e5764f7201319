"""Leaderboards over all members: scores as the fold tells them, ranks, and winners when a period is settled.

A period closes with its end in the program's zone; its winners are told `late` afterwards, when nothing that happened
in it can still be rewarded, and it never changes then. Equal scores share a rank: 1, 1, 3. Winning is an event of the
winner's own, with an id that follows from board, period, group and member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.app.others import id_of, tell
from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import unknown
from loyaltykit.rules.decisions import scores
from loyaltykit.rules.plan.boards import EVERYBODY
from loyaltykit.rules.view import label_of
from loyaltykit.store.rows import ScoreRow
from loyaltykit.values import from_instant
from loyaltykit.views import BoardRow, BoardView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.rules.engine import Engine
    from loyaltykit.rules.plan.boards import Board
    from loyaltykit.rules.runtime.boards import Scores
    from loyaltykit.store.protocol import Store
    from loyaltykit.store.rows import RankedRow

Key = tuple[str, int, str]
BESIDE = 2
"""So many neighbours are shown on each side."""


def note_scores(work: Work, hand: Hand, compact: Iterable[tuple[Any, ...]]) -> None:
    """Take down what a decision says of a member's scores."""
    for key, score in scores(compact).items():
        work.scores[*key, hand.number] = score


def write_scores(work: Work) -> None:
    """Write the scores of periods that are not settled."""
    found, work.scores = work.scores, {}
    settled = {key: work.store.settled_board(*key) is not None for key in {(key[0], key[1]) for key in found}}
    rows = [ScoreRow(*key, score) for key, score in found.items() if not settled[key[0], key[1]]]
    work.store.put_scores(rows)


def replace_scores(work: Work, hand: Hand, told: Mapping[Key, Any]) -> None:
    """A member's history was folded again: all their scores anew."""
    boards = {board.key for board in work.engine.plan.boards}
    now = {key: score for key, score in told.items() if key[0] in boards}
    gone = [row for row in work.store.scores(hand.number) if row[:3] not in now and row.board in boards]
    for row in gone:
        work.scores[row.board, row.period, row.group, hand.number] = None
    for key, score in now.items():
        work.scores[*key, hand.number] = score


# --- settling ----------------------------------------------------------------------------------------------------


def next_settling(journal: Journal, to: int) -> int | None:
    """The earliest instant, at or before `to`, at which a period can be settled; None when there is none."""
    if not journal.engine.plan.boards:
        return None
    with journal.reading() as store:
        return min((moment for moment, _, _ in _due(journal.engine, store, to)), default=None)


def settle_boards(work: Work, at: int) -> None:
    """Settle the periods whose time has come: tell the winners."""
    for moment, board, period in sorted(_due(work.engine, work.store, at), key=lambda due: (due[0], due[1].id, due[2])):
        work.store.settle_board(board.key, period, moment)
        for group in work.store.groups(board.key, period):
            if (group != EVERYBODY) == board.grouped:
                _tell_winners(work, board, period, group, moment)


def _due(engine: Engine, store: Store, to: int) -> Iterator[tuple[int, Board, int]]:
    late = engine.program.document.late.micros
    for board in engine.plan.boards:
        for period in store.open_periods(board.key):
            moment = _scores_of(engine, board.id).bounds(period)[1] + late
            if moment <= to:
                yield moment, board, period


def _tell_winners(work: Work, board: Board, period: int, group: str, at: int) -> None:
    ranks = dict(board.winners)
    if not ranks:
        return
    name = _scores_of(work.engine, board.id).name(period)
    for rank, row in list(_winners(work.store, board.key, period, group, max(ranks))):
        if rank in ranks:
            said = {
                "leaderboard": board.id,
                "period": name,
                "group": group or None,
                "rank": rank,
                "score": row.score,
            }
            tell(work, row.id, "kit.won", said, id=id_of("won:", board.id, period, group, row.member), at=at)


def _winners(store: Store, board: str, period: int, group: str, last: int) -> Iterator[tuple[int, RankedRow]]:
    """Members with a rank up to the last one that wins something, however many share it."""
    limit = last + 10
    rows = store.ranked(board, period, group, limit=limit)
    while len(rows) == limit and rows[-1].score == rows[last - 1].score:
        limit *= 2
        rows = store.ranked(board, period, group, limit=limit)
    rank = 0
    for place, row in enumerate(rows, start=1):
        if place == 1 or row.score != rows[place - 2].score:
            rank = place
        if rank > last:
            return
        yield rank, row


def _scores_of(engine: Engine, board: str) -> Scores:
    return engine.compiled.boards[board]


# --- looking -----------------------------------------------------------------------------------------------------


def board_view(
    journal: Journal, name: str, *, group: str | None, at: int | None, top: int, around: str | None
) -> BoardView:
    """A leaderboard in the period around an instant, inside a reading transaction."""
    engine, store = journal.engine, journal.store
    if name not in engine.compiled.boards:
        text, details = unknown("leaderboard", name, engine.compiled.boards)
        raise LoyaltyError(text, code="leaderboard/unknown", details=details)
    moments = (at, journal.advanced, store.newest()) if at is None else (at,)
    now = max((moment for moment in moments if moment is not None), default=0)
    about = _scores_of(engine, name)
    period, document = about.number(now), engine.program.document
    start, end = about.bounds(period)
    where = (about.key, period, group or EVERYBODY)
    rows = store.ranked(*where, limit=top) if around is None else _neighbours(journal, where, around)
    return BoardView(
        id=name,
        label=label_of(document.leaderboards[name].label, document.locale, name),
        group=group,
        start=from_instant(start),
        end=from_instant(end),
        settled=store.settled_board(about.key, period) is not None,
        members=store.on_board(*where),
        rows=tuple(_with_ranks(store, where, rows)),
    )


def _neighbours(journal: Journal, where: tuple[str, int, str], around: str) -> list[RankedRow]:
    hand = journal.look(around)
    row = journal.store.place(*where, hand.number)
    return [] if row is None else journal.store.beside(*where, row, each=BESIDE)


def _with_ranks(store: Store, where: tuple[str, int, str], rows: Iterable[RankedRow]) -> Iterator[BoardRow]:
    ranks: dict[float, int] = {}
    for row in rows:
        if row.score not in ranks:
            ranks[row.score] = 1 + store.ahead(*where, row.score)
        yield BoardRow(ranks[row.score], row.id, row.score)
