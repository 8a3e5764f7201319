"""SQLite through the standard library: a connection of our own, or one that the host has open.

Our own: WAL, a busy timeout, `BEGIN IMMEDIATE` for every writing transaction, used by one caller at a time.
The host's: each of our transactions is a savepoint inside the host's, so nothing is committed and our errors leave the
host's transaction usable.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from typing import TYPE_CHECKING, Any, TypeVar

from loyaltykit.errors import StoreError
from loyaltykit.problems import echo
from loyaltykit.store.migrations import migrate
from loyaltykit.store.protocol import TAKEN
from loyaltykit.store.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

Connection = sqlite3.Connection
Result = TypeVar("Result")

BUSY_SECONDS = 30.0
SYNCHRONOUS = ("full", "normal", "off", "extra")
_CACHE_KIBIBYTES = 64 * 1024
_list = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_log = logging.getLogger("loyaltykit.store")


class SqliteExecutor:
    """Runs statements on a connection and turns SQLite's errors into StoreError."""

    among = "IN (SELECT value FROM json_each(?))"

    def __init__(self, connection: sqlite3.Connection) -> None:
        cursor = connection.cursor()
        cursor.row_factory = None  # a host's connection may have its own
        self.connection = connection
        self._execute = cursor.execute
        self._executemany = cursor.executemany
        self._cursor = cursor

    def listed(self, values: Collection[str] | Collection[int]) -> str:
        """One JSON array: the statement's text does not depend on how many values there are."""
        return _list(list(values))

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it changed."""
        try:
            return self._execute(sql, values).rowcount
        except sqlite3.Error as error:
            raise translated(error) from error

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        try:
            self._executemany(sql, rows)
        except sqlite3.Error as error:
            raise translated(error) from error

    def fetchall(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one query; all its rows."""
        try:
            return self._execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise translated(error) from error
        except UnicodeEncodeError as error:
            reason = error.reason
        raise StoreError(
            f"this text cannot be stored ({reason})", code="store/text"
        )  # out here: the error has the text


class OwnExecutor(SqliteExecutor):
    """A connection of our own, in driver-level autocommit: transactions begin and end where we say."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._version = -1

    def begin(self, *, write: bool = True) -> bool:
        """Start; True when another connection has committed since our last transaction."""
        self.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        version = self.fetchall("PRAGMA data_version")[0][0]
        if version == self._version:
            return False
        self._version = version
        return True

    def commit(self) -> None:
        """Commit; when that fails (a full disk) nothing of the transaction stays."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo; SQLite may have rolled back already after an error of its own."""
        if self.connection.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class HostExecutor(SqliteExecutor):
    """The host's connection with its open transaction: a savepoint is our transaction."""

    _open = False

    def begin(self, *, write: bool = True) -> bool:
        """Set a savepoint. What was read before may be the host's to roll back: always True."""
        del write
        if not self.connection.in_transaction:
            raise StoreError("the host's transaction has ended: open another one", code="store/autocommit")
        self.execute("SAVEPOINT loyaltykit")
        self._open = True
        return True

    def commit(self) -> None:
        """Keep what was written in the host's transaction; the host commits it or not."""
        self.execute("RELEASE loyaltykit")
        self._open = False

    def rollback(self) -> None:
        """Take back our part only; SQLite may have rolled back everything after an error of its own."""
        if self._open and self.connection.in_transaction:
            self.execute("ROLLBACK TO loyaltykit")
            self.execute("RELEASE loyaltykit")
        self._open = False

    def close(self) -> None:
        """The connection is the host's."""


def open_sqlite(path: str, *, synchronous: str = "full") -> SqlStore:
    """Open or create a database file (or ``:memory:``), bring its tables up to date; StoreError when that cannot be."""
    if synchronous not in SYNCHRONOUS:
        raise StoreError(f"synchronous must be one of {', '.join(SYNCHRONOUS)}", code="store/url")
    connection = _guarded(
        path, lambda: sqlite3.connect(path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    )
    try:
        _guarded(path, lambda: _prepare(connection, synchronous))
    except BaseException:
        connection.close()
        raise
    return SqlStore(OwnExecutor(connection))


def _prepare(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    _write_ahead(connection)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    applied = migrate(connection)
    connection.execute("BEGIN IMMEDIATE")  # a file that cannot be written is found out now
    connection.execute("ROLLBACK")
    if applied:
        _log.info("store: tables are at version %d", applied[-1])


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait here while somebody else switches the same new file, so we do."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def within_host(connection: object) -> SqlStore:
    """A store inside a transaction that the host has open on its sqlite3 connection; the tables must be there.

    A connection that opens transactions by itself (the driver's default) gets one opened, as its first INSERT would.
    Raises StoreError for a connection in autocommit without an open transaction.
    """
    if not isinstance(connection, sqlite3.Connection):
        raise StoreError("within() takes an open sqlite3 connection", code="store/connection")
    executor = HostExecutor(connection)
    if not connection.in_transaction:
        if (
            connection.isolation_level is None or getattr(connection, "autocommit", None) is True
        ):  # Python 3.12 has both
            raise StoreError(
                "within() needs an open transaction: this connection is in autocommit, execute BEGIN first",
                code="store/autocommit",
            )
        executor.execute("BEGIN IMMEDIATE")
    if not executor.fetchall("SELECT 1 FROM sqlite_master WHERE name = 'loyalty_schema'"):
        raise StoreError(
            "the tables are not there: open the same database with Loyalty(program, store='sqlite:///...') once first",
            code="store/no-tables",
        )
    return SqlStore(executor)


def _guarded(path: str, action: Callable[[], Result]) -> Result:
    """Do it; an error of SQLite's names the file."""
    try:
        return action()
    except sqlite3.Error as error:
        failed = translated(error)
        raise StoreError(f"{path}: {failed}", code=failed.code, details={"path": path}) from error
    except ValueError as error:
        raise StoreError(f"not a path: {echo(path)} ({error})", code="store/path") from error


_TROUBLES = (
    (("loyalty_event.id",), TAKEN, "an event id is taken"),
    (("locked", "busy"), "store/busy", "another writer holds the database for too long"),
    (("not a database", "malformed"), "store/corrupt", "this is not a SQLite database, or it is damaged"),
    (("readonly",), "store/read-only", "the database cannot be written"),
    (("unable to open",), "store/path", "the file cannot be opened: is it a file, in a folder that is there?"),
    (("no such table", "no such column", "has no column"), "store/foreign", "the tables are not loyaltykit's"),
)
"""Parts of what SQLite says, our code for it, and what it means."""


def translated(error: sqlite3.Error) -> StoreError:
    """What went wrong, in words that say what to do."""
    text = str(error)
    for parts, code, meaning in _TROUBLES:
        if any(part in text for part in parts):
            return StoreError(f"{meaning} ({text})", code=code)
    return StoreError(text)
