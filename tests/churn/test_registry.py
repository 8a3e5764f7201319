"""Models by id: those that ship, and those that a caller gives."""

import subprocess
import sys
from functools import partial

import pytest

from loyaltykit.churn import registry
from loyaltykit.errors import ModelError
from loyaltykit.program.churn import MODELS
from tests.churn.sample import Sample


class Named(Sample):
    """A maker that needs an argument."""

    def __init__(self, id):
        super().__init__()
        self._spec = type(self._spec)(id=id)


def test_a_program_may_name_what_ships():
    assert tuple(registry.SHIPPED) == MODELS


def test_what_ships_stands_first_and_the_default_is_among_it():
    assert list(registry.models([Sample]))[: len(registry.SHIPPED)] == list(registry.SHIPPED)
    assert registry.DEFAULT in registry.SHIPPED


@pytest.mark.parametrize("given", [Sample, Sample(), partial(Sample)], ids=["class", "model", "call"])
def test_a_given_model_is_found_by_its_id_and_made_anew_each_time(given):
    make = registry.find("sample", [given])
    assert isinstance(make(), Sample)
    assert make() is not make()


def test_a_given_model_may_come_from_anything_that_can_be_gone_through_once():
    assert registry.find("mine", (one for one in [Named("mine")]))().spec.id == "mine"


def test_an_unknown_model_is_named_with_the_nearest():
    with pytest.raises(ModelError, match=r"no churn model 'bgnbd'|no churn model bgnbd; did you mean bg-nbd") as raised:
        registry.find("bgnbd")
    assert raised.value.code == "model/unknown"
    assert raised.value.details == {"name": "bgnbd", "nearest": "bg-nbd"}
    with pytest.raises(ModelError, match="did you mean sample"):
        registry.find("simple", [Sample])


def test_with_nothing_near_all_are_listed():
    with pytest.raises(ModelError, match=f"there are {', '.join(registry.SHIPPED)}$"):
        registry.find("zzz")


@pytest.mark.parametrize("given", [[Named("boosted")], [Sample, Sample()]])
def test_two_models_of_one_id_are_refused(given):
    with pytest.raises(ModelError, match="two models") as raised:
        registry.models(given)
    assert raised.value.code == "model/duplicate"


def test_no_model_is_imported_before_it_is_asked_for():
    script = (
        "import sys; from loyaltykit.churn import registry; registry.models(); "
        "print([name for name in sys.modules if name.startswith('loyaltykit.churn.models.')])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
