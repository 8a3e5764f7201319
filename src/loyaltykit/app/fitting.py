"""Fits a churn model to a store's own history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.chosen_model import Chosen, chosen, kept_row
from loyaltykit.app.foreseen import ChurnFit
from loyaltykit.app.gaining import exposures, learn_gain
from loyaltykit.app.happened import columns
from loyaltykit.churn.scoring import fit, roles_of
from loyaltykit.program.churn_sense import meaning
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from loyaltykit.app.journal import Journal
    from loyaltykit.churn import History
    from loyaltykit.churn.registry import Given

FIT_MEMBERS = 25_000
"""A model learns from at most so many members, spread over all of them."""
_BLOCKS = 50


def fit_model(journal: Journal, at: int, *, own: Given | None, wanted: str | Given | None = None) -> ChurnFit:
    """Fit the model that is asked for, and keep it when there was enough to learn from."""
    return fit_chosen(journal, chosen(journal.engine.program.document, own, wanted), at)


def fit_chosen(journal: Journal, choice: Chosen, at: int) -> ChurnFit:
    """The same with a model that is chosen already."""
    document = journal.engine.program.document
    said, horizon = meaning(document), document.churn.horizon.micros
    with journal.reading() as store:
        exposed = [] if document.churn.gain is None else exposures(store, document.churn.gain.campaign, before=at)
        ranges = joined(spread(store.last_member()), [member for member, *_ in exposed])
        found = columns(store, said, ranges, before=at)
    history = found.history(until=at, zone=document.timezone)
    model, roles = choice.make(), roles_of(said)
    made = fit(model, history, roles, at=at, horizon=horizon, label=said.label)
    learned = learn_gain(journal, choice, history, roles, exposed, at=at)
    sha256 = None
    if made.report is not None:
        row = kept_row(model, made, name=choice.id, at=at)
        with journal.writing() as work:
            work.store.add_model(row)
        sha256 = row.sha256
    return ChurnFit(
        model=choice.id,
        version=model.spec.version,
        at=from_instant(at),
        rows=made.rows,
        members=made.members,
        churned=made.churned,
        report=made.report,
        sha256=sha256,
        gain=learned,
    )


def spread(last: int, most: int = FIT_MEMBERS) -> list[tuple[int, int]]:
    """Ranges (after, to) of members' numbers: all of them, or blocks spread evenly that hold about so many."""
    if last <= most:
        return [(0, last)]
    each = most // _BLOCKS
    return [(start, start + each) for start in (number * (last - each) // (_BLOCKS - 1) for number in range(_BLOCKS))]


def joined(ranges: list[tuple[int, int]], members: list[int]) -> list[tuple[int, int]]:
    """Ranges and single members (their numbers rising) as ranges that do not overlap, rising."""
    found: list[tuple[int, int]] = []
    for after, to in sorted([*ranges, *((member - 1, member) for member in members)]):
        if found and after <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], to))
        else:
            found.append((after, to))
    return found


def history_of(journal: Journal, at: int) -> History:
    """What was known before an instant of the members that a model learns from."""
    document = journal.engine.program.document
    with journal.reading() as store:
        found = columns(store, meaning(document), spread(store.last_member()), before=at)
    return found.history(until=at, zone=document.timezone)
