"""What the demo leaves behind: the program, every event that a replay needs, the store, every message as a file."""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs

from loyaltykit.cli.demo.student import START
from loyaltykit.cli.demo.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from loyaltykit.cli.demo.facts import Member
    from loyaltykit.cli.demo.post import Letter
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

    @property
    def messages(self) -> Path:
        """The folder with every message that somebody got."""
        return self.folder / "messages"

    def url(self, name: str = "school.db") -> str:
        """The store url of a database in the folder."""
        return f"sqlite:///{quote(str(self.folder / name))}"

    def clear(self) -> None:
        """Take away what an earlier demo left, but not the program."""
        for name in ("school.db", "school.db-wal", "school.db-shm", "events.jsonl"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.messages, ignore_errors=True)


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


def write_events(left: Left, members: Iterable[Member]) -> None:
    """Everything that was recorded, in the order of time: what students did, and what was done through the kit."""
    recorded = (event for member in members for event in member.recorded)
    happened = sorted(recorded, key=lambda one: (one.at, one.id))
    with left.events.open("w", encoding="utf-8", newline="\n") as file:
        for one in happened:
            at = one.at.astimezone(START.tzinfo).isoformat()
            line = {"id": one.id, "type": one.type, "member": one.member, "at": at, "data": dict(one.data)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_messages(
    left: Left, letters: Sequence[tuple[str, Letter]], staff: Sequence[Letter], members: Iterable[Member]
) -> None:
    """Each letter as it arrived, those to staff by themselves, and what lies in the inboxes of the platform."""
    for channel in ("email", "telegram", "inbox", "staff"):
        (left.messages / channel).mkdir(parents=True)
    for number, (member, letter) in enumerate(letters, 1):
        name = f"{number:05}-{letter.at:%Y-%m-%d}-{member}.{letter.file}"
        (left.messages / letter.channel / name).write_bytes(letter.raw)
    for number, letter in enumerate(staff, 1):
        (left.messages / "staff" / f"{number:05}-{letter.at:%Y-%m-%d}.{letter.file}").write_bytes(letter.raw)
    for one in members:
        if one.view.inbox:
            said = (f"{sent.at:%Y-%m-%d %H:%M} UTC · {sent.subject}\n\n{sent.text}\n" for sent in one.view.inbox)
            (left.messages / "inbox" / f"{one.id}.txt").write_text("\n".join(said), "utf-8", newline="\n")
