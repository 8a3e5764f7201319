"""Fitted models in memory."""

from __future__ import annotations

from loyaltykit.store.rows import KEPT_MODELS, ModelRow
from loyaltykit.store.undone import Undone


class MemoryModels(Undone):
    """See `Models` of `loyaltykit.store.protocol`."""

    def __init__(self) -> None:
        super().__init__()
        self._models: dict[str, tuple[ModelRow, ...]] = {}
        self._meta: dict[str, int] = {}

    def add_model(self, row: ModelRow) -> None:
        kept = sorted((*self._models.get(row.name, ()), row), key=lambda one: one.at)
        self._put(self._models, row.name, tuple(kept[-KEPT_MODELS:]))

    def model(self, name: str, *, until: int) -> ModelRow | None:
        found = [row for row in self._models.get(name, ()) if row.at <= until]
        return found[-1] if found else None

    def noted(self, name: str) -> int | None:
        return self._meta.get(name)

    def note(self, name: str, value: int) -> None:
        self._put(self._meta, name, value)
