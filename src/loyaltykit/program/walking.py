"""A walk through the steps of campaigns: what they send, and what may have been done before a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.program.campaigns import Journey, Send
    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Keys


@attrs.frozen(slots=True)
class Visit:
    """One step on the way through a campaign."""

    path: str
    """Numbers from 1: ``4``, and inside a condition ``5.then.1``, ``5.else.2``."""
    loc: Keys
    step: Journey


def walk(steps: Sequence[Journey], loc: Keys = (), path: str = "") -> Iterator[Visit]:
    """Every step, also inside conditions, in document order."""
    for number, step in enumerate(steps):
        visit = Visit(f"{path}{number + 1}", (*loc, number), step)
        yield visit
        yield from walk(step.then, (*visit.loc, "then"), f"{visit.path}.then.")
        yield from walk(step.otherwise, (*visit.loc, "else"), f"{visit.path}.else.")


def ends(step: Journey) -> bool:
    """Whether nothing comes after the step: it is a stop, or both its ways end with one."""
    if step.stop:
        return True
    return all(bool(way) and ends(way[-1]) for way in (step.then, step.otherwise))


def all_steps(steps: Sequence[Journey]) -> Iterator[Journey]:
    """Every step, those inside conditions after the condition, in order."""
    return (visit.step for visit in walk(steps))


def steps_before(steps: Sequence[Journey], path: str) -> Iterator[Journey]:
    """The steps that may have been done when the step at `path` (``5.then.1``) is reached, in order."""
    number, _, rest = path.partition(".")
    place = int(number) if number.isdecimal() else len(steps) + 1
    yield from all_steps(steps[: place - 1])
    branch, _, inner = rest.partition(".")
    if inner and place <= len(steps):
        step = steps[place - 1]
        yield from steps_before(step.then if branch == "then" else step.otherwise, inner)


def step_at(steps: Sequence[Journey], path: str) -> Journey | None:
    """The step at a path (``5.then.1``); None when there is none."""
    number, _, rest = path.partition(".")
    place = int(number) - 1 if number.isdecimal() else -1
    if not 0 <= place < len(steps):
        return None
    if not rest:
        return steps[place]
    branch, _, inner = rest.partition(".")
    return step_at(steps[place].then if branch == "then" else steps[place].otherwise, inner)


def sends_of(document: Document) -> Iterator[tuple[str, Send]]:
    """What the campaigns send, with the campaign's id."""
    for name, campaign in document.campaigns.items():
        for step in all_steps(campaign.steps):
            if step.send is not None:
                yield name, step.send


def path_of_send(document: Document, message: str) -> tuple[str | None, str]:
    """The campaign that sends a message first, and the path of the step; None and nothing when no campaign does."""
    for name, campaign in document.campaigns.items():
        for visit in walk(campaign.steps):
            if visit.step.send is not None and visit.step.send.message == message:
                return name, visit.path
    return None, ""


def quests_before(document: Document, campaign: str, path: str) -> tuple[str, ...]:
    """The quests that a run may have enrolled its member in before a step."""
    before = steps_before(document.campaigns[campaign].steps, path)
    return tuple(step.enrol for step in before if step.enrol is not None and step.enrol in document.quests)


def grants_before(document: Document, campaign: str, path: str) -> tuple[str, ...]:
    """The rewards that a run may have granted by a step of its own before a step."""
    before = steps_before(document.campaigns[campaign].steps, path)
    return tuple(name for step in before for name in step.grant if name in document.rewards)


def channels_of(document: Document, message: str) -> tuple[str, ...]:
    """The channels that a message may take, as far as the document says: those of its steps, else the program's."""
    named = [channel for _, send in sends_of(document) if send.message == message for channel in send.channels]
    return tuple(dict.fromkeys(named or document.contact.channels or ("inbox",)))


__all__ = [
    "Visit",
    "all_steps",
    "channels_of",
    "ends",
    "grants_before",
    "path_of_send",
    "quests_before",
    "sends_of",
    "step_at",
    "steps_before",
    "walk",
]
