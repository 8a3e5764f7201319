# ruff: noqa: E501, C901, PLR0911, PLR0912, PLR0917  # one long table of what each name means is plainer than many short ones
"""What a program means, said as plainly as possible: nothing is kept but the list of what happened and what was decided.

Slow on purpose. Balances, histories, streaks and limits are counted anew from these lists whenever somebody asks; time is
not told by timers but by visiting every instant at which anything at all could change. Only the checked expression trees
and their interpreter are the library's; calendars are the standard library's.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections import defaultdict
from functools import cache

import attrs

from loyaltykit.rules.expression.evaluate import evaluate
from loyaltykit.rules.expression.tree import History, Node, Ref, children
from tests.engine.story import place

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
HOUR = 3_600_000_000
DAY = 24 * HOUR
FAR = 2**62
ROUNDING = {"down": math.floor, "up": math.ceil, "nearest": lambda value: math.floor(value + 0.5)}


@attrs.define
class Lot:
    at: int
    point: str
    amount: int
    source: str
    occurrence: str
    ready: int
    expires: int
    number: int


@attrs.define
class Right:
    reward: str
    since: int
    until: int | None
    source: str
    occurrence: str
    gone: bool = False


@attrs.define
class Run:
    number: int
    start: int
    deadline: int
    steps: list[set]
    """What was counted for each step: event numbers, values, or the mark of a condition."""
    end: str = ""


@attrs.define
class Ladder:
    rank: int
    due: int = FAR
    number: int = 0
    """The period that ends then."""
    reached: int = -1


class Oracle:
    """One member under one program."""

    def __init__(self, program) -> None:
        self.document = program.document
        self.trees = program.expressions
        self.now = -FAR
        self.events: list = []
        """(event, its data, the local time then); `member.updated` is not among them."""
        self.zones = [(-FAR, self.document.timezone)]
        self.attributes: dict = {}
        self.lots: list[Lot] = []
        self.rights: list[Right] = []
        self.lines: list[tuple] = []
        self.held: dict[str, int] = {}
        """Badges and their steps."""
        self.level = self._floor(self.document.levels.steps) if self.document.levels else -1
        self.runs: dict[str, list[Run]] = {name: [] for name in self.document.quests}
        self.truth: dict[str, bool] = defaultdict(bool)
        self.acted: dict[str, int] = defaultdict(int)
        self.acted_on: dict[str, object] = {}
        self.keys: set = set()
        self.used: dict = defaultdict(list)
        """Of each limit and cap: (instant, the period then, how much)."""
        self.seen: dict = {}
        """The latest period in which a limit or cap was asked for: none comes back."""
        self.reached: dict[str, set[int]] = defaultdict(set)
        self.ladders = {
            name: Ladder(self._floor(tier.steps), reached=self._floor(tier.steps))
            for name, tier in self.document.tiers.items()
        }
        self.before: dict[str, int] = {}
        self.queue: list = []
        self.current = None
        self.tag: object = None
        self.changed = False

    @staticmethod
    def _floor(steps) -> int:
        return sum(threshold <= 0 for threshold in steps.values()) - 1

    # --- what happens ------------------------------------------------------------------------------------------

    def fold(self, event) -> list[tuple]:
        """One event; the time until then passes first."""
        self.lines = []
        self.pass_time(event.instant)
        self.now, self.current, self.tag = event.instant, event.id, event.id
        self.before = {name: ladder.rank for name, ladder in self.ladders.items()}
        self.queue = []
        if event.type == "member.updated":
            self._update(event)
        else:
            self._happen(event)
        self._rounds()
        return self.lines

    def pass_time(self, to: int) -> list[tuple]:
        """Visit every instant at which something may change."""
        if self.now == -FAR:
            return self.lines
        instants = self._instants(to)
        while instants:
            at = instants.pop(0)
            before = len(self.lines), [ladder.due for ladder in self.ladders.values()]
            self._visit(at)
            if before != (len(self.lines), [ladder.due for ladder in self.ladders.values()]):
                instants = self._instants(to)
        return self.lines

    def advance(self, to: int) -> list[tuple]:
        self.lines = []
        return self.pass_time(to)

    def _visit(self, at: int) -> None:
        self.now, self.current, self.tag = at, None, ("time", at)
        self.before = {name: ladder.rank for name, ladder in self.ladders.items()}
        self.queue = []
        self._mature()
        self._lapse()
        for name in self.ladders:
            self._period_over(name)
        for name, quest in self.document.quests.items():
            run = self._run(name)
            if quest.within is not None and run is not None and run.deadline <= at:
                run.end = "failed"
                self._tell(
                    "quests." + name, f"{run.number}-failed", "quest", name, {"state": "failed", "run": run.number}
                )
        self._rounds()

    def _update(self, event) -> None:
        for name, value in event.data.items():
            if value is None:
                self.attributes.pop(name, None)
            else:
                self.attributes[name] = value
        if "timezone" in event.data:
            self.zones.append((event.instant, event.data["timezone"] or self.document.timezone))
            self._move()

    def _move(self) -> None:
        """A running period ends when it ends in the new zone; now, when that has passed."""
        for name, ladder in self.ladders.items():
            if ladder.due < FAR:
                period = str(self.document.tiers[name].period).removeprefix("calendar ")
                ladder.due = max(self.now, self._start_of(_first_after(period, ladder.number)))
        if any(ladder.due == self.now for ladder in self.ladders.values()):
            event = self.current
            self._visit(self.now)
            self.current = self.tag = event

    def _happen(self, event) -> None:
        data = {field: event.data.get(field) for field in self.document.events[event.type]}
        data = {field: float(value) if isinstance(value, int) else value for field, value in data.items()}
        self.events.append((event, data, self._local(event.instant)))
        for name, streak in self.document.streaks.items():
            if event.type in streak.on:
                self._streak(name, streak)
        self._rules(event, data)
        self._standing(event, data)

    def _rules(self, event, data) -> None:
        rules = [rule for rule in self.document.rules if rule.on and event.type in rule.on]
        met = {rule.id: self._in_force(rule.active) and self._holds(f"rules.{rule.id}.when") for rule in rules}
        amounts = {
            (rule.id, point): self._value(f"rules.{rule.id}.award.{point}") for rule in rules for point in rule.award
        }
        factors = defaultdict(list)
        for rule in rules:
            for point in rule.multiply:
                factors[point].append(self._value(f"rules.{rule.id}.multiply.{point}") if met[rule.id] else None)
        for point, factor in self._benefits():
            factors[point].append(factor)
        for rule in rules:
            if met[rule.id]:
                self._fire(rule, {point: amounts[rule.id, point] for point in rule.award}, factors)

    def _fire(self, rule, amounts, factors) -> None:
        source = f"rules.{rule.id}"
        if rule.key is not None:
            key = (rule.id, self._value(f"{source}.key"))
            if key[1] is None or key in self.keys:
                return
        limit = (source, "limit", self._value(f"{source}.limit.by") if rule.limit and rule.limit.by else "")
        if rule.limit is not None and self._left(limit, rule.limit.rate.per, rule.limit.rate.times) <= 0:
            return
        caps = rule.cap.points if rule.cap else {}
        per = rule.cap.per if rule.cap else None
        gave = 0
        for point, amount in amounts.items():
            gave += self._award(point, amount, factors[point], source, self.current, caps.get(point), per)
        if amounts and not gave:
            return
        if rule.key is not None:
            self.keys.add(key)
        if rule.limit is not None:
            self._use(limit, rule.limit.rate.per, 1)
        self._consequences(rule, source, self.current)

    # --- points -------------------------------------------------------------------------------------------------

    def _award(self, point, amount, factors, source, occurrence, cap=None, per=None) -> int:
        declared = self.document.points[point]
        unit = 10**declared.decimals
        wanted = self._units(amount, self._factor(declared.stack, factors), unit, declared.rounding)
        caps = [] if cap is None else [((source, "cap", point), per, round(cap * unit))]
        if declared.cap is not None:
            caps.append(((point, "cap"), declared.cap.per, round(declared.cap.amount * unit)))
        given = wanted
        if wanted > 0:
            for name, period, most in caps:
                given = min(given, self._left(name, period, most))
            if given <= 0:
                self.lines.append(("capped", self.now, self.current, source, occurrence, point, wanted))
        if given <= 0:
            return 0
        for name, period, _ in caps:
            self._use(name, period, given)
        self._post(point, declared, given, source, occurrence, wanted if given < wanted else None)
        return given

    @staticmethod
    def _units(amount, factor, unit, rounding) -> int:
        if amount is None:
            return 0
        value = amount * factor * unit
        return ROUNDING[rounding](round(value * 2**20) / 2**20) if 0 < value < 2**63 else 0

    @staticmethod
    def _factor(stack, factors) -> float:
        valid = [factor for factor in factors if factor is not None and factor >= 0]
        if not valid:
            return 1
        if stack == "highest":
            return max(valid)
        return 1 + sum(factor - 1 for factor in valid) if stack == "add" else math.prod(valid)

    def _post(self, point, declared, amount, source, occurrence, wanted) -> None:
        self.changed = True
        ready = self._later(self.now, declared.pending.after) if declared.pending else self.now
        expires = FAR
        if declared.expires is not None:
            start = self.now
            if declared.expires.start != "award":
                start = self._period_end(declared.expires.start.removeprefix("end of "))
            expires = self._later(start, declared.expires.after)
        self.lots.append(Lot(self.now, point, amount, source, occurrence, ready, expires, len(self.lots)))
        shown = (ready if ready > self.now else None, expires if expires < FAR else None)
        self.lines.append(("accrual", self.now, self.current, source, occurrence, point, amount, wanted, *shown))

    def _mature(self) -> None:
        for point in self.document.points:
            lots = sorted((lot for lot in self.lots if lot.point == point), key=lambda lot: (lot.expires, lot.number))
            for lot in lots:
                if lot.expires == self.now:
                    self.lines.append(("expiry", self.now, None, lot.source, lot.occurrence, point, -lot.amount))
            for lot in lots:
                if lot.ready == self.now > lot.at and lot.expires > self.now:
                    self.lines.append(("confirmation", self.now, None, lot.source, lot.occurrence, point, lot.amount))

    def balance(self, point, what) -> float:
        """In whole units."""
        lots = [lot for lot in self.lots if lot.point == point]
        if what == "available":
            lots = [lot for lot in lots if lot.ready <= self.now < lot.expires]
        elif what == "pending":
            lots = [lot for lot in lots if lot.ready > self.now and lot.expires > self.now]
        total, decimals = sum(lot.amount for lot in lots), self.document.points[point].decimals
        return total / 10**decimals if decimals else total

    # --- limits -------------------------------------------------------------------------------------------------

    def _left(self, name, per, most) -> int:
        if per.rolling is not None:
            start = self._earlier(self.now, per.rolling)
            return most - sum(amount for at, _, amount in self.used[name] if start < at)
        return most - sum(amount for _, number, amount in self.used[name] if number == self._period_now(name, per))

    def _period_now(self, name, per):
        number = self._number(per.name)
        self.seen[name] = max(self.seen.get(name, number), number)
        return self.seen[name]

    def _use(self, name, per, amount) -> None:
        number = None if per.rolling is not None else self._period_now(name, per)
        self.used[name].append((self.now, number, amount))

    # --- streaks ------------------------------------------------------------------------------------------------

    def _active_periods(self, name) -> list:
        """The periods in which the streak was kept, each counted once; every event counts for one local day only."""
        streak = self.document.streaks[name]
        counts, kept = defaultdict(int), []
        for event, data, local in self.events:
            if event.type not in streak.on or not self._true(f"streaks.{name}.where", event, data):
                continue
            number = _number_of(streak.every, local.date())
            counts[number] += 1
            if counts[number] == streak.threshold and (not kept or number > kept[-1]):
                kept.append(number)
        return kept

    def _missed(self, name, last, number) -> bool:
        """Whether a period that the member really had lies between two."""
        every = self.document.streaks[name].every
        if number - last > 40 or number - last <= 1:
            return number - last > 1
        start = self.events[0][0].instant
        had = {
            _number_of(every, self._local(at).date()) for at in range(max(start, self.now - 45 * DAY), self.now, HOUR)
        }
        return any(last < one < number for one in had)

    def run_of(self, name) -> list:
        """The kept periods of the latest run."""
        run: list = []
        for number in self._active_periods(name):
            run = [*run, number] if run and not self._missed(name, run[-1], number) else [number]
        return run

    def length(self, name) -> int:
        run = self.run_of(name)
        if not run or self._missed(name, run[-1], self._number(self.document.streaks[name].every)):
            return 0
        return len(run)

    def _streak(self, name, streak) -> None:
        kept = self._active_periods(name)
        event, data, local = self.events.pop()
        earlier = self._active_periods(name)
        self.events.append((event, data, local))
        if kept == earlier:
            return
        self.changed = True
        runs = [index for index, number in enumerate(kept) if not index or self._missed(name, kept[index - 1], number)]
        length = len(kept) - runs[-1]
        if length not in streak.milestones or (streak.once and length in self.reached[name]):
            return
        if streak.once:
            self.reached[name] |= set(range(length + 1))
        occurrence = f"{len(runs)}:{length}"
        self._tell(f"streaks.{name}", occurrence, "streak", name, {"length": length})
        self.queue.append(
            (streak.milestones[length], f"streaks.{name}", f"streaks.{name}.milestones.{length}", occurrence)
        )

    # --- standing -----------------------------------------------------------------------------------------------

    def _standing(self, event, data) -> None:
        """The first look after the rules, which also counts the event itself."""
        self._levels()
        self._tiers()
        for name, badge in self.document.badges.items():
            if badge.count == event.type and self._true(f"badges.{name}.where", event, data):
                self._count_badge(name, badge)
        self._badges()
        for name, quest in self.document.quests.items():
            self._count_quest(name, quest, event, data)
        self._conditions()
        self._watches()

    def _rounds(self) -> None:
        """What follows, at most sixteen times; a look at everything each time that anything changed."""
        for _ in range(16):
            work, self.queue, self.changed = self.queue, [], False
            for follow in work:
                self._follow(*follow)
            self._levels()
            self._tiers()
            self._badges()
            self._conditions()
            self._watches()
            if not self.queue and not self.changed:
                return
        raise AssertionError("a program of these tests is done sooner")

    def _levels(self) -> None:
        if self.document.levels is None:
            return
        steps = list(self.document.levels.steps.items())
        score = self.balance(self.document.levels.by, "lifetime")
        while self.level + 1 < len(steps) and score >= steps[self.level + 1][1]:
            previous = steps[self.level][0] if self.level >= 0 else None
            self.level += 1
            self.changed = True
            step = steps[self.level][0]
            self._tell("levels", step, "level", step, {"step": step, "previous": previous})

    def _rank(self, name) -> int:
        value = self._value(f"tiers.{name}.by") or 0
        return sum(threshold <= value for threshold in self.document.tiers[name].steps.values()) - 1

    def _tiers(self) -> None:
        for name, tier in self.document.tiers.items():
            ladder = self.ladders[name]
            rank = self._rank(name)
            if rank > ladder.reached:
                ladder.reached = rank
                if ladder.due == FAR:
                    self._arm(tier, ladder)
            if rank > ladder.rank:
                self._change(name, rank)

    def _period_over(self, name) -> None:
        tier, ladder = self.document.tiers[name], self.ladders[name]
        if ladder.due > self.now:
            return
        floor = max(self._rank(name), self._floor(tier.steps))
        kept = max(floor, ladder.reached) if tier.kept.form == "until end of next period" else floor
        if ladder.rank > kept and tier.downgrade != "never":
            self._change(name, kept if tier.downgrade == "recompute" else max(kept, ladder.rank - 1))
        ladder.reached, ladder.due = floor, FAR
        if ladder.rank > self._floor(tier.steps) and tier.downgrade != "never":
            self._arm(tier, ladder)

    def _arm(self, tier, ladder) -> None:
        period = str(tier.period).removeprefix("calendar ")
        ladder.due, ladder.number = self._period_end(period), self._number(period)

    def _change(self, name, rank) -> None:
        steps, ladder = [*self.document.tiers[name].steps], self.ladders[name]
        step, previous = ("" if one < 0 else steps[one] for one in (rank, ladder.rank))
        ladder.rank = rank
        self.changed = True
        self._tell(
            f"tiers.{name}", f"{step}@{self.now}", "tier", name, {"step": step or None, "previous": previous or None}
        )

    def _benefits(self):
        """The factors of the tiers held before this event."""
        for name, tier in self.document.tiers.items():
            rank = self.before.get(name, -1)
            benefit = tier.benefits.get([*tier.steps][rank]) if rank >= 0 else None
            yield from (benefit.multiply.items() if benefit is not None else ())

    def _count_badge(self, name, badge) -> None:
        counted = [(one, data) for one, data, _ in self.events if one.type == badge.count]
        count = sum(self._true(f"badges.{name}.where", one, data) for one, data in counted)
        thresholds = [*badge.steps.values()] or [1]
        if count in thresholds and thresholds.index(count) > self.held.get(name, -1):
            step = [*badge.steps][thresholds.index(count)] if badge.steps else ""
            self._hold(name, thresholds.index(count), f"badges.{name}", step, step)

    def _badges(self) -> None:
        for name, badge in self.document.badges.items():
            if badge.when is not None and name not in self.held and self._holds(f"badges.{name}.when"):
                self._hold(name, 0, f"badges.{name}", "", "")

    def _hold(self, name, rank, source, occurrence, step) -> None:
        self.held[name] = rank
        self.changed = True
        self._tell(source, occurrence, "badge", name, {"step": step} if step else {})
        self.queue.append((self.document.badges[name], f"badges.{name}", f"badges.{name}", occurrence))

    # --- quests -------------------------------------------------------------------------------------------------

    def _run(self, name) -> Run | None:
        """The run that is going on."""
        return self.runs[name][-1] if self.runs[name] and not self.runs[name][-1].end else None

    def done(self, name) -> bool:
        return any(run.end == "done" for run in self.runs[name])

    def _steps_done(self, name) -> list[bool]:
        run = self._run(name)
        return [
            run is not None and len(run.steps[n]) >= self._needed(step)
            for n, step in enumerate(self.document.quests[name].steps)
        ]

    @staticmethod
    def _needed(step) -> int:
        return step.times if step.when is None else 1

    def _count_quest(self, name, quest, event, data) -> None:
        if self.done(name):
            return
        done = self._steps_done(name)
        for number, step in enumerate(quest.steps):
            if step.when is not None or event.type not in step.on or done[number]:
                continue
            if not self._true(f"quests.{name}.steps.{number + 1}.where", event, data):
                continue
            if quest.in_order and not all(done[:number]):
                continue
            mark = len(self.events) if step.distinct is None else data[step.distinct]
            run = self._run(name)
            if mark is None or (run is not None and mark in run.steps[number]):
                continue
            self._advance(name, quest, number, mark)
            if self.done(name):
                return

    def _conditions(self) -> None:
        for name, quest in self.document.quests.items():
            for number, step in enumerate(quest.steps):
                if step.when is None or self.done(name):
                    continue
                done, alone = self._steps_done(name), all(step.when is not None for step in quest.steps)
                may_begin = self.current is not None and (alone or (quest.in_order and number == 0))
                if (
                    (self._run(name) is None and not may_begin)
                    or done[number]
                    or (quest.in_order and not all(done[:number]))
                ):
                    continue
                if self._holds(f"quests.{name}.steps.{number + 1}.when"):
                    self._advance(name, quest, number, "met")

    def _advance(self, name, quest, number, mark) -> None:
        run = self._run(name)
        self.changed = True
        if run is None:
            deadline = self._later(self.now, quest.within) if quest.within else FAR
            run = Run(len(self.runs[name]) + 1, self.now, deadline, [set() for _ in quest.steps])
            self.runs[name].append(run)
            self._tell(
                f"quests.{name}", f"{run.number}-started", "quest", name, {"state": "started", "run": run.number}
            )
        run.steps[number].add(mark)
        if sum(self._steps_done(name)) >= (quest.any_of or len(quest.steps)):
            run.end = "done"
            self._tell(f"quests.{name}", str(run.number), "quest", name, {"state": "done", "run": run.number})
            self.queue.append((quest.reward, f"quests.{name}", f"quests.{name}.reward", str(run.number)))

    def progress(self, name) -> float:
        quest = self.document.quests[name]
        needed = quest.any_of or len(quest.steps)
        return 1.0 if self.done(name) else min(1.0, sum(self._steps_done(name)) / needed)

    # --- watched conditions, and what follows -----------------------------------------------------------------------

    def _watches(self) -> None:
        for rule in self.document.rules:
            if rule.on is not None:
                continue
            before, self.truth[rule.id] = self.truth[rule.id], self._holds(f"rules.{rule.id}.when")
            if (
                before
                or not self.truth[rule.id]
                or self.acted_on.get(rule.id) == self.tag
                or not self._in_force(rule.active)
            ):
                continue
            self.acted[rule.id] += 1
            self.acted_on[rule.id] = self.tag
            self.queue.append((rule, f"rules.{rule.id}", f"rules.{rule.id}", str(self.acted[rule.id])))

    def _follow(self, given, source, path, occurrence) -> None:
        limit, cap = getattr(given, "limit", None), getattr(given, "cap", None)
        if limit is not None and self._left((source, "limit", ""), limit.rate.per, limit.rate.times) <= 0:
            return
        gave = 0
        for point in given.award:
            factors = [factor for name, factor in self._benefits() if name == point]
            value = self._value(f"{path}.award.{point}")
            most = cap.points.get(point) if cap is not None else None
            gave += self._award(point, value, factors, source, occurrence, most, cap.per if cap is not None else None)
        if limit is not None and given.award and not gave:
            return
        if limit is not None:
            self._use((source, "limit", ""), limit.rate.per, 1)
        self._consequences(given, source, occurrence)

    def _consequences(self, given, source, occurrence) -> None:
        for badge in given.badge:
            if badge not in self.held:
                steps = [*self.document.badges[badge].steps]
                self._hold(badge, 0, source, occurrence, steps[0] if steps else "")
        for reward in given.grant:
            self._grant(reward, source, occurrence)
        for message in given.send:
            self._tell(source, occurrence, "message", message, {})

    def _grant(self, reward, source, occurrence) -> None:
        held = [right for right in self.rights if right.reward == reward and right.source == source and not right.gone]
        if any(right.until is None or right.occurrence == occurrence for right in held):
            return
        lasts = self.document.rewards[reward].lasts
        until = None if lasts is None else self._later(self.now, lasts)
        self.rights.append(Right(reward, self.now, until, source, occurrence))
        self.changed = True
        self._tell(source, occurrence, "grant", reward, {} if until is None else {"until": until})

    def _lapse(self) -> None:
        for reward in self.document.rewards:
            over = [
                right for right in self.rights if right.reward == reward and not right.gone and right.until == self.now
            ]
            for right in over:
                right.gone = True
            if over and not self.entitled(reward):
                self._tell(over[-1].source, over[-1].occurrence, "expired", reward, {})

    def entitled(self, reward) -> bool:
        return any(right.reward == reward and not right.gone for right in self.rights)

    def _tell(self, source, occurrence, kind, name, data) -> None:
        self.lines.append(("effect", self.now, self.current, source, occurrence, kind, name, data))

    # --- time ---------------------------------------------------------------------------------------------------

    def _zone(self, at) -> str:
        return [zone for since, zone in self.zones if since <= at][-1]

    def _local(self, at) -> dt.datetime:
        return (EPOCH + dt.timedelta(microseconds=at)).astimezone(place(self._zone(at)))

    def _number(self, period) -> int:
        return _number_of(period, self._local(self.now).date())

    def _in_force(self, active) -> bool:
        if active is None:
            return True
        local = self._local(self.now)
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        return (
            (not active.weekdays or days[local.weekday()] in active.weekdays)
            and (active.start is None or active.start <= local.date())
            and (active.end is None or local.date() <= active.end)
        )

    def _start_of(self, date: dt.date) -> int:
        """The first instant of a local date; of a midnight that does not exist, what comes in its place."""
        return (
            dt.datetime.combine(date, dt.time(), place(self._zone(self.now))).astimezone(dt.UTC) - EPOCH
        ) // dt.timedelta(microseconds=1)

    def _period_end(self, period) -> int:
        return self._start_of(_first_after(period, self._number(period)))

    def _shift(self, at, duration, sign) -> int:
        if not duration.months:
            return at + sign * duration.micros
        local = self._local(at)
        index = local.year * 12 + local.month - 1 + sign * duration.months
        year, month = divmod(index, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        moved = local.replace(year=year, month=month + 1, day=day, fold=0)
        return (moved.astimezone(dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)

    def _later(self, at, duration) -> int:
        return self._shift(at, duration, 1)

    def _earlier(self, at, duration) -> int:
        return self._shift(at, duration, -1)

    def _instants(self, to) -> list[int]:
        """Every instant after now, up to `to`, at which anything could change because time passes."""
        spans = {node.within for tree in self.trees.values() for node in _histories(tree) if node.within}
        found: set[int] = set()
        happened = {event.instant for event, _, _ in self.events} | {lot.at for lot in self.lots}
        for at in happened:
            found |= {at + span for span in spans}
            if any(node.function == "days_since" for tree in self.trees.values() for node in _histories(tree)):
                found |= {at + days * DAY for days in range(1, 12)}
        found |= {when for lot in self.lots for when in (lot.ready, lot.expires)}
        found |= {right.until for right in self.rights if right.until is not None}
        found |= {run.deadline for runs in self.runs.values() for run in runs if not run.end}
        found |= {ladder.due for ladder in self.ladders.values()}
        return sorted(at for at in found if self.now < at <= to)

    # --- expressions --------------------------------------------------------------------------------------------

    def _value(self, path):
        return evaluate(self.trees[path], self._read)

    def _holds(self, path) -> bool:
        return path not in self.trees or self._value(path) is True

    def _true(self, path, event, data) -> bool:
        """A condition about one counted event."""
        return (
            path not in self.trees or evaluate(self.trees[path], lambda ref: self._of_event(ref, event, data)) is True
        )

    def _of_event(self, ref, event, data):
        return data[ref.path[-1]]

    def _read(self, node: Ref | History):
        if isinstance(node, History):
            return self._history(node)
        match node.path:
            case ("event", "at"):
                return self.now
            case ("event", "local", what):
                local = self._local(self.now)
                return {
                    "hour": local.hour,
                    "weekday": local.weekday(),
                    "date": local.date().toordinal() - EPOCH.toordinal(),
                }[what]
            case ("event", "nth"):
                return sum(event.type == self.events[-1][0].type for event, _, _ in self.events)
            case ("event", "gap"):
                same = [event.instant for event, _, _ in self.events if event.type == self.events[-1][0].type]
                return (same[-1] - same[-2]) // DAY if len(same) > 1 else None
            case ("event", *_, field):
                return self.events[-1][1][field]
            case ("member", name):
                return self.attributes.get(name)
            case ("points", point, what):
                return self.balance(point, what)
            case ("level",):
                return self.level if self.level >= 0 else None
            case ("tier", name):
                rank = self.ladders[name].rank
                return rank if rank >= 0 else None
            case ("badge", name):
                rank = self.held.get(name)
                return rank if self.document.badges[name].steps else rank is not None
            case ("quest", "any", "done"):
                return any(self.done(name) for name in self.document.quests)
            case ("quest", name, "done"):
                return self.done(name)
            case ("quest", name, "active"):
                return self._run(name) is not None
            case ("quest", name, "progress"):
                return self.progress(name)
            case ("streak", name, "length"):
                return self.length(name)
            case ("entitlement", name):
                return self.entitled(name)
            case ("segment", name):
                return self._holds(f"segments.{name}.when")
        raise AssertionError(node.path)

    def _history(self, node: History):
        if node.function == "silent":
            return bool(self.events) and self.now - self.events[-1][0].instant >= node.within
        if node.function == "earned":
            return self._earned(node)
        found = [(event, data) for event, data, _ in self.events if event.type == node.event]
        if node.within is not None:
            found = [(event, data) for event, data in found if event.instant > self.now - node.within]
        elif (period := self._tier_period(node)) is not None:
            found = [pair for pair in found if self._in_period(period, pair[0].instant)]
        if node.where is not None:
            found = [
                pair
                for pair in found
                if evaluate(node.where, lambda ref, pair=pair: self._of_event(ref, *pair)) is True
            ]
        if node.same is not None:
            shared = self.events[-1][1][node.same]
            found = [(event, data) for event, data in found if shared is not None and data[node.same] == shared]
        if node.function == "days_since":
            return (self.now - found[-1][0].instant) // DAY if found else None
        return _aggregate(node, [None if node.field is None else data[node.field] for _, data in found])

    def _earned(self, node: History):
        lots = [lot for lot in self.lots if lot.point == node.field]
        if node.within is not None:
            lots = [lot for lot in lots if lot.at > self.now - node.within]
        elif (period := self._tier_period(node)) is not None:
            lots = [lot for lot in lots if self._in_period(period, lot.at)]
        unit = 10 ** self.document.points[node.field].decimals
        return sum(lot.amount for lot in lots) / unit

    def _in_period(self, period, at) -> bool:
        return _number_of(period, self._local(at).date()) >= self._number(period)

    def _tier_period(self, node: History) -> str | None:
        """In `tiers.by` a function without a window runs over the period. (The tree there is an object of its own.)"""
        for name, tier in self.document.tiers.items():
            if any(one is node for one in _histories(self.trees[f"tiers.{name}.by"])):
                return str(tier.period).removeprefix("calendar ")
        return None


def _aggregate(node: History, values):
    known = [value for value in values if value is not None]
    match node.function:
        case "count":
            return len(values)
        case "distinct":
            return len(set(known))
        case "sum":
            return math.fsum(known)
        case "avg":
            return math.fsum(known) / len(known) if known else None
        case "lowest":
            return min(known, default=None)
        case "highest":
            return max(known, default=None)
        case "first":
            return values[0] if values else None
        case "last":
            return values[-1] if values else None
    raise AssertionError(node.function)


def _histories(tree: Node):
    if isinstance(tree, History):
        yield tree
    for part in children(tree):
        yield from _histories(part)


def _number_of(period: str, date: dt.date) -> int:
    """Consecutive numbers for consecutive periods."""
    months = date.year * 12 + date.month - 1
    match period:
        case "day":
            return date.toordinal()
        case "week":
            return (date.toordinal() - 1) // 7  # ordinal 1 is a Monday
        case "month" | "quarter" | "half" | "year":
            return months // {"month": 1, "quarter": 3, "half": 6, "year": 12}[period]
    raise AssertionError(period)


@cache
def _first_after(period: str, number: int) -> dt.date:
    """The first date after a period."""
    date = dt.date(2000, 1, 1)
    while _number_of(period, date) <= number:
        date += dt.timedelta(days=1)
    return date
