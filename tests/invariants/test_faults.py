"""The invariants see: each fault that is planted into the library is caught by the invariant that it breaks."""

from __future__ import annotations

import pytest

from tests.invariants.faults import FAULTS
from tests.invariants.world import World


def play(fault) -> None:
    """The story of a fault, on both kits."""
    world = World(fault.school, file=True)
    try:
        fault.story(world)
    finally:
        world.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_planted_fault_is_caught(fault, monkeypatch):
    play(fault)
    fault.plant(monkeypatch)
    with pytest.raises(AssertionError, match=fault.breaks):
        play(fault)
