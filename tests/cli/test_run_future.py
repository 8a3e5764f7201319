"""A mistyped year is refused; a simulation says how far it goes."""

import datetime as dt

from tests.cli.helpers import event, jsonl, program_in, run

PROGRAM = """\
program: school
events: {quiz: {}}
"""


def test_without_until_a_year_ahead_is_the_limit(tmp_path):
    program_in(tmp_path, PROGRAM)
    soon, far = (dt.datetime.now(dt.UTC) + dt.timedelta(days=days) for days in (300, 400))
    files = jsonl(tmp_path / "e.jsonl", event("a", "quiz", at=soon.isoformat()), event("b", "quiz", at=far.isoformat()))
    said, _ = run(tmp_path, files)
    assert (said["recorded"], said["reasons"]) == (1, {"event/future": 1})
    said, _ = run(tmp_path, files, "--until", (far + dt.timedelta(days=1)).isoformat())
    assert (said["recorded"], said["rejected"]) == (1, 0)
