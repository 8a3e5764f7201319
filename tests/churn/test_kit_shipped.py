"""Every model that ships passes the kit for authors."""

import pytest

from loyaltykit.churn.growing import Growth
from loyaltykit.churn.registry import SHIPPED, find
from loyaltykit.testing import churn_model_report
from loyaltykit.testing.churn import school_history

LIGHTER = {"boosted": {"folds": 2, "growth": Growth(trees=25, rate=0.2)}}
"""Settings with which a model learns faster, and does nothing else."""

LACKS = {"sklearn": {"round-trip"}}
"""An estimator of scikit-learn can only be stored by pickle: the adapter refuses, and `MatrixModel` learns again."""


@pytest.mark.parametrize("id", SHIPPED)
def test_a_model_that_ships_passes(id):
    if id == "sklearn":
        pytest.importorskip("sklearn")
    make = find(id)
    report = churn_model_report(lambda: make(**LIGHTER.get(id, {})), history=school_history(members=100))
    assert {one.name for one in report.failures} == LACKS.get(id, set()), str(report)
