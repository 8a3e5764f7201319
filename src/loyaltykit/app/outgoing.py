"""A message of the outbox in words: what is handed to a channel adapter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltykit.app.calendar_file import calendar_of
from loyaltykit.app.facts import facts_of, session_of
from loyaltykit.app.ideas import idea_words
from loyaltykit.app.words import Words, groups_used, one_line, words
from loyaltykit.channels.attempts import message_id
from loyaltykit.channels.protocol import Attachment, Button, OutgoingMessage
from loyaltykit.program.walking import step_at
from loyaltykit.rules.ideas import TOLD
from loyaltykit.templates import localised
from loyaltykit.values import Effect, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.app.signing import Signer
    from loyaltykit.app.words import Writer
    from loyaltykit.program.document import Document
    from loyaltykit.rules.engine import Engine
    from loyaltykit.store.rows import OutboxRow
    from loyaltykit.views import MemberView

    State = list[Any]

STAFF = "staff"
"""The purpose of messages to a school's staff: their words are in the facts (`staff`, `subject`, `text`)."""
SURVEY = "survey"


class Press(NamedTuple):
    """What pressing one button does: an option of an offer is taken, a survey is answered, a quest is joined."""

    label: str
    offer: str | None = None
    survey: str | None = None
    quest: str | None = None
    value: float | str = ""
    """The option, or the answer."""


def identity(document: Document, row: OutboxRow) -> str:
    """The id that a message keeps through all attempts."""
    return message_id(document.program, row.member, row.effect)


def compose(
    engine: Engine,
    state: State,
    row: OutboxRow,
    *,
    channel: str,
    to: str | None,
    signer: Signer | None,
    at: int,
    writer: Writer | None = None,
    said_of: Callable[[Effect], Effect] | None = None,
) -> OutgoingMessage:
    """The message as a channel takes it. LoyaltyError when its words cannot be found.

    `said_of` puts into an effect what is not written down with it.
    """
    document = engine.program.document
    view = engine.view(state, max(at, engine.now(state)))
    effect = effect_of(row, view.id) if said_of is None else said_of(effect_of(row, view.id))
    if row.purpose == STAFF:
        said = Words(effect.data["subject"], effect.data["text"], None, document.locale)
    else:
        said = worded(document, effect, view, channel, writer)
    unsubscribe = None
    if signer is not None and row.purpose != STAFF:
        unsubscribe = signer.unsubscribe_link(row.member, row.purpose, channel)
    return OutgoingMessage(
        id=identity(document, row),
        member=view.id,
        message=row.message,
        at=from_instant(row.at),
        subject=said.subject,
        text=said.text,
        html=said.html,
        to=to,
        purpose=row.purpose,
        buttons=tuple(
            _button(row, f"{row.seq}:{number}", press.label, signer)
            for number, press in enumerate(presses(document, effect, view))
            if press.offer is None or _stands(view, press.offer, at)
        ),
        unsubscribe=unsubscribe,
        returns=None if signer is None else signer.return_token(row.seq),
        attachments=_invitation(engine, effect, view, row.at),
        locale=said.locale,
    )


def _button(row: OutboxRow, action: str, label: str, signer: Signer | None) -> Button:
    return Button(label=label, action=action, url=None if signer is None else signer.press_link(row.member, action))


def _invitation(engine: Engine, effect: Effect, view: MemberView, stamp: int) -> tuple[Attachment, ...]:
    """The calendar file of the session that a message is about, for who holds it."""
    session = session_of(engine.program.document, effect, view)
    grant = None if session is None or session not in view.entitlements else engine.right(session)
    if grant is None:
        return ()
    text = calendar_of(engine.program.document, grant, view.attributes.get("locale"), stamp=stamp, entitled=True)
    return (Attachment(name="session.ics", media_type="text/calendar", content=text.encode()),)


def worded(document: Document, effect: Effect, view: MemberView, channel: str, writer: Writer | None = None) -> Words:
    """The words of a message, of a survey that is put to the member, or of ours about an idea."""
    if effect.kind == TOLD:
        wanted = _languages(document, view)
        subject, text = idea_words(effect, *wanted) if "idea" in effect.data else _results(document, effect, wanted)
        return Words(subject, text, None, str(wanted[0] or wanted[1]))
    if effect.kind != SURVEY:
        return words(document, effect, view, channel, writer=writer)
    survey, wanted = document.surveys[effect.name], _languages(document, view)
    question = localised(survey.question, effect.name, *wanted)
    return Words(one_line(localised(survey.label, question, *wanted)), question, None, str(wanted[0] or wanted[1]))


def _results(document: Document, effect: Effect, wanted: tuple[str | None, str]) -> tuple[str, str]:
    """Subject and text of the results of a poll, for who voted in it."""
    survey = document.surveys.get(effect.name)
    question = effect.name if survey is None else localised(survey.question, effect.name, *wanted)
    russian = str(wanted[0] or wanted[1]).lower().startswith("ru")
    subject = "Итоги опроса" if russian else "What came of the poll"
    lines = [
        f"{option}: {share:.0%}".replace("%", "\N{NO-BREAK SPACE}%" if russian else "%")
        for option, share in effect.data["results"]
    ]
    votes = "Ответили" if russian else "Answered"
    return subject, "\n".join([question, "", *lines, "", f"{votes}: {effect.data['n']}"])


def effect_of(row: OutboxRow, member: str) -> Effect:
    """The effect that asked for a message, as far as its words need it."""
    own = (kind for kind in (SURVEY, TOLD) if row.effect.endswith(f"/{kind}/{row.message}"))
    kind = next(own, "message")
    mechanic, _, occurrence = row.effect.removesuffix(f"/{kind}/{row.message}").partition("/")
    facts = json.loads(row.facts) if row.facts else {}
    return Effect(f"{member}/{row.effect}", member, kind, row.message, row.at, mechanic, occurrence, None, facts)


def presses(document: Document, effect: Effect, view: MemberView) -> tuple[Press, ...]:
    """The buttons of a message, in order: what is offered and the quest to join, or the answers to a survey.

    They keep their numbers also when the offer does not stand any more, so that an old button is still understood.
    """
    if effect.kind == SURVEY:
        return tuple(_answers(document, effect.name))
    return (*_offered(document, effect, view), *_joined(document, effect, view))


def _languages(document: Document, view: MemberView) -> tuple[str | None, str]:
    return view.attributes.get("locale"), document.locale


def _offered(document: Document, effect: Effect, view: MemberView) -> Iterator[Press]:
    """One button for each option that waits to be taken; what was chosen for the member is one."""
    if offer_told(document, effect) is None:
        return
    offer: Mapping[str, Any] = effect.data["offer"]
    told = facts_of(document, effect, view, groups=("offer",))["offer"]
    for option in told["options"]:
        if offer.get("option") in (None, option["id"]):
            yield Press(option["label"] or option["id"], offer=offer["offer"], value=option["id"])


def offer_told(document: Document, effect: Effect) -> str | None:
    """The offer that a message tells of, to be taken: its words use `offer`, or it comes right after the offer's step.

    None for other messages of the run, and for what was given at once: nobody has to take it.
    """
    offer = str((effect.data.get("offer") or {}).get("offer", ""))
    campaign, _, rest = offer.partition("/")
    path = rest.rpartition("/")[2]
    if effect.kind == SURVEY or campaign not in document.campaigns:
        return None
    step = step_at(document.campaigns[campaign].steps, path)
    if step is None or step.offer is None or step.offer.take == "at once":
        return None
    near = effect.occurrence.rpartition(":")[2] == _next(path)
    return offer if near or "offer" in groups_used(document, effect.name) else None


def _next(path: str) -> str:
    """The path of the step after another."""
    way, dot, number = path.rpartition(".")
    return f"{way}{dot}{int(number) + 1}"


def _stands(view: MemberView, offer: str, at: int) -> bool:
    return any(one.id == offer and not one.taken and to_instant(one.until) > at for one in view.offers)


def _joined(document: Document, effect: Effect, view: MemberView) -> Iterator[Press]:
    """The quest that the message invites to."""
    message = document.messages.get(effect.name)
    if message is not None and message.join is not None:
        label = localised(document.quests[message.join].label, message.join, *_languages(document, view))
        yield Press(label, quest=message.join)


def _answers(document: Document, name: str) -> Iterator[Press]:
    survey = document.surveys[name]
    for option in survey.options:
        yield Press(option, survey=name, value=option)
    if not survey.options:
        low, high = (int(end) for end in (survey.scale or "0-10").split("-"))
        for value in range(low, high + 1):
            yield Press(str(value), survey=name, value=value)
