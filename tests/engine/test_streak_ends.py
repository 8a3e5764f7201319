"""When a streak ends, found by adding where that is enough: the same instant as by looking at the member's zone."""

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st

from loyaltykit.calendars import DAY, number_of, zone
from loyaltykit.rules.plan import ATTRIBUTES, OFFSET, SKIPPED, ZONE_FROM, ZONE_TO, Touch
from loyaltykit.rules.runtime.clock import locate
from loyaltykit.rules.runtime.streaks import Chain

ZONES = [
    "Europe/Moscow", "Africa/Cairo", "America/Havana", "America/Santiago", "Asia/Beirut", "Pacific/Apia",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "UTC",
]  # fmt: skip
SLOT = 40
APIA = (dt.date(2011, 12, 29) - dt.date(1970, 1, 1)).days * DAY


@given(
    st.sampled_from(ZONES),
    st.integers(15_000 * DAY, 21_500 * DAY),
    st.sampled_from(["day", "week", "month"]),
    st.integers(0, 3),
)
@example("Pacific/Apia", APIA, "day", 0)
@example("Pacific/Apia", APIA + DAY // 2, "day", 0)
@example("Pacific/Apia", APIA + 3 * DAY // 2, "day", 2)
def test_a_streak_ends_when_the_next_period_without_anything_is_over(name, at, period, ago):
    streak = Chain(Touch("run", "streaks.run", SLOT, (), None, period, 1, (), once=False), name)
    state = [None] * SLOT + [0]
    state[ATTRIBUTES] = {}
    locate(state, at, name)
    last = state[SLOT] = number_of(period, zone(name).local_day(at)) - ago
    looked = streak._over(state, next(streak._missing(state, last)))
    assert streak.ends(state) == looked


def test_most_ends_are_found_by_adding():
    streak = Chain(Touch("run", "streaks.run", SLOT, (), None, "week", 1, (), once=False), "Europe/Moscow")
    state = [None] * SLOT + [2_900]
    state[ZONE_FROM], state[ZONE_TO], state[OFFSET], state[SKIPPED] = 0, 30_000 * DAY, 0, None
    assert streak._after_next(state, 2_900) == streak.ends(state)
