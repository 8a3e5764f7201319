"""The examples of a data scientist's own model: short, found as a plug-in, and right by the kit."""

from importlib import import_module
from pathlib import Path

import pytest

from loyaltykit.plugins import discover
from loyaltykit.testing import check_churn_model
from loyaltykit.testing.churn import school_history


@pytest.mark.parametrize("name", ["sklearn", "lightgbm"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning:sklearn", "ignore::DeprecationWarning:lightgbm")
def test_a_model_in_under_40_lines_is_found_and_passes_the_kit(name):
    pytest.importorskip(name)
    module = import_module(f"examples.churn.{name}_model")
    assert len(Path(module.__file__).read_text("utf-8").splitlines()) < 40
    found = discover({name: module})
    assert found.errors == ()
    (make,) = found.churn_models
    assert check_churn_model(make, history=school_history(members=100)).ok
