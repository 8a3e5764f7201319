"""What works for whom: the log of a campaign's offers, joined with what came of each."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.by_offer import ByOffer
from loyaltykit.app.judging import PAGE, reached
from loyaltykit.errors import LoyaltyError
from loyaltykit.insight import words
from loyaltykit.insight.offers import ChoiceRow, what_works
from loyaltykit.problems import unknown
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.app.journal import Journal
    from loyaltykit.insight.offers import OfferReport
    from loyaltykit.store.rows import EffectRow

DRAWN = ("random", "bandit")
"""Ways of choosing in which every option had a known chance."""


@attrs.frozen(slots=True, kw_only=True)
class OfferedStep:
    """One offer of a campaign: what each option brought in each segment."""

    step: str
    """The step's path in the campaign: `1`, `4.then.2`."""
    by: str
    """Who chose: `rule`, `random`, `bandit`, `recommender`, `member`."""
    report: OfferReport
    """By segment. Only where chance chose (`random`, `bandit`) may an option be called best in it."""
    waiting: int
    """Choices that are not counted, because the time for something to come of them is not up."""
    unpicked: int
    """Choices that were left to the student, who picked nothing."""

    def words(self, lang: str) -> str:
        """The offer, its segments and what is not counted."""
        head = words.say("offers/step", lang, step=self.step, by=words.say(f"by/{self.by}", lang))
        lines = [head, self.report.words(lang)]
        for code, number in (("offers/waiting", self.waiting), ("offers/unpicked", self.unpicked)):
            if number:
                lines.append(words.say(code, lang, number=number))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        counts = {"waiting": self.waiting, "unpicked": self.unpicked}
        return {"step": self.step, "by": self.by, **self.report.to_dict(), **counts}


@attrs.frozen(slots=True, kw_only=True)
class WhatWorks(ByOffer[OfferedStep]):
    """What a campaign's offers brought to whom. `str()` gives the words, `to_dict()` plain data."""

    steps: tuple[OfferedStep, ...]


def offered(journal: Journal, campaign: str, at: int | None, *, by: str | None) -> WhatWorks:
    """Report a campaign's offers at an instant, by default at how far time has come.

    `by` names what the choice knew of the student (`topic`, `course`, `value`, `level`, `segment.ID`, ...) and makes
    the segments; without it that is the topic where the student was stuck, else the run's value, else there is one
    segment for all. LoyaltyError for a campaign that the program does not have.
    """
    known = journal.engine.program.document.campaigns
    if campaign not in known:
        text, details = unknown("campaign", campaign, known)
        raise LoyaltyError(text, code="campaign/unknown", details=details)
    as_of = reached(journal) if at is None else at
    rows: dict[tuple[str, str], list[ChoiceRow]] = {}
    waiting: Counter[tuple[str, str]] = Counter()
    unpicked: Counter[tuple[str, str]] = Counter()
    for _, choice, outcome in choices(journal, f"campaigns.{campaign}", as_of):
        place = choice["offer"].rpartition("/")[2], choice["by"]
        found = rows.setdefault(place, [])
        option = choice["option"] if outcome is None else outcome["option"]
        if choice["until"] > as_of:
            waiting[place] += 1
        elif option is None:
            unpicked[place] += 1
        elif choice["propensity"] is not None or choice["by"] not in DRAWN:
            reward = 0 if outcome is None else outcome["reward"]
            likely = choice["propensity"] if choice["by"] in DRAWN else 1.0
            found.append(ChoiceRow(_segment(choice["context"], by), option, likely, float(reward)))
    steps = tuple(
        OfferedStep(
            step=step,
            by=who,
            report=what_works(found, drawn=who in DRAWN),
            waiting=waiting[step, who],
            unpicked=unpicked[step, who],
        )
        for (step, who), found in sorted(rows.items())
    )
    return WhatWorks(campaign=campaign, as_of=from_instant(as_of), steps=steps)


def choices(
    journal: Journal, mechanic: str, as_of: int
) -> Iterator[tuple[EffectRow, Mapping[str, Any], Mapping[str, Any] | None]]:
    """Every choice: its row, its facts, and what came of it.

    A success is known at once and a failure only when the offer's time is up, so whoever counts must wait for all; an
    offer whose time is up without an outcome brought nothing, time has only not been advanced so far. What a late event
    has made undone (`kept`) is no choice any more, and no outcome.
    """
    store = journal.store
    last = store.last_member()
    for after in range(0, last, PAGE):
        to = min(last, after + PAGE)
        outcomes = {
            (row.member, data["offer"]): data
            for row in store.effects_of(mechanic, "outcome", after=after, to=to)
            if row.at <= as_of and not row.kept
            for data in (json.loads(row.data),)
        }
        for row in store.effects_of(mechanic, "offer", after=after, to=to):
            data = json.loads(row.data)
            if "by" in data and row.at <= as_of and not row.kept:  # taken and lapsed ones are of this kind, too
                yield row, data, outcomes.get((row.member, data["offer"]))


def _segment(context: Mapping[str, Any], by: str | None) -> str:
    """Whose segment a choice is in; empty: everybody's."""
    names = ("topic", "value") if by is None else (by,)
    return next((str(context[name]) for name in names if context.get(name) is not None), "")
