"""The words of `member` and `explain`."""

from __future__ import annotations

VIEW_WORDS: dict[str, tuple[str, str]] = {}
