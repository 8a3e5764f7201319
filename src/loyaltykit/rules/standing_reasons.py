"""Why a member has a badge, tier, level, reward, quest, streak or referral, and why not, with values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.chance_reasons import referral_reasons, surprise_reasons
from loyaltykit.rules.expression.evaluate import first_failure
from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import Ref, depends
from loyaltykit.rules.plan import KEPT
from loyaltykit.rules.reasons import Reason, failed
from loyaltykit.rules.runtime import spending
from loyaltykit.rules.runtime.standing import reached
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.expression.tree import Call, History, Node
    from loyaltykit.rules.plan import Advance, Award, Fire, Grant, Plan, Step, Watch
    from loyaltykit.rules.spends import Spends
    from loyaltykit.views import MemberView

    Found = Iterator[Reason]

_BARRED = {"dates": "reason/dates", "done": "reason/spent", "too-soon": "reason/again-later"}
_SCALE = 1 << 60


@attrs.frozen
class StandingLook:
    """One look at a member, at an instant: the state, and what a person sees of it."""

    plan: Plan
    compiled: Compiled
    spends: Spends
    state: list[Any]
    view: MemberView
    at: int

    def about(self, kind: str, id: str) -> tuple[Reason, ...]:
        """Why, or why not; what is missing in several ways has several reasons."""
        looks: dict[str, Callable[[str], Found]] = {
            "badge": self._badge,
            "quest": self._quest,
            "tier": self._tier,
            "level": lambda _: self._level(),
            "reward": self._reward,
            "streak": self._streak,
            "surprise": self._surprise,
            "referral": lambda _: self._referral(),
        }
        return tuple(looks[kind](id))

    def _read(self, node: Ref | History | Call) -> Any:
        return self.compiled.value(node)(self.state, self.at, None)

    def _failed(self, name: str, node: Node | None) -> Reason | None:
        """The first single condition that fails."""
        failure = None if node is None else first_failure(node, self._read)
        return None if failure is None else failed(name, failure, self.plan)

    # --- badges ------------------------------------------------------------------------------------------------

    def _badge(self, id: str) -> Found:
        badge = next(one for one in self.plan.badges if one.id == id)
        held = self.view.badges.get(id)
        if held is not None:
            step = () if held.step is None else (("step", held.step),)
            yield Reason(id, "reason/held", values=(("since", held.at.date().isoformat()), *step))
        if badge.count is not None:
            yield from self._counted(badge)
        elif held is None:
            failure = self._failed(id, badge.when)
            given = Reason(id, "reason/by-others", values=(("by", self._givers(id)),))
            yield failure or (given if badge.when is None else Reason(id, "reason/noted"))

    def _counted(self, badge: Award) -> Found:
        """A badge that counts: how many there are, and how many the next step takes."""
        rank, counted = self.state[badge.slot], self.state[badge.slot + 2]
        if rank + 1 < len(badge.thresholds):
            count = f"count('{badge.count}'{'' if badge.where is None else f', where={to_text(badge.where)}'})"
            needed = badge.thresholds[rank + 1]
            yield Reason(badge.id, "reason/missing", values=((count, counted), ("needed", needed)))

    # --- quests ------------------------------------------------------------------------------------------------

    def _quest(self, id: str) -> Found:
        quest = next(one for one in self.plan.quests if one.id == id)
        seen = self.view.quests[id]
        if seen.done:
            since = self.state[quest.slot + 4]
            yield Reason(id, "reason/done", values=(("since", _day(since)),))
        elif not seen.active:
            yield self._not_on(quest)
        if not seen.done:
            for number, step in enumerate(quest.steps, start=1):
                yield from self._step(f"{id}.steps.{number}", step)
        if seen.deadline is not None:
            yield Reason(id, "reason/until", values=(("until", seen.deadline.date().isoformat()),))

    def _not_on(self, quest: Advance) -> Reason:
        """Why nobody is enrolled."""
        way = self.compiled.ways.get(quest.id) if quest.ways is not None else None
        if quest.ways is not None:
            failure = self._failed(quest.id, quest.ways.requires)
            if failure is not None:
                return failure
        barred = None if way is None else way.barred(self.state, self.at)
        if barred in _BARRED:
            return Reason(quest.id, _BARRED[barred])
        return Reason(quest.id, f"reason/starts-{quest.start}")

    def _step(self, name: str, step: Step) -> Found:
        """What a step still takes."""
        progress = reached(self.state[step.slot])
        if progress >= step.needed:
            return
        if step.when is not None:
            failure = self._failed(name, step.when)
            if failure is not None:
                yield failure
            return
        amounts: tuple[float, float] = (progress, step.needed)
        if step.sum is not None:
            amounts = (progress / _SCALE, step.needed / _SCALE)
        what = f"sum of {step.sum}" if step.sum else f"distinct {step.distinct}" if step.distinct else "times"
        event = ("event", ", ".join(step.events))
        yield Reason(name, "reason/missing", values=(event, (what, amounts[0]), ("needed", amounts[1])))

    # --- ranks -------------------------------------------------------------------------------------------------

    def _tier(self, id: str) -> Found:
        seen = self.view.tiers[id]
        if seen.name is not None:
            ends = () if seen.until is None else (("until", seen.until.date().isoformat()),)
            since = () if seen.since is None else (("since", seen.since.date().isoformat()),)
            yield Reason(id, "reason/held", values=(("step", seen.name), *since, *ends))
        if seen.next is not None:
            node = getattr(next(one for one in self.plan.tiers if one.id == id), "by", None)
            basis = () if node is None else ((to_text(node), self.compiled.value(node)(self.state, self.at, None)),)
            yield Reason(id, "reason/next", values=(*basis, ("next", seen.next), ("missing", seen.missing)))
        elif seen.name is None:
            yield Reason(id, "reason/not-begun")

    def _level(self) -> Found:
        ladder, view = self.plan.levels, self.view
        if ladder is None:
            return
        lifetime = (f"points.{ladder.point}.lifetime", view.points[ladder.point].lifetime)
        if view.level is not None:
            yield Reason("level", "reason/held", values=(("step", view.level), lifetime))
        if view.next_level is not None:
            missing = ("missing", view.missing_to_level)
            yield Reason("level", "reason/next", values=(lifetime, ("next", view.next_level), missing))

    def _streak(self, id: str) -> Found:
        streak, seen = next(one for one in self.plan.streaks if one.id == id), self.view.streaks[id]
        last = () if seen.last is None else (("last", seen.last.isoformat()),)
        yield Reason(id, "reason/length", values=(("length", seen.length), ("best", seen.best), *last))
        following = next((length for length, _ in streak.milestones if length > seen.length), None)
        if following is not None:
            missing = ("missing", following - seen.length)
            yield Reason(id, "reason/next", values=(("length", seen.length), ("next", following), missing))

    # --- chance and others -------------------------------------------------------------------------------------

    def _surprise(self, id: str) -> Found:
        surprise = next(one for one in self.plan.surprises if one.id == id)
        if surprise.when is not None and not any(_of_event(one) for one in depends(surprise.when)):
            failure = self._failed(id, surprise.when)
            if failure is not None:
                yield failure
        yield from surprise_reasons(surprise, self.plan, self.state, self.at)

    def _referral(self) -> Found:
        refer = self.plan.referrals
        if refer is not None:
            yield from referral_reasons(refer, self.state, self._read(refer.referrer))

    # --- rewards -----------------------------------------------------------------------------------------------

    def _reward(self, id: str) -> Found:
        grant = next(one for one in self.plan.grants if one.id == id)
        held = self.view.entitlements.get(id)
        if held is not None:
            ends = () if held.until is None else (("until", held.until.date().isoformat()),)
            by = [line[5] for line in self.state[KEPT] or () if line[:2] == ["grant", id]] if held.kept else []
            by += [right[2] for right in self.state[grant.slot]]
            source = ("by", ", ".join(dict.fromkeys(by)))
            yield Reason(id, "reason/held", values=(("since", held.since.date().isoformat()), *ends, source))
        refusal = self.spends.refusal(self.state, grant, self.at)
        if refusal is None:
            yield Reason(id, "reason/may-redeem")
        elif grant.terms is not None and refusal.code != "reward/over":
            yield from self._terms(grant)
        elif refusal.code == "reward/over":
            yield Reason(id, "reason/over")
        elif held is None:
            yield Reason(id, "reason/by-others", values=(("by", self._givers(id)),))

    def _terms(self, grant: Grant) -> Found:
        """Every term of a redemption that does not hold."""
        terms = grant.terms
        if terms is None:
            return
        if grant.single and self.state[grant.slot]:
            yield Reason(grant.id, "reason/one-is-enough")
        for about, node in terms.asks:
            failure = self._failed(f"rewards.{grant.id}.{about}", node)
            if failure is not None:
                yield failure
        if spending.left(self.state, terms, self.at, self.plan.zone) == 0:
            yield Reason(f"rewards.{grant.id}.per_member", "reason/limit", values=(("limit", terms.most),))
        for point, amount in terms.cost:
            unit = next(one.unit for one in self.plan.points if one.id == point)
            available = self.view.points[point].available
            if available < amount / unit:
                values = ((f"points.{point}.available", available), ("needed", amount if unit == 1 else amount / unit))
                yield Reason(f"rewards.{grant.id}.cost", "reason/missing", values=values)

    def _givers(self, wanted: str) -> str:
        """What in the program gives a reward or a badge."""
        plan = self.plan
        acting: list[Fire | Watch | Award] = [*plan.rules, *plan.watches, *plan.badges]
        follows = [(one.source, one.follow) for one in acting]
        follows += [(quest.source, quest.reward) for quest in plan.quests]
        follows += [(streak.source, follow) for streak in plan.streaks for _, follow in streak.milestones]
        for journey in plan.journeys:
            for stage in journey.stages:
                options = () if stage.offering is None else stage.offering.options
                parts = [stage.follow, *(option.follow for option in options)]
                follows += [(journey.source, part) for part in parts if part is not None]
        found = [source for source, follow in follows if wanted in (*follow.grants, *follow.badges)]
        found += [tier.source for tier in plan.tiers if any(wanted in step for step in getattr(tier, "grants", ()))]
        return ", ".join(dict.fromkeys(found)) or "kit"


def _of_event(read: Ref | History) -> bool:
    return isinstance(read, Ref) and read.path[0] == "event"


def _day(instant: int) -> str:
    return from_instant(instant).date().isoformat()
