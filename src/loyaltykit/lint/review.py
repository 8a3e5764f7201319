"""One look at a whole program: all families of checks in turn, and what the document asks to be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.lint import clarity, contact, economy, fairness, measure, reach, unknown
from loyaltykit.lint.subject import Subject
from loyaltykit.program.names import Desk
from loyaltykit.program.report import path_of
from loyaltykit.wording import lint as wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document
    from loyaltykit.program.lint import Silenced
    from loyaltykit.program.places import Fault
    from loyaltykit.rules.expression.tree import Node

FAMILIES = (reach, unknown, economy, clarity, fairness, measure, contact)


def advise(document: Document, nodes: Mapping[str, Node], data: Mapping[str, Any]) -> tuple[Fault, ...]:
    """All advice about a document that holds; `data` is what was written, for the places."""
    subject = Subject(document, nodes, Desk(data))
    for family in FAMILIES:
        family.look(subject)
    found = subject.desk.faults
    told = [fault for fault in found if not any(_silences(one, fault, data) for one in document.lint.ignore)]
    return (*told, *_idle(subject, found, data))


def _silences(one: Silenced, fault: Fault, data: Mapping[str, Any]) -> bool:
    path = fault.path or path_of(fault.keys, data)
    inside = one.at is None or path == one.at or path.startswith(f"{one.at}.")
    return one.code == fault.finding.code and inside


def _idle(subject: Subject, found: list[Fault], data: Mapping[str, Any]) -> list[Fault]:
    """What is ignored and would not have been said: an unknown code, or something that was mended since."""
    desk = attrs.evolve(subject, desk=Desk(data))
    for number, one in enumerate(subject.document.lint.ignore):
        loc = ("lint", "ignore", number)
        if one.code not in wording.CODES:
            desk.warn("clarity/no-such-code", (*loc, "code"), name=one.code)
        elif not any(_silences(one, fault, data) for fault in found):
            desk.advise("clarity/ignores-nothing", loc, name=one.code)
    return desk.desk.faults
