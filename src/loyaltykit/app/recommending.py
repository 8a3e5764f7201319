"""Who chooses for offers with `by: recommender`: whom the host gave, else what a plug-in brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.problems import echo, nearest
from loyaltykit.program.walking import walk

if TYPE_CHECKING:
    from loyaltykit.app.choosing import Recommender
    from loyaltykit.program.document import Document


class Recommending:
    """The school's recommender: an object, the id of a plug-in's, or None for the only one that is installed.

    Plug-ins are looked for when a program has such offers, and not where a recommender was given.
    """

    def __init__(self, given: Recommender | str | None = None) -> None:
        self._given = given
        self._found: tuple[Recommender | None] | None = None
        self.lacking = ""
        """Why there is none."""

    def settle(self, document: Document) -> None:
        """Look for it now when the program has such offers: later an event would wait for it."""
        steps = (visit.step for campaign in document.campaigns.values() for visit in walk(campaign.steps))
        if any(step.offer is not None and step.offer.by == "recommender" for step in steps):
            self.find()

    def find(self) -> Recommender | None:
        """The recommender; None when there is none, or more than one to take: `lacking` says which."""
        if self._given is not None and not isinstance(self._given, str):
            return self._given
        if self._found is None:
            self._found = (self._brought(self._given),)
        return self._found[0]

    def _brought(self, wanted: str | None) -> Recommender | None:
        from loyaltykit.plugins import discover_safely  # starts processes: only where a program has such offers

        found = discover_safely(("loyaltykit_recommenders",)).recommenders
        if wanted is None and len(found) == 1:
            return next(iter(found.values()))
        if wanted is not None and wanted in found:
            return found[wanted]
        known = ", ".join(found)
        if wanted is None:
            self.lacking = f"name one of the recommenders {known}" if found else "there is no recommender"
        else:
            near = nearest(wanted, found)
            hint = f"did you mean {near}?" if near else f"there are {known or 'none'}"
            self.lacking = f"there is no recommender {echo(wanted)} ({hint})"
        return None
