from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from loyaltykit.errors import StoreError
from loyaltykit.store import migrations, sql
from loyaltykit.store.migrations import migrate, statements
from loyaltykit.store.sqlite import open_sqlite, translated, within_host
from tests.store.suite import StoreSuite, entry


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "school.db")


class TestSqliteStore(StoreSuite):
    @pytest.fixture
    def store(self, path):
        return open_sqlite(path)


class TestHostStore(StoreSuite):
    """The same, inside a transaction that the host has open."""

    @pytest.fixture
    def store(self, path):
        open_sqlite(path).close()
        connection = sqlite3.connect(path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN IMMEDIATE")
        yield within_host(connection)
        connection.execute("ROLLBACK")
        connection.close()

    def test_nothing_changed_by_others(self, store):
        assert store.begin() is True
        store.rollback()


def test_another_connection_is_noticed(path):
    one, two = open_sqlite(path), open_sqlite(path)
    one.begin(), one.commit()
    assert one.begin(write=False) is False
    one.rollback()
    two.begin()
    two.set_advanced(5)
    two.commit()
    assert one.begin(write=False) is True
    assert one.advanced() == 5
    one.rollback()
    assert one.begin() is False
    one.rollback()
    one.close(), two.close()


def test_the_ledger_refuses_changes(path):
    store = open_sqlite(path)
    store.begin()
    store.add_members([(1, "ann")])
    store.add_entries([entry(10)])
    store.commit()
    store.close()
    connection = sqlite3.connect(path)
    for change in ("UPDATE loyalty_entry SET amount = 1000000", "DELETE FROM loyalty_entry"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(change)
    connection.close()


def test_it_is_wal_and_synchronous_as_asked(path):
    for asked, number in (("full", 2), ("normal", 1)):
        store = open_sqlite(path, synchronous=asked)
        assert store._all("PRAGMA synchronous") == [(number,)]
        assert store._all("PRAGMA journal_mode") == [("wal",)]
        assert store._all("PRAGMA foreign_keys") == [(1,)]
        store.close()
    with pytest.raises(StoreError, match="synchronous"):
        open_sqlite(path, synchronous="maybe")


def test_a_newer_schema_is_refused(path):
    open_sqlite(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO loyalty_schema VALUES (99, 'future')")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="upgrade loyaltykit") as caught:
        open_sqlite(path)
    assert caught.value.code == "store/newer"


def test_migrations_are_applied_once_and_all_or_nothing(path, monkeypatch):
    open_sqlite(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    assert migrate(connection) == []
    steps = migrations.migrations()
    broken = migrations.Migration(steps[-1].version + 1, "broken", "CREATE TABLE loyalty_x (a);\nCREATE TABEL y;\n")
    monkeypatch.setattr(migrations, "migrations", lambda: [*steps, broken])
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection)
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'loyalty_x'").fetchall()
    working = broken._replace(text="CREATE TABLE loyalty_x (a);")
    monkeypatch.setattr(migrations, "migrations", lambda: [*steps, working])
    assert migrate(connection) == [working.version]
    connection.close()


def test_a_file_is_cut_into_statements():
    text = "-- a; comment\nCREATE TABLE a (b);\nCREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  SELECT 1;\nEND;\n\n"
    assert [part.strip()[-4:] for part in statements(text)] == ["(b);", "END;"]


def test_files_that_are_not_ours(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("lessons are fun\n" * 200)
    damaged = tmp_path / "damaged.db"
    open_sqlite(str(damaged)).close()
    content = bytearray(damaged.read_bytes())
    content[100:] = b"\x99" * (len(content) - 100)
    damaged.write_bytes(content)
    for path in (text, damaged):
        with pytest.raises(StoreError) as caught:
            open_sqlite(str(path))
        assert caught.value.code == "store/corrupt"
        assert path.name in str(caught.value)
    assert text.read_text().startswith("lessons are fun")


def test_paths_that_cannot_be_opened(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere" / "school.db", "bad\0name"):
        with pytest.raises(StoreError) as caught:
            open_sqlite(str(path))
        assert caught.value.code in {"store/path", "store/failed"}


def test_a_database_that_cannot_be_written(path):
    open_sqlite(path).close()
    connection = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("CREATE TABLE x (y)")
    assert translated(caught.value).code == "store/read-only"
    connection.close()


def test_a_schema_table_of_somebody_else(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE loyalty_schema (something TEXT)")
    connection.close()
    with pytest.raises(StoreError) as caught:
        open_sqlite(path)
    assert caught.value.code == "store/foreign"


def test_a_closed_store_says_so(path):
    store = open_sqlite(path)
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.begin()


def test_a_locked_database_is_an_error_not_a_hang(path, monkeypatch):
    monkeypatch.setattr("loyaltykit.store.sqlite.BUSY_SECONDS", 0.05)
    one, two = open_sqlite(path), open_sqlite(path)
    one.begin()
    with pytest.raises(StoreError) as caught:
        two.begin()
    assert caught.value.code == "store/busy"
    one.rollback()
    two.begin()
    two.rollback()
    one.close(), two.close()


def _open_and_close(path: str) -> None:
    open_sqlite(path).close()


def test_processes_that_open_a_new_file_at_once(path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.map(_open_and_close, [path] * 8)
    connection = sqlite3.connect(path)
    applied = connection.execute("SELECT version FROM loyalty_schema ORDER BY version").fetchall()
    assert applied == [(step.version,) for step in migrations.migrations()]
    connection.close()


def test_a_host_connection_must_have_a_transaction(path):
    open_sqlite(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(StoreError) as caught:
        within_host(connection)
    assert caught.value.code == "store/autocommit"
    with pytest.raises(StoreError):
        within_host("school.db")
    connection.close()


def test_a_host_database_must_have_the_tables(path):
    connection = sqlite3.connect(path)
    with pytest.raises(StoreError) as caught:
        within_host(connection)
    assert caught.value.code == "store/no-tables"
    connection.close()


def test_what_goals_ask_is_found_by_an_index(path):
    store = open_sqlite(path)
    plan = store._executor.fetchall(f"EXPLAIN QUERY PLAN {sql._EFFECTS_OF}", ("campaigns.c", "exposure", 0, 9))
    assert "loyalty_effect_judged" in str(plan)
    store.close()


def test_messages_that_waited_channel_by_channel_wait_as_one(path, monkeypatch):
    steps = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: steps[:1])
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection)
    connection.execute("INSERT INTO loyalty_member (number, id) VALUES (1, 'ann')")
    before = [
        (1, "f1", "hello", "telegram", 100, "queued", '{"n":1}'),
        (1, "f1", "hello", "inbox", 100, "sent", '{"n":1}'),
        (1, "f1", "hello", "email", 100, "queued", '{"n":1}'),
        (1, "f2", "hello", "inbox", 200, "sent", ""),
        (1, "f3", "hello", "email", 300, "queued", ""),
    ]
    values = "member, effect, message, channel, at, status, facts"
    connection.executemany(f"INSERT INTO loyalty_outbox ({values}) VALUES (?, ?, ?, ?, ?, ?, ?)", before)
    connection.close()
    monkeypatch.undo()
    store = open_sqlite(path)
    store.begin(write=False)
    first, second = store.to_send(999, limit=9)
    assert (first.effect, first.channels, first.at, first.due, first.facts) == (
        "f1", '["telegram","email"]', 100, 100, '{"n":1}'
    )  # fmt: skip
    assert (second.effect, second.channels, second.status, second.purpose) == ("f3", '["email"]', "queued", "service")
    store.rollback()
    store.close()
