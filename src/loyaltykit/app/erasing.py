"""Takes what was erased out of the messages that lie in the platform's inboxes; letters that went away are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.facts import tame
from loyaltykit.rules.plan.ideas import IDEAS
from loyaltykit.templates import Template

if TYPE_CHECKING:
    from loyaltykit.app.work import Work
    from loyaltykit.program.document import Document
    from loyaltykit.store.rows import InboxRow

_GONE = "…"


def out_of_inboxes(work: Work, document: Document, idea: str, text: str) -> None:
    """Take what an idea said out of everything that somebody was told of it."""
    work.write_rows()  # what was decided in this transaction may be among it
    for row in work.store.told(f"{IDEAS}/{idea}:"):
        work.store.reword(_without(document, row, tame(text, lines=True)))


def _without(document: Document, row: InboxRow, said: str) -> InboxRow:
    """A message without what was said; without any words where a template may have changed these."""
    line = " ".join(said.split())
    left = row._replace(subject=row.subject.replace(line, _GONE), text=row.text.replace(said, _GONE))
    if _quotes(document, row.message, "subject") and left.subject == row.subject:
        left = left._replace(subject=_GONE)
    if _quotes(document, row.message, "text") and left.text == row.text:
        left = left._replace(text=_GONE)
    return left


def _quotes(document: Document, message: str, part: str) -> bool:
    """Whether some template of a message names what an idea says: in the subject, or anywhere else."""
    declared = document.messages.get(message)
    bodies = () if declared is None else declared.bodies.values()
    texts = [text for body in bodies for name, text in body.all() if (name[-1] == "subject") == (part == "subject")]
    return any(one.segments[:2] == ("idea", "text") for text in texts for one in Template.parse(text).variables())
