"""Plug-ins in the command line: what there is, how a channel file names them, and what is said when one is broken."""

import datetime as dt
import json
import sys
import time

import pytest

from loyaltykit import Event, Function, Loyalty, Program
from loyaltykit.channels.limits import limits_of
from loyaltykit.cli.channels import Settings, options_of, read_settings
from loyaltykit.cli.words import WORDS
from loyaltykit.plugins import SEAMS
from tests.cli.helpers import invoke
from tests.plugins.packages import PIGEON, Packages

DOCUMENT = {
    "program": "post",
    "events": {"hello": {}},
    "member": {"name": "text", "loft": "text"},
    "rules": [{"id": "greet", "on": "hello", "send": "greeting"}],
    "messages": {"greeting": {"en": {"subject": "Hi", "text": "{{ member.name }}"}}},
    "contact": {"channels": ["pigeon", "console"], "quiet_hours": None, "stale": "9000d"},
}
TEN = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
SLEEPER = "import time\ntime.sleep(600)\n"
BROKEN = "import nothing_of_the_kind\n"
HALF = """
from loyaltykit import Function
from loyaltykit.plugins import hookimpl


@hookimpl
def loyaltykit_functions():
    return [Function(name="half", arguments=("number",), result="number", call=lambda number: number / 2)]
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    packages = Packages(folder)
    yield packages
    packages.remove()


@pytest.fixture
def store(tmp_path):
    """Two members to be greeted; ann has a loft."""
    url = f"sqlite:///{tmp_path / 'school.db'}"
    with Loyalty(Program.from_dict(DOCUMENT), store=url) as kit:
        for member, loft in (("ann", "north"), ("bob", None)):
            kit.update_member(member, {"name": member, **({"loft": loft} if loft else {})}, at=TEN)
            kit.record(Event(f"h-{member}", "hello", member, TEN + dt.timedelta(hours=1), {}))
    return url


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Writes a channel file."""
    monkeypatch.setenv("LOFT_TOKEN", "s3cr3t")

    def write(text):
        path = tmp_path / "channels.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def deliver(store, path, *more):
    return invoke("deliver", "--store", store, "--config", path, "--at", "2026-09-01T12:00:00+00:00", "--json", *more)


def kept(tmp_path):
    return len((tmp_path / "kept").read_text("utf-8").split())


GOOD = '[pigeon]\ntoken_env = "LOFT_TOKEN"\nkept = "{kept}"\n'


@pytest.mark.parametrize("how", ["", '[plugins]\nin_process = ["pigeon"]\n'])
def test_a_table_by_the_channels_name_configures_it(installed, store, config, tmp_path, how):
    installed("kit_pigeon", PIGEON)
    result = deliver(store, config(f"console = true\n{GOOD.format(kept=tmp_path / 'kept')}{how}"))
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["channels"] == {"pigeon": {"sent": 1}, "console": {"sent": 1}}
    assert kept(tmp_path) == 1


def test_a_dry_run_knows_whom_the_channel_reaches_and_sends_nothing(installed, store, config, tmp_path):
    installed("kit_pigeon", PIGEON)
    path = config(f"console = true\n{GOOD.format(kept=tmp_path / 'kept')}")
    result = deliver(store, path, "--dry-run")
    assert json.loads(result.stdout)["channels"] == {"pigeon": {"sent": 1}, "console": {"sent": 1}}
    assert not (tmp_path / "kept").exists()


def test_who_is_asked_for_addresses_sees_no_secrets_of_others(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("OUR_SECRET", "hush")
    monkeypatch.setenv("LOFT_TOKEN", "s3cr3t")
    asked = "{'OUR_SECRET', 'LOFT_TOKEN'} & set(os.environ)"
    seen = f"import os\nopen({str(tmp_path / 'seen')!r}, 'a').write(str(bool({asked})))\n"
    installed("kit_pigeon", seen + PIGEON)
    settings = Settings(secret_env="OUR_SECRET").beside({"pigeon": {"token_env": "LOFT_TOKEN"}}, "channels.toml")
    assert settings.addressed == {"pigeon": "loft"}
    assert (tmp_path / "seen").read_text() == "False"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[pigeon]\ntoken = "s3cr3t"\n', "pigeon.token is a secret: name the environment variable that holds it"),
        ("[pigeon]\n", "pigeon.token_env is missing"),
        ('[pigeon]\ntokn_env = "LOFT_TOKEN"\n', "there is no key pigeon.tokn_env; did you mean token_env?"),
        ('[pigeon]\ntoken_env = "NOT_SET"\n', "the environment variable NOT_SET is not set"),
        ('[pigeon]\ntoken_env = "LOFT_TOKEN"\ntries = "3"\n', "pigeon.tries: wrong value"),
        ('[pigeon]\ntoken_env = 7\n', "pigeon.token_env: wrong value"),
        ('[pigeons]\ntoken_env = "LOFT_TOKEN"\n', "there is no key pigeons; did you mean pigeon?"),
        ('[telegrm]\ntoken_env = "LOFT_TOKEN"\n', "there is no key telegrm; did you mean telegram?"),
        ('[pigeon]\ntoken_env = "LOFT_TOKEN"\n[pigeon.limits]\neach = "often"\n', "pigeon.limits: wrong value"),
        ('[owl]\nx = 1\n', "nothing brings the channel owl; install its plug-in"),
        ('[plugins]\nin_proces = ["pigeon"]\n', "there is no key plugins.in_proces; did you mean in_process?"),
        ('[plugins]\nsend_limit = "1 month"\n', "plugins.send_limit"),
        ('[plugins]\nsend_limit = "soon"\n', "plugins.send_limit"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_table_is_told(installed, store, config, text, said):
    installed("kit_pigeon", PIGEON)
    result = deliver(store, config(text))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "s3cr3t" not in result.stderr


def test_its_limits_are_those_of_its_class_or_of_the_file(installed, store, config, tmp_path):
    own = "    limits = Limits(each='1 per 2 seconds')\n"
    installed("kit_pigeon", PIGEON.replace('    address = "loft"\n', f'    address = "loft"\n{own}').replace(
        "import Receipt", "import Limits, Receipt"
    ))  # fmt: skip
    said = GOOD.format(kept=tmp_path / "kept")
    for text, wanted in ((said, "1 per 2s"), (f'{said}[pigeon.limits]\neach = "3 per minute"\n', "3 per 60s")):
        settings = read_settings(str(config(text)), "en")
        (channel,) = options_of(settings, sys.stdout, "en")["channels"]
        assert str(limits_of(channel).each) == wanted
        assert (channel.name, channel.address) == ("pigeon", "loft")


def test_in_russian_too(installed, store, config):
    installed("kit_pigeon", PIGEON)
    result = invoke("deliver", "--store", store, "--config", config('[pigeon]\ntoken = "x"\n'), "--lang", "ru")
    assert "pigeon.token — секрет: назовите переменную окружения" in result.stderr


def test_a_plug_in_that_hangs_is_named_and_the_other_channels_deliver(installed, store, config):
    installed("kit_sleeper", SLEEPER)
    text = 'console = true\n[pigeon]\ntoken_env = "LOFT_TOKEN"\n[plugins]\nstart_limit = "1s"\n'
    result = deliver(store, config(text))
    assert result.exit_code == 0
    assert "plug-in kit_sleeper/channel: it was not loaded within 1 s" in result.stderr
    assert "messages for the channel pigeon wait" in result.stderr
    assert json.loads(result.stdout)["sent"] == 2  # ann's, too: the program names console second


def test_a_plug_in_that_hangs_holds_up_no_command_that_does_not_need_it(installed, store, tmp_path):
    installed("kit_sleeper", SLEEPER)
    program = tmp_path / "program.json"
    program.write_text(json.dumps(DOCUMENT), "utf-8")
    began = time.monotonic()
    assert invoke("member", "ann", "--store", store).exit_code == 0
    assert invoke("check", str(program)).exit_code == 0
    assert time.monotonic() - began < 15, "a plug-in is waited for 30 seconds"


@pytest.mark.parametrize("table", ['off = ["kit_sleeper"]', 'start_limit = "1s"'])
def test_functions_are_looked_for_as_the_channel_file_says(installed, config, tmp_path, table):
    installed("kit_sleeper", SLEEPER)
    installed("kit_half", HALF)
    url = f"sqlite:///{tmp_path / 'own.db'}"
    halved = {**DOCUMENT, "rules": [{"id": "greet", "on": "hello", "when": "half(4) == 2", "send": "greeting"}]}
    functions = [Function(name="half", arguments=("number",), result="number", call=lambda number: number / 2)]
    with Loyalty(Program.from_dict(halved, functions=functions), store=url) as kit:
        kit.update_member("bob", {"name": "Bob"}, at=TEN)
        kit.record(Event("h", "hello", "bob", TEN, {}))
    began = time.monotonic()
    result = deliver(url, config(f"console = true\n[plugins]\n{table}\n"))
    assert json.loads(result.stdout)["sent"] == 1
    assert time.monotonic() - began < 15, "a plug-in is waited for 30 seconds"


def test_one_that_is_switched_off_is_not_loaded(installed, store, config, monkeypatch):
    installed("kit_sleeper", SLEEPER)
    installed("kit_pigeon", PIGEON)
    text = 'console = true\n[pigeon]\ntoken_env = "LOFT_TOKEN"\n[plugins]\noff = ["kit_sleeper"]\n'
    result = deliver(store, config(text))
    assert result.exit_code == 0
    assert "warning" not in result.stderr
    monkeypatch.setenv("LOYALTYKIT_PLUGINS_OFF", "kit_pigeon, kit_sleeper")
    assert "nothing brings the channel pigeon" in deliver(store, config(text)).stderr


def test_the_list_shows_what_each_brings_and_what_was_refused(installed):
    installed("kit_pigeon", PIGEON)
    installed("kit_broken", BROKEN)
    installed("kit_empty", "")
    result = invoke("plugins")
    assert result.exit_code == 1
    for line in (
        "kit_pigeon/channel 1.0",
        "  channel pigeon",
        "    token_env: name of an environment variable, needed",
        "    tries: whole number, optional",
        "    reaches members by their attribute loft",
        "kit_broken/channel 1.0",
        "kit_empty/channel 1.0",
        "  brings nothing",
    ):
        assert line in result.stdout.splitlines()
    assert "refused: plug-in kit_broken/channel: kit_broken cannot be imported: ModuleNotFoundError" in result.stdout


def test_what_a_plug_in_says_cannot_steer_a_terminal(installed):
    installed("kit_red", "raise RuntimeError('\x1b[31mred\x07')", point="a\x1b[31mb")
    assert "\x1b" not in invoke("plugins").output


@pytest.mark.parametrize("text", [None, b"", b"\xff\xfe"])
def test_a_package_whose_name_cannot_be_read_holds_up_no_other(installed, tmp_path, text):
    installed("kit_pigeon", PIGEON)
    installed("kit_nameless", "", point="bare")
    (metadata,) = tmp_path.rglob("kit_nameless-1.0.dist-info/METADATA")
    metadata.unlink() if text is None else metadata.write_bytes(text)
    result = invoke("plugins")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "bare" in lines
    assert "kit_pigeon/channel 1.0" in lines


def test_the_list_is_there_in_json_and_in_russian(installed):
    installed("kit_pigeon", PIGEON)
    (one,) = (one for one in json.loads(invoke("plugins", "--json").stdout)["plugins"] if "kit_" in one["name"])
    assert (one["version"], one["brings"], one["refused"]) == ("1.0", {"loyaltykit_channels": ["pigeon"]}, [])
    assert "  канал pigeon" in invoke("plugins", "--lang", "ru").stdout


def test_a_plug_in_that_never_loads_is_listed_with_the_reason(installed):
    installed("kit_sleeper", SLEEPER)
    result = invoke("plugins", "--limit", "1s")
    assert result.exit_code == 1
    assert "plug-in kit_sleeper/channel: it was not loaded within 1 s" in result.stdout
    assert invoke("plugins", "--limit", "1 year").exit_code == 2


def test_a_plug_in_that_ends_its_process_is_listed_too(installed):
    installed("kit_dead", "import os; os._exit(0)")
    result = invoke("plugins")
    assert result.exit_code == 1
    assert "plug-in kit_dead/channel: its process ended while it was loaded" in result.stdout


def test_every_hook_has_a_word():
    assert {f"plugins/{hook}" for hook in SEAMS} <= set(WORDS)
