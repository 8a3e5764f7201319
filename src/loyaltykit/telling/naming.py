"""What things are called: by their labels, by the school's usual words, or by their ids in quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.program.document import Document
    from loyaltykit.telling.speech import Speech


@attrs.frozen(slots=True)
class Naming:
    """The names of one document in one language."""

    document: Document
    speech: Speech

    def did(self, types: Iterable[str]) -> str:
        """What happened, as a clause: `you complete a lesson or you pass a quiz`."""
        return self.speech.joined([self._event(kind) for kind in types], "or")

    def _event(self, kind: str) -> str:
        code = f"did/{kind}"
        return self.speech.say(code) if self.speech.knows(code) else self.speech.say("did/other", name=kind)

    def field(self, name: str) -> str:
        """A field of an event: `the score`."""
        code = f"field/{name}"
        return self.speech.say(code) if self.speech.knows(code) else self.speech.say("field/other", name=name)

    def of(self, section: str, name: str) -> str:
        """The name of a part: its label, or its id."""
        part = getattr(self.document, section).get(name)
        return self.speech.label(getattr(part, "label", None), name)

    def point(self, name: str) -> str:
        """The name of a kind of points."""
        return self.of("points", name)
