"""The rules of contact: pure, so held against plain clocks and counts."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.calendars import DAY, parse_duration, parse_rate, zone, zone_names
from loyaltykit.channels.contact import (
    Defer,
    Next,
    Reach,
    Rules,
    Send,
    Suppress,
    capped_until,
    consents,
    may_send,
    quiet_until,
    sent_matters_since,
)
from loyaltykit.values import from_instant, to_instant

HOUR = DAY // 24
MOSCOW = zone("Europe/Moscow")
NIGHT = (21 * 60, 9 * 60)


def at(text):
    return to_instant(dt.datetime.fromisoformat(text))


def asked(rules, *, reach=None, channel="telegram", purpose="service", addressed=True, decided=None, now):
    reach = reach or Reach(zone=MOSCOW)
    decided = now if decided is None else decided
    return may_send(rules, reach, channel=channel, purpose=purpose, addressed=addressed, decided=decided, at=now)


def test_a_message_goes_by_day():
    assert asked(Rules(quiet=NIGHT), now=at("2026-11-02T12:00+03:00")) == Send()
    assert asked(Rules(), now=at("2026-11-02T03:00+03:00")) == Send()


@pytest.mark.parametrize(
    ("now", "until"), [("02T21:00", "03T09:00"), ("03T03:30", "03T09:00"), ("03T08:59", "03T09:00")]
)
def test_at_night_it_waits_for_the_morning(now, until):
    verdict = asked(Rules(quiet=NIGHT), now=at(f"2026-11-{now}+03:00"))
    assert verdict == Defer(at(f"2026-11-{until}+03:00"), "quiet-hours")


def test_the_night_is_the_members_own():
    now = at("2026-11-02T19:00+03:00")
    assert asked(Rules(quiet=NIGHT), reach=Reach(zone=zone("Asia/Omsk")), now=now) == Defer(
        at("2026-11-03T09:00+06:00"), "quiet-hours"
    )


def test_an_hour_that_comes_twice_is_quiet_twice():
    berlin, quiet = zone("Europe/Berlin"), (60, 150)  # 01:00-02:30; clocks go from 03:00 back to 02:00
    assert quiet_until(quiet, at("2026-10-25T01:30+02:00"), berlin) == at("2026-10-25T02:30+02:00")
    assert quiet_until(quiet, at("2026-10-25T02:10+01:00"), berlin) == at("2026-10-25T02:30+01:00")


def test_quiet_hours_that_end_in_a_gap_end_with_it():
    berlin, quiet = zone("Europe/Berlin"), (60, 150)  # 02:30 does not exist on that day
    assert quiet_until(quiet, at("2026-03-29T01:30+01:00"), berlin) == at("2026-03-29T03:00+02:00")


@given(
    name=st.sampled_from(sorted(zone_names())),
    now=st.integers(at("1990-01-01T00:00Z"), at("2037-01-01T00:00Z")),
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
)
def test_quiet_hours_are_never_broken_in_any_zone(name, now, start, end):
    then = quiet_until((start, end), now, zone(name))
    assert now <= then <= now + 2 * DAY

    def quiet(instant):
        local = from_instant(instant).astimezone(zoneinfo.ZoneInfo(name))
        minute = local.hour * 60 + local.minute
        return start <= minute < end if start <= end else minute >= start or minute < end

    assert not quiet(then)
    if then > now:
        assert quiet(now)
        assert quiet(then - 1)


def test_marketing_needs_consent_and_service_only_that_it_was_not_withdrawn():
    now = at("2026-11-02T12:00+03:00")
    assert asked(Rules(), purpose="marketing", now=now) == Next("no-consent")
    assert asked(Rules(required=frozenset()), purpose="marketing", now=now) == Send()
    no = Reach(zone=MOSCOW, consents={"service": False})
    assert asked(Rules(), reach=no, now=now) == Next("no-consent")


def test_what_was_said_about_a_channel_goes_before():
    reach = Reach(zone=MOSCOW, consents={"marketing": True, "marketing/email": False, "service/sms": False})
    rules = Rules()
    assert consents(rules, reach, "marketing", "telegram")
    assert not consents(rules, reach, "marketing", "email")
    assert consents(rules, reach, "service", "email")
    assert not consents(rules, reach, "service", "sms")


def test_a_channel_that_does_not_reach_the_member_is_passed_over():
    now = at("2026-11-02T12:00+03:00")
    assert asked(Rules(), addressed=False, now=now) == Next("no-address")
    blocked = Reach(zone=MOSCOW, working={"telegram": False, "email": True})
    assert asked(Rules(), reach=blocked, now=now) == Next("not-working")
    assert asked(Rules(), reach=blocked, channel="email", now=now) == Send()


def test_what_is_too_old_is_not_sent():
    rules, decided = Rules(stale=parse_duration("48h")), at("2026-11-02T12:00+03:00")
    assert asked(rules, decided=decided, now=decided + 2 * DAY) == Send()
    assert asked(rules, decided=decided, now=decided + 2 * DAY + 1) == Suppress("stale")


def test_a_wait_that_outlasts_the_message_is_not_begun():
    rules, night = Rules(quiet=NIGHT, stale=parse_duration("4h")), at("2026-11-02T22:00+03:00")
    assert asked(rules, now=night) == Suppress("quiet-hours")
    assert asked(rules, now=at("2026-11-03T06:00+03:00")) == Defer(at("2026-11-03T09:00+03:00"), "quiet-hours")


def test_a_cap_of_calendar_weeks_frees_on_monday():
    rate, now = parse_rate("2 per week"), at("2026-11-07T12:00+03:00")
    sent = [now - 9 * DAY, now - 2 * DAY, now - DAY]
    assert capped_until(rate, sent, now, MOSCOW) == at("2026-11-09T00:00+03:00")
    assert capped_until(rate, sent[:2], now, MOSCOW) == now


def test_a_rolling_cap_frees_when_the_oldest_leaves():
    rate, now = parse_rate("2 per 7 days"), at("2026-11-07T12:00+03:00")
    sent = [now - 7 * DAY, now - 6 * DAY, now - 2 * DAY]
    assert capped_until(rate, sent, now, MOSCOW) == now + DAY
    assert capped_until(rate, sent, now + DAY, MOSCOW) == now + DAY
    assert capped_until(rate, [now - 3 * DAY, now - 2 * DAY, now], now, MOSCOW) == now + 5 * DAY


def test_a_cap_that_frees_at_night_waits_on_for_the_morning():
    rules = Rules(quiet=NIGHT, at_most=parse_rate("1 per 1 day"), stale=parse_duration("3d"))
    now = at("2026-11-07T20:30+03:00")
    reach = Reach(zone=MOSCOW, sent=[now - HOUR + DAY // 24])
    assert asked(rules, reach=reach, now=now) == Defer(now + DAY, "cap")
    late = Reach(zone=MOSCOW, sent=[at("2026-11-07T20:59+03:00")])
    night = at("2026-11-08T20:58:59+03:00")
    assert asked(rules, reach=late, now=night) == Defer(at("2026-11-08T20:59+03:00"), "cap")
    evening = Reach(zone=MOSCOW, sent=[at("2026-11-06T22:00+03:00")])
    assert asked(rules, reach=evening, now=now) == Defer(at("2026-11-08T09:00+03:00"), "cap")


@given(
    text=st.sampled_from(["1 per day", "2 per week", "3 per month", "1 per 36h", "2 per 7 days", "2 per 1 month"]),
    hours=st.lists(st.integers(0, 24 * 60), max_size=12),
    now=st.integers(24 * 30, 24 * 60),
)
def test_the_cap_is_never_broken(text, hours, now):
    """Sent one by one whenever the rules say so, no window ever holds more than it may."""
    start, place, rate = at("2026-03-01T00:00+01:00"), zone("Europe/Berlin"), parse_rate(text)
    rules = Rules(at_most=rate, stale=parse_duration("1 year"))
    sent: list[int] = []
    for hour in sorted([*hours, now]):
        then = max([start + hour * HOUR, *sent[-1:]])
        verdict = asked(rules, reach=Reach(zone=place, sent=list(sent)), now=then)
        if isinstance(verdict, Defer):
            assert verdict.until > then
            again = asked(rules, reach=Reach(zone=place, sent=list(sent)), now=verdict.until)
            then = verdict.until
            assert again == Send()
        sent.append(then)
        since = sent_matters_since(rules, then, place)
        near = [one for one in sent if one >= since]
        if rate.per.name is not None:
            assert len(near) <= rate.times
        else:
            assert capped_until(rate, near, then, place) == capped_until(rate, sent, then, place)
            if not rate.per.rolling.months:
                assert sum(one > then - rate.per.rolling.micros for one in sent) <= rate.times


def test_hours_that_begin_when_they_end_are_none():
    assert quiet_until((60, 60), 5, MOSCOW) == 5
