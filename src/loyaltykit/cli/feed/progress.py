"""How far a run is: a bar on a terminal, else a line on standard error every few seconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from loyaltykit.cli.output import is_terminal, put
from loyaltykit.cli.words import count, figure, say
from loyaltykit.errors import MissingExtra

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang

_EVERY = 5.0


class Progress:
    """Phases of known or unknown size. `show` is cheap to call; it draws a few times a second at most."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._bar: Any = None
        self._task: Any = None
        self._terminal = is_terminal(err=True)
        self._started = self._shown = time.monotonic()
        self._label = ""
        self._total: int | None = None
        self._what = "event"

    def phase(self, label: str, total: int | None, what: str = "event") -> None:
        """Begin a phase; `total` is in the units of `show`, None when it is not known. `what` is counted on the way."""
        self._label, self._total, self._what = say(self._lang, label), total, what
        self._started = self._shown = time.monotonic()
        if self._terminal:
            self._draw_bar()

    def show(self, done: int, events: int, of: int | None = None) -> None:
        """How much of the phase is done, and how many events that were; `of` is its size where that was not known."""
        self._total = self._total or of
        now = time.monotonic()
        if now - self._shown < (0.1 if self._terminal else _EVERY):
            return
        self._shown = now
        words = self._words(done, events, now - self._started)
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=self._total, words=words)
        else:
            share = f" {min(100, 100 * done // self._total)} %" if self._total else ""
            put(f"{self._label}{share} · {words}", err=True)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _words(self, done: int, events: int, seconds: float) -> str:
        parts = [count(self._lang, events, self._what), f"{figure(self._lang, int(events / max(seconds, 0.001)))}/s"]
        if self._total and done:
            parts.append(say(self._lang, "run/left", time=_clock(seconds * max(0, self._total - done) / done)))
        return " · ".join(parts)

    def _draw_bar(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar
        except ModuleNotFoundError:
            raise MissingExtra("cli", "the progress bar") from None
        if self._bar is None:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=30),
                TextColumn("{task.percentage:>3.0f}%"),
            )
            self._bar = Bar(*columns, TextColumn("{task.fields[words]}"), console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=self._total, words="")
        else:
            self._bar.reset(self._task, description=self._label, total=self._total, words="")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
