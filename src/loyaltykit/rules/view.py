"""From a state to what a person or a page wants to see of a member."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import DAY, first_day, number_of
from loyaltykit.program.reserved import MATERIALS as WHATEVER
from loyaltykit.rules.expression.tree import Ref, Type
from loyaltykit.rules.journeys import CLOSED, ENDS, ID, MATERIALS, OF, OFFERS, OPTION, OPTIONS, TAKEN
from loyaltykit.rules.plan import ATTRIBUTES, BARRED, CHURN_FACTS, JOINED, KEPT, LONG_AGO, MEMBER, NOW
from loyaltykit.rules.redeemed import Redeemed
from loyaltykit.rules.runtime.clock import local_day, zone_of
from loyaltykit.rules.runtime.history import inexact
from loyaltykit.rules.runtime.lots import HELD
from loyaltykit.rules.runtime.quests import DONE_QUEST, done
from loyaltykit.rules.runtime.standing import reached
from loyaltykit.rules.runtime.streaks import Kept
from loyaltykit.rules.tier_view import Standing
from loyaltykit.values import EPOCH, NEVER, from_instant
from loyaltykit.views import (
    BadgeAhead,
    BadgeView,
    ChurnView,
    EntitlementView,
    MemberView,
    OfferView,
    OptionView,
    PointView,
    QuestView,
    StepView,
    StreakView,
    TaskView,
    TierView,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loyaltykit.program.load import Program
    from loyaltykit.program.quests import QuestStep
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Advance, Plan, Points, Qualify, Step, Touch

State = list[Any]


@lru_cache(maxsize=4096)
def _length_of(streak: str) -> Ref:
    """The name of a streak's length: one node a streak, as compiled looks are kept by node."""
    return Ref(("streak", streak, "length"), type=Type("integer"))


@lru_cache(maxsize=4096)
def _segment_of(segment: str) -> Ref:
    return Ref(("segment", segment), type=Type("boolean"))


def view_of(program: Program, plan: Plan, compiled: Compiled, state: State, at: int | None) -> MemberView:
    """A member's view at an instant not before the state's now."""
    now = state[NOW] if at is None else max(at, state[NOW])
    sight = _Sight(program, plan, compiled, state, now)
    level, following, missing = sight.level()
    return MemberView(
        id=state[MEMBER],
        now=_moment(now),
        joined=_moment(state[ATTRIBUTES].get("joined", state[JOINED])),
        attributes=_attributes(program, state[ATTRIBUTES]),
        points={point.id: sight.point(point) for point in plan.points},
        level=level,
        next_level=following,
        missing_to_level=missing,
        tiers={tier.id: sight.tier(tier) for tier in plan.tiers},
        badges=sight.badges(),
        badges_ahead=tuple(sight.badges_ahead()),
        quests={quest.id: sight.quest(quest) for quest in plan.quests},
        streaks={streak.id: sight.streak(streak) for streak in plan.streaks},
        entitlements=sight.entitlements(),
        offers=sight.offers(),
        tasks=sight.tasks(),
        redemptions=sight.redeemed.of_state(state),
        holds=sight.redeemed.holds(state),
        churn=sight.churn(),
        ideas={} if plan.ideas is None else {id: own[0] for id, own in state[plan.ideas.slot][0].items()},
        segments=tuple(name for name in program.document.segments if sight.holds(name)),
    )


def _attributes(program: Program, held: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as the host knows them: dates and instants are numbers inside."""
    shown = dict(held)
    for name, declared in program.document.member.items():
        if isinstance(held.get(name), int) and not declared.items and declared.kind in ("date", "instant"):
            instant = held[name] * (DAY if declared.kind == "date" else 1)
            shown[name] = from_instant(instant) if declared.kind == "instant" else from_instant(instant).date()
    return shown


def label_of(label: Any, locale: str, name: str) -> str:
    """A label in a locale: that of the locale, else of the program, else any, else the id."""
    if isinstance(label, str):
        return label
    if not label:
        return name
    return str(label.get(locale) or next(iter(label.values())))


class _Sight:
    """One look at one state."""

    def __init__(self, program: Program, plan: Plan, compiled: Compiled, state: State, now: int) -> None:
        self.document = program.document
        self.expressions = program.expressions
        self.plan = plan
        self.state = state
        self.now = now
        self.zone = zone_of(state, plan.zone)
        self.locale = str(state[ATTRIBUTES].get("locale") or program.document.locale)
        self.compiled = compiled
        self.redeemed = Redeemed(plan)

    def value(self, node: Node) -> Any:
        """An expression's value now."""
        return self.compiled.value(node)(self.state, self.now, None)

    def amount(self, units: int, unit: int) -> int | Decimal:
        """Smallest units as whole ones."""
        if unit == 1:
            return units
        return Decimal(units).scaleb(-(len(str(unit)) - 1))

    def point(self, point: Points) -> PointView:
        """Balances, and what expires when."""
        lifetime = self.amount(self.state[point.slot], point.unit)
        if point.lots is None:
            return PointView(available=lifetime, pending=0, held=0, lifetime=lifetime)
        expiring: dict[int, int] = {}
        for lot in self.state[point.slot + 3]:
            if lot[0] != NEVER:
                expiring[lot[0]] = expiring.get(lot[0], 0) + lot[3]
        return PointView(
            available=self.amount(self.state[point.slot + 1], point.unit),
            pending=self.amount(self.state[point.slot + 2], point.unit),
            held=self.amount(self.state[point.slot + HELD], point.unit),
            lifetime=lifetime,
            expiring=tuple(
                (from_instant(at), self.amount(units, point.unit)) for at, units in sorted(expiring.items())
            ),
        )

    def level(self) -> tuple[str | None, str | None, int | Decimal | None]:
        """The level, the next one, and what is missing to it."""
        ladder = self.plan.levels
        if ladder is None:
            return None, None, None
        rank = self.state[ladder.slot]
        name = ladder.names[rank] if rank >= 0 else None
        if rank + 1 == len(ladder.names):
            return name, None, None
        point = next(point for point in self.plan.points if point.id == ladder.point)
        return (
            name,
            ladder.names[rank + 1],
            self.amount(ladder.thresholds[rank + 1] - self.state[point.slot], point.unit),
        )

    def tier(self, tier: Qualify) -> TierView:
        """The step, until when it is kept, and what is missing to the next."""
        standing = Standing(self.plan, self.compiled, self.state, self.now, self.zone)
        point = standing.point_of(tier)
        unit = None if point is None else label_of(self.document.points[point].label, self.locale, point)
        return standing.view(tier, unit)

    def badges(self) -> dict[str, BadgeView]:
        """Held badges, then those kept after a correction."""
        found = {}
        for badge in self.plan.badges:
            rank, at = self.state[badge.slot : badge.slot + 2]
            if rank >= 0:
                step = badge.names[rank] if badge.names else None
                found[badge.id] = self._badge(badge.id, at, step, kept=False)
        for kind, name, at, step, *_ in self.state[KEPT] or ():
            if kind == "badge" and name not in found:
                found[name] = self._badge(name, at, step, kept=True)
        return found

    def badges_ahead(self) -> Iterator[BadgeAhead]:
        """What a count or a condition can still yield, unless it is hidden or was taken away."""
        for badge in self.plan.badges:
            rank, written = self.state[badge.slot], self.document.badges[badge.id]
            counted = badge.count is not None
            if written.hidden or rank == BARRED or rank + 1 >= max(1, len(badge.thresholds)):
                continue
            if not counted and (rank >= 0 or written.when in (None, "False", False)):
                continue
            following = max(0, rank + 1)
            yield BadgeAhead(
                name=badge.id,
                label=label_of(written.label, self.locale, badge.id),
                step=badge.names[following] if badge.names else None,
                reached=self.state[badge.slot + 2] if counted else None,
                needed=badge.thresholds[following] if counted else None,
            )

    def _badge(self, name: str, at: int, step: str | None, *, kept: bool) -> BadgeView:
        declared = self.document.badges.get(name)
        label = label_of(declared.label if declared else None, self.locale, name)
        return BadgeView(name=name, label=label, at=from_instant(at), step=step, kept=kept)

    def quest(self, quest: Advance) -> QuestView:
        """Progress step by step."""
        status, run, _, deadline, _ = self.state[quest.slot : quest.slot + 5]
        declared = self.document.quests[quest.id].steps
        steps = tuple(self._step(step, written) for step, written in zip(quest.steps, declared, strict=True))
        again = None
        if status == DONE_QUEST and quest.id in self.compiled.ways:
            again = self.compiled.ways[quest.id].again_at(self.state)
        return QuestView(
            name=quest.id,
            label=label_of(self.document.quests[quest.id].label, self.locale, quest.id),
            active=status == 1,
            done=status == 2,
            progress=1.0 if status == 2 else min(1.0, sum(step.done for step in steps) / quest.needed),
            steps=steps,
            deadline=_moment(deadline) if status == 1 and deadline != NEVER else None,
            runs=run,
            again=_moment(again),
        )

    def _step(self, step: Step, written: QuestStep) -> StepView:
        held = self.state[step.slot]
        needed: float = step.needed
        value = float(reached(held))
        if step.sum is not None:
            needed, value = float(written.amount), round(inexact(held), 6)
        label = None if written.label is None else label_of(written.label, self.locale, "")
        return StepView(min(value, needed), needed, done=done(self.state, step), label=label)

    def streak(self, streak: Touch) -> StreakView:
        """The length as of now: a missed period makes it 0."""
        last, _, best = self.state[streak.slot : streak.slot + 3]
        length = self.value(_length_of(streak.id))
        chain = self.compiled.chain(streak.slot)
        number = number_of(chain.period, local_day(self.state, self.now, self.plan.zone))
        view = StreakView(
            name=streak.id,
            length=length,
            best=best,
            last=None if last == LONG_AGO or streak.period != "day" else _date(last),
            done=last >= number,
            until=_moment(chain.ends(self.state)) if length else None,
        )
        if not isinstance(chain, Kept):
            return view
        return attrs.evolve(
            view,
            freezes=self.state[chain.freezes] if self.document.streaks[streak.id].freezes is not None else None,
            frozen=tuple(_date(first_day(chain.period, one)) for one in self.state[chain.frozen]) if length else (),
            paused=chain.paused(self.state, number),
        )

    def entitlements(self) -> dict[str, EntitlementView]:
        """Rights held, then those kept after a correction and not over yet."""
        found = {}
        for grant in self.plan.grants:
            rights = self.state[grant.slot]
            if rights:
                ends = [right[1] for right in rights]
                until = None if None in ends else max(ends)
                right = self._right(grant.id, min(right[0] for right in rights), until, kept=False)
                codes = tuple(code for right in rights for code in right[4:])
                found[grant.id] = attrs.evolve(right, codes=codes) if codes else right
        for kind, name, at, _, until, *_ in self.state[KEPT] or ():
            if kind == "grant" and name not in found and (until is None or until > self.now):
                found[name] = self._right(name, at, until, kept=True)
        return found

    def _right(self, name: str, since: int, until: int | None, *, kept: bool) -> EntitlementView:
        declared = self.document.rewards.get(name)
        session = next((grant.session for grant in self.plan.grants if grant.id == name), None)
        right = EntitlementView(
            reward=name,
            label=self.reward_label(name),
            kind=(declared.kind if declared else None) or "",
            since=from_instant(since),
            until=_moment(until),
            kept=kept,
        )
        if session is None:
            return right
        attended = None if session.attended is None else bool(self.value(session.attended))
        going = self.state[session.slot][0]
        at, link = from_instant(session.at), session.link
        return attrs.evolve(right, at=at, link=link, going=going, attended=attended)

    def reward_label(self, name: str) -> str:
        """What a reward is called."""
        declared = self.document.rewards.get(name)
        return label_of(declared.label if declared else None, self.locale, name)

    def tasks(self) -> tuple[TaskView, ...]:
        """What staff owe still, soonest due first."""
        found = [
            TaskView(
                id=id,
                member=self.state[MEMBER],
                reward=grant.id,
                label=self.reward_label(grant.id),
                role=grant.task.role,
                state="escalated" if escalated else "open",
                since=from_instant(since),
                due=from_instant(due),
                escalated_to=grant.task.to if escalated else None,
            )
            for grant in self.plan.grants
            if grant.task is not None
            for id, since, due, _, _, _, escalated in self.state[grant.task.slot]
        ]
        return tuple(sorted(found, key=lambda task: (task.due, task.id)))

    def churn(self) -> ChurnView | None:
        """The last churn score."""
        held = None if self.plan.churn is None else self.state[self.plan.churn]
        if held is None or held[CHURN_FACTS.index("at")] is None:
            return None
        score, rank, status, gain, at, reasons = held
        return ChurnView(
            score=score,
            band=None if rank is None else self.plan.band_names[rank],
            status=status,
            gain=gain,
            at=from_instant(at),
            reasons=tuple(reasons),
        )

    def offers(self) -> tuple[OfferView, ...]:
        """Offers that stand: what may be taken, and until when."""
        return tuple(
            self._offer(journey.id, offer)
            for journey in self.plan.journeys
            for offer in self.state[journey.slot + OFFERS]
            if not offer[CLOSED] and offer[ENDS] > self.now
        ) + tuple(
            self._kept_offer(name, until, known)
            for kind, name, _, _, until, _, _, *more in self.state[KEPT] or ()
            for known in more
            if kind == "offer" and until > self.now and name in self.compiled.campaigns
        )

    def _kept_offer(self, campaign: str, until: int, known: Mapping[str, Any]) -> OfferView:
        """An offer that a correction of history no longer makes."""
        return OfferView(
            id=known["offer"],
            campaign=campaign,
            value=known["value"],
            option=known["option"],
            options=tuple(OptionView(one, self._option(one, known["materials"])) for one in known["options"]),
            until=from_instant(until),
            taken=False,
            materials=tuple(known["materials"]),
            kept=True,
        )

    def _offer(self, campaign: str, offer: list[Any]) -> OfferView:
        return OfferView(
            id=offer[ID],
            campaign=campaign,
            value=offer[OF],
            option=offer[OPTION],
            options=tuple(OptionView(option, self._option(option, offer[MATERIALS])) for option in offer[OPTIONS]),
            until=from_instant(offer[ENDS]),
            taken=offer[TAKEN],
            materials=tuple(offer[MATERIALS]),
        )

    def _option(self, option: str, materials: Sequence[str]) -> str:
        """An option in words: its rewards and materials, one after the other."""
        names = [one for part in option.split("+") for one in (materials if part == WHATEVER else (part,))]
        labels = {
            **{name: reward.label for name, reward in self.document.rewards.items()},
            **{name: material.label for name, material in self.document.materials.items()},
        }
        return " + ".join(label_of(labels[one], self.locale, one) for one in names if one in labels)

    def holds(self, segment: str) -> bool:
        """Whether the member is in a segment now; of one that is about values, for any of these."""
        return self.value(_segment_of(segment)) is True


def _moment(instant: int | None) -> dt.datetime | None:
    return None if instant is None or abs(instant) >= NEVER else from_instant(instant)


def _date(day: int) -> dt.date:
    return (EPOCH + dt.timedelta(microseconds=day * DAY)).date()
