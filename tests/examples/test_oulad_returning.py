"""How many silent students come back by themselves: counted by hand on few, and the figures of the real data."""

import os

import numpy as np
import pytest

from examples.oulad.returning import came_back, daily, table
from loyaltykit.churn import panel_of

PANEL = panel_of({"recency": [14, 14, 14, 7, 14], "progress": [0.5, 0.2, 0.9, 0.9, np.nan]}, [0, 0, 1, 0, 1])


def test_who_reached_the_silence_and_who_came_back():
    assert came_back([PANEL], 14, half=False) == (4, 2)
    assert came_back([PANEL], 14, half=True) == (2, 1)
    assert came_back([PANEL, PANEL], 7, half=True) == (2, 2)
    assert "0.50 of 2" in table([PANEL])


@pytest.mark.skipif("LOYALTYKIT_DATA" not in os.environ, reason="LOYALTYKIT_DATA is not set: no real data")
def test_most_of_those_silent_for_two_weeks_come_back_by_themselves():
    panel = daily("BBB2013B")
    reached, back = came_back([panel], 14, half=True)
    assert reached == 1_391
    assert back / reached == pytest.approx(0.861, abs=0.001)
    shares = [back / reached for reached, back in (came_back([panel], silent, half=True) for silent in (7, 14, 21, 28))]
    assert shares == sorted(shares, reverse=True)
