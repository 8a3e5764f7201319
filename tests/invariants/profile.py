"""How many examples are tried: few by default, so that all of it is over in a minute; more by the environment.

``LOYALTYKIT_EXAMPLES=20`` tries twenty times as many, at random; otherwise they are the same in each run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("LOYALTYKIT_EXAMPLES", "1"))


def calm(examples: int) -> settings:
    """Settings of a property with so many examples."""
    return settings(
        deadline=None,
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def stateful(*, examples: int, steps: int) -> settings:
    """Settings of a machine with so many runs of at most so many steps."""
    return settings(calm(examples), stateful_step_count=steps)
