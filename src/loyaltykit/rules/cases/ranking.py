"""Leaderboards in a case: the scores of its members, their ranks, and winners when a period is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.decisions import scores
from loyaltykit.rules.plan.boards import EVERYBODY
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.rules.engine import Engine
    from loyaltykit.rules.plan.boards import Board

Key = tuple[str, int, str]


@attrs.define
class Ranking:
    """The scores by key of the board, period and group, and by member."""

    engine: Engine
    scores: dict[Key, dict[str, float]] = attrs.field(factory=dict)
    settled: set[tuple[str, int]] = attrs.field(factory=set)

    def note(self, member: str, compact: Iterable[tuple[Any, ...]]) -> None:
        """Take down what a decision says of a member's scores."""
        for key, score in scores(compact).items():
            if key[:2] in self.settled:
                continue
            table = self.scores.setdefault(key, {})
            table.pop(member, None)
            if score is not None:
                table[member] = score

    def next(self, to: int) -> int | None:
        """The earliest instant, at or before `to`, at which a period can be settled."""
        return min((moment for moment, _, _ in self._due(to)), default=None)

    def settle(self, at: int) -> Iterator[Event]:
        """Settle what can be: the events of the winners' own."""
        for _, board, period in sorted(self._due(at), key=lambda due: (due[0], due[1].id)):
            self.settled.add((board.key, period))
            name, ranks = self.engine.compiled.boards[board.id].name(period), dict(board.winners)
            for key in sorted(self.scores):
                if key[:2] != (board.key, period) or (key[2] != EVERYBODY) != board.grouped:
                    continue
                for member in self.scores[key]:
                    rank, score = self._place(key, member)
                    if rank in ranks:
                        said = {"leaderboard": board.id, "period": name, "group": key[2] or None, "rank": rank}
                        id = f"won:{board.id}:{name}:{key[2]}:{member}"
                        yield Event(id, "kit.won", member, from_instant(at), {**said, "score": score})

    def standing(self, member: str, at: int) -> dict[str, tuple[int | None, float]]:
        """By board the member's rank and score in the period around an instant; rank None: not on it."""
        found: dict[str, tuple[int | None, float]] = {}
        for board in self.engine.plan.boards:
            key = (board.key, self.engine.compiled.boards[board.id].number(at), EVERYBODY)
            found[board.id] = self._place(key, member) if member in self.scores.get(key, {}) else (None, 0)
        return found

    def _place(self, key: Key, member: str) -> tuple[int, float]:
        table = self.scores[key]
        return 1 + sum(score > table[member] for score in table.values()), table[member]

    def _due(self, to: int) -> Iterator[tuple[int, Board, int]]:
        late = self.engine.program.document.late.micros
        for board in self.engine.plan.boards:
            for period in {key[1] for key, table in self.scores.items() if key[0] == board.key and table}:
                moment = self.engine.compiled.boards[board.id].bounds(period)[1] + late
                if (board.key, period) not in self.settled and moment <= to:
                    yield moment, board, period
