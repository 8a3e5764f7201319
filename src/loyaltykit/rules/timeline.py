"""The programs that a school has run, one after the other, and a member's history folded through all of them.

An adoption is an instant of every member's story: what happened before it is folded under the program that was live
then, also when it becomes known later; at the instant the state is carried over, and the next program goes on. A
program that was adopted by recomputing has the whole past to itself.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from loyaltykit.rules.carrying import carry
from loyaltykit.rules.decisions import expand_compact, scores
from loyaltykit.rules.replaying import Replay, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from loyaltykit.rules.engine import Engine
    from loyaltykit.values import Event

ALWAYS = -(2**62)


class Era:
    """The time of one program. Its engine is made when somebody looks back so far."""

    def __init__(self, since: int, make: Callable[[], Engine], *, recomputes: bool = False) -> None:
        self.since = since
        """The instant from which it is in force."""
        self.recomputes = recomputes
        """Whether it has the past before that, too."""
        self._make = make
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The program, compiled."""
        if self._engine is None:
            self._engine = self._make()
        return self._engine


class Timeline:
    """Eras in order of adoption, at least one."""

    def __init__(self, eras: Sequence[Era]) -> None:
        self.all = tuple(eras)
        first = max((n for n, era in enumerate(eras) if era.recomputes), default=0)
        self._eras = tuple(eras[first:])

    @classmethod
    def of(cls, engine: Engine) -> Timeline:
        """One program from the beginning."""
        return cls([Era(ALWAYS, lambda: engine)])

    @property
    def size(self) -> int:
        """How many programs there were."""
        return len(self.all)

    @property
    def since(self) -> int:
        """The instant of the last change that left the past as it was; ALWAYS when there was none."""
        return self._eras[-1].since if len(self._eras) > 1 else ALWAYS

    def at(self, instant: int) -> Engine:
        """The program in force at an instant."""
        live = [era for era in self._eras[1:] if era.since <= instant]
        return (live[-1] if live else self._eras[0]).engine

    def replay(
        self,
        member: str,
        events: Iterable[Event],
        *,
        answers: Mapping[str, Event],
        to: int,
        late: Collection[str] = (),
        reach: int | None = None,
    ) -> Replay:
        """Fold a member's whole history anew, as `Engine.replay` does, under each program in its time.

        The state that comes out is that of the program in force at `reach`, by default at `to`.
        """
        until = to if reach is None else reach
        eras = [self._eras[0], *(era for era in self._eras[1:] if era.since <= until)]
        first = eras[0]
        story = Story(answers, late, skipped=[] if first.recomputes else None)
        ordered = sorted(events, key=lambda event: (event.instant, event.id))
        state, done = first.engine.start(member), 0
        for era, following in pairwise(eras):
            count = sum(event.instant < following.since for event in ordered)
            era.engine.go_on(state, ordered[done:count], story, to=following.since)
            state = carry(era.engine, following.engine, state, ordered[:count], story=story, at=following.since)
            story.skipped, done = None, count
        eras[-1].engine.go_on(state, ordered[done:], story, to=to)
        found = expand_compact(member, story.compact)
        return Replay(state, found.entries, found.effects, tuple(story.asked), scores(story.compact))
