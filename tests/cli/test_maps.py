"""Mappings: rows of tables as schools export them become events; what is wrong with a mapping has a place."""

import json

import pytest

from loyaltykit.calendars import zone
from loyaltykit.cli.maps.cells import BadCell, CellReader
from loyaltykit.cli.maps.times import time_format
from loyaltykit.program.fields import DeclaredType
from loyaltykit.values import from_instant
from tests.cli.helpers import invoke, member, program_in, quarantined, run, store

MAP = """\
map: export
separator: ";"
decimal: ","
member: {column: Почта, lower: true}
at: Дата
events:
  - type: {column: Статус, values: {Завершён: lesson.completed}}
    id: [Почта, Урок, Дата]
    data: {course: Курс}
  - type: quiz.passed
    when: {Балл: {filled: true}}
    id: [Почта, Урок, Дата]
    data: {score: {column: Балл, divide: 100}}
"""
HEADER = "Почта;Курс;Урок;Статус;Балл;Дата"


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path)
    return tmp_path


def mapped(folder, *rows, text=MAP, header=HEADER, encoding="utf-8"):
    """Run a table through a mapping; the summary and the result."""
    (folder / "map.yaml").write_text(text, "utf-8")
    (folder / "table.csv").write_text("\r\n".join([header, *rows]) + "\r\n", encoding=encoding)
    return run(folder, folder / "table.csv", "--map", folder / "map.yaml")


def timeline(folder, id):
    return [item for item in member(folder, id)["timeline"] if item["kind"] == "event"]


def refused(folder):
    return [
        (row["line"], row["code"], row.get("column", "")) for row in quarantined(folder / "school.quarantine.jsonl")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_one_row_makes_the_events_that_fit_it_in_any_encoding(school, encoding):
    row = "Ann@X.ru ; Питон; Циклы ;Завершён;87,5;23.11.2026 14:05"
    summary, result = mapped(school, row, encoding=encoding)
    assert (result.exit_code, summary["recorded"]) == (0, 2)
    events = timeline(school, "ann@x.ru")
    assert sorted(item["name"] for item in events) == ["lesson.completed", "quiz.passed"]
    assert {item["at"] for item in events} == {"2026-11-23T11:05:00+00:00"}
    assert member(school, "ann@x.ru")["points"]["xp"]["available"] == 25


def test_ids_are_stable_so_overlapping_exports_add_nothing(school):
    row = "ann@x.ru;Питон;Циклы;Завершён;;23.11.2026 14:05"
    assert mapped(school, row)[0]["recorded"] == 1
    again, _ = mapped(school, row, row, "ann@x.ru;Питон;Списки;Завершён;;23.11.2026 15:05", encoding="cp1251")
    assert (again["recorded"], again["duplicates"]) == (1, 2)
    wider, _ = mapped(school, "новое;" + row, header="Примечание;" + HEADER, text=MAP.replace("at: Дата", "at: дата "))
    assert (wider["recorded"], wider["duplicates"]) == (0, 1)


def test_equal_rows_are_different_events_only_when_asked(school):
    repeats = MAP.replace("[Почта, Урок, Дата]", "{columns: [Почта, Урок, Дата], repeats: true}")
    row = "ann@x.ru;Питон;Циклы;Завершён;;23.11.2026 14:05"
    assert mapped(school, row, row, row, text=repeats)[0]["recorded"] == 3
    assert mapped(school, row, row, row, text=repeats)[0]["duplicates"] == 3


def test_a_column_can_be_the_id_and_constants_stand_for_cells(school):
    text = """\
map: orders
member: {value: ann}
at: {value: "2026-09-01T10:00:00+03:00"}
events: [{type: order.paid, id: Номер, data: {order: Номер, amount: Сумма}}]
"""
    summary, _ = mapped(school, "7,100.50", ",5", text=text, header="Номер,Сумма")
    assert (summary["recorded"], refused(school)) == (1, [(3, "cell/empty", "Номер")])
    assert timeline(school, "ann")[0]["detail"] == "7"


def test_rows_that_make_no_event_are_counted(school):
    text = MAP.replace("events:", "skip: {Курс: {contains: тест}}\nevents:", 1).replace(
        "    data: {course: Курс}", "    unless: {Урок: [Проба, null]}\n    data: {course: Курс}"
    )
    rows = [
        "a@x.ru;Мой ТЕСТ;Циклы;Завершён;90;23.11.2026 14:05",
        "a@x.ru;Питон;Проба;Завершён;;23.11.2026 14:05",
        "a@x.ru;Питон;;Завершён;;23.11.2026 14:05",
        "a@x.ru;Питон;Циклы;В процессе;;23.11.2026 14:05",
        "a@x.ru;Питон;Циклы;завершён;—;23.11.2026 14:05",
    ]
    summary, _ = mapped(school, *rows, text=text)
    assert (summary["recorded"], summary["tables"]["silent"], summary["rejected"]) == (1, 4, 0)


def test_bad_cells_go_to_quarantine_with_column_and_value(school):
    rows = [
        "a@x.ru;Питон;1;Завершён;;31.02.2026 14:05",
        ";Питон;2;Завершён;;23.11.2026 14:05",
        "a@x.ru;Питон;3;Завершён;много;23.11.2026 14:05",
        "a@x.ru;;4;Завершён;;23.11.2026 14:05",
        "a@x.ru;Питон;5;Завершён;;23.11.2026 14:05;лишнее",
    ]
    summary, _ = mapped(school, *rows)
    assert summary["recorded"] == 1
    assert sorted(refused(school)) == [
        (2, "cell/time", "Дата"),
        (3, "cell/empty", "Почта"),
        (4, "cell/number", "Балл"),
        (5, "event/missing-field", ""),
        (6, "feed/cells", ""),
    ]
    row = next(row for row in quarantined(school / "school.quarantine.jsonl") if row["line"] == 4)
    assert (row["value"], row["reason"]) == ("много", "Балл: not a number")


@pytest.mark.parametrize(
    ("otherwise", "recorded", "rejected", "silent"), [("reject", 1, 1, 0), ("skip", 1, 0, 1), ("keep", 2, 0, 0)]
)
def test_a_text_that_is_not_among_the_values(school, otherwise, recorded, rejected, silent):
    source = f"{{column: Курс, values: {{Питон: py}}, otherwise: {otherwise}}}"
    rows = [f"a@x.ru;{course};{course};Завершён;;23.11.2026 14:05" for course in ("Питон", "Дизайн")]
    summary, _ = mapped(school, *rows, text=MAP.replace("course: Курс", f"course: {source}"))
    assert (summary["recorded"], summary["rejected"], summary["tables"]["silent"]) == (recorded, rejected, silent)


def test_columns_can_be_joined(school):
    text = MAP.replace("course: Курс", "course: {columns: [Курс, Урок], join: /}")
    mapped(school, "a@x.ru;Питон;Циклы;Завершён;;23.11.2026 14:05", text=text)
    id = timeline(school, "a@x.ru")[0]["detail"]
    why = invoke("explain", "a@x.ru", "--event", id, "--store", store(school))
    assert "course: Питон/Циклы" in why.stdout


def test_times_of_a_clock_change_are_counted(school):
    text = MAP.replace("at: Дата", "at: Дата\nzone: Europe/Berlin")
    rows = [f"a@x.ru;Питон;{hour};Завершён;;{day} 02:30" for hour, day in ((1, "25.10.2026"), (2, "29.03.2026"))]
    summary, _ = mapped(school, *rows, text=text)
    assert summary["recorded"] == 2
    assert (summary["tables"]["twice"], summary["tables"]["missing"]) == (1, 1)
    assert sorted(item["at"] for item in timeline(school, "a@x.ru")) == [
        "2026-03-29T01:00:00+00:00",  # 02:30 did not exist: the first moment after the gap
        "2026-10-25T00:30:00+00:00",  # 02:30 came twice: the first
    ]


def test_a_mapping_that_does_not_fit_names_the_nearest_column(school):
    _, result = mapped(school, "x", header="Почта;Курс;Урок;Статус;Баллы;Время")
    message = json.loads(result.stdout)["error"]["message"]
    assert result.exit_code == 1
    assert "there is no column Балл; did you mean Баллы?" in message
    assert "Почта | Курс | Урок | Статус | Баллы | Время" in message


def test_the_first_mapping_that_fits_a_table_reads_it(school):
    other = MAP.replace("map: export", "map: other").replace("Почта", "Email")
    (school / "other.yaml").write_text(other, "utf-8")
    (school / "other.csv").write_text(f"Email{HEADER[5:]}\na@x.ru;Питон;1;Завершён;;23.11.2026 14:05\n", "utf-8")
    (school / "map.yaml").write_text(MAP, "utf-8")
    (school / "table.csv").write_text(f"{HEADER}\na@x.ru;Питон;2;Завершён;;23.11.2026 15:05\n", "utf-8")
    both = (school / "table.csv", school / "other.csv", "--map", school / "map.yaml", "--map", school / "other.yaml")
    assert run(school, *both)[0]["recorded"] == 2


def test_lines_above_the_header_are_left_out(school):
    text = MAP.replace("map: export", "map: export\nheader: 3")
    rows = ["", HEADER, "a@x.ru;Питон;1;Завершён;;23.11.2026 14:05"]
    summary, _ = mapped(school, *rows, text=text, header="Отчёт за ноябрь")
    assert summary["recorded"] == 1


WRONG = [
    ("separator: ;;", "map/separator", 2),
    ("encoding: cp1252", "document/one-of", 2),
    ("zone: Europe/Moscwo", "map/zone", 2),
    ("times: MM-YYYY", "map/time-format", 2),
    ("heder: 2", "document/unknown-key", 2),
    ("events: [{type: lesson.complete, data: {course: К}}]", "map/unknown-type", 2),
    ("events: [{type: lesson.completed, data: {curse: К, course: К}}]", "", 2),
    ("events: [{type: lesson.completed}]", "map/missing-field", 2),
    ("events: [{type: {column: Статус}, data: {}}]", "map/type-values", 2),
    ("events: [{type: {column: A, value: b}, data: {}}]", "map/source", 2),
    ("events: [{type: lesson.completed, data: {course: {colum: К}}}]", "document/unknown-key", 2),
    ("events: []", "document/too-few", 2),
    ("decimal: ';'", "document/one-of", 2),
]


@pytest.mark.parametrize(("line", "code", "number"), WRONG)
def test_what_is_wrong_with_a_mapping_has_a_place(school, line, code, number):
    key = line.partition(":")[0]
    base = {"member": "member: М", "at": "at: Д", "events": "events: [{type: lesson.completed, data: {course: К}}]"}
    text = "\n".join(["map: m", line, *(value for name, value in base.items() if name != key)])
    (school / "map.yaml").write_text(text, "utf-8")
    (school / "t.csv").write_text("М;Д;К\n", "utf-8")
    arguments = ("run", school / "program.yaml", school / "t.csv", "--map", school / "map.yaml", "--store", "memory:")
    result = invoke(*arguments, "--quarantine", school / "q.jsonl", lang="ru")
    if not code:
        assert result.exit_code == 0
        return
    assert result.exit_code == 1
    assert f"{school / 'map.yaml'}:{number}:" in result.stderr
    assert f"[{code}]" in result.stderr


def reader(decimal=","):
    return CellReader(zone("Europe/Moscow"), decimal)


NUMBERS = [
    ("1990", 1990),
    ("1\N{NO-BREAK SPACE}990,50", 1990.5),
    ("12 900,00 руб.", 12900),
    ("−5,5", -5.5),
    ("1.234.567,8", 1234567.8),
    ("85%", 0.85),
    ("€ 10", 10),
    ("0,29", 0.29),
    ("0.5", 0.5),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_numbers_as_offices_write_them(text, value):
    assert reader().typed(text, DeclaredType(kind="number"), "x") == value


@pytest.mark.parametrize("text", ["", "много", "1,2,3", "1 2", "NaN", "1e9", "--1", "٣", "1" * 40])
def test_what_is_not_a_number(text):
    with pytest.raises(BadCell):
        reader().typed(text, DeclaredType(kind="number"), "x")


def test_a_point_is_not_mistaken_for_thousands_and_a_comma_not_for_a_decimal_mark():
    assert reader(".").typed("1,990.5", DeclaredType(kind="number"), "x") == 1990.5
    with pytest.raises(BadCell):
        reader(".").typed("0,125", DeclaredType(kind="number"), "x")


TYPES = [
    ("money", "1 990,50", "1990.50"),
    ("integer", "5", 5),
    ("boolean", "Да", True),
    ("boolean", "нет", False),
    ("date", "01.02.2026", "2026-02-01"),
    ("instant", "01.02.2026 10:00", "2026-02-01T07:00:00+00:00"),
    ("text", "как есть", "как есть"),
]


@pytest.mark.parametrize(("kind", "text", "value"), TYPES)
def test_cells_become_values_of_the_declared_type(kind, text, value):
    assert reader().typed(text, DeclaredType(kind=kind), "x") == value


@pytest.mark.parametrize(("kind", "text"), [("integer", "1,5"), ("boolean", "maybe"), ("date", "soon")])
def test_cells_that_are_not_of_the_declared_type(kind, text):
    with pytest.raises(BadCell) as caught:
        reader().typed(text, DeclaredType(kind=kind), "Столбец")
    assert (caught.value.column, caught.value.text) == ("Столбец", text)


TIMES = [
    ("DD.MM.YYYY hh:mm", "23.11.2026 14:05", (2026, 11, 23, 14, 5)),
    ("DD.MM.YYYY hh:mm", "3.1.2026 4:05", (2026, 1, 3, 4, 5)),
    ("DD.MM.YY", "23.11.26", (2026, 11, 23)),
    ("MM/DD/YYYY hh:mm:ss", "11/23/2026 14:05:06", (2026, 11, 23, 14, 5, 6)),
    ("DD.MM.YYYY в hh:mm", "23.11.2026 в 14:05", (2026, 11, 23, 14, 5)),
]


@pytest.mark.parametrize(("pattern", "text", "parts"), TIMES)
def test_time_patterns(pattern, text, parts):
    written = time_format(pattern).read(text)
    assert tuple(written.timetuple())[: len(parts)] == parts


@pytest.mark.parametrize("pattern", ["", "YYYY", "DD.MM", "DD.MM.YYYY HH:mm", "DD.MM.YYYY DD", 7])
def test_what_is_no_time_pattern(pattern):
    assert time_format(pattern) is None


def test_the_usual_forms_of_times_are_known_without_saying():
    for text in ("23.11.2026 14:05", "23.11.2026 14:05:00", "2026-11-23 14:05", "2026-11-23T11:05:00Z"):
        assert reader().moment(text, "x") == from_instant(1_795_431_900_000_000)
