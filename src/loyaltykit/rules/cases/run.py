"""The runner: every case is folded by itself, from nothing, and its expectations are held against the outcome."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.errors import EventError
from loyaltykit.problems import Finding
from loyaltykit.program.places import Fault, Keys, Source
from loyaltykit.program.reading import read_data, read_text
from loyaltykit.program.report import problems
from loyaltykit.program.reserved import VOIDED
from loyaltykit.rules.cases.acts import Act, Desk
from loyaltykit.rules.cases.given import Given, Happen, read_given
from loyaltykit.rules.cases.others import Others
from loyaltykit.rules.cases.ranking import Ranking
from loyaltykit.rules.cases.then import Check, Outcome, hold
from loyaltykit.rules.cases.voices import Voice, Voices
from loyaltykit.rules.engine import Engine
from loyaltykit.rules.spends import Refusal, received
from loyaltykit.rules.voids import taken_out
from loyaltykit.values import MICROSECOND, Event, from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from loyaltykit.problems import Lang, Problem
    from loyaltykit.program.document import Case
    from loyaltykit.program.load import Program
    from loyaltykit.values import Decision, Effect, Request

    State = list[Any]


@attrs.frozen
class CaseResult:
    """What came of one case."""

    name: str
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...] = ()
    """What was wrong with the case itself: an unknown name, an event that cannot be folded."""

    @property
    def ok(self) -> bool:
        """Whether everything expected came true, and the case itself is sound."""
        return not self.problems and all(check.ok for check in self.checks)


def run_cases(program: Program, *, lang: Lang = "en") -> tuple[CaseResult, ...]:
    """Run every given/then case of a program, in document order. `lang` is the language of problems."""
    engine = Engine(_nobody_withheld(program))
    return tuple(_result(engine, number, case, lang) for number, case in enumerate(program.document.cases))


def _nobody_withheld(program: Program) -> Program:
    """The program without control groups: whom they take is chance, and a case is about what happens to the others."""
    document = program.document
    if not document.holdout and not any(campaign.holdout for campaign in document.campaigns.values()):
        return program
    campaigns = {name: one.model_copy(update={"holdout": 0.0}) for name, one in document.campaigns.items()}
    return attrs.evolve(program, document=document.model_copy(update={"holdout": 0.0, "campaigns": campaigns}))


def _result(engine: Engine, number: int, case: Case, lang: Lang) -> CaseResult:
    keys: Keys = ("cases", number)
    document = engine.program.document
    given = read_given(case, document, keys)
    faults = list(given.faults)
    play = _Play(engine, [])
    if not faults:
        faults += play.all(given, keys)
    checks: list[Check] = []
    for member, then, place in _whose(case, given.member, keys):
        held = hold(then, play.outcome(member), document, place)
        checks += held.checks if not faults else []
        faults += held.faults
    return CaseResult(case.name, tuple(checks), problems(_source(engine.program), faults, lang) if faults else ())


def _whose(case: Case, member: str, keys: Keys) -> Iterable[tuple[str, dict[str, Any], Keys]]:
    """The expectations by member: those of `then` itself, and those under `members`."""
    then = dict(case.then)
    others = then.pop("members", {})
    yield member, then, (*keys, "then")
    for name, inner in others.items() if hasattr(others, "items") else ():
        yield str(name), dict(inner) if hasattr(inner, "items") else {}, (*keys, "then", "members", name)


def _source(program: Program) -> Source:
    """Where things stand in the text that the program was read from."""
    if program.source is None:
        return read_data(program.document.model_dump(mode="json", by_alias=True, exclude_unset=True))
    suffix = program.file.lower().rpartition(".")[2]
    return read_text(program.source, suffix if suffix in ("json", "toml") else "yaml", file=program.file)


@attrs.define
class _Play:
    """One case on its way: the states of its members, and what was folded so far."""

    engine: Engine
    folded: list[Event]
    states: dict[str, State] = attrs.field(factory=dict)
    sent: dict[str, list[str]] = attrs.field(factory=dict)
    asked: dict[str, list[str]] = attrs.field(factory=dict)
    claimed: Counter[str] = attrs.field(factory=Counter)
    newest: dict[str, tuple[dt.datetime, str]] = attrs.field(factory=dict)
    now: int | None = None
    desk: Desk | None = None
    refused: dict[str, list[tuple[str, str]]] = attrs.field(factory=dict)
    """What a member asked for and did not get, with the code."""
    sending: dict[str, str] = attrs.field(factory=dict)
    """To whom transfers go, by the event of who gives."""
    others: Others = attrs.field(init=False)
    ranking: Ranking = attrs.field(init=False)
    voices: Voices = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.others, self.ranking = Others(self.engine, self.states), Ranking(self.engine)
        self.voices = Voices(self.engine)

    def all(self, given: Given, keys: Keys) -> list[Fault]:
        """Fold all steps; an event that cannot be folded is a fault, and ends the case."""
        for step in given.steps:
            try:
                if isinstance(step, Happen):
                    self.happen(step.event)
                elif isinstance(step, Act):
                    self.act(step)
                elif isinstance(step, Voice):
                    self.voice(step)
                else:
                    self.pass_to(step.to)
            except EventError as error:
                place = (*keys, "given", getattr(step, "number", 0))
                return [Fault(Finding("case/event", {"reason": str(error)}), place)]
        return []

    def pass_to(self, instant: int) -> None:
        """Let time pass for everybody; winners hear of it when their leaderboard is settled."""
        self.now = instant
        while (moment := self.ranking.next(instant)) is not None:
            self._advance(moment)
            for event in list(self.ranking.settle(moment)):
                self._fold(event)
        self._advance(instant)

    def _advance(self, instant: int) -> None:
        for member, state in list(self.states.items()):
            self.states[member], decision = self.engine.advance(state, instant)
            self._settle(member, decision)

    def happen(self, event: Event) -> None:
        """Fold an event; one that comes late is put where it belongs, and everything after it folded again."""
        self.folded.append(event)
        if event.type == VOIDED:
            self.engine.admission.check(event)
            self._again()
            return
        newest = self.newest.get(event.member)
        if (newest and (event.at, event.id) < newest) or (self.now is not None and event.instant < self.now):
            self._again()
        else:
            self._fold(event)

    def act(self, act: Act) -> None:
        """Something done through the kit: timers fire first, then it is judged as the shell judges it."""
        self.desk = self.desk or Desk(self.engine)
        state = self.states.get(act.member)
        state = self.engine.start(act.member) if state is None else state
        self.states[act.member], decision = self.engine.advance(state, act.at)
        self._settle(act.member, decision)
        judged = self.desk.judge(act, self.states[act.member], self._left())
        if isinstance(judged, Refusal):
            self.refused.setdefault(act.member, []).append((act.reward or "points", judged.code))
            return
        if act.to is not None:
            self.sending[act.id] = act.to
        self.happen(judged)

    def voice(self, voice: Voice) -> None:
        """Something said of an idea, judged as the shell judges it."""
        member = self.voices.author(voice)
        state = self.states.get(member)
        state = self.engine.start(member) if state is None else state
        self.states[member], decision = self.engine.advance(state, voice.at)
        self._settle(member, decision)
        judged = self.voices.judge(voice, self.states[member])
        if isinstance(judged, Refusal):
            self.refused.setdefault(voice.member, []).append(("ideas", judged.code))
            return
        for event in judged:
            self.happen(event)

    def _received(self, member: str, effect: Effect) -> None:
        """What one member gave is the other's now, unless it was told already."""
        to, id = self.sending.get(effect.occurrence), f"{effect.occurrence}-received"
        if to is None or to == member or any(event.id == id for event in self.folded):
            return
        now = self.newest.get(to)
        at = max(from_instant(effect.at), now[0] + MICROSECOND) if now else from_instant(effect.at)
        self.happen(Event(id, "kit.received", to, at, received(effect)))

    def _fold(self, event: Event) -> None:
        self.newest[event.member] = (event.at, event.id)
        state = self.states.get(event.member)
        new = state is None
        state = self.engine.start(event.member) if state is None else state
        self.states[event.member], decision = self.engine.fold(state, event)
        self._settle(event.member, decision)
        if new:
            self.others.welcome(event.member)
        for told in self.others.take():
            self._fold(told)

    def _again(self) -> None:
        self.states, self.sent, self.asked, self.claimed = {}, {}, {}, Counter()
        own = {one.member: [other for other in self.folded if other.member == one.member] for one in self.folded}
        out = {id for events in own.values() for id in taken_out(events)}
        self.others, self.ranking = Others(self.engine, self.states), Ranking(self.engine)
        for event in sorted(self.folded, key=lambda event: (event.at, event.id)):
            if event.id not in out:
                self._fold(event)
        if self.now is not None:
            self.pass_to(self.now)

    def _settle(self, member: str, decision: Decision) -> None:
        """Answer what the shell would be asked, and remember the messages."""
        self.ranking.note(member, decision.compact)
        self.sent.setdefault(member, []).extend(effect.name for effect in decision.effects if effect.kind == "message")
        for effect in decision.effects:
            if effect.kind == "survey":
                self.asked.setdefault(member, []).append(effect.name)
            elif effect.kind == "freed":
                self.claimed[effect.name] -= 1
            elif effect.kind == "sent":
                self._received(member, effect)
        for request in decision.requests:
            if request.kind == "choice":  # what a policy would choose is not the program's: a case takes the first
                answer = self.engine.answer(request, True, option=request.data["options"][0], propensity=1.0)
            elif request.kind == "referral":
                answer = self.others.referral(request)
            elif request.kind == "budget":
                answer = self.engine.answer(request, self._from_pot(*self.others.pot(request)))
            else:
                answer = self._answered(request)
            self.states[member], more = self.engine.fold(self.states[member], answer)
            self._settle(member, more)

    def _answered(self, request: Request) -> Event:
        """A piece of stock; with a code, where it has codes: the document's next one, or one that is made up."""
        granted = self._claim(request)
        reward = self.engine.program.document.rewards[request.name]
        number = self.claimed[request.name]
        code = reward.listed[number - 1] if number <= len(reward.listed) else f"{request.name}-{number}"
        return self.engine.answer(request, granted, code=code if granted and reward.codes else None)

    def _left(self) -> dict[str, int]:
        """What is left of limited rewards."""
        return {
            grant.id: most - self.claimed[grant.id]
            for grant in self.engine.plan.grants
            if (most := self._most(grant.id)) is not None
        }

    def _most(self, reward: str) -> int | None:
        """How many pieces there are: the stock, or as many as there are codes."""
        declared = self.engine.program.document.rewards[reward]
        limits = [declared.stock, len(declared.listed) or None]
        return min((limit for limit in limits if limit is not None), default=None)

    def _claim(self, request: Request) -> bool:
        """Take a piece of a reward's stock, if one is left."""
        stock = self._most(request.name)
        granted = stock is None or self.claimed[request.name] < stock
        self.claimed[request.name] += granted
        return granted

    def _from_pot(self, pot: str, most: int) -> bool:
        """Take a piece of a budget, if one is left."""
        self.claimed[pot] += 1
        return self.claimed[pot] <= most

    def _latest(self) -> int:
        """The newest instant of all."""
        folded = [self.engine.now(state) for state in self.states.values()]
        return max([*folded, *([] if self.now is None else [self.now])], default=0)

    def outcome(self, member: str) -> Outcome:
        """What a member has come to."""
        state = self.states.get(member)
        if state is None:
            state = self.engine.start(member)
        at = None if self.now is None else from_instant(self.now)
        return Outcome(
            self.engine.view(state, at=at),
            tuple(self.sent.get(member, ())),
            tuple(self.refused.get(member, ())),
            tuple(self.asked.get(member, ())),
            self.ranking.standing(member, self._latest()),
        )
