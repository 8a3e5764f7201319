"""The features again, one member and one cut-off at a time, from lists of events: slow, and easy to agree with."""

import datetime as dt
import math
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from loyaltykit.churn.features import FEATURES
from loyaltykit.churn.features.rhythm import SHRINK

NAN = float("nan")
DAY = 86_400_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ORIGIN = dt.date(1970, 1, 1)


def naive_panel(events, members, cutoffs, roles, *, zone="UTC", active=None):
    """Rows as (member, cut-off, values by name), in a panel's order. `events` are (member, type, at, known, value)."""
    types = sorted({type for _, type, *_ in events})
    activity = set(roles.active(types))
    found = {}
    for cutoff in cutoffs:
        visible = [event for event in events if event[2] < cutoff and max(event[2], event[3]) < cutoff]
        there = {}
        for member in members:
            mine = [event for event in visible if event[0] == member]
            if mine and not any(type in roles.left for _, type, *_ in mine) and not away(mine, activity, roles):
                there[member] = facts(mine, roles, activity, cutoff=cutoff, zone=zone)
        whole = population(there.values())
        for member, fact in there.items():
            if active is None or (fact["times"] and fact["times"][-1] >= cutoff - active):
                mine = [event for event in visible if event[0] == member]
                found[member, cutoff] = row(mine, fact, whole, cutoff, roles=roles, zone=zone)
    return [
        (member, cutoff, found[member, cutoff]) for member in members for cutoff in cutoffs if (member, cutoff) in found
    ]


def away(mine, activity, roles):
    acted = [at for _, type, at, *_ in mine if type in activity]
    said = [at for _, type, at, *_ in mine if type in roles.away]
    return bool(said) and (not acted or max(said) >= max(acted))


def local_day(instant, zone):
    moment = (EPOCH + dt.timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))
    return (moment.date() - ORIGIN).days


def facts(mine, roles, activity, *, cutoff, zone):
    acts = sorted((at, type) for _, type, at, _, _ in mine if type in activity)
    today = local_day(cutoff - 1, zone)
    days = sorted({local_day(at, zone) for at, _ in acts})
    inside = {w: [act for act in acts if local_day(act[0], zone) > today - w] for w in (7, 14, 28)}
    return {
        "today": today,
        "times": [at for at, _ in acts],
        "days": days,
        "efforts": efforts([event for event in mine if event[1] in activity], roles, zone),
        "inside": inside,
        "active": {w: len({local_day(at, zone) for at, _ in inside[w]}) for w in inside},
        "gaps": [after - before for before, after in pairwise(days)],
    }


def population(there):
    there = list(there)
    gaps = [gap for fact in there for gap in fact["gaps"]]
    busy = [fact for fact in there if fact["active"][28]]
    mean = {w: over(sum(fact["active"][w] for fact in busy), len(busy)) for w in (7, 28)}
    return {"gap": over(sum(gaps), len(gaps)), "mean": mean}


def over(a, b):
    return a / b if b and not math.isnan(a) else NAN


def row(mine, fact, whole, cutoff, *, roles, zone):
    values = {**rhythm(fact, whole, cutoff), **volume(fact, whole), **study(mine, fact, cutoff, roles=roles, zone=zone)}
    assert set(values) == {feature.name for feature in FEATURES}
    return values


def rhythm(fact, whole, cutoff):
    times, days, gaps, today = fact["times"], fact["days"], fact["gaps"], fact["today"]
    recency = (cutoff - times[-1]) / DAY if times else NAN
    cadence = (sum(gaps) + SHRINK * whole["gap"]) / (len(gaps) + SHRINK)
    return {
        "age": (cutoff - times[0]) / DAY if times else NAN,
        "recency": recency,
        "last": (times[-1] - times[0]) / DAY if times else NAN,
        "active_days": len(days),
        "repeats": max(len(days) - 1, 0),
        "cadence": cadence,
        "silence_ratio": NAN if math.isnan(cadence) else over(recency, cadence),
        "gap_max": max(gaps, default=NAN),
        "gap_last": gaps[-1] if gaps else NAN,
        "streak": in_a_row(days, today),
        "weeks": in_a_row(sorted({(day + 3) // 7 for day in days}), (today + 3) // 7),
    }


def in_a_row(numbers, now):
    if not numbers or numbers[-1] < now - 1:
        return 0
    last = numbers[-1]
    length = 0
    while last - length in numbers:
        length += 1
    return length


def volume(fact, whole):
    active, inside = fact["active"], fact["inside"]
    return {
        **{f"active_days_{w}": active[w] for w in active},
        **{f"events_{w}": len(inside[w]) for w in inside},
        "trend": active[14] - (active[28] - active[14]),
        **{f"effort_{half_life}": fading(fact, half_life) for half_life in (7, 28)},
        "kinds_28": len({type for _, type in inside[28]}),
        "peers_7": active[7] - whole["mean"][7],
        "peers_28": active[28] - whole["mean"][28],
    }


def fading(fact, half_life):
    def left(days):
        return 0.5 ** (days / half_life) if days < 60 * half_life else 0.0

    total, before = 0.0, None
    for day in fact["days"]:
        total = (total * left(day - before) if before else 0.0) + fact["efforts"][day]
        before = day
    return total * left(fact["today"] - before) if before else 0.0


def efforts(mine, roles, zone):
    amounts = {}
    for _, type, at, _, value in mine:
        amount = min(value, 1e6) if type in roles.amounts and value >= 0 else 1.0
        day = local_day(at, zone)
        amounts[day] = amounts.get(day, 0) + round(Fraction(amount * 1_000_000))
    return {day: round(Fraction(math.log1p(amount / 1e6) * 1_000_000)) / 1_000_000 for day, amount in amounts.items()}


def study(mine, fact, cutoff, *, roles, zone):
    first = fact["today"] - 28

    def learned(role, *, valued=False):
        chosen = [event for event in mine if event[1] in getattr(roles, role)]
        chosen = [event for event in chosen if not valued or abs(event[4]) < float("inf")]
        return sorted(chosen, key=lambda event: (max(event[2], event[3]), event[2]))  # stable: equal ones as they came

    def old(events):
        return [event for event in events if local_day(max(event[2], event[3]), zone) <= first]

    def last(events):
        return events[-1][4] if events else NAN

    def ago(events):
        return (cutoff - max(events[-1][2], events[-1][3])) / DAY if events else NAN

    progress, scores = learned("progress", valued=True), learned("scores", valued=True)
    handed_in, missed = learned("handed_in"), learned("missed")
    before = last(old(progress)) if old(progress) else 0.0
    whole = sum(round(Fraction(max(-1e6, min(1e6, event[4])) * 1_000_000)) for event in scores)
    return {
        "progress": last(progress),
        "progress_28": last(progress) - before if progress else NAN,
        "handed_in": len(handed_in),
        "handed_in_28": len(handed_in) - len(old(handed_in)),
        "handed_in_ago": ago(handed_in),
        "missed": len(missed),
        "missed_28": len(missed) - len(old(missed)),
        "missed_ago": ago(missed),
        "handed_in_share": over(len(handed_in), len(handed_in) + len(missed)),
        "late": len(learned("late")),
        **ahead(learned("due", valued=True), cutoff),
        "score_last": last(scores),
        "score_mean": over(whole, len(scores) * 1_000_000),
        "points": last(learned("points", valued=True)),
        "tier": last(learned("tier", valued=True)),
    }


def ahead(planned, cutoff):
    due = [event[2] + round(min(event[4], 36_500.0) * DAY) for event in planned if event[4] > 0]
    away = [instant - cutoff for instant in due if instant > cutoff]
    return {"due_in": min(away) / DAY if away else NAN, "due_28": sum(span <= 28 * DAY for span in away)}
