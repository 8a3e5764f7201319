"""An opened source -> events and refusals, in the order in which they stand there, whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.feed.jsonl import read_jsonl
from loyaltykit.cli.feed.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.cli.feed.items import Item
    from loyaltykit.cli.feed.opening import Opened
    from loyaltykit.cli.maps.model import Mapping
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document


def read_items(
    opened: Opened, document: Document, maps: Sequence[Mapping], lang: Lang, tables: list[Table]
) -> Iterator[Item]:
    """The items of a source. A table is also appended to `tables`, which count what was odd in them."""
    if opened.kind == "jsonl":
        return read_jsonl(opened)
    if opened.kind == "parquet":
        from loyaltykit.cli.feed.parquet import read_parquet

        return read_parquet(opened, document, lang)
    table = Table(opened, document, maps, lang)
    tables.append(table)
    return table.items()
