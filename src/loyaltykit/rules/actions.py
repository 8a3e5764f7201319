"""Actions: events of our own (`kit.*`, `churn.scored`) that change a state without being activity.

Each action is a function of an `Act` and a row of `Actions.table`; the engine checks the event, lets timers fire, calls
it, and settles what follows.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.program.reserved import UNREFERRED, VOIDED
from loyaltykit.rules.badges import Badges
from loyaltykit.rules.ideas import TOLD, Ideas
from loyaltykit.rules.keeping import Keeping
from loyaltykit.rules.plan import CONTACT
from loyaltykit.rules.plan.chances import REFERRALS
from loyaltykit.rules.rights import Rights
from loyaltykit.rules.runs import Runs
from loyaltykit.rules.runtime.chances import referred
from loyaltykit.rules.runtime.quests import DONE_QUEST, enrol
from loyaltykit.rules.spends import Spends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.plan import Plan

    State = list[Any]
    Queue = list[tuple[int | None, str]]


@attrs.frozen(slots=True)
class Act:
    """One action being folded."""

    state: State
    data: Mapping[str, Any]
    """The fields of the event, checked and typed."""
    at: int
    event: str
    out: list[Any]
    """Takes decisions as compact tuples (`loyaltykit.rules.decisions`)."""
    queue: Queue
    """Takes follow-ups as (number, occurrence); (None, "") has everything looked at again."""


COLD_START = "cold-start"


class Actions:
    """What each action does, by event type."""

    def __init__(self, plan: Plan, compiled: Compiled) -> None:
        self.plan = plan
        self.compiled = compiled
        self.spends = Spends(plan, compiled)
        self.ideas = Ideas(plan, compiled)
        self._quests = {quest.id: quest for quest in plan.quests}
        self._bands = {name: rank for rank, name in enumerate(plan.band_names)}
        self.table: dict[str, Callable[[Act], None]] = {
            "kit.consented": consented,
            "kit.reached": reached,
            "kit.bounced": noted,
            "kit.requeued": noted,
            "kit.taken": self.taken,
            "kit.joined": self.joined,
            "kit.answered": answered,
            "kit.word_said": word_said,
            "kit.announced": announced,
            "kit.shown": shown,
            "churn.scored": self.scored,
            VOIDED: noted,
            UNREFERRED: noted,
            "kit.kept": Keeping(plan).kept,
            **Rights(plan, self.spends).table,
            **Runs(plan, compiled).table,
            **Badges(plan, compiled).table,
            **self.spends.table,
            **self.ideas.table,
            "kit.invited": self.invited,
            "kit.won": self.won,
            "kit.hidden": self.hidden,
            "kit.referred": self.referred,
        }

    def taken(self, act: Act) -> None:
        """An offer was taken; one that does not stand any more changes nothing."""
        offer = act.data["offer"]
        campaign = self.compiled.campaigns.get(offer.split("/", 1)[0])
        if campaign is not None and act.data["kept"]:
            campaign.offers.take_kept(act.state, offer, act.data["option"], act.at, act.event, act.out, act.queue)
        elif campaign is not None:
            campaign.offers.take(act.state, offer, act.data["option"], act.at, act.event, act.out, act.queue)

    def joined(self, act: Act) -> None:
        """The member joined a quest; one that is done is done."""
        quest = self._quests.get(act.data["quest"])
        way = None if quest is None else self.compiled.ways.get(quest.id)
        if quest is None or (way is not None and way.barred(act.state, act.at) is not None):
            return
        if way is not None or act.state[quest.slot] != DONE_QUEST:
            enrol(act.state, quest, act.at, act.event, act.out, self.plan.zone)

    def won(self, act: Act) -> None:
        """A period of a leaderboard is over, and the member is among its winners."""
        data, source = act.data, f"leaderboards.{act.data['leaderboard']}"
        told = {name: data[name] for name in ("rank", "period", "group", "score") if data[name] is not None}
        act.out.append(("effect", act.at, act.event, source, act.event, "won", data["leaderboard"], told))
        number = self.compiled.outside.get(f"{source} {data['rank']}")
        if number is not None:
            act.queue.append((number, act.event))

    def hidden(self, act: Act) -> None:
        """The member does not want to be on a leaderboard, or on none; or wants to again."""
        for board in self.plan.boards:
            if act.data["leaderboard"] in (None, board.id):
                told = {"hidden": act.data["hidden"]}
                act.out.append(("effect", act.at, act.event, board.source, act.event, "hidden", board.id, told))

    def invited(self, act: Act) -> None:
        """Who referred the member was seen at last: what comes of it."""
        refer, outside = self.plan.referrals, self.compiled.outside
        if refer is not None:
            referred(act.state, refer, outside["friend"], act.data, act.at, act.event, act.out, act.queue)

    def referred(self, act: Act) -> None:
        """A friend whom the member referred has come; within the limit that brings something."""
        number = self.compiled.outside.get("referrer")
        data = {"friend": act.data["friend"]}
        act.out.append(("effect", act.at, act.event, REFERRALS, act.event, "referral", "referrer", data))
        if number is not None:
            act.queue.append((number, act.event))

    def scored(self, act: Act) -> None:
        """A churn score: its band is the one that it names, else the highest that it reaches; a cold start has none."""
        if self.plan.churn is None:
            return
        data = act.data
        score, status = data["score"], data["status"]
        rank = self._bands.get(data["band"])
        if rank is None and score is not None and status != COLD_START:
            rank = bisect_right(self.plan.bands, score) - 1
        found = [score, None if rank is None or rank < 0 else rank, status, data["gain"], act.at]
        act.state[self.plan.churn] = [*found, list(data["reasons"] or ())]


def noted(act: Act) -> None:
    """What the fold takes note of and nothing more: an event taken out (`rules.voids`), a letter that came back."""
    del act


def consented(act: Act) -> None:
    """Consent given or withdrawn, for a purpose, on one channel or on all."""
    purpose, channel = act.data["purpose"], act.data["channel"]
    _note(act.state, "consents", purpose if channel is None else f"{purpose}/{channel}", act.data["given"])


def answered(act: Act) -> None:
    """An answer to a survey; conditions do not see it, the effect tells the shell."""
    survey = act.data["survey"]
    data = {"value": act.data["value"], "option": act.data["option"]}
    act.out.append(("effect", act.at, act.event, f"surveys.{survey}", act.event, "answer", survey, data))


def word_said(act: Act) -> None:
    """A code word of a session; conditions do not see it, the effect tells the shell."""
    act.out.append(
        ("effect", act.at, act.event, "kit", act.event, "word", act.data["session"], {"word": act.data["word"]})
    )


def announced(act: Act) -> None:
    """The school tells the member something by a message of the program, perhaps about a session."""
    session = act.data["session"]
    told = None if session is None else {"session": {"reward": session}}
    act.out.append(("effect", act.at, act.event, "kit", act.event, "message", act.data["message"], told))


def shown(act: Act) -> None:
    """The results of a poll that the member voted in; told once."""
    survey = act.data["survey"]
    results = [list(one) for one in zip(act.data["options"], act.data["shares"], strict=False)]
    told = {"results": results, "n": act.data["n"]}
    act.out.append(("effect", act.at, act.event, f"surveys.{survey}", "results", TOLD, survey, told))


def reached(act: Act) -> None:
    """A channel stopped reaching the member (blocked, no such address), or does so again."""
    _note(act.state, "channels", act.data["channel"], act.data["working"])


def _note(state: State, group: str, name: str, value: bool) -> None:  # noqa: FBT001  # what is noted
    known = state[CONTACT] or {}
    state[CONTACT] = {**known, group: {**known.get(group, {}), name: value}}  # replaced: copies share it
