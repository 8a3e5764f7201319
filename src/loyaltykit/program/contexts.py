"""Where messages are sent, and what caused each: the groups of facts that a message can count on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loyaltykit.program.campaigns import Journey
    from loyaltykit.program.document import Document
    from loyaltykit.program.rewards import Reward

_NONE: frozenset[str] = frozenset()


@attrs.frozen(slots=True)
class Sending:
    """One place of a document that sends a message."""

    message: str
    place: str
    """``campaigns.comeback.steps.2``."""
    groups: frozenset[str]
    """The groups of facts that are there whichever way led to this place."""


def contexts(document: Document) -> dict[str, frozenset[str]]:
    """By message the groups of facts that it has wherever it is sent. A message that nobody sends is not in it."""
    found: dict[str, frozenset[str]] = {}
    for sending in sendings(document):
        found[sending.message] = found.get(sending.message, sending.groups) & sending.groups
    return found


def absent(document: Document, groups: Sequence[str]) -> dict[str, dict[str, str]]:
    """By message the groups that it lacks somewhere, and the first place that sends it without them."""
    found: dict[str, dict[str, str]] = {}
    for sending in sendings(document):
        lacks = found.setdefault(sending.message, {})
        for group in groups:
            if group not in sending.groups:
                lacks.setdefault(group, sending.place)
    return found


def sendings(document: Document) -> Iterator[Sending]:
    """Every place that sends a message, in document order."""
    for place, names in _plain(document):
        for name in names:
            yield Sending(name, place, _NONE)
    for name, reward in document.rewards.items():
        if reward.task is not None and reward.task.done is not None:
            yield Sending(reward.task.done, f"rewards.{name}.task.done", frozenset({"task"}))
        if reward.remind is not None:
            yield Sending(reward.remind.send, f"rewards.{name}.remind.send", frozenset({"session"}))
        if reward.waitlist is not None and reward.waitlist.send is not None:
            yield Sending(reward.waitlist.send, f"rewards.{name}.waitlist.send", frozenset({"seat"}))
    for state, message in ({} if document.ideas is None else document.ideas.told).items():
        yield Sending(message, f"ideas.told.{state}", frozenset({"idea"}))
    begun = frozenset({"campaign", "stuck"} if _tells(document) else {"campaign"})
    for name, campaign in document.campaigns.items():
        sent: list[Sending] = []
        _follow(document, campaign.steps, begun, f"campaigns.{name}.steps.", sent)
        yield from sent


def _plain(document: Document) -> Iterator[tuple[str, Sequence[str]]]:
    """What sends messages that know of nothing but the member."""
    for rule in document.rules:
        yield f"rules.{rule.id}.send", rule.send
    for name, streak in document.streaks.items():
        for mark, given in streak.milestones.items():
            yield f"streaks.{name}.milestones.{mark}.send", given.send
    for name, badge in document.badges.items():
        yield f"badges.{name}.send", badge.send
    for name, quest in document.quests.items():
        yield f"quests.{name}.reward.send", quest.reward.send
    yield from _by_others(document)


def _by_others(document: Document) -> Iterator[tuple[str, Sequence[str]]]:
    """What winning, chance and friends bring."""
    for name, board in document.leaderboards.items():
        for rank, given in board.winners.items():
            yield f"leaderboards.{name}.winners.{rank}.send", given.send
    for name, surprise in document.surprises.items():
        yield f"surprises.{name}.send", surprise.send
    if document.referrals is not None:
        for side in ("referrer", "friend"):
            yield f"referrals.rewards.{side}.send", getattr(document.referrals.rewards, side).send
    for name, given in ({} if document.ideas is None else document.ideas.given).items():
        yield f"ideas.{name}.send", given.send


def _tells(document: Document) -> bool:
    """Whether something tells where a member is stuck: materials that may fit, or events of quizzes or lessons."""
    told, events = document.stuck, document.events
    quizzes, lessons = events.get(told.failed, {}), events.get(told.done, {})
    return bool(document.materials) or told.quiz in quizzes or told.lesson in lessons


def _follow(
    document: Document, steps: Sequence[Journey], groups: frozenset[str], path: str, sent: list[Sending]
) -> frozenset[str] | None:
    """Go through the steps: what is known after them, None when they end the run."""
    for number, step in enumerate(steps, 1):
        if step.stop:
            return None
        if step.send is not None:
            sent.append(Sending(step.send.message, f"{path}{number}", groups))
        if step.condition is not None:
            ways = (("then", step.then), ("else", step.otherwise))
            known = [_follow(document, way, groups, f"{path}{number}.{name}.", sent) for name, way in ways]
            open_ways = [one for one in known if one is not None]
            if not open_ways:
                return None
            groups = frozenset.intersection(*open_ways)
        groups |= _brings(step, document.rewards)
    return groups


def _brings(step: Journey, rewards: Mapping[str, Reward]) -> frozenset[str]:
    """What later messages know because of a step."""
    session = any(name in rewards and rewards[name].at is not None for name in step.grant)
    done = {"offer": step.offer is not None, "quest": step.enrol is not None, "session": session}
    return frozenset(name for name, is_so in done.items() if is_so)
