"""Parquet as pandas, Spark and warehouses write it: rows are events like those of any other file."""

import datetime as dt
import decimal
import json

import pytest

from loyaltykit import Loyalty
from tests.cli.helpers import invoke

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

PROGRAM = """\
program: school
timezone: Europe/Moscow
events:
  lesson.completed:
    {course: text, score: optional number, tries: optional integer, paid: optional money, day: optional date,
     ok: optional boolean, tags: optional list<text>}
points: {xp: }
rules: [{id: lesson, on: lesson.completed, award: {xp: 10}}]
"""
NINE = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
MICROS = 1_788_253_200_000_000
"""That instant since 1970."""


@pytest.fixture
def school(tmp_path):
    return School(tmp_path)


class School:
    """Runs a file of one table; what was recorded is in `events`, what was refused in `refused`."""

    def __init__(self, folder):
        self._folder = folder
        self._url = f"sqlite:///{folder / 'school.db'}"
        (folder / "program.yaml").write_text(PROGRAM, "utf-8")

    def run(self, table, *arguments, **options):
        path = self._folder / "events.parquet"
        if isinstance(table, bytes):
            path.write_bytes(table)
        else:
            parquet.write_table(table, path, **options)
        return invoke("run", self._folder / "program.yaml", path, "--store", self._url, *arguments)

    def table(self, rows=2, **columns):
        usual = {
            "id": [f"e{n}" for n in range(rows)],
            "type": ["lesson.completed"] * rows,
            "member": [f"m{n}" for n in range(rows)],
            "at": arrow.array([NINE] * rows, arrow.timestamp("us", tz="UTC")),
            "course": ["py"] * rows,
        }
        return arrow.table({**usual, **columns})

    @property
    def events(self):
        """Id, type, microseconds and data of each."""
        with Loyalty.open(self._url) as kit, kit._journal.reading() as store:
            rows = [row for member in (1, 2, 3) for row in store.history(member)]
        return [(row.id, row.type, row.at, json.loads(row.data or "{}")) for row in sorted(rows)]

    @property
    def refused(self):
        path = self._folder / "school.quarantine.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


@pytest.mark.parametrize(
    "at",
    [
        arrow.array(["2026-09-01T12:00:00+03:00"]),
        arrow.array([NINE], arrow.timestamp("us", tz="UTC")),
        arrow.array([NINE], arrow.timestamp("s", tz="Europe/Moscow")),
        arrow.array([MICROS // 1_000], arrow.timestamp("ms", tz="+03:00")),
        arrow.array([MICROS * 1_000], arrow.timestamp("ns", tz="UTC")),
        arrow.array([MICROS * 1_000 + 999], arrow.timestamp("ns", tz="UTC")),
    ],
    ids=lambda at: str(at.type),
)
def test_an_instant_of_any_unit_is_the_instant(school, at):
    assert school.run(school.table(1, at=at)).exit_code == 0
    assert school.events == [("e0", "lesson.completed", MICROS, {"course": "py"})]


def test_columns_are_fields_and_nulls_are_no_values(school):
    table = school.table(
        score=arrow.array([0.5, None]),
        tries=arrow.array([3, None], arrow.int64()),
        paid=arrow.array([decimal.Decimal("10.50"), None]),
        day=arrow.array([dt.date(2026, 9, 1), None]),
        ok=arrow.array([True, None]),
        tags=arrow.array([["a", "b"], None]),
    )
    assert school.run(table, compression="zstd").exit_code == 0
    first, second = (data for *_, data in school.events)
    assert second == {"course": "py"}
    assert {**first, "paid": None} == {
        "course": "py", "score": 0.5, "tries": 3, "paid": None, "day": "2026-09-01", "ok": True, "tags": ["a", "b"],
    }  # fmt: skip
    assert float(first["paid"]) in (10.5, 1050)


def test_a_struct_named_data_holds_fields_too(school):
    table = school.table(data=arrow.array([{"score": 0.5}, {"score": None}]))
    assert school.run(table).exit_code == 0
    assert [data for *_, data in school.events] == [{"course": "py", "score": 0.5}, {"course": "py"}]


def test_a_column_of_integers_with_gaps_is_read_as_pandas_writes_it(school):
    table = school.table(3, tries=arrow.array([3.0, None, 2.5]), score=arrow.array([3.0, 1.0, 0.0]))
    school.run(table)
    assert [data.get("tries") for *_, data in school.events] == [3, None]
    assert type(school.events[0][3]["tries"]) is int
    assert [(one["code"], one["line"]) for one in school.refused] == [("event/field-type", 3)]


def test_ids_may_be_numbers_and_texts_may_be_bytes(school):
    table = school.table(
        id=arrow.array([41, 42]),
        member=arrow.array([7, 8], arrow.int32()),
        type=arrow.array(["lesson.completed"] * 2).dictionary_encode(),
        course=arrow.array(["питон".encode(), b"\xff"]),
    )
    school.run(table)
    assert [(id, data) for id, _, _, data in school.events] == [("41", {"course": "питон"})]
    assert [one["event"] for one in school.refused] == ["42"]


def test_what_a_file_lacks_is_said_once(school):
    table = arrow.table({"id": ["a", "b"], "kind": ["x", "y"], "at": ["2026-09-01T12:00:00+03:00"] * 2})
    result = school.run(table)
    assert result.exit_code == 1
    assert "type, member" in result.stderr
    twice = arrow.Table.from_arrays([arrow.array(["a"])] * 5, names=["id", "id", "type", "member", "at"])
    assert "missing: id; found: id, id" in school.run(twice).stderr


def test_one_row_that_is_no_python_value_is_refused_alone(school):
    far = arrow.array([2**62, MICROS, MICROS], arrow.timestamp("us", tz="UTC"))
    assert school.run(school.table(3, at=far)).exit_code == 0
    assert [id for id, *_ in school.events] == ["e1", "e2"]
    assert [(one["code"], one["line"]) for one in school.refused] == [("feed/row", 1)]


def test_a_time_without_an_offset_and_a_number_that_is_none_are_refused(school):
    naive = arrow.array([NINE.replace(tzinfo=None)] * 2, arrow.timestamp("us"))
    school.run(school.table(at=naive))
    school.run(school.table(score=arrow.array([float("nan"), 1.0])))
    assert [one["code"] for one in school.refused] == ["event/naive-time", "event/naive-time", "event/data"]


def test_more_rows_than_a_batch_and_a_file_that_is_cut_off(school, tmp_path):
    table = school.table(12_000, member=["m0"] * 12_000)
    assert json.loads(school.run(table, "--json").stdout)["recorded"] == 12_000
    whole = (tmp_path / "events.parquet").read_bytes()
    result = school.run(whole[: len(whole) // 2])
    assert result.exit_code == 1
    assert [one["code"] for one in school.refused] == ["feed/damaged"]


def test_the_same_file_again_changes_nothing(school):
    school.run(school.table())
    assert json.loads(school.run(school.table(), "--json").stdout)["recorded"] == 0
    assert len(school.events) == 2
