"""What a message may tell a member: the facts of its cause, in the member's language and on the member's clock."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import Zone, zone
from loyaltykit.program.reserved import MATERIALS
from loyaltykit.program.walking import all_steps, grants_before, quests_before
from loyaltykit.templates import localised
from loyaltykit.values import MICROSECOND, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.values import Effect
    from loyaltykit.views import MemberView

    Builder = Callable[["_Facts"], Any]

_LONGEST = 1_000
_KEPT_FORMATS = frozenset("\u200c\u200d")
"""Joiners that scripts and emoji need; other marks that nobody sees can turn a line around or hide a word."""


def facts_of(
    document: Document, effect: Effect, view: MemberView, *, locale: str | None = None, groups: Collection[str] = ()
) -> dict[str, Any]:
    """The facts of a message, by the names that `program.messages.message_facts` promises.

    `effect` is the message, `view` the member at the time of rendering. Labels are in the member's locale (or in
    `locale`), instants are datetimes on the member's clock, text from outside is tamed: no control characters, nothing
    that turns the direction of a line. With `groups` only these first parts of names are looked up.
    """
    facts = _Facts(document, effect, view, locale)
    return {name: build(facts) for name, build in _BUILDERS.items() if not groups or name in groups}


def tame(text: str, *, lines: bool = False) -> str:
    """Text from outside, harmless anywhere: on one line (unless `lines`), without what cannot be seen, not endless."""
    if len(text) <= _LONGEST and text.isprintable():
        return text
    kept = "".join(_harmless(char, lines=lines) for char in text[: _LONGEST + 1])
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 1]}…"


def _harmless(char: str, *, lines: bool) -> str:
    if char == "\n" and lines:
        return char
    kind = unicodedata.category(char)
    if kind in ("Cc", "Zl", "Zp"):
        return " " if char.isspace() else ""
    return "" if kind in ("Cf", "Cs", "Co", "Cn") and char not in _KEPT_FORMATS else char


class _Facts:
    """One look at one message."""

    def __init__(self, document: Document, effect: Effect, view: MemberView, locale: str | None) -> None:
        self.document = document
        self.effect = effect
        self.view = view
        self.data: Mapping[str, Any] = effect.data or {}
        self.wanted = (locale or view.attributes.get("locale"), document.locale)
        self.zone = member_zone(document, view)

    def local(self, instant: Any) -> dt.datetime | None:
        """An instant, or a time with an offset, on the member's clock."""
        if isinstance(instant, dt.datetime):
            instant = to_instant(instant)
        if not isinstance(instant, int):
            return None
        moment, offset = from_instant(instant), self.zone.offset(instant) * MICROSECOND
        return moment.astimezone(dt.timezone(offset))

    def label(self, section: str, name: Any) -> str | None:
        """What a part of the program is called for this member."""
        if not isinstance(name, str):
            return None
        part = getattr(self.document, section).get(name)
        return tame(localised(getattr(part, "label", None), name, *self.wanted))

    def part(self, name: str) -> Mapping[str, Any] | None:
        """A part of the effect's data."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else None

    def run(self) -> tuple[str, str] | None:
        """The campaign that sends the message, and the path of its step."""
        campaign = self.data.get("campaign") or self.effect.mechanic.removeprefix("campaigns.")
        if campaign not in self.document.campaigns:
            return None
        return str(campaign), self.effect.occurrence.rpartition(":")[2]


def member_zone(document: Document, view: MemberView) -> Zone:
    """The member's zone, else the program's."""
    for name in (view.attributes.get("timezone"), document.timezone):
        try:
            return zone(str(name))
        except ValueError:
            continue
    return zone("UTC")


def _plain(value: Any) -> Any:
    return tame(value) if isinstance(value, str) else value


def _member(facts: _Facts) -> dict[str, Any]:
    found = {name: _plain(value) for name, value in facts.view.attributes.items()}
    for name, value in found.items():
        if isinstance(value, dt.datetime):
            found[name] = facts.local(value)
        elif isinstance(value, list | tuple):
            found[name] = [_plain(item) for item in value]
    return {**found, "id": tame(facts.view.id)}


def _points(facts: _Facts) -> dict[str, Any]:
    return {name: point.available for name, point in facts.view.points.items()}


def option_label(document: Document, offer: Mapping[str, Any], option: str, *wanted: Any) -> str | None:
    """What an option of an offer is called in the first wanted locale: by its own label, else by what it gives.

    `offer` is the data of the offer: which campaign made it, and which materials fit. None when nothing has a name.
    """
    campaign = document.campaigns.get(str(offer.get("offer")).partition("/")[0])
    steps = all_steps(campaign.steps) if campaign is not None else ()
    for declared in (one for step in steps if step.offer is not None for one in step.offer.choose):
        if declared.id == option and declared.label:
            return tame(localised(declared.label, option, *wanted))
    fitting = [name for name in offer.get("materials") or () if isinstance(name, str)]
    names = [name for part in option.split("+") for name in (fitting if part == MATERIALS else (part,))]
    labels = [_named(document, name, wanted) for name in names]
    return ", ".join(label for label in labels if label) or None


def _named(document: Document, name: str, wanted: tuple[Any, ...]) -> str:
    part = document.rewards.get(name) or document.materials.get(name)
    return tame(localised(part.label if part is not None else None, name, *wanted))


def _offer(facts: _Facts) -> dict[str, Any] | None:
    data = facts.part("offer")
    if data is None:
        return None
    materials = [name for name in data.get("materials") or () if isinstance(name, str)]
    ids = [str(one) for one in data.get("options") or ()]
    chosen = data.get("option")
    options = [{"id": one, "label": option_label(facts.document, data, one, *facts.wanted)} for one in ids]
    shown = [str(chosen)] if chosen is not None else ids
    labels = [label for one in shown if (label := option_label(facts.document, data, one, *facts.wanted))]
    return {
        "label": ", ".join(dict.fromkeys(labels)) or None,
        "options": options,
        "until": facts.local(data.get("until")),
        "material": _material(facts, materials[0] if materials else None),
    }


def _material(facts: _Facts, name: Any) -> dict[str, Any] | None:
    found = facts.document.materials.get(name) if isinstance(name, str) else None
    if found is None:
        return None
    return {"label": facts.label("materials", name), "link": found.link, "topic": found.topic}


def _stuck(facts: _Facts) -> dict[str, Any] | None:
    data = facts.part("stuck")
    if data is None:
        return None
    found = {name: _plain(data.get(name)) for name in ("topic", "quiz", "lesson", "course")}
    name = data.get("material")
    material = _material(facts, name) or {"label": None, "link": None}
    return {**found, "material": material["label"], "link": material["link"]}


def _quest(facts: _Facts) -> dict[str, Any] | None:
    """The quest that the campaign enrolled the member in: the one that is open, else the latest."""
    run = facts.run()
    names = quests_before(facts.document, *run) if run else ()
    active = [name for name in names if name in facts.view.quests and facts.view.quests[name].active]
    name = next(iter([*reversed(active), *reversed(names)]), None)
    if name is None:
        return None
    seen = facts.view.quests.get(name)
    return {"label": facts.label("quests", name), "deadline": facts.local(seen.deadline) if seen else None}


def session_of(document: Document, effect: Effect, view: MemberView) -> str | None:
    """The session that a message is about; None when it is about none."""
    return _session_named(_Facts(document, effect, view, None))


def _session_named(facts: _Facts) -> str | None:
    data = facts.part("session")
    if data is None:
        run = facts.run()
        granted = grants_before(facts.document, *run) if run else ()
        return next((one for one in reversed(granted) if facts.document.rewards[one].at), None)
    name = data.get("reward") or data.get("session")
    return None if name is None else str(name)


def _session(facts: _Facts) -> dict[str, Any] | None:
    name = _session_named(facts)
    reward = facts.document.rewards.get(str(name))
    if name is None or reward is None:
        return None
    begins = (facts.part("session") or {}).get("at")
    entitled = str(name) in facts.view.entitlements
    return {
        "label": facts.label("rewards", name),
        "at": facts.local(begins if begins is not None else _begins(facts.document, reward.at)),
        "link": reward.link if entitled else None,
    }


def _begins(document: Document, at: str | None) -> int | None:
    """The instant of a time on the wall clock of the program's zone."""
    if at is None:
        return None
    return zone(document.timezone).at_wall(dt.datetime.fromisoformat(at))


def _task(facts: _Facts) -> dict[str, Any] | None:
    data = facts.part("task")
    if data is None:
        return None
    role = data.get("role")
    staff = facts.document.staff.get(str(role))
    by = data.get("by")
    person = facts.document.staff.get(str(by))
    note = data.get("note")
    return {
        "label": facts.label("rewards", data.get("reward")),
        "due": facts.local(data.get("due")),
        "by": (person.name if person is not None and person.name else _plain(by)) or (staff.name if staff else None),
        "note": tame(note, lines=True) if isinstance(note, str) else None,
        "role": facts.label("staff", role),
    }


def _seat(facts: _Facts) -> dict[str, Any] | None:
    data = facts.part("seat")
    if data is None:
        return None
    return {"label": facts.label("rewards", data.get("reward")), "position": data.get("position")}


def _campaign(facts: _Facts) -> dict[str, Any] | None:
    run = facts.run()
    if run is None:
        return None
    return {"label": facts.label("campaigns", run[0]), "value": _plain(facts.data.get("value"))}


def _idea(facts: _Facts) -> dict[str, Any] | None:
    data = facts.part("idea")
    if data is None:
        return None
    told = {name: data.get(name) for name in ("text", "state", "role", "note")}
    return {name: tame(value, lines=True) if isinstance(value, str) else None for name, value in told.items()}


_BUILDERS: Mapping[str, Builder] = {
    "member": _member,
    "program": lambda facts: facts.document.program,
    "points": _points,
    "level": lambda facts: facts.view.level,
    "offer": _offer,
    "stuck": _stuck,
    "quest": _quest,
    "session": _session,
    "task": _task,
    "seat": _seat,
    "campaign": _campaign,
    "idea": _idea,
}
