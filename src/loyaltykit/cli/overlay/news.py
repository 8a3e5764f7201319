"""What the overlay says: happenings as they are recorded, the leaders when they change, the session that is on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.event_stream import message
from loyaltykit.errors import LoyaltyError, ProgramError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loyaltykit.app import Loyalty
    from loyaltykit.app.happenings import Happening, Names
    from loyaltykit.cli.words import Lang

FRESH = dt.timedelta(minutes=15)
"""What happened longer ago is not news: a school may record its past while a stream is on."""
RETRY = 3_000
NAMED = 3
"""Of the many who got the same at once so many are named."""
_PAGE = 200
_AGAIN = 50


@attrs.frozen(kw_only=True)
class Shown:
    """What is to be shown, and how."""

    board: str | None
    group: str | None
    top: int
    names: Names
    lang: Lang
    session: str | None = None


class Live:
    """News as they come. `open` opens the store, again when another program was adopted; `now` is the clock."""

    def __init__(self, open: Callable[[], Loyalty], shown: Shown, *, now: Callable[[], dt.datetime]) -> None:
        self._open = open
        self._kit = kit = open()
        self._shown = shown
        self._now = now
        self._outdated = False
        self._cursor = kit.happenings(limit=1, names=shown.names).cursor
        self._board: dict[str, Any] | None = None
        self._session: dict[str, Any] | None = None
        self._look()

    def greeting(self, after: int | None) -> str | None:
        """How long to wait before coming back and what to say then, the leaders, and what a browser has missed.

        None when nobody can say what it has missed now: the store is busy, or runs another program since.
        """
        told = message("hello", {}, id=self._cursor if after is None else None, retry=RETRY)
        told += board_message(self._board) + session_message(self._session)
        if after is not None and after < self._cursor:
            since, shown = self._now() - FRESH, self._shown
            try:
                missed = self._kit.happenings(
                    after=after, since=since, limit=_AGAIN, names=shown.names, lang=shown.lang
                )
            except (ProgramError, StoreError):
                return None
            told += celebrations([one for one in missed if one.cursor <= self._cursor])
        return told

    def close(self) -> None:
        """Let go of the store."""
        self._kit.close()

    def poll(self) -> str:
        """What was recorded since the last time; nothing while the store is busy."""
        if self._outdated:
            self._open_again()
        try:
            return "" if self._outdated else self._news()
        except ProgramError:
            self._outdated = True
            self._open_again()
            return ""
        except StoreError:
            return ""

    def _open_again(self) -> None:
        """Read by the program that the store runs now; when it cannot be opened yet, the next look tries again."""
        try:
            kit = self._open()
        except LoyaltyError:
            return
        self._kit.close()
        self._kit, self._outdated = kit, False
        if self._shown.board not in kit.program.document.leaderboards:  # there is no such board any more
            self._shown = attrs.evolve(self._shown, board=None)

    def _news(self) -> str:
        found: list[Happening] = []
        while True:
            page = self._kit.happenings(
                after=self._cursor,
                since=self._now() - FRESH,
                limit=_PAGE,
                names=self._shown.names,
                lang=self._shown.lang,
            )
            found += page.items
            if page.cursor == self._cursor:
                break
            self._cursor = page.cursor
        return celebrations(found) + self._look()

    def _look(self) -> str:
        """The leaders and the session, when they have changed."""
        board, session = board_of(self._kit, self._shown, self._now()), session_of(self._kit, self._shown, self._now())
        told = "" if board == self._board else board_message(board)
        told += "" if session == self._session else session_message(session)
        self._board, self._session = board, session
        return told


def board_of(kit: Loyalty, shown: Shown, at: dt.datetime) -> dict[str, Any] | None:
    """The leaders, ready for JSON; None when no board is shown."""
    if shown.board is None:
        return None
    view = kit.leaderboard(shown.board, group=shown.group, at=at, top=1)
    rows = kit.leaders(shown.board, group=shown.group, at=at, top=shown.top, names=shown.names)
    label = label_in(kit, shown.board, shown.lang)
    return {"label": label, "group": shown.group, "members": view.members, "rows": [row.to_dict() for row in rows]}


def label_in(kit: Loyalty, board: str, lang: Lang) -> str:
    """What a leaderboard is called."""
    from loyaltykit.rules.view import label_of

    return label_of(kit.program.document.leaderboards[board].label, lang, board)


def session_of(kit: Loyalty, shown: Shown, at: dt.datetime) -> dict[str, Any] | None:
    """The session that is on, ready for JSON: who is there, and whether a code word is; None when none is shown."""
    from loyaltykit.rules.view import label_of

    if shown.session is None:
        return None
    declared = kit.program.document.rewards.get(shown.session)
    label = shown.session if declared is None else label_of(declared.label, shown.lang, shown.session)
    word = any(one.session == shown.session for one in kit.open_words(at=at))
    return {"label": label, "there": kit.present(shown.session), "word": word}


def session_message(session: dict[str, Any] | None) -> str:
    """The session as an event, without an id as the leaders are."""
    return "" if session is None else message("session", session)


def board_message(board: dict[str, Any] | None) -> str:
    """The leaders as an event. It has no id: a browser that comes back is told of them anyway."""
    return "" if board is None else message("board", board)


def celebrations(found: Iterable[Happening]) -> str:
    """Happenings as events; many who got the same at once are told of together.

    Only the last has an id: whoever was cut off in the middle hears of all of them again.
    """
    told = [_celebration(together) for together in _together(found)]
    ids = [max(one.cursor for one in together) for together in _together(found)]
    last = len(told) - 1
    return "".join(message("celebrate", one, id=max(ids) if place == last else None) for place, one in enumerate(told))


def _together(found: Iterable[Happening]) -> Iterator[list[Happening]]:
    groups: dict[tuple[Any, ...], list[Happening]] = {}
    for one in found:
        groups.setdefault((one.kind, one.name, one.step, one.rank), []).append(one)
    yield from groups.values()


def _celebration(together: list[Happening]) -> dict[str, Any]:
    first = together[0]
    names = [one.who for one in together if one.who is not None][:NAMED]
    shown = {name: getattr(first, name) for name in ("kind", "label", "step", "rank")}
    return {**shown, "who": names, "others": len(together) - len(names), "at": together[-1].at.isoformat()}
