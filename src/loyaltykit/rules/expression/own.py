"""Functions of a school's own: plain, pure, with declared types; null wherever they do not keep their word."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from loyaltykit.errors import LoyaltyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger("loyaltykit.functions")
OwnKind = Literal["text", "integer", "number", "boolean", "instant", "date"]
KINDS: tuple[str, ...] = get_args(OwnKind)
_TYPES: Mapping[str, type] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "instant": int,
    "date": int,
}
MAX_DIGITS = 15
PLAIN: Mapping[str, str] = {
    "min": "min(a, b, …)",
    "max": "max(a, b, …)",
    "abs": "abs(number)",
    "round": f"round(number) or round(number, 0…{MAX_DIGITS})",
    "floor": "floor(number)",
    "ceil": "ceil(number)",
    "len": "len(text or list)",
}
"""The functions of the language itself."""
_INT64 = 2**63
_LONGEST = 1_000


def _arguments(_function: Any, _field: Any, kinds: tuple[str, ...]) -> None:
    if not 1 <= len(kinds) <= 8 or not all(kind in KINDS for kind in kinds):
        raise LoyaltyError(
            f"a function has 1 to 8 arguments, each one of {', '.join(KINDS)}", code="function/arguments"
        )


def _result(_function: Any, _field: Any, kind: str) -> None:
    if kind not in KINDS:
        raise LoyaltyError(f"a function's result is one of {', '.join(KINDS)}", code="function/result")


def _name(_function: Any, _field: Any, name: str) -> None:
    if not isinstance(name, str) or not name.isascii() or not name.isidentifier() or name.startswith("_"):
        raise LoyaltyError("a function's name is made of Latin letters, digits and _", code="function/name")


@attrs.frozen(slots=True, kw_only=True)
class Function:
    """A plain function that expressions may call: ``discount(event.amount, member.plan)``.

    `call` must be pure: the same arguments give the same result, today and in five years, or a replay gives another
    history. It gets the types of the expression language (`text` str, `integer` int, `number` float, `boolean` bool,
    `instant` microseconds since 1970 UTC, `date` days since 1970-01-01), none of them null: a null argument makes the
    result null without a call. So does an exception, None, or a result of another type, which is logged once.
    `version` is part of what a program is: a function that changes has another one, and the members are folded anew.
    """

    name: str = attrs.field(validator=_name)
    arguments: tuple[OwnKind, ...] = attrs.field(converter=tuple, validator=_arguments)
    result: OwnKind = attrs.field(validator=_result)
    call: Callable[..., Any] = attrs.field(eq=False, repr=False)
    version: str = "1"

    @property
    def usage(self) -> str:
        """How it is called: ``discount(number, text)``."""
        return f"{self.name}({', '.join(self.arguments)})"

    def guarded(self) -> Callable[..., Any]:
        """The call as generated code uses it: it gives a value of the declared type, or None."""
        kind, told = _TYPES[self.result], set[str]()

        def outside(*given: Any) -> Any:
            try:
                found = self.call(*given)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # the school's own code: no event is lost to it
                return _wrong(self.name, type(error).__name__, told)
            if type(found) is int and kind is float:
                found = float(found) if abs(found) < _INT64 else None
            if found is None or (type(found) is kind and _inside(found)):
                return found
            return _wrong(self.name, f"a result of {type(found).__name__}", told)

        return outside


Functions: TypeAlias = Iterable[Function] | Callable[[], Iterable[Function]]
"""A school's own functions, or a call that gives them: made once, when an expression calls one that is not ours."""


class Asked(Mapping[str, Function]):
    """Functions by their names that are asked for when one is looked up."""

    def __init__(self, ask: Callable[[], Mapping[str, Function]]) -> None:
        self._ask = ask
        self._found: Mapping[str, Function] | None = None

    def __getitem__(self, name: str) -> Function:
        return self._known()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def _known(self) -> Mapping[str, Function]:
        if self._found is None:
            self._found = self._ask()
        return self._found


def by_name(functions: Any, taken: Any) -> dict[str, Function]:
    """Functions by their names; LoyaltyError for what is none, is there twice, or has the name of one of ours."""
    found: dict[str, Function] = {}
    for function in functions:
        if not isinstance(function, Function):
            raise LoyaltyError(f"a {type(function).__name__} is no Function", code="function/kind")
        if function.name in found or function.name in taken:
            raise LoyaltyError(f"there is a function {function.name} already", code="function/twice")
        found[function.name] = function
    return found


def _inside(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST
    return math.isfinite(value) if isinstance(value, float) else -_INT64 <= value < _INT64


def _wrong(name: str, what: str, told: set[str]) -> None:
    """What a function did wrong, once a kind; what it was called with stays untold."""
    if what not in told:
        told.add(what)
        _log.warning("the function %s gave nothing that can be used: %s", name, what)


def is_own(name: str) -> bool:
    """Whether a call in a checked tree is of a function of the school's own."""
    return name not in PLAIN and name != "number"
