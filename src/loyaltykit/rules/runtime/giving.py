"""Rights as they are given and end, and what comes with them: tasks of staff, sessions, places in a waiting list.

A right is a list [since, until, source, occurrence], and after these the code that came with it. Every function takes
the state, changes it in place, and writes what it decided into `out` as compact tuples; `loyaltykit.rules.decisions`
turns those into values. A piece of limited stock that is free again is the effect `freed`: the shell hands it on.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import DUE, KEPT, MEMBER, NOW
from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.spending import redeemed, tell_code, tell_state
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.rules.plan import Grant, Meeting, Owed

State = list[Any]
Right = list[Any]
BY_HAND = "kit"
"""The source of what a person gave through the kit; it may give the same again."""


# --- giving --------------------------------------------------------------------------------------------------------


def grant_now(
    state: State,
    grant: Grant,
    due: int | None,
    at: int,
    event: str | None,
    source: str,
    occurrence: str,
    out: Any,
    zone: str,
    code: str | None = None,
) -> None:
    """Create the right for as long as the reward lasts, with what comes with it; refused once its session is over."""
    if over(grant, at):
        _refuse(grant, at, event, source, occurrence, "over", out)
        return
    rights: list[Right] = state[grant.slot]
    if held(rights, source, occurrence):
        return
    until = _end_of(state, grant, at, zone)
    rights.append([at, until, source, occurrence] if code is None else [at, until, source, occurrence, code])
    if until is not None:
        _arm(state, due, until)
    data = {} if until is None else {"until": until}
    out.append(("effect", at, event, source, occurrence, "grant", grant.id, data))
    if grant.task is not None:
        _open_task(state, grant, grant.task, due, at, event, source, occurrence, out, zone)
    if grant.session is not None:
        _invite(state, grant.session, due, at)


def ask(state: State, grant: Grant, at: int, event: str | None, source: str, occurrence: str, out: Any) -> None:
    """Ask for one piece of limited stock, unless it would bring the member nothing."""
    if over(grant, at):
        _refuse(grant, at, event, source, occurrence, "over", out)
    elif asks(state, grant, at, source, occurrence):
        out.append(("request", at, event, source, occurrence, "stock", grant.id))


def asks(state: State, grant: Grant, at: int, source: str, occurrence: str) -> bool:
    """Whether granting has to ask the shell: not for what the member holds already, or what is over."""
    rights: list[Right] = state[grant.slot]
    return not over(grant, at) and not (grant.single and rights) and not held(rights, source, occurrence)


def answer(state: State, grants: dict[str, Grant], due: int | None, data: Any, at: int, out: Any, zone: str) -> None:
    """Fold the shell's answer to a request: the right, a place in the waiting list, or that there was none left."""
    source, occurrence, name, event = data["mechanic"], data["occurrence"], data["name"], data.get("event")
    grant = grants.get(name)
    if grant is not None and data["granted"]:
        code = data.get("code")
        grant_now(state, grant, due, at, event, source, occurrence, out, zone, code)
        if code is not None:
            tell_code(state, grant, occurrence, code)
        if not over(grant, at):
            _got(state, grant, at, event, source, occurrence, out)
    elif grant is not None and grant.line is not None and data.get("waiting"):
        if state[grant.line.slot] is None:
            state[grant.line.slot] = at
            out.append(("effect", at, event, source, occurrence, "waiting", name, {"state": "waiting"}))
    else:
        out.append(("effect", at, event, source, occurrence, "refused", name, {"reason": "out of stock"}))


def _got(state: State, grant: Grant, at: int, event: str | None, source: str, occurrence: str, out: Any) -> None:
    """Who waited has got it, and hears of it."""
    line = grant.line
    if line is None or state[line.slot] is None:
        return
    state[line.slot] = None
    out.append(("effect", at, event, source, occurrence, "waiting", grant.id, {"state": "got"}))
    if line.send is not None:
        data = {"seat": {"reward": grant.id, "position": 1}}
        out.append(("effect", at, event, source, occurrence, "message", line.send, data))


def leave(state: State, grant: Grant, at: int, event: str, out: Any) -> None:
    """Who waited waits no longer."""
    if grant.line is not None:
        state[grant.line.slot] = None
        out.append(("effect", at, event, BY_HAND, event, "waiting", grant.id, {"state": "left"}))


def held(rights: list[Right], source: str, occurrence: str) -> bool:
    """Whether a source would give nothing new: it gave that occurrence, or gave for good.

    A person may give again, and each redemption is one more.
    """
    for right in rights:
        if right[2] == source and (
            right[3] == occurrence or (right[1] is None and source != BY_HAND and not redeemed(source))
        ):
            return True
    return False


def over(grant: Grant, at: int) -> bool:
    """Whether it is a session that is over."""
    return grant.session is not None and at >= grant.session.until


def _refuse(grant: Grant, at: int, event: str | None, source: str, occurrence: str, reason: str, out: Any) -> None:
    out.append(("effect", at, event, source, occurrence, "refused", grant.id, {"reason": reason}))


def _end_of(state: State, grant: Grant, at: int, zone: str) -> int | None:
    """When a right ends that begins now: what the reward lasts, else the end of its session."""
    if grant.lasts is None:
        return None if grant.session is None else grant.session.until
    until = later(state, at, grant.lasts, grant.lasts_months, zone)
    return None if until == NEVER else until


def _arm(state: State, due: int | None, instant: int) -> None:
    """Have time look at the rights again at an instant."""
    if due is not None and instant < state[due]:
        state[due] = instant
        state[DUE] = min(state[DUE], instant)


# --- ending --------------------------------------------------------------------------------------------------------


def pass_time(state: State, grants: Iterable[Grant], due: int, at: int, out: Any) -> None:
    """End the rights that are over at `at`, escalate tasks, remind of sessions; arm the timer for the next."""
    soonest = NEVER if state[KEPT] is None else _let_go(state, grants, at, out)
    for grant in grants:
        rights: list[Right] = state[grant.slot]
        ended = [right for right in rights if right[1] is not None and right[1] <= at]
        if ended:
            _expire(state, grant, ended, at, None, out)
        soonest = min([soonest, *(right[1] for right in rights if right[1] is not None)])
        if grant.task is not None:
            soonest = min(soonest, _escalate(state, grant, grant.task, at, out))
        if grant.session is not None:
            soonest = min(soonest, _remind(state, grant, grant.session, at, out))
    state[due] = soonest


def _let_go(state: State, grants: Iterable[Grant], at: int, out: Any) -> int:
    """End what a refold no longer yields and that stayed until now; when the next of it ends."""
    soonest = NEVER
    by_id = {grant.id: grant for grant in grants}
    for line in [line for line in state[KEPT] if line[0] == "grant" and line[4] is not None]:
        if line[4] > at:
            soonest = min(soonest, line[4])
            continue
        state[KEPT] = [one for one in state[KEPT] if one is not line]
        grant = by_id.get(line[1])
        if grant is not None and grant.line is not None:
            free(grant, line[5], line[6], at, None, out)
    return soonest


def arm_kept(state: State, due: int | None) -> None:
    """Have time look at rights that were kept when they end."""
    for line in state[KEPT]:
        if line[0] == "grant" and line[4] is not None and line[4] > state[NOW]:
            _arm(state, due, line[4])


def withdraw(state: State, grant: Grant, at: int, event: str | None, source: str, out: Any) -> None:
    """End the rights that came from a source (a tier that was left)."""
    ended = [right for right in state[grant.slot] if right[2] == source]
    _expire(state, grant, ended, at, event, out)


def _expire(state: State, grant: Grant, ended: list[Right], at: int, event: str | None, out: Any) -> None:
    """Take rights away; the entitlement has expired when no other right holds it up.

    A place that others wait for is free again; other stock is used up.
    """
    rights: list[Right] = state[grant.slot]
    for right in ended:
        rights.remove(right)
        tell_state(state, grant, right[3], "expired")
    if ended and not rights:
        out.append(("effect", at, event, ended[-1][2], ended[-1][3], "expired", grant.id, None))
    if grant.line is not None:
        for right in ended:
            free(grant, right[2], right[3], at, event, out)


def take_back(state: State, grant: Grant, right: Right, kind: str, data: Any, at: int, event: str, out: Any) -> None:
    """End one right by hand: used or revoked; its task is owed no longer. What is revoked is free for others."""
    state[grant.slot].remove(right)
    tell_state(state, grant, right[3], kind)
    out.append(("effect", at, event, right[2], right[3], kind, grant.id, data))
    if grant.task is not None:
        tasks = state[grant.task.slot]
        for task in [task for task in tasks if task[4:6] == right[2:4]]:
            tasks.remove(task)
            _task(grant, task[0], "cancelled", {}, at, event, out)
    if kind == "revoked":
        free(grant, right[2], right[3], at, event, out)


def free(grant: Grant, source: str, occurrence: str, at: int, event: str | None, out: Any) -> None:
    """A piece of limited stock is free for somebody else, while that is of use."""
    if grant.stock is not None and not grant.codes and not over(grant, at):
        out.append(("effect", at, event, source, occurrence, "freed", grant.id, None))


# --- tasks ---------------------------------------------------------------------------------------------------------


def _open_task(
    state: State,
    grant: Grant,
    task: Owed,
    due: int | None,
    at: int,
    event: str | None,
    source: str,
    occurrence: str,
    out: Any,
    zone: str,
) -> None:
    until = later(state, at, task.due, task.due_months, zone)
    escalates = NEVER if task.to is None else later(state, until, task.after, task.after_months, zone)
    id = _id_of(f"{state[MEMBER]}/{source}/{occurrence}/task/{grant.id}")
    state[task.slot].append([id, at, until, escalates, source, occurrence, False])
    _arm(state, due, escalates)
    _task(grant, id, "open", {"role": task.role, "since": at, "due": until}, at, event, out)


def _escalate(state: State, grant: Grant, task: Owed, at: int, out: Any) -> int:
    """Tasks that were not done in time are told of, once each; when the next one is."""
    soonest = NEVER
    for one in state[task.slot]:
        if one[3] <= at:
            one[3], one[6] = NEVER, True
            data = {"to": task.to, "role": task.role, "since": one[1], "due": one[2]}
            _task(grant, one[0], "escalated", data, at, None, out)
        soonest = min(soonest, one[3])
    return soonest


def fulfil(
    state: State, grant: Grant, task: Owed, id: str, by: str, note: str | None, at: int, event: str, out: Any
) -> None:
    """A task is done: the right that it came with is used, and the member hears of it."""
    owed = next((one for one in state[task.slot] if one[0] == id), None)
    since, until = (at, at) if owed is None else owed[1:3]
    if owed is not None:
        state[task.slot].remove(owed)
        right = next((right for right in state[grant.slot] if right[2:4] == owed[4:6]), None)
        if right is not None:
            take_back(state, grant, right, "used", {"by": by}, at, event, out)
    data = {"role": task.role, "since": since, "due": until, "by": by, "note": note}
    _task(grant, id, "done", data, at, event, out)
    if task.done is not None:
        told = {"task": {"task": id, "reward": grant.id, **data}}
        out.append(("effect", at, event, f"rewards.{grant.id}", f"{id}-done", "message", task.done, told))


def _task(grant: Grant, id: str, what: str, data: dict[str, Any], at: int, event: str | None, out: Any) -> None:
    occurrence = id if what == "open" else f"{id}-{what}"
    known = {"state": what, "task": id, "reward": grant.id, **data}
    out.append(("effect", at, event, f"rewards.{grant.id}", occurrence, "task", grant.id, known))


def _id_of(effect: str) -> str:
    """A task's id: it follows from what opened it, and says nothing of the member."""
    return hashlib.sha256(effect.encode()).hexdigest()[:16]


# --- sessions ------------------------------------------------------------------------------------------------------


def _invite(state: State, session: Meeting, due: int | None, at: int) -> None:
    """A place at a session: who had said no has not said so of this one."""
    going = True if state[session.slot][0] is True else None
    remind = session.remind if session.remind is not None and session.remind > at else NEVER
    state[session.slot] = [going, remind]
    _arm(state, due, remind)


def _remind(state: State, grant: Grant, session: Meeting, at: int, out: Any) -> int:
    """The reminder, to those who hold it and did not say that they will not come; when it is due."""
    going, remind = state[session.slot]
    if remind > at:
        return int(remind)
    state[session.slot] = [going, NEVER]
    if state[grant.slot] and going is not False:
        told = {"session": {"reward": grant.id, "at": session.at, "link": session.link}}
        source = f"rewards.{grant.id}"
        out.append(("effect", at, None, source, "reminder", "message", session.send, told))
    return NEVER
