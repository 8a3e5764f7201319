"""The verbs for ideas: students propose and vote, the school decides and everybody hears of it."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from loyaltykit.app.acting import Acting
from loyaltykit.app.erasing import out_of_inboxes
from loyaltykit.app.facts import tame
from loyaltykit.app.giving import id_of_key
from loyaltykit.app.ideas import IDEA, views
from loyaltykit.app.others import id_of, tell
from loyaltykit.errors import DuplicateConflict, EventError, LoyaltyError, NotEligible
from loyaltykit.problems import echo, unknown
from loyaltykit.program.ideas_seen import seen_data
from loyaltykit.rules.decisions import expand
from loyaltykit.rules.ideas import ACCEPTED, DONE, NEXT, OPEN, PROPOSED, STATES
from loyaltykit.rules.plan.ideas import IDEAS
from loyaltykit.store.rows import SaidRow
from loyaltykit.values import Decision, from_instant

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app.work import Work
    from loyaltykit.program.ideas import Ideas
    from loyaltykit.store.rows import IdeaRow
    from loyaltykit.views import IdeaView

_STANDING = (PROPOSED, OPEN, ACCEPTED)


class Proposing(Acting):
    """What students propose, and what becomes of it.

    LoyaltyError, ``ideas/none``, in a program without ideas; ``idea/unknown`` for an idea that there is not.
    """

    def propose(self, member: str, *, idea: str, key: str | None = None, at: dt.datetime | None = None) -> str:
        """A member proposes something, in their own words; the id of the idea.

        The same text of theirs again, while the idea stands, is the same idea. `key` makes it safe to repeat: another
        text under it raises DuplicateConflict. EventError, ``idea/text``, for a text that is empty or longer than the
        program allows; NotEligible, ``idea/limit``, for one too many. The text is personal data: it is in no event and
        no state, and `erase_idea` takes it away.
        """
        text = _worded(idea, self._ideas().longest)
        id = id_of_key(key)
        with self._lock, self._journal.writing() as work:
            known = self._known(work, member, id, text)
            if known is not None:
                return known
            hand = work.hand(member)
            moment = self._moment(hand, at, id or "", again=False)
            if self._journal.engine.ideas.limited(hand.state, moment):
                raise NotEligible(f"no more than {self._ideas().limit}", code="idea/limit", details=self._limit())
            name = f"i{work.last_event + 1}"
            said = {"idea": name, "open": self._ideas().opens == "at once"}
            self._acted(work, member, "kit.proposed", said, at=at, id=id)
            work.write_rows()
            work.store.say(SaidRow(IDEA, name, hand.number, "", moment, text))
            self._seen(work, member, "idea.proposed", name, at)
            return name

    def support(self, member: str, *, idea: str, given: bool = True, at: dt.datetime | None = None) -> Decision:
        """A member votes for an idea that is open, or with `given` False withdraws the vote.

        A member has one vote an idea, and it weighs for good what the program's `weight` says now. The same again
        changes nothing. NotEligible for an idea that is not open (``idea/closed``) or their own (``idea/own``).
        """
        self._ideas()
        with self._lock, self._journal.writing() as work:
            author, row = self._idea(work, idea)
            if author == member:
                raise NotEligible("this idea is their own", code="idea/own", details={"name": idea})
            hand, engine = work.hand(member), self._journal.engine
            votes = _votes(self._journal.engine.plan.ideas, hand.state)
            if (votes.get(idea) is not None) == given:
                return Decision(member, None, (), expand)
            if row.state != OPEN:
                details = {"name": idea, "state": row.state}
                raise NotEligible(f"the idea {idea} is {row.state}, not open", code="idea/closed", details=details)
            first = idea not in votes
            said: dict[str, Any] = {"idea": idea, "given": given}
            if given:
                weight = engine.weight(hand.state, f":{IDEAS}", self._moment(hand, at, "", again=False))
                said |= {} if weight is None else {"weight": weight}
            decision = self._acted(work, member, "kit.supported", said, at=at)
            if first:
                self._seen(work, member, "idea.supported", idea, at)
            return decision

    def idea(self, id: str, *, state: str, by: str, note: str | None = None, at: dt.datetime | None = None) -> Decision:
        """The school decides about an idea: ``open`` for votes, ``declined``, ``accepted``, ``done``; `by` whom.

        What follows for the author is in the decision. The author is told, and of ``accepted`` and ``done`` everybody
        who votes for it; each once, in the words of the program's messages or ours, with `note`. The same state again
        changes nothing. NotEligible, ``idea/state``, where it cannot follow; EventError for a state that there is not.
        """
        self._ideas()
        if state not in STATES[1:]:
            text, details = unknown("state", state, STATES[1:])
            raise EventError(text, code="idea/no-state", field="state", details=details)
        with self._lock, self._journal.writing() as work:
            author, row = self._idea(work, id)
            if row.state == state:
                return Decision(author, None, (), expand)
            if state not in NEXT[row.state]:
                details = {"name": id, "state": row.state, "other": state}
                raise NotEligible(f"the idea {id} is {row.state}", code="idea/state", details=details)
            said = {"idea": id, "state": state, "by": by} | ({} if note is None else {"note": note})
            decision = self._acted(work, author, "kit.judged", said, at=at)
            if state in (ACCEPTED, DONE):
                self._seen(work, author, f"idea.{state}", id, at)
                self._tell_voters(work, author, id, {name: said[name] for name in said if name != "by"})
            return decision

    def _tell_voters(self, work: Work, author: str, id: str, said: dict[str, Any]) -> None:
        at = self._journal.engine.now(work.hand(author).state)
        for voter in work.store.supporters(id):
            number = work.hand(voter).number
            tell(work, voter, "kit.heard", said, id=id_of("heard:", id, said["state"], number), at=at)

    def ideas(self, *, state: str | None = None, top: int | None = None) -> tuple[IdeaView, ...]:
        """The ideas, those with more votes (by weight) first; `state` and `top` choose among them.

        The votes of fewer than five are hidden, and do not order them.
        """
        self._ideas()
        with self._lock, self._journal.reading() as store:
            return views(store, state=state, top=top)

    def erase_idea(self, id: str) -> bool:
        """Erase what an idea says, for good; False when that was done before. Votes and what followed stay.

        It goes out of the inboxes, too, of whom it was told to; what was sent by other channels is out of our hands,
        and so is what a filter made of it (`upcase`) in a template that an earlier version of the program had.
        """
        with self._lock, self._journal.writing() as work:
            self._idea(work, id)
            text = work.store.said(IDEA, [id]).get(id)
            if text is not None:
                out_of_inboxes(work, self._journal.engine.program.document, id, text)
            return work.store.unsay(IDEA, id)

    def _ideas(self) -> Ideas:
        ideas = self._journal.engine.program.document.ideas
        if ideas is None:
            raise LoyaltyError("the program has no `ideas`", code="ideas/none")
        return ideas

    def _limit(self) -> dict[str, Any]:
        return {"about": str(self._ideas().limit)}

    @staticmethod
    def _idea(work: Work, id: str) -> tuple[str, IdeaRow]:
        found = work.store.idea(id)
        if found is None:
            raise LoyaltyError(f"no idea {echo(id)}", code="idea/unknown", details={"name": echo(id)})
        return found

    def _known(self, work: Work, member: str, id: str | None, text: str) -> str | None:
        """The idea that this proposal repeats."""
        number = work.hand(member).number
        seen = work.store.seen((id,)) if id is not None else []
        if seen:
            first = str(json.loads(seen[0].data or "{}").get("idea"))
            said = work.store.said(IDEA, [first]).get(first)
            if seen[0].type != "kit.proposed" or seen[0].member != number or said not in (None, text):
                raise DuplicateConflict("the key was used for something else", details={"event": seen[0].id})
            return first
        for row in work.store.said_by(IDEA, number) if number else ():
            found = work.store.idea(row.id)
            if _alike(row.text, text) and found is not None and found[1].state in _STANDING:
                return row.id
        return None

    def _seen(self, work: Work, member: str, type: str, idea: str, at: dt.datetime | None) -> None:
        """Record the same as an event that rules can see, where the program declares it: once, whatever comes again."""
        data = seen_data(self._journal.engine.program.document, type, idea)
        hand = work.hand(member)
        id = f"{type}:{idea}:{hand.number}"
        if data is not None and not work.store.seen((id,)):
            now = from_instant(self._journal.engine.now(hand.state)) if at is None and self._clock is None else at
            self._acted(work, member, type, data, at=now, id=id)


def _votes(ideas: Any, state: list[Any]) -> dict[str, float | None]:
    found: dict[str, float | None] = state[ideas.slot][1]
    return found


def _worded(text: str, longest: int) -> str:
    """A text as it is kept: composed, without what cannot be seen, no blank ends."""
    kept = tame(unicodedata.normalize("NFC", text[: 4 * longest]), lines=True).strip() if isinstance(text, str) else ""
    if not kept:
        raise EventError("an idea has words", code="idea/text", field="idea", details={"most": longest})
    if len(kept) > longest or len(text) > 4 * longest:
        words = f"an idea has at most {longest} characters"
        raise EventError(words, code="idea/text", field="idea", details={"most": longest})
    return kept


def _alike(first: str, second: str) -> bool:
    return " ".join(first.casefold().split()) == " ".join(second.casefold().split())
