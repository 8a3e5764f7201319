"""Durations, periods and rates, and the days of a member's time zone.

Everything here works on *instants* (whole microseconds since 1970-01-01T00:00Z) and on *day numbers* (whole days since
1970-01-01 of the proleptic Gregorian calendar). Local days partition time: each instant belongs to exactly one of them.
"""

from loyaltykit.calendars.days import (
    DAY,
    MONTH,
    PERIODS,
    PeriodName,
    civil,
    day_number,
    first_day,
    half_of,
    month_of,
    number_of,
    quarter_of,
    week_of,
    year_of,
)
from loyaltykit.calendars.durations import Duration, Period, Rate, parse_duration, parse_period, parse_rate
from loyaltykit.calendars.spans import add, end_of, missed_days, period_bounds, subtract
from loyaltykit.calendars.zones import Span, Zone, tzdata_version, zone, zone_names

__all__ = [
    "DAY",
    "MONTH",
    "PERIODS",
    "Duration",
    "Period",
    "PeriodName",
    "Rate",
    "Span",
    "Zone",
    "add",
    "civil",
    "day_number",
    "end_of",
    "first_day",
    "half_of",
    "missed_days",
    "month_of",
    "number_of",
    "parse_duration",
    "parse_period",
    "parse_rate",
    "period_bounds",
    "quarter_of",
    "subtract",
    "tzdata_version",
    "week_of",
    "year_of",
    "zone",
    "zone_names",
]
