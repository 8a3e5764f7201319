"""Panels and models that tests of judging are made of."""

import datetime as dt

import numpy as np

from loyaltykit.churn import FitReport, Scores, Spec, panel_of

DAY = 86_400_000_000


class Named:
    """A model that scores the logistic of a column, plus `bias`, with `noise` by the row's place."""

    def __init__(self, id, column="a", *, bias=0.0, noise=0.0):
        self.id, self.column, self.bias, self.noise = id, column, bias, noise
        self.learned = None

    @property
    def spec(self):
        return Spec(id=self.id, features=(self.column,))

    def fit(self, panel):
        self.learned = panel
        return FitReport(n=len(panel))

    def score(self, panel):
        shaken = self.noise * np.random.default_rng(5).normal(size=len(panel))
        z = np.nan_to_num(panel.column(self.column)) + self.bias + shaken
        return Scores(1 / (1 + np.exp(-z)), np.isnan(panel.column(self.column)).astype(np.int8))


class Broken(Named):
    def score(self, panel):
        raise ZeroDivisionError("no luck")


class NotProbable(Named):
    def score(self, panel):
        return Scores(np.full(len(panel), np.nan), np.zeros(len(panel), dtype=np.int8))


def school(members=300, cutoffs=8, seed=0, *, first=0, prefix="m", shift=0.0, **options):
    """Members with a risk of their own, seen every 14 days; `a` is the log odds of churn within 28 days."""
    rng = np.random.default_rng(seed)
    member, cutoff = np.repeat(np.arange(members), cutoffs), np.tile(np.arange(cutoffs), members)
    a = rng.normal(size=members)[member] + 0.7 * rng.normal(size=len(member)) - 2 + shift
    y = (rng.random(len(member)) < 1 / (1 + np.exp(-a))).astype(float)
    b = rng.normal(size=len(member))
    b[rng.random(len(member)) < 0.1] = np.nan
    said = {
        "member": member,
        "cutoff": (first + 14 * cutoff) * DAY,
        "members": tuple(f"{prefix}{number}" for number in range(members)),
        "horizon": dt.timedelta(days=28),
        "label": "silence",
    }
    return panel_of({"a": a, "b": b}, y, **{**said, **options})
