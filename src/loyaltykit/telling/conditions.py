"""Checked expressions in plain words: conditions as clauses, numbers as short nouns or formulas."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import attrs

from loyaltykit.program.churn import USUAL_PROGRESS, USUAL_SCORES
from loyaltykit.rules.expression.own import is_own
from loyaltykit.rules.expression.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Const,
    History,
    Logic,
    Negate,
    Node,
    Not,
    Ref,
    depends,
)
from loyaltykit.telling.histories import Histories
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from loyaltykit.telling.naming import Naming
    from loyaltykit.telling.speech import Speech

_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_SIGNS = {"*": "×", "/": "÷", "//": "÷", "%": "mod", "+": "+", "-": "−"}
_OPPOSITE = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in",
    "is-null": "not-null", "not-null": "is-null",
}  # fmt: skip
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_FLAGS = {
    "badge": ("has-badge", "has-no-badge", "badges"),
    "segment": ("in-segment", "not-in-segment", "segments"),
    "entitlement": ("entitled", "not-entitled", "rewards"),
}
_PARTS = {"survey": "surveys", "reward": "rewards", "quest": "quests", "badge": "badges", "leaderboard": "leaderboards"}
_QUEST = {"done": ("quest-done", "quest-not-done"), "active": ("quest-active", "quest-not-active")}


@attrs.frozen(slots=True)
class Conditions:
    """The expressions of one document in one language."""

    naming: Naming
    speech: Speech

    def clause(self, node: Node, *, true: bool = True) -> str:
        """A condition, or its opposite, as a clause: `the score is at least 90 %`."""
        if isinstance(node, Not):
            return self.clause(node.operand, true=not true)
        if isinstance(node, Logic):
            return self._logic(node, true=true)
        if isinstance(node, Const):
            return self.speech.say("always" if node.value is true else "never")
        return self._fact(node, true=true)

    def _fact(self, node: Node, *, true: bool) -> str:
        match node:
            case Compare():
                return self._compared(node, true=true)
            case Ref():
                return self._flag(node, true=true)
            case History():
                return self._histories().clause(node, true=true)
            case _:
                return self.speech.say("yes" if true else "no", what=self.noun(node))

    def _logic(self, node: Logic, *, true: bool) -> str:
        """`and` or `or`; what is said twice is said once."""
        word: Literal["and", "or"] = "and" if (node.operator == "and") == true else "or"
        parts = dict.fromkeys(self._inside(part, word, true=true) for part in node.operands)
        return self.speech.joined(list(parts), word)

    def _inside(self, node: Node, word: str, *, true: bool) -> str:
        """A part of `and` or `or`; the other of the two stands in brackets."""
        text = self.clause(node, true=true)
        mixed = isinstance(node, Logic) and ("and" if (node.operator == "and") == true else "or") != word
        return self.speech.say("group", what=text) if mixed else text

    def _compared(self, node: Compare, *, true: bool) -> str:
        operator = node.operator if true else _OPPOSITE[node.operator]
        left, right = node.left, node.right
        if isinstance(left, Const) and operator in _MIRRORED:
            left, right, operator = right, left, _MIRRORED[operator]
        if any(isinstance(part, Ref) and part.path[0] == "churn" for part in depends(node)):
            return self.speech.say("drifting")
        said = self._spoken(left, operator, right)
        if said:
            return said
        if operator in ("is-null", "not-null"):
            return self.speech.say(f"is/{operator}", left=self.noun(left), right="")
        family = "step" if left.type.kind == "step" and operator in ("<", "<=", ">", ">=") else "is"
        code = f"{family}/{operator.replace(' ', '-')}"
        return self.speech.say(code, left=self.noun(left), right=self._value(right, left))

    def _spoken(self, left: Node, operator: str, right: Node) -> str:
        """Comparisons that have a shorter way to be said; empty when there is none."""
        value = right.value if isinstance(right, Const) else None
        if isinstance(left, Ref) and left.path == ("event", "nth") and isinstance(value, int):
            first = (operator, value) in (("==", 1), ("<", 2), ("<=", 1))
            if first or (operator, value) in ((">", 1), (">=", 2), ("!=", 1)):
                return self.speech.say("first-time" if first else "not-first-time")
        if isinstance(left, History) and left.function == "count" and isinstance(value, int):
            return self._histories().counted(left, operator, value)
        if left.type.kind == "boolean" and isinstance(value, bool) and operator in ("==", "!="):
            return self.clause(left, true=value if operator == "==" else not value)
        return ""

    def _flag(self, node: Ref, *, true: bool) -> str:
        """A yes or no that is read."""
        head, *rest = node.path
        if head in _FLAGS:
            yes, no, section = _FLAGS[head]
            return self.speech.say(yes if true else no, name=self.naming.of(section, rest[0]))
        if head == "quest" and rest[0] == "any":
            return self.speech.say("any-quest-done" if true else "no-quest-done")
        if head == "quest":
            return self.speech.say(_QUEST[rest[-1]][0 if true else 1], name=self.naming.of("quests", rest[0]))
        if head == "offer":
            return self.speech.say("taken" if true else "not-taken")
        return self.speech.say("yes" if true else "no", what=self.noun(node))

    def noun(self, node: Node) -> str:
        """A value: what it is called, or how it is counted."""
        if isinstance(node, Const):
            return self._value(node, node)
        if isinstance(node, Ref):
            return self._read(node)
        if isinstance(node, History):
            return self._histories().noun(node)
        return self._called(node) if isinstance(node, Call) else self._formula(node)

    def _called(self, node: Call) -> str:
        names = [self.noun(part) for part in node.arguments]
        if node.function == "number":
            return names[0]
        if is_own(node.function):
            return f"{node.function}({', '.join(names)})"
        return self.speech.say(node.function, list=self.speech.joined(names), what=names[0])

    def _formula(self, node: Node) -> str:
        match node:
            case Negate(operand=operand):
                return f"−{self._factor(operand)}"
            case Arithmetic(operator=operator, left=left, right=right):
                return f"{self._factor(left, operator)} {_SIGNS[operator]} {self._factor(right, operator)}"
            case Choice(condition=condition, then=then, otherwise=otherwise):
                parts = {"then": self.noun(then), "otherwise": self.noun(otherwise)}
                return self.speech.say("choice", condition=self.clause(condition), **parts)
            case _:
                return self.clause(node)

    def _factor(self, node: Node, operator: str = "*") -> str:
        text = self.noun(node)
        loose = isinstance(node, Choice) or (isinstance(node, Arithmetic) and node.operator in "+-")
        return f"({text})" if loose and operator != "+" else text

    def _read(self, node: Ref) -> str:
        head, *rest = node.path
        say = self.speech.say
        if head == "event":
            if rest[0] in ("at", "nth", "gap") and len(rest) == 1:
                return say(rest[0])
            return say(rest[1]) if rest[0] == "local" else self.naming.field(rest[-1])
        if head == "lot":
            return say(f"lot/{rest[0]}", field=self.naming.field(rest[1]))
        if head == "points":
            return say(rest[1], point=self.naming.point(rest[0]))
        if head == "member":
            return say("joined") if rest == ["joined"] else say("member", name=rest[-1])
        names = {"tier": "tiers", "badge": "badges", "quest": "quests", "streak": "streaks"}
        codes = {
            "badge": "your-badge-step", "level": "your-level", "tier": "your-tier", "streak": "your-streak",
            "quest": "quest-progress", "offer": "option",
        }  # fmt: skip
        name = self.naming.of(names[head], rest[0]) if head in names and rest else ""
        return say(codes.get(head, head), name=name) if head != "churn" else say("drifting")

    def _value(self, node: Node, beside: Node) -> str:
        """A value as it stands beside what it is compared with."""
        if not isinstance(node, Const):
            return self.noun(node)
        if isinstance(node.value, tuple):
            shown = node.shown or ("",) * len(node.value)
            items = [self._literal(one, name, beside) for one, name in zip(node.value, shown, strict=True)]
            return self.speech.joined(items, "or")
        return self._literal(node.value, node.shown[0] if node.shown else "", beside)

    def _literal(self, value: object, shown: str, beside: Node) -> str:
        kind = beside.type
        if kind.kind == "step" and kind.of == "weekday" and isinstance(value, int):
            return self.speech.weekday(value)
        if shown or isinstance(value, str):
            return self.speech.say("a-thing", name=shown or self._labelled(str(value), beside))
        if kind.kind == "date" and isinstance(value, int):
            return self.speech.date(dt.date.fromordinal(value + _EPOCH_DAY))
        if kind.kind == "instant" and isinstance(value, int):
            return self.speech.date(from_instant(value).date())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.speech.share(value) if self._is_share(beside, value) else self.speech.number(value)
        return self.speech.say("always" if value is True else "never")

    def _labelled(self, value: str, beside: Node) -> str:
        """The label of a part that an event names by its id, such as the survey that was answered."""
        if isinstance(beside, Ref) and len(beside.path) == 2 and beside.path[0] == "event" and beside.path[1] in _PARTS:
            return self.naming.of(_PARTS[beside.path[1]], value)
        return value

    def _is_share(self, beside: Node, value: float) -> bool:
        """Whether a number is better said as a percentage."""
        if not 0 < value <= 1:
            return False
        if isinstance(beside, Ref) and beside.path[0] == "quest":
            return True
        field = beside.path[-1] if isinstance(beside, Ref) and beside.path[0] == "event" else None
        field = beside.field if isinstance(beside, History) and beside.function in _OF_FIELDS else field
        facts = self.naming.document.churn.facts
        shares = {(facts.progress or USUAL_PROGRESS).rpartition(".")[2]}
        scores = {one.rpartition(".")[2] for one in (facts.scores or USUAL_SCORES)}
        return field in shares or (field in scores and value < 1)

    def _histories(self) -> Histories:
        return Histories(self.naming, self.speech, self)


_OF_FIELDS = ("avg", "lowest", "highest", "first", "last")
