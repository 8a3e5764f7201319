"""What expressions ask of a member's own history, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import Duration

if TYPE_CHECKING:
    from loyaltykit.rules.expression.tree import History
    from loyaltykit.telling.conditions import Conditions
    from loyaltykit.telling.naming import Naming
    from loyaltykit.telling.speech import Speech

_ONCE = ((">=", 1), (">", 0), ("!=", 0))
_NEVER = (("==", 0), ("<", 1), ("<=", 0))
_OFTEN = {"==": "did-exactly", ">=": "did-least", "<=": "did-most", ">": "did-more", "<": "did-fewer"}
_CODES = {"days_since": "days-since"}


@attrs.frozen(slots=True)
class Histories:
    """The history functions of one document in one language."""

    naming: Naming
    speech: Speech
    conditions: Conditions

    def clause(self, node: History, *, true: bool) -> str:
        """`silent` and `anniversary`, or their opposites."""
        time = self._window(node)
        if node.function == "silent":
            return self.speech.say("silent" if true else "not-silent", time=time)
        date = self.conditions.noun(node.subject) if node.subject is not None else ""
        code = "around-anniversary" if time else "anniversary"
        return self.speech.say(code if true else f"not-{code}", date=date, time=time)

    def counted(self, node: History, operator: str, value: int) -> str:
        """A count beside a number, where that has a shorter way to be said; else empty."""
        if (operator, value) in _ONCE:
            return self._limited(node, self.speech.say("did-once", did=self._did(node)))
        if (operator, value) in _NEVER:
            return self._limited(node, self.speech.say("did-never", did=self._did(node)))
        if operator not in _OFTEN:
            return ""
        numbers = {"times": self.speech.counted(value, "times"), "times_of": self.speech.counted(value, "times-of")}
        return self._limited(node, self.speech.say(_OFTEN[operator], did=self._did(node), **numbers))

    def noun(self, node: History) -> str:
        """A number that history gives."""
        field = self.naming.field(node.field) if node.field is not None and node.function != "earned" else ""
        point = self.naming.point(node.field) if node.function == "earned" and node.field is not None else ""
        code = _CODES.get(node.function, node.function)
        if code in ("silent", "anniversary"):
            return self.clause(node, true=True)
        return self._limited(node, self.speech.say(code, did=self._did(node), field=field, point=point))

    def _did(self, node: History) -> str:
        return self.naming.did((node.event,)) if node.event is not None else ""

    def _limited(self, node: History, text: str) -> str:
        """With what it is limited to: a condition, a field, a time."""
        if node.where is not None:
            text = self.speech.say("where", what=text, condition=self.conditions.clause(node.where))
        if node.same is not None:
            text = self.speech.say("same", what=text, field=self.naming.field(node.same))
        time = self._window(node)
        return self.speech.say("within", what=text, time=time) if time else text

    def _window(self, node: History) -> str:
        if node.within is None:
            return ""
        return self.speech.duration(Duration(node.within_months, 0 if node.within_months else node.within))
