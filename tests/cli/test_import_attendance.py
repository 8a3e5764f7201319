"""Lists of who was there, as the services write them: every encoding, language and form of time finds its people."""

import csv
import json
from pathlib import Path

import pytest

import loyaltykit as lk
from loyaltykit.cli.attendance.reading import minutes, moment
from tests.cli.helpers import invoke

PROGRAM = """\
program: school
timezone: Europe/Moscow
events: {session.attended: {session: text, minutes: number}}
member: {name: text, email: text}
points: {xp: }
rules: [{id: there, on: session.attended, award: {xp: event.minutes}}]
rewards: {open-lesson: {kind: session, at: 2026-09-24T19:00, minutes: 90}}
"""
ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
812 3456 7890,Открытый урок,09/24/2026 06:55:00 PM,09/24/2026 08:30:00 PM,ann@school.example,95,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Анна Ким,ANN@school.example,09/24/2026 07:00:00 PM,09/24/2026 07:40:00 PM,40,No
Анна Ким (iPhone),ann@school.example,09/24/2026 07:30:00 PM,09/24/2026 08:00:00 PM,30,No
Борис,bob@school.example,09/24/2026 07:10:00 PM,09/24/2026 07:40:00 PM,30,Yes
Гость,,09/24/2026 07:00:00 PM,09/24/2026 07:05:00 PM,5,Yes
"""
ZOOM_RU = """\
Имя (настоящее имя),Электронная почта пользователя,Время входа,Время выхода,Продолжительность (минуты),Гость
Анна Ким,ann@school.example,24.09.2026 19:00:00 PM,24.09.2026 20:00:00 PM,60,Нет
Борис,bob@school.example,24.09.2026 19:10:00,24.09.2026 19:40:00,30,Да
"""
ZOOM_UNIQUE = """\
Name (Original Name),User Email,Total Duration (Minutes),Guest
Ann,ann@school.example,60,No
Bob,bob@school.example,30,No
"""
ZOOM_WEBINAR = """\
Attendee Report
Report Generated:,"Sep 24, 2026 09:00 PM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers
Урок,812 3456 7890,"Sep 24, 2026 07:00 PM",90,3,0,2
Attendee Details
Attended,User Name (Original Name),First Name,Last Name,Email,Approval,Join Time,Leave Time,Time in Session (minutes)
Yes,Ann,Ann,Kim,ann@school.example,approved,2026-09-24 19:00:00,2026-09-24 20:00:00,60
Yes,Bob,Bob,,bob@school.example,approved,2026-09-24 19:10:00,2026-09-24 19:40:00,30
No,Eve,Eve,,eve@school.example,approved,--,--,--
"""
TEAMS = """\
1. Summary
Meeting title\tОткрытый урок
Attended participants\t2
Start time\t9/24/26, 6:58:12 PM
End time\t9/24/26, 8:31:00 PM
Meeting duration\t1h 32m 48s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Ann Kim\t9/24/26, 7:00:00 PM\t9/24/26, 8:20:00 PM\t1h\tann@school.example\tann@school.example\tPresenter
Bob\t9/24/26, 7:10:00 PM\t9/24/26, 7:40:00 PM\t30m\tbob@school.example\tbob@school.example\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Ann Kim\t9/24/26, 7:00:00 PM\t9/24/26, 7:40:00 PM\t40m\tann@school.example\tPresenter
Ann Kim\t9/24/26, 8:00:00 PM\t9/24/26, 8:20:00 PM\t20m\tann@school.example\tPresenter
Bob\t9/24/26, 7:10:00 PM\t9/24/26, 7:40:00 PM\t30m\tbob@school.example\tAttendee
"""
TEAMS_SHORT = TEAMS.partition("\n3. ")[0]
MEET = """\
First name,Last name,Email,Duration,Time joined,Time exited
Ann,Kim,ann@school.example,1 hr,7:00 PM,8:00 PM
Bob,,bob@school.example,30 min,7:10\u202fPM,7:40\u202fPM
"""
GETCOURSE = """\
ID пользователя;Имя;Email;Телефон;Вошел;Вышел;Минут на вебинаре
101;Анна;ann@school.example;+7;24.09.2026 19:00;24.09.2026 20:00;60
102;Борис;bob@school.example;+7;24.09.2026 19:10;24.09.2026 19:40;30
"""
MTS = """\
Фамилия;Имя;E-mail;Роль;Вход;Выход;Длительность присутствия
Ким;Анна;ann@school.example;Участник;24.09.2026 19:00:00;24.09.2026 20:00:00;01:00:00
;Борис;bob@school.example;Участник;24.09.2026 19:10:00;24.09.2026 19:40:00;00:30:00
"""


@pytest.fixture
def school(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM), store=url) as kit:
        kit.update_member("m1", {"name": "Анна Ким", "email": "Ann@School.example"})
        kit.update_member("m2", {"name": "Борис", "email": "bob@school.example"})
    return tmp_path, url


def imported(school, raw, *arguments, code=0, name="list.csv"):
    folder, url = school
    path = folder / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    result = invoke("import-attendance", path, "--store", url, "--session", "open-lesson", "--json", *arguments)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if not code else result.output


def points(school):
    with lk.Loyalty.open(school[1]) as kit:
        return [kit.member(one).points["xp"].available for one in ("m1", "m2")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ZOOM, "zoom"), (ZOOM_RU, "zoom"), (ZOOM_UNIQUE, "zoom"), (ZOOM_WEBINAR, "zoom"), (TEAMS, "teams"),
        (TEAMS_SHORT, "teams"), (MEET, "meet"), (GETCOURSE, "getcourse"), (MTS, "mts-link"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_every_list_in_every_encoding_gives_the_same_people(school, text, kind, encoding):
    made = imported(school, text.replace("\u202f", " ").encode(encoding))
    assert (made["kind"], made["new"]) == (kind, 2)
    assert points(school) == [60, 30]


def test_the_same_list_changes_nothing_and_another_service_the_same_evening_neither(school):
    imported(school, ZOOM)
    again = imported(school, ZOOM)
    assert (again["new"], again["corrected"], again["same"]) == (0, 0, 2)
    assert imported(school, ZOOM_UNIQUE)["same"] == 2
    assert points(school) == [60, 30]


def test_a_corrected_list_corrects(school):
    imported(school, ZOOM)
    made = imported(school, ZOOM.replace("07:40:00 PM,30,Yes", "08:10:00 PM,60,Yes"))
    assert (made["corrected"], made["same"]) == (1, 1)
    assert points(school) == [60, 60]


def test_who_is_no_member_is_written_into_a_file_that_can_be_filled_in(school):
    made = imported(school, ZOOM)
    assert made["unmatched"] == 1
    rows = list(csv.DictReader(Path(made["unmatched_file"]).read_text("utf-8-sig").splitlines()))
    assert [(row["who"], row["member"], row["minutes"], row["reason"]) for row in rows] == [
        ("Гость", "", "5", "nothing-to-match")
    ]
    people = school[0] / "people.csv"
    people.write_text("who,member\nГость,m2\n", "utf-8")
    assert imported(school, ZOOM, "--people", people)["unmatched"] == 0


def test_nobody_is_guessed_by_name_unless_it_is_asked_for(school):
    text = ZOOM.replace("bob@school.example", "")
    assert imported(school, text)["unmatched"] == 2
    assert points(school) == [60, 0]
    assert imported(school, text, "--match", "name")["unmatched"] == 1
    assert points(school) == [60, 30]


def test_a_name_that_fits_two_members_fits_none(school):
    with lk.Loyalty.open(school[1]) as kit:
        kit.update_member("m3", {"name": "борис"})
    imported(school, ZOOM, "--match", "name")
    assert points(school)[1] == 0


def test_a_dry_run_writes_nothing(school):
    made = imported(school, ZOOM, "--dry-run")
    assert (made["new"], made["unmatched"], made["unmatched_file"]) == (2, 1, None)
    assert points(school) == [0, 0]
    assert not (school[0] / "list.csv.unmatched.csv").exists()


def test_columns_of_ones_own_are_named_in_a_map(school):
    mine = school[0] / "map.yaml"
    mine.write_text("columns: {email: Почта, minutes: [Сколько, Минут]}\n", "utf-8")
    imported(school, "Почта;Сколько\nann@school.example;60\nbob@school.example;30,5\n", "--map", mine)
    assert points(school) == [60, 30]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("a,b\n1,2\n", "--map"), ("", "--map"), (b"PK\x03\x04xlsx", "Excel"), (b"\x00\x01\x02" * 50, "--map"),
        (ZOOM.partition("\n\n")[0], "--map"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_said(school, raw, words):
    assert words in imported(school, raw, code=1)


def test_lines_that_nothing_can_be_made_of_are_named(school):
    made = imported(school, ZOOM + "Ева,eve@school.example,gestern,morgen,viel,No\n")
    assert made["bad_lines"] == [9]


def test_a_formula_in_a_name_stays_a_text(school):
    made = imported(school, ZOOM + "=HYPERLINK(1),,09/24/2026 07:00:00 PM,09/24/2026 07:05:00 PM,5,Yes\n")
    assert "'=HYPERLINK(1)" in Path(made["unmatched_file"]).read_text("utf-8")


def test_dates_tell_by_themselves_whether_the_day_comes_first(school):
    text = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    imported(
        school,
        text + "A,ann@school.example,24/09/2026 19:00,24/09/2026 20:00,60\n"
        "B,bob@school.example,24/09/2026 19:10,24/09/2026 19:40,30\n",
    )
    assert points(school) == [60, 30]


def test_it_speaks_russian(school):
    path = school[0] / "list.csv"
    path.write_text(ZOOM, "utf-8")
    said = invoke("import-attendance", path, "--store", school[1], "--session", "open-lesson", lang="ru").output
    assert "Новых: 2, исправлено: 0, без изменений: 0." in said
    assert "Не найдены среди участников: 1." in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("57", 57), ("57,5", 57.5), ("1h 2m 30s", 62.5), ("1 hr 2 min", 62), ("1 ч 2 мин 30 с", 62.5),
        ("01:02:30", 62.5),
        ("1:02", 62), ("45 мин", 45), ("90s", 1.5), ("", None), ("--", None), ("soon", None), ("1 fortnight", None),
    ],
)  # fmt: skip
def test_how_long_is_read_in_words_and_figures(text, told):
    assert minutes(text) == (None if told is None else pytest.approx(told))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("09/24/2026 07:01:33 PM", "2026-09-24T19:01:33"), ("9/24/26, 12:01 AM", "2026-09-24T00:01:00"),
        ("24.09.2026 19:01:33 PM", "2026-09-24T19:01:33"), ("2026-09-24 19:01", "2026-09-24T19:01:00"),
        ("2026-09-24T19:01:00+03:00", "2026-09-24T19:01:00+03:00"), ("24.09.2026", None), ("31.02.2026 10:00", None),
        ("19:01", None), ("nonsense 10:00", None), ("25:61", None),
    ],
)  # fmt: skip
def test_moments_are_read_in_the_ways_of_several_countries(text, told):
    found = moment(text, day_first=False, day=None)
    assert (found and found.isoformat()) == told


def told_apart(school, raw, session, *arguments, lang="en"):
    folder, url = school
    path = folder / "list.csv"
    path.write_text(raw, "utf-8")
    result = invoke("import-attendance", path, "--store", url, "--session", session, *arguments, lang=lang)
    assert result.exit_code == 0, result.output
    return result.stderr


def test_a_list_of_columns_alone_is_said_to_name_nobody(school):
    assert "nobody who was there" in told_apart(school, ZOOM_UNIQUE.partition("\n")[0], "open-lesson")
    nobody = "\n".join([*ZOOM_WEBINAR.splitlines()[:6], ZOOM_WEBINAR.splitlines()[-1]])
    assert "ни одного присутствовавшего" in told_apart(school, nobody, "open-lesson", lang="ru")
    assert told_apart(school, ZOOM_UNIQUE, "open-lesson") == ""


def test_a_session_that_may_be_a_slip_is_doubted_until_somebody_was_there(school):
    doubted = told_apart(school, ZOOM, "open-leson", "--dry-run")
    assert "did you mean open-lesson?" in doubted
    assert "возможно, имелась в виду open-lesson?" in told_apart(school, ZOOM, "open-leson", lang="ru")
    assert told_apart(school, ZOOM, "open-leson") == ""  # it was meant so
    assert "no session meet-the-team, and" in told_apart(school, ZOOM, "meet-the-team", "--dry-run")
