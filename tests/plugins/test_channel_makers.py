"""Channels that plug-ins bring: made of keyword settings, which are checked before."""

import types
from functools import partial

import pytest

from loyaltykit.channels import Receipt
from loyaltykit.errors import PluginError
from loyaltykit.plugins import channel_maker, discover, hookimpl


class Pigeon:
    name = "pigeon-post"
    address = "pigeon"

    def __init__(
        self, *, token: str, loft: "str" = "north", retries: int = 3, pause: float = 1.0, loud: bool = False,
        routes: list[str] | None = None, hint: object = None, _inner: str = "",
    ) -> None:  # fmt: skip
        if loft == "nowhere":
            raise ValueError(f"no loft {loft} for {token}")
        self.given = {"token": token, "loft": loft, "retries": retries, "pause": pause, "loud": loud, "routes": routes}

    def send(self, message):
        return Receipt(message=message.id)


def bringing(*things):
    module = types.ModuleType("plugin")
    module.loyaltykit_channels = hookimpl(lambda: list(things), specname="loyaltykit_channels")
    return module


def refused(thing):
    found = discover({"ours": bringing(thing)})
    (error,) = found.errors
    assert found.channels == ()
    return error


def test_a_channel_is_brought_and_made_of_its_settings():
    found = discover({"ours": bringing(Pigeon)})
    assert found.errors == ()
    (maker,) = found.channels
    assert (maker.name, maker.address) == ("pigeon-post", "pigeon")
    made = maker.make({"token": "t", "retries": 5, "pause": 2, "routes": ["a"]})
    assert made.given == {
        "token": "t", "loft": "north", "retries": 5, "pause": 2.0, "loud": False, "routes": ["a"]
    }  # fmt: skip


def test_its_settings_are_the_keyword_arguments_with_kinds():
    told = {(one.name, one.kind, one.required, one.secret) for one in channel_maker(Pigeon).settings}
    assert told == {
        ("token", "text", True, True),
        ("loft", "text", False, False),
        ("retries", "integer", False, False),
        ("pause", "number", False, False),
        ("loud", "boolean", False, False),
        ("routes", "list", False, False),
        ("hint", "any", False, False),
    }


@pytest.mark.parametrize(
    ("name", "secret"),
    [("token", True), ("bot_token", True), ("password", True), ("api_key", True), ("tokens", False), ("keys", False)],
)
def test_a_secret_is_known_by_the_end_of_its_name(name, secret):
    scope: dict = {}
    exec(f"def make(*, {name}): pass", scope)  # noqa: S102  # a signature for each name
    scope["make"].name = "x"
    assert channel_maker(scope["make"]).settings[0].secret is secret


def test_a_class_may_name_its_secrets_itself():
    named = type("Named", (Pigeon,), {"secrets": ("loft",)})
    assert [one.name for one in channel_maker(named).settings if one.secret] == ["loft"]


def test_a_call_with_a_name_makes_channels_too():
    made = partial(Pigeon, token="t")
    made.name = "pigeon-post"
    assert channel_maker(made).make({"loft": "south"}).given["loft"] == "south"


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"token": "t", "lofts": "x"}, "plugin/unknown-setting", "there is no setting lofts; did you mean loft?"),
        ({"loft": "x"}, "plugin/missing-setting", "the setting token is missing"),
        ({"token": 7}, "plugin/wrong-setting", "the setting token is not of the kind text"),
        ({"token": "t", "retries": True}, "plugin/wrong-setting", "retries is not of the kind integer"),
        ({"token": "t", "retries": 1.5}, "plugin/wrong-setting", "retries is not of the kind integer"),
        ({"token": "t", "pause": "1"}, "plugin/wrong-setting", "pause is not of the kind number"),
        ({"token": "t", "loud": 1}, "plugin/wrong-setting", "loud is not of the kind boolean"),
        ({"token": "t", "routes": [1]}, "plugin/wrong-setting", "routes is not of the kind list"),
        ({"token": "t", "_inner": "x"}, "plugin/unknown-setting", "there is no setting _inner"),
    ],
)
def test_a_wrong_setting_is_named(settings, code, said):
    with pytest.raises(PluginError, match=r"^channel pigeon-post: ") as caught:
        channel_maker(Pigeon).make(settings)
    assert caught.value.code == code
    assert said in str(caught.value)


def test_what_the_channel_says_of_its_settings_is_told_without_secrets():
    with pytest.raises(PluginError) as caught:
        channel_maker(Pigeon).make({"token": "s3cr3t", "loft": "nowhere"})
    assert str(caught.value) == "channel pigeon-post: it cannot be made: ValueError: no loft nowhere for …"
    assert (caught.value.code, caught.value.__cause__) == ("plugin/setting", None)


class Quoting:
    name = "quoting"

    def __init__(self, *, token: str, written: str) -> None:
        raise ValueError({"repr": f"no {token!r}", "ascii": f"no {token!a}", "long": "x" * 50 + token}[written])

    def send(self, message): ...


@pytest.mark.parametrize("written", ["repr", "ascii", "long"])
@pytest.mark.parametrize("token", ["s3cr3t" * 9, "s3cr3t\\and'more\"", "s3cr3t\tключ"])
def test_no_part_of_a_secret_is_told_however_it_is_written(written, token):
    with pytest.raises(PluginError) as caught:
        channel_maker(Quoting).make({"token": token, "written": written})
    assert "s3cr3t" not in str(caught.value)
    assert "…" in str(caught.value)


class Sullen(Quoting):
    def __init__(self) -> None:
        raise Speechless


def test_an_error_without_words_is_told_by_its_kind():
    with pytest.raises(PluginError, match="it cannot be made: Speechless"):
        channel_maker(Sullen).make({})


class Positional:
    name = "positional"

    def __init__(self, token, /): ...

    def send(self, message): ...


class Nameless:
    def send(self, message): ...


class Mute:
    name = "mute"


class Loud:
    name = "Loud Speaker"

    def send(self, message): ...


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        (7, "a int is no class"),
        (Pigeon(token="t"), "a Pigeon is no class"),
        (Nameless, "Nameless has no `name`"),
        (Loud, "Loud has no `name` of its class: small Latin letters"),
        (Mute, "Mute has no send"),
        (Positional, "cannot be made with keyword settings: token"),
        (lambda: None, "has no `name`"),
    ],
)
def test_what_is_no_channel_is_refused_with_the_reason(thing, why):
    error = refused(thing)
    assert error.code == "plugin/shape"
    assert why in str(error)


@pytest.mark.parametrize("name", ["inbox", "console", "email", "telegram", "webhook", "apprise", "plugins"])
def test_a_plug_in_cannot_take_the_place_of_a_channel_that_ships(name):
    error = refused(type("Other", (Pigeon,), {"name": name}))
    assert error.code == "plugin/duplicate"
    assert str(error) == f"plug-in ours: the channel {name} is already there, from loyaltykit"


def test_of_two_channels_of_one_name_the_first_stands():
    found = discover({"one": bringing(Pigeon), "two": bringing(Pigeon)})
    assert [one.plugin for one in found.brought] == ["one"]
    assert found.errors[0].details["owner"] == "one"


@pytest.mark.parametrize("made", [None, types.SimpleNamespace(name="other", send=print), types.SimpleNamespace(send=1)])
def test_a_call_that_makes_something_else_is_told(made):
    def make():
        return made

    make.name = "pigeon-post"
    with pytest.raises(PluginError) as caught:
        channel_maker(make).make({})
    assert caught.value.code == "plugin/shape"


def test_one_that_leaves_while_it_is_made_is_told():
    def make():
        raise SystemExit(3)

    make.name = "pigeon-post"
    with pytest.raises(PluginError, match="SystemExit"):
        channel_maker(make).make({})


def test_a_slow_plug_in_is_taken_and_told_with_its_seconds():
    import time

    module = types.ModuleType("plugin")
    module.loyaltykit_channels = hookimpl(lambda: time.sleep(0.06) or [Pigeon], specname="loyaltykit_channels")
    found = discover({"slow": module}, slow_after=0.05)
    assert [one.name for one in found.channels] == ["pigeon-post"]
    (slow,) = found.slow
    assert (slow.code, slow.details["seconds"], found.errors) == ("plugin/slow", "0.1", ())


class Left(BaseException):
    """Neither an Exception nor an exit."""


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize("raised", [Left, Speechless, RecursionError, GeneratorExit])
def test_whatever_is_raised_stays_with_the_plug_in(raised):
    def explode():
        raise raised

    broken = types.ModuleType("broken")
    broken.loyaltykit_channels = hookimpl(explode, specname="loyaltykit_channels")
    found = discover({"broken": broken, "good": bringing(Pigeon)})
    assert [one.name for one in found.channels] == ["pigeon-post"]
    assert found.errors[0].details["name"] == "broken"


def test_the_keyboard_still_interrupts():
    def interrupted():
        raise KeyboardInterrupt

    broken = types.ModuleType("broken")
    broken.loyaltykit_channels = hookimpl(interrupted, specname="loyaltykit_channels")
    with pytest.raises(KeyboardInterrupt):
        discover({"broken": broken})
