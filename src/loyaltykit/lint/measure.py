"""What nobody will be able to say afterwards: a campaign without a control group, or without a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.walking import all_steps
from loyaltykit.rules.expression.tree import Ref, depends

if TYPE_CHECKING:
    from typing import TypeGuard

    from loyaltykit.lint.subject import Subject
    from loyaltykit.rules.expression.tree import History


def look(subject: Subject) -> None:
    """Report what cannot be measured."""
    document = subject.document
    aims = {goal.campaign for goal in document.goals.values()}
    for name, campaign in document.campaigns.items():
        if _follows(subject, name):
            continue
        loc = ("campaigns", name)
        if not campaign.holdout and not document.holdout:
            subject.warn("measure/no-holdout", loc, hint="hint/hold-some-out", at_key=True, name=name)
        if name not in aims and None not in aims:
            subject.warn("measure/no-goal", loc, hint="hint/set-a-goal", at_key=True, name=name)


def _follows(subject: Subject, name: str) -> bool:
    """Whether a campaign goes on where another one ends: it begins with a quest that the other one enrols in."""
    node = subject.nodes.get(f"campaigns.{name}.start")
    quests = {part.path[1] for part in depends(node) if _is_quest(part)} if node is not None else set()
    others = (campaign for other, campaign in subject.document.campaigns.items() if other != name)
    return any(step.enrol in quests for campaign in others for step in all_steps(campaign.steps))


def _is_quest(part: Ref | History) -> TypeGuard[Ref]:
    return isinstance(part, Ref) and part.path[0] == "quest"
