"""W3: durable recording, beside a bare sqlite3 loop that writes the very same rows to the same tables.

What our side writes is listened to once, statement by statement; the bare loop writes it again from ready tuples.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import stateful
from benchmarks.measure import Result, goal, once, rate
from loyaltykit.store.sqlite import OwnExecutor, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.app import Loyalty
    from loyaltykit.values import Event

    Transaction = list[tuple[str, list[tuple[Any, ...]]]]

MEMBERS = 2_000
SINGLE = {"full": 4_000, "normal": 10_000}
BATCHED = 40_000
BATCH = 1_000
REPEATS = 5
QUICK = {"single": {"full": 500, "normal": 1_000}, "batched": 4_000, "repeats": 1}


class Listening(OwnExecutor):
    """A connection that remembers what is written, transaction by transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.heard: list[Transaction] = []
        self._now: Transaction = []

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self._now.append((sql, [tuple(values)]))
        elif sql.startswith("BEGIN"):
            self._now = []
        elif sql == "COMMIT" and self._now:
            self.heard.append(self._now)
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Any) -> None:
        self._now.append((sql, [tuple(row) for row in rows]))
        super().executemany(sql, rows)


def run(*, single: dict[str, int] = SINGLE, batched: int = BATCHED, repeats: int = REPEATS) -> Result:
    """Both sides in turn, on new files, for each way of recording and each mode of SQLite."""
    lines, goals = [], []
    for synchronous in ("normal", "full"):
        for what, number, wanted in (("one event", single[synchronous], 0.8), (f"{BATCH:,} events", batched, 0.6)):
            batches = _batches(number, 1 if wanted == 0.8 else BATCH)
            ours, bare = _measure(batches, synchronous, repeats)
            lines.append((f"{what}, {synchronous.upper()}", rate(ours), rate(bare), f"{ours / bare:.2f}"))
            goals.append(goal(f"{what} a transaction, {synchronous.upper()}", ours / bare, wanted))
    return Result(
        "W3, durable",
        ("a transaction, synchronous", "loyaltykit", "bare sqlite3", "share"),
        tuple(lines),
        (
            f"Events of {MEMBERS:,} members under the program of W2, recorded into a new SQLite file in WAL.",
            "The bare loop writes the same rows, taken from our side's own statements; the tables are compared.",
        ),
        tuple(goals),
    )


def _batches(number: int, size: int) -> list[list[Event]]:
    events = stateful.events(number, min(MEMBERS, number))
    return [events[start : start + size] for start in range(0, number, size)]


def _measure(batches: list[list[Event]], synchronous: str, repeats: int) -> tuple[float, float]:
    """Events a second of both sides, medians of runs that take turns."""
    number = sum(map(len, batches))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        heard = _listen(place / "heard.db", batches)
        taken: dict[str, list[float]] = {"ours": [], "bare": []}
        for turn in range(repeats):
            ours, bare = place / f"ours-{turn}.db", place / f"bare-{turn}.db"
            taken["ours"].append(_timed(ours, synchronous, lambda kit: _record(kit, batches)))
            taken["bare"].append(_timed_bare(bare, synchronous, heard))
            assert _content(ours) == _content(bare)
            for file in (ours, bare):
                file.unlink()
    return number / statistics.median(taken["ours"]), number / statistics.median(taken["bare"])


def _kit(executor: OwnExecutor) -> Loyalty:
    from loyaltykit.app import Loyalty
    from loyaltykit.program.load import Program
    from loyaltykit.store.sql import SqlStore

    return Loyalty(Program.from_dict(stateful.document(20)), store=SqlStore(executor))


def _connection(path: Path, synchronous: str) -> sqlite3.Connection:
    """A new file with our tables, opened as our side opens it."""
    open_sqlite(str(path)).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection


def _listen(path: Path, batches: list[list[Event]]) -> list[Transaction]:
    executor = Listening(_connection(path, "off"))
    with _kit(executor) as kit:
        _record(kit, batches)
    return executor.heard


def _record(kit: Loyalty, batches: list[list[Event]]) -> None:
    if len(batches[0]) == 1:
        for (event,) in batches:
            kit.record(event)
    else:
        for batch in batches:
            kit.record_many(batch)


def _timed(path: Path, synchronous: str, work: Callable[[Loyalty], None]) -> float:
    with _kit(OwnExecutor(_connection(path, synchronous))) as kit:
        return once(lambda: work(kit))[0]


def _timed_bare(path: Path, synchronous: str, heard: list[Transaction]) -> float:
    connection = _connection(path, synchronous)
    _write(connection, heard[:1])  # the program, as ours did before its clock started
    rest = heard[1:]
    taken, _ = once(lambda: _write(connection, rest))
    connection.close()
    return taken


def _write(connection: sqlite3.Connection, transactions: list[Transaction]) -> None:
    execute, executemany = connection.execute, connection.executemany
    for transaction in transactions:
        execute("BEGIN IMMEDIATE")
        for sql, rows in transaction:
            if len(rows) == 1:
                execute(sql, rows[0])
            else:
                executemany(sql, rows)
        execute("COMMIT")


def _content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours."""
    connection = sqlite3.connect(path)
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'loyalty_%'"
    ).fetchall()
    found = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for (name,) in tables}  # noqa: S608
    connection.close()
    assert found["loyalty_event"]
    return found


if __name__ == "__main__":
    from benchmarks.measure import text

    print(text(run()))
