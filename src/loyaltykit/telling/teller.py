"""What every mechanic's sentences are made with: the document, its checked expressions, and a language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from loyaltykit.program.consequences import Consequences
from loyaltykit.telling.conditions import Conditions
from loyaltykit.telling.naming import Naming
from loyaltykit.telling.speech import Speech, capital

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.consequences import Gifts
    from loyaltykit.program.document import Document
    from loyaltykit.program.load import Program
    from loyaltykit.rules.expression.tree import Node


@attrs.frozen(slots=True)
class Sentence:
    """One plain sentence about one part of a program."""

    section: str
    """The part of the document: ``rules``, ``campaigns``."""
    path: str
    """The place, by ids: ``rules.good-quiz``."""
    text: str

    def __str__(self) -> str:
        return self.text


@attrs.frozen(slots=True)
class Teller:
    """Puts parts of one program into words of one language."""

    document: Document
    nodes: Mapping[str, Node]
    speech: Speech
    naming: Naming
    conditions: Conditions

    @classmethod
    def of(cls, program: Program, lang: Literal["en", "ru"]) -> Teller:
        """A teller of a program."""
        speech = Speech(lang)
        naming = Naming(program.document, speech)
        return cls(program.document, program.expressions, speech, naming, Conditions(naming, speech))

    def condition(self, path: str) -> str:
        """The condition at a path, as a clause; empty when there is none."""
        node = self.nodes.get(path)
        return "" if node is None else self.conditions.clause(node)

    def value(self, path: str) -> str:
        """The value at a path."""
        node = self.nodes.get(path)
        return "" if node is None else self.conditions.noun(node)

    def points(self, point: str, amount: float, *, at_most: bool = False) -> str:
        """`10 points (Experience)`."""
        number = self.speech.counted(amount, "points-at-most" if at_most else "points")
        return self.speech.say("points-of", number=number, point=self.naming.point(point))

    def awards(self, given: Gifts, path: str) -> list[str]:
        """The points of something that gives."""
        found = []
        for point, amount in given.award.items():
            if isinstance(amount, int | float) and not isinstance(amount, bool):
                found.append(self.points(point, amount))
            else:
                formula = self.value(f"{path}.award.{point}")
                found.append(self.speech.say("points-by", point=self.naming.point(point), formula=formula))
        return found

    def gifts(self, given: Gifts, path: str) -> str:
        """Everything that something gives: `10 points (xp), “VIP chat” and the badge “Scholar”`; empty: nothing."""
        found = self.awards(given, path)
        found += [self.speech.say("a-thing", name=self.naming.of("rewards", name)) for name in given.grant]
        found += [self.speech.say("a-badge", name=self.naming.of("badges", name)) for name in given.badge]
        if isinstance(given, Consequences) and given.send:
            found.append(self.speech.say("a-message"))
        return self.speech.joined(found)

    def sentence(self, section: str, name: str, code: str, /, **arguments: str) -> Sentence:
        """A sentence of a part, by the code of its words."""
        path = f"{section}.{name}" if name else section
        text = self.speech.say(code, **arguments)
        return Sentence(section, path, capital(text.removesuffix("..") + "." if text.endswith("..") else text))
