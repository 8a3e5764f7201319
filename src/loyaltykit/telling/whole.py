"""A whole program in plain sentences: one for every rule, level, streak, quest, reward and promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from loyaltykit.telling import earning, friends, promises, standing, voice
from loyaltykit.telling.teller import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.program.load import Program
    from loyaltykit.telling.teller import Sentence

SECTIONS: Mapping[str, Callable[[Teller], Iterator[Sentence]]] = {
    "points": earning.points,
    "rules": earning.rules,
    "levels": standing.levels,
    "tiers": standing.tiers,
    "streaks": standing.streaks,
    "badges": standing.badges,
    "quests": standing.quests,
    "rewards": promises.rewards,
    "leaderboards": friends.leaderboards,
    "referrals": friends.referrals,
    "campaigns": promises.campaigns,
    "surveys": promises.surveys,
    "ideas": voice.ideas,
    "contact": promises.contact,
}
"""One function a mechanic, in the order in which a student reads of them."""


def sentences(program: Program, *, lang: Literal["en", "ru"] = "en") -> tuple[Sentence, ...]:
    """A program in plain sentences, for the page that a school shows its students.

    One sentence a part, in the order of a reader, not of the document. Labels are taken in the language where there are
    some, else ids stand in their place. How the school sees who is leaving, where a student is stuck and what it
    measures is not told.
    """
    teller = Teller.of(program, lang)
    return tuple(sentence for tell in SECTIONS.values() for sentence in tell(teller))
