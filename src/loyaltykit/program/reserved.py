"""The built-in events: they need no declaration, and their prefixes are reserved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from loyaltykit.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType

RESERVED = ("member.", "churn.", "fact.", "kit.", "event.")
MEMBER_UPDATED = "member.updated"
VOIDED = "event.voided"
UNREFERRED = "kit.unreferred"
"""Takes a `kit.referred` out of the referrer's history: what the friend got it for was taken out of theirs."""
TAKES_OUT = (VOIDED, UNREFERRED)
MATERIALS = "materials"
"""In an offer: whatever fits where the student is stuck."""
_OWN = re.compile(r"\b(?:member|churn|kit|event)\.[a-z_]+")
_NAMES_NONE = {"events", "member", "messages", "cases", "materials", "staff"}
"""Sections that name no events."""


ACTIONS: Mapping[str, Mapping[str, str]] = {
    "kit.taken": {"offer": "text", "option": "optional text", "kept": "optional boolean"},
    "kit.joined": {"quest": "text"},
    "kit.granted": {"reward": "text", "by": "optional text", "reason": "optional text"},
    "kit.revoked": {
        "reward": "text", "by": "optional text", "reason": "optional text", "refund": "optional boolean",
    },
    "kit.used": {"reward": "text"},
    "kit.redeemed": {
        "reward": "text", "points": "list<text>", "amounts": "list<integer>", "asked": "optional text",
    },
    "kit.cancelled": {"redemption": "text", "reward": "text", "by": "optional text", "reason": "optional text"},
    "kit.held": {
        "reward": "optional text", "points": "list<text>", "amounts": "list<integer>", "until": "optional instant",
        "lasts": "optional text", "asked": "optional text",
    },
    "kit.captured": {"hold": "text"},
    "kit.released": {"hold": "text"},
    "kit.adjusted": {
        "points": "list<text>", "amounts": "list<integer>", "by": "text", "reason": "text", "asked": "optional text",
    },
    "kit.sent": {
        "to": "integer", "points": "list<text>", "amounts": "list<integer>", "by": "text", "reason": "text",
        "asked": "optional text",
    },
    "kit.received": {
        "cause": "text", "points": "list<text>", "amounts": "list<integer>", "expires": "list<integer>", "by": "text",
        "reason": "text",
    },
    "kit.refused": {
        "verb": "text", "reward": "optional text", "code": "text", "about": "optional text", "asked": "optional text",
    },
    "kit.fulfilled": {"task": "text", "by": "text", "note": "optional text", "reward": "optional text"},
    "kit.badge_awarded": {
        "badge": "text", "step": "optional text", "by": "optional text", "reason": "optional text",
    },
    "kit.badge_revoked": {"badge": "text", "by": "optional text", "reason": "optional text"},
    "kit.paused": {
        "start": "date", "end": "date", "streak": "optional text", "by": "optional text", "reason": "optional text",
    },
    "kit.left": {"reward": "text"},
    "kit.replied": {"session": "text", "going": "boolean"},
    "kit.answered": {
        "survey": "text", "value": "optional number", "option": "optional text", "weight": "optional number",
    },
    "kit.shown": {
        "survey": "text", "n": "integer", "options": "list<text>", "shares": "list<number>",
    },
    "kit.proposed": {"idea": "text", "open": "boolean"},
    "kit.judged": {"idea": "text", "state": "text", "by": "text", "note": "optional text"},
    "kit.supported": {"idea": "text", "given": "boolean", "weight": "optional number"},
    "kit.heard": {"idea": "text", "state": "text", "note": "optional text"},
    "kit.word_said": {"session": "text", "word": "integer"},
    "kit.announced": {"message": "text", "session": "optional text"},
    "kit.consented": {"purpose": "text", "channel": "optional text", "given": "boolean", "source": "optional text"},
    "kit.reached": {"channel": "text", "working": "boolean"},
    "kit.bounced": {
        "channel": "text", "kind": "text", "code": "optional text", "message": "optional text",
        "letter": "optional text",
    },
    "kit.requeued": {"message": "text", "letter": "text", "by": "text"},
    "kit.kept": {"point": "text", "mechanic": "text", "amount": "integer"},
    VOIDED: {"event": "text", "by": "optional text", "reason": "optional text"},
    "kit.referred": {"friend": "integer"},
    UNREFERRED: {"event": "text"},
    "kit.won": {
        "leaderboard": "text", "period": "text", "group": "optional text", "rank": "integer", "score": "number",
    },
    "kit.hidden": {"leaderboard": "optional text", "hidden": "boolean"},
    "kit.invited": {"granted": "boolean", "reason": "optional text"},
    "churn.scored": {
        "score": "optional number", "band": "optional text", "status": "optional text", "gain": "optional number",
        "model": "optional text", "version": "optional text", "reasons": "optional list<text>",
    },
}  # fmt: skip
"""The fields of actions through the kit, and of scores: events of our own that the fold takes in."""


def voidable(type: str) -> bool:
    """Whether events of a type can be taken out: those that come from outside, and no actions, scores or answers."""
    return type == MEMBER_UPDATED or not type.startswith(RESERVED)


def settled() -> Mapping[str, DeclaredType]:
    """The fields of ``fact.settled``, the answer to a request. A program cannot name it."""
    text = dict.fromkeys(("request", "kind", "name", "mechanic", "occurrence"), "text")
    rest = {
        "event": "optional text",
        "granted": "boolean",
        "waiting": "optional boolean",
        "option": "optional text",
        "propensity": "optional number",
        "propensities": "optional list<number>",
        "code": "optional text",
        "reason": "optional text",
    }
    return _declared({**text, **rest})


def actions() -> dict[str, Mapping[str, DeclaredType]]:
    """The fields of every action."""
    return {name: _declared(fields) for name, fields in ACTIONS.items()}


def _declared(fields: Mapping[str, str]) -> dict[str, DeclaredType]:
    from loyaltykit.program.fields import DeclaredType  # with pydantic: only when a program is loaded

    found = {}
    for name, written in fields.items():
        kind = written.removeprefix("optional ")
        items = kind.startswith("list<")
        kind = kind.removeprefix("list<").removesuffix(">")
        found[name] = DeclaredType(kind=kind, optional=written.startswith("optional "), items=items)
    return found


def attributes(document: Document) -> dict[str, DeclaredType]:
    """The member attributes a program knows: the declared ones and those of our own; each may be missing.

    `channel` is the one the member likes best; who has `overlay` false is never shown on a stream.
    """
    from loyaltykit.program.fields import DeclaredType  # with pydantic: only when a program is loaded

    text = DeclaredType(kind="text", optional=True)
    declared = {name: kind.model_copy(update={"optional": True}) for name, kind in document.member.items()}
    return {
        **declared,
        "timezone": text,
        "locale": text,
        "channel": text,
        "overlay": DeclaredType(kind="boolean", optional=True),
        "joined": DeclaredType(kind="instant", optional=True),
    }


def own(type: str) -> bool:
    """Whether events of a type are the library's own: no activity, unless a program names them."""
    return type.startswith(RESERVED)


def own_like(name: str) -> str | None:
    """The event of our own that a misspelt one is most like; what stands before the dot says nothing."""
    if not own(name):
        return None
    family, _, rest = name.partition(".")
    kin = [one.partition(".")[2] for one in (MEMBER_UPDATED, *ACTIONS) if one.startswith(f"{family}.")]
    near = nearest(rest, kin)
    return None if near is None else f"{family}.{near}"


def named(document: Document) -> Iterator[str]:
    """The built-in events that a program names somewhere: these trigger and count like its own."""
    written = document.model_dump_json(exclude=_NAMES_NONE, exclude_defaults=True, fallback=str)
    found = set(_OWN.findall(written))
    yield from (name for name in (MEMBER_UPDATED, *ACTIONS) if name in found)


def event_types(document: Document) -> Mapping[str, Mapping[str, DeclaredType]]:
    """The fields of every event type that may be recorded: the declared ones, ``member.updated``, and actions."""
    return {**document.events, **actions(), MEMBER_UPDATED: attributes(document)}
