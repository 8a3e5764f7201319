"""The demo: the same seed tells the same, a replay counts the same, the screen says what the store says."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections import Counter
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from loyaltykit.app import Loyalty
from loyaltykit.app.rows import to_effect
from loyaltykit.cli.demo import rates, run_demo
from loyaltykit.cli.demo.left import shipped
from loyaltykit.cli.demo.post import Paper
from loyaltykit.cli.demo.student import NEVER, Heard, Student
from loyaltykit.cli.demo.words import count, why
from loyaltykit.cli.group import cli
from loyaltykit.cli.output import cells
from loyaltykit.cli.overlay.news import Shown
from loyaltykit.cli.overlay.replaying import Replay
from loyaltykit.program.load import Program, check
from loyaltykit.rules.cases import run_cases
from loyaltykit.values import Event, from_instant

LANGS = ("ru", "en")
SECONDS = re.compile(r"[\d.,]+ (с|s)$", re.MULTILINE)
RUN = [sys.executable, "-c", "from loyaltykit.cli import main; main()"]


@pytest.fixture(autouse=True)
def _piped(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def tell(tmp_path, monkeypatch, capsys):
    """Run the demo in a folder and give its screen."""
    monkeypatch.chdir(tmp_path)

    def told(lang="ru", *, out="out", seed=7, students=10, days=20, effect=1.0):
        assert run_demo(Path(out), lang, seed=seed, students=students, days=days, effect=effect) == 0
        return capsys.readouterr().out

    return told


@pytest.fixture(scope="module")
def stories(tmp_path_factory):
    """One story in each language, told once for all tests: the screen and the folder."""
    found = {}
    for lang in LANGS:
        folder = tmp_path_factory.mktemp(lang)
        result = CliRunner().invoke(
            cli, ["demo", "--lang", lang, "--students", "250", "--out", str(folder / "out")], catch_exceptions=False
        )
        assert result.exit_code == 0
        found[lang] = result.output, folder / "out"
    return found


def started(folder, hash_seed, *arguments):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [*RUN, "demo", *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def opened(folder, name="school.db"):
    return Loyalty.open(f"sqlite:///{folder / name}")


def test_two_runs_tell_the_same(tmp_path):
    screens, left = [], []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        folder.mkdir()
        said = started(folder, hash_seed, "--lang", "ru", "--students", "80", "--days", "60")
        screens.append(SECONDS.sub("", said))
        events = (folder / "out/events.jsonl").read_bytes()
        left.append((events, sorted(path.name for path in (folder / "out/messages").rglob("*"))))
    assert screens[0] == screens[1]
    assert left[0] == left[1]


def test_a_replay_gives_the_same_members(stories, monkeypatch):
    _, folder = stories["ru"]
    monkeypatch.chdir(folder)
    command = "run program.yaml events.jsonl --store sqlite:///again.db --until 2025-11-30"
    result = CliRunner().invoke(cli, command.split())
    assert result.exit_code == 0, result.output
    with opened(folder) as one, opened(folder, "again.db") as two:
        members = one.members()
        assert len(members) == 250
        assert two.members() == members
        for member in members:
            assert one.member(member, timeline=10_000).to_dict() == two.member(member, timeline=10_000).to_dict()
        assert one.goals().to_dict() == two.goals().to_dict()


def test_the_screen_says_what_the_store_says(stories):
    screen, folder = stories["ru"]
    with opened(folder) as kit:
        views = [kit.member(member, timeline=1) for member in kit.members()]
        holders = sum("persistent" in view.badges for view in views)
        assert f"«Упорный ученик» сейчас у {count('ru', holders, 'of student')}" in screen
        for report in kit.goals().values():
            shown = " ".join(screen.split())
            treated = report.comparison.treated
            assert f"{report.title('ru')}: {treated.successes} из {treated.n}" in shown
            assert " ".join(report.sentence("ru").split()) in shown
        reasons = Counter(one.reason for one in kit.outbox(status="suppressed", limit=10_000))
        nowhere = sum(one.reason == "no-address" for one in kit.outbox(status="dead", limit=10_000))
    assert reasons["no-consent"]
    assert f"нет согласия на рекламу {reasons['no-consent']}" in " ".join(screen.split())
    assert f"ни почты, ни чата {nowhere}" in " ".join(screen.split())


def test_every_message_is_a_file(stories):
    screen, folder = stories["ru"]
    with opened(folder) as kit:
        sent = Counter(one.channel for one in kit.outbox(status="sent", limit=10_000))
        inboxes = sum(bool(kit.member(member, timeline=1).inbox) for member in kit.members())
    letters = sorted((folder / "messages/email").glob("*.eml"))
    chats = sorted((folder / "messages/telegram").glob("*.json"))
    assert len(chats) == sent["telegram"]
    assert letters
    assert len(letters) + len(list((folder / "messages/staff").iterdir())) == sent["email"]
    assert len(list((folder / "messages/inbox").glob("*.txt"))) == inboxes
    parsed = message_from_bytes(letters[0].read_bytes(), policy=policy.default)
    assert parsed["To"].addresses[0].domain == "students.example"
    assert parsed.get_body(("plain",)).get_content().strip()
    assert json.loads(chats[0].read_text("utf-8"))["text"]
    assert count("ru", len(letters) + len(chats), "letter") in screen


def test_both_letters_on_the_screen_are_among_the_files(stories):
    screen, folder = stories["ru"]
    named = re.findall(r"(\w+ \w+) ← (Telegram|e-mail)", screen)
    assert [channel for _, channel in named] in (["Telegram", "e-mail"], ["e-mail", "Telegram"])
    assert len({name for name, _ in named}) == 2
    for name, channel in named:
        first = name.split()[0]
        if channel == "Telegram":
            texts = [json.loads(path.read_text("utf-8"))["text"] for path in (folder / "messages/telegram").iterdir()]
        else:
            parsed = [
                message_from_bytes(path.read_bytes(), policy=policy.default)
                for path in (folder / "messages/email").iterdir()
            ]
            texts = [one.get_body(("plain",)).get_content() for one in parsed]
        assert any(text.startswith(f"{first},") for text in texts)


@pytest.mark.parametrize("lang", LANGS)
def test_each_line_fits_and_the_language_is_one(stories, lang):
    screen, folder = stories[lang]
    lines = [line for line in screen.splitlines() if not line.startswith(("  loyaltykit", "Left", "Осталось"))]
    assert max(map(cells, lines)) <= 100
    assert len(lines) <= 60
    assert "\x1b" not in screen
    assert [line[0] for line in screen.splitlines() if re.match(r"\d [A-ZА-Я]", line)] == list("12345")
    if lang == "en":
        assert not re.search("[а-яё]", screen, re.IGNORECASE)
        assert not re.search("[а-яё]", (folder / "events.jsonl").read_text("utf-8"), re.IGNORECASE)


def test_another_seed_has_other_people(tell):
    told = [tell(students=120, days=70, seed=seed) for seed in (1, 2)]
    named = [set(re.findall(r"(\w+ \w+) ← ", screen)) for screen in told]
    assert all(named)
    assert not named[0] & named[1]


def test_a_renamed_badge_is_told_by_its_new_name(tell):
    before = tell(students=60, days=60)
    program = Path("out/program.yaml")
    program.write_text(program.read_text("utf-8").replace("Упорный ученик", "Стойкий ученик"), "utf-8")
    after = tell(students=60, days=60)
    assert "Упорный ученик" in before
    assert "Стойкий ученик" in after
    assert "Упорный ученик" not in after
    assert after.startswith("Рассказ идёт по изменённой вами")


def test_the_shipped_program_comes_back_in_the_language_asked_for(tell):
    for lang in ("ru", "en", "ru"):
        tell(lang, students=2, days=2)
        assert Path("out/program.yaml").read_text("utf-8").startswith(shipped(lang))


def test_a_program_that_an_older_demo_left_is_replaced(tell, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("loyaltykit.cli.demo.left.shipped", lambda lang: f"# older\n{shipped(lang)}")
        tell("ru", students=2, days=2)
    assert Path("out/program.yaml").read_text("utf-8").startswith("# older")
    assert "Рассказ идёт" not in tell("ru", students=2, days=2)
    assert Path("out/program.yaml").read_text("utf-8").startswith(shipped("ru"))


def test_without_the_packages_paper_stands_in_and_tells_the_same(tell, monkeypatch):
    real = tell(students=80, days=60)
    for name in ("aiosmtpd", "aiosmtpd.smtp", "urllib3"):
        monkeypatch.setitem(sys.modules, name, None)
    paper = tell(students=80, days=60)
    assert "loyaltykit[http]" in paper
    assert "loyaltykit[demo]" in paper
    assert list(Path("out/messages/email").glob("*.txt"))
    assert list(Path("out/messages/telegram").glob("*.txt"))
    told = [line for line in SECONDS.sub("", paper).splitlines() if "loyaltykit[" not in line]
    assert told == SECONDS.sub("", real).splitlines()


@pytest.mark.parametrize("lang", LANGS)
def test_a_narrow_terminal(tell, lang, monkeypatch):
    monkeypatch.setenv("COLUMNS", "64")
    lines = tell(lang, students=60, days=60).splitlines()
    assert [line for line in lines if cells(line) > 64 and "  loyaltykit" not in line] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("students", "days"), [(1, 1), (1, 14), (5, 30), (20, 45)])
def test_odd_sizes(tell, lang, students, days):
    screen = tell(lang, students=students, days=days)
    assert count(lang, students, "student") in screen
    assert count(lang, days, "day") in screen


def test_what_did_not_happen_is_said(tell):
    screen = tell(students=1, days=1)
    assert "на второй половине курса пока никто не уходит" in screen
    assert "пока не дошло ни одного письма" in screen
    assert "пока никто не вернулся после письма" in screen
    assert "Судить рано" in screen


def test_a_program_without_most_of_its_parts_is_told_too(tell):
    Path("out").mkdir()
    Path("out/program.yaml").write_text(
        "program: tiny\nevents:\n  lesson.completed: {course: text}\n  quiz.passed: {course: text}\n", "utf-8"
    )
    screen = tell(students=5)
    assert "в программе нет цели этой кампании" in screen
    assert "из них программе неизвестны: " in screen


@pytest.mark.parametrize("lang", LANGS)
def test_the_programs_hold(tmp_path, lang):
    path = tmp_path / "program.yaml"
    path.write_text(shipped(lang), "utf-8")
    assert check(path) == []
    results = run_cases(Program.load(path))
    assert len(results) >= 5
    assert all(result.ok for result in results)


def test_both_programs_are_the_same_but_for_words():
    def bare(value):
        if isinstance(value, dict):
            words = ("label", "locale", "name", "topic", "cases", "because")
            kept = {key: bare(item) for key, item in value.items() if key not in words}
            if isinstance(value.get("steps"), dict):
                kept["steps"] = list(value["steps"].values())
            return kept
        return [bare(item) for item in value] if isinstance(value, list) else value

    one, two = (json.loads(Program.from_yaml(shipped(lang)).text) for lang in LANGS)
    assert one["messages"] == two["messages"]
    assert bare(one) == bare(two)
    assert [bare(case["given"]) for case in one["cases"]] == [bare(case["given"]) for case in two["cases"]]


def way(effect, *, heard=()):
    """Everything a student does in 90 days when letters arrive at some times."""
    student = Student(4, 3, 90, "en", effect=effect)
    told, hours = [], sorted(heard)
    while student.wake < 90 * 86_400:
        while hours and hours[0] < student.wake:
            student.hear(Heard("telegram", "text", ("a", "b")), hours.pop(0))
        if student.wake >= 90 * 86_400:
            break
        told += student.act()
    return told


def test_letters_without_effect_change_nobodys_way():
    letters = [day * 86_400 for day in range(90)]
    assert len(way(0.0)) > 10
    assert way(0.0) == way(0.0, heard=letters) == way(1.0)


def test_letters_with_effect_bring_somebody_back_sooner():
    moved = 0
    for number in range(1, 40):
        student = Student(number, 5, 90, "en", effect=1.0)
        while student.wake < 90 * 86_400:
            student.act()
            if student.wake - 86_400 * 10 > 0:
                before = student.wake
                student.hear(Heard("telegram", "text", ("a", "b")), before - 86_400 * 8)
                moved += student.wake < before
                assert student.wake >= min(before, before - 86_400 * 8)
    assert moved


def test_some_never_come_back_by_themselves():
    def last(number):
        student = Student(number, 1, 90, "en", effect=0.0)
        while student.wake < 90 * 86_400:
            student.act()
        return student.wake

    assert NEVER in {last(number) for number in range(1, 40)}


def test_silences_end_as_often_as_published():
    rng = Random(1)
    drawn = [rates.silence(rng) for _ in range(40_000)]
    lengths = [float("inf") if one is None else one for one in drawn]
    assert min(lengths) >= 7
    for days, published in rates.RETURNING.items():
        lasting = [one for one in lengths if one > days]
        back = sum(one <= days + rates.WITHIN for one in lasting) / len(lasting)
        assert back == pytest.approx(published, abs=0.02)


def test_students_are_active_as_often_as_counted():
    for kind in rates.KINDS:
        assert sum(one.share for one in rates.KINDS) == pytest.approx(1, abs=0.001)
        weights = rates.steps(kind)
        assert len(weights) == 6
        assert all(first >= second for first, second in pairwise(weights))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (112, "112 дней")],
)
def test_russian_plurals(number, words):
    assert count("ru", number, "day").replace("\xa0", " ") == words
    assert count("en", number, "day").replace("\xa0", " ") == (f"{number} day" if number == 1 else f"{number} days")


def test_the_commands_at_the_end_work(stories):
    screen, _ = stories["en"]
    commands = [line.strip().removeprefix("loyaltykit ") for line in screen.splitlines() if "  loyaltykit " in line]
    assert [command.split()[0] for command in commands] == ["test", "member", "overlay", "goals", "run"]
    for command in commands:
        if command.startswith("overlay"):
            continue  # it serves until it is stopped
        result = CliRunner().invoke(cli, command.split())
        assert result.exit_code == 0, (command, result.output)


def test_what_the_demo_leaves_can_be_shown_on_a_stream(stories):
    _, folder = stories["en"]
    shown = Shown(board="weekly", group=None, top=5, names="first", lang="en")
    with opened(folder) as kit:
        replay = Replay(kit, shown, window=dt.timedelta(days=1), seconds=60, elapsed=lambda: 0.0)
    assert replay.count > 0
    assert '"rank": 1' in replay.greeting(None)


NOTICES = ("we-can-help", "your-choice")


def effects_of(kit, member):
    """What a member got, oldest first."""
    store = kit._store
    store.begin(write=False)
    try:
        return [to_effect(row, member) for row in store.effects(store.numbers([member])[member])]
    finally:
        store.rollback()


def studied(folder):
    """When each member did something of their own, by the events that were left."""
    own = set(Program.from_yaml(shipped("ru")).document.events)
    found = {}
    for line in (folder / "events.jsonl").read_text("utf-8").splitlines():
        event = json.loads(line)
        if event["type"] in own:
            found.setdefault(event["member"], []).append((dt.datetime.fromisoformat(event["at"]), event["type"]))
    return found


def test_nobody_who_studies_again_is_asked_to_come_back(stories):
    _, folder = stories["ru"]
    did = studied(folder)
    with opened(folder) as kit:
        waited = [one for one in kit.outbox(limit=10_000) if one.message in NOTICES]
    sent = [one for one in waited if one.status == "sent"]
    assert sent
    for one in sent:
        assert [at for at, _ in did[one.member] if one.at < at < one.done] == []
    assert {one.reason for one in waited if one.status == "suppressed"} <= {"exited", "cap", "quiet-hours"}


def test_nobody_is_noticed_when_their_pause_ends(stories):
    _, folder = stories["ru"]
    did = studied(folder)
    ended = [(member, at) for member, all in did.items() for at, type in all if type == "pause.ended"]
    assert ended
    with opened(folder) as kit:
        for member, at in ended:
            noticed = [
                from_instant(one.at)
                for one in effects_of(kit, member)
                if (one.kind, one.name) == ("exposure", "comeback")
            ]
            assert [one for one in noticed if dt.timedelta(0) <= one - at < dt.timedelta(days=3)] == []


def test_letters_about_seats_and_sessions_are_true(stories):
    _, folder = stories["ru"]
    told = Counter()
    with opened(folder) as kit:
        for member in kit.members():
            has, waits = set(), False
            for one in effects_of(kit, member):
                has |= {one.name} if one.kind == "grant" else set()
                if (one.kind, one.name) == ("waiting", "advanced-seat"):
                    waits = one.data["state"] == "waiting"
                if one.kind == "message":
                    told[one.name] += 1
                    assert one.name != "invited" or "mentor-session" in has
                    assert one.name != "well-done" or "mentor-session" not in has
                    assert one.name != "further-up" or waits
    assert told["invited"]
    assert told["further-up"]


def given_back(kit, at):
    """Somebody who lost their rhythm, and did the quest from a moment on."""
    begun = at - dt.timedelta(days=20)
    kit.update_member("mira", {"first_name": "Mira", "telegram": "1", "timezone": "Asia/Vladivostok"}, at=begun)
    data = {"course": "py", "lesson": "0", "progress": 0.6}
    kit.record(Event("l0", "lesson.completed", "mira", begun, data))
    kit.advance(at - dt.timedelta(minutes=1))
    for number in range(1, 5):
        kit.record(Event(f"l{number}", "lesson.completed", "mira", at, data | {"lesson": str(number)}))
    kit.record(Event("q", "quiz.passed", "mira", at, {"course": "py", "quiz": "1", "score": 1.0}))


@pytest.mark.parametrize(
    ("stock", "at", "letter", "invites"),
    [
        (80, "2025-11-20T12:00+10:00", "invited", True),
        (0, "2025-11-20T12:00+10:00", "well-done", False),
        (80, "2025-11-28T12:00+10:00", "well-done", False),
        (80, "2025-11-28T01:00+10:00", "invited", False),  # before the session, but it waits for the morning
    ],
)
def test_the_session_is_named_to_who_can_come_only(stock, at, letter, invites):
    text = shipped("en").replace("stock: 80", f"stock: {stock}")
    at, paper = dt.datetime.fromisoformat(at), Paper("telegram", lambda: dt.datetime.now(dt.UTC))
    # a quest has seven days: the run begins when the silence has lasted for 14
    text = text.replace("or silent('14d')", "or silent('19d')")
    with Loyalty(Program.from_yaml(text), channels=[paper]) as kit:
        given_back(kit, at)
        kit.deliver(at + dt.timedelta(hours=10))
        kit.deliver(at + dt.timedelta(hours=24))
        last = next(one for one in kit.outbox(limit=100) if one.message in ("invited", "well-done"))
        said = [one.text for one in paper.arrived()]
    assert (last.message, last.status) == (letter, "sent")
    assert "the badge is yours" in said[-1]
    assert ("closed session" in said[-1]) is invites


def test_who_studies_before_the_letter_goes_does_not_get_it():
    begun, paper = dt.datetime(2025, 9, 1, 23, tzinfo=dt.UTC), Paper("telegram", lambda: dt.datetime.now(dt.UTC))
    data = {"course": "py", "lesson": "0", "progress": 0.6}
    with Loyalty(Program.from_yaml(shipped("en")), channels=[paper]) as kit:
        kit.update_member("mira", {"first_name": "Mira", "telegram": "1"}, at=begun)
        kit.record(Event("l0", "lesson.completed", "mira", begun, data))
        noticed = begun + dt.timedelta(days=14)
        kit.advance(noticed + dt.timedelta(minutes=1))
        assert [one.status for one in kit.outbox()] == ["queued"]
        kit.record(Event("l1", "lesson.completed", "mira", noticed + dt.timedelta(hours=1), data))
        kit.deliver(noticed + dt.timedelta(hours=12))
        assert [(one.status, one.reason) for one in kit.outbox()] == [("suppressed", "exited")]
        assert paper.arrived() == []


def test_a_seat_that_becomes_free_goes_to_the_badge_first():
    at = dt.datetime(2025, 10, 1, 10, tzinfo=dt.UTC)
    text = shipped("en").replace("stock: 40", "stock: 1")
    with Loyalty(Program.from_yaml(text)) as kit:
        for number, member in enumerate(("ann", "bob", "mira")):
            applied = at - dt.timedelta(days=40 - number)
            kit.record(Event(f"a{number}", "stream.applied", member, applied, {"stream": "advanced"}))
        given_back(kit, at)
        assert kit.waiting("advanced-seat") == ["mira", "bob"]
        assert "further-up" in [one.name for one in effects_of(kit, "mira") if one.kind == "message"]
        kit.revoke("ann", "advanced-seat", by="curator", at=at + dt.timedelta(days=1))
        assert kit.entitled("mira", "advanced-seat")
        assert kit.waiting("advanced-seat") == ["bob"]


def test_the_screen_counts_the_seats_that_became_free(tell):
    screen = " ".join(tell(students=500, days=60).split())
    with opened(Path("out")) as kit:
        got = [
            member
            for member in kit.members()
            for one in effects_of(kit, member)
            if (one.kind, one.name) == ("waiting", "advanced-seat") and one.data["state"] == "got"
        ]
        holders = sum("persistent" in kit.member(member).badges for member in got)
    assert got
    assert f"«Продвинутый поток»: {len(got)}; из них достались тем, у кого есть значок: {holders}" in screen


def test_marketing_by_mail_can_be_unsubscribed(stories):
    _, folder = stories["ru"]
    parsed = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in (folder / "messages/email").iterdir()
    ]
    marketing = [one for one in parsed if one["Subject"] == "Курс пройден! Что дальше?"]
    assert marketing
    for one in marketing:
        assert one["List-Unsubscribe"].startswith("<https://school.example/unsubscribe/")
        assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_offer_by_mail_says_where_it_waits(stories):
    _, folder = stories["ru"]
    offers = [
        letter.get_body(("plain",)).get_content()
        for letter in (
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in (folder / "messages/email").iterdir()
        )
        if letter["Subject"] == "Больше половины уже позади"
    ]
    assert offers
    for text in offers:
        assert "https://school.example/me" in text
        assert "кнопк" not in text


def test_why_there_was_no_letter_is_in_words(stories):
    for lang, known in (("ru", "объявлена пауза до"), ("en", "a pause until")):
        screen, _ = stories[lang]
        assert known in " ".join(screen.split())
        assert "paused_until" not in screen
        assert not re.search(r"\d{4}-\d{2}-\d{2}", screen.split("\n5 ")[0].split("\n4 ")[1])
    assert why("ru", "points.xp.available > 3", "2") == "не выполнено «points.xp.available > 3»"
