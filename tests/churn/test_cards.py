"""A model card says what a model predicts, from what, how well, and where not to trust it."""

import json

import attrs
import pytest

from loyaltykit.churn import Feature, FitReport, PanelBuilder, backtest, card_of
from loyaltykit.churn.feature_words import RUSSIAN, meaning
from loyaltykit.churn.panel import features_hash
from tests.churn.judging import Named, school


class Careful(Named):
    @property
    def spec(self):
        return attrs.evolve(super().spec, minimum={"b": -5.0})

    def fit(self, panel):
        return FitReport(n=len(panel), converged=False, degenerate=True, warnings=("few rows",))


@pytest.fixture(scope="module")
def found():
    said = (Feature("a", "log odds", "the | risk"), Feature("b", "", "noise"))
    return backtest([Named("plain"), Careful("careful", "b")], attrs.evolve(school(), features=said), resamples=100)


def test_a_card_has_everything_that_a_reader_needs(found):
    told = card_of(found, "plain", choices="Nothing was chosen.", notes=("A simulated school.",)).markdown()
    for words in (
        "# Model card: plain",
        f"features `{features_hash(['a'])[:16]}`",
        "does nothing at all in the 28 days after a cut-off",
        "a question of uplift",
        "| learned from | 300 | 300 | 1970-01-01 |",
        "| judged on | 600 | 300 | 1970-01-29 to 1970-02-12 (2) |",
        "| AUC | 0.",
        "95% interval",
        "1,800 by the model, 0 cold starts, 0 out of the range",
        "- A simulated school.",
        "Nothing was chosen.",
        "| `a` | log odds | the \\| risk |",
        "Steady: ",
    ):
        assert words in told, words


def test_limits_are_those_that_the_fits_and_the_scores_showed(found):
    told = card_of(found, "careful").markdown("en")
    assert "a member with less than b -5" in told
    assert all(line in told for line in ("A fit did not converge", "degenerate", "- few rows", "Nobody has said so."))
    assert f"{found.status['careful'][1]} cold starts" in told


def test_a_card_in_russian(found):
    told = card_of(found).markdown("ru")
    assert told.startswith("# Карточка модели: plain")
    assert "не сделает совсем ничего" in told
    assert "| AUC | 0," in told


def test_a_card_for_programs(found):
    told = json.loads(json.dumps(card_of(found).to_dict(), allow_nan=False))
    assert told["model"]["features_hash"] == features_hash(["a"])
    assert told["predicts"] == {"label": "silence", "horizon_days": 28}
    assert set(told["metrics"]["auc"]) == {"value", "low", "high"}
    assert len(told["calibration"]) == 10


def test_a_model_that_was_not_judged_has_no_card(found):
    with pytest.raises(ValueError, match="no figures of other; there are plain, careful"):
        card_of(found, "other")


def test_every_feature_of_a_panel_is_said_in_russian():
    named = {feature.name for feature in PanelBuilder.features}
    assert set(RUSSIAN) - named == set()
    assert named - set(RUSSIAN) == set()
    own = Feature("mood", "points", "how it went")
    assert meaning(own, "ru") == ("points", "how it went")
