"""The messages of a document: every text uses only facts that there are, and says what it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.contexts import absent
from loyaltykit.program.letters import BODY
from loyaltykit.program.names import CHANNELS
from loyaltykit.program.places import Fault
from loyaltykit.program.reserved import attributes
from loyaltykit.program.shape import declared, keys_of
from loyaltykit.program.walking import sends_of
from loyaltykit.templates import check_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loyaltykit.program.document import Document
    from loyaltykit.program.letters import Message
    from loyaltykit.program.places import Keys

_CAUSES = frozenset({"campaigns", "rewards", "materials", "stuck", "events"})
_MATERIAL: Mapping[str, Any] = {"label": None, "link": None, "topic": None}
GROUPS: Mapping[str, Mapping[str, Any]] = {
    "offer": {"label": None, "options": None, "until": None, "material": _MATERIAL},
    "stuck": dict.fromkeys(("topic", "quiz", "lesson", "course", "material", "link")),
    "quest": {"label": None, "deadline": None},
    "session": {"label": None, "at": None, "link": None},
    "task": dict.fromkeys(("label", "due", "by", "note", "role")),
    "seat": {"label": None, "position": None},
    "campaign": {"label": None, "value": None},
    "idea": dict.fromkeys(("text", "state", "role", "note")),
}
"""The facts that come with the cause of a message: what was offered, where the member is stuck, and so on."""


def message_facts(document: Document, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The facts that a message may use: names as keys, None for a value that is known only at the moment of sending.

    `member.ATTRIBUTE`, `member.id`, `program`, `points.POINT` (what is available), `level`, and the groups of what
    caused it. Parts of `data` that the document lost because they are faulty are facts, too.
    """
    written = data or {}
    names = [*attributes(document), *declared(written, "member"), "id"]
    facts: dict[str, Any] = {
        "member": dict.fromkeys(names),
        "program": None,
        "points": dict.fromkeys([*document.points, *declared(written, "points")]),
    }
    if document.levels is not None or "levels" in written:
        facts["level"] = None
    return {**facts, **{name: _nested(group) for name, group in GROUPS.items()}}


def check_messages(document: Document, data: Mapping[str, Any], broken: frozenset[Keys] = frozenset()) -> list[Fault]:
    """The faults of all templates; with `broken` parts of what sends messages, causes are not judged."""
    facts = message_facts(document, data)
    channels = channels_named(document)
    lacking = {} if any(keys[0] in _CAUSES for keys in broken) else absent(document, tuple(GROUPS))
    faults: list[Fault] = []
    for name, message in document.messages.items():
        unknown = _unknown_facts(name, message, facts, data)
        faults.extend(unknown.values())
        must_use = [fact for fact in message.must_use if fact not in unknown]
        for locale, body in message.bodies.items():
            strange = set(body.channels).difference(channels)
            faults.extend(_unknown_channel(name, locale, channel, channels, data) for channel in sorted(strange))
            for way, text in body.all():
                if way[0] not in strange:
                    place = ("messages", name, locale, *way)
                    faults.extend(_template(place, text, facts, data, must_use=must_use, lacking=lacking.get(name, {})))
    return faults


def _template(
    way: tuple[str, ...],
    text: str,
    facts: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    must_use: Sequence[str],
    lacking: Mapping[str, str],
) -> Iterator[Fault]:
    """The faults of one template; a subject need not say what the text must."""
    wanted = () if way[-1] == "subject" else must_use
    for finding in check_template(text, facts, locale=way[2], must_use=wanted, absent=lacking):
        yield Fault(finding, keys_of(way, data), path=".".join(way))


def _unknown_facts(name: str, message: Message, facts: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Fault]:
    """What `must_use` asks for and no message can know, by the name used."""
    found = {}
    for number, fact in enumerate(message.must_use):
        template = f"{{{{ {fact.replace('-', '_')} }}}}"
        for finding in check_template(template, facts):
            if finding.code != "message/whole":
                placed = attrs.evolve(finding, offset=0)
                keys = keys_of(("messages", name, "must_use", number), data)
                found[fact] = Fault(placed, keys, path=f"messages.{name}.must_use")
    return found


def _unknown_channel(name: str, locale: str, channel: str, channels: tuple[str, ...], data: Mapping[str, Any]) -> Fault:
    """A key of a body that is no channel is most often a slip of the pen, and would never be read."""
    near = nearest(channel, (*BODY, *channels))
    arguments = {"name": echo(channel), **({} if near is None else {"nearest": near})}
    finding = Finding("message/channel", arguments, "" if near is None else "hint/nearest")
    keys = keys_of(("messages", name, locale, channel), data)
    return Fault(finding, keys, at_key=True, path=f"messages.{name}.{locale}.{channel}")


def channels_named(document: Document) -> tuple[str, ...]:
    """Every channel that there is: the library's own, and those that the program names."""
    named = [channel for _, send in sends_of(document) for channel in send.channels]
    return tuple(dict.fromkeys((*CHANNELS, *document.contact.channels, *named)))


def _nested(group: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dict(part) if part is not None else None for name, part in group.items()}
