import numpy as np
import pytest

from loyaltykit.churn.models.newton import climb

BOX = np.full(2, -18.0), np.full(2, 18.0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("slope", [1.0, 1e30])
def test_a_slope_without_any_curvature_is_climbed_to_the_edge(slope):
    up = slope * np.array([1.0, -1.0])

    peak = climb(lambda at: (float(up @ at), up, np.zeros((2, 2))), np.zeros(2), *BOX)

    assert peak.at.tolist() == [18.0, -18.0]
    assert (peak.converged, peak.at_edge) == (True, (0, 1))


def test_a_saddle_is_left_for_the_peak():
    def height(at):
        x, y = at
        value = x**2 - 0.5 * x**4 - y**2
        return float(value), np.array([2 * x - 2 * x**3, -2 * y]), np.diag([2 - 6 * x**2, -2.0])

    peak = climb(height, np.array([1e-3, 3.0]), *BOX)

    assert peak.at == pytest.approx([1.0, 0.0], abs=1e-5)
