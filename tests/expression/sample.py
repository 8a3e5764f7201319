"""What the expression tests share: a scope with one of everything, and a back-end that names things plainly."""

from typing import Any

from loyaltykit.rules.expression import emit
from loyaltykit.rules.expression.check import Expected, check
from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import History, Node, Ref, Scope, Type

TEXT, INTEGER, NUMBER, BOOLEAN = Type("text"), Type("integer"), Type("number"), Type("boolean")
DATE, INSTANT = Type("date"), Type("instant")


def optional(kind: Type) -> Type:
    return Type(kind.kind, nullable=True, of=kind.of)


SCOPE = Scope(
    events={
        "quiz.passed": {
            "course": TEXT,
            "score": NUMBER,
            "tries": INTEGER,
            "topic": optional(TEXT),
            "bonus": optional(NUMBER),
            "extra": optional(INTEGER),
            "graded": BOOLEAN,
            "open": optional(BOOLEAN),
            "taken": DATE,
            "due": optional(DATE),
            "ended": INSTANT,
            "tags": Type("list", of="text"),
            "marks": Type("list", nullable=True, of="integer"),
            "from": TEXT,
            "at": INTEGER,
            "time-spent": INTEGER,
        },
        "quiz.failed": {"course": TEXT, "score": NUMBER, "topic": TEXT, "tries": NUMBER},
        "order.paid": {"course": optional(TEXT), "amount": NUMBER, "items": INTEGER},
    },
    triggers=("quiz.passed",),
    member={"name": TEXT, "paused": BOOLEAN, "birthday": DATE, "age": INTEGER, "weight": NUMBER, "class": TEXT},
    points={"xp": True, "gold-coins": False},
    levels=("Newcomer", "Explorer", "Эксперт"),
    bands=("watch", "high"),
    tiers={"status": ("bronze", "silver", "gold"), "vip-club": ("vip-club",)},
    badges={"persistent": (), "scholar": ("bronze", "silver")},
    quests=("come-back",),
    streaks=("study",),
    segments=("half-way",),
    entitlements=("early-module",),
    always=frozenset(["level"]),
)


def node_of(text: object, expect: Expected = "value", scope: Scope = SCOPE) -> Node:
    """The tree of an expression that must be right."""
    checked = check(text, scope, expect=expect)
    assert checked.findings == (), (text, checked.findings)
    assert checked.node is not None
    return checked.node


class Names:
    """A reader that calls everything by a name of its own; nullable history functions are calls."""

    def __init__(self) -> None:
        self.constants: dict[Any, str] = {}
        self.reads: dict[str, Node] = {}
        self.temps = 0

    def ref(self, ref: Ref) -> str:
        return self._read("_".join(ref.path).replace("-", "_"), ref)

    def history(self, history: History) -> str:
        return self._read(f"{history.function}_{len(to_text(history))}", history) + "()"

    def _read(self, name: str, node: Node) -> str:
        while self.reads.setdefault(name, node) != node:
            name += "_"
        return name

    def constant(self, value: Any) -> str:
        return self.constants.setdefault((type(value), value), f"c{len(self.constants) + 1}")

    def temp(self) -> str:
        self.temps += 1
        return f"t{self.temps}"


def truth_of(text: str) -> str:
    return emit.truth(node_of(text, "condition"), Names())


def value_of(text: str) -> str:
    return emit.value(node_of(text), Names())
