"""run: what is read, in which order, what goes into quarantine, how it goes on after a stop."""

import codecs
import gzip
import json
import lzma
import random
import sys
from collections import Counter
from contextlib import contextmanager

import pytest

from loyaltykit.cli.failing import Failure
from loyaltykit.cli.feed import ordering
from loyaltykit.cli.feed.jsonl import looks_ordered, read_jsonl
from loyaltykit.cli.feed.opening import open_events
from tests.cli.helpers import event, invoke, jsonl, member, program_in, quarantined, run, store


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path)
    return tmp_path


def lessons(number, member="ann"):
    return [event(f"{member}-{day:03}", at=f"2026-09-{1 + day % 28:02}T{8 + day // 28:02}:00:00+03:00", member=member)
            for day in range(number)]  # fmt: skip


@contextmanager
def opened(path):
    source = open_events(str(path), "en")
    try:
        yield source
    finally:
        source.close()


def glance(path):
    with opened(path) as source:
        return looks_ordered(source)


def items_of(path):
    with opened(path) as source:
        return list(read_jsonl(source))


def test_a_run_says_what_it_recorded(school):
    jsonl(school / "events.jsonl", event("e1"), event("e2", at="2026-09-02T10:00:00+03:00"))
    result = invoke("run", school / "program.yaml", school / "events.jsonl", "--store", store(school))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("recorded 2 events in ")
    assert lines[1:] == ["posted 2 ledger entries, 2 effects"] or len(lines) == 2
    assert member(school)["points"]["xp"]["available"] == 20


def test_a_second_run_changes_nothing_and_adds_nothing_to_the_quarantine(school):
    path = jsonl(school / "events.jsonl", event("e1"), "{broken", event("e2", type="lesson.complete"))
    first, _ = run(school, path)
    second, _ = run(school, path)
    assert (first["recorded"], first["rejected"]) == (1, 2)
    assert (second["recorded"], second["duplicates"], second["rejected"]) == (0, 1, 2)
    assert len(quarantined(school / "school.quarantine.jsonl")) == 2


def test_what_is_rejected_stands_in_the_quarantine_with_place_reason_and_text(school):
    path = jsonl(
        school / "events.jsonl",
        event("e1"),
        '{"id": "e2", "type": ',
        event("e3", type="lesson.complete"),
        event("e4", type="quiz.passed", score="high"),
        event("e5", at="2026-09-01T10:00:00"),
        event("e1", at="2026-09-07T10:00:00+03:00"),
        {**event("e6"), "extra": 1},
        "",
        "null",
        event("e7"),
    )
    summary, result = run(school, path)
    assert result.exit_code == 0
    assert (summary["recorded"], summary["rejected"]) == (2, 7)
    rows = {row["line"]: row for row in quarantined(school / "school.quarantine.jsonl")}
    assert {line: row["code"] for line, row in rows.items()} == {
        2: "feed/json",
        3: "event/unknown-type",
        4: "event/field-type",
        5: "event/naive-time",
        6: "event/conflict",
        7: "event/unknown-key",
        9: "event/kind",
    }
    assert rows[3]["file"] == str(path)
    assert "did you mean lesson.completed?" in rows[3]["reason"]
    assert rows[2]["raw"] == '{"id": "e2", "type": '
    assert json.loads(rows[4]["raw"])["data"] == {"score": "high"}
    assert summary["reasons"]["event/conflict"] == 1


def test_a_file_out_of_order_is_folded_in_the_order_of_time(school):
    events = lessons(20)
    random.Random(1).shuffle(events)
    summary, _ = run(school, jsonl(school / "events.jsonl", *events))
    assert (summary["recorded"], summary["late"]) == (20, 0)
    assert member(school, at="2026-09-20T23:00:00+03:00")["streaks"]["study"]["length"] == 20


def test_streaming_does_not_sort_so_old_events_are_late(school):
    path = jsonl(school / "events.jsonl", event("e2", at="2026-09-20T10:00:00+03:00"), event("e1"))
    summary, _ = run(school, path, "--stream", "--batch", 1)
    assert (summary["recorded"], summary["late"]) == (2, 1)


def test_several_files_are_merged_by_time(school):
    one = jsonl(school / "one.jsonl", *lessons(10)[::2])
    two = jsonl(school / "two.jsonl", *lessons(10)[1::2])
    summary, _ = run(school, one, two, "--batch", 1)
    assert (summary["recorded"], summary["late"]) == (10, 0)
    assert member(school, at="2026-09-10T23:00:00+03:00")["streaks"]["study"]["length"] == 10


def test_until_leaves_later_events_and_lets_time_pass(school):
    path = jsonl(
        school / "events.jsonl",
        event("e1", type="order.paid", order="1", amount="100.00"),
        event("e2", at="2026-10-01T00:00:00+03:00"),
    )
    summary, _ = run(school, path, "--until", "2026-10-01")
    assert (summary["recorded"], summary["later"]) == (1, 1)
    assert member(school, at="2026-10-01T00:00:00+03:00")["points"]["stars"]["available"] == 1
    summary, _ = run(school, path)
    assert (summary["recorded"], summary["duplicates"]) == (1, 1)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
@pytest.mark.parametrize("name", ["events.jsonl", "events", "-"])
def test_compressed_files_and_standard_input(school, pack, name):
    content = pack("".join(json.dumps(line) + "\n" for line in lessons(5)).encode())
    (school / "events").write_bytes(content)
    (school / "events.jsonl").write_bytes(content)
    summary, _ = run(school, *(["-"] if name == "-" else [school / name]), given=content)
    assert summary["recorded"] == 5


def test_a_table_with_the_events_own_columns(school):
    rows = [
        "id,type,member,at,course,score,passed,taken",
        "e1,lesson.completed,Анна,2026-09-01T10:00:00+03:00,py,,,",
        "e2,quiz.passed,Анна,2026-09-01T11:00:00+03:00,,0.5,да,01.09.2026",
        '"e3",quiz.passed,"Анна",2026-09-01T12:00:00+03:00,,many,,',
        "e4,lesson.completed,Анна",
    ]
    for encoding, separator in (("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", ","), ("cp1251", "\t")):
        (school / "events.csv").write_text("\n".join(rows).replace(",", separator), encoding=encoding)
        summary, _ = run(school, school / "events.csv")
        assert (summary["recorded"] + summary["duplicates"], summary["rejected"]) == (2, 2), encoding
    found = [(row["line"], row["code"], row.get("column")) for row in quarantined(school / "school.quarantine.jsonl")]
    assert set(found) == {(4, "cell/number", "score"), (5, "feed/cells", None)}
    assert member(school, "Анна")["points"]["xp"]["available"] == 20


def test_a_cell_with_line_breaks_is_one_row_and_the_next_row_keeps_its_number(school):
    text = 'id,type,member,at,course\ne1,lesson.completed,ann,2026-09-01T10:00:00Z,"two\nlines"\nbad\n'
    (school / "events.csv").write_text(text)
    summary, _ = run(school, school / "events.csv")
    assert summary["recorded"] == 1
    assert quarantined(school / "school.quarantine.jsonl")[0]["line"] == 4


DAMAGED = [
    (gzip.compress(b"x" * 100_000)[:-20], 1, "feed/damaged"),
    (b"\x1f\x8b\x08\x00garbage", 1, "feed/damaged"),
    (lzma.compress("".join(f"{number}\n" for number in range(99_999)).encode())[:-400], 1, "feed/damaged"),
]


@pytest.mark.parametrize(("content", "code", "reason"), DAMAGED)
def test_a_damaged_file_is_said_to_be_damaged(school, content, code, reason):
    (school / "events.jsonl").write_bytes(content)
    summary, result = run(school, school / "events.jsonl")
    assert result.exit_code == code
    assert summary["reasons"][reason] == 1


def test_a_truncated_file_is_recorded_as_far_as_it_goes(school):
    rng = random.Random(3)
    lines = "".join(
        json.dumps(event(f"{rng.random()}", note=str(rng.random()), course="py")) + "\n" for _ in range(900)
    )
    content = gzip.compress(lines.encode())
    (school / "events.jsonl.gz").write_bytes(content[: len(content) // 2])
    summary, result = run(school, school / "events.jsonl.gz")
    assert result.exit_code == 1
    assert summary["recorded"] > 100
    assert summary["reasons"]["feed/damaged"] == 1


NO_EVENTS = [
    (b"", "events.jsonl", 0, ""),
    (b"\n\n \n", "events.jsonl", 0, ""),
    (b"", "events.csv", 0, ""),
    (b"\x00\x01\x02\x7fELF", "events.jsonl", 1, "not a text file"),
    (b"PK\x03\x04", "events.csv", 1, "save it as CSV"),
    (b"a,b\n1,2\n", "events.csv", 1, "needs the columns id, type, member, at"),
    (b"PAR1....PAR1", "events.parquet", 2, "[parquet]"),
    (b'{"id": 1e999}\n[\n', "events.jsonl", 1, ""),
]


@pytest.mark.parametrize("holds", NO_EVENTS, ids=str)
def test_what_holds_no_events(school, holds, monkeypatch):
    content, name, code, words = holds
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (school / name).write_bytes(content)
    result = invoke("run", school / "program.yaml", school / name, "--store", store(school))
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_hostile_lines_are_refused_one_by_one(school):
    lines = [
        json.dumps(event("good")).encode(),
        '{"id": "ж"}'.encode("cp1251"),
        b"[" * 100_000,
        b'{"id": "x", "data": {"n": ' + b"9" * 10_000 + b"}}",
        json.dumps(event("long", course="x" * 2_000_000)).encode(),
        json.dumps(event("\ud800")).encode(),
        json.dumps(event("better")).encode(),
    ]
    (school / "events.jsonl").write_bytes(codecs.BOM_UTF8 + b"\r\n".join(lines))
    summary, result = run(school, school / "events.jsonl")
    assert summary["recorded"] == 2
    assert summary["rejected"] == 5
    assert "Traceback" not in result.output
    rows = quarantined(school / "school.quarantine.jsonl")
    assert sorted(row["line"] for row in rows) == [2, 3, 4, 5, 6]
    assert max(len(row["raw"]) for row in rows) <= 10_000


def test_undeclared_fields_are_counted(school):
    path = jsonl(school / "events.jsonl", event("e1", course="py", mood="good"))
    result = invoke("run", school / "program.yaml", path, "--store", store(school))
    assert "fields that the program does not declare: lesson.completed.mood (1)" in result.stdout


def test_another_program_on_the_same_store_is_refused(school):
    path = jsonl(school / "events.jsonl", event("e1"))
    run(school, path)
    text = (school / "program.yaml").read_text().replace("xp: 10", "xp: 11")
    program_in(school, text)
    result = invoke("run", school / "program.yaml", path, "--store", store(school))
    assert result.exit_code == 1
    assert "program/not-adopted" in result.stderr


def test_sorting_spills_what_does_not_fit(school, monkeypatch):
    monkeypatch.setattr(ordering, "_BLOCK", 3)
    events = lessons(100)
    random.Random(2).shuffle(events)
    path = jsonl(school / "events.jsonl", *events)
    gathered = ordering.Sorted(limit=7)
    for item in items_of(path):
        gathered.add(item)
    assert gathered.spilled == 14
    keys = [ordering.order_of(item) for item in gathered.items()]
    assert keys == sorted(keys)
    assert len(keys) == 100


def test_a_glance_tells_ordered_files_from_others(school):
    events = sorted(lessons(30), key=lambda raw: raw["at"])
    assert glance(jsonl(school / "a", *events))
    assert not glance(jsonl(school / "b", *events[::-1]))
    mixed = [event("e1", at="2026-09-01T10:00:00+03:00"), event("e2", at="2026-09-01T09:00:00+01:00")]
    assert glance(jsonl(school / "c", *mixed))
    assert not glance(jsonl(school / "d", *mixed[::-1]))


def test_a_glance_is_not_misled_by_other_things_called_at(school):
    """A field named `at`, a text "at", an escaped key, times in other forms: such lines are parsed."""
    events = sorted(lessons(12), key=lambda raw: raw["at"])
    for number, raw in enumerate(events):
        raw["data"] |= {"at": f"2026-01-01T00:00:{59 - number}+00:00", "word": "at"}
    dumped = [json.dumps({key: raw[key] for key in ("data", "id", "type", "member", "at")}) for raw in events]
    escaped = [line.replace('"at": "2026-09', '"\\u0061t": "2026-09') for line in dumped]
    spaced = [line.replace("T08:00:00+03:00", " 05:00+00:00") for line in dumped]
    for name, lines in (("a", dumped), ("b", escaped), ("c", spaced)):
        assert glance(jsonl(school / f"{name}.jsonl", *lines, "{broken", '{"at": "2020-01-01T10:00:00"}'))
        assert not glance(jsonl(school / f"{name}.jsonl", *lines[::-1]))


def test_a_file_that_changes_while_it_is_read_is_sorted_from_there(school):
    items = items_of(jsonl(school / "events.jsonl", *lessons(10)[:5], *lessons(9)[:5:-1]))
    keys = [ordering.order_of(item) for item in ordering.watched(iter(items))]
    assert keys[6:] == sorted(keys[6:])
    assert len(keys) == len(items)


def test_any_batch_size_comes_to_the_same(school, tmp_path_factory):
    events = [one for name in ("ann", "bob", "eve") for one in lessons(25, name)]
    random.Random(4).shuffle(events)
    seen = Counter()
    for batch in (1, 7, 5_000):
        folder = tmp_path_factory.mktemp("batch")
        program_in(folder)
        run(folder, jsonl(folder / "events.jsonl", *events), "--batch", batch, "--until", "2026-12-01")
        seen[json.dumps([member(folder, name) for name in ("ann", "bob", "eve")], sort_keys=True)] += 1
    assert len(seen) == 1


def test_an_archive_is_named_in_russian_too(school):
    (school / "events.xlsx").write_bytes(b"PK\x03\x04....")
    with pytest.raises(Failure, match="сначала сохраните"):
        open_events(str(school / "events.xlsx"), "ru")
