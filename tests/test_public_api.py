"""The package root is the public surface, and importing it costs no extra and starts nothing."""

import subprocess
import sys

import loyaltykit

EXTRAS = (
    "altair",
    "apprise",
    "click",
    "cryptography",
    "django",
    "fastapi",
    "psycopg",
    "pyarrow",
    "pyspark",
    "rich",
    "sklearn",
    "starlette",
    "urllib3",
    "vl_convert",
)

IMPORT_ALONE = f"""
import sys, threading

tried = []

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS}:
            tried.append(name)
            raise ModuleNotFoundError(name=name)

sys.meta_path.insert(0, Absent())
import loyaltykit
for name in loyaltykit.__all__:
    getattr(loyaltykit, name)
print("threads", threading.active_count(), "extras", *tried)
"""


def test_public_names_are_sorted():
    assert list(loyaltykit.__all__) == sorted(set(loyaltykit.__all__))


def test_every_public_name_is_there():
    assert [name for name in loyaltykit.__all__ if not hasattr(loyaltykit, name)] == []


def test_the_root_asks_for_no_extra_and_starts_no_thread():
    run = subprocess.run([sys.executable, "-c", IMPORT_ALONE], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert run.stdout.split() == ["threads", "1", "extras"]


def test_importing_the_root_is_fast_because_what_is_slow_waits_until_it_is_needed():
    slow = {"babel", "email", "liquid", "pydantic", "socket", "statistics", "yaml"}
    script = f"import sys, loyaltykit; print(*{slow} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
