"""What the parts of a document must agree on with themselves: ladders rise, a badge is earned in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import zone_names
from loyaltykit.problems import echo, nearest
from loyaltykit.program.journey_sense import check_journeys
from loyaltykit.program.names import Desk
from loyaltykit.program.point_sense import check_points
from loyaltykit.program.quest_sense import check_quest
from loyaltykit.program.reserved import MATERIALS, RESERVED
from loyaltykit.program.reversal_sense import check_reversals
from loyaltykit.program.streak_sense import check_streak
from loyaltykit.program.terms import check_terms
from loyaltykit.program.walking import all_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from loyaltykit.program.consequences import Gifts
    from loyaltykit.program.document import Badge, Document, QuestStep, Rule
    from loyaltykit.program.places import Fault, Keys
    from loyaltykit.program.shape import Shape


def check_sense(shaped: Shape, document: Document, data: Mapping[str, Any]) -> list[Fault]:
    """The faults of what is left of a document; a part with a key cut out is not judged."""
    cut = {keys[:2] for keys in shaped.broken if len(keys) > 2} | {keys[:1] for keys in shaped.broken}
    sense = _Sense(Desk(data), document, cut, shaped.broken)
    sense.head()
    sense.fields()
    for number, rule in zip(shaped.numbers, document.rules, strict=True):
        if ("rules", number) not in cut:
            sense.rule(rule, ("rules", number))
    check_points(sense.desk, document, cut)
    check_reversals(sense.desk, document, shaped)
    sense.ladders()
    sense.streaks()
    sense.badges()
    sense.quests()
    sense.rewards()
    sense.chances()
    sense.ideas()
    sense.questions()
    sense.goals()
    check_journeys(sense.desk, document, cut)
    return sense.desk.faults


@attrs.define
class _Sense:
    desk: Desk
    document: Document
    cut: set[Keys]
    broken: frozenset[Keys]

    def head(self) -> None:
        """The zone exists; event types are not the library's own."""
        name = self.document.timezone
        if name not in zone_names():
            near = nearest(name, zone_names())
            hint = "hint/nearest" if near else ""
            self.desk.report("document/zone", ("timezone",), hint=hint, name=echo(name), nearest=near)
        for kind in self.document.events:
            prefix = next((prefix for prefix in RESERVED if f"{kind}.".startswith(prefix)), None)
            if prefix is not None:
                self.desk.report("document/reserved", ("events", kind), at_key=True, name=kind, prefix=prefix)

    def fields(self) -> None:
        """No two fields are the same once `-` is written `_`, as expressions do (ids have no `_`)."""
        self._apart(self.document.member, ("member",))
        for kind, declared in self.document.events.items():
            self._apart(declared, ("events", kind))
        if "any" in self.document.quests:  # quest.any.done means each of them
            self.desk.report("document/reserved-id", ("quests", "any"), at_key=True, name="any")
        if MATERIALS in self.document.rewards:  # what an offer calls the materials
            self.desk.report("document/reserved-id", ("rewards", MATERIALS), at_key=True, name=MATERIALS)

    def _apart(self, names: Iterable[str], loc: Keys) -> None:
        seen: dict[str, str] = {}
        for name in names:
            first = seen.setdefault(name.replace("-", "_"), name)
            if first != name:
                self.desk.report("document/same-name", (*loc, name), at_key=True, name=name, first=first)

    def rule(self, rule: Rule, loc: Keys) -> None:
        """A rule has an event or a condition of its own; its dates run forward; it gives, it does not take."""
        self.awards(rule.award, (*loc, "award"))
        active = rule.active
        if active is not None and active.start and active.end and active.end < active.start:
            self.desk.report("document/dates", (*loc, "active", "to"))
        if rule.on is not None:
            return
        if rule.when is None:
            self.desk.report("document/rule-start", loc)
        if rule.key is not None:
            self.desk.report("document/needs-event", (*loc, "key"), at_key=True, name="key")
        if rule.multiply:
            self.desk.report("document/needs-event", (*loc, "multiply"), at_key=True, name="multiply")
        if rule.limit is not None and rule.limit.by is not None:
            self.desk.report("document/needs-event", (*loc, "limit", "by"), at_key=True, name="limit.by")

    def awards(self, given: Mapping[str, Any], loc: Keys) -> None:
        """A plain number of an award is not below zero: points are given here, not taken."""
        for point, amount in given.items():
            if isinstance(amount, int | float) and not isinstance(amount, bool) and amount < 0:
                self.desk.report("document/award", (*loc, point), name=echo(str(amount)))

    def ladders(self) -> None:
        """Every ladder rises, step by step."""
        if self.document.levels is not None:
            self.rising(self.document.levels.steps, ("levels", "steps"))
        for name, tier in self.document.tiers.items():
            self.rising(tier.steps, ("tiers", name, "steps"))
        for name, badge in self.document.badges.items():
            self.rising(badge.steps, ("badges", name, "steps"))
        self.rising(self.document.churn.bands, ("churn", "bands"))

    def rising(self, steps: Mapping[str, int | float], loc: Keys) -> None:
        """Thresholds start at 0 or more and rise strictly."""
        before: float = -1
        for step, threshold in steps.items():
            if threshold < 0:
                self.desk.report("document/below-zero", (*loc, step), name=step)
            elif threshold <= before:
                self.desk.report("document/not-rising", (*loc, step), name=step, threshold=threshold, before=before)
            before = max(before, threshold)

    def badges(self) -> None:
        """A badge has exactly one of `when` and `count`."""
        for name, badge in self.document.badges.items():
            if ("badges", name) not in self.cut:
                self._badge(badge, ("badges", name))

    def _badge(self, badge: Badge, loc: Keys) -> None:
        self.awards(badge.award, (*loc, "award"))
        if badge.when is not None and badge.count is not None:
            self.desk.report("document/badge-both", loc, at_key=True)
        if badge.when is None and badge.count is None and loc[1] not in self._given_badges():
            self.desk.report("document/badge-neither", loc, at_key=True)
        if badge.count is None:
            for key, given in (("steps", badge.steps), ("where", badge.where)):
                if given:
                    self.desk.report("document/needs-count", (*loc, key), at_key=True, name=key)

    def _given_badges(self) -> set[str]:
        """The badges that rules, streaks, quests, other badges or campaigns give."""
        document = self.document
        givers: list[Gifts] = [*document.rules, *document.badges.values()]
        givers += [quest.reward for quest in document.quests.values()]
        givers += document.surprises.values()
        givers += [given for board in document.leaderboards.values() for given in board.winners.values()]
        if document.referrals is not None:
            givers += [document.referrals.rewards.referrer, document.referrals.rewards.friend]
        givers += [] if document.ideas is None else document.ideas.given.values()
        givers += [given for streak in document.streaks.values() for given in streak.milestones.values()]
        givers += [step for campaign in document.campaigns.values() for step in all_steps(campaign.steps)]
        return {name for giver in givers for name in giver.badge}

    def quests(self) -> None:
        """A quest's steps say what to do, and there are as many as it asks for."""
        for name, quest in self.document.quests.items():
            if ("quests", name) in self.cut:
                continue
            if quest.any_of is not None and quest.any_of > len(quest.steps):
                loc: Keys = ("quests", name, "any_of")
                self.desk.report("document/any-of", loc, any_of=quest.any_of, steps=len(quest.steps))
            if quest.any_of is not None and quest.in_order:
                self.desk.report("document/any-in-order", ("quests", name, "any_of"), at_key=True)
            check_quest(self.desk, name, quest, self.cut)
            for number, step in enumerate(quest.steps):
                self._step(step, ("quests", name, "steps", number))

    def _step(self, step: QuestStep, loc: Keys) -> None:
        if (step.on is None) == (step.when is None):
            self.desk.report("document/step-neither" if step.on is None else "document/step-both", loc)
            return
        counted = {
            "times": "times" in step.model_fields_set,
            "where": step.where,
            "distinct": step.distinct,
            "sum": step.sum,
        }
        for key, given in counted.items():
            if step.on is None and given:
                self.desk.report("document/step-needs-on", (*loc, key), at_key=True, name=key)

    def rewards(self) -> None:
        """What belongs to a session needs its moment, a waiting list needs a stock that can be exhausted."""
        for name, reward in self.document.rewards.items():
            loc: Keys = ("rewards", name)
            if reward.at is None and (*loc, "at") not in self.broken:
                for key in ("minutes", "remind"):
                    if key in reward.model_fields_set:
                        self.desk.report("document/needs-at", (*loc, key), at_key=True, name=key)
            if reward.waitlist is not None and reward.stock is None and (*loc, "stock") not in self.broken:
                self.desk.report("document/needs-stock", (*loc, "waitlist"), at_key=True)
            check_terms(self.desk, self.document, name, reward)

    def streaks(self) -> None:
        """What keeps a streak: dates run forward, freezes are earned in its own periods."""
        for name, streak in self.document.streaks.items():
            if ("streaks", name) not in self.cut:
                check_streak(self.desk, streak, ("streaks", name))

    def chances(self) -> None:
        """A surprise gives something, and its budget is of a calendar period; so does a referral."""
        for name, board in self.document.leaderboards.items():
            for rank, given in board.winners.items():
                self.awards(given.award, ("leaderboards", name, "winners", str(rank), "award"))
        for name, surprise in self.document.surprises.items():
            loc: Keys = ("surprises", name)
            self.awards(surprise.award, (*loc, "award"))
            if surprise.empty and not any(keys[:2] == loc for keys in self.broken):
                self.desk.report("document/gives-nothing", loc, at_key=True, name=f"surprises.{name}")
            if surprise.budget is not None and surprise.budget.per.name is None:
                self.desk.report("document/budget-period", (*loc, "budget"))
        referrals = self.document.referrals
        if referrals is None:
            return
        for side in ("referrer", "friend"):
            self.awards(getattr(referrals.rewards, side).award, ("referrals", "rewards", side, "award"))
        if referrals.rewards.referrer.empty and referrals.rewards.friend.empty and ("referrals",) not in self.cut:
            self.desk.report("document/gives-nothing", ("referrals", "rewards"), at_key=True, name="referrals")

    def ideas(self) -> None:
        """What ideas bring is an amount that can be given."""
        for name, given in ({} if self.document.ideas is None else self.document.ideas.given).items():
            self.awards(given.award, ("ideas", name, "award"))

    def questions(self) -> None:
        """A survey can be answered in one way; quiet hours are a part of the day."""
        for name, survey in self.document.surveys.items():
            if ("surveys", name) not in self.cut and (survey.scale is None) == (not survey.options):
                code = "document/survey-neither" if survey.scale is None else "document/survey-both"
                self.desk.report(code, ("surveys", name), at_key=True)
            if survey.every is not None and survey.when is None and ("surveys", name, "when") not in self.broken:
                self.desk.report("document/every-needs-when", ("surveys", name, "every"), at_key=True)
            if (
                survey.open is not None
                and survey.open.start
                and survey.open.end
                and survey.open.end < survey.open.start
            ):
                self.desk.report("document/dates", ("surveys", name, "open", "to"))
            for number, option in enumerate(survey.options):
                if option in survey.options[:number]:
                    self.desk.report("document/twice", ("surveys", name, "options", number), name=echo(option))
        quiet = self.document.contact.quiet_hours
        if quiet is not None and quiet.start == quiet.end:
            self.desk.report("document/always-quiet", ("contact", "quiet_hours"), name=str(quiet))

    def goals(self) -> None:
        """A goal counts an event within a time, or who is gone for a time; exactly one of the two."""
        for name, goal in self.document.goals.items():
            loc: Keys = ("goals", name)
            if loc in self.cut:
                continue
            if (goal.event is None) == (goal.metric is None):
                code = "document/goal-neither" if goal.event is None else "document/goal-both"
                self.desk.report(code, loc, at_key=True)
                continue
            own, other = ("within", "horizon") if goal.metric is None else ("horizon", "within")
            word = "event" if goal.metric is None else "metric"
            if getattr(goal, own) is None:
                self.desk.report("document/goal-needs", loc, at_key=True, name=own, word=word)
            for key in (other, *(() if goal.metric is None else ("where",))):
                if getattr(goal, key) is not None:
                    self.desk.report("document/goal-other", (*loc, key), at_key=True, name=key, word=word)
