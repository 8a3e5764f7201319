"""What comes in by a messenger: a press, a text, a block; done, confirmed and marked by one verb."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.addressing import whose
from loyaltykit.app.commenting import await_comment, awaited_comment
from loyaltykit.app.heard_words import said
from loyaltykit.app.linking import Linking
from loyaltykit.app.outgoing import effect_of, presses
from loyaltykit.channels.attempts import coded
from loyaltykit.channels.protocol import Button, OutgoingMessage
from loyaltykit.channels.telegram_updates import Blocked, Pressed, Replied, Started, Unblocked
from loyaltykit.errors import DuplicateConflict, EventError, LoyaltyError, NotEligible, OutOfStock
from loyaltykit.rules.ideas import OPEN
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from loyaltykit.app.outgoing import Press
    from loyaltykit.app.work import Work
    from loyaltykit.channels.telegram_updates import Update
    from loyaltykit.store.rows import OutboxRow
    from loyaltykit.values import Decision

IDEA = "idea:"
"""How the actions of buttons about ideas begin; ``idea:ID`` supports it, ``idea:ID:off`` withdraws the vote."""
_OFF = "off"
_SHOWN = 5
_MARK = "✓ "
_REFUSALS = {
    "survey/closed": "closed",
    "press/unknown": "unknown",
    "idea/own": "idea-own",
    "idea/closed": "idea-closed",
}
_log = logging.getLogger("loyaltykit.app")


@attrs.frozen(slots=True, kw_only=True)
class Heard:
    """What came of an update."""

    member: str | None = attrs.field(default=None, repr=False)
    """Whose it was; None for a chat of nobody's."""
    decision: Decision | None = attrs.field(default=None, repr=False)
    reply: str = attrs.field(default="", repr=False)
    """What they are told, in their language: the channel was handed it, if it is one of this object's."""
    refused: str | None = None
    """The code of what was not done."""


class Hearing(Linking):
    """Hears what a messenger reports."""

    def hear(self, update: Update | None, *, channel: str = "telegram", at: dt.datetime | None = None) -> Heard:
        """Do what a member asks by a messenger, and tell them: what `read_update` returned is all that it takes.

        A press does what its button says, is confirmed, and its button is marked; a press on another answer is told
        that there is one. After an answer to a survey with ``comment: true``, the next text is the comment. ``/start``
        binds the chat, ``/idea TEXT`` proposes, ``/ideas`` lists what can be voted for, a block switches the channel
        off. The same update again changes nothing. What a member did wrong is in `refused`, and raised is only what
        `Loyalty` cannot go on with.
        """
        match update:
            case Pressed():
                return self._pressed_in(channel, update, at)
            case Started():
                return self._started(channel, update, at)
            case Blocked() | Unblocked():
                return self._reached(channel, update, at)
            case Replied():
                return self._written(channel, update, at)
            case _:
                return Heard()

    # --- presses -----------------------------------------------------------------------------------------------------

    def _pressed_in(self, channel: str, update: Pressed, at: dt.datetime | None) -> Heard:
        if update.action.startswith(IDEA):
            return self._voted_in(channel, update, at)
        try:
            row, member, hand = self._sent(update.action)
            press = self._press(row, member, hand, update.action)
            decision = self.pressed(channel, update.chat, update.action, at=at)
        except (DuplicateConflict, NotEligible, OutOfStock, LoyaltyError) as error:
            return self._refused(channel, update, error)
        locale = self._locale(member)
        reply = said("answered" if press.survey else "taken" if press.offer else "joined", locale, label=press.label)
        self._confirm(channel, update, reply)
        self._mark(channel, update, row, self._marked(row, member, press))
        if press.survey is not None and self._journal.engine.program.document.surveys[press.survey].comment:
            with self._writing() as work:
                number = work.hand(member).number
                await_comment(work, number, press.survey, self._instant(work, member, at))
            self._say(channel, update.chat, said("why", locale, label=press.label), f"why:{update.update}", locale)
        return Heard(member=member, decision=decision, reply=reply)

    def _refused(self, channel: str, update: Pressed, error: LoyaltyError) -> Heard:
        """Say why nothing was done."""
        member = whose(self._journal, self._attribute(channel), update.chat)
        word = _REFUSALS.get(error.code)
        if word is None:
            kinds = ((DuplicateConflict, "already"), (OutOfStock, "none-left"), (NotEligible, "over"))
            word = next((word for kind, word in kinds if isinstance(error, kind)), "unknown")
        reply = said(word, self._locale(member))
        self._confirm(channel, update, reply)
        return Heard(member=member, reply=reply, refused=error.code)

    def _marked(self, row: OutboxRow, member: str, press: Press) -> list[Button]:
        """The buttons of a message, with a mark on the one that was pressed."""
        with self._lock, self._journal.reading():
            engine, hand = self._journal.engine, self._journal.look(member)
            buttons = presses(engine.program.document, effect_of(row, member), engine.view(hand.state))
        return [
            Button(label=f"{_MARK if one == press else ''}{one.label}", action=f"{row.seq}:{number}")
            for number, one in enumerate(buttons)
        ]

    # --- ideas -------------------------------------------------------------------------------------------------------

    def _voted_in(self, channel: str, update: Pressed, at: dt.datetime | None) -> Heard:
        member = whose(self._journal, self._attribute(channel), update.chat)
        id, _, off = update.action.removeprefix(IDEA).partition(":")
        if member is None:
            self._confirm(channel, update, said("stranger", self._journal.engine.program.document.locale))
            return Heard(refused="press/stranger")
        try:
            decision = self.support(member, idea=id, given=off != _OFF, at=self._at(member, at))
        except LoyaltyError as error:
            return self._refused(channel, update, error)
        locale = self._locale(member)
        reply = said("withdrawn" if off == _OFF else "supported", locale)
        self._confirm(channel, update, reply)
        other = ("support", id) if off == _OFF else ("withdraw", f"{id}:{_OFF}")
        self._mark(channel, update, None, [Button(label=said(other[0], locale), action=f"{IDEA}{other[1]}")])
        return Heard(member=member, decision=decision, reply=reply)

    def _propose_in(self, channel: str, update: Replied, member: str, text: str, at: dt.datetime | None) -> Heard:
        locale, ideas = self._locale(member), self._journal.engine.program.document.ideas
        if ideas is None or not text:
            return self._answer(channel, update, member, "not-here" if ideas is None else "idea-how")
        try:
            self.propose(member, idea=text, key=f"{channel}:{update.update}", at=self._at(member, at))
        except LoyaltyError as error:
            word = {"idea/limit": "idea-limit", "idea/text": "idea-text"}.get(error.code, "not-here")
            reply = said(word, locale, **{"about": "", "most": ideas.longest, **error.details})
            return self._answer(channel, update, member, word, text=reply, refused=error.code)
        return self._answer(channel, update, member, "idea-open" if ideas.opens == "at once" else "idea-new")

    def _ideas_in(self, channel: str, update: Replied, member: str) -> Heard:
        if self._journal.engine.program.document.ideas is None:
            return self._answer(channel, update, member, "not-here")
        standing = [one for one in self.ideas(state=OPEN) if one.member != member and one.text is not None][:_SHOWN]
        if not standing:
            return self._answer(channel, update, member, "idea-none")
        locale = self._locale(member)
        mine = self._supported(member)
        for one in standing:
            held = one.id in mine
            action = f"{IDEA}{one.id}:{_OFF}" if held else f"{IDEA}{one.id}"
            button = Button(label=said("withdraw" if held else "support", locale), action=action)
            self._say(channel, update.chat, one.text or "", f"idea:{one.id}:{update.update}", locale, [button])
        return Heard(member=member)

    def _supported(self, member: str) -> set[str]:
        ideas = self._journal.engine.plan.ideas
        with self._lock, self._journal.reading():
            votes = {} if ideas is None else self._journal.look(member).state[ideas.slot][1]
        return {id for id, weight in votes.items() if weight is not None}

    # --- texts, chats ------------------------------------------------------------------------------------------------

    def _written(self, channel: str, update: Replied, at: dt.datetime | None) -> Heard:
        member = whose(self._journal, self._attribute(channel), update.chat)
        head, rest = (*update.text.split(maxsplit=1), "", "")[:2]
        command = head.partition("@")[0].lower() if head.startswith("/") else ""
        if member is None:
            return self._answer(channel, update, None, "stranger") if command else Heard()
        if command == "/idea":
            return self._propose_in(channel, update, member, rest.strip(), at)
        if command == "/ideas":
            return self._ideas_in(channel, update, member)
        return Heard(member=member) if command else self._commented_in(channel, update, member, at)

    def _commented_in(self, channel: str, update: Replied, member: str, at: dt.datetime | None) -> Heard:
        """A text that is no command is a comment, if one is waited for and it is not the code word of a stream."""
        with self._writing() as work:
            number, moment = work.hand(member).number, self._instant(work, member, at)
            survey = awaited_comment(work.store, number, moment)
        if survey is None or self._asked_for(update.text, moment):
            return self._word_in(channel, update, member, at)
        try:
            self.comment(member, survey=survey, text=update.text, at=from_instant(moment))
        except (EventError, NotEligible) as error:
            return Heard(member=member, refused=error.code)
        return self._answer(channel, update, member, "commented")

    def _word_in(self, channel: str, update: Replied, member: str, at: dt.datetime | None) -> Heard:
        """A text that is nothing else may be the code word of a session; when none is asked for, it is nothing."""
        try:
            decision = self.say(member, update.text, at=at)
        except NotEligible as error:
            if error.code == "word/none":
                return Heard(member=member)
            word = error.code.replace("/", "-")
            return self._answer(channel, update, member, word, refused=error.code)
        except EventError:  # nobody can say when it was
            return Heard(member=member)
        return attrs.evolve(self._answer(channel, update, member, "word-right"), decision=decision)

    def _started(self, channel: str, update: Started, at: dt.datetime | None) -> Heard:
        if update.code is None:
            return Heard(member=whose(self._journal, self._attribute(channel), update.chat))
        try:
            decision = self.bind(channel, update.code, update.chat, at=at)
        except LoyaltyError as error:
            known = whose(self._journal, self._attribute(channel), update.chat)
            word = "bound" if known is not None else "bad-code"  # the same update again, or an old link
            return self._answer(channel, update, known, word, refused=None if known is not None else error.code)
        told = self._answer(channel, update, decision.member, "bound")
        return attrs.evolve(told, decision=decision)

    def _reached(self, channel: str, update: Blocked | Unblocked, at: dt.datetime | None) -> Heard:
        member = whose(self._journal, self._attribute(channel), update.chat)
        if member is None:
            return Heard()
        decision = self.reach(member, channel=channel, working=isinstance(update, Unblocked), at=at)
        return Heard(member=member, decision=decision)

    # --- saying so ---------------------------------------------------------------------------------------------------

    def _answer(
        self, channel: str, update: Replied | Started, member: str | None, word: str, *, text: str | None = None,
        refused: str | None = None,
    ) -> Heard:  # fmt: skip
        """Write back."""
        locale = self._locale(member)
        reply = said(word, locale) if text is None else text
        self._say(channel, update.chat, reply, f"reply:{update.update}", locale)
        return Heard(member=member, reply=reply, refused=refused)

    def _say(  # noqa: PLR0917  # what is said, to whom and how
        self, channel: str, chat: str, text: str, id: str, locale: str, buttons: Sequence[Button] = ()
    ) -> None:
        adapter = self._adapters.get(channel)
        if adapter is None:
            return
        now = from_instant(self._journal.advanced or 0) if self._clock is None else self._clock()
        message = OutgoingMessage(
            id=id,
            member="",
            message="reply",
            at=now,
            subject="",
            text=text,
            to=chat,
            buttons=tuple(buttons),
            locale=locale,
        )
        try:
            adapter.send(message)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # what was said stands, whatever an adapter raises
            _log.warning("%s: a reply was not delivered: %s", channel, coded(error, channel))

    def _confirm(self, channel: str, update: Pressed, text: str) -> None:
        """The button stops waiting, and the member reads what came of it."""
        self._call(channel, "answer", update.callback, text)

    def _mark(self, channel: str, update: Pressed, row: OutboxRow | None, buttons: Sequence[Button]) -> None:
        reference = update.message if row is None else row.reference
        if reference is not None:
            self._call(channel, "mark", update.chat, reference, buttons)

    def _call(self, channel: str, name: str, *arguments: Any) -> None:
        method = getattr(self._adapters.get(channel), name, None)
        if method is None:
            return
        try:
            method(*arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a press too old to be confirmed was taken all the same
            _log.info("%s: %s: %s", channel, name, coded(error, channel))

    def _locale(self, member: str | None) -> str:
        """The language of a member's, else the program's."""
        document = self._journal.engine.program.document
        if member is None:
            return document.locale
        with self._lock, self._journal.reading():
            return str(self._journal.look(member).state[ATTRIBUTES].get("locale") or document.locale)

    def _instant(self, work: Work, member: str, at: dt.datetime | None) -> int:
        """The moment of an update, as told, by the clock, or the member's now."""
        moment = self._reading_at(at)
        return (self._journal.now(work.hand(member).state) or 0) if moment is None else moment

    def _at(self, member: str, at: dt.datetime | None) -> dt.datetime | None:
        """When it happens: as told, but after all that the member has done."""
        with self._lock, self._journal.reading():
            return self._after(self._journal.look(member), at)
