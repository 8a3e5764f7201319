"""The verbs for what everybody may see as it happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.app.acting import instant_of
from loyaltykit.app.announcing import Announcing
from loyaltykit.app.happenings import KINDS, happenings, leaders
from loyaltykit.app.saying import SAID
from loyaltykit.app.standings import board_view
from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import unknown
from loyaltykit.rules.lowering.grants import ATTENDED
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from loyaltykit.app.acting import Clock
    from loyaltykit.app.happenings import Happenings, Leader, Names
    from loyaltykit.app.journal import Journal

_MOST = 1_000
_THERE = (ATTENDED, SAID, "kit.word_said")
_SPARE = 40
"""So many more rows are looked at, in case some do not want to be shown."""


class Showing(Announcing):
    """What a stream or a page shows of everybody."""

    def __init__(self, journal: Journal, clock: Clock | None = None) -> None:
        super().__init__(journal, clock)
        self._there: dict[str, tuple[int, set[int]]] = {}
        """By session: the last event that was looked at, and who was there by then."""

    def happenings(
        self,
        *,
        after: int | None = None,
        kinds: Collection[str] = KINDS,
        limit: int = 100,
        since: dt.datetime | None = None,
        names: Names = "first",
        lang: str | None = None,
    ) -> Happenings:
        """Badges, quests done, levels, tiers and places won, of all members, in the order in which they were recorded.

        Without `after` the last `limit` of them; with the `cursor` of an earlier answer those that came since, the
        first `limit`: ask again until there are none. `since` leaves out what happened before. `names` says how a
        member is called: by their first name (`first_name`, else the first word of `name`), by `nick`, by the `full`
        name, or not at all. Whose attribute `overlay` is false is never among them. `lang` is the locale of labels.
        Raises LoyaltyError for a kind that there is none of.
        """
        for kind in kinds:
            if kind not in KINDS:
                text, details = unknown("kind", kind, KINDS)
                raise LoyaltyError(text, code="happenings/kind", details=details)
        moment = -NEVER if since is None else instant_of(since)
        with self._lock, self._journal.reading():
            return happenings(
                self._journal,
                after=after,
                since=moment,
                kinds=kinds,
                limit=max(1, min(limit, _MOST)),
                names=names,
                lang=lang,
            )

    def present(self, session: str) -> int:
        """How many members are, or were, at a session: they attended it, or said its code word."""
        with self._lock, self._journal.reading() as store:
            since, there = self._there.get(session, (0, set()))
            last = store.last_event()
            if last > since:
                to, written = store.last_member(), json.dumps(session, ensure_ascii=False)
                for row in store.happenings(_THERE, _THERE, after=0, to=to, before=NEVER, since=since):
                    if written in row[4] and json.loads(row[4]).get("session") == session:
                        there.add(row[0])
                self._there[session] = (last, there)
            return len(there)

    def leaders(
        self,
        name: str,
        *,
        top: int = 5,
        group: str | None = None,
        at: dt.datetime | None = None,
        names: Names = "first",
    ) -> tuple[Leader, ...]:
        """The first `top` of a leaderboard as everybody may see them; `group` and `at` as in `leaderboard`.

        `names` as in `happenings`. Whose attribute `overlay` is false is not among them; ranks stay what they are.
        """
        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            view = board_view(self._journal, name, group=group, at=moment, top=top + _SPARE, around=None)
            return leaders(self._journal, view.rows, top=top, names=names)
