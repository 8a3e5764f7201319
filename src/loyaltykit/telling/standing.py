"""Sentences about levels, tiers, streaks, badges and quests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.ladder_steps import steps_of
from loyaltykit.rules.expression.tree import Const

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.program.document import Badge, Quest, QuestStep, Streak, Tier
    from loyaltykit.program.quests import Requires
    from loyaltykit.telling.teller import Sentence, Teller


def _ladder(teller: Teller, steps: Mapping[str, float]) -> str:
    speech = teller.speech
    return ", ".join(
        speech.say("ladder/from", step=step, number=speech.number(threshold))
        if threshold
        else speech.say("ladder/start", step=step)
        for step, threshold in steps.items()
    )


def levels(teller: Teller) -> Iterator[Sentence]:
    """How the level grows."""
    found = teller.document.levels
    if found is not None:
        point = teller.naming.point(found.by)
        yield teller.sentence("levels", "", "levels", point=point, steps=_ladder(teller, found.steps))


def tiers(teller: Teller) -> Iterator[Sentence]:
    """How each status is earned or paid for, kept and lost, and what it brings."""
    for name, tier in teller.document.tiers.items():
        parts = teller.speech.parts([*_several(teller, name, tier), *_kept(teller, tier), *_benefits(teller, tier)])
        label = teller.naming.of("tiers", name)
        if tier.paid is not None:
            start, end = teller.naming.did(tier.paid.start), teller.naming.did(tier.paid.end)
            yield teller.sentence("tiers", name, "tier/paid", name=label, start=start, end=end, parts=parts)
            continue
        basis, steps = teller.value(f"tiers.{name}.by"), _ladder(teller, tier.steps)
        period = _period(teller, tier)
        yield teller.sentence("tiers", name, "tier", name=label, basis=basis, period=period, steps=steps, parts=parts)


def _several(teller: Teller, name: str, tier: Tier) -> Iterator[str]:
    """The steps that can be paid for."""
    if tier.paid is not None and tier.paid.step is not None:
        yield teller.speech.say("tier/steps", steps=", ".join(steps_of(name, tier)))


def _period(teller: Teller, tier: Tier) -> str:
    length = None if tier.period is None else tier.period.length
    if length is None:
        return teller.speech.say(f"period/{tier.period}")
    return teller.speech.latest(length)


def _kept(teller: Teller, tier: Tier) -> Iterator[str]:
    speech, kept = teller.speech, tier.kept
    if tier.paid is None:
        held = kept.length is None and tier.period is not None and not tier.period.starts_anew
        yield speech.say(f"upgrade/{tier.upgrade}")
        if kept.length is not None:
            yield speech.say("keep/from qualifying", time=speech.duration(kept.length))
        elif tier.downgrade != "never":
            yield speech.say("keep/held" if held else f"keep/{kept}")
        if tier.downgrade == "never" or not held:
            yield speech.say(f"down/{tier.downgrade}")
    if tier.grace is not None:
        yield speech.say("keep/grace", time=speech.duration(tier.grace))


def _benefits(teller: Teller, tier: Tier) -> Iterator[str]:
    speech = teller.speech
    for step, benefit in tier.benefits.items():
        gifts = [
            speech.say("times-points", factor=speech.number(factor), point=teller.naming.point(point))
            for point, factor in benefit.multiply.items()
        ]
        gifts += [speech.say("a-thing", name=teller.naming.of("rewards", name)) for name in benefit.grant]
        if gifts:
            yield speech.say("benefit", step=step, gifts=speech.joined(gifts))


def streaks(teller: Teller) -> Iterator[Sentence]:
    """What each streak counts and what its lengths bring."""
    speech = teller.speech
    for name, streak in teller.document.streaks.items():
        did = teller.naming.did(streak.on)
        condition = teller.condition(f"streaks.{name}.where")
        if condition:
            did = speech.say("quest/if", step=did, condition=condition)
        parts = []
        if streak.threshold > 1:
            parts.append(speech.say("streak/threshold", times=speech.times(streak.threshold)))
        for mark, given in streak.milestones.items():
            length = speech.counted(mark, f"{streak.every}s-in-a-row")
            gifts = teller.gifts(given, f"streaks.{name}.milestones.{mark}")
            parts.append(speech.say("streak/milestone", length=length, gifts=gifts))
        if streak.once and streak.milestones:
            parts.append(speech.say("streak/once"))
        parts += _spared(teller, streak)
        label = teller.naming.of("streaks", name)
        yield teller.sentence("streaks", name, f"streak/{streak.every}", name=label, did=did, parts=speech.parts(parts))


def _spared(teller: Teller, streak: Streak) -> Iterator[str]:
    """What keeps a streak over a gap."""
    speech, freezes = teller.speech, streak.freezes
    if freezes is not None:
        how = []
        if freezes.initial:
            how.append(speech.say("freeze/initial", number=speech.counted(freezes.initial, "freezes")))
        if freezes.earn is not None:
            how.append(speech.say("freeze/earn", rate=speech.rate(freezes.earn)))
        how.append(speech.say("freeze/most", number=speech.number(freezes.limit)))
        yield speech.say("streak/freezes", how=", ".join(how))
    if streak.pauses is not None:
        if not streak.pauses:
            yield speech.say("streak/pauses")
        for pause in streak.pauses:
            yield speech.say("pause/dates", start=speech.date(pause.start), end=speech.date(pause.end))


def badges(teller: Teller) -> Iterator[Sentence]:
    """What each badge is for."""
    speech = teller.speech
    if any(badge.hidden for badge in teller.document.badges.values()):
        yield teller.sentence("badges", "", "badge/hidden")
    for name, badge in teller.document.badges.items():
        if badge.hidden:
            continue
        label = teller.naming.of("badges", name)
        gifts = teller.gifts(badge, f"badges.{name}")
        brings = [speech.say("badge/gifts", gifts=gifts)] if gifts else []
        if badge.revocable:
            brings.append(speech.say("badge/revocable"))
        node = teller.nodes.get(f"badges.{name}.when")
        if badge.count is not None:
            parts = speech.parts([_steps(teller, badge), *brings])
            did = _counted(teller, badge, name)
            yield teller.sentence("badges", name, "badge/count", name=label, did=did, parts=parts)
        elif node is None or isinstance(node, Const):
            yield teller.sentence("badges", name, "badge/given", name=label, parts=speech.parts(brings))
        else:
            condition, parts = teller.conditions.clause(node), speech.parts(brings)
            yield teller.sentence("badges", name, "badge/when", name=label, condition=condition, parts=parts)


def _counted(teller: Teller, badge: Badge, name: str) -> str:
    did = teller.naming.did((badge.count,)) if badge.count is not None else ""
    condition = teller.condition(f"badges.{name}.where")
    return teller.speech.say("quest/if", step=did, condition=condition) if condition else did


def _steps(teller: Teller, badge: Badge) -> str:
    speech = teller.speech
    return ", ".join(
        speech.say("badge/step", step=step, times=speech.times(times)) for step, times in badge.steps.items()
    )


def quests(teller: Teller) -> Iterator[Sentence]:
    """What each quest asks for, and what it brings."""
    speech = teller.speech
    for name, quest in teller.document.quests.items():
        asked = [_step(teller, step, f"quests.{name}.steps.{number + 1}") for number, step in enumerate(quest.steps)]
        steps = ", ".join(asked) if len(asked) > 1 and quest.any_of else speech.joined(asked)
        if quest.in_order:
            steps = speech.say("quest/in-order", steps=", ".join(asked))
        elif quest.any_of is not None:
            steps = speech.say("quest/any", number=speech.number(quest.any_of), steps=steps)
        parts = [*_begins(teller, quest, name)]
        gifts = teller.gifts(quest.reward, f"quests.{name}.reward")
        if gifts:
            parts.append(speech.say("quest/gifts", gifts=gifts))
        label = teller.naming.of("quests", name)
        yield teller.sentence("quests", name, "quest", name=label, steps=steps, parts=speech.parts(parts))


def _begins(teller: Teller, quest: Quest, name: str) -> Iterator[str]:
    """How a quest begins, how long it lasts, and whether it comes again."""
    speech, begin, repeat = teller.speech, quest.begin, quest.repeat
    if quest.within is not None:
        yield speech.say("quest/within", time=speech.duration(quest.within))
    yield speech.say(f"quest/{begin.how}")
    dates = {key: speech.date(day) for key, day in (("start", begin.start), ("end", begin.end)) if day is not None}
    if dates:
        yield speech.say("quest/dates" if len(dates) > 1 else "quest/from" if "start" in dates else "quest/to", **dates)
    if quest.requires is not None:
        yield speech.say("quest/requires", condition=_required(teller, quest.requires, name))
    if repeat is not None:
        time = speech.duration(repeat.after) if repeat.after is not None else ""
        yield speech.say("quest/repeat-after" if time else "quest/repeat", time=time)
        if repeat.at_most is not None:
            yield speech.say("quest/at-most", number=speech.counted(repeat.at_most, "times-of"))
    if quest.retroactive:
        yield speech.say("quest/looks-back")


def _required(teller: Teller, requires: Requires, name: str) -> str:
    speech = teller.speech
    found = [speech.say("quest-done", name=teller.naming.of("quests", one)) for one in requires.quest]
    found += [speech.say("has-badge", name=teller.naming.of("badges", one)) for one in requires.badge]
    condition = teller.condition(f"quests.{name}.requires.when")
    return speech.joined([*found, *([condition] if condition else [])])


def _step(teller: Teller, step: QuestStep, path: str) -> str:
    speech = teller.speech
    if step.label is not None:
        return speech.label(step.label, "")
    if step.on is None:
        return teller.condition(f"{path}.when")
    did = teller.naming.did(step.on)
    if step.distinct is not None:
        field = teller.naming.field(step.distinct)
        did = speech.say("quest/distinct", did=did, number=speech.number(step.times), field=field)
    elif step.sum is not None:
        field = teller.naming.field(step.sum)
        did = speech.say("quest/sum", did=did, number=speech.number(step.amount), field=field)
    elif step.times > 1:
        did = speech.say("quest/times", did=did, times=speech.times(step.times))
    condition = teller.condition(f"{path}.where")
    return speech.say("quest/if", step=did, condition=condition) if condition else did
