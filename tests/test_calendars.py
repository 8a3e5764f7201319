"""Durations, periods, rates, and local days in the zones that break naive calendars."""

import calendar
import copy
import datetime as dt
import itertools
import pickle
import struct
import zoneinfo
from functools import lru_cache
from importlib import resources

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from loyaltykit.calendars import (
    DAY,
    MONTH,
    PERIODS,
    Duration,
    Period,
    Rate,
    add,
    civil,
    day_number,
    end_of,
    first_day,
    half_of,
    missed_days,
    month_of,
    number_of,
    parse_duration,
    parse_period,
    parse_rate,
    period_bounds,
    quarter_of,
    subtract,
    tzdata_version,
    week_of,
    year_of,
    zone,
    zone_names,
)
from loyaltykit.calendars.zones import _scan
from loyaltykit.values import NEVER, from_instant, to_instant

HOUR = DAY // 24
ZONES = """
    UTC Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Johannesburg Africa/Monrovia America/Adak
    America/Argentina/Buenos_Aires America/Asuncion America/Caracas America/Godthab America/Havana America/New_York
    America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Casey Antarctica/Troll Asia/Amman Asia/Beirut
    Asia/Gaza Asia/Kathmandu Asia/Kolkata Asia/Omsk Asia/Pyongyang Asia/Tehran Asia/Tokyo Atlantic/Azores
    Australia/Lord_Howe Australia/Sydney Europe/Dublin Europe/Istanbul Europe/Kaliningrad Europe/London Europe/Moscow
    Europe/Volgograd Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Kiritimati Pacific/Kwajalein
""".split()
ORDINARY = [name for name in ZONES if name not in {"America/St_Johns", "Antarctica/Casey"}]
"""Zones whose clocks never went back over midnight since 1990: their local days are the dates that clocks show."""

zones = st.sampled_from(ZONES)
instants = st.integers(
    to_instant(dt.datetime(1990, 1, 1, tzinfo=dt.UTC)), to_instant(dt.datetime(2060, 1, 1, tzinfo=dt.UTC))
)
day_numbers = st.integers(7_305, 32_870)
months = st.integers(1, 60).map(lambda number: Duration(months=number))
exact = st.integers(1, 400 * DAY).map(lambda number: Duration(micros=number))


@lru_cache(maxsize=64)
def reference(name):
    with resources.files("tzdata").joinpath(f"zoneinfo/{name}").open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=name)


def explicit_switches(name):
    """The seconds of the transitions that a zone file lists (RFC 8536: after a first block for old readers)."""
    raw = resources.files("tzdata").joinpath(f"zoneinfo/{name}").read_bytes()
    utc, standard, leap, times, types, chars = struct.unpack(">6l", raw[20:44])
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + standard + utc
    (count,) = struct.unpack(">l", raw[second + 32 : second + 36])
    return struct.unpack(f">{count}q", raw[second + 44 : second + 44 + 8 * count])


def at(text):
    return to_instant(dt.datetime.fromisoformat(text))


def day(text):
    return day_number(dt.date.fromisoformat(text))


def shown(instant, name):
    return from_instant(instant).astimezone(reference(name)).isoformat()


class TestDuration:
    @pytest.mark.parametrize(
        ("text", "expected", "canonical"),
        [
            ("30s", Duration(micros=30_000_000), "30s"),
            ("15m", Duration(micros=15 * 60_000_000), "15m"),
            ("12h", Duration(micros=12 * HOUR), "12h"),
            ("14d", Duration(micros=14 * DAY), "14d"),
            ("24h", Duration(micros=DAY), "1d"),
            ("90m", Duration(micros=HOUR * 3 // 2), "90m"),
            ("1 hour", Duration(micros=HOUR), "1h"),
            ("2 days", Duration(micros=2 * DAY), "2d"),
            ("90 days", Duration(micros=90 * DAY), "90d"),
            ("6 weeks", Duration(micros=42 * DAY), "42d"),
            ("6weeks", Duration(micros=42 * DAY), "42d"),
            (" 1 week ", Duration(micros=7 * DAY), "7d"),
            ("1 month", Duration(months=1), "1 month"),
            ("6 months", Duration(months=6), "6 months"),
            ("18 months", Duration(months=18), "18 months"),
            ("12 months", Duration(months=12), "1 year"),
            ("1 year", Duration(months=12), "1 year"),
            ("2 years", Duration(months=24), "2 years"),
            ("200 years", Duration(months=2_400), "200 years"),
            ("73050 days", Duration(micros=73_050 * DAY), "73050d"),
        ],
    )
    def test_what_a_text_means(self, text, expected, canonical):
        assert parse_duration(text) == expected
        assert str(expected) == canonical

    @pytest.mark.parametrize(
        "text",
        [
            "", " ", "d", "14", "0d", "0 months", "00s", "-3d", "+3d", "1.5h", "1,5h", "1e3s", "3 ds", "3 ss", "3D",
            "6 Months", "2 fortnights",
            "201 years", "2401 months", "73051 days", "999999999999 years", "9" * 5_000 + "d", "3d 4h", "3d\n",
            "3\td", "3\u00a0d",
            "٣d", "３d", "²d", "3ｄ", "within 3d", "months", "1 monthss", 14, 14.0, True, None, [], {}, b"3d",
        ],
    )  # fmt: skip
    def test_anything_else_is_refused_with_a_short_reason(self, text):
        with pytest.raises(ValueError, match=r"duration") as caught:
            parse_duration(text)
        assert len(str(caught.value)) < 120

    @given(st.one_of(months, st.integers(1, 73_050 * 86_400).map(lambda seconds: Duration(micros=seconds * 1_000_000))))
    def test_the_canonical_text_means_the_same(self, duration):
        assert parse_duration(str(duration)) == duration

    @pytest.mark.parametrize("arguments", [{"months": -1}, {"micros": -1}, {"months": 1, "micros": 1}])
    def test_a_duration_is_of_one_sort_and_not_negative(self, arguments):
        with pytest.raises(ValueError, match="not both"):
            Duration(**arguments)


class TestPeriodAndRate:
    @pytest.mark.parametrize("name", PERIODS)
    def test_a_calendar_period_has_a_name(self, name):
        assert parse_period(name) == Period(name=name)
        assert str(parse_period(f" {name} ")) == name

    @pytest.mark.parametrize(
        ("text", "canonical"), [("7 days", "7d"), ("30d", "30d"), ("1 day", "1d"), ("1 month", "1 month")]
    )
    def test_a_length_rolls(self, text, canonical):
        period = parse_period(text)
        assert period == Period(rolling=parse_duration(text))
        assert str(period) == canonical
        assert parse_period(canonical) == period

    @pytest.mark.parametrize(
        "text",
        ["", "days", "Day", "fortnight", "calendar month", "0 days", "201 years", "٧ days", "7", 7, None, [], {}],
    )
    def test_no_other_period(self, text):
        with pytest.raises(ValueError, match=r"period|duration"):
            parse_period(text)

    @pytest.mark.parametrize("arguments", [{}, {"name": "day", "rolling": Duration(months=1)}])
    def test_a_period_is_one_of_the_two(self, arguments):
        with pytest.raises(ValueError, match="a name or a length"):
            Period(**arguments)

    @pytest.mark.parametrize(
        ("written", "times", "per"),
        [
            ("3 per week", 3, "week"),
            (" 10  per year ", 10, "year"),
            ("1 per 7 days", 1, "7d"),
            ("1 per 90 days", 1, "90d"),
            ({"times": 3, "per": "week"}, 3, "week"),
            ({"per": "12h", "times": 1}, 1, "12h"),
        ],
    )
    def test_what_a_rate_means(self, written, times, per):
        rate = parse_rate(written)
        assert rate == Rate(times, parse_period(per))
        assert str(rate) == f"{times} per {per}"
        assert parse_rate(str(rate)) == rate

    @pytest.mark.parametrize(
        "written",
        [
            "", "3", "per week", "3 week", "3per week", "3 per", "3 per ", "0 per day", "-1 per day", "1.5 per day",
            "3 per fortnight", "3 per 0d",
            "1000000001 per day", "9" * 5_000 + " per day", "３ per day", "3 per day\n", {}, {"times": 3},
            {"times": 3, "per": "week", "by": "x"},
            {"times": True, "per": "week"}, {"times": 3.0, "per": "week"}, {"times": "3", "per": "week"},
            {"times": 0, "per": "week"},
            {"times": 3, "per": None}, {1: 2}, None, 3, ["3 per day"],
        ],
    )  # fmt: skip
    def test_no_other_rate(self, written):
        with pytest.raises(ValueError, match=r"rate|period|duration") as caught:
            parse_rate(written)
        assert len(str(caught.value)) < 120

    @given(st.integers(1, 10**9), st.one_of(st.sampled_from(PERIODS), st.integers(1, 900).map("{}d".format)))
    def test_rates_round_trip(self, times, per):
        rate = parse_rate({"times": times, "per": per})
        assert parse_rate(str(rate)) == rate


class TestDayNumbers:
    def test_known_days(self):
        assert civil(0) == (1970, 1, 1)
        assert civil(day("2024-02-29")) == (2024, 2, 29)
        assert civil(-719_163) == (0, 12, 31)

    @given(st.dates())
    def test_civil_agrees_with_the_standard_library(self, date):
        assert civil(day_number(date)) == (date.year, date.month, date.day)

    @given(st.dates(), st.dates())
    def test_weeks_are_iso_weeks(self, one, other):
        same = one.isocalendar()[:2] == other.isocalendar()[:2]
        assert (week_of(day_number(one)) == week_of(day_number(other))) == same
        assert dt.date.fromordinal(first_day("week", week_of(day_number(one))) + 719_163).weekday() == 0

    @given(st.dates())
    def test_numbers_say_the_date(self, date):
        number = day_number(date)
        assert month_of(number) == MONTH[number] == date.year * 12 + date.month - 1
        assert quarter_of(number) == date.year * 4 + (date.month - 1) // 3
        assert half_of(number) == date.year * 2 + (date.month > 6)
        assert year_of(number) == date.year

    @given(st.sampled_from(PERIODS), st.integers(-1_000_000, 60_000_000))
    def test_first_day_is_the_inverse_of_number_of(self, period, number):
        this = number_of(period, number)
        assert first_day(period, this) <= number < first_day(period, this + 1)
        assert number_of(period, first_day(period, this)) == this
        assert number_of(period, first_day(period, this) - 1) == this - 1

    def test_the_cache_of_months_is_bounded(self):
        for number in range(100_000, 180_000):
            assert MONTH[number] == month_of(number)
        assert len(MONTH) <= 1 << 15

    def test_an_instant_that_does_not_come_has_a_period_too(self):
        assert end_of("month", NEVER, zone("Europe/Berlin")) > NEVER


class TestZoneNames:
    @pytest.mark.parametrize(
        "name",
        [
            "", ".", "..", "../zones", "Europe", "Europe/", "Europe/../Europe/Moscow", "/etc/localtime",
            "/usr/share/zoneinfo/UTC", "tzdata.zi",
            "zone.tab", "__init__.py", "Europe\\Moscow", "europe/moscow", "Europe/Moskva", "Europe/Moscow\n",
            "UTC\0", "x" * 10_000, "+03:00", None, 3,
        ],
    )  # fmt: skip
    def test_only_names_of_the_list(self, name):
        with pytest.raises(ValueError, match="unknown time zone") as caught:
            zone(name)
        assert len(str(caught.value)) < 100

    def test_a_zone_is_loaded_once(self):
        assert zone("Europe/Moscow") is zone("Europe/Moscow")
        assert zone("Europe/Moscow") != zone("Europe/Minsk")

    def test_a_zone_can_be_copied_and_sent_to_another_process(self):
        assert pickle.loads(pickle.dumps(zone("Asia/Omsk"))) is zone("Asia/Omsk")  # noqa: S301
        assert copy.deepcopy(zone("Asia/Omsk")) is zone("Asia/Omsk")
        assert repr(zone("Asia/Omsk")) == "Zone(name='Asia/Omsk')"

    def test_the_data_has_a_version(self):
        assert tzdata_version()[:4].isdigit()
        assert {"Europe/Moscow", "UTC", "US/Eastern"} <= zone_names()

    def test_no_zone_file_of_the_machine_is_read(self, monkeypatch):
        zone.cache_clear()
        monkeypatch.setattr(
            zoneinfo, "ZoneInfo", type("Pinned", (), {"from_file": staticmethod(zoneinfo.ZoneInfo.from_file)})
        )
        assert zone("Asia/Omsk").offset(0) == 6 * HOUR
        zone.cache_clear()


class TestKnownClocks:
    """Golden days, written out: midnights that are missing or doubled, half hours, a date that never was."""

    @pytest.mark.parametrize(
        ("name", "date", "start", "hours"),
        [
            ("Europe/Moscow", "2011-03-27", "2011-03-26T21:00Z", 23),  # the last spring forward
            ("Europe/Moscow", "2014-10-26", "2014-10-25T20:00Z", 25),  # back to UTC+3 for good
            ("Europe/Moscow", "2026-03-29", "2026-03-28T21:00Z", 24),
            ("Africa/Cairo", "2014-05-16", "2014-05-15T22:00Z", 23),  # 00:00 to 01:00 did not exist
            ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00Z", 23),
            ("Africa/Cairo", "2024-10-31", "2024-10-30T21:00Z", 25),  # midnight becomes 23:00 of the same Thursday
            ("America/Havana", "2024-03-10", "2024-03-10T05:00Z", 23),  # 00:00 to 01:00 did not exist
            ("America/Havana", "2024-11-03", "2024-11-03T04:00Z", 25),  # 00:00 to 01:00 came twice
            ("America/Santiago", "2024-09-08", "2024-09-08T04:00Z", 23),
            ("America/Santiago", "2024-04-06", "2024-04-06T03:00Z", 25),  # 23:00 to 24:00 came twice
            ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00Z", 23),
            ("Asia/Beirut", "2024-10-26", "2024-10-25T21:00Z", 25),
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", 23),
            ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00Z", 24),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z", 24),
            ("Australia/Lord_Howe", "2024-10-06", "2024-10-05T13:30Z", 23.5),
            ("Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00Z", 24.5),
            ("Asia/Kathmandu", "2024-01-01", "2023-12-31T18:15Z", 24),
            ("Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30Z", 23.75),
            ("Africa/Casablanca", "2024-03-10", "2024-03-09T23:00Z", 25),  # Ramadan begins: back from +1 to 0
            ("Africa/Casablanca", "2024-04-14", "2024-04-14T00:00Z", 23),
            ("America/St_Johns", "2010-11-07", "2010-11-07T02:30Z", 25),  # 00:01 became 23:01 of the day before
        ],
    )
    def test_a_local_day(self, name, date, start, hours):
        here = zone(name)
        assert here.day_start(day(date)) == at(start)
        assert here.day_start(day(date) + 1) - at(start) == hours * HOUR
        assert here.local_day(at(start)) == day(date)
        assert here.local_day(at(start) - 1) < day(date)
        assert here.day_exists(day(date))

    def test_moscow_had_three_offsets(self):
        here = zone("Europe/Moscow")
        assert [here.offset(at(f"{year}-12-01T00:00Z")) // HOUR for year in (2010, 2013, 2015)] == [3, 4, 3]
        start, end, offset = here.interval(at("2011-03-27T00:00Z"))
        assert (start, offset) == (at("2011-03-26T23:00Z"), 4 * HOUR)
        assert end > at("2011-04-30T00:00Z")

    def test_apia_went_from_thursday_to_saturday(self):
        here, missing = zone("Pacific/Apia"), day("2011-12-30")
        assert here.skipped == (missing,)
        assert not here.day_exists(missing)
        assert here.day_start(missing) == here.day_start(missing + 1) == at("2011-12-30T10:00Z")
        assert here.local_day(at("2011-12-30T10:00Z") - 1) == missing - 1
        assert period_bounds("day", at("2011-12-30T09:00Z"), here) == (at("2011-12-29T10:00Z"), at("2011-12-30T10:00Z"))

    @pytest.mark.parametrize(
        ("name", "last", "then", "missed"),
        [
            ("Pacific/Apia", "2011-12-29", "2011-12-31", 0),
            ("Pacific/Apia", "2011-12-28", "2012-01-01", 2),
            ("Pacific/Apia", "2012-01-01", "2012-01-03", 1),
            ("Pacific/Kiritimati", "1994-12-30", "1995-01-01", 0),  # 1994-12-31 never was
            ("Pacific/Kwajalein", "1993-08-20", "1993-08-22", 0),
            ("Europe/Moscow", "2011-12-29", "2011-12-31", 1),
            ("Europe/Moscow", "2011-12-29", "2011-12-30", 0),
            ("Europe/Moscow", "2011-12-29", "2011-12-29", 0),
            ("Europe/Moscow", "2011-12-29", "2011-12-01", 0),
            ("Europe/Moscow", "2024-02-28", "2024-03-02", 2),
        ],
    )
    def test_missed_days(self, name, last, then, missed):
        assert missed_days(day(last), day(then), zone(name)) == missed

    def test_a_date_that_has_begun_does_not_end_when_clocks_go_back_over_midnight(self):
        here = zone("America/St_Johns")
        first, back, second = at("2010-11-07T02:30Z"), at("2010-11-07T02:31Z"), at("2010-11-07T03:30Z")
        assert shown(back, here.name).startswith("2010-11-06T23:01")
        for instant in (first, back, second - 1, second):
            assert here.local_day(instant) == day("2010-11-07")
            start, end, shift = here.day_interval(instant)
            assert start <= instant < end
            assert (instant + shift) // DAY == day("2010-11-07")
        assert here.offset(back) == -7 * HOUR // 2
        assert here.day_interval(back)[:2] == (back, second)

    def test_the_fortnightly_switches_of_ramadan_are_seen(self):
        here = zone("Africa/Cairo")
        offsets = [
            here.offset(at(f"2014-{date}T12:00Z")) // HOUR for date in ("05-01", "06-01", "07-10", "08-10", "10-10")
        ]
        assert offsets == [2, 3, 2, 3, 2]

    @pytest.mark.parametrize(
        ("period", "instant", "start", "end"),
        [
            ("day", "2026-03-01T20:59Z", "2026-02-28T21:00Z", "2026-03-01T21:00Z"),
            ("week", "2026-03-01T20:59Z", "2026-02-22T21:00Z", "2026-03-01T21:00Z"),
            ("month", "2026-02-28T21:00Z", "2026-02-28T21:00Z", "2026-03-31T21:00Z"),
            ("quarter", "2026-02-28T21:00Z", "2025-12-31T21:00Z", "2026-03-31T21:00Z"),
            ("half", "2026-12-31T20:59Z", "2026-06-30T21:00Z", "2026-12-31T21:00Z"),
            ("year", "2026-12-31T21:00Z", "2026-12-31T21:00Z", "2027-12-31T21:00Z"),
        ],
    )
    def test_periods_of_moscow(self, period, instant, start, end):
        here = zone("Europe/Moscow")
        assert period_bounds(period, at(instant), here) == (at(start), at(end))
        assert end_of(period, at(instant), here) == at(end)


class TestAdd:
    @pytest.mark.parametrize(
        ("name", "instant", "duration", "expected"),
        [
            ("Europe/Moscow", "2026-08-31T10:00+03:00", "6 months", "2027-02-28T10:00+03:00"),
            ("Europe/Moscow", "2024-02-29T10:00+03:00", "1 year", "2025-02-28T10:00+03:00"),
            ("Europe/Moscow", "2010-12-15T10:00+03:00", "6 months", "2011-06-15T10:00+04:00"),
            ("Europe/Berlin", "2026-01-15T10:00+01:00", "6 months", "2026-07-15T10:00+02:00"),
            ("Europe/Berlin", "2026-03-28T10:00+01:00", "1 day", "2026-03-29T11:00+02:00"),  # a day is 24 hours
            ("Europe/Berlin", "2026-02-28T02:30+01:00", "1 month", "2026-03-28T02:30+01:00"),
            ("Europe/Berlin", "2026-01-29T02:30+01:00", "2 months", "2026-03-29T03:00+02:00"),  # 02:30 did not exist
            ("Europe/Berlin", "2026-09-25T02:30+02:00", "1 month", "2026-10-25T02:30+02:00"),  # the first of two
            ("Europe/Berlin", "2026-10-25T02:30+01:00", "1 month", "2026-11-25T02:30+01:00"),  # from the second of two
            ("Asia/Beirut", "2024-02-29T00:15+02:00", "1 month", "2024-03-29T00:15+02:00"),
            ("America/Santiago", "2024-08-08T00:15-04:00", "1 month", "2024-09-08T01:00-03:00"),
            ("Pacific/Apia", "2011-11-30T10:00-10:00", "1 month", "2011-12-31T00:00+14:00"),
            ("America/St_Johns", "2010-11-06T23:30-03:30", "1 month", "2010-12-07T00:00-03:30"),  # again 6, already 7
        ],
    )
    def test_known_sums(self, name, instant, duration, expected):
        assert shown(add(at(instant), parse_duration(duration), zone(name)), name) == shown(at(expected), name)

    def test_subtract_clamps_too(self):
        here = zone("Europe/Moscow")
        assert subtract(at("2026-03-31T10:00+03:00"), Duration(months=1), here) == at("2026-02-28T10:00+03:00")
        assert subtract(at("2026-03-31T10:00+03:00"), Duration(micros=DAY), here) == at("2026-03-30T10:00+03:00")

    @given(instants, exact, zones)
    def test_exact_durations_are_exact(self, instant, duration, name):
        assert add(instant, duration, zone(name)) == instant + duration.micros
        assert subtract(add(instant, duration, zone(name)), duration, zone(name)) == instant

    @given(instants, st.integers(1, 240), zones)
    def test_more_months_end_later(self, instant, number, name):
        here = zone(name)
        assert instant < add(instant, Duration(months=number), here) < add(instant, Duration(months=number + 1), here)

    @given(instants, st.integers(0, 40 * DAY), months, zones)
    def test_a_later_start_never_ends_on_an_earlier_day(self, instant, later, duration, name):
        here = zone(name)
        early, late = add(instant, duration, here), add(instant + later, duration, here)
        assert here.local_day(early) <= here.local_day(late)

    @given(instants, months, st.sampled_from(ORDINARY))
    def test_months_keep_the_wall_time_where_it_exists(self, instant, duration, name):
        before = from_instant(instant).astimezone(reference(name)).replace(fold=0)
        year, month = divmod(before.year * 12 + before.month - 1 + duration.months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        wanted = before.replace(year=year, month=month + 1, day=min(before.day, last))
        assume(
            wanted.astimezone(dt.UTC).astimezone(reference(name)).replace(tzinfo=None) == wanted.replace(tzinfo=None)
        )
        assert add(instant, duration, zone(name)) == to_instant(wanted.astimezone(dt.UTC))


class TestAnyInstant:
    @given(instants, zones)
    def test_an_interval_holds_its_instant_and_the_true_offset(self, instant, name):
        start, end, offset = zone(name).interval(instant)
        assert start <= instant < end
        for moment in (start, instant, end - 1):
            true = from_instant(moment).astimezone(reference(name)).utcoffset()
            assert offset == zone(name).offset(moment) == true // dt.timedelta(microseconds=1)

    @given(instants, zones)
    def test_each_instant_is_in_exactly_one_local_day(self, instant, name):
        here = zone(name)
        today = here.local_day(instant)
        assert here.day_start(today) <= instant < here.day_start(today + 1)
        assert here.day_exists(today)

    @given(instants, st.sampled_from(ORDINARY))
    def test_the_local_day_is_the_date_that_clocks_show(self, instant, name):
        assert zone(name).local_day(instant) == day_number(from_instant(instant).astimezone(reference(name)).date())

    @given(instants, st.integers(0, 3 * DAY), zones)
    def test_local_days_never_run_backwards(self, instant, later, name):
        assert zone(name).local_day(instant) <= zone(name).local_day(instant + later)

    @given(instants, zones, st.data())
    def test_a_day_interval_gives_the_local_day_of_all_that_it_spans(self, instant, name, data):
        start, end, shift = zone(name).day_interval(instant)
        assert start <= instant < end
        for moment in (start, instant, data.draw(st.integers(start, end - 1)), end - 1):
            assert (moment + shift) // DAY == zone(name).local_day(moment)

    @given(day_numbers, zones)
    def test_a_day_starts_at_its_first_instant(self, number, name):
        here = zone(name)
        start = here.day_start(number)
        assert here.local_day(start - 1) < number <= here.local_day(start)
        assert here.day_exists(number) == (start < here.day_start(number + 1)) == (here.local_day(start) == number)

    @given(day_numbers, st.integers(0, 900), zones)
    def test_missed_days_are_the_dates_that_existed(self, last, gap, name):
        here = zone(name)
        between = range(last + 1, last + gap)
        assert missed_days(last, last + gap, here) == sum(here.day_start(it) < here.day_start(it + 1) for it in between)

    @given(st.sampled_from(PERIODS), instants, zones)
    def test_periods_partition_time(self, period, instant, name):
        here = zone(name)
        start, end = period_bounds(period, instant, here)
        assert start <= instant < end == end_of(period, instant, here)
        assert period_bounds(period, start, here) == period_bounds(period, end - 1, here) == (start, end)
        assert period_bounds(period, end, here)[0] == end
        assert period_bounds(period, start - 1, here)[1] == start

    @given(st.integers(-(2**63), 2**63 - 1), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]))
    def test_every_integer_is_an_instant(self, instant, name):
        here = zone(name)
        start, end = period_bounds("month", instant, here)
        assert start <= instant < end
        assert add(instant, Duration(months=6), here) > instant

    def test_a_zone_forgets_rather_than_grow(self):
        here = zone("Europe/Berlin")
        here._chunks.update((-number, ((0, 0, 0),)) for number in range(10_000_000, 10_000_600))
        assert here.local_day(0) == 0
        here.offset(at("2400-01-01T00:00Z"))
        assert len(here._chunks) <= 512

    @pytest.mark.parametrize("switch", [1, 3_600, 86_399, 86_400, 86_401, 200_000, 3 * 86_400 - 1])
    def test_a_switch_is_found_to_the_second(self, switch):
        switch *= 1_000_000
        spans = _scan(lambda instant: HOUR if instant >= switch else 0, 0, 3 * DAY)
        assert spans == ((0, switch, 0), (switch, 3 * DAY, HOUR))

    def test_several_switches_on_one_day_are_found(self):
        spans = _scan(lambda instant: min(instant // HOUR, 3), 0, DAY)
        assert [start // HOUR for start, _, _ in spans] == [offset for _, _, offset in spans] == [0, 1, 2, 3]

    def test_no_zone_switches_twice_within_a_day(self):
        """A zone is looked at once a day, which would miss a switch there and back; `tzdata` has none since 1950."""
        for name in zone_names():
            switches = [second for second in explicit_switches(name) if second > -20 * 365 * 86_400]
            assert all(after - before > 86_400 for before, after in itertools.pairwise(switches)), name
