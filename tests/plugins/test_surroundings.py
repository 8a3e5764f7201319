"""What a plug-in sees of our environment while it is asked what it brings."""

import json

import pytest

from loyaltykit.plugins import discover_safely, look_at_plugins

WRITES_ITS_ENVIRONMENT = """
import json, os
from pathlib import Path

Path({file!r}).write_text(json.dumps(dict(os.environ)), "utf-8")
"""


@pytest.fixture
def seen(installed, tmp_path):
    """What a plug-in saw that brings nothing."""
    file = tmp_path / "seen.json"
    installed("kit_curious", WRITES_ITS_ENVIRONMENT.format(file=str(file)))
    return lambda: json.loads(file.read_text("utf-8"))


@pytest.fixture
def _planted(monkeypatch):
    monkeypatch.setenv("SCHOOL_DATABASE_URL", "postgresql://school:kanareika@db/school")
    monkeypatch.setenv("PYTHON_API_KEY", "kanareika")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "Europe/Moscow")
    monkeypatch.setenv("KIT_CURIOUS_HOME", "/srv/curious")


@pytest.mark.usefixtures("_planted")
@pytest.mark.parametrize(
    "ask", [look_at_plugins, lambda: discover_safely(("loyaltykit_recommenders",))], ids=["look", "discover"]
)
def test_no_secret_is_handed_to_a_plug_in_that_is_asked_what_it_brings(ask, seen):
    ask()
    found = seen()
    assert "kanareika" not in json.dumps(found)
    assert (found["LC_ALL"], found["TZ"]) == ("C.UTF-8", "Europe/Moscow")
    assert {"PATH", "PYTHONPATH"} <= set(found)
    assert "KIT_CURIOUS_HOME" not in found


@pytest.mark.usefixtures("_planted")
def test_a_variable_that_is_named_is_handed_on_unless_it_is_hidden(seen, monkeypatch):
    monkeypatch.setenv("LOYALTYKIT_PLUGINS_ENV", "OTHER, KIT_CURIOUS_HOME,SCHOOL_DATABASE_URL")
    look_at_plugins(hidden=("SCHOOL_DATABASE_URL",))
    found = seen()
    assert found["KIT_CURIOUS_HOME"] == "/srv/curious"
    assert "kanareika" not in json.dumps(found)
