"""Every name in the document that refers to another part of it, with the nearest right one when it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.ladder_steps import steps_of
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.reserved import ACTIONS, MATERIALS, MEMBER_UPDATED, own_like
from loyaltykit.program.shape import declared, keys_of
from loyaltykit.program.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.problems import Severity
    from loyaltykit.program.campaigns import Journey, Offer
    from loyaltykit.program.consequences import Consequences, Gifts
    from loyaltykit.program.document import Document
    from loyaltykit.program.shape import Shape

SECTIONS = {
    "point": "points",
    "reward": "rewards",
    "badge": "badges",
    "message": "messages",
    "quest": "quests",
    "survey": "surveys",
    "campaign": "campaigns",
    "staff": "staff",
}
CHANNELS = ("telegram", "email", "inbox", "console", "webhook")
"""The channels that the library brings; others are adapters of the school's own."""
_HINTED = 100
_LISTED = 8


@attrs.define
class Desk:
    """Collects faults; places are given as the models see the document and turned into those of the data."""

    data: Mapping[str, Any]
    faults: list[Fault] = attrs.field(factory=list)

    def report(
        self,
        code: str,
        loc: Keys,
        *,
        hint: str = "",
        at_key: bool = False,
        severity: Severity = "error",
        **arguments: Any,
    ) -> None:
        """Add a fault."""
        finding = Finding(code, arguments, hint, severity=severity)
        self.faults.append(Fault(finding, keys_of(loc, self.data), at_key=at_key))

    def ask(self, kind: str, name: str, known: Iterable[str] | None, loc: Keys, *, at_key: bool = False) -> None:
        """A fault when the name is not known; nothing when its section cannot be judged (None)."""
        if known is None or name in known:
            return
        arguments, hint = suggest(name, known if len(self.faults) < _HINTED else ())
        self.report(f"document/unknown-{kind}", loc, hint=hint, at_key=at_key, **arguments)


def suggest(name: str, known: Iterable[str]) -> tuple[dict[str, Any], str]:
    """The arguments and the hint for a wrong name: the nearest right one, or all when they are few."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return {"name": echo(name), "nearest": near}, "hint/nearest"
    if 0 < len(names) <= _LISTED:
        return {"name": echo(name), "known": ", ".join(names)}, "hint/one-of"
    return {"name": echo(name)}, ""


def check_names(shaped: Shape, document: Document, data: Mapping[str, Any]) -> list[Fault]:
    """The faults of all names in what is left of a document."""
    desk = Desk(data)
    known: dict[str, Iterable[str] | None] = {kind: _known(data, section) for kind, section in SECTIONS.items()}
    known["event"] = _known(data, "events") if data.get("events") is not None else None
    names = _Names(desk, document, known, shaped.broken)
    names.rules(shaped.numbers)
    names.points()
    names.ladders()
    names.mechanics()
    names.rewards()
    names.chances()
    names.ideas()
    names.stuck()
    names.goals()
    names.campaigns()
    names.letters()
    return desk.faults


def _known(data: Mapping[str, Any], section: str) -> Iterable[str] | None:
    """The names that a section declares, faulty ones too; None when the section itself cannot be read."""
    found = data.get(section)
    return None if found is not None and not isinstance(found, dict) else dict.fromkeys(declared(data, section))


@attrs.define
class _Names:
    desk: Desk
    document: Document
    known: Mapping[str, Iterable[str] | None]
    broken: frozenset[Keys]

    def of(self, kind: str, names: Iterable[str], loc: Keys, *, at_key: bool = False) -> None:
        """Each of the names is declared; of a list its items are the places, of a mapping its keys."""
        for number, name in enumerate(names):
            self.one(kind, name, (*loc, name if at_key else number), at_key=at_key)

    def one(self, kind: str, name: str, loc: Keys, *, at_key: bool = False) -> None:
        """One name; the library's own events need no declaration."""
        if kind != "event" or not (name == MEMBER_UPDATED or name in ACTIONS):
            known = self.known[kind]
            like = own_like(name) if kind == "event" else None
            self.desk.ask(kind, name, known if known is None or like is None else [*known, like], loc, at_key=at_key)

    def consequences(self, given: Consequences, loc: Keys) -> None:
        """What is awarded, granted and sent exists."""
        self.gifts(given, loc)
        self.of("message", given.send, (*loc, "send"))

    def gifts(self, given: Gifts, loc: Keys) -> None:
        """What is awarded and granted exists."""
        self.of("point", given.award, (*loc, "award"), at_key=True)
        self.of("reward", given.grant, (*loc, "grant"))
        self.of("badge", given.badge, (*loc, "badge"))

    def rules(self, numbers: tuple[int, ...]) -> None:
        """The rules: ids once, events and points known."""
        seen: set[str] = set()
        for number, rule in zip(numbers, self.document.rules, strict=True):
            loc: Keys = ("rules", number)
            if rule.id in seen:
                self.desk.report("document/duplicate-id", (*loc, "id"), name=rule.id)
            seen.add(rule.id)
            self.of("event", rule.on or (), (*loc, "on"))
            self.consequences(rule, loc)
            self.of("point", rule.multiply, (*loc, "multiply"), at_key=True)
            if rule.cap is not None:
                self.of("point", rule.cap.points, (*loc, "cap"), at_key=True)

    def points(self) -> None:
        """The events that points wait for, and those that keep them alive."""
        for name, point in self.document.points.items():
            if point.pending is not None:
                self.of("event", point.pending.until or (), ("points", name, "pending", "until"))
            if point.expires is not None:
                self.of("event", point.expires.active_on or (), ("points", name, "expires", "active_on"))

    def ladders(self) -> None:
        """Levels and tiers."""
        if self.document.levels is not None:
            self.one("point", self.document.levels.by, ("levels", "by"))
        for name, tier in self.document.tiers.items():
            if tier.paid is not None:
                self.of("event", tier.paid.start, ("tiers", name, "paid", "start"))
                self.of("event", tier.paid.end, ("tiers", name, "paid", "end"))
            for step, benefit in tier.benefits.items():
                loc: Keys = ("tiers", name, "benefits", step)
                self.desk.ask("step", step, steps_of(name, tier), loc, at_key=True)
                self.of("point", benefit.multiply, (*loc, "multiply"), at_key=True)
                self.of("reward", benefit.grant, (*loc, "grant"))

    def mechanics(self) -> None:
        """Streaks, badges and quests."""
        for name, streak in self.document.streaks.items():
            self.of("event", streak.on, ("streaks", name, "on"))
            for mark, given in streak.milestones.items():
                self.consequences(given, ("streaks", name, "milestones", str(mark)))
        for name, badge in self.document.badges.items():
            if badge.count is not None:
                self.one("event", badge.count, ("badges", name, "count"))
            self.consequences(badge, ("badges", name))
        for name, quest in self.document.quests.items():
            self.consequences(quest.reward, ("quests", name, "reward"))
            if quest.requires is not None:
                self.of("quest", quest.requires.quest, ("quests", name, "requires", "quest"))
                self.of("badge", quest.requires.badge, ("quests", name, "requires", "badge"))
            for number, step in enumerate(quest.steps):
                loc: Keys = ("quests", name, "steps", number)
                self.of("event", step.on or (), (*loc, "on"))
                if step.distinct is not None:
                    self._distinct(step.distinct, step.on or (), (*loc, "distinct"))
                if step.sum is not None:
                    self._summed(step.sum, step.on or (), (*loc, "sum"))

    def _distinct(self, field: str, types: Iterable[str], loc: Keys) -> None:
        """The field is one of every counted event."""
        events = self.document.named_events
        for kind in types:
            if kind in events and ("events", kind, field) not in self.broken:
                self.desk.ask("field", field, events[kind], loc)

    def _summed(self, field: str, types: Iterable[str], loc: Keys) -> None:
        """The field is a number of every counted event."""
        self._distinct(field, types, loc)
        for kind in types:
            declared = self.document.named_events.get(kind, {}).get(field)
            if declared is not None and (declared.items or declared.kind not in ("number", "integer", "money")):
                self.desk.report("document/no-number", loc, name=field, kind=str(declared))

    def rewards(self) -> None:
        """The messages about rewards, and who has to do something. Without a section `staff` roles are free names."""
        roles = self.document.staff or "staff" in self.desk.data
        for name, reward in self.document.rewards.items():
            loc: Keys = ("rewards", name)
            self.of("point", reward.cost, (*loc, "cost"), at_key=True)
            if reward.waitlist is not None and reward.waitlist.send is not None:
                self.one("message", reward.waitlist.send, (*loc, "waitlist", "send"))
            if reward.remind is not None:
                self.one("message", reward.remind.send, (*loc, "remind", "send"))
            task = reward.task
            if task is not None and task.done is not None:
                self.one("message", task.done, (*loc, "task", "done"))
            if task is not None and roles:
                self.one("staff", task.role, (*loc, "task", "for"))
                if task.escalate is not None:
                    self.one("staff", task.escalate.to, (*loc, "task", "escalate", "to"))

    def chances(self) -> None:
        """What winners and both sides of a referral get; what draws surprises, and what they give."""
        for name, board in self.document.leaderboards.items():
            for rank, given in board.winners.items():
                self.consequences(given, ("leaderboards", name, "winners", str(rank)))
        for name, surprise in self.document.surprises.items():
            loc: Keys = ("surprises", name)
            self.of("event", surprise.on, (*loc, "on"))
            self.consequences(surprise, loc)
        referrals = self.document.referrals
        if referrals is None:
            return
        self.of("event", referrals.after, ("referrals", "after"))
        if not any(keys[0] == "member" for keys in self.broken):
            known = [f"member.{field}" for field in self.document.member]
            self.desk.ask("attribute", referrals.joined, known, ("referrals", "joined"))
        for side in ("referrer", "friend"):
            self.consequences(getattr(referrals.rewards, side), ("referrals", "rewards", side))

    def ideas(self) -> None:
        """What ideas bring, and the messages that tell what became of them."""
        ideas = self.document.ideas
        if ideas is None:
            return
        for name, given in ideas.given.items():
            self.consequences(given, ("ideas", name))
        for state, message in ideas.told.items():
            self.one("message", message, ("ideas", "told", state))

    def stuck(self) -> None:
        """The events and fields that are named to tell where a student is stuck; the usual ones need not be there."""
        stuck, events = self.document.stuck, self.document.events
        if any(keys[0] == "events" for keys in self.broken):
            return
        for key in ("failed", "passed", "done"):
            if key in stuck.model_fields_set:
                self.one("event", getattr(stuck, key), ("stuck", key))
        fields = dict.fromkeys(
            field for kind in (stuck.failed, stuck.passed, stuck.done) for field in events.get(kind, ())
        )
        for key in ("topic", "quiz", "lesson", "course"):
            if key in stuck.model_fields_set:
                self.desk.ask("field", getattr(stuck, key), fields, ("stuck", key))

    def goals(self) -> None:
        """A goal is about an event, and of a campaign or the program."""
        for name, goal in self.document.goals.items():
            if goal.event is not None:
                self.one("event", goal.event, ("goals", name, "event"))
            if goal.campaign is not None:
                self.one("campaign", goal.campaign, ("goals", name, "of"))
        self._channels(self.document.contact.channels, ("contact", "channels"))

    def campaigns(self) -> None:
        """What campaigns begin and end with, and what their steps give, send and ask."""
        for name, campaign in self.document.campaigns.items():
            loc: Keys = ("campaigns", name)
            self.of("event", campaign.start.on or (), (*loc, "start", "on"))
            if campaign.exit is not None:
                self.of("event", campaign.exit.on or (), (*loc, "exit", "on"))
            for visit in walk(campaign.steps, (*loc, "steps")):
                self._visit(visit.step, visit.loc)

    def letters(self) -> None:
        """A message's button joins a quest that is joined."""
        for name, message in self.document.messages.items():
            if message.join is None:
                continue
            loc: Keys = ("messages", name, "join")
            self.one("quest", message.join, loc)
            quest = self.document.quests.get(message.join)
            if quest is not None and quest.start != "join" and ("quests", message.join, "start") not in self.broken:
                self.desk.report("document/joined", loc, name=message.join, start=quest.start)

    def _visit(self, step: Journey, loc: Keys) -> None:
        self.gifts(step, loc)
        if step.offer is not None:
            self._offer(step.offer, (*loc, "offer"))
        if step.send is not None:
            self.one("message", step.send.message, (*loc, "send", "message"))
            self._channels(step.send.channels, (*loc, "send", "channels"))
        if step.survey is not None:
            self.one("survey", step.survey, (*loc, "survey"))
        if step.enrol is not None:
            self.one("quest", step.enrol, (*loc, "enrol"))
            quest = self.document.quests.get(step.enrol)
            if quest is not None and quest.start != "campaign" and ("quests", step.enrol, "start") not in self.broken:
                self.desk.report("document/enrol", (*loc, "enrol"), name=step.enrol, start=quest.start)

    def _offer(self, offer: Offer, loc: Keys) -> None:
        """What is offered are rewards, or the word `materials` when there are some."""
        document, known = self.document, self.known["reward"]
        some = bool(document.materials) or "materials" in self.desk.data
        some = some or any(reward.topic is not None for reward in document.rewards.values())
        for number, option in enumerate(offer.choose):
            for item, name in enumerate(option.give):
                place: Keys = (*loc, "choose", number, "give", item)
                if name == MATERIALS and not some:
                    self.desk.report("document/no-materials", place)
                elif name != MATERIALS and known is not None:
                    self.desk.ask("reward", name, [*known, MATERIALS] if some else known, place)
        if offer.success is not None:
            self.of("event", offer.success.on or (), (*loc, "success", "on"))

    def _channels(self, names: Iterable[str], loc: Keys) -> None:
        """Any adapter may bring a channel of its own; one that the library does not know may be a slip."""
        for number, name in enumerate(names):
            if name not in CHANNELS:
                arguments, hint = suggest(name, CHANNELS)
                self.desk.report("document/channel", (*loc, number), hint=hint, severity="warning", **arguments)
