"""Rows of a table that has the columns id, type, member and at; every other column is a data field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.feed.items import Refusal
from loyaltykit.cli.maps.cells import BadCell, CellReader
from loyaltykit.errors import EventError
from loyaltykit.program.admission import read_event
from loyaltykit.program.reserved import event_types
from loyaltykit.values import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType

NEEDED = ("id", "type", "member", "at")
_OWN = (*NEEDED, "known_at")


@attrs.define
class PlainRows:
    """Makes one event of each row. Cells become values of the declared types; an empty cell is no value."""

    document: Document
    header: Sequence[str]
    silent: int = 0
    cells: CellReader = attrs.field(factory=lambda: CellReader(None))
    _types: Mapping[str, Mapping[str, DeclaredType]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._types = event_types(self.document)

    def read(self, row: Sequence[str]) -> Iterator[Event | Refusal]:
        """The event of a row, or why there is none."""
        cells = {name: text for name, text in zip(self.header, row, strict=False) if name and text != ""}
        raw: dict[str, Any] = {name: cells.pop(name) for name in _OWN if name in cells}
        declared = self._types.get(raw.get("type", ""), {})
        try:
            raw["data"] = {name: self.cells.typed(text, declared.get(name), name) for name, text in cells.items()}
            yield read_event(raw)
        except BadCell as bad:
            arguments = {"wanted": bad.wanted}
            yield Refusal(bad.code, arguments, event=raw.get("id"), column=bad.column, value=bad.text)
        except EventError as error:
            yield Refusal.of(error)
