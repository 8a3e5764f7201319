import datetime as dt

import numpy as np

from loyaltykit.churn import panel_of
from loyaltykit.churn.folds import canonical_order, folds_of, member_folds, unseen_folds

DAY = 86_400_000_000


def term(cutoffs, members=20, step=14):
    rows = members * cutoffs
    member = np.repeat(np.arange(members), cutoffs)
    return panel_of(
        {"recency": np.arange(float(rows))},
        np.arange(rows) % 3 == 0,
        member=member,
        cutoff=np.tile(np.arange(cutoffs), members) * step * DAY,
        members=tuple(map(str, range(members))),
        horizon=dt.timedelta(days=28),
    )


def dealt(panel, folds=5):
    return member_folds(panel, folds, np.random.default_rng(0))


def test_a_member_is_in_one_fold_and_folds_are_even():
    panel = term(cutoffs=3)

    fold = dealt(panel)

    assert all(len(np.unique(fold[panel.member == one])) == 1 for one in range(20))
    assert np.bincount(fold).tolist() == [12] * 5


def test_what_is_held_out_is_of_other_members_and_a_horizon_away():
    panel = term(cutoffs=20)

    found = unseen_folds(panel, dealt(panel))

    assert np.sort(np.concatenate([one.held for one in found])).tolist() == list(range(len(panel)))
    for one in found:
        assert set(panel.member[one.rows]).isdisjoint(panel.member[one.held])
        distance = np.abs(panel.cutoff[one.rows][:, None] - panel.cutoff[one.held])
        assert distance.min() >= 28 * DAY
        assert len(one.held) == 16
    times = [set(panel.cutoff[np.concatenate([one.held for one in found if one.part == part])]) for part in range(5)]
    assert sum(map(len, times)) == 20
    assert set.union(*times) == set(panel.cutoff)


def test_too_few_cutoffs_part_members_only():
    panel = term(cutoffs=2)
    fold = dealt(panel)

    found = unseen_folds(panel, fold)

    assert [one.held.tolist() for one in found] == [one.held.tolist() for one in folds_of(fold)]


def test_the_order_of_rows_is_their_own_even_when_a_member_is_there_twice():
    panel = term(cutoffs=2)
    twice = panel.take(np.append(np.arange(len(panel)), [3, 3]))
    mixed = twice.take(np.random.default_rng(0).permutation(len(twice)))

    one, other = (of.take(canonical_order(of)) for of in (twice, mixed))

    assert (one.X == other.X).all()
    assert (one.labels == other.labels).all()
