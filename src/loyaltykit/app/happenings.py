"""What everybody may see of members as it happens: badges, quests done, levels, tiers, places won; and the leaders."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.app.rows import to_effect
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.rules.view import label_of
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from loyaltykit.app.journal import Journal
    from loyaltykit.program.document import Document
    from loyaltykit.values import Effect
    from loyaltykit.views import BoardRow

Names = Literal["first", "nick", "full", "none"]
KINDS = ("badge", "quest", "level", "tier", "won")
OVERLAY = "overlay"
"""The attribute of who does not want to be shown: false."""
_LONGEST = 40
_NAMED_BY = {"first": ("first_name", "name"), "nick": ("nick", "nickname"), "full": ("name", "first_name"), "none": ()}


@attrs.frozen(slots=True, kw_only=True)
class Happening:
    """One thing to celebrate. It names nobody but as the school chose."""

    cursor: int
    """Its place in the store's order: read on after it."""
    at: dt.datetime
    kind: str
    """badge, quest (done), level, tier (reached), won (a place on a leaderboard whose period is settled)."""
    name: str
    """The id of the badge, quest, ladder or leaderboard; of a level its step."""
    label: str
    """The same as people read it."""
    step: str | None = None
    """The step of a badge, level or tier."""
    rank: int | None = None
    """The place that was won."""
    who: str | None = None
    """How the member is called; None: nobody is named."""
    member: str = attrs.field(repr=False)
    """The member's id, for the host. It is not in `to_dict`."""

    def to_dict(self) -> dict[str, Any]:
        """What may be shown to everybody, ready for JSON: no member's id in it."""
        shown = {name: getattr(self, name) for name in ("kind", "name", "label", "step", "rank", "who")}
        return {"cursor": self.cursor, "at": self.at.isoformat(), **shown}


@attrs.frozen(slots=True)
class Happenings:
    """Happenings in order, and the cursor to read on after."""

    items: tuple[Happening, ...]
    cursor: int

    def __iter__(self) -> Iterator[Happening]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def happenings(
    journal: Journal,
    *,
    after: int | None,
    since: int,
    kinds: Collection[str],
    limit: int,
    names: Names,
    lang: str | None,
) -> Happenings:
    """A page of what happened, inside a reading transaction."""
    store, document = journal.store, journal.engine.program.document
    rows = store.effects_after(after, kinds=kinds, since=since, limit=limit)
    cursor = rows[-1][0] if rows and after is not None and len(rows) == limit else store.last_effect()
    ids = store.ids({row.member for _, row in rows})
    known = {hand.id: hand.state[ATTRIBUTES] for hand in journal.look_all(ids.values())}
    found = []
    for number, row in rows:
        attributes = known.get(ids.get(row.member, ""))
        if attributes is not None and attributes.get(OVERLAY) is not False:
            who = shown_name(attributes, names)
            effect = to_effect(row, ids[row.member])
            about = _ABOUT[effect.kind](document, effect, lang or document.locale)
            found += [] if about is None else [_happening(number, effect, who, about)]
    return Happenings(tuple(found), cursor)


@attrs.frozen(slots=True, kw_only=True)
class Leader:
    """A row of a leaderboard as everybody may see it."""

    rank: int
    score: float
    who: str | None
    """How the member is called; None: nobody is named."""
    member: str = attrs.field(repr=False)
    """The member's id, for the host. It is not in `to_dict`."""

    def to_dict(self) -> dict[str, Any]:
        """What may be shown to everybody, ready for JSON: no member's id in it."""
        return {"rank": self.rank, "score": self.score, "who": self.who}


def leaders(journal: Journal, rows: Iterable[BoardRow], *, top: int, names: Names) -> tuple[Leader, ...]:
    """The first rows of a leaderboard without those who do not want to be shown, inside a reading transaction."""
    rows = list(rows)
    known = {hand.id: hand.state[ATTRIBUTES] for hand in journal.look_all(row.member for row in rows)}
    shown = [row for row in rows if known[row.member].get(OVERLAY) is not False]
    return tuple(
        Leader(rank=row.rank, score=row.score, who=shown_name(known[row.member], names), member=row.member)
        for row in shown[:top]
    )


def shown_name(attributes: Mapping[str, Any], names: Names) -> str | None:
    """How a member is called in public; None when the school names nobody, or nothing is known."""
    written = next((attributes[one] for one in _NAMED_BY[names] if attributes.get(one)), None)
    if written is None:
        return None
    words = "".join(_plain(char) for char in str(written)[: 4 * _LONGEST]).split()
    text = " ".join(words[:1] if names == "first" else words)
    return (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…") or None


def _plain(char: str) -> str:
    """A character that can do nothing but be read: no controls, no marks that turn the direction of what follows."""
    return " " if char.isspace() else "" if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn") else char


def _happening(number: int, effect: Effect, who: str | None, about: Mapping[str, Any]) -> Happening:
    at = from_instant(effect.at)
    return Happening(cursor=number, at=at, kind=effect.kind, name=effect.name, who=who, member=effect.member, **about)


def _badge(document: Document, effect: Effect, lang: str) -> dict[str, Any] | None:
    declared = document.badges.get(effect.name)
    if declared is None or effect.data.get("silent"):
        return None
    return {"label": label_of(declared.label, lang, effect.name), "step": effect.data.get("step")}


def _quest(document: Document, effect: Effect, lang: str) -> dict[str, Any] | None:
    declared = document.quests.get(effect.name)
    if declared is None or effect.data.get("state") != "done":
        return None
    return {"label": label_of(declared.label, lang, effect.name)}


def _level(document: Document, effect: Effect, lang: str) -> dict[str, Any] | None:
    """A level that was reached; the one that everybody begins on is nothing to celebrate."""
    del lang
    if document.levels is None or not _above(document.levels.steps, None, effect.name):
        return None
    return {"label": effect.name, "step": effect.name}


def _tier(document: Document, effect: Effect, lang: str) -> dict[str, Any] | None:
    """A step up; who comes down is not told of."""
    declared = document.tiers.get(effect.name)
    step = effect.data.get("step")
    if declared is None or step is None:
        return None
    if declared.paid is None and not _above(declared.steps, effect.data.get("previous"), str(step)):
        return None
    return {"label": label_of(declared.label, lang, effect.name), "step": step}


def _won(document: Document, effect: Effect, lang: str) -> dict[str, Any] | None:
    declared = document.leaderboards.get(effect.name)
    if declared is None:
        return None
    return {"label": label_of(declared.label, lang, effect.name), "rank": effect.data["rank"]}


def _above(steps: Mapping[str, float], previous: str | None, step: str) -> bool:
    """Whether a step is higher than the one before; where there was none, than what everybody begins with."""
    before = 0.0 if previous is None else steps.get(previous, 0.0)
    return step in steps and steps[step] > before


_ABOUT = {"badge": _badge, "quest": _quest, "level": _level, "tier": _tier, "won": _won}
