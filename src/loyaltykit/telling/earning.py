"""Sentences about points and the rules that give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.program.document import Expiry, Rule
    from loyaltykit.program.points import Waiting
    from loyaltykit.telling.teller import Sentence, Teller


def points(teller: Teller) -> Iterator[Sentence]:
    """What each kind of points is for, when they arrive and when they end."""
    speech = teller.speech
    for name, point in teller.document.points.items():
        parts = []
        if point.pending is not None:
            parts.append(_arrives(teller, point.pending))
        if point.expires is not None:
            parts.append(_ends(teller, name, point.expires))
        if point.cap is not None:
            number = speech.counted(point.cap.amount, "points-at-most")
            parts.append(speech.say("point/cap", number=number, per=speech.per(point.cap.per)))
        code = "point/spent" if point.spendable else "point/ends" if parts else "point/shown"
        label = teller.naming.point(name)
        yield teller.sentence("points", name, code, point=label, parts=speech.parts(parts))


def _arrives(teller: Teller, pending: Waiting) -> str:
    """When points that wait are available."""
    speech = teller.speech
    if pending.after is not None:
        return speech.say("point/pending", time=speech.duration(pending.after))
    did = teller.naming.did(pending.until or ())
    waits = speech.say("point/waits" if pending.key is None else "point/waits-same", did=did)
    if pending.at_most is None:
        return waits
    return speech.say("point/at-most", waits=waits, time=speech.duration(pending.at_most))


def _ends(teller: Teller, name: str, expires: Expiry) -> str:
    """When points end."""
    speech = teller.speech
    if expires.inactivity is not None:
        time = speech.duration(expires.inactivity)
        if expires.active_on is None:
            ends = speech.say("point/idle", time=time)
        else:
            ends = speech.say("point/idle-on", time=time, did=teller.naming.did(expires.active_on))
        spared = teller.condition(f"points.{name}.expires.unless")
        return speech.say("point/spared", ends=ends, condition=spared) if spared else ends
    if expires.date is not None:
        return speech.say("point/ends-on", day=speech.date(expires.date))
    if expires.yearly is not None:
        month, _, day = expires.yearly.partition("-")
        return speech.say("point/yearly", day=f"{day}.{month}" if speech.lang == "ru" else f"{month}/{day}")
    start = speech.say(f"from/{expires.start}")
    if expires.after is None:
        return speech.say("point/ends-at", start=start)
    return speech.say("point/expires", time=speech.duration(expires.after), start=start)


def rules(teller: Teller) -> Iterator[Sentence]:
    """What each rule gives, for what, and how often."""
    for rule in teller.document.rules:
        path = f"rules.{rule.id}"
        then = _then(teller, rule, path)
        condition = teller.condition(f"{path}.when")
        parts = teller.speech.parts([*_limits(teller, rule), *_active(teller, rule)])
        if rule.on is None:
            yield teller.sentence("rules", rule.id, "rule/when", condition=condition, then=then, parts=parts)
            continue
        code = "rule/on-when" if condition else "rule/on"
        did = teller.naming.did(rule.on)
        yield teller.sentence("rules", rule.id, code, did=did, condition=condition, then=then, parts=parts)


def _then(teller: Teller, rule: Rule, path: str) -> str:
    speech, found = teller.speech, []
    if rule.reverse is not None:
        found.append(speech.say("rule/takes-back" if rule.of is None else "rule/takes-share"))
    gifts = teller.gifts(rule, path)
    if gifts:
        found.append(speech.say("rule/get", gifts=gifts))
    for point in rule.multiply:
        factor = teller.value(f"{path}.multiply.{point}")
        found.append(speech.say("rule/multiply", point=teller.naming.point(point), factor=factor))
    return speech.joined(found) or speech.say("rule/get", gifts=speech.say("nothing"))


def _limits(teller: Teller, rule: Rule) -> Iterator[str]:
    speech = teller.speech
    if rule.revise:
        yield speech.say("rule/revise")
    if rule.key is not None and rule.reverse is None:
        yield speech.say("rule/key", key=teller.value(f"rules.{rule.id}.key").removeprefix("the "))
    if rule.limit is not None:
        times, per = speech.times(rule.limit.rate.times), speech.per(rule.limit.rate.per)
        by = teller.value(f"rules.{rule.id}.limit.by").removeprefix("the ") if rule.limit.by is not None else ""
        yield speech.say("rule/limit-by" if by else "rule/limit", times=times, per=per, by=by)
    if rule.cap is not None:
        for point, amount in rule.cap.points.items():
            number = teller.points(point, amount, at_most=True)
            yield speech.say("rule/cap", number=number, per=speech.per(rule.cap.per))


def _active(teller: Teller, rule: Rule) -> Iterator[str]:
    speech, active = teller.speech, rule.active
    if active is None:
        return
    if active.weekdays:
        yield speech.say("rule/weekdays", days=speech.joined([speech.weekday_named(day) for day in active.weekdays]))
    if active.start is not None:
        yield speech.say("rule/from", date=speech.date(active.start))
    if active.end is not None:
        yield speech.say("rule/to", date=speech.date(active.end))
