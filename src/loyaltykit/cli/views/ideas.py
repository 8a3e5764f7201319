"""Ideas of students, a few lines each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.output import clip, faint, strong, tame, width
from loyaltykit.cli.words import count, figure, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.views import IdeaView


def idea_lines(ideas: Iterable[IdeaView], dress: Dressing) -> Iterator[str]:
    """Id, state, votes, author; then the words, and what the school said."""
    lang = dress.lang
    for idea in ideas:
        parts = [say(lang, f"ideas/{idea.state}"), _votes(idea, dress), tame(idea.member), dress.day(idea.since)]
        yield clip(f"{strong(idea.id)}  {' · '.join(parts)}", width() + len(strong("")))
        yield clip(f"  {say(lang, 'ideas/erased') if idea.text is None else tame(idea.text)}", width())
        if idea.note:
            yield faint(clip(f"  {tame(idea.by or '')}: {tame(idea.note)}", width()))


def _votes(idea: IdeaView, dress: Dressing) -> str:
    if idea.votes is None:
        return say(dress.lang, "ideas/few")
    votes = count(dress.lang, idea.votes, "vote")
    if idea.weight is None or idea.weight == idea.votes:
        return votes
    weight = int(idea.weight) if idea.weight == int(idea.weight) else idea.weight
    return f"{votes}, {say(dress.lang, 'ideas/weigh', weight=figure(dress.lang, weight))}"
