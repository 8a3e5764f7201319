"""What became of everybody in tables, and of one student in a page."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loyaltykit import Loyalty, MemberView, Program
    from loyaltykit.views import TimelineItem

_WE_WROTE = "we-miss-you"
_BEGINNING, _END = 6, 9
_TOLD = {"level", "tier", "badge", "grant", "message", "expired"}


def everybody(kit: Loyalty) -> str:
    """Points, levels, tiers, badges, quests and silence, over all members."""
    views = [kit.member(member, timeline=0) for member in kit.members()]
    program = kit.program
    parts = [_points(views, program), _levels(views, program), *_tiers(views, program), _badges(views, program)]
    return "\n\n".join([*parts, _quests(views, program), _silence(views)])


def _points(views: Sequence[MemberView], program: Program) -> str:
    lines = []
    for name, point in program.document.points.items():
        balances = [view.points[name] for view in views]
        lifetime, available = (sum(getattr(one, part) for one in balances) for part in ("lifetime", "available"))
        having = sum(1 for one in balances if one.lifetime)
        lines.append((_label(point.label, name), f"{lifetime:,}", f"{available:,}", f"{having:,}"))
    return _table(("points", "ever awarded", "available now", "students"), lines)


def _levels(views: Sequence[MemberView], program: Program) -> str:
    reached = Counter(view.level for view in views)
    levels = program.document.levels
    return _table(("level", "students"), _counted(levels.steps if levels else (), reached))


def _tiers(views: Sequence[MemberView], program: Program) -> Iterator[str]:
    for name, ladder in program.document.tiers.items():
        reached = Counter(view.tiers[name].name for view in views if name in view.tiers)
        yield _table((f"{_label(ladder.label, name)}, at the end", "students"), _counted(ladder.steps, reached))


def _badges(views: Sequence[MemberView], program: Program) -> str:
    awarded = Counter((name, badge.step) for view in views for name, badge in view.badges.items())
    lines = []
    for name, badge in program.document.badges.items():
        for step in badge.steps or (None,):
            label = _label(badge.label, name) + (f", {step}" if step else "")
            lines.append((label, f"{awarded[name, step]:,}"))
    return _table(("badge, highest step", "students"), lines)


def _quests(views: Sequence[MemberView], program: Program) -> str:
    lines = []
    for name, quest in program.document.quests.items():
        seen = [view.quests[name] for view in views if name in view.quests]
        begun, done = (sum(1 for one in seen if getattr(one, part)) for part in ("runs", "done"))
        lines.append((_label(quest.label, name), f"{begun:,}", f"{done:,}"))
    return _table(("quest", "begun", "done"), lines)


def _silence(views: Sequence[MemberView]) -> str:
    letters = Counter(sum(1 for message in view.inbox if message.message == _WE_WROTE) for view in views)
    lines = [(_times(count), f"{letters[count]:,}") for count in sorted(letters)]
    return _table(("fell silent for two weeks", "students"), lines)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def student(view: MemberView, program: Program, why: str) -> str:
    """One student's page: where they stand, and the last lines of their story."""
    document = program.document
    balances = (f"{_label(document.points[name].label, name)} {one.lifetime:,}" for name, one in view.points.items())
    badges = (_stepped(badge.label, badge.step) for badge in view.badges.values())
    quests = (quest.label for quest in view.quests.values() if quest.done)
    tiers = (
        f"{_label(document.tiers[name].label, name)}: {tier.name}" for name, tier in view.tiers.items() if tier.name
    )
    streaks = (f"{_label(document.streaks[name].label, name)}: {one.best}" for name, one in view.streaks.items())
    facts = {
        "level": [view.level or "none"],
        "points": balances,
        "status": tiers,
        "badges": badges,
        "quests": quests,
        "longest": streaks,
        "may use": (right.label for right in view.entitlements.values()),
    }
    head = f"Student {view.id}, {view.now:%d %b %Y}. {why}." if view.now else f"Student {view.id}. {why}."
    lines = [f"  {name:<8} {', '.join(found) or '-'}" for name, found in facts.items()]
    return "\n".join([head, *lines, *_story(view)])


def _story(view: MemberView) -> Iterable[str]:
    told = [_told(item) for item in reversed(view.timeline) if item.kind in _TOLD]
    left_out = len(told) - _BEGINNING - _END
    if left_out <= 1:
        return told
    return [*told[:_BEGINNING], f"  ... {left_out} more", *told[-_END:]]


def _told(item: TimelineItem) -> str:
    step, comma, _ = item.detail.partition(", ")
    more = f", {step}" if comma and step != item.name else ""
    return f"  {item.at:%d %b %Y}  {item.kind:<8} {item.name}{more}"


def _stepped(label: str, step: str | None) -> str:
    return f"{label} ({step})" if step else label


def _label(label: str | Mapping[str, str] | None, name: str) -> str:
    if label is None or isinstance(label, str):
        return label or name
    return label.get("en", name)


def _counted(steps: Iterable[str], reached: Mapping[str | None, int]) -> list[tuple[str, str]]:
    counts = [(step, f"{reached.get(step, 0):,}") for step in steps]
    return [("none", f"{reached[None]:,}"), *counts] if reached.get(None) else counts


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    rows = [head, *lines]
    return "\n".join(f"{row[0]:<44}" + "".join(f"{cell:>15}" for cell in row[1:]) for row in rows)
