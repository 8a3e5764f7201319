"""What members do themselves: take an offer, join a quest, answer a survey; each recorded as an event of our own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltykit.errors import EventError, LoyaltyError, NotEligible
from loyaltykit.problems import echo, unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from loyaltykit.program.contact import Survey
    from loyaltykit.program.document import Document
    from loyaltykit.values import Decision
    from loyaltykit.views import OfferView


class Action(NamedTuple):
    """An event of our own, to be recorded."""

    type: str
    data: dict[str, Any]
    id: str | None


def the_offer(offers: Collection[OfferView], wanted: str, option: str | None) -> dict[str, Any]:
    """The data of taking one of the offers that stand, named by its id or its campaign's.

    Raises NotEligible when it does not stand or does not have the option.
    """
    found = [one for one in offers if wanted in (one.id, one.campaign) and not one.taken]
    if not found:
        raise NotEligible(f"no offer {echo(wanted)} stands, or it was taken", code="offer/none")
    offer = found[-1]
    chosen = offer.option if option is None else option
    known = [one.id for one in offer.options if offer.option in (None, one.id)]
    if chosen is None:
        raise NotEligible(f"the offer has several options: name one of {', '.join(known)}", code="offer/which")
    if chosen not in known:
        raise NotEligible(f"the offer has no option {echo(chosen)}; it has {', '.join(known)}", code="offer/option")
    taken = {"offer": offer.id, "option": chosen}
    return {**taken, "kept": True} if offer.kept else taken


def taken_before(first: dict[str, Any], wanted: str, option: str | None) -> dict[str, Any]:
    """The data of a repetition: those of the first time when it asks for the same, else others."""
    id = str(first.get("offer", ""))
    same = wanted in (id, id.split("/", 1)[0]) and option in (None, first.get("option"))
    return first if same else {"offer": wanted, "option": option}


def the_quest(document: Document, quest: str) -> Action:
    """Joining a quest. NotEligible for one that nobody joins by themselves."""
    if quest not in document.quests:
        text, details = unknown("quest", quest, document.quests)
        raise LoyaltyError(text, code="quest/unknown", details=details)
    if document.quests[quest].start != "join":
        raise NotEligible(f"the quest {quest} is not joined: it starts by itself", code="quest/not-joined")
    return Action("kit.joined", {"quest": quest}, None)


_WHY = {
    "done": "the quest {name} is done",
    "too-soon": "the quest {name} is done, and it is too soon to begin it anew",
    "dates": "the quest {name} has dates, and this is none of them",
    "requires": "what the quest {name} requires is not there yet",
}


def not_joined(quest: str, why: str) -> NotEligible:
    """Why a quest is not joined."""
    return NotEligible(_WHY[why].format(name=quest), code=f"quest/{why}", details={"name": quest})


def answer_id(survey: str, member: str, key: str) -> str:
    """The id of the event that an answer is recorded as: it names nobody."""
    return f"answer:{hashlib.sha256(chr(0).join((survey, member, key)).encode()).hexdigest()[:32]}"


def the_answer(
    document: Document, member: str, survey: str, value: float | str, key: str | None, *, weight: float | None = None
) -> Action:
    """An answer to a survey: ``survey.answered`` where the program declares it, else ``kit.answered``.

    Conditions see a declared one: ``{survey: text, value: number}``, where the value of an option is its place from 1;
    with ``option: optional text`` in it also the option itself.

    `key` says which asking it answers, and makes it idempotent; `weight` is how much the answer counts, and goes with
    it. EventError for what the survey does not take.
    """
    if survey not in document.surveys:
        text, details = unknown("survey", survey, document.surveys)
        raise LoyaltyError(text, code="survey/unknown", details=details)
    number, option = _taken(document.surveys[survey], survey, value)
    id = None if key is None else answer_id(survey, member, key)
    given = {"survey": survey, "value": number, "option": option}
    weighed = {} if weight is None else {"weight": weight}
    declared = document.events.get("survey.answered", {})
    if {"survey", "value"} <= set(declared):
        given = {name: one for name, one in (given | {"key": key or ""}).items() if name in declared}
        return Action("survey.answered", given | weighed, id)
    return Action("kit.answered", {name: one for name, one in given.items() if one is not None} | weighed, id)


def _taken(survey: Survey, name: str, value: float | str) -> tuple[float, str | None]:
    """The answer as a number, of one of several options its place from 1, and the option that it names."""
    if survey.options:
        if value not in survey.options:
            raise EventError(
                f"the survey {name} takes one of {', '.join(survey.options)}", code="survey/answer", field="value"
            )
        return float(survey.options.index(str(value)) + 1), str(value)
    low, high = (int(end) for end in (survey.scale or "0-10").split("-"))
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise EventError(f"the survey {name} takes a number from {low} to {high}", code="survey/answer", field="value")
    return float(value), None


def answers_of(survey: Survey) -> tuple[str, ...]:
    """What a survey may be answered with, in order: its options, or the numbers of its scale."""
    if survey.options:
        return survey.options
    low, high = (int(end) for end in (survey.scale or "0-10").split("-"))
    return tuple(str(value) for value in range(low, high + 1))


def was_taken(decision: Decision) -> bool:
    """Whether an offer was taken by an action."""
    return any(effect.kind == "offer" and effect.data.get("state") == "taken" for effect in decision.effects)


def ran_out(decision: Decision) -> bool:
    """Whether an offer was taken of which nothing was left."""
    kinds = {effect.kind for effect in decision.effects}
    return "refused" in kinds and "grant" not in kinds
