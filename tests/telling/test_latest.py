"""The time until now, in the right form: the last year, the last 90 days; Russian has gender and case."""

import pytest

from loyaltykit.calendars import parse_duration
from loyaltykit.telling.speech import Speech


@pytest.mark.parametrize(
    ("length", "english", "russian"),
    [
        ("1 year", "over the last year", "последний год"),
        ("2 years", "over the last 2 years", "последние 2 года"),
        ("1 month", "over the last month", "последний месяц"),
        ("18 months", "over the last 18 months", "последние 18 месяцев"),
        ("1d", "over the last day", "последний день"),
        ("21d", "over the last 3 weeks", "последние 3 недели"),
        ("31d", "over the last 31 days", "последний 31 день"),
        ("90d", "over the last 90 days", "последние 90 дней"),
        ("1h", "over the last hour", "последний час"),
        ("1m", "over the last minute", "последнюю минуту"),
        ("147d", "over the last 21 weeks", "последнюю 21 неделю"),
    ],
)
def test_the_time_until_now(length, english, russian):
    assert Speech("en").latest(parse_duration(length)) == english
    assert Speech("ru").latest(parse_duration(length)) == russian
