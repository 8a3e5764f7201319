"""Parquet -> events: the columns id, type, member and at; all others are data fields, as is what `data` holds."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.errors import EventError, MissingExtra
from loyaltykit.program.admission import read_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.cli.feed.opening import Opened
    from loyaltykit.values import Event

_OWN = ("id", "type", "member", "at", "known_at")
_BATCH = 10_000


def read_parquet(opened: Opened) -> Iterator[Item]:
    """Every row as an event or a refusal; `line` is the row's number. MissingExtra without pyarrow."""
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        raise MissingExtra("parquet", "reading Parquet files") from None
    number = 0
    try:
        for batch in parquet.ParquetFile(opened.stream).iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield Item(opened.name, number, str(row), _event(row))
    except (ValueError, OSError) as error:  # what pyarrow raises for a damaged file
        yield Item(opened.name, number + 1, "", Refusal("feed/damaged", {"reason": str(error)[:200]}))


def _event(row: Mapping[str, Any]) -> Event | Refusal:
    """Nulls are no values; what stands in a struct named `data` are data fields, too."""
    raw = {name: row[name] for name in _OWN if row.get(name) is not None}
    inside = row.get("data")
    data = dict(inside) if isinstance(inside, dict) else {}
    data.update({name: value for name, value in row.items() if name not in _OWN and name != "data"})
    try:
        return read_event({**raw, "data": {name: value for name, value in data.items() if value is not None}})
    except EventError as error:
        return Refusal.of(error)
