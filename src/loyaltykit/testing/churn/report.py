"""What the kit found: every check by name, and for each failure what is so, why it matters and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator


@attrs.frozen(slots=True, kw_only=True)
class Checked:
    """One check of one model. `what` is empty when it holds."""

    name: str
    what: str = ""
    why: str = ""
    mend: str = ""
    blocked: bool = False
    """It could not be made, for something that another check is about."""

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return not self.what

    def __str__(self) -> str:
        if self.ok or self.blocked:
            return f"{self.name}: {'holds' if self.ok else f'not checked, {self.what}'}"
        return f"{self.name}: {self.what}\n    why: {self.why}\n    mend: {self.mend}"


@attrs.frozen(slots=True, kw_only=True)
class KitReport:
    """All checks of one model."""

    model: str
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
        if self.ok:
            yield f"{self.model}: all {len(self.checks)} checks hold"
            return
        yield f"{self.model}: {len(self.failures)} of {len(self.checks)} checks fail"
        yield from (f"  {one}" for one in sorted(self.failures, key=lambda one: one.blocked))
