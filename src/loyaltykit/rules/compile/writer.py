"""Where generated code is written: indented lines, and constants under generated names.

Nothing that a person wrote is ever pasted into the text: a name becomes an identifier only when it is plain ASCII,
behind a prefix of ours, and every text travels as a constant of the namespace.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_CONSTANT = re.compile(r"c\d+(_\w+)?", re.ASCII)
_BUILT_IN = ("type", "str", "float", "int", "bool")
_NEAR = frozenset(["ADMITTED", *_BUILT_IN])


class Names:
    """The constants of one generated module: each distinct value gets one name."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {}
        self._known: dict[Any, str] = {}

    def constant(self, value: Any, hint: str = "") -> str:
        """The name of a constant."""
        key = (type(value), value) if _hashable(value) else id(value)
        if key not in self._known:
            name = f"c{len(self._known)}{_tail(hint or value)}"
            self._known[key] = name
            self.namespace[name] = value
        return self._known[key]

    def shared(self, name: str, value: Any) -> str:
        """A helper of ours under its own name."""
        self.namespace[name] = value
        return name


class Writer:
    """Lines of Python with indentation."""

    def __init__(self, depth: int = 0) -> None:
        self.lines: list[str] = []
        self.depth = depth

    def __call__(self, line: str) -> None:
        """Write one line."""
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """`head` and an indented block; an empty block becomes `pass`."""
        self(head)
        before = len(self.lines)
        self.depth += 1
        yield
        if len(self.lines) == before:
            self("pass")
        self.depth -= 1

    def include(self, other: Writer) -> None:
        """The lines of another writer, indented to here."""
        pad = "    " * self.depth
        self.lines.extend(pad + line for line in other.lines)

    def head(self, head: str, names: Names) -> None:
        """Put the head of a loop's function before its lines, with the constants that they use at hand.

        A default value is looked up once, a global name each time that it is read.
        """
        words = dict.fromkeys(re.findall(r"[A-Za-z]\w*", "\n".join(self.lines)))
        near = [word for word in words if word in _NEAR or (word[0] == "c" and _CONSTANT.fullmatch(word))]
        bound = [f"{word}={word}" for word in near if word in names.namespace or word in _BUILT_IN]
        self.lines.insert(0, f"{head}, *, {', '.join(bound)}):" if bound else f"{head}):")

    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines) + "\n"


def identifier(prefix: str, name: str, number: int) -> str:
    """A generated identifier for a name of the document: readable when it is plain ASCII, else by number."""
    flat = name.replace("-", "_").replace(".", "_")
    return f"{prefix}_{flat}" if _PLAIN.fullmatch(flat) else f"{prefix}_{number}"


def _tail(value: Any) -> str:
    text = value.lower().replace("-", "_").replace(".", "_").replace(" ", "_") if isinstance(value, str) else ""
    return f"_{text}" if _PLAIN.fullmatch(text) else ""


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
