"""Scoring by models that break their promises, of kept ones that are no longer read, and from two threads."""

from __future__ import annotations

import threading

import attrs
import numpy as np

import loyaltykit as lk
from loyaltykit.churn.scoring import Columns
from tests.app.scored import DAY, NOW, PROGRAM, history
from tests.churn.sample import Sample

HISTORY = history()


class Torn(Sample):
    """Gives NaN for every third row."""

    def score(self, panel):
        made = super().score(panel)
        made.p[::3] = np.nan
        return made


def test_a_score_that_is_no_number_is_a_cold_start_and_in_no_band():
    with lk.Loyalty(PROGRAM, churn_model=Torn) as kit:
        kit.record_many(HISTORY)
        made = kit.score_churn(NOW)
        assert (made.refused, made.recorded) == ((), 80)
        assert made.statuses["cold-start"] == 27
        found = {member: kit.member(member).churn for member in kit.members()}
    assert (found["m00"].score, found["m00"].band, found["m00"].status) == (None, None, "cold-start")
    assert sum(made.bands.values()) == sum(one.band is not None for one in found.values())


class Newer(Sample):
    """Does not take what an older one had kept; once it was fitted itself it does."""

    @classmethod
    def from_state(cls, state):
        if state.version == "1":
            raise ValueError("of an older version")
        return super().from_state(state)

    @property
    def spec(self):
        return attrs.evolve(super().spec, version="2")

    def state(self):
        return attrs.evolve(super().state(), version="2")


def test_a_kept_model_that_is_no_longer_read_is_fitted_anew(url, caplog):
    with lk.Loyalty(PROGRAM, store=url, churn_model=Sample) as kit:
        kit.record_many(HISTORY)
        assert kit.watch_churn(NOW).version == "1"
    with lk.Loyalty(PROGRAM, store=url, churn_model=Newer) as kit:
        made = kit.watch_churn(NOW + DAY)
        assert (made.version, made.fit.fitted) == ("2", True)
        assert "the kept model sample is not used" in caplog.text
        assert kit.watch_churn(NOW + 2 * DAY).fit is None


def test_what_another_thread_reads_does_not_come_into_a_scoring_that_runs(monkeypatch):
    """The columns are kept between scorings, and shared by threads."""
    made, lengths = Columns.history, []
    kit = lk.Loyalty(PROGRAM, churn_model=Sample)

    def other():
        kit.record(lk.Event("later", "lesson.completed", "m00", NOW + DAY, {"progress": 0.5}))
        kit.score_churn(NOW + 2 * DAY)

    thread = threading.Thread(target=other)

    def slowly(self, **given):
        before = len(self.member)
        if thread.ident is None:
            thread.start()
            thread.join(0.5)
        lengths.append((before, len(self.member)))
        return made(self, **given)

    with kit:
        kit.record_many(HISTORY)
        kit.fit_churn(NOW)
        monkeypatch.setattr(Columns, "history", slowly)
        kit.score_churn(NOW)
        thread.join()
    assert len(lengths) == 2
    assert all(before == after for before, after in lengths)
