"""The shipped mapping for a GetCourse-like platform: its sample exports run, and its program keeps its promises."""

import json

from tests.cli.helpers import ROOT, invoke, quarantined

HERE = ROOT / "examples" / "getcourse"


def command(folder):
    return (
        "run", HERE / "program.yaml", HERE / "orders.csv", HERE / "lessons.csv",
        "--map", HERE / "orders.map.yaml", "--map", HERE / "lessons.map.yaml",
        "--store", f"sqlite:///{folder / 'school.db'}", "--until", "2026-10-01",
    )  # fmt: skip


def test_the_program_passes_check_and_test():
    assert invoke("check", HERE / "program.yaml").exit_code == 0
    assert invoke("test", HERE / "program.yaml").exit_code == 0


def test_the_exports_are_what_russian_office_programs_write():
    content = (HERE / "orders.csv").read_bytes()
    assert b"\r\n" in content
    assert "Стоимость, RUB".encode("cp1251") in content
    assert "12\N{NO-BREAK SPACE}900,00".encode("cp1251") in content


def test_both_exports_run_through_their_maps(tmp_path):
    result = invoke(*command(tmp_path), "--json")
    assert result.exit_code == 0
    summary = json.loads(result.stdout)
    assert (summary["recorded"], summary["rejected"], summary["tables"]["silent"]) == (12, 4, 5)
    rows = {(row["column"], row["value"]) for row in quarantined(tmp_path / "school.quarantine.jsonl")}
    assert rows == {
        ("Стоимость, RUB", "бесплатно"),
        ("Дата", "31.09.2026 09:30"),
        ("Email", ""),
        ("Тренинг", "Дизайн"),
    }
    again = json.loads(invoke(*command(tmp_path), "--json").stdout)
    assert (again["recorded"], again["duplicates"]) == (0, 12)


def test_what_a_student_has_afterwards(tmp_path):
    invoke(*command(tmp_path))
    show = (
        "member",
        "anna@mail.example",
        "--store",
        f"sqlite:///{tmp_path / 'school.db'}",
        "--at",
        "2026-10-01",
        "--json",
    )
    view = json.loads(invoke(*show).stdout)
    assert view["points"]["stars"]["available"] == 228
    assert view["points"]["xp"]["available"] == 128
    assert view["quests"]["second-try"]["done"]
    assert list(view["badges"]) == ["persistent"]
    assert [letter["message"] for letter in view["inbox"]] == ["come-back"]
