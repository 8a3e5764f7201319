"""The verbs for what is given: rights by hand, tasks of staff, sessions, waiting lists."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from loyaltykit.app.acting import Acting
from loyaltykit.app.calendar_file import calendar_of
from loyaltykit.app.seats import in_line
from loyaltykit.app.tasks import task_view
from loyaltykit.errors import LoyaltyError, NotEligible, OutOfStock
from loyaltykit.problems import echo, unknown
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.store.rows import OPEN_TASKS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from loyaltykit.rules.plan import Grant, Meeting
    from loyaltykit.values import Decision
    from loyaltykit.views import TaskView

_REFUSALS = {
    "out of stock": (OutOfStock, "reward/out-of-stock", "there is none left of {reward}"),
    "over": (NotEligible, "reward/over", "{reward} is over"),
}


class Giving(Acting):
    """What can be done with rewards. Each verb is one transaction; `at` as everywhere.

    A `key` makes a verb idempotent: the same again returns the first outcome, also a refusal; DuplicateConflict when
    the key was used for something else. LoyaltyError with the code ``reward/unknown`` for a reward that the program
    does not have.
    """

    def grant(
        self,
        member: str,
        reward: str,
        *,
        by: str | None = None,
        reason: str | None = None,
        at: dt.datetime | None = None,
        key: str | None = None,
    ) -> Decision:
        """Give a reward by hand: what that decided, among it the right, or a place in the waiting list.

        Raises OutOfStock when there is none left and no list, NotEligible for a session that is over; the attempt
        stays in the member's story. A `key` makes it safe to repeat: the same again returns the first outcome, also
        a refusal; DuplicateConflict when the key was used for something else.
        """
        self._reward(reward)
        said = _said(reward=reward, by=by, reason=reason)
        with self._lock, self._journal.writing() as work:
            decision = self._acted(work, member, "kit.granted", said, at=at, id=id_of_key(key))
        return _accepted(decision, reward)

    def revoke(
        self,
        member: str,
        reward: str,
        *,
        by: str | None = None,
        reason: str | None = None,
        refund: bool = False,
        at: dt.datetime | None = None,
        key: str | None = None,
    ) -> Decision:
        """Take every right to a reward away; a piece of limited stock is free for the next in the waiting list.

        With `refund` the points of those that were redeemed come back, with the expiry they had. NotEligible when the
        member holds none. `key` as in `grant`.
        """
        said: dict[str, Any] = {**_said(reward=reward, by=by, reason=reason)}
        if refund:
            said["refund"] = True
        return self._ending(member, reward, "kit.revoked", said, "revoked", at=at, key=key)

    def use(self, member: str, reward: str, *, at: dt.datetime | None = None, key: str | None = None) -> Decision:
        """Use up one right, the one that ends first. NotEligible when there is none. `key` as in `grant`."""
        return self._ending(member, reward, "kit.used", {"reward": reward}, "used", at=at, key=key)

    def entitled(self, member: str, reward: str, at: dt.datetime | None = None) -> bool:
        """Whether a member holds a reward at an instant; nobody unseen holds anything.

        What a correction of history no longer yields stays (it is *kept*), and counts.
        """
        self._reward(reward)
        moment = self._reading_at(at)
        with self._lock, self._journal.reading() as store:
            if member not in store.numbers([member]):
                return False
            hand, engine = self._journal.look(member), self._journal.engine
            now = self._journal.now(hand.state) or 0
            if moment is not None and moment < engine.now(hand.state):
                view = self._viewed(member, moment)
                return reward in view
            return engine.entitled(hand.state, reward, now if moment is None else moment)

    def _viewed(self, member: str, at: int) -> Mapping[str, Any]:
        from loyaltykit.app.reading import view_of

        return view_of(self._journal, self._journal.look(member), at).entitlements

    def tasks(self, staff: str | None = None, *, open: bool | None = True) -> list[TaskView]:
        """What staff owe members, the soonest due first; of a role its own tasks and those escalated to it.

        `open` False gives those that are done or needed no longer, None all.
        """
        document = self._journal.engine.program.document
        if staff is not None and staff not in document.staff:
            text, details = unknown("staff role", staff, document.staff)
            raise LoyaltyError(text, code="staff/unknown", details=details)
        with self._lock, self._journal.reading() as store:
            return [task_view(document, member, row) for member, row in store.tasks(role=staff, open=open)]

    def fulfil(
        self, task: str, *, by: str, note: str | None = None, at: dt.datetime | None = None, key: str | None = None
    ) -> Decision:
        """A task is done, `by` whom: the right is used, and the member hears of it.

        NotEligible when there is no such task, or it is not open. `key` as in `grant`.
        """
        id = id_of_key(key)
        with self._lock, self._journal.writing() as work:
            row = work.store.task(task)
            if row is None:
                raise NotEligible(f"there is no task {echo(task)}", code="task/unknown", details={"name": echo(task)})
            if row.state not in OPEN_TASKS and not (id and work.store.seen((id,))):
                said = {"name": task, "state": row.state}
                raise NotEligible(f"the task {task} is {row.state}", code="task/closed", details=said)
            member = work.store.ids([row.member])[row.member]
            said = _said(task=task, by=by, note=note, reward=row.reward)
            return self._acted(work, member, "kit.fulfilled", said, at=at, id=id)

    def rsvp(
        self,
        member: str,
        session: str,
        *,
        going: bool = True,
        at: dt.datetime | None = None,
        key: str | None = None,
    ) -> Decision:
        """Whether a member will come to a session that they hold.

        Who will not come gives a limited place back, and the next in the list gets it; who says yes after that asks
        for a place again (OutOfStock when there is none and no list). NotEligible without an invitation.
        `key` as in `grant`.
        """
        self._session(session)
        said = {"session": session, "going": going}
        with self._lock, self._journal.writing() as work:
            decision = self._acted(work, member, "kit.replied", said, at=at, id=id_of_key(key))
            if not any(effect.kind == "session" and effect.name == session for effect in decision.effects):
                raise NotEligible(f"{session} is over, or not this member's", code="session/not-invited")
        return _accepted(decision, session)

    def calendar(self, member: str, session: str, *, at: dt.datetime | None = None) -> str:
        """A session as a calendar file (RFC 5545); the link is in it for who holds the session only."""
        grant, _ = self._session(session)
        entitled = self.entitled(member, session, at)
        with self._lock, self._journal.reading():
            hand = self._journal.look(member)
            stamp = self._reading_at(at) or self._journal.now(hand.state) or 0
            document = self._journal.engine.program.document
            locale = hand.state[ATTRIBUTES].get("locale")
            return calendar_of(document, grant, locale, stamp=stamp, entitled=entitled)

    def waiting(self, reward: str, *, at: dt.datetime | None = None) -> list[str]:
        """The ids of the members who wait for a reward, the next one first, in the list's order as it is now."""
        self._reward(reward)
        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return [place.member for place in in_line(self._journal, reward, moment)]

    def leave(self, member: str, reward: str, *, at: dt.datetime | None = None, key: str | None = None) -> Decision:
        """Leave the waiting list of a reward. NotEligible when the member is not in it. `key` as in `grant`."""
        self._reward(reward)
        id = id_of_key(key)
        with self._lock, self._journal.writing() as work:
            number = work.store.numbers([member]).get(member, 0)
            waits = any(row.reward == reward for row in work.store.places(number))
            if not waits and not (id and work.store.seen((id,))):
                raise NotEligible(f"the member does not wait for {reward}", code="waiting/not-in-line")
            return self._acted(work, member, "kit.left", {"reward": reward}, at=at, id=id)

    def _ending(
        self,
        member: str,
        reward: str,
        type: str,
        said: Mapping[str, Any],
        kind: str,
        *,
        at: dt.datetime | None,
        key: str | None,
    ) -> Decision:
        """Record an action that ends a right; nothing is recorded when there is none."""
        self._reward(reward)
        with self._lock, self._journal.writing() as work:
            decision = self._acted(work, member, type, said, at=at, id=id_of_key(key))
            if not any(effect.kind == kind and effect.name == reward for effect in decision.effects):
                raise NotEligible(f"the member does not hold {reward}", code="reward/not-held")
            return decision

    def _reward(self, reward: str) -> Grant:
        grant = self._journal.engine.right(reward)
        if grant is None:
            rewards = self._journal.engine.program.document.rewards
            text, details = unknown("reward", reward, rewards)
            raise LoyaltyError(text, code="reward/unknown", details=details)
        return grant

    def _session(self, session: str) -> tuple[Grant, Meeting]:
        grant = self._reward(session)
        if grant.session is None:
            raise LoyaltyError(f"{session} is no session: it has no `at`", code="session/unknown")
        return grant, grant.session


def _said(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}


def id_of_key(key: str | None) -> str | None:
    """The id of the event that a key stands for: one for all verbs, so that another request under it is found out."""
    return None if key is None else f"kit:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _accepted(decision: Decision, reward: str) -> Decision:
    """The decision, unless it is a refusal."""
    for effect in decision.effects:
        if effect.kind == "refused" and effect.name == reward and effect.mechanic == "kit":
            error, code, words = _REFUSALS[effect.data["reason"]]
            raise error(words.format(reward=reward), code=code)
    return decision
