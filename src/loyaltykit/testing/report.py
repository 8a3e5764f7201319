"""What the kit found: every check by name, and for each failure what is so, why it matters and how to mend it."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator


class Fault(Exception):
    """What a check found; the message says what is so and should not be."""


class Blocked(Exception):
    """A check cannot be made because something that another check is about fails."""


def raised(error: BaseException) -> str:
    """In words what was raised, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"it raises {type(error).__name__}: {error} ({last.filename}:{last.lineno})"


@attrs.frozen(slots=True, kw_only=True)
class Checked:
    """One check of one thing. `what` is empty when it holds."""

    name: str
    what: str = ""
    why: str = ""
    mend: str = ""
    blocked: bool = False
    """It could not be made, for something that another check is about."""
    excused: str = ""
    """Why it was not made, where the author says that there is nothing to check."""

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return not self.what

    def __str__(self) -> str:
        if self.excused:
            return f"{self.name}: not made, {self.excused}"
        if self.ok or self.blocked:
            return f"{self.name}: {'holds' if self.ok else f'not checked, {self.what}'}"
        return f"{self.name}: {self.what}\n    why: {self.why}\n    mend: {self.mend}"


@attrs.frozen(slots=True, kw_only=True)
class KitReport:
    """All checks of one model, channel or policy."""

    subject: str
    """Its id."""
    checks: tuple[Checked, ...]

    @property
    def ok(self) -> bool:
        """Whether all hold."""
        return all(one.ok for one in self.checks)

    @property
    def failures(self) -> tuple[Checked, ...]:
        """Those that do not hold, and those that could not be made."""
        return tuple(one for one in self.checks if not one.ok)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        excused = [one for one in self.checks if one.excused]
        made = len(self.checks) - len(excused)
        if self.ok:
            yield f"{self.subject}: all {made} checks hold"
        else:
            failing = sum(not one.blocked for one in self.failures)
            yield f"{self.subject}: {failing} of {made} checks {'fails' if failing == 1 else 'fail'}"
            yield from (f"  {one}" for one in self.failures if not one.blocked)
            yield from (f"  {reason}: {names}" for reason, names in self._blocked().items())
        yield from (f"  {one}" for one in excused)

    def _blocked(self) -> dict[str, str]:
        """The names of the checks that could not be made, by the reason."""
        found: dict[str, list[str]] = {}
        for one in self.failures:
            if one.blocked:
                found.setdefault(f"not checked, {one.what}", []).append(one.name)
        return {reason: ", ".join(names) for reason, names in found.items()}
