"""Recommenders and drafters that plug-ins bring."""

import logging
import types

import pytest

from loyaltykit.app.recommending import Recommending
from loyaltykit.drafting import Brief, Draft, draft
from loyaltykit.errors import PluginError
from loyaltykit.plugins import discover, discover_safely, hookimpl
from tests.plugins.packages import TWO_HOOKS

SLEEPER = "import time\ntime.sleep(600)\n"


def module(**hooks):
    made = types.ModuleType("plugin")
    for name, function in hooks.items():
        setattr(made, name, hookimpl(function, specname=name))
    return made


def first(context, options):
    return options[0]


def recommending(*things):
    return module(loyaltykit_recommenders=lambda: list(things))


def test_a_recommender_is_brought_by_its_name():
    class Named:
        name = "our-model"

        def __call__(self, context, options):
            return None

    found = discover({"ours": recommending(first, Named())})
    assert (list(found.recommenders), found.errors) == (["first", "our-model"], ())


@pytest.mark.parametrize("thing", [7, object, lambda c, o: None, types.SimpleNamespace(name="x")])
def test_what_is_no_recommender_is_refused(thing):
    found = discover({"ours": recommending(thing)})
    assert found.recommenders == {}
    assert [error.code for error in found.errors] == ["plugin/shape"]


def test_of_two_recommenders_of_one_name_the_first_stands():
    found = discover({"one": recommending(first), "two": recommending(first)})
    assert [error.code for error in found.errors] == ["plugin/duplicate"]


def test_the_only_one_installed_is_taken_and_of_several_the_one_that_is_named(installed):
    assert Recommending().find() is None
    installed("kit_one", TWO_HOOKS)
    assert Recommending().find()({}, ["a", "b"]) == "b"
    installed("kit_two", TWO_HOOKS.replace("last_one", "other_one"))
    several = Recommending()
    assert (several.find(), several.lacking) == (None, "name one of the recommenders last_one, other_one")
    assert Recommending("other_one").find()({}, ["a", "b"]) == "b"
    wrong = Recommending("othr_one")
    assert wrong.find() is None
    assert wrong.lacking == "there is no recommender othr_one (did you mean other_one?)"


def test_whom_the_host_gives_is_asked_and_no_plug_in_is_loaded(installed):
    installed("kit_dead", "import os; os._exit(9)")
    assert Recommending(first).find() is first


def test_one_that_never_loads_holds_up_only_a_process_of_its_own(installed, caplog):
    """It waits for the whole limit, which a slow machine needs for the good one."""
    installed("kit_a_sleeper", SLEEPER)
    installed("kit_dead", "import os; os._exit(9)")
    installed("kit_one", TWO_HOOKS)
    with caplog.at_level(logging.WARNING, "loyaltykit.plugins"):
        found = discover_safely(("loyaltykit_recommenders",), limit=8.0)
    assert list(found.recommenders) == ["last_one"]
    assert {error.details["name"]: error.code for error in found.errors} == {
        "kit_a_sleeper/channel": "plugin/hung",
        "kit_dead/channel": "plugin/ended",
    }
    assert "plug-in kit_a_sleeper/channel: it was not loaded within 8 s" in caplog.text


# drafters


def brief(message="hello"):
    return Brief(message=message, locale="en", own=Draft("Hello, {{ member.name }}"))


def drafting(function):
    return module(loyaltykit_draft_message=function)


def test_the_first_plug_in_that_answers_writes_the_message():
    found = discover({
        "a-leaves-it": drafting(lambda brief: None),
        "b-writes": drafting(lambda brief: f"Hi from b about {brief.message}"),
        "c-writes": drafting(lambda brief: "Hi from c"),
    })  # fmt: skip
    assert found.drafter(brief()) == "Hi from b about hello"
    assert draft(brief(), found.drafter).template.text == "Hi from b about hello"


def test_one_that_fails_is_named_and_the_next_is_asked(caplog):
    def broken(brief):
        raise RuntimeError("Bob Marley, bob@school.example")

    def leaving(brief):
        raise SystemExit(1)

    found = discover({
        "a-broken": drafting(broken), "b-leaves": drafting(leaving), "c-writes": drafting(lambda brief: "Hi"),
    })  # fmt: skip
    assert found.drafter(brief()) == "Hi"
    assert "plug-in a-broken: loyaltykit_draft_message failed with RuntimeError" in caplog.text
    assert "plug-in b-leaves: loyaltykit_draft_message failed with SystemExit" in caplog.text
    assert "Marley" not in caplog.text


def test_where_nobody_answers_the_authors_words_stay():
    found = discover({"a": drafting(lambda brief: None)})
    with pytest.raises(PluginError):
        found.drafter(brief())
    made = draft(brief(), found.drafter)
    assert (made.accepted, made.template.text) == (False, "Hello, {{ member.name }}")
    assert discover({}).drafter is None


def test_a_drafter_that_names_another_argument_is_refused():
    found = discover({"a": drafting(lambda order: None)})
    assert found.drafter is None
    assert [error.code for error in found.errors] == ["plugin/hook"]
