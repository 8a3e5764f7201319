"""One member on one screen: a line a fact, the newest of the story below."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.output import cells, clip, faint, strong, tame, width
from loyaltykit.cli.views.tasks import task_words
from loyaltykit.cli.words import WORDS, count, say
from loyaltykit.wording.following import entry_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.cli.words import Lang
    from loyaltykit.views import MemberView, QuestView, TimelineItem

_MARGIN = 12
_NAME = 18
_STORY = 14
_OWN = ("fact.", "kit.", "churn.")
_DOUBTS = ("cold-start", "out-of-range", "away")
_SECTIONS = {
    "badge": "badges",
    "grant": "rewards",
    "expired": "rewards",
    "refused": "rewards",
    "used": "rewards",
    "revoked": "rewards",
    "freed": "rewards",
    "task": "rewards",
    "session": "rewards",
    "waiting": "rewards",
    "quest": "quests",
    "streak": "streaks",
    "badge_revoked": "badges",
    "frozen": "streaks",
    "paused": "streaks",
    "tier": "tiers",
    "message": "messages",
    "exposure": "campaigns",
    "run": "campaigns",
    "offer": "campaigns",
    "outcome": "campaigns",
    "survey": "surveys",
    "answer": "surveys",
    "redeemed": "rewards",
    "hold": "rewards",
    "won": "leaderboards",
    "hidden": "leaderboards",
}
"""Where the label of what an effect is about stands."""


def member_lines(view: MemberView, dressing: Dressing) -> list[str]:
    """The screen, line by line; none is wider than the terminal."""
    screen = _Screen(view, dressing)
    return list(screen.lines())


@attrs.frozen
class _Screen:
    view: MemberView
    dress: Dressing

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for title, rows in (
            ("points", self._points()),
            ("level", self._level()),
            ("tiers", self._tiers()),
            ("streaks", self._streaks()),
            ("quests", self._quests()),
            ("badges", self._badges()),
            ("rights", self._rights()),
            ("sessions", self._sessions()),
            ("tasks", self._tasks()),
            ("waiting", self._waiting()),
            ("churn", self._churn()),
            ("segments", iter([", ".join(self.view.segments)] if self.view.segments else [])),
            ("offers", self._offers()),
            ("inbox", self._inbox()),
            ("story", self._story()),
        ):
            yield from self._part(title, rows)

    def _churn(self) -> Iterator[str]:
        """The last churn score, what it is worth, and why."""
        churn = self.view.churn
        if churn is None:
            return
        parts = [churn.band or "", "" if churn.score is None else f"{churn.score:.0%}"]
        parts.append(self.say(churn.status) if churn.status in _DOUBTS else "")
        parts.append("" if churn.gain is None else self.say("gain", amount=f"{churn.gain:+.0f}"))
        yield " · ".join([*(tame(part) for part in parts if part), self.dress.moment(churn.at)])
        yield from (tame(reason) for reason in churn.reasons)

    def _offers(self) -> Iterator[str]:
        """What may be taken, and until when."""
        for offer in self.view.offers:
            labels = [one.label for one in offer.options if offer.option in (None, one.id)]
            yield f"{tame(' / '.join(labels))} · {self.dress.moment(offer.until)} · {tame(offer.id)}"

    def say(self, code: str, **arguments: object) -> str:
        """Words of this screen."""
        return say(self.dress.lang, f"view/{code}", **arguments)

    def _head(self) -> Iterator[str]:
        """Who it is, and of when this is."""
        name = self.view.attributes.get("name")
        who = f"{tame(str(name))} ({tame(self.view.id)})" if name else tame(self.view.id)
        times = [("joined", self.view.joined), ("now", self.view.now)]
        words = [self.say(code, at=self.dress.moment(at)) for code, at in times if at is not None]
        yield strong(clip(who, width()))
        if words:
            yield faint(clip(" · ".join(words), width()))
        yield ""

    def _part(self, title: str, rows: Iterable[str]) -> Iterator[str]:
        """The rows of one part, with its title before the first."""
        words = self.say(title)
        for row in rows:
            yield f"{strong(words.ljust(_MARGIN))}{clip(row, width() - _MARGIN)}"
            words = ""

    def _points(self) -> Iterator[str]:
        for name, point in self.view.points.items():
            extra = [
                self.say(code, amount=self.dress.amount(getattr(point, code)))
                for code in ("pending", "held")
                if getattr(point, code)
            ]
            if point.lifetime != point.available:
                extra.append(self.say("lifetime", amount=self.dress.amount(point.lifetime)))
            extra += [
                self.say("expires", amount=self.dress.amount(amount), at=self.dress.day(at))
                for at, amount in point.expiring[:2]
            ]
            row = f"{_padded(self.dress.label('points', name))} {self.dress.amount(point.available):>8}"
            yield f"{row}   {', '.join(extra)}".rstrip()

    def _level(self) -> Iterator[str]:
        view, ladder = self.view, self.dress.document.levels
        if ladder is None:
            return
        name = _padded(tame(view.level or self.say("nothing")))
        if view.next_level is None or view.missing_to_level is None:
            yield f"{name} {self.say('top')}"
            return
        point = view.points.get(ladder.by)
        reached = float(point.lifetime) if point is not None else 0.0
        goal = reached + float(view.missing_to_level)
        start = float(ladder.steps.get(view.level, 0)) if view.level else 0.0
        share = (reached - start) / (goal - start) if goal > start else 0.0
        missing = self.say("missing", amount=self.dress.amount(view.missing_to_level), step=tame(view.next_level))
        yield f"{name} {self.dress.bar(share)}  {missing}"

    def _tiers(self) -> Iterator[str]:
        for name, tier in self.view.tiers.items():
            words = [tame(tier.name or self.say("nothing"))]
            if tier.last_day is not None or (tier.next is not None and tier.missing):
                words.append(tame(tier.words(self.dress.lang)))
            yield f"{_padded(self.dress.label('tiers', name))} {' · '.join(words)}"

    def _streaks(self) -> Iterator[str]:
        for name, streak in self.view.streaks.items():
            unit = self.dress.document.streaks[name].every if name in self.dress.document.streaks else "day"
            words = [count(self.dress.lang, streak.length, unit)]
            if streak.best > streak.length:
                words.append(self.say("best", number=streak.best))
            if streak.last is not None:
                words.append(self.say("last", at=self.dress.day(streak.last)))
            if streak.freezes is not None:
                words.append(self.say("freezes", number=streak.freezes))
            if streak.frozen:
                words.append(self.say("frozen", number=len(streak.frozen)))
            if streak.paused:
                words.append(self.say("paused"))
            yield f"{_padded(self.dress.label('streaks', name))} {', '.join(words)}"

    def _quests(self) -> Iterator[str]:
        for name, quest in self.view.quests.items():
            steps = f"{sum(step.done for step in quest.steps)}/{len(quest.steps)}"
            bar = self.dress.bar(_share(quest))
            yield f"{_padded(self.dress.label('quests', name))} {bar}  {steps}  {self._state(quest)}"

    def _state(self, quest: QuestView) -> str:
        if quest.done:
            return self.say("done")
        if not quest.active:
            return self.say("idle")
        return self.say("until", at=self.dress.moment(quest.deadline)) if quest.deadline else self.say("active")

    def _badges(self) -> Iterator[str]:
        for name, badge in self.view.badges.items():
            words = [tame(badge.step)] if badge.step else []
            words.append(self.dress.day(badge.at))
            if badge.kept:
                words.append(self.say("kept"))
            yield f"{_padded(self.dress.label('badges', name))} {', '.join(words)}"

    def _rights(self) -> Iterator[str]:
        for name, right in self.view.entitlements.items():
            if right.at is not None:
                continue
            words = [self.say("until", at=self.dress.day(right.until)) if right.until else self.say("for-good")]
            if right.kept:
                words.append(self.say("kept"))
            yield f"{_padded(self.dress.label('rewards', name))} {', '.join(words)}"

    def _sessions(self) -> Iterator[str]:
        for name, right in self.view.entitlements.items():
            if right.at is not None:
                words = [self.dress.moment(right.at)]
                if right.attended:
                    words.append(self.say("attended"))
                elif right.going is not None:
                    words.append(self.say("going" if right.going else "not-going"))
                if right.kept:
                    words.append(self.say("kept"))
                yield f"{_padded(self.dress.label('rewards', name))} {', '.join(words)}"

    def _tasks(self) -> Iterator[str]:
        for task in self.view.tasks:
            yield f"{_padded(self.dress.label('rewards', task.reward))} {task_words(task, self.dress, self.view.now)}"

    def _waiting(self) -> Iterator[str]:
        for name, place in self.view.waiting.items():
            words = self.say("place", position=place.position, of=place.of)
            yield f"{_padded(self.dress.label('rewards', name))} {words}"

    def _inbox(self) -> Iterator[str]:
        for letter in self.view.inbox[:3]:
            yield f"{self.dress.moment(letter.at)}  {tame(letter.subject or letter.text)}"

    def _story(self) -> Iterator[str]:
        """The newest first; of one instant the event, then what followed. The library's own events are left out."""
        told = [item for item in self.view.timeline if not item.name.startswith(_OWN)]
        room = _STORY
        for at, items in groupby(told, key=lambda item: item.at):
            for item in reversed(list(items)):
                if room:
                    yield f"{self.dress.moment(at)}  {self._told(item)}"
                    room -= 1

    def _told(self, item: TimelineItem) -> str:
        """One line of the story: an event as it is, what followed with a sign."""
        if item.kind == "event":
            return f"{tame(item.name)}  {faint(tame(item.detail))}"
        lang = self.dress.lang
        if item.amount is not None:
            sign = "+" if item.amount > 0 else ""
            point = self.dress.label("points", item.name)
            words = f"{say(lang, entry_code(item.kind, item.amount))}, {item.detail}"
            return f"  {sign}{self.dress.amount(item.amount)} {point}  {faint(tame(words))}"
        name = self.dress.label(_SECTIONS.get(item.kind, "badges"), item.name)
        if f"name/{item.name}" in WORDS and item.kind == "referral":
            name = say(lang, f"name/{item.name}")
        parts = (say(lang, f"told/{part}") if f"told/{part}" in WORDS else part for part in item.detail.split(", "))
        return f"  {kind_of(item.kind, lang)}: {name}  {faint(tame(', '.join(parts)))}"


def kind_of(kind: str, lang: Lang) -> str:
    """What an effect is called."""
    return say(lang, f"kind/{kind}") if f"kind/{kind}" in WORDS else tame(kind)


def _share(quest: QuestView) -> float:
    """How far a quest is: steps count alike, each by its own progress."""
    if quest.done or not quest.steps:
        return float(quest.done)
    return sum(min(1.0, step.reached / step.needed) if step.needed else 1.0 for step in quest.steps) / len(quest.steps)


def _padded(text: str) -> str:
    """A name in a column of its own."""
    text = clip(text, _NAME)
    return text + " " * (_NAME - cells(text))
