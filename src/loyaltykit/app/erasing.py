"""Takes what was erased out of the messages that lie in the platform's inboxes; letters that went away are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.app.facts import tame
from loyaltykit.rules.plan.ideas import IDEAS
from loyaltykit.templates import Piece, Template

if TYPE_CHECKING:
    from loyaltykit.app.work import Work
    from loyaltykit.program.document import Document
    from loyaltykit.store.rows import InboxRow

_GONE = "…"
_BARE = Piece(None, ("idea.text",))
"""A placeholder that puts out what an idea says, letter by letter."""


def out_of_inboxes(work: Work, document: Document, idea: str, text: str) -> None:
    """Take what an idea said out of everything that somebody was told of it."""
    work.write_rows()  # what was decided in this transaction may be among it
    for row in work.store.told(f"{IDEAS}/{idea}:"):
        work.store.reword(_without(document, row, tame(text, lines=True)))


def _without(document: Document, row: InboxRow, said: str) -> InboxRow:
    """A message without what was said; a part is left without any words where its template may have changed these."""
    line = " ".join(said.split())
    left = row._replace(subject=row.subject.replace(line, _GONE), text=row.text.replace(said, _GONE))
    subjects, texts = _templates(document, row.message)
    if _is_told(subjects, plainly=left.subject != row.subject):
        left = left._replace(subject=_GONE)
    if _is_told(texts, plainly=left.text != row.text):
        left = left._replace(text=_GONE)
    return left


def _templates(document: Document, message: str) -> tuple[list[Template] | None, list[Template] | None]:
    """The subjects of a message and all else it says, in every language; None for one that the program has no more."""
    declared = document.messages.get(message)
    if declared is None:
        return None, None
    subjects: list[Template] = []
    texts: list[Template] = []
    for body in declared.bodies.values():
        for name, text in body.all():
            (subjects if name[-1] == "subject" else texts).append(Template.parse(text))
    return subjects, texts


def _is_told(templates: list[Template] | None, *, plainly: bool) -> bool:
    """Whether what an idea says may stand in a part in other letters; `plainly`: it was found there as it was said."""
    if templates is None:
        return True
    quotes = sum(_names_it(one.segments) for template in templates for one in template.variables())
    bare = sum(piece == _BARE for template in templates for piece in template.pieces())
    return quotes > bare or (quotes > 0 and not plainly)


def _names_it(segments: tuple[Any, ...]) -> bool:
    """Whether a template names the text of an idea, or may: the idea as a whole, or a name that it computes."""
    return segments[0] == "idea" and (len(segments) == 1 or segments[1] == "text" or isinstance(segments[1], list))
