"""What a check looks at: the document, its checked expressions, and the desk where it leaves what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.program.consequences import Gifts
    from loyaltykit.program.document import Document
    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys
    from loyaltykit.rules.expression.tree import Node


@attrs.frozen(slots=True)
class Subject:
    """A program that holds, and the desk for advice about it."""

    document: Document
    nodes: Mapping[str, Node]
    """The checked expressions, by path."""
    desk: Desk

    def warn(self, code: str, loc: Keys, *, hint: str = "", at_key: bool = False, **arguments: Any) -> None:
        """Something that is most likely a mistake."""
        self.desk.report(code, loc, hint=hint, at_key=at_key, severity="warning", **arguments)

    def advise(self, code: str, loc: Keys, *, hint: str = "", at_key: bool = False, **arguments: Any) -> None:
        """Something that most schools do otherwise."""
        self.desk.report(code, loc, hint=hint, at_key=at_key, severity="advice", **arguments)


@attrs.frozen(slots=True)
class Giver:
    """One place of a document that gives something."""

    section: str
    name: str
    path: str
    loc: Keys
    gifts: Gifts


def givers(document: Document) -> Iterator[Giver]:
    """Every place that awards points, grants rewards or gives badges, in document order."""
    from loyaltykit.program.walking import walk

    for number, rule in enumerate(document.rules):
        yield Giver("rules", rule.id, f"rules.{rule.id}", ("rules", number), rule)
    for name, streak in document.streaks.items():
        for mark, given in streak.milestones.items():
            path, loc = f"streaks.{name}.milestones.{mark}", ("streaks", name, "milestones", str(mark))
            yield Giver("streaks", name, path, loc, given)
    for name, badge in document.badges.items():
        yield Giver("badges", name, f"badges.{name}", ("badges", name), badge)
    for name, quest in document.quests.items():
        yield Giver("quests", name, f"quests.{name}.reward", ("quests", name, "reward"), quest.reward)
    for name, campaign in document.campaigns.items():
        for visit in walk(campaign.steps, ("campaigns", name, "steps")):
            yield Giver("campaigns", name, f"campaigns.{name}.steps.{visit.path}", visit.loc, visit.step)
