"""Actions on what is given: granted, revoked, used, left by hand; tasks fulfilled, invitations replied to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import KEPT
from loyaltykit.rules.runtime import giving
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.rules.actions import Act
    from loyaltykit.rules.plan import Grant, Plan
    from loyaltykit.rules.spends import Spends

ENDED = ("used", "revoked")
"""Kinds of effects after which a right that was kept is kept no longer."""
_BY = 3
"""Where a right says which occurrence of its source gave it: of a redemption its id."""
_KIND, _NAME, _UNTIL, _SOURCE, _OCCURRENCE = 0, 1, 4, 5, 6


class Rights:
    """What each of these actions does. A reward that the program does not have (any more) is left alone."""

    def __init__(self, plan: Plan, spends: Spends) -> None:
        self._spends = spends
        self._grants = {grant.id: grant for grant in plan.grants}
        self._due = plan.grants_due
        self._zone = plan.zone
        self.table: dict[str, Callable[[Act], None]] = {
            "kit.granted": self.granted,
            "kit.revoked": self.revoked,
            "kit.used": self.used,
            "kit.fulfilled": self.fulfilled,
            "kit.replied": self.replied,
            "kit.left": self.left,
        }

    def granted(self, act: Act) -> None:
        """A person gives a reward, or the waiting list's next one gets it; limited stock is asked for."""
        grant = self._grants.get(act.data["reward"])
        if grant is not None:
            self._bring(act, grant)

    def revoked(self, act: Act) -> None:
        """Every right to a reward is taken away; the pieces of limited stock are free again."""
        grant = self._grants.get(act.data["reward"])
        if grant is not None:
            data = {name: act.data[name] for name in ("by", "reason") if act.data[name] is not None}
            for right in tuple(act.state[grant.slot]):
                giving.take_back(act.state, grant, right, "revoked", data, act.at, act.event, act.out)
                if act.data["refund"]:
                    self._spends.refund(act, grant, right[_BY])
            for kept in _kept(act, grant):
                _forget(act, grant, kept, "revoked", data)

    def used(self, act: Act) -> None:
        """One right is used up: the one that ends first."""
        grant = self._grants.get(act.data["reward"])
        if grant is None:
            return
        rights = act.state[grant.slot]
        if rights:
            right = min(rights, key=lambda right: (NEVER if right[1] is None else right[1], right[0]))
            giving.take_back(act.state, grant, right, "used", None, act.at, act.event, act.out)
        for kept in _kept(act, grant)[: not rights]:
            _forget(act, grant, kept, "used", None)

    def fulfilled(self, act: Act) -> None:
        """Staff did a task."""
        id, by, note = act.data["task"], act.data["by"], act.data["note"]
        grant = self._owing(act, id) or self._grants.get(act.data["reward"])
        if grant is not None and grant.task is not None:
            known = any(task[0] == id for task in act.state[grant.task.slot])
            giving.fulfil(act.state, grant, grant.task, id, by, note, act.at, act.event, act.out)
            if not known:  # a refold no longer yields it, and it is owed all the same
                for kept in _kept(act, grant)[:1]:
                    _forget(act, grant, kept, "used", {"by": by})

    def _owing(self, act: Act, id: str) -> Grant | None:
        for grant in self._grants.values():
            if grant.task is not None and any(task[0] == id for task in act.state[grant.task.slot]):
                return grant
        return None

    def replied(self, act: Act) -> None:
        """Whether the member will come to a session; who will not gives a limited place back, and may ask again."""
        grant, going = self._grants.get(act.data["session"]), act.data["going"]
        if grant is None or grant.session is None or giving.over(grant, act.at):
            return
        reply = act.state[grant.session.slot]
        rights, before = act.state[grant.slot], reply[0]
        reply[0] = going
        if rights or before is not None:
            source = f"rewards.{grant.id}"
            told = ("effect", act.at, act.event, source, act.event, "session", grant.id, {"going": going})
            act.out.append(told)
        if going and not rights and before is False:
            self._bring(act, grant)
        elif not going and grant.stock is not None:
            for right in tuple(rights):
                giving.take_back(act.state, grant, right, "revoked", {"reason": "declined"}, act.at, act.event, act.out)

    def left(self, act: Act) -> None:
        """The member waits no longer."""
        grant = self._grants.get(act.data["reward"])
        if grant is not None:
            giving.leave(act.state, grant, act.at, act.event, act.out)

    def _bring(self, act: Act, grant: Grant) -> None:
        source = giving.BY_HAND
        if not grant.limited:
            giving.grant_now(act.state, grant, self._due, act.at, act.event, source, act.event, act.out, self._zone)
        else:
            giving.ask(act.state, grant, act.at, act.event, source, act.event, act.out)


def _kept(act: Act, grant: Grant) -> list[list[Any]]:
    """Rights that a refold no longer yields and that stay all the same."""
    return [
        kept
        for kept in act.state[KEPT] or ()
        if kept[_KIND] == "grant" and kept[_NAME] == grant.id and (kept[_UNTIL] is None or kept[_UNTIL] > act.at)
    ]


def _forget(act: Act, grant: Grant, kept: list[Any], kind: str, data: Any) -> None:
    act.state[KEPT] = [one for one in act.state[KEPT] if one is not kept]
    source, occurrence = kept[_SOURCE], kept[_OCCURRENCE]
    act.out.append(("effect", act.at, act.event, source, occurrence, kind, grant.id, data))
    if kind == "revoked":
        giving.free(grant, source, occurrence, act.at, act.event, act.out)
