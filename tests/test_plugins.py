"""Plug-ins: what they bring is taken, what they do wrong stays with them and is said."""

import logging
import subprocess
import sys
import types
from functools import partial
from itertools import repeat
from pathlib import Path

import pluggy
import pytest

import loyaltykit as lk
from loyaltykit.campaigns.policies import Choice
from loyaltykit.churn import files, registry
from loyaltykit.errors import ModelError, PluginError
from loyaltykit.plugins import API, MODEL_NEEDS, SEAMS, Hooks, discover, hookimpl
from tests.churn.sample import Sample


def plugin(*brought, **attributes):
    """A module that brings some churn models."""
    module = types.ModuleType("plugin")
    module.loyaltykit_churn_models = hookimpl(lambda: list(brought), specname="loyaltykit_churn_models")
    vars(module).update(attributes)
    return module


def hooked(function, name="loyaltykit_churn_models"):
    module = types.ModuleType("plugin")
    setattr(module, name, hookimpl(function))
    return module


def model(id):
    return type("Other", (Sample,), {"spec": property(lambda self: type(self._spec)(id=id))})


def refused(broken, *, code):
    """The one refusal of a plug-in that stands between two good ones."""
    found = discover({"a": plugin(model("first")), "broken": broken, "z": plugin(model("last"))})
    assert [one.id for one in found.brought if one.plugin != "broken"] == ["first", "last"]
    (error,) = found.errors
    assert isinstance(error, PluginError)
    assert str(error).startswith("plug-in broken: ")
    assert (error.code, error.details["name"]) == (code, "broken")
    return str(error)


def test_every_hook_has_a_row_and_every_row_a_hook():
    assert {name for name in vars(Hooks) if name.startswith("loyaltykit_")} == set(SEAMS)


def test_a_model_is_brought_and_used():
    found = discover({"ours": plugin(Sample)})
    assert found.errors == ()
    assert [(one.id, one.plugin) for one in found.brought] == [("sample", "ours")]
    assert isinstance(registry.find("sample", found.churn_models)(), Sample)
    with pytest.raises(ModelError):
        registry.find("sample")


def test_a_plug_in_without_hooks_brings_nothing():
    found = discover({"quiet": types.ModuleType("quiet"), "object": object()})
    assert (found.brought, found.errors) == ((), ())


def test_an_object_may_be_a_plug_in_and_bring_models_of_each_form():
    class Ours:
        @hookimpl
        def loyaltykit_churn_models(self):
            yield model("a")
            yield model("b")()
            yield partial(model("c"))

    assert [one.id for one in discover({"ours": Ours()}).brought] == ["a", "b", "c"]


def explode():
    raise RuntimeError("no licence")


def nothing():
    return []


def leave():
    raise SystemExit(3)


@pytest.mark.parametrize("function", [explode, leave, lambda: 7, lambda: [1, 2, explode()]])
def test_a_hook_that_fails_is_named_and_the_others_go_on(function):
    assert "loyaltykit_churn_models does not give a list" in refused(hooked(function), code="plugin/hook")


def test_a_hook_that_nobody_knows_is_refused_with_the_nearest():
    found = refused(hooked(nothing, "loyaltykit_churn_model"), code="plugin/hook")
    assert found.endswith("there is no hook loyaltykit_churn_model; did you mean loyaltykit_churn_models?")


def test_a_hook_with_other_arguments_is_refused():
    assert "its hooks cannot be taken" in refused(hooked(lambda school: []), code="plugin/hook")


@pytest.mark.parametrize("version", [API + 1, "1", None])
def test_another_version_of_the_api_is_refused(version):
    assert "version" in refused(plugin(Sample, loyaltykit_api=version), code="plugin/api")
    assert discover({"ours": plugin(Sample, loyaltykit_api=API)}).errors == ()


@pytest.mark.parametrize("name", [name for name in MODEL_NEEDS if name != "spec"])
def test_a_model_that_lacks_something_is_refused_with_what_it_lacks(name):
    class Lacking(Sample):
        def __getattribute__(self, asked):
            if asked == name:
                raise AttributeError(asked)
            return super().__getattribute__(asked)

    assert refused(plugin(Lacking), code="plugin/shape").endswith(f"refused: Lacking has no {name}")


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        (7, "a int is neither a model nor a call"),
        (explode, "RuntimeError: no licence"),
        (object, "object has no spec, fit"),
        (model(""), "no Spec with an id"),
        (model("x" * 201), "no Spec with an id"),
        (model(None), "no Spec with an id"),
        (type("Bare", (Sample,), {"spec": {"id": "bare"}}), "no Spec with an id"),
        (repeat(Sample()).__next__, "is the same object each time"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(thing, why):
    assert why in refused(plugin(thing), code="plugin/shape")


def test_one_wrong_model_does_not_take_the_others_of_its_plug_in_along():
    found = discover({"ours": plugin(model("a"), 7, model("b"))})
    assert [one.id for one in found.brought] == ["a", "b"]
    assert "churn model 2 of loyaltykit_churn_models" in str(found.errors[0])


def test_two_models_of_one_id_are_refused_naming_both_and_the_first_stands():
    found = discover({"one": plugin(Sample), "two": plugin(Sample)})
    assert [(one.id, one.plugin) for one in found.brought] == [("sample", "one")]
    (error,) = found.errors
    assert str(error) == "plug-in two: the churn model sample is already there, from one"
    assert error.code == "plugin/duplicate"


def test_a_plug_in_cannot_take_the_place_of_a_model_that_ships():
    found = discover({"one": plugin(model("boosted")), "two": plugin(model("boosted"))})
    assert found.brought == ()
    assert [str(error) for error in found.errors] == [
        f"plug-in {name}: the churn model boosted is already there, from loyaltykit" for name in ("one", "two")
    ]


def test_the_same_model_twice_in_one_plug_in_is_refused_too():
    assert "from ours" in str(discover({"ours": plugin(Sample, Sample)}).errors[0])


def test_a_refusal_is_logged(caplog):
    with caplog.at_level(logging.WARNING, "loyaltykit.plugins"):
        found = discover({"broken": hooked(explode)})
    assert [record.getMessage() for record in caplog.records] == [str(error) for error in found.errors]


# installed packages


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs a package of one module with entry points, as pip would leave it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(package, source, value=None):
        (tmp_path / f"{package}.py").write_text(source, "utf-8")
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[loyaltykit]\nmodels = {value or package}\n", "utf-8")

    yield install
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


GOOD = """
from loyaltykit.plugins import hookimpl
from tests.churn.sample import Sample

@hookimpl
def loyaltykit_churn_models():
    return [Sample]
"""


def ours(found):
    """Leaves out what else is installed beside the tests."""
    return [one for one in found.brought if one.plugin.startswith("kit_")]


def test_an_installed_package_is_found_by_its_entry_point(installed, tmp_path):
    installed("kit_models", GOOD)
    found = discover()
    assert [(one.id, one.plugin) for one in ours(found)] == [("sample", "kit_models/models")]


@pytest.mark.parametrize(
    ("source", "value", "why"),
    [
        ("import nothing_of_the_kind", None, "ModuleNotFoundError"),
        ("def (", None, "SyntaxError"),
        ("raise SystemExit(1)", None, "SystemExit"),
        ("", "kit_broken:absent", "AttributeError"),
        ("", "no_such_module", "ModuleNotFoundError"),
    ],
)
def test_a_package_that_cannot_be_imported_is_named_and_the_others_go_on(installed, source, value, why):
    installed("kit_models", GOOD)
    installed("kit_broken", source, value)
    found = discover()
    (error,) = (error for error in found.errors if "kit_" in str(error))
    assert str(error).startswith("plug-in kit_broken/models: ")
    assert error.code == "plugin/import"
    assert why in str(error)
    assert [one.id for one in ours(found)] == ["sample"]


def test_nothing_is_looked_for_when_the_library_is_imported(installed, tmp_path):
    installed("kit_loud", "print('loaded')")
    path = ":".join([str(tmp_path), *(str(one) for one in (Path(__file__).parents[1] / "src",))])
    script = "import sys, loyaltykit, loyaltykit.churn, loyaltykit.plugins; print('kit_loud' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    assert run.stdout.split() == ["False"]


def test_a_model_of_a_plug_in_is_loaded_from_a_file():
    import numpy as np

    from loyaltykit.churn import panel_of

    panel = panel_of({"recency": np.arange(6.0), "age": np.full(6, 30.0)}, y=[0, 0, 0, 1, 1, 1])
    fitted = Sample()
    fitted.fit(panel)
    again = files.loads(files.dumps(fitted), discover({"ours": plugin(Sample)}).churn_models)
    assert again.score(panel).p.tobytes() == fitted.score(panel).p.tobytes()


def test_an_author_needs_only_pluggy_to_mark_a_hook():
    module = types.ModuleType("plugin")
    module.loyaltykit_churn_models = pluggy.HookimplMarker("loyaltykit")(lambda: [Sample])
    assert [one.id for one in discover({"ours": module}).brought] == ["sample"]


# --- policies ------------------------------------------------------------------------------------------------------


class Fair:
    """Draws lots."""

    name = "fair"

    def choose(self, context, options, *, chance, memory):
        return Choice(options[0], 1 / len(options), dict.fromkeys(options, 1 / len(options)), self.name)

    def learn(self, memory, context, option, reward):
        return memory


def policies(*things):
    return type("Policies", (), {"loyaltykit_policies": hookimpl(lambda self: things)})()


def test_policies_are_classes_calls_or_objects():
    other = type("Other", (Fair,), {"name": "other"})
    third = type("Third", (Fair,), {"name": "third"})
    found = discover({"a": policies(Fair, other(), partial(third))})
    assert [one.name for one in found.policies] == ["fair", "other", "third"]
    assert found.errors == ()


@pytest.mark.parametrize(
    ("thing", "what"),
    [
        ("fair", "neither a policy nor a call"),
        (type("NoLearn", (), {"name": "no-learn", "choose": Fair.choose}), "NoLearn has no learn"),
        (type("Spaced", (Fair,), {"name": "our own"}), "is no id"),
        (type("Failing", (Fair,), {"__init__": lambda self: 1 / 0}), "ZeroDivisionError"),
    ],
)
def test_what_is_no_policy_is_refused_alone(thing, what):
    found = discover({"a": policies(thing, Fair)})
    assert [one.name for one in found.policies] == ["fair"]
    (error,) = found.errors
    assert error.code == "plugin/shape"
    assert what in str(error)


def test_a_policy_with_the_name_of_one_of_ours_is_refused():
    found = discover({"a": policies(type("Mine", (Fair,), {"name": "thompson"}))})
    assert (found.policies, [error.code for error in found.errors]) == ((), ["plugin/duplicate"])


def test_an_installed_policy_is_found_by_a_program_that_names_it(monkeypatch):
    monkeypatch.setattr(
        "loyaltykit.plugins.discover_safely", lambda hooks: discover({"a": policies(Fair)}, hooks=hooks)
    )
    text = """
program: school
events: {quiz.failed: {course: text}}
rewards: {review: {}, lesson: {}}
campaigns: {c: {start: {on: quiz.failed}, steps: [{offer: {choose: [review, lesson], by: bandit, policy: NAME}}]}}
"""
    kit = lk.Loyalty(lk.Program.from_yaml(text.replace("NAME", "fair")))
    event = {"id": "e", "type": "quiz.failed", "member": "ann", "at": "2026-09-01T10:00:00Z", "data": {"course": "py"}}
    (offer,) = [one for one in kit.record(event).effects if one.kind == "offer"]
    assert offer.data["propensities"] == {"review": 0.5, "lesson": 0.5}
    with pytest.raises(lk.LoyaltyError, match="did you mean fair"):
        lk.Loyalty(lk.Program.from_yaml(text.replace("NAME", "fare")))
