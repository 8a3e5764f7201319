"""One named check of a kit: made on a bench, it says what holds and what does not, whatever the author's code does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

from loyaltykit.testing.report import Blocked, Checked, Fault, KitReport, raised

B = TypeVar("B")


@attrs.frozen(slots=True)
class NamedCheck(Generic[B]):
    """What every kit's checks have; `run` raises a `Fault` where the check does not hold."""

    name: str
    run: Callable[[B], None]
    why: str
    mend: str

    def __str__(self) -> str:
        return self.name

    def on(self, bench: B) -> Checked:
        """Make the check; what is raised otherwise is a fault too, and so is an end of the process."""
        try:
            self.run(bench)
        except Blocked as error:
            return Checked(name=self.name, what=str(error), blocked=True)
        except Fault as fault:
            return Checked(name=self.name, what=str(fault), why=self.why, mend=self.mend)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # all checks are made, whatever is done in one
            return Checked(name=self.name, what=raised(error), why=self.why, mend=self.mend)
        return Checked(name=self.name)


F = TypeVar("F", Checked, KitReport)


def holds(found: F) -> F:
    """What was found, when it holds. Raises AssertionError that says what does not."""
    __tracebackhide__ = True  # pytest shows what is said, not this function
    if not found.ok:
        raise AssertionError(str(found))
    return found
