"""Every expression of a document: where it stands, what triggers it, what it must be; and the checked trees by path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.program.names import Desk
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.scopes import base_scope, scopes
from loyaltykit.program.shape import keys_of
from loyaltykit.rules.expression.check import check
from loyaltykit.rules.expression.tree import Node, Ref, Scope, children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.program.document import Consequences, Document, Quest, Rule
    from loyaltykit.program.shape import Shape

Written = str | bool | int | float
Expected = Literal["condition", "number", "key"]
_ROOTS = {
    "points": ("points", "earned"),
    "tiers": ("tier",),
    "badges": ("badge",),
    "quests": ("quest",),
    "streaks": ("streak",),
    "segments": ("segment",),
    "rewards": ("entitlement",),
    "levels": ("level",),
}


@attrs.frozen(slots=True)
class Site:
    """One expression of the document."""

    path: str
    loc: Keys
    written: Written
    expect: Expected
    triggers: tuple[str, ...] = ()
    over_period: bool = False


def sites(document: Document, numbers: tuple[int, ...]) -> Iterator[Site]:
    """Every expression, in document order. `numbers` are those of the rules in the data."""
    for name, segment in document.segments.items():
        yield Site(f"segments.{name}.when", ("segments", name, "when"), segment.when, "condition")
    for number, rule in zip(numbers, document.rules, strict=True):
        yield from _of_rule(rule, number)
    for name, tier in document.tiers.items():
        yield Site(f"tiers.{name}.by", ("tiers", name, "by"), tier.by, "number", over_period=True)
    yield from _of_streaks(document)
    yield from _of_badges(document)
    for name, quest in document.quests.items():
        yield from _of_quest(name, quest)


def _of_streaks(document: Document) -> Iterator[Site]:
    for name, streak in document.streaks.items():
        path, loc = f"streaks.{name}", ("streaks", name)
        if streak.where is not None:
            yield Site(f"{path}.where", (*loc, "where"), streak.where, "condition", streak.on)
        for mark, given in streak.milestones.items():
            yield from _awards(given, f"{path}.milestones.{mark}", (*loc, "milestones", str(mark)))


def _of_badges(document: Document) -> Iterator[Site]:
    for name, badge in document.badges.items():
        path, loc = f"badges.{name}", ("badges", name)
        if badge.when is not None:
            yield Site(f"{path}.when", (*loc, "when"), badge.when, "condition")
        if badge.where is not None and badge.count is not None:
            yield Site(f"{path}.where", (*loc, "where"), badge.where, "condition", (badge.count,))
        yield from _awards(badge, path, loc)


def _of_rule(rule: Rule, number: int) -> Iterator[Site]:
    path, triggers = f"rules.{rule.id}", rule.on or ()
    loc: Keys = ("rules", number)
    if rule.when is not None:
        yield Site(f"{path}.when", (*loc, "when"), rule.when, "condition", triggers)
    yield from _awards(rule, path, loc, triggers)
    for point, written in rule.multiply.items():
        yield Site(f"{path}.multiply.{point}", (*loc, "multiply", point), written, "number", triggers)
    if rule.key is not None and rule.on is not None:
        yield Site(f"{path}.key", (*loc, "key"), rule.key, "key", triggers)
    if rule.limit is not None and rule.limit.by is not None and rule.on is not None:
        yield Site(f"{path}.limit.by", (*loc, "limit", "by"), rule.limit.by, "key", triggers)


def _of_quest(name: str, quest: Quest) -> Iterator[Site]:
    for number, step in enumerate(quest.steps):
        path, loc = f"quests.{name}.steps.{number + 1}", ("quests", name, "steps", number)
        if step.where is not None and step.on is not None:
            yield Site(f"{path}.where", (*loc, "where"), step.where, "condition", step.on)
        if step.when is not None:
            yield Site(f"{path}.when", (*loc, "when"), step.when, "condition")
    yield from _awards(quest.reward, f"quests.{name}.reward", ("quests", name, "reward"))


def _awards(given: Consequences, path: str, loc: Keys, triggers: tuple[str, ...] = ()) -> Iterator[Site]:
    for point, written in given.award.items():
        yield Site(f"{path}.award.{point}", (*loc, "award", point), written, "number", triggers)


@attrs.frozen(slots=True)
class Trees:
    """The checked expressions of a document, and what was wrong with the others."""

    nodes: dict[str, Node]
    faults: tuple[Fault, ...] = ()


def check_expressions(shaped: Shape, document: Document, data: Mapping[str, Any]) -> Trees:
    """Check every expression that can be judged: one that names a faulty part of the document is left for later."""
    scope_of = scopes(base_scope(document, data))
    doubtful = _doubtful(shaped.broken)
    known = document.events
    nodes: dict[str, Node] = {}
    faults: list[Fault] = []
    for site in sites(document, shaped.numbers):
        if isinstance(site.written, str):
            unsure = not all(kind in known for kind in site.triggers) and "event" in site.written
            if unsure or doubtful(site.written):
                continue
        triggers = tuple(kind for kind in site.triggers if kind in known)
        node, found = _checked(site, scope_of(triggers, site.over_period), data)
        faults.extend(found)
        if node is not None:
            nodes[site.path] = node
    faults.extend(_circles(document, nodes, data))
    return Trees(nodes, tuple(faults))


def _checked(site: Site, scope: Scope, data: Mapping[str, Any]) -> tuple[Node | None, list[Fault]]:
    checked = check(site.written, scope, expect=site.expect)
    keys = keys_of(site.loc, data) if checked.findings else ()
    return checked.node, [Fault(finding, keys, path=site.path) for finding in checked.findings]


def _doubtful(broken: frozenset[Keys]) -> Callable[[str], bool]:
    """Whether a text may name a part that was cut out."""
    words: set[str] = set()
    for keys in broken:
        section = str(keys[0])
        if len(keys) == 1:
            words.update(_ROOTS.get(section, (section.removesuffix("s"),)))
        elif len(keys) == 2 or (section == "events" and len(keys) == 3):
            words.update({str(keys[-1]), str(keys[-1]).replace("-", "_")})
    if not words:
        return lambda text: False
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, words)))})(?!\w)").search  # type: ignore[return-value]


def _circles(document: Document, nodes: Mapping[str, Node], data: Mapping[str, Any]) -> list[Fault]:
    """Segments that are defined by themselves."""
    uses = {name: _segments(nodes.get(f"segments.{name}.when")) for name in document.segments}
    desk = Desk(data)
    for name in uses:
        if name in _reach(name, uses):
            desk.report("document/circle", ("segments", name, "when"), name=name)
    return desk.faults


def _segments(node: Node | None) -> set[str]:
    found: set[str] = set()
    waiting = [] if node is None else [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Ref) and part.path[0] == "segment":
            found.add(part.path[1])
        waiting.extend(children(part))
    return found


def _reach(name: str, uses: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(uses[name])
    while waiting:
        used = waiting.pop()
        if used not in found:
            found.add(used)
            waiting.extend(uses.get(used, ()))
    return found
