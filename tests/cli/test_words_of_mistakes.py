"""Words that were not Russian, or said too little."""

from loyaltykit.app import Loyalty
from loyaltykit.cli.words import WORDS
from loyaltykit.program.load import Program
from loyaltykit.rules.reasons import Reason
from tests.cli.helpers import invoke, store

PROGRAM = Program.from_yaml("program: school\nevents: {lesson.completed: {}}\n")


def test_an_event_that_was_never_recorded_cannot_be_taken_out(tmp_path):
    with Loyalty(PROGRAM, store=store(tmp_path)) as kit:
        kit.record({"id": "e", "type": "lesson.completed", "member": "ann", "at": "2026-09-01T10:00:00Z", "data": {}})
    result = invoke("void", "nope", "--store", store(tmp_path), lang="ru")
    assert result.exit_code == 1
    assert result.stderr == "ошибка: событие nope не записано\n"
    assert invoke("void", "nope", "--store", store(tmp_path)).stderr == "error: no event nope was recorded\n"


def test_points_have_one_name_in_russian():
    wrong = {code for code, (_, russian) in WORDS.items() if "очки" in russian.lower() or "очков" in russian.lower()}
    assert wrong == set()


def test_dates_in_reasons_are_written_as_the_reader_does():
    reason = Reason("s", "reason/held", values=(("last", "2026-09-03"),))
    assert "последний раз 03.09.2026" in reason.words("ru")
    assert "2026-09-03" in reason.words("en")
