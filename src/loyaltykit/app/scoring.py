"""The verbs about churn: fitting a model to the store's own history, and scoring members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.hearing import Hearing
from loyaltykit.calendars import zone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from loyaltykit.app.foreseen import ChurnFit, ChurnSummary
    from loyaltykit.churn import History
    from loyaltykit.churn.registry import Given

SCORED = "churn.scored"


class Scoring(Hearing):
    """What can be done about who is leaving."""

    _churn_model: Given | None = None

    def fit_churn(self, at: dt.datetime | None = None, *, model: str | Given | None = None) -> ChurnFit:
        """Fit the program's churn model to what was known at an instant, and keep it in the store.

        It learns from weekly cut-offs whose horizon was over by then. Where that is too little nothing is kept, and the
        answer says so. `model` is an id, or a model that is not fitted, instead of the program's. Without `at` it is
        the clock's time, else just after the newest event. Raises ModelError for a model that nothing brings.
        """
        from loyaltykit.app.fitting import fit_model  # with NumPy, as the others here

        with self._lock:
            return fit_model(self._journal, self._instant_of(at), own=self._churn_model, wanted=model)

    def score_churn(
        self,
        at: dt.datetime | None = None,
        *,
        members: Iterable[str] | None = None,
        model: str | Given | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> ChurnSummary:
        """Score members by what was known before an instant, and record what is new as events ``churn.scored``.

        A model is fitted first where none was fitted by then, or the kept one cannot be read, and there is enough to
        learn from; where there is not, everybody is a cold start. A score that says the same as the member's last one
        (within 0.02) is not recorded again, and at the same instant the first stands. `members` are the ids of some, by
        default all. `progress` hears (members done, of how many). `at` and `model` as in `fit_churn`; a fitted model
        scores as it is.
        """
        from loyaltykit.app.bulk_scoring import score_members

        moment = self._instant_of(at)
        chosen = None if members is None else tuple(dict.fromkeys(members))
        return score_members(
            self._journal, self._lock, moment, own=self._churn_model, wanted=model, members=chosen, progress=progress
        )

    def churn_history(self, at: dt.datetime | None = None) -> History:
        """The history that `fit_churn` learns from: what was known before an instant of at most 25,000 members.

        Members are named by the store's numbers, not their ids. A field that the program calls a fact is a row of the
        type ``TYPE:FIELD``. Without `at` as in `fit_churn`.
        """
        from loyaltykit.app.fitting import history_of

        with self._lock:
            return history_of(self._journal, self._instant_of(at))

    def watch_churn(
        self, at: dt.datetime | None = None, *, progress: Callable[[int, int], object] | None = None
    ) -> ChurnSummary | None:
        """Score everybody if the program says ``score: daily`` and nobody was scored yet that day; else None.

        The day is one of the program's zone. A model older than the program's `refit` is fitted anew first. The worker
        calls this at every turn; that it was done is kept in the store. `progress` as in `score_churn`: when it raises
        something, what was recorded so far stays, and the next call does the rest.
        """
        document = self._journal.engine.program.document
        if document.churn.score is None:
            return None
        moment, place = self._instant_of(at), zone(document.timezone)
        with self._lock, self._journal.reading() as store:
            last = store.noted(SCORED)
            known = store.last_event()
        if not known or (last is not None and place.local_day(last) >= place.local_day(moment)):
            return None
        from loyaltykit.app.bulk_scoring import score_members

        own = self._churn_model
        made = score_members(self._journal, self._lock, moment, own=own, progress=progress, refit=True)
        with self._lock, self._journal.writing() as work:
            work.store.note(SCORED, moment)
        return made

    def _instant_of(self, at: dt.datetime | None) -> int:
        """The instant that is meant: the one given, the clock's, else just after everything that was seen."""
        moment = self._reading_at(at)
        if moment is not None:
            return moment
        with self._lock, self._journal.reading() as store:
            return max(self._journal.advanced or 0, (store.newest() or 0) + 1)
