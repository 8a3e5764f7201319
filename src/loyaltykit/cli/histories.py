"""Files of events -> a history for churn models, and what its types mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.churn import History, Roles
from loyaltykit.churn.scoring import fact, roles_of
from loyaltykit.cli.failing import Failure
from loyaltykit.cli.feed.items import Refusal
from loyaltykit.cli.feed.opening import open_events
from loyaltykit.cli.feed.reading import read_items
from loyaltykit.cli.words import say
from loyaltykit.program.churn_fields import readers
from loyaltykit.values import to_instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.cli.feed.progress import Progress
    from loyaltykit.cli.maps.model import Mapping as Map
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.churn_fields import Reader
    from loyaltykit.program.churn_sense import Meaning
    from loyaltykit.program.document import Document
    from loyaltykit.values import Event

_COLUMNS = ("member", "type", "at", "known_at", "value")
_GLANCE = 2_000
_NOTHING = float("nan")
_BARE = {"program": "events", "events": {"any.event": {}}}
"""What stands in for a program where none is given: no type is declared, and every field is what it looks like."""


@attrs.define
class Gathered:
    """A history, and what was not taken into it."""

    history: History
    rejected: int = 0
    first: str = ""
    """Where the first rejected line stands, and what is wrong with it."""


@attrs.define
class Gathering:
    """Reads files of events into columns. With a program its facts are rows of their own."""

    document: Document
    maps: Sequence[Map]
    lang: Lang
    progress: Progress
    meaning: Meaning | None = None
    _rows: dict[str, list[Any]] = attrs.field(factory=lambda: {name: [] for name in _COLUMNS})
    _rejected: int = 0
    _first: str = ""

    def read(self, files: Sequence[str], *, until: int | None = None) -> Gathered:
        """The history of some files together. Failure when there is no event in them."""
        for name in files:
            self._file(name)
        if not self._rows["at"]:
            raise Failure(self._first or self._nothing(files), code="feed/nothing")
        history = History.from_columns(**self._rows, until=until, zone=self.document.timezone)
        return Gathered(history, self._rejected, self._first)

    def _nothing(self, files: Sequence[str]) -> str:
        return f"{', '.join(files)}: {say(self.lang, 'feed/nothing')}"

    def _file(self, name: str) -> None:
        opened = open_events(name, self.lang)
        self.progress.phase("churn/reading", opened.size)
        fields = {} if self.meaning is None else readers(self.meaning)
        try:
            for number, item in enumerate(read_items(opened, self.document, self.maps, self.lang, []), 1):
                if isinstance(item.what, Refusal):
                    self._refuse(f"{item.file}:{item.line}", item.what)
                else:
                    self._add(item.what, fields)
                if number % _GLANCE == 0:
                    self.progress.show(opened.position(), number)
        finally:
            opened.close()

    def _refuse(self, place: str, refusal: Refusal) -> None:
        self._rejected += 1
        self._first = self._first or f"{place}: {refusal.words(self.lang)}"

    def _add(self, event: Event, fields: Mapping[str, list[tuple[str, Reader]]]) -> None:
        """A row for the event, and one for each fact that it carries."""
        known = event.instant if event.known_at is None else to_instant(event.known_at)
        self._row(event, event.type, known, _NOTHING)
        for field, read in fields.get(event.type, ()):
            if (value := read(event.data.get(field), event.instant)) is not None:
                self._row(event, fact(event.type, field), known, value)

    def _row(self, event: Event, type: str, known: int, value: float) -> None:
        for name, cell in zip(_COLUMNS, (event.member, type, event.instant, known, value), strict=True):
            self._rows[name].append(cell)


def roles_in(meaning: Meaning | None, left: Sequence[str]) -> Roles:
    """What the types mean; without a program every type but `left` is activity."""
    return Roles(left=left) if meaning is None else attrs.evolve(roles_of(meaning), left=left)


def bare_document() -> Document:
    """What a file of events is read by where there is no program."""
    from loyaltykit.program.load import Program

    return Program.from_dict(_BARE).document
