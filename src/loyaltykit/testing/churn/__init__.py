"""The kit for authors of churn models: is a model what the `ChurnModel` protocol says?

    from loyaltykit.testing import check_churn_model

    def test_our_model():
        check_churn_model(OurModel)

Or one test a check:

    @pytest.mark.parametrize("check", churn_model_checks(), ids=str)
    def test_our_model(check):
        check(OurModel)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.testing.churn import checks_fit, checks_future, checks_more, checks_say, checks_score
from loyaltykit.testing.churn.bench import Bench
from loyaltykit.testing.churn.school import school_history, school_panel
from loyaltykit.testing.named import NamedCheck, holds
from loyaltykit.testing.report import Checked, KitReport

if TYPE_CHECKING:
    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Panel
    from loyaltykit.churn.registry import Given
    from loyaltykit.testing.churn.bench import Builder

__all__ = [
    "Check",
    "Checked",
    "KitReport",
    "check_churn_model",
    "churn_model_checks",
    "churn_model_report",
    "school_history",
    "school_panel",
]


@attrs.frozen(slots=True)
class Check(NamedCheck[Bench]):
    """One named check. Called with a model it raises AssertionError where the check does not hold."""

    only_with: str = ""
    """The optional method that it is about: of a model without it there is nothing to check."""

    def __call__(
        self,
        make: Given,
        *,
        panel: Panel | Builder | None = None,
        history: History | None = None,
        seed: int = 0,
    ) -> None:
        """Make this check alone; the arguments are those of `check_churn_model`."""
        holds(self.on(Bench(make, panel=panel, history=history, seed=seed)))


def check_churn_model(
    make: Given,
    *,
    panel: Panel | Builder | None = None,
    history: History | None = None,
    seed: int = 0,
) -> KitReport:
    """Hold a model to all that the `ChurnModel` protocol says; give the report, in which all checks hold.

    `make` is the model's class, a call without arguments, or a model that is not fitted. `panel` is a labelled panel
    with the columns that it reads; without one it is fitted to a school of the kit's own. A builder ``(history,
    cutoffs, horizon=None, label=None) -> Panel`` in its place is how features of one's own are checked: from a
    `history`, the kit's own or yours, whose future is then changed, in place and for the time of the check. Equal
    arguments give an equal report.

    Where the model has `survival` or `update` these are checked too, see `WithSurvival` and `WithUpdate`.

    Raises AssertionError that lists every check that fails, with what is so, why it matters and how to mend it, and
    ValueError for a panel of fewer than 40 rows, or without both labels.
    """
    return holds(churn_model_report(make, panel=panel, history=history, seed=seed))


def churn_model_report(
    make: Given,
    *,
    panel: Panel | Builder | None = None,
    history: History | None = None,
    seed: int = 0,
) -> KitReport:
    """The same without AssertionError: the report says what holds and what does not."""
    bench = Bench(make, panel=panel, history=history, seed=seed)
    checks = tuple(check.on(bench) for check in CHECKS if _has(bench, check.only_with))
    return KitReport(subject=_name(bench), checks=checks)


def churn_model_checks() -> tuple[Check, ...]:
    """All checks, by name, to be called one by one; those of an optional method hold for a model without it."""
    return CHECKS


def _has(bench: Bench, method: str) -> bool:
    try:
        return not method or getattr(bench.make(), method, None) is not None
    except (Exception, SystemExit):  # noqa: BLE001  # a check says what is wrong with it
        return False


def _name(bench: Bench) -> str:
    try:
        return str(bench.make().spec.id)
    except (Exception, SystemExit):  # noqa: BLE001  # a check says what is wrong with it
        return "the model"


CHECKS = (
    Check(
        "fits",
        checks_fit.fits,
        "nothing else can be said of a model that cannot be fitted and scored",
        "fit(panel) reads panel.matrix(names) and panel.labels and gives a FitReport; score(panel) gives Scores",
    ),
    Check(
        "spec",
        checks_fit.spec,
        "backtests, files and events name a model by its spec, and the program finds it by its id",
        "after fit evolve the spec with the features that are read, in one order, the panel's horizon and its label",
    ),
    Check(
        "not-fitted",
        checks_fit.not_fitted,
        "a score that nothing was learnt for looks like any other",
        "raise ValueError in score, explain and state until fit has run",
    ),
    Check(
        "deterministic",
        checks_fit.deterministic,
        "nobody can repeat a result, nor tell a change of the data from a change of luck",
        "take a seed as an argument and make a numpy.random.default_rng(seed) in fit; one thread where sums are split",
    ),
    Check(
        "refit",
        checks_fit.refit,
        "a model that is fitted every night would drag old data along for ever",
        "begin every fit from nothing; to go on from what is there is for `update`",
    ),
    Check(
        "apart",
        checks_fit.apart,
        "two schools in one process would score each other's members",
        "keep what was learnt on self; no globals, no attributes of the class, no mutable defaults",
    ),
    Check(
        "shuffled-labels",
        checks_fit.shuffled_labels,
        "skill where there is nothing to learn is a leak: the labels reach the score some other way",
        "look for the label in a feature, in what is kept between fits, or in panel.y while scoring",
    ),
    Check(
        "degenerate",
        checks_fit.degenerate,
        "a new school has one class, one member or no spread, and the nightly run must not die of it",
        "fall back to the share of churn, and say so in FitReport(degenerate=True, warnings=...)",
    ),
    Check(
        "probabilities",
        checks_score.probabilities,
        "bands and expected gain are computed from p",
        "give Scores(p, status): p in [0, 1] as floats, status OK, COLD_START or OUT_OF_RANGE, one each a row",
    ),
    Check(
        "blind",
        checks_score.blind,
        "the panel of a backtest has labels: a model that sees them looks perfect until it is used",
        "read panel.y in fit only",
    ),
    Check(
        "row-order",
        checks_score.row_order,
        "a score would depend on how the members happen to be sorted",
        "compute each row from its own values: no cumulative sums, ranks or windows over rows in score",
    ),
    Check(
        "alone",
        checks_score.alone,
        "a member scored alone, by an event, must have the score of the nightly batch",
        "take means, ranges and ranks in fit and keep them; never compute them from the panel that is scored",
    ),
    Check(
        "by-name",
        checks_score.by_name,
        "tomorrow's panel has another column, in another place, and other members",
        "read panel.matrix(self.spec.features), and name in the spec whatever is read",
    ),
    Check(
        "missing-columns",
        checks_score.missing_columns,
        "a school that has no homework has no `missed`",
        "panel.matrix gives NaN for a column that is not there: treat both alike",
    ),
    Check(
        "not-known",
        checks_score.not_known,
        "most of what could be known of a new member is not",
        "fill NaN with what was usual in fit, or give it a branch of its own",
    ),
    Check(
        "extreme-values",
        checks_score.extreme_values,
        "one broken export must not stop the scores of everybody else",
        "clip to the range that was seen in fit, and give the status OUT_OF_RANGE",
    ),
    Check(
        "cold-start",
        checks_score.cold_start,
        "campaigns judge cold starts by silence instead: a guess must not pass for a score",
        "status = where(cold(self.spec, panel), COLD_START, OK), and p some prior",
    ),
    Check(
        "reasons",
        checks_say.reasons,
        "a curator reads the first reasons, and events store them",
        "sort by the absolute contribution, keep `top`, give codes as text and contributions as finite floats",
    ),
    Check(
        "signed",
        checks_say.signed,
        "a reason with the wrong sign sends a curator after the wrong trouble",
        "a contribution is the part in the log odds: above zero it raises the risk, below it lowers it",
    ),
    Check(
        "sentences",
        checks_say.sentences,
        "the curator who calls does not know what a feature is",
        "use names of PanelBuilder's features as codes, or readable words; the library makes sentences of them",
    ),
    Check(
        "round-trip",
        checks_say.round_trip,
        "models are fitted in one process and score in another, and a file must never run code",
        "state(): JSON in meta, arrays of numbers and short texts in arrays, all that score needs; from_state the same",
    ),
    Check(
        "untouched",
        checks_say.untouched,
        "the next model of a comparison gets the same panel",
        "panel.matrix gives a copy: change that, never panel.X, panel.y or a panel.column",
    ),
    Check(
        "future",
        checks_future.future,
        "what is known later cannot be known now: such a model shines in a backtest and fails in use",
        "make features with PanelBuilder, or from events with at < cutoff and known_at < cutoff only; no side tables",
    ),
    Check(
        "survival",
        checks_more.survival,
        "what is promised for three horizons ahead would not fit the score of the first",
        "give (rows, steps): 1 - score's p first, cold starts too, then never more than the step before",
        "survival",
    ),
    Check(
        "update",
        checks_more.update,
        "a model that learns on every night would drift with how often it ran, or forget what it knew",
        "keep mode and precision in the state, take them as the prior of what follows, and give up at once for no rows",
        "update",
    ),
    Check(
        "update-future",
        checks_more.update_future,
        "what is known later cannot be known now, whether a model is fitted or learns on",
        "read the panel that update is given, and what was kept of fit; no events, no side tables",
        "update",
    ),
)
"""All checks, in the order in which they are made."""
