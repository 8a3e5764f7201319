"""The shipped default on real students: it learns from one presentation and is tested on the next."""

import os

import pytest

pytestmark = pytest.mark.skipif(
    "LOYALTYKIT_DATA" not in os.environ, reason="needs OULAD's tables: set LOYALTYKIT_DATA to their folder"
)


def test_the_default_ranks_and_calibrates_on_the_next_presentation():
    from examples.oulad.history import oulad_panels
    from loyaltykit.churn.metrics import auc, brier, calibration_error, lift_at
    from loyaltykit.churn.models import Boosted

    train, test = oulad_panels()
    model = Boosted()
    report = model.fit(train)
    p = model.score(test).p

    assert report.converged
    assert auc(test.labels, p) >= 0.860
    assert brier(test.labels, p) <= 0.0690
    assert lift_at(test.labels, p, 0.1) >= 4.6
    assert calibration_error(test.labels, p) <= 0.010  # chance alone makes it about .007
