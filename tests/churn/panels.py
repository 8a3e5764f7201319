"""Small panels with a truth in them, for tests of models."""

import datetime as dt

import numpy as np

from loyaltykit.churn import Panel, panel_of


def school(members: int = 300, cutoffs: int = 4, seed: int = 0) -> Panel:
    """Members whose risk rises with silence relative to their own rhythm; `score_last` is often not known."""
    chance = np.random.default_rng(seed)
    rows = members * cutoffs
    member = np.repeat(np.arange(members), cutoffs)
    cadence = chance.gamma(2.0, 2.0, members)[member] + 0.5
    recency = chance.exponential(cadence)
    active_days = 1.0 + chance.poisson(20.0 / cadence)
    score_last = np.where(chance.random(rows) < 0.3, np.nan, chance.uniform(0, 100, rows))
    columns = {
        "recency": recency,
        "cadence": cadence,
        "silence_ratio": recency / cadence,
        "active_days": active_days,
        "score_last": score_last,
        "noise": chance.normal(size=rows),
        "constant": np.ones(rows),
        "unknown": np.full(rows, np.nan),
    }
    odds = 2.5 * recency / cadence - 4.5 - 0.02 * (np.nan_to_num(score_last, nan=30.0) - 50)
    y = chance.random(rows) < 1 / (1 + np.exp(-odds))
    return panel_of(
        columns,
        y.astype(float),
        member=member,
        cutoff=np.tile(np.arange(cutoffs), members) * 1_000_000,
        members=tuple(f"m{number}" for number in range(members)),
        horizon=dt.timedelta(days=28),
        label="silence",
    )
