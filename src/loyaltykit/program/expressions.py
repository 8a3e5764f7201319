"""Every expression of a document: where it stands, what triggers it, what it must be; and the checked trees by path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.program.names import Desk
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.reserved import own_like
from loyaltykit.program.scopes import ANYWHERE, Where, base_scope, scopes
from loyaltykit.program.shape import keys_of
from loyaltykit.program.terms import asks, carried
from loyaltykit.program.walking import walk
from loyaltykit.rules.expression.check import check
from loyaltykit.rules.expression.tree import Node, Ref, Scope, children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.problems import Finding
    from loyaltykit.program.campaigns import Campaign, Exit, Offer, Start
    from loyaltykit.program.consequences import Gifts
    from loyaltykit.program.document import Document, Quest, Rule
    from loyaltykit.program.quests import Requires
    from loyaltykit.program.shape import Shape
    from loyaltykit.program.tiers import Tier
    from loyaltykit.program.walking import Visit
    from loyaltykit.rules.expression.own import Function

Written = str | bool | int | float
Expected = Literal["condition", "number", "key", "order"]
JOINED = "joined"
"""In a waiting list's order: the moment of joining it. It is no expression."""
_ROOTS = {
    "points": ("points", "earned"),
    "tiers": ("tier",),
    "badges": ("badge",),
    "quests": ("quest",),
    "streaks": ("streak",),
    "segments": ("segment",),
    "rewards": ("entitlement",),
    "levels": ("level",),
    "churn": ("churn",),
}


@attrs.frozen(slots=True)
class Site:
    """One expression of the document."""

    path: str
    loc: Keys
    written: Written
    expect: Expected
    where: Where = ANYWHERE
    written_out: bool = False
    """Whether the document says it in fewer words: a finding has no place inside the text then."""


def sites(document: Document, numbers: tuple[int, ...]) -> Iterator[Site]:
    """Every expression, in document order. `numbers` are those of the rules in the data."""
    for name, segment in document.segments.items():
        where = Where(per=segment.field)
        yield Site(f"segments.{name}.when", ("segments", name, "when"), segment.when, "condition", where)
    yield from _of_points(document)
    for number, rule in zip(numbers, document.rules, strict=True):
        yield from _of_rule(rule, number)
    for name, tier in document.tiers.items():
        yield from _of_tier(name, tier)
    yield from _of_streaks(document)
    yield from _of_badges(document)
    for name, quest in document.quests.items():
        yield from _of_quest(name, quest, document)
    yield from _of_rewards(document)
    yield from _of_boards(document)
    yield from _of_chances(document)
    for name, campaign in document.campaigns.items():
        yield from _of_campaign(name, campaign)
    yield from _of_surveys(document)
    yield from _of_ideas(document)
    for name, goal in document.goals.items():
        if goal.where is not None and goal.event is not None:
            where = Where((goal.event,))
            yield Site(f"goals.{name}.where", ("goals", name, "where"), goal.where, "condition", where)


def _of_points(document: Document) -> Iterator[Site]:
    for name, point in document.points.items():
        pending, expires = point.pending, point.expires
        if pending is not None and pending.key is not None:
            loc: Keys = ("points", name, "pending", "key")
            yield Site(f"points.{name}.pending.key", loc, pending.key, "key", Where(pending.until or ()))
        if expires is not None and expires.unless is not None:
            loc = ("points", name, "expires", "unless")
            yield Site(f"points.{name}.expires.unless", loc, expires.unless, "condition")


def _of_tier(name: str, tier: Tier) -> Iterator[Site]:
    path, loc = f"tiers.{name}", ("tiers", name)
    if tier.by is not None:
        yield Site(f"{path}.by", (*loc, "by"), tier.by, "number", Where(over_period=True))
    if tier.paid is not None and tier.paid.step is not None:
        yield Site(f"{path}.paid.step", (*loc, "paid", "step"), tier.paid.step, "key", Where(tier.paid.start))


def _of_rewards(document: Document) -> Iterator[Site]:
    for name, reward in document.rewards.items():
        for number, key in enumerate(reward.waitlist.order if reward.waitlist is not None else ()):
            if key != JOINED:
                loc: Keys = ("rewards", name, "waitlist", "order", number)
                yield Site(f"rewards.{name}.waitlist.order.{number + 1}", loc, key, "order")
        for tail, asked, condition in asks(document, reward):
            yield Site(f"rewards.{name}.{asked}", ("rewards", name, *tail), condition, "condition", written_out=True)
        if reward.value is not None:
            where = Where(lots=carried(document, reward))
            yield Site(f"rewards.{name}.value", ("rewards", name, "value"), reward.value, "number", where)


def _of_surveys(document: Document) -> Iterator[Site]:
    for name, survey in document.surveys.items():
        if survey.when is not None:
            yield Site(f"surveys.{name}.when", ("surveys", name, "when"), survey.when, "condition")
        if survey.weight is not None:
            yield Site(f"surveys.{name}.weight", ("surveys", name, "weight"), survey.weight, "number")


def _of_ideas(document: Document) -> Iterator[Site]:
    if document.ideas is None:
        return
    if document.ideas.weight is not None:
        yield Site("ideas.weight", ("ideas", "weight"), document.ideas.weight, "number")
    for name, given in document.ideas.given.items():
        yield from _awards(given, f"ideas.{name}", ("ideas", name))


def _of_campaign(name: str, campaign: Campaign) -> Iterator[Site]:
    path, loc, per = f"campaigns.{name}", ("campaigns", name), campaign.field
    if campaign.audience is not None:
        yield Site(f"{path}.audience", (*loc, "audience"), campaign.audience, "condition", Where(per=per))
    yield from _of_turn(campaign.start, f"{path}.start", (*loc, "start"), Where(per=per))
    if campaign.exit is not None:
        yield from _of_turn(campaign.exit, f"{path}.exit", (*loc, "exit"), Where(per=per))
    visits = list(walk(campaign.steps, (*loc, "steps")))
    where = Where(per=per, offers=any(visit.step.offer is not None for visit in visits))
    for visit in visits:
        yield from _of_visit(visit, f"{path}.steps.{visit.path}", where)


def _of_turn(turn: Start | Exit, path: str, loc: Keys, where: Where) -> Iterator[Site]:
    """What begins or ends something: the condition, with the event when there is one."""
    if turn.when is not None:
        where = attrs.evolve(where, triggers=turn.on or ())
        yield Site(path, (*loc, "when"), turn.when, "condition", where)


def _of_visit(visit: Visit, path: str, where: Where) -> Iterator[Site]:
    step, loc = visit.step, visit.loc
    if step.condition is not None:
        yield Site(f"{path}.if", (*loc, "if"), step.condition, "condition", where)
    if step.wait is not None and step.wait.until is not None:
        yield Site(f"{path}.until", (*loc, "wait", "until"), step.wait.until, "condition", where)
    yield from _awards(step, path, loc, where)
    if step.offer is not None:
        yield from _of_offer(step.offer, path, (*loc, "offer"), where)


def _of_offer(offer: Offer, path: str, loc: Keys, where: Where) -> Iterator[Site]:
    for number, option in enumerate(offer.choose):
        if option.when is not None:
            place = (*loc, "choose", number, "when")
            yield Site(f"{path}.options.{number + 1}.when", place, option.when, "condition", where)
    if offer.success is not None:
        yield from _of_turn(offer.success, f"{path}.success", (*loc, "success"), where)


def _of_boards(document: Document) -> Iterator[Site]:
    for name, board in document.leaderboards.items():
        path, loc = f"leaderboards.{name}", ("leaderboards", name)
        yield Site(f"{path}.by", (*loc, "by"), board.by, "number", Where(over_period=True))
        for rank, given in board.winners.items():
            yield from _awards(given, f"{path}.winners.{rank}", (*loc, "winners", str(rank)))


def _of_chances(document: Document) -> Iterator[Site]:
    for name, surprise in document.surprises.items():
        path, loc, where = f"surprises.{name}", ("surprises", name), Where(surprise.on)
        if surprise.when is not None:
            yield Site(f"{path}.when", (*loc, "when"), surprise.when, "condition", where)
        yield from _awards(surprise, path, loc)
    referrals = document.referrals
    if referrals is None:
        return
    if referrals.when is not None:
        yield Site("referrals.when", ("referrals", "when"), referrals.when, "condition", Where(referrals.after))
    for side in ("referrer", "friend"):
        given = getattr(referrals.rewards, side)
        yield from _awards(given, f"referrals.rewards.{side}", ("referrals", "rewards", side))


def _of_streaks(document: Document) -> Iterator[Site]:
    for name, streak in document.streaks.items():
        path, loc = f"streaks.{name}", ("streaks", name)
        if streak.where is not None:
            yield Site(f"{path}.where", (*loc, "where"), streak.where, "condition", Where(streak.on))
        for mark, given in streak.milestones.items():
            yield from _awards(given, f"{path}.milestones.{mark}", (*loc, "milestones", str(mark)))


def _of_badges(document: Document) -> Iterator[Site]:
    for name, badge in document.badges.items():
        path, loc = f"badges.{name}", ("badges", name)
        if badge.when is not None:
            yield Site(f"{path}.when", (*loc, "when"), badge.when, "condition")
        if badge.where is not None and badge.count is not None:
            yield Site(f"{path}.where", (*loc, "where"), badge.where, "condition", Where((badge.count,)))
        yield from _awards(badge, path, loc)


def _of_rule(rule: Rule, number: int) -> Iterator[Site]:
    path, where = f"rules.{rule.id}", Where(rule.on or ())
    loc: Keys = ("rules", number)
    if rule.when is not None:
        yield Site(f"{path}.when", (*loc, "when"), rule.when, "condition", where)
    yield from _awards(rule, path, loc, where)
    for point, written in rule.multiply.items():
        yield Site(f"{path}.multiply.{point}", (*loc, "multiply", point), written, "number", where)
    if rule.key is not None and rule.on is not None:
        yield Site(f"{path}.key", (*loc, "key"), rule.key, "key", where)
    for name, written in rule.carry.items() if rule.on is not None else ():
        yield Site(f"{path}.carry.{name}", (*loc, "carry", name), written, "key", where)
    if rule.limit is not None and rule.limit.by is not None and rule.on is not None:
        yield Site(f"{path}.limit.by", (*loc, "limit", "by"), rule.limit.by, "key", where)


def _of_quest(name: str, quest: Quest, document: Document) -> Iterator[Site]:
    requires = quest.requires
    if requires is not None:
        loc: Keys = ("quests", name, "requires")
        names = required(requires, document)
        if names:
            yield Site(f"quests.{name}.requires", loc, names, "condition")
        if requires.when is not None:
            yield Site(f"quests.{name}.requires.when", (*loc, "when"), requires.when, "condition")
    for number, step in enumerate(quest.steps):
        path, loc = f"quests.{name}.steps.{number + 1}", ("quests", name, "steps", number)
        if step.where is not None and step.on is not None:
            yield Site(f"{path}.where", (*loc, "where"), step.where, "condition", Where(step.on))
        if step.when is not None:
            yield Site(f"{path}.when", (*loc, "when"), step.when, "condition")
    yield from _awards(quest.reward, f"quests.{name}.reward", ("quests", name, "reward"))


def required(requires: Requires, document: Document) -> str:
    """The quests and badges that a quest requires, as a condition; what the document does not have is left out."""
    parts = [f"quest.{name.replace('-', '_')}.done" for name in requires.quest if name in document.quests]
    for name in requires.badge:
        if name in document.badges:
            stepped = " is not None" if document.badges[name].steps else ""
            parts.append(f"badge.{name.replace('-', '_')}{stepped}")
    return " and ".join(parts)


def _awards(given: Gifts, path: str, loc: Keys, where: Where = ANYWHERE) -> Iterator[Site]:
    for point, written in given.award.items():
        yield Site(f"{path}.award.{point}", (*loc, "award", point), written, "number", where)


@attrs.frozen(slots=True)
class Trees:
    """The checked expressions of a document, and what was wrong with the others."""

    nodes: dict[str, Node]
    faults: tuple[Fault, ...] = ()


def check_expressions(
    shaped: Shape, document: Document, data: Mapping[str, Any], functions: Mapping[str, Function]
) -> Trees:
    """Check every expression that can be judged: one that names a faulty part of the document is left for later."""
    scope_of = scopes(base_scope(document, data, functions))
    doubtful = _doubtful(shaped.broken)
    known = document.named_events
    nodes: dict[str, Node] = {}
    faults: list[Fault] = []
    for site in sites(document, shaped.numbers):
        if isinstance(site.written, str):
            unsure = not all(kind in known for kind in site.where.triggers) and "event" in site.written
            if unsure or doubtful(site.written):
                continue
        triggers = tuple(kind for kind in site.where.triggers if kind in known)
        node, found = _checked(site, scope_of(attrs.evolve(site.where, triggers=triggers)), data)
        faults.extend(found)
        if node is not None:
            nodes[site.path] = node
    faults.extend(_circles(document, nodes, data))
    faults.extend(_mixed(document, nodes, data))
    return Trees(nodes, tuple(faults))


def _checked(site: Site, scope: Scope, data: Mapping[str, Any]) -> tuple[Node | None, list[Fault]]:
    checked = check(site.written, scope, expect=site.expect)
    keys = keys_of(site.loc, data) if checked.findings else ()
    path = "" if site.loc[0] == "campaigns" else site.path
    findings = [attrs.evolve(one, offset=0) if site.written_out else one for one in checked.findings]
    return checked.node, [Fault(_our_own(finding), keys, path=path) for finding in findings]


def _our_own(finding: Finding) -> Finding:
    """A misspelt event of our own has its nearest name; expressions know only those that the program names."""
    like = own_like(str(finding.arguments.get("name"))) if finding.code == "expression/unknown-event" else None
    if like is None:
        return finding
    return attrs.evolve(finding, arguments={**finding.arguments, "nearest": like}, hint="hint/nearest")


def _doubtful(broken: frozenset[Keys]) -> Callable[[str], bool]:
    """Whether a text may name a part that was cut out."""
    words: set[str] = set()
    for keys in broken:
        section = str(keys[0])
        if len(keys) == 1 or section == "churn":
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


def _mixed(document: Document, nodes: Mapping[str, Node], data: Mapping[str, Any]) -> list[Fault]:
    """Segments per one field that are used where something is per another field."""
    uses = {name: _segments(nodes.get(f"segments.{name}.when")) for name in document.segments}
    fields = {name: segment.field for name, segment in document.segments.items()}
    desk = Desk(data)
    for site in sites(document, (0,) * len(document.rules)):
        own = site.where.per
        if own is None or site.path not in nodes:
            continue
        direct = _segments(nodes[site.path])
        for name in sorted(direct.union(*(_reach(used, uses) for used in direct))):
            other = fields.get(name)
            if other not in (None, own):
                desk.report("document/other-per", site.loc, name=name, other=other, own=own)
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
