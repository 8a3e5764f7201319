"""A walk through the steps of campaigns: what they send, and what may have been done before a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.program.campaigns import Journey, Send
    from loyaltykit.program.document import Document


def all_steps(steps: Sequence[Journey]) -> Iterator[Journey]:
    """Every step, those inside conditions after the condition, in order."""
    for step in steps:
        yield step
        yield from all_steps(step.then)
        yield from all_steps(step.otherwise)


def steps_before(steps: Sequence[Journey], path: str) -> Iterator[Journey]:
    """The steps that may have been done when the step at `path` (``5.then.1``) is reached, in order."""
    number, _, rest = path.partition(".")
    place = int(number) if number.isdecimal() else len(steps) + 1
    yield from all_steps(steps[: place - 1])
    branch, _, inner = rest.partition(".")
    if inner and place <= len(steps):
        step = steps[place - 1]
        yield from steps_before(step.then if branch == "then" else step.otherwise, inner)


def sends_of(document: Document) -> Iterator[tuple[str, Send]]:
    """What the campaigns send, with the campaign's id."""
    for name, campaign in document.campaigns.items():
        for step in all_steps(campaign.steps):
            if step.send is not None:
                yield name, step.send


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


__all__ = ["all_steps", "channels_of", "grants_before", "quests_before", "sends_of", "steps_before"]
