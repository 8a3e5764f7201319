"""Server-sent events as text (HTML Living Standard, section 9.2): what a host writes into its own response."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.app.happenings import Happening

_LINES = re.compile(r"\r\n|\r|\n")


def sse(happenings: Iterable[Happening]) -> str:
    """Happenings as server-sent events: the event is the kind, the data its JSON, the id its cursor.

    A browser that comes back says the last id it saw (``Last-Event-ID``): go on with `kit.happenings(after=...)`.
    Send it as ``text/event-stream``, with ``Cache-Control: no-cache``. Nothing happened: an empty text.
    """
    return "".join(message(one.kind, one.to_dict(), id=one.cursor) for one in happenings)


def message(event: str, data: Any, *, id: int | None = None, retry: int | None = None) -> str:
    """One server-sent event. `retry` is how many milliseconds a browser waits before it comes back."""
    lines = [f"event: {_line(event)}"]
    lines += [] if id is None else [f"id: {id}"]
    lines += [] if retry is None else [f"retry: {retry}"]
    lines += [f"data: {line}" for line in _LINES.split(json.dumps(data, ensure_ascii=False))]
    return "\n".join(lines) + "\n\n"


def comment(text: str = "") -> str:
    """A line that browsers pass over: it keeps a connection open that nothing happens on."""
    return f": {_line(text)}\n\n"


def _line(text: str) -> str:
    return _LINES.sub(" ", text)
