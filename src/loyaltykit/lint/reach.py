"""What nobody can reach: conditions that cannot hold, steps beyond what can be earned, journeys that never begin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loyaltykit.calendars import DAY, Duration
from loyaltykit.lint.earning import LIFE, Earning, Window, calendar
from loyaltykit.lint.known import Known
from loyaltykit.lint.truth import can_be
from loyaltykit.program.expressions import sites
from loyaltykit.program.walking import all_steps, walk
from loyaltykit.rules.expression.tree import Const, Ref, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.lint.subject import Subject
    from loyaltykit.program.campaigns import Campaign
    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Keys
    from loyaltykit.program.tiers import Window as Qualification
    from loyaltykit.rules.expression.tree import Node

_INSTEAD = {"kit.answered": "survey.answered", "kit.word_said": "word.said"}
"""Events of our own that are recorded as a declared type, where a program declares it."""
_GAIN = Ref(("churn", "gain"), type=Type("number", nullable=True))


def look(subject: Subject) -> None:
    """Report what nobody can reach."""
    known = Known.of(subject.document)
    _conditions(subject, known)
    _ladders(subject, Earning.of(subject))
    for name, campaign in subject.document.campaigns.items():
        _start(subject, name, campaign, known)
        _options(subject, name, campaign)
    _quests(subject)
    _replaced(subject)


def _conditions(subject: Subject, known: Known) -> None:
    """A condition that contradicts itself, or what its values can be."""
    for site in sites(subject.document, tuple(range(len(subject.document.rules)))):
        node = subject.nodes.get(site.path)
        if node is None or isinstance(node, Const) or site.expect != "condition":
            continue
        if not can_be(node, known):
            subject.warn("reach/never-true", site.loc, hint="hint/look-at-the-bounds", name=str(site.written))
        elif not node.type.nullable and not can_be(node, known, wanted=False):
            subject.warn("reach/always-true", site.loc, hint="hint/leave-it-out", name=str(site.written))


def _ladders(subject: Subject, earning: Earning) -> None:
    document = subject.document
    if document.levels is not None:
        most = earning.most(document.levels.by)
        _steps(subject, document.levels.steps, most, ("levels", "steps"), "reach/level")
    for name, tier in document.tiers.items():
        node = subject.nodes.get(f"tiers.{name}.by")
        if node is not None:
            most = earning.highest(node, _window(tier.period))
            _steps(subject, tier.steps, most, ("tiers", name, "steps"), "reach/tier")


def _window(period: Qualification | None) -> Window:
    """The qualification period; of a lifetime, a whole life."""
    if period is None or period.form == "lifetime":
        return LIFE
    if period.form == "calendar":
        return calendar(period.name)
    length = period.length or Duration(12)
    return Window(days=length.months * 31 + length.micros / DAY)


def _steps(subject: Subject, steps: dict[str, float], most: float, loc: Keys, code: str) -> None:
    """The first step that is out of reach; those above it are, too."""
    if not math.isfinite(most):
        return
    for step, threshold in steps.items():
        if threshold > most:
            subject.warn(
                code, (*loc, step), hint="hint/lower-or-more", name=step, threshold=threshold, most=_plain(most)
            )
            return


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _start(subject: Subject, name: str, campaign: Campaign, known: Known) -> None:
    """A campaign that waits for a gain: nobody has one before the campaign has been measured."""
    node: Node | None = subject.nodes.get(f"campaigns.{name}.start")
    if node is not None and can_be(node, known) and not can_be(node, known, without=_GAIN):
        subject.warn("reach/starts-on-gain", ("campaigns", name, "start"), hint="hint/start-without-gain", name=name)


def _options(subject: Subject, name: str, campaign: Campaign) -> None:
    """By `rule` the first option that is for the member is taken: none after one that is for everybody."""
    for visit in walk(campaign.steps, ("campaigns", name, "steps")):
        offer = visit.step.offer
        if offer is None or offer.by != "rule":
            continue
        for number, option in enumerate(offer.choose[:-1]):
            limited = any(_may_be_gone(subject, reward) for reward in option.give)
            if option.when is None and not limited:
                loc = (*visit.loc, "offer", "choose", number + 1)
                hint, other = "hint/when-first", offer.choose[number + 1].id
                subject.warn("reach/shadowed-option", loc, hint=hint, name=other, first=option.id)
                break


def _may_be_gone(subject: Subject, name: str) -> bool:
    """Whether something may not be there for a member: limited stock, a material that has to fit."""
    reward = subject.document.rewards.get(name)
    return reward is None or bool(_SCARCE & reward.model_fields_set)


_SCARCE = {"topic", "stock", "codes", "at", "tiers", "segment", "badge", "per_member"}


def _quests(subject: Subject) -> None:
    """A quest that a campaign begins, and no campaign does."""
    enrolled = {step.enrol for campaign in subject.document.campaigns.values() for step in all_steps(campaign.steps)}
    for name, quest in subject.document.quests.items():
        if quest.start == "campaign" and name not in enrolled:
            subject.warn("reach/quest-never-starts", ("quests", name), hint="hint/enrol", at_key=True, name=name)


def _replaced(subject: Subject) -> None:
    """What waits for an event of our own which this program has recorded as another."""
    for loc, types in _waits(subject.document):
        for name in types or ():
            if name in _INSTEAD and _INSTEAD[name] in subject.document.events:
                subject.warn("reach/recorded-as", loc, hint="hint/nearest", name=name, nearest=_INSTEAD[name])


def _waits(document: Document) -> Iterator[tuple[Keys, Iterable[str] | None]]:
    """Every place that waits for events, and their types."""
    for number, rule in enumerate(document.rules):
        yield ("rules", number, "on"), rule.on
    for name, badge in document.badges.items():
        yield ("badges", name, "count"), (badge.count or "",)
    for name, streak in document.streaks.items():
        yield ("streaks", name, "on"), streak.on
    for name, quest in document.quests.items():
        for number, step in enumerate(quest.steps):
            yield ("quests", name, "steps", number, "on"), step.on
    for name, surprise in document.surprises.items():
        yield ("surprises", name, "on"), surprise.on
    if document.referrals is not None:
        yield ("referrals", "after"), document.referrals.after
    for name, campaign in document.campaigns.items():
        yield ("campaigns", name, "start", "on"), campaign.start.on
        if campaign.exit is not None:
            yield ("campaigns", name, "exit", "on"), campaign.exit.on
