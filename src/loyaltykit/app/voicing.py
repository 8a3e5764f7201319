"""The verbs for what members say: answers to surveys, votes, and what came of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyaltykit.app.acting import Acting
from loyaltykit.app.enqueueing import Over
from loyaltykit.app.taking import answer_id, the_answer
from loyaltykit.errors import EventError, LoyaltyError, NotEligible
from loyaltykit.problems import unknown

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app.work import Work
    from loyaltykit.insight.surveys import SurveyResults
    from loyaltykit.program.contact import Survey
    from loyaltykit.values import Decision

VOTE = "vote"
"""The key of the only vote that a member has: a later one replaces it."""


class Voicing(Acting):
    """What members say, and what it comes to."""

    def answer(
        self, member: str, *, survey: str, value: float | str, key: str | None = None, at: dt.datetime | None = None
    ) -> Decision:
        """The member answers a survey: a number of its scale, or one of its options.

        `key` says which asking is answered: the same answer under it again changes nothing, another one raises
        DuplicateConflict. NotEligible, ``survey/closed``, on a day on which it takes no answers. Recorded as
        ``survey.answered`` where the program declares it, else as ``kit.answered``;
        how much it counts (`weight`) is fixed now and recorded with it. What still waits to ask the same is not sent
        any more.
        """
        document = self._journal.engine.program.document
        the_answer(document, member, survey, value, key)  # refused before anything is written
        with self._lock, self._journal.writing() as work:
            id = None if key is None else answer_id(survey, member, key)
            seen = work.store.seen((id,)) if id is not None else []
            first = json.loads(seen[0].data or "{}") if seen else None
            if first is None:
                self._still_open(work, member, survey, at)
            weight = self._weight(work, member, survey, at, first)
            action = the_answer(document, member, survey, value, key, weight=weight)
            decision = self._acted(work, member, *action[:2], at=at, id=action.id)
            hand = work.hand(member)
            if first is None:
                work.withhold(hand, Over(reason="answered", survey=survey), at=self._journal.engine.now(hand.state))
            return decision

    def vote(self, member: str, *, survey: str, option: str, at: dt.datetime | None = None) -> Decision:
        """The member votes for an option of a poll (a survey with options); a later vote replaces an earlier one.

        The same vote again changes nothing. It counts as much as the poll's `weight` says at the moment it is cast.
        Raises LoyaltyError for a survey without options, EventError for an option that it does not have.
        """
        if not self._survey(survey).options:
            raise LoyaltyError(f"{survey} has no options to vote for: it has a scale", code="survey/no-options")
        with self._lock:
            key, again = self._turn(member, survey, VOTE, option)
            return self.answer(member, survey=survey, value=option, key=key, at=None if again else at)

    def _turn(self, member: str, survey: str, base: str, option: str) -> tuple[str, bool]:
        """The key of a vote, and whether it is the last one again; a vote for something else has a key of its own."""
        last = self._voted(member, survey, base)
        if last is not None and last[1] == option:
            return _key(base, last[0]), True
        return _key(base, 0 if last is None else last[0] + 1), False

    def survey(
        self, survey: str, *, by: str | None = None, every: str | None = None, at: dt.datetime | None = None
    ) -> SurveyResults:
        """What a survey came to by an instant: of each member the last answer, weighed as it was when it was given.

        Shares, means and scores have 95% intervals; what fewer than five said is hidden, and what would tell of it.
        `by` adds groups: by an attribute, ``level``, ``tier.ID`` or ``segment.ID``, as the members are at that instant;
        `every` adds periods instead (``week``, ``month``, ...), in each of which a member's last answer counts.
        LoyaltyError for an unknown survey, group or period.
        """
        from loyaltykit.app.polling import results  # with the statistics: only where somebody looks

        declared = self._survey(survey)
        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return results(self._journal, survey, declared, moment, by=by, every=every)

    def tell_results(self, survey: str, *, at: dt.datetime | None = None) -> int:
        """Tell everybody who voted in a poll what came of it; how many were told now, for each is told once.

        Options that are hidden are not told. It is a message under the rules of `contact`. LoyaltyError for a survey
        without options, NotEligible, ``survey/few``, while fewer than five have voted.
        """
        from loyaltykit.app.others import id_of, tell
        from loyaltykit.app.polling import answered, results

        declared = self._survey(survey)
        if not declared.options:
            raise LoyaltyError(f"{survey} has no options: it has a scale", code="survey/no-options")
        moment = self._reading_at(at)
        with self._lock, self._journal.writing() as work:
            found = results(self._journal, survey, declared, moment)
            shares = [(one.option, one.share.value) for one in found.options if one.share is not None]
            if not shares:
                raise NotEligible("fewer than five have voted", code="survey/few")
            said = {"survey": survey, "n": found.n, "options": [name for name, _ in shares]}
            said["shares"] = [round(share or 0.0, 4) for _, share in shares]
            told = 0
            for member in {one.member: None for one in answered(self._journal, survey, declared, moment)}:
                hand = work.hand(member)
                id = id_of("results:", survey, hand.number)
                if not work.store.seen((id,)):
                    now = self._journal.engine.now(hand.state)
                    tell(work, member, "kit.shown", said, id=id, at=now if moment is None else moment)
                    told += 1
            return told

    def _survey(self, survey: str) -> Survey:
        surveys = self._journal.engine.program.document.surveys
        if survey not in surveys:
            text, details = unknown("survey", survey, surveys)
            raise LoyaltyError(text, code="survey/unknown", details=details)
        return surveys[survey]

    def _voted(self, member: str, survey: str, base: str) -> tuple[int, str] | None:
        """How many votes a member has cast before the last, and that one's option; None when none was."""
        last = None
        with self._journal.reading() as store:
            number = 0
            while seen := store.seen((answer_id(survey, member, _key(base, number)),)):
                data: dict[str, Any] = json.loads(seen[0].data or "{}")
                options = self._survey(survey).options
                option = data.get("option") or options[int(data["value"]) - 1]
                last = (number, str(option))
                number += 1
        return last

    def _still_open(self, work: Work, member: str, survey: str, at: dt.datetime | None) -> None:
        document = self._journal.engine.program.document
        if document.surveys[survey].open is None:
            return
        from loyaltykit.app.asking import check_open  # only where a survey has dates

        check_open(document, survey, self._moment(work.hand(member), at, "", again=True))

    def _weight(
        self, work: Work, member: str, survey: str, at: dt.datetime | None, first: dict[str, Any] | None
    ) -> float | None:
        """How much an answer counts: as it was fixed the first time."""
        if first is not None:
            return first.get("weight")
        engine, hand = self._journal.engine, work.hand(member)
        try:
            moment = self._moment(hand, at, "", again=False)
        except EventError:  # recording it says so, with all that belongs to it
            return None
        return engine.weight(hand.state, survey, moment)


def _key(base: str, number: int) -> str:
    return base if number == 0 else f"{base}-{number}"
