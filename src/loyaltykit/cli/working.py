"""The worker: takes events in from a folder, scores who is leaving, lets time pass, delivers; and again, until told.

A file is recorded, then moved to ``done`` beside it; one that gives nothing goes to ``failed``, with the reason. Events
have ids, so a file that was recorded and not moved before something fell over is taken again and records nothing twice.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.failing import Failure
from loyaltykit.cli.feed.progress import Progress
from loyaltykit.cli.feed.quarantine import Quarantine
from loyaltykit.cli.feed.recording import DAMAGED, Order, Outcome, Recording
from loyaltykit.cli.words import say
from loyaltykit.errors import LoyaltyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from loyaltykit.app import Loyalty
    from loyaltykit.channels import Deliveries
    from loyaltykit.cli.feed.stopping import Stop
    from loyaltykit.cli.words import Lang

SUFFIXES = (".jsonl", ".csv", ".parquet", ".jsonl.gz", ".csv.gz", ".jsonl.xz", ".csv.xz")
DONE, FAILED = "done", "failed"
_TABLES = (".csv", ".csv.gz", ".csv.xz")
_AHEAD = dt.timedelta(days=1)
_PATIENCE = dt.timedelta(hours=1)
_PASS = dt.timedelta(minutes=1)
"""How long it delivers before it takes in again what came meanwhile."""


@attrs.define(kw_only=True)
class Turn:
    """What one turn came to."""

    files: int = 0
    failed: int = 0
    recorded: int = 0
    duplicates: int = 0
    rejected: int = 0
    entries: int = 0
    effects: int = 0
    churn: dict[str, Any] | None = None
    """The day's scores, when this turn made them: `ChurnSummary.to_dict`."""
    unscored: str | None = None
    """Why the day's scores could not be made."""
    returned: dict[str, int] = attrs.field(factory=dict)
    """Letters that mail servers sent back, by what they were."""
    delivered: Deliveries | None = None
    problems: list[dict[str, str]] = attrs.field(factory=list)
    """Files that were not taken: their names, where the reasons stand, and the first one."""

    @property
    def quiet(self) -> bool:
        """Whether nothing happened."""
        counts = attrs.asdict(self, filter=lambda field, _: field.name != "delivered")
        sent = self.delivered.to_dict() if self.delivered else {}
        return not any(counts.values()) and not any(
            sent.get(name) for name in ("sent", "dead", "suppressed", "deferred")
        )

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return attrs.asdict(self)


@attrs.define(kw_only=True)
class Worker:
    """One worker over one kit. `now` is asked at every turn; without channels nothing is delivered."""

    kit: Loyalty
    folder: Path | None
    now: Callable[[], dt.datetime]
    stop: Stop
    channels: bool
    bounces: Path | None = None
    """Where letters come that mail servers sent back."""
    lang: Lang = "en"
    batch: int = 5_000
    _unscored: dt.datetime | None = attrs.field(default=None, init=False)
    """When scoring failed last."""

    def turn(self) -> Turn:
        """Take in what is there, score, let time pass, deliver. An interrupt is heard between these and batches."""
        made = Turn()
        for path in self._waiting():
            self._take(path, made)
        for path in self._returned():
            with self.stop.finishing():
                kind = self.kit.bounced(path.read_bytes()).kind
                made.returned[kind] = made.returned.get(kind, 0) + 1
                _move(path, DONE)
        now = self.now()
        with self.stop.finishing():
            self._score(now, made)
        with self.stop.finishing():
            passed = self.kit.advance(now)
        made.entries += passed.entries
        made.effects += passed.effects
        if self.channels:
            with self.stop.finishing():
                made.delivered = self.kit.deliver(stop=lambda: self.stop.wished or self.now() > now + _PASS)
        return made

    def _score(self, now: dt.datetime, made: Turn) -> None:
        """The day's churn scores, once a day. When they cannot be made, the rest goes on and an hour later it tries."""
        if self._unscored is not None and now - self._unscored < _PATIENCE:
            return
        try:
            scored = self.kit.watch_churn(now, progress=self._heard)
        except StoreError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a model may be anybody's: it keeps no letter back
            self._unscored = now
            made.unscored = self._reason(error, "worker/model")
            return
        self._unscored = None
        if scored is not None:
            made.churn = scored.to_dict()
            made.entries += scored.entries
            made.effects += scored.effects

    def _heard(self, done: int, of: int) -> None:
        """Between two parts of the members an interrupt is heard; the next start does the rest."""
        if self.stop.wished and done < of:
            raise KeyboardInterrupt

    def _waiting(self) -> Iterator[Path]:
        """Files to take, by name. Others write under another name first and rename: half a file is never read."""
        if self.folder is not None:
            found = (path for path in sorted(self.folder.iterdir()) if path.is_file())
            yield from (path for path in found if path.name.endswith(SUFFIXES) and not path.name.startswith("."))

    def _returned(self) -> Iterator[Path]:
        """Letters that came back: the files of a folder, or of its folder ``new`` when it is a Maildir."""
        if self.bounces is not None:
            maildir = self.bounces / "new"
            place = maildir if maildir.is_dir() else self.bounces
            yield from sorted(path for path in place.iterdir() if path.is_file() and not path.name.startswith("."))

    def _take(self, path: Path, made: Turn) -> None:
        try:
            outcome, damaged = self._recorded(path)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # a file that cannot be read at all keeps nobody else's events back
            self._fail(path, made, self._reason(error))
            return
        for name in ("recorded", "duplicates", "rejected", "entries", "effects"):
            setattr(made, name, getattr(made, name) + getattr(outcome, name))
        if (useless := self._useless(path, outcome, damaged)) is not None:
            self._fail(path, made, useless)
            return
        made.files += 1
        _move(path, DONE)

    def _fail(self, path: Path, made: Turn, reason: str) -> None:
        """Set a file aside that gave nothing, with the reason in a file beside it."""
        made.failed += 1
        target = _move(path, FAILED)
        told = target.with_name(f"{target.name}.problems.txt")
        hint = say(self.lang, "worker/table") if path.name.endswith(_TABLES) else ""
        told.write_text("\n".join(filter(None, (reason, hint))) + "\n", encoding="utf-8")
        place = f"{FAILED}/{told.name}"
        made.problems.append({"name": path.name, "path": place, "reason": reason.splitlines()[0]})

    def _reason(self, error: BaseException, otherwise: str = "feed/unreadable") -> str:
        """Why something could not be done. What other errors than ours say may quote what stands in a file."""
        if isinstance(error, LoyaltyError):
            return str(error)
        if isinstance(error, Failure):
            return error.message
        return say(self.lang, otherwise, kind=type(error).__name__)

    def _useless(self, path: Path, outcome: Outcome, damaged: int) -> str | None:
        """Why a file that was read to its end is not done all the same: it is damaged from its beginning, or empty."""
        if outcome.read:
            return None
        if damaged and damaged == outcome.rejected:
            return say(self.lang, DAMAGED, reason=path.name)
        empty = path.name.endswith(".parquet") and not outcome.rejected
        return say(self.lang, "feed/nothing") if empty else None

    def _recorded(self, path: Path) -> tuple[Outcome, int]:
        """What came of a file, and how often it was found damaged."""
        order = Order(files=[str(path)], latest=self.now() + _AHEAD, batch=self.batch, lang=self.lang)
        refused = path.parent / DONE / f"{path.name}.quarantine.jsonl"
        refused.parent.mkdir(exist_ok=True)
        progress = Progress(self.lang)
        try:
            with Quarantine(refused, self.lang) as kept:
                return Recording(self.kit, order, kept, progress, self.stop).run(), kept.counts[DAMAGED]
        finally:
            progress.close()


def _move(path: Path, to: str) -> Path:
    """Rename a file into a folder beside it, under a name that is free there; one step, so it is never in both.

    Returns its new place.
    """
    folder = path.parent / to
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{number}-{path.name}"
    return path.replace(target)
