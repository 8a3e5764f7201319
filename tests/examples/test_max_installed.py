"""The example package as a school has it: installed, named in the channel file, run by `deliver` in its own process."""

import json
from pathlib import Path

import pytest
from loyaltykit_max.testing import TOKEN, MaxApi

from loyaltykit import Loyalty, Program
from tests.app.post import DOCUMENT, NOON, event, join
from tests.cli.helpers import invoke

SOURCE = Path(__file__).parents[2] / "examples" / "loyaltykit-max"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """As `pip install -e` leaves it: the entry point from its pyproject.toml, its source on the path."""
    import tomllib

    points = tomllib.loads((SOURCE / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["loyaltykit"]
    info = tmp_path / "loyaltykit_max-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loyaltykit-max\nVersion: 0.1.0\n", "utf-8")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (info / "entry_points.txt").write_text(f"[loyaltykit]\n{lines}", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(SOURCE / "src"))


@pytest.mark.usefixtures("installed")
def test_messages_go_by_max_and_whom_it_does_not_reach_is_switched_off(tmp_path, monkeypatch):
    document = {
        **DOCUMENT, "member": {"name": "text", "max": "text"}, "contact": {"channels": ["max"], "quiet_hours": None},
    }  # fmt: skip
    url = f"sqlite:///{tmp_path / 'school.db'}"
    with Loyalty(Program.from_dict(document), store=url) as kit:
        for member, number in (("ann", "70001001"), ("bob", "70001002"), ("eve", "not a number")):
            join(kit, member, max=number, telegram=None, email=None)
            kit.record(event(f"h-{member}", member=member))
    monkeypatch.setenv("MAX_TOKEN", TOKEN)
    config = tmp_path / "channels.toml"
    with MaxApi() as api:
        config.write_text(f'[max]\ntoken_env = "MAX_TOKEN"\nbase_url = "{api.url}"\n', "utf-8")
        result = invoke("deliver", "--store", url, "--config", config, "--at", NOON.isoformat(), "--json")
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout)["channels"] == {"max": {"sent": 1, "dead": 2}}  # bob is nobody there
        assert [one.text for one in api.arrived] == ["Hello Ann"]
    with Loyalty.open(url) as kit:
        assert {one.member: one.reason for one in kit.outbox() if one.status == "dead"} == {
            "bob": "max/404", "eve": "max/address",
        }  # fmt: skip
    assert TOKEN not in result.stdout + result.stderr


@pytest.mark.usefixtures("installed")
def test_it_is_listed_with_its_settings():
    listed = invoke("plugins").stdout
    assert "loyaltykit-max/max 0.1.0\n  channel max\n    token_env: name of an environment variable, needed\n" in listed
