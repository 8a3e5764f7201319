"""What the demo leaves behind, and the real fold of it: by the road of `loyaltykit run`, so that both give the same."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs

from loyaltykit.app import Loyalty
from loyaltykit.cli.demo.simulate import end, simulate
from loyaltykit.cli.demo.words import say
from loyaltykit.cli.feed.progress import Progress
from loyaltykit.cli.feed.quarantine import Quarantine
from loyaltykit.cli.feed.recording import Order, Outcome, Recording
from loyaltykit.cli.feed.stopping import Stop
from loyaltykit.program.load import Program

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from loyaltykit.cli.words import Lang


@attrs.frozen
class Left:
    """The files in the demo's folder."""

    folder: Path

    @property
    def program(self) -> Path:
        """The program document."""
        return self.folder / "program.yaml"

    @property
    def events(self) -> Path:
        """What happened, a line of JSON each."""
        return self.folder / "events.jsonl"

    @property
    def store(self) -> Path:
        """The database with everything folded."""
        return self.folder / "school.db"

    def url(self, name: str = "school.db") -> str:
        """The store url of a database in the folder."""
        return f"sqlite:///{quote(str(self.folder / name))}"


def shipped(lang: Lang) -> str:
    """The program that comes with the demo."""
    return resources.files("loyaltykit.cli.demo").joinpath(f"program.{lang}.yaml").read_text(encoding="utf-8")


def write_program(left: Left, lang: Lang) -> bool:
    """Write the program, unless somebody has changed the one that is there: then that one is told of. True when so."""
    path, text = left.program, shipped(lang)
    if path.exists() and not _untouched(path.read_text(encoding="utf-8", errors="replace")):
        return True
    path.write_text(f"{text}{say(lang, 'program/seal', seal=_seal(text))}\n", encoding="utf-8", newline="\n")
    return False


def _seal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _untouched(text: str) -> bool:
    """Whether a program is as some version of the demo wrote it: its last line has the digest of the others."""
    body, _, last = text.rstrip("\n").rpartition("\n")
    return last.startswith("#") and last.endswith(_seal(body + "\n"))


def write_events(left: Left, *, seed: int, students: int, days: int, lang: Lang) -> None:
    """Simulate the school."""
    with left.events.open("w", encoding="utf-8", newline="\n") as file:
        for line in simulate(seed, students, days, lang):
            file.write(line + "\n")


def fold(left: Left, days: int, lang: Lang) -> tuple[Loyalty, Outcome]:
    """Record all events in a new store and let time pass to the last day; the open kit, and what came of it."""
    program = Program.load(left.program, lang=lang)
    for name in ("school.db", "school.db-wal", "school.db-shm", "school.quarantine.jsonl"):
        (left.folder / name).unlink(missing_ok=True)
    kit = Loyalty(program, store=left.url())
    try:
        return kit, _record(kit, left, end(days), lang)
    except BaseException:
        kit.close()
        raise


def _record(kit: Loyalty, left: Left, until: dt.datetime, lang: Lang) -> Outcome:
    progress, stop = Progress(lang), Stop()
    order = Order(files=[str(left.events)], until=until, lang=lang)
    with Quarantine(left.store.with_suffix(".quarantine.jsonl"), lang) as kept, stop.listening():
        try:
            return Recording(kit, order, kept, progress, stop).run()
        finally:
            progress.close()
