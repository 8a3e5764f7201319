"""Standing at the change of a program: points, levels, tiers, badges, quests, streaks and watched conditions.

`carry` writes what goes over from mechanic to mechanic, `note` what already holds as the new program begins: nothing is
given for it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import BARRED, BARRED_COUNT, LONG_AGO, WAITS
from loyaltykit.rules.runtime import lots
from loyaltykit.rules.runtime.giving import withdraw
from loyaltykit.rules.runtime.ladders import keep_on
from loyaltykit.rules.runtime.quests import clear, end_of
from loyaltykit.rules.runtime.standing import arm, reached
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.rules.carrying import Passage
    from loyaltykit.rules.plan import Advance, Award, Points, Qualify

ACTIVE, DONE = 1, 2


def carry(passage: Passage) -> None:
    """What the same names do not settle."""
    for point in passage.new.plan.points:
        _point(passage, point)
    _levels(passage)
    for tier in passage.new.plan.tiers:
        if not passage.same("tiers", tier.id):
            _tier(passage, tier)
    _gone_tiers(passage)
    for badge in passage.new.plan.badges:
        if not passage.same("badges", badge.id):
            _badge(passage, badge)
    for quest in passage.new.plan.quests:
        if not passage.same("quests", quest.id):
            _quest(passage, quest)
    _streaks(passage)
    _bands(passage)


def note(passage: Passage) -> None:
    """New badges and conditions that hold already are noted, so that they are not given for the past."""
    after, at = passage.after, passage.at
    for badge in passage.new.plan.badges:
        if badge.when is None or after[badge.slot] != -1 or passage.same("badges", badge.id):
            continue
        holds = passage.new.compiled.value(badge.when)(after, at, None) is True
        if holds and _retroactive(passage, badge) == "silent":
            _silently(passage, badge, 0)
        elif holds and badge.waits:
            after[badge.slot] = WAITS  # until it has been false
    old = {rule.id: rule for rule in passage.old.program.document.rules}
    new = {rule.id: rule for rule in passage.new.program.document.rules}
    for ask in passage.new.plan.asks:
        if passage.same("surveys", ask.id) or ask.again:
            continue
        if passage.new.compiled.value(ask.when)(after, at, None) is True:
            after[ask.slot] = NEVER  # nothing is asked about the past
    for watch in passage.new.plan.watches:
        if old.get(watch.id) != new[watch.id]:
            after[watch.slot] = passage.new.compiled.value(watch.when)(after, at, None) is True


def _retroactive(passage: Passage, badge: Award) -> str:
    return passage.new.program.document.badges[badge.id].retroactive


def _silently(passage: Passage, badge: Award, rank: int) -> None:
    """A badge that was earned before it was there: it is held, and nothing follows."""
    after, at = passage.after, passage.at
    after[badge.slot], after[badge.slot + 1] = rank, at
    step = badge.names[rank] if badge.names else None
    data: dict[str, Any] = {"silent": True} if step is None else {"step": step, "silent": True}
    passage.out.append(("effect", at, None, badge.source, step or "", "badge", badge.id, data))


def _point(passage: Passage, point: Points) -> None:
    """A point that gets lots, or loses them: what is there stays, and what had no end has none."""
    old = next((one for one in passage.old.plan.points if one.id == point.id), None)
    if old is None or (old.lots is None) == (point.lots is None):
        return
    before, after, slot = passage.before, passage.after, point.slot
    if point.lots is None:
        after[slot] = before[old.slot + lots.AVAILABLE] + before[old.slot + lots.PENDING]
    elif before[old.slot]:
        held = before[old.slot]
        after[slot] = held
        lots.add(after, slot, [NEVER, passage.at, held, held, passage.at, f"points.{point.id}", "adopted"])


def _levels(passage: Passage) -> None:
    """A level is never lost, and thresholds that moved count from now on."""
    ladder, old = passage.new.plan.levels, passage.old.plan.levels
    if ladder is None:
        return
    after = passage.after
    point = next(one for one in passage.new.plan.points if one.id == ladder.point)
    rank = max(-1, bisect_right(ladder.thresholds, after[point.slot]) - 1)
    if old is not None:
        rank = max(rank, _rank(old.names, passage.before[old.slot], ladder.names))
    after[ladder.slot] = rank
    after[ladder.slot + 1] = ladder.thresholds[rank + 1] if rank + 1 < len(ladder.thresholds) else NEVER


def _rank(old: Sequence[str], rank: int, new: Sequence[str]) -> int:
    """The rank of the step that was held, under its name; -1 when the step is gone, or none was held."""
    name = old[rank] if rank >= 0 else None
    return new.index(name) if name in new else -1


def _tier(passage: Passage, tier: Qualify) -> None:
    """A ladder that changed: the step goes over by its name; what its basis says now is looked at then."""
    after, slot = passage.after, tier.slot
    old = next((one for one in passage.old.plan.tiers if one.id == tier.id), None)
    after[slot] = after[slot + 2] = after[slot + 4] = tier.base
    after[slot + 3], after[slot + 5] = NEVER, f"@{passage.at}"
    held: tuple[str, ...] = ()
    if old is not None:
        rank = max(tier.base, _rank(old.names, passage.before[old.slot], tier.names))
        after[slot] = after[slot + 2] = after[slot + 4] = rank
        held = old.grants[passage.before[old.slot]] if passage.before[old.slot] >= 0 else ()
        if rank > tier.base:
            keep_on(after, tier, passage.at, passage.new.plan.zone)
    rewards = {grant.id: grant for grant in passage.new.plan.grants}
    now = tier.grants[after[slot]] if after[slot] >= 0 else ()
    for reward in held:
        if reward not in now and reward in rewards:
            withdraw(after, rewards[reward], passage.at, None, tier.source, passage.out)


def _gone_tiers(passage: Passage) -> None:
    """What a ladder brought that is gone ends with it."""
    known = {tier.id for tier in passage.new.plan.tiers}
    rewards = {grant.id: grant for grant in passage.new.plan.grants}
    for tier in passage.old.plan.tiers:
        for reward in {name for step in tier.grants for name in step} if tier.id not in known else ():
            if reward in rewards:
                withdraw(passage.after, rewards[reward], passage.at, None, tier.source, passage.out)


def _badge(passage: Passage, badge: Award) -> None:
    """A badge that changed: the step goes over by its name; what the history has reached besides is noted."""
    after, slot = passage.after, badge.slot
    old = next((one for one in passage.old.plan.badges if one.id == badge.id), None)
    if old is not None and passage.before[old.slot] >= 0:
        after[slot + 1] = passage.before[old.slot + 1]
        after[slot] = 0 if not badge.names else max(0, _rank(old.names, passage.before[old.slot], badge.names))
    if badge.count is not None and (badge.thresholds and (old is not None or _retroactive(passage, badge) != "no")):
        after[slot + 2] = passage.informed.state[slot + 2]
        rank = bisect_right(badge.thresholds, after[slot + 2]) - 1
        if rank > after[slot] and _retroactive(passage, badge) == "announce":
            _announce(passage, badge, after[slot] + 1, rank)
        elif rank > after[slot] and _retroactive(passage, badge) != "no":
            _silently(passage, badge, rank)
    if old is not None and passage.before[old.slot] == BARRED:  # only a person gives it again
        after[slot] = BARRED
        if badge.count is not None:
            after[slot + 2] += BARRED_COUNT


def _announce(passage: Passage, badge: Award, first: int, last: int) -> None:
    """Each step that the history has reached, with what follows from it."""
    after, at = passage.after, passage.at
    after[badge.slot], after[badge.slot + 1] = last, at
    for step in badge.names[first : last + 1] or ("",):
        data = {"step": step} if step else None
        passage.out.append(("effect", at, None, badge.source, step, "badge", badge.id, data))
        if not badge.follow.empty:
            passage.queue.append((passage.new.compiled.follow_up(badge.follow), step))


def _quest(passage: Passage, quest: Advance) -> None:
    """A quest that changed: one on its way is recounted from enrolment, under the new steps."""
    after, slot = passage.after, quest.slot
    old = next((one for one in passage.old.plan.quests if one.id == quest.id), None)
    status = 0 if old is None else passage.before[old.slot]
    if old is None or status != ACTIVE:
        clear(after, quest)
        if old is None and quest.ways is not None and quest.ways.retroactive:
            _look_back(passage, quest)
        return
    enrolled = passage.before[old.slot + 2]
    found = passage.new.start(str(after[0]))
    found[slot], found[slot + 2] = ACTIVE, enrolled
    passage.informed.fold(found, enrolled - 1)
    for step in quest.steps:
        if step.when is None:  # a condition is looked at anew, in the member's own standing
            after[step.slot] = found[step.slot]
    after[slot + 3] = NEVER
    end = end_of(after, quest, enrolled, passage.new.plan.zone)
    if end != NEVER:
        arm(after, slot + 3, max(end, passage.at))
    if sum(reached(after[step.slot]) >= step.needed for step in quest.steps) >= quest.needed:
        _finish(passage, quest)


def _look_back(passage: Passage, quest: Advance) -> None:
    """A quest for which the past counts: it begins with the next event that counts, and that may end it."""
    for step in quest.steps:
        if step.when is None:
            passage.after[step.slot] = passage.informed.state[step.slot]


def _finish(passage: Passage, quest: Advance) -> None:
    """What is asked for now was done since enrolment: the quest is done at the change."""
    after, slot, at = passage.after, quest.slot, passage.at
    after[slot], after[slot + 3], after[slot + 4] = DONE, NEVER, at
    run = after[slot + 1]
    if quest.ways is not None:
        after[quest.ways.slot] += 1
    data = {"state": "done", "run": run}
    passage.out.append(("effect", at, None, quest.source, str(run), "quest", quest.id, data))
    if not quest.reward.empty:
        passage.queue.append((passage.new.compiled.follow_up(quest.reward), str(run)))


def _streaks(passage: Passage) -> None:
    """A streak that is new, or counts something else: as long as the history makes it, its milestones passed."""
    for streak in passage.new.plan.streaks:
        old = next((one for one in passage.old.plan.streaks if one.id == streak.id), None)
        first = (streak.events, streak.where, streak.period, streak.threshold)
        if old is None or first != (old.events, old.where, old.period, old.threshold):
            for number, slot in enumerate(passage.new.plan.slots):
                if slot.name.startswith(f"streaks.{streak.id} "):
                    passage.after[number] = passage.informed.state[number]
        if streak.keeping is not None and passage.after[streak.slot] != LONG_AGO:
            arm(passage.after, streak.keeping.slot + 3, passage.at)  # what is missed since is looked at now


def _bands(passage: Passage) -> None:
    """The band of the last churn score keeps its name, else it is the one that the score reaches now."""
    old, new = passage.old.plan, passage.new.plan
    if new.churn is None or old.churn is None or (old.bands, old.band_names) == (new.bands, new.band_names):
        return
    held = list(passage.before[old.churn])
    if held[1] is not None:
        rank = _rank(old.band_names, held[1], new.band_names)
        if rank < 0 and held[0] is not None:
            rank = bisect_right(new.bands, held[0]) - 1
        held[1] = rank if rank >= 0 else None
    passage.after[new.churn] = held
