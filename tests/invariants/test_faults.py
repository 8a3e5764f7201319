"""The invariants see: each fault that is planted into the library is caught by the invariant that it breaks."""

from __future__ import annotations

import random

import pytest

import loyaltykit as lk
from tests.invariants.faults import FAULTS, STANDING
from tests.invariants.standing import Standing, document
from tests.invariants.walks import stand
from tests.invariants.world import START, World


def named(fault) -> str:
    """A name for the list of tests."""
    return fault.name.replace(" ", "-")


def play(fault) -> None:
    """The story of a fault, on both kits."""
    world = World(fault.school, file=True)
    try:
        fault.story(world)
    finally:
        world.close()


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_a_planted_fault_is_caught(fault, monkeypatch):
    play(fault)
    fault.plant(monkeypatch)
    with pytest.raises(AssertionError, match=fault.breaks):
        play(fault)


def walk() -> None:
    """Ten histories."""
    for seed in range(10):
        engine = lk.Engine(lk.Program.from_dict(document("UTC", "one step")))
        stand(engine, Standing("UTC", "one step"), START, random.Random(seed))


@pytest.mark.parametrize("fault", STANDING, ids=named)
def test_a_planted_fault_of_standing_is_caught(fault, monkeypatch):
    walk()
    fault.plant(monkeypatch)
    with pytest.raises(AssertionError, match=fault.breaks):
        walk()
