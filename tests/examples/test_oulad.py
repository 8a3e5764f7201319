"""The OULAD example on tables small enough to read, and on a piece of the real ones where they are."""

import datetime as dt
import lzma
import os
from itertools import islice, pairwise
from pathlib import Path

import pytest

from examples.oulad import adapter, fates, run, tables
from examples.oulad.__main__ import main
from loyaltykit import Program
from loyaltykit.rules.cases import run_cases

CLICKS = "code_module,code_presentation,id_student,id_site,date,sum_click"
INFO = (
    "code_module,code_presentation,id_student,gender,region,highest_education,imd_band,age_band,"
    "num_of_prev_attempts,studied_credits,disability,final_result"
)
TABLES = {
    "studentVle_AAA2013J": [
        CLICKS,
        "AAA,2013J,11,501,-2,4",
        "AAA,2013J,11,501,-2,1",
        "AAA,2013J,12,502,-2,3",
        "AAA,2013J,11,502,-2,2",
        "AAA,2013J,11,503,0,7",
        "AAA,2013J,12,501,40,1",
    ],
    "studentVle_BBB2013B": [CLICKS, "BBB,2013B,12,601,-1,5", "BBB,2013B,12,601,240,5"],
    "vle": [
        "id_site,code_module,code_presentation,activity_type,week_from,week_to",
        "501,AAA,2013J,oucontent,,",
        "502,AAA,2013J,forumng,,",
        "503,AAA,2013J,externalquiz,,",
        "601,BBB,2013B,homepage,,",
    ],
    "assessments": [
        "code_module,code_presentation,id_assessment,assessment_type,date,weight",
        "AAA,2013J,1,TMA,19.0,10.0",
        "AAA,2013J,2,TMA,30.0,20.0",
        "AAA,2013J,3,Exam,,100.0",
        "CCC,2014J,4,TMA,19.0,10.0",
    ],
    "studentAssessment": [
        "id_assessment,id_student,date_submitted,is_banked,score",
        "1,11,18,0,78",
        "1,12,20,0,",
        "2,11,31,1,90",
        "2,12,41,0,60",
        "3,11,39,0,55",
        "4,12,18,0,50",
    ],
    "studentRegistration": [
        "code_module,code_presentation,id_student,date_registration,date_unregistration",
        "AAA,2013J,11,-50.0,",
        "AAA,2013J,12,-40.0,39.0",
        "AAA,2013J,13,-30.0,100.0",
        "BBB,2013B,12,,",
        "CCC,2014J,14,-10.0,",
    ],
    "studentInfo": [
        INFO,
        "AAA,2013J,11,M,Wales,A,,0-35,0,60,N,Distinction",
        "AAA,2013J,12,F,Wales,A,,0-35,0,60,N,Withdrawn",
    ],
}
PEOPLE = {"11", "12", "13"}


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "oulad", TABLES)


def write(place, content):
    place.mkdir()
    for name, lines in content.items():
        with lzma.open(place / f"{name}.csv.xz", "wt", encoding="utf-8") as table:
            table.write("\n".join(lines) + "\n")
    return place


def of_type(found, *types):
    return [event for event in found if event.type in types]


def test_rows_become_events_of_four_types_with_stable_ids(folder):
    found = list(adapter.events(folder))
    clicks = {event.id: event for event in found if event.id.startswith("v:")}
    assert set(clicks) == {
        "v:2013-09-29:AAA2013J:11:501:1",
        "v:2013-09-29:AAA2013J:11:501:2",
        "v:2013-09-29:AAA2013J:12:502:1",
        "v:2013-09-29:AAA2013J:11:502:1",
        "v:2013-10-01:AAA2013J:11:503:1",
        "v:2013-11-10:AAA2013J:12:501:1",
        "v:2013-01-31:BBB2013B:12:601:1",
        "v:2013-09-29:BBB2013B:12:601:1",
    }
    assert clicks["v:2013-09-29:AAA2013J:11:501:1"].type == "resource.viewed"
    assert clicks["v:2013-09-29:AAA2013J:11:502:1"].type == "forum.visited"
    assert clicks["v:2013-10-01:AAA2013J:11:503:1"].type == "quiz.attempted"
    wanted = {"course": "AAA2013J", "site": "501", "activity": "oucontent", "clicks": 4}
    assert clicks["v:2013-09-29:AAA2013J:11:501:1"].data == wanted
    assert {event.member for event in found} == PEOPLE


def test_days_count_from_the_start_of_the_presentation(folder):
    dates = {event.id: event.at.astimezone(adapter.ZONE).date() for event in adapter.events(folder)}
    assert dates["v:2013-09-29:AAA2013J:11:501:1"] == dt.date(2013, 9, 29)
    assert dates["v:2013-01-31:BBB2013B:12:601:1"] == dt.date(2013, 1, 31)
    assert dates["s:AAA2013J:11:1"] == dt.date(2013, 10, 19)
    assert dates["r:AAA2013J:11"] == dt.date(2013, 8, 12)


def test_events_come_in_the_order_of_time_with_a_students_day_in_file_order(folder):
    found = list(adapter.events(folder))
    assert all(one.instant <= other.instant for one, other in pairwise(found))
    own = [event.id for event in found if event.member == "11" and event.id.startswith("v:2013-09-29:")]
    assert own == ["v:2013-09-29:AAA2013J:11:501:1", "v:2013-09-29:AAA2013J:11:501:2", "v:2013-09-29:AAA2013J:11:502:1"]
    hours = {event.at.astimezone(adapter.ZONE).hour for event in found}
    assert hours <= set(range(7, 24))


def test_the_same_tables_give_the_same_events(folder):
    assert list(adapter.events(folder)) == list(adapter.events(folder))


def test_a_submission_has_its_score_and_when_it_became_known(folder):
    found = {event.id: event for event in of_type(adapter.events(folder), "assessment.submitted")}
    assert set(found) == {"s:AAA2013J:11:1", "s:AAA2013J:12:1", "s:AAA2013J:11:3"}  # 2: banked; after the last click
    first = found["s:AAA2013J:11:1"]
    assert first.known_at == first.at + dt.timedelta(days=14)
    wanted = {"course": "AAA2013J", "assessment": "1", "kind": "TMA", "weight": 0.1, "score": 0.78, "late": False}
    assert first.data == wanted
    assert found["s:AAA2013J:12:1"].data["late"] is True
    assert "score" not in found["s:AAA2013J:12:1"].data
    assert "late" not in found["s:AAA2013J:11:3"].data


def test_everybody_enrolled_leaves_once_at_the_latest_with_the_last_day_of_clicks(folder):
    found = of_type(adapter.events(folder), "course.withdrawn", "course.ended")
    assert sorted(event.id for event in found) == ["e:AAA2013J:11", "e:AAA2013J:13", "e:BBB2013B:12", "w:AAA2013J:12"]
    assert [event.id for event in of_type(adapter.events(folder), "course.registered")] == [
        "r:AAA2013J:11",
        "r:AAA2013J:12",
        "r:AAA2013J:13",
    ]


def test_a_file_that_is_not_in_the_order_of_days_is_refused(tmp_path):
    shuffled = [CLICKS, "AAA,2013J,11,501,3,1", "AAA,2013J,11,501,2,1"]
    place = write(tmp_path / "oulad", {**TABLES, "studentVle_AAA2013J": shuffled})
    with pytest.raises(tables.DataMissing, match="not in the order of its days"):
        list(adapter.events(place))


def test_the_folder_is_given_or_in_the_environment_or_asked_for(folder, monkeypatch):
    monkeypatch.delenv(tables.VARIABLE, raising=False)
    with pytest.raises(tables.DataMissing, match=f"--data DIR.*{tables.VARIABLE}"):
        tables.find()
    assert tables.find(folder.parent) == folder
    assert tables.find(folder) == folder
    monkeypatch.setenv(tables.VARIABLE, str(folder.parent))
    assert tables.find() == folder
    with pytest.raises(tables.DataMissing, match=r"no studentRegistration\.csv\.xz"):
        tables.find(folder.parent.parent)


def test_students_are_shown_by_rule(folder):
    marks = {}
    for _ in run.watched(adapter.events(folder), marks):
        pass
    assert marks["12"].clicks == 4
    assert marks["12"].withdrawn
    assert marks["12"].before == 1
    found = fates.fates(folder, tables.presentations(folder), marks)
    assert [(fate.member, fate.why) for fate in found] == [
        ("11", "Of 1 who finished with distinction, the one in the middle by clicks")
    ]


@pytest.mark.skipif(tables.VARIABLE not in os.environ, reason=f"{tables.VARIABLE} is not set")
def test_the_real_tables_begin_in_order_with_unique_ids():
    found = list(islice(adapter.events(), 30_000))
    assert len({event.id for event in found}) == len(found)
    assert all(one.instant <= other.instant for one, other in pairwise(found))
    assert {event.type for event in found} >= {"resource.viewed", "forum.visited", "quiz.attempted"}


PROGRAM = Path(adapter.__file__).with_name("program.yaml")


@pytest.fixture(scope="module")
def results():
    return {result.name: result for result in run_cases(Program.load(PROGRAM))}


@pytest.mark.parametrize("name", [case.name for case in Program.load(PROGRAM).document.cases])
def test_the_programs_own_cases_hold(results, name):
    assert not results[name].problems
    assert [check for check in results[name].checks if not check.ok] == []


def test_the_program_speaks_both_languages_and_has_no_warnings():
    program = Program.load(PROGRAM)
    assert program.warnings == ()
    document = program.document
    for part in (document.points, document.badges, document.quests, document.streaks, document.rewards):
        assert all(set(one.label) == {"en", "ru"} for one in part.values())
    assert all(set(message.bodies) == {"en", "ru"} for message in document.messages.values())


def test_one_command_records_everything_and_again_nothing(folder, tmp_path, capsys):
    arguments = ["--data", str(folder), "--store", f"sqlite:///{tmp_path / 'oulad.db'}"]
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert "18 events, 3 students" in first
    assert "0 late, 0 refused" in first
    assert "Student 11" in first
    assert main(arguments) == 0
    again = capsys.readouterr().out
    assert "18 events, 18 of them recorded before" in again
    assert "0 ledger entries, 0 effects" in again
    assert again.split("\n\n")[1:] == first.split("\n\n")[1:]


def test_without_tables_the_command_says_what_to_do(tmp_path, capsys):
    assert main(["--data", str(tmp_path)]) == 2
    assert "studentRegistration.csv.xz" in capsys.readouterr().err
