"""The command line as a process: exit codes, plain output in a pipe, a fast start, and stopping half-way."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.helpers import ROOT, event, jsonl, program_in

CLI = [sys.executable, "-m", "loyaltykit"] if (ROOT / "src/loyaltykit/__main__.py").exists() else [
    sys.executable, "-c", "from loyaltykit.cli import main; main()",
]  # fmt: skip
HEAVY = ("numpy", "pydantic", "rich", "yaml", "sqlite3")
MODULES = """
import sys
from loyaltykit.cli import main
try:
    main()
except SystemExit as end:
    print(end.code, *[name for name in %r if name in sys.modules], file=sys.stderr)
"""


def call(*arguments, **options):
    return subprocess.run([*CLI, *map(str, arguments)], capture_output=True, text=True, check=False, **options)


def test_help_imports_nothing_heavy():
    command = [sys.executable, "-c", MODULES % (HEAVY,), "--help"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr.split() == ["0"]
    assert "Usage" in run.stdout


def test_exit_codes_and_streams(tmp_path):
    path = program_in(tmp_path)
    good = call("check", path)
    assert (good.returncode, good.stderr) == (0, "")
    path.write_text("program: [")
    bad = call("check", path)
    assert (bad.returncode, bad.stderr) == (1, "")
    wrong = call("check", "nowhere.yaml")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Traceback" not in bad.stdout + wrong.stderr


def test_a_pipe_gets_no_escape_codes(tmp_path):
    path = program_in(tmp_path)
    events = jsonl(tmp_path / "events.jsonl", event("e1"), "{broken")
    store = f"sqlite:///{tmp_path / 'school.db'}"
    outputs = [
        call("run", path, events, "--store", store),
        call("member", "ann", "--store", store),
        call("test", path),
        call("check", path, env={**os.environ, "LANG": "ru_RU.UTF-8", "LC_ALL": ""}),
    ]
    for output in outputs:
        assert output.returncode == 0
        assert "\x1b" not in output.stdout + output.stderr
    assert "всё в порядке" in outputs[-1].stdout


def test_an_output_of_another_encoding_breaks_nothing(tmp_path):
    path = program_in(tmp_path)
    output = call("test", path, "--lang", "ru", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert output.returncode == 0
    assert output.stdout.startswith("ok ")


def test_without_click_the_extra_is_named():
    code = "import sys; sys.modules['click'] = None\nfrom loyaltykit.cli import main\nmain()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "loyaltykit[cli]" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_run_finishes_its_batch_and_goes_on_when_run_again(tmp_path):
    path = program_in(tmp_path)
    clock = "2026-09-01T10:{:02}:{:02}+03:00".format
    times = [clock(*divmod(number // 10, 60)) for number in range(30_000)]
    events = [event(f"e{number:05}", at=at, member=f"m{number % 50}") for number, at in enumerate(times)]
    jsonl(tmp_path / "events.jsonl", *events)
    store = f"sqlite:///{tmp_path / 'school.db'}"
    command = [*CLI, "run", str(path), str(tmp_path / "events.jsonl"), "--store", store, "--batch", "100", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "school.db-wal").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    stopped = json.loads(out)
    assert process.returncode == 130, err
    assert stopped["interrupted"]
    assert 0 <= stopped["recorded"] < 30_000
    assert stopped["recorded"] % 100 == 0
    assert "Run the same command again" in err
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    rest = json.loads(again.stdout)
    assert rest["recorded"] == 30_000 - stopped["recorded"]
    assert rest["duplicates"] == stopped["recorded"]
