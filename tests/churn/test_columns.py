import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.calendars import zone
from loyaltykit.churn.columns import codes, local_days, order

DAY = 86_400_000_000


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(-(2**62), 2**62)), min_size=1))
def test_whole_numbers_are_coded_in_their_order(numbers):
    names, places = codes(np.array(numbers), "member")
    assert [int(names[place]) for place in places] == numbers
    assert [int(name) for name in names] == sorted(set(numbers))


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2, 70_000, 2**31 - 1]), st.integers(0, 3), st.integers(0, 2))))
def test_the_order_is_by_member_time_and_knowledge_and_stable(rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    member, at, late = columns[:, 0].astype(np.int32), columns[:, 1], columns[:, 2]
    by_all = order(member, at, at + late).tolist()
    assert by_all == sorted(range(len(rows)), key=lambda row: (rows[row][0], rows[row][1], rows[row][2]))
    assert order(member, at, at).tolist() == sorted(range(len(rows)), key=lambda row: rows[row][:2])


@given(
    st.sampled_from(["UTC", "Europe/Berlin", "America/Santiago", "Pacific/Apia", "Asia/Kolkata"]),
    st.lists(st.integers(15_000 * DAY // 1_800_000_000, 16_000 * DAY // 1_800_000_000), min_size=1),
)
def test_local_days_are_those_of_the_zone(name, half_hours):
    moments = np.array(half_hours, dtype=np.int64) * 1_800_000_000
    assert local_days(zone(name), moments).tolist() == [zone(name).local_day(moment) for moment in moments.tolist()]
