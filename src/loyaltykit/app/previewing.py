"""A message as a member would get it, before anybody gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.app.facts import facts_of
from loyaltykit.app.words import Words, body_of, fill, locale_of
from loyaltykit.calendars import DAY
from loyaltykit.program.messages import GROUPS
from loyaltykit.program.walking import channels_of, path_of_send, steps_before
from loyaltykit.templates import groups_of
from loyaltykit.values import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.app.words import Writer
    from loyaltykit.program.document import Document
    from loyaltykit.views import MemberView

Source = Literal["message", "offer", "sample"]
_KEPT = 7 * DAY


@attrs.frozen(slots=True, kw_only=True)
class Preview:
    """A message in words, a channel each. Whether it may be sent now (consent, quiet hours, caps) is not asked."""

    message: str
    member: str
    source: Source
    """Where the facts are from: the last such message to the member, their last offer, or made up."""
    sample: tuple[str, ...]
    """The facts that are made up; shown as ``‹quest.deadline›`` where nothing better is known."""
    words: Mapping[str, Words]
    """By channel."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        words = {channel: said.to_dict() for channel, said in self.words.items()}
        return {
            "message": self.message,
            "member": self.member,
            "source": self.source,
            "sample": list(self.sample),
            "words": words,
        }


def preview_of(
    document: Document,
    message: str,
    view: MemberView,
    *,
    at: int,
    effects: Iterable[Effect] = (),
    channel: str | None = None,
    writer: Writer | None = None,
) -> Preview:
    """The preview for a member, with the facts of their newest effect that has some.

    `effects` are the member's, oldest first; `at` is the instant of a message that is made up.
    """
    effect, source = _cause(document, message, effects, at)
    locale = locale_of(document, message, view)
    channels = (channel,) if channel is not None else channels_of(document, message)
    bodies = {one: body_of(document, message, locale, one, writer) for one in channels}
    groups = {
        name
        for body in bodies.values()
        for name in groups_of("".join(filter(None, (body.subject, body.text, body.html))))
    }
    facts = facts_of(document, effect, view, locale=locale)
    made_up = [] if source == "message" else _fill_up(facts, groups, real=("offer",) if source == "offer" else ())
    return Preview(
        message=message,
        member=view.id,
        source=source,
        sample=tuple(made_up),
        words={one: fill(body, facts, locale) for one, body in bodies.items()},
    )


def _cause(document: Document, message: str, effects: Iterable[Effect], at: int) -> tuple[Effect, Source]:
    """The effect to take the facts from."""
    newest = list(effects)[::-1]
    for effect in newest:
        if effect.kind == "message" and effect.name == message:
            return effect, "message"
    offer = next((effect for effect in newest if effect.kind == "offer" and "options" in effect.data), None)
    campaign, path = path_of_send(document, message)
    data: dict[str, Any] = {"campaign": campaign} if campaign else {}
    mechanic = f"campaigns.{campaign}" if campaign else "preview"
    if offer is not None:
        data["offer"] = offer.data
        return Effect("preview", "", "message", message, at, mechanic, f"1:{path}", None, data), "offer"
    data.update(_sample(document, message, campaign, path, at))
    return Effect("preview", "", "message", message, at, mechanic, f"1:{path}", None, data), "sample"


def _sample(document: Document, message: str, campaign: str | None, path: str, at: int) -> dict[str, Any]:
    """What the effect of such a message could hold, from what the program declares."""
    material = next(iter(document.materials), None)
    steps = steps_before(document.campaigns[campaign].steps, path) if campaign else ()
    offers = [step.offer for step in steps if step.offer is not None]
    found: dict[str, Any] = {}
    if offers:
        ids = [option.id for option in offers[-1].choose]
        until = at + (offers[-1].keep.micros or _KEPT)
        found["offer"] = {
            "offer": f"{campaign}/1",
            "options": ids,
            "option": ids[0],
            "until": until,
            "materials": [material] if material else [],
        }
    if material is not None:
        known = document.materials[material]
        found["stuck"] = {"topic": known.topic, "lesson": known.lesson, "course": known.course, "material": material}
    for name, reward in document.rewards.items():
        if reward.task is not None and reward.task.done == message:
            found["task"] = {"reward": name, "role": reward.task.role, "due": at}
        if reward.remind is not None and reward.remind.send == message:
            found["session"] = {"reward": name}
        if reward.waitlist is not None and reward.waitlist.send == message:
            found["seat"] = {"reward": name, "position": 1}
    return found


def _fill_up(facts: dict[str, Any], groups: Iterable[str], *, real: tuple[str, ...]) -> list[str]:
    """Put a mark where a fact of the message's cause is not known; the names of all that is made up."""
    made_up = []
    for group in sorted(set(groups) & set(GROUPS)):
        known = facts[group] or {}
        facts[group] = {
            name: _or_mark(known.get(name), f"{group}.{name}", inner) for name, inner in GROUPS[group].items()
        }
        if group not in real:
            made_up.append(group)
    return made_up


def _or_mark(value: Any, name: str, inner: Mapping[str, Any] | None) -> Any:
    if inner is not None:
        known = value or {}
        return {part: _or_mark(known.get(part), f"{name}.{part}", None) for part in inner}
    if value is None:
        return [] if name == "offer.options" else f"‹{name}›"
    return value
