"""What a case expects, key by key, against what the fold gave.

Lists name what must be there (an empty list: nothing at all); a bare amount of points is what is available; under `not`
the same keys say what must not be so.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.ladder_steps import steps_of
from loyaltykit.program.places import Fault, Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from loyaltykit.program.document import Document
    from loyaltykit.views import MemberView

_AMOUNTS = ("available", "pending", "held", "lifetime")
_QUEST = ("done", "active", "idle")
_STREAK = ("length", "best", "freezes", "frozen", "done", "paused")


@attrs.frozen
class Check:
    """One expectation: what it is about, what was expected, what there is."""

    key: str
    """Such as ``points.xp`` or ``quests.comeback``; with ``not`` before it when negated."""
    expected: Any
    got: Any
    ok: bool


@attrs.frozen
class Outcome:
    """What a member has come to: the view, and the messages sent on the way."""

    view: MemberView
    messages: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()
    """What the member asked for and did not get: a reward or ``points``, and the code."""
    asked: tuple[str, ...] = ()
    """The surveys that were asked, in order."""
    standing: Mapping[str, tuple[int | None, float]] = attrs.field(factory=dict)
    """By leaderboard the rank and the score; rank None: not on it."""


def hold(then: Mapping[str, Any], outcome: Outcome, document: Document, keys: Keys) -> Held:
    """Hold every expectation of a case against the outcome; `keys` is where they stand in the document."""
    desk = Held(document, outcome, [], [])
    desk.all(then, keys)
    return desk


@attrs.define
class Held:
    """The checks of a case, and what was wrong with the way its expectations are written."""

    document: Document
    outcome: Outcome
    checks: list[Check]
    faults: list[Fault]

    def all(self, then: Mapping[str, Any], keys: Keys, *, negated: bool = False) -> None:
        """Every key of a `then`, or of a `not` inside one."""
        for key, expected in then.items():
            place = (*keys, key)
            if key == "not" and not negated:
                if self._mapping(expected, place):
                    self.all(expected, place, negated=True)
            elif key in _KINDS:
                found = list(_KINDS[key](self, expected, place))
                self.checks += [_negated(check) for check in found] if negated else found
            else:
                self.unknown("case/unknown-key", key, [*_KINDS, "not", "members"], place)

    def unknown(self, code: str, name: Any, known: Iterable[str], keys: Keys, *, at_key: bool = True) -> None:
        """A name that is not known."""
        names = list(known)
        near = nearest(str(name), names)
        arguments = {"name": echo(name), "known": ", ".join(names[:12])}
        hint = "hint/one-of" if names else ""
        if near is not None:
            arguments["nearest"], hint = near, "hint/nearest"
        self.faults.append(Fault(Finding(code, arguments, hint), keys, at_key=at_key))

    def named(self, expected: Any, known: Iterable[str], keys: Keys) -> Iterator[tuple[str, Any]]:
        """The items of a mapping whose keys must be known names."""
        names = list(known)
        for name, value in expected.items() if self._mapping(expected, keys) else ():
            if name in names:
                yield name, value
            else:
                self.unknown("case/unknown-name", name, names, (*keys, name))

    def listed(self, expected: Any, known: Iterable[str], keys: Keys) -> Iterator[str]:
        """The items of a list (or one text) that must be known names."""
        names = list(known)
        items: Sequence[Any] = expected if isinstance(expected, list | tuple) else (expected,)
        for number, name in enumerate(items):
            if name in names:
                yield name
            else:
                place = (*keys, number) if isinstance(expected, list | tuple) else keys
                self.unknown("case/unknown-name", name, names, place, at_key=False)

    def one_of(self, value: Any, known: Iterable[str], keys: Keys) -> bool:
        """Whether a value is one of those that may stand here; None always may."""
        names = list(known)
        if value is None or value in names:
            return True
        self.unknown("case/unknown-name", value, names, keys, at_key=False)
        return False

    def _mapping(self, value: Any, keys: Keys) -> bool:
        if hasattr(value, "items"):
            return True
        self.faults.append(Fault(Finding("case/mapping", {"name": echo(value)}), keys))
        return False


def _negated(check: Check) -> Check:
    return attrs.evolve(check, key=f"not {check.key}", ok=not check.ok)


def _points(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    for name, amount in held.named(expected, held.document.points, keys):
        view = held.outcome.view.points.get(name)
        if hasattr(amount, "items"):
            for part, value in held.named(amount, _AMOUNTS, (*keys, name)):
                yield from _amount(held, f"points.{name}.{part}", value, getattr(view, part, 0), (*keys, name, part))
        else:
            yield from _amount(held, f"points.{name}", amount, getattr(view, "available", 0), (*keys, name))


def _amount(held: Held, key: str, expected: Any, got: Any, keys: Keys) -> Iterator[Check]:
    try:
        same = Decimal(str(got)) == Decimal(str(expected))
    except InvalidOperation:
        held.faults.append(Fault(Finding("case/amount", {"name": echo(expected)}), keys))
        return
    yield Check(key, expected, got, same)


def _level(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    steps = held.document.levels.steps if held.document.levels is not None else ()
    if held.one_of(expected, steps, keys):
        yield Check("level", expected, held.outcome.view.level, expected == held.outcome.view.level)


def _tiers(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    tiers = held.document.tiers
    for name, step in held.named(expected, tiers, keys):
        if held.one_of(step, steps_of(name, tiers[name]), (*keys, name)):
            view = held.outcome.view.tiers.get(name)
            got = None if view is None else view.name
            yield Check(f"tiers.{name}", step, got, step == got)


def _badges(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    badges, has = held.document.badges, held.outcome.view.badges
    if not hasattr(expected, "items"):
        yield from _there(held, "badges", expected, (badges, has), keys)
        return
    for name, step in held.named(expected, badges, keys):
        if isinstance(step, bool):
            yield Check(f"badges.{name}", step, name in has, step == (name in has))
        elif held.one_of(step, badges[name].steps, (*keys, name)):
            got = has[name].step if name in has else None
            yield Check(f"badges.{name}", step, got, step == got)


def _quests(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    for name, state in held.named(expected, held.document.quests, keys):
        if held.one_of(state, _QUEST, (*keys, name)):
            view = held.outcome.view.quests.get(name)
            got = "idle" if view is None else "done" if view.done else "active" if view.active else "idle"
            yield Check(f"quests.{name}", state, got, state == got)


def _streaks(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    for name, length in held.named(expected, held.document.streaks, keys):
        view = held.outcome.view.streaks.get(name)
        parts = held.named(length, _STREAK, (*keys, name)) if hasattr(length, "items") else (("length", length),)
        for part, value in parts:
            got: Any = getattr(view, part, 0)
            got = len(got) if part == "frozen" and view is not None else got
            key = f"streaks.{name}" if part == "length" else f"streaks.{name}.{part}"
            yield Check(key, value, got, value == got)


def _entitlements(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    return _there(held, "entitlements", expected, (held.document.rewards, held.outcome.view.entitlements), keys)


def _segments(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    return _there(held, "segments", expected, (held.document.segments, held.outcome.view.segments), keys)


def _messages(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    return _there(held, "messages", expected, (held.document.messages, held.outcome.messages), keys)


def _surveys(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    return _there(held, "surveys", expected, (held.document.surveys, held.outcome.asked), keys)


def _redemptions(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    """Rewards that were redeemed and not cancelled; of one how often, or what the latest is worth and its state."""
    got = [one for one in held.outcome.view.redemptions if one.state != "cancelled"]
    if not hasattr(expected, "items"):
        names = [one.reward for one in got if one.reward is not None]
        yield from _there(held, "redemptions", expected, (held.document.rewards, names), keys)
        return
    for name, wanted in held.named(expected, held.document.rewards, keys):
        own = [one for one in held.outcome.view.redemptions if one.reward == name]
        counted = sum(one.state != "cancelled" for one in own)
        if not hasattr(wanted, "items"):
            yield Check(f"redemptions.{name}", wanted, counted, wanted == counted)
            continue
        facts = {"times": counted, "value": own[0].value if own else None, "state": own[0].state if own else None}
        for fact, value in held.named(wanted, facts, (*keys, name)):
            yield Check(f"redemptions.{name}.{fact}", value, facts[fact], value == facts[fact])


def _refused(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    """What was asked for and refused; of a reward, or of points, perhaps why."""
    refused = held.outcome.refused
    known = [*held.document.rewards, "points", "ideas"]
    if not hasattr(expected, "items"):
        yield from _there(held, "refused", expected, (known, [name for name, _ in refused]), keys)
        return
    for name, why in held.named(expected, known, keys):
        if held.one_of(why, REFUSALS.values(), (*keys, name)):
            got = [REFUSALS.get(code, "not-eligible") for one, code in refused if one == name]
            yield Check(f"refused.{name}", why, got[-1] if got else None, why in got)


REFUSALS = {
    "points/insufficient": "insufficient-points",
    "reward/out-of-stock": "out-of-stock",
    "reward/not-eligible": "not-eligible",
}
"""What a case calls a refusal, by its code; everything else is ``not-eligible``, too."""


def _ideas(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    """The state of each idea that the member proposed."""
    own = held.outcome.view.ideas
    for name, state in held.named(expected, own, keys):
        yield Check(f"ideas.{name}", state, own.get(name), state == own.get(name))


def _leaderboards(held: Held, expected: Any, keys: Keys) -> Iterator[Check]:
    """The rank on the board of everybody, or ``{rank, score}``."""
    for name, wanted in held.named(expected, held.document.leaderboards, keys):
        rank, score = held.outcome.standing.get(name, (None, 0))
        if not hasattr(wanted, "items"):
            yield Check(f"leaderboards.{name}", wanted, rank, wanted == rank)
            continue
        for part, value in held.named(wanted, ("rank", "score"), (*keys, name)):
            got = rank if part == "rank" else score
            yield Check(f"leaderboards.{name}.{part}", value, got, value == got)


def _there(
    held: Held, key: str, expected: Any, both: tuple[Iterable[str], Iterable[str]], keys: Keys
) -> Iterator[Check]:
    """Each of the names is there; of `both` the first are those that may be named, the second those that are there."""
    known, has = list(both[0]), sorted(both[1])
    if isinstance(expected, list | tuple) and not expected:
        yield Check(key, [], has, not has)
    for name in held.listed(expected, known, keys):
        yield Check(f"{key}.{name}", True, name in has, name in has)


_KINDS: dict[str, Callable[[Held, Any, Keys], Iterable[Check]]] = {
    "points": _points,
    "level": _level,
    "tiers": _tiers,
    "badges": _badges,
    "quests": _quests,
    "streaks": _streaks,
    "entitlements": _entitlements,
    "segments": _segments,
    "messages": _messages,
    "surveys": _surveys,
    "redemptions": _redemptions,
    "refused": _refused,
    "leaderboards": _leaderboards,
    "ideas": _ideas,
}
