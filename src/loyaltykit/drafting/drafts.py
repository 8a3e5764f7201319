"""Ask a drafter, look at what it wrote, ask once more, and else keep the author's text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import attrs

from loyaltykit.drafting.brief import Draft, Drafted, Refusal
from loyaltykit.drafting.folding import clean
from loyaltykit.drafting.refusing import refusals

if TYPE_CHECKING:
    from loyaltykit.drafting.brief import Brief, Drafter

TRIES = 2
_log = logging.getLogger("loyaltykit.drafting")


def draft(brief: Brief, drafter: Drafter, *, own: Draft | str | None = None) -> Drafted:
    """Have a text drafted: the drafter's when nothing in it is to be refused, else the author's own.

    The drafter is asked with the brief, and once more with `Brief.reasons` when its first draft is refused. `own`
    stands for `brief.own`. A drafter that raises is reported (``draft/failed``, the kind of the error) and not asked
    again; nothing of its message is kept, for it may hold what it was called with.
    """
    if own is not None:
        brief = attrs.evolve(brief, own=Draft(own, brief.own.subject) if isinstance(own, str) else own)
    reasons: tuple[Refusal, ...] = ()
    asked = 0
    while asked < TRIES:
        asked += 1
        try:
            written = drafter(attrs.evolve(brief, reasons=reasons))
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a drafter does, the author's text can be sent
            name = type(error).__name__
            _log.warning("message %s: the drafter failed with %s", brief.message, name)
            return Drafted(brief.own, accepted=False, reasons=(Refusal("draft/failed", name),), asked=asked)
        if not isinstance(written, Draft | str):
            kind = type(written).__name__
            return Drafted(brief.own, accepted=False, reasons=(Refusal("draft/kind", kind),), asked=asked)
        made = _whole(written, brief.own)
        reasons = refusals(made, brief)
        if not reasons:
            return Drafted(made, accepted=True, asked=asked)
    return Drafted(brief.own, accepted=False, reasons=reasons, asked=asked)


def _whole(written: Draft | str, own: Draft) -> Draft:
    """A draft without characters that nobody sees, with the author's subject when it has none."""
    made = Draft(written) if isinstance(written, str) else written
    subject = own.subject if made.subject is None else clean(str(made.subject))
    return Draft(clean(str(made.text)).strip(), subject)
