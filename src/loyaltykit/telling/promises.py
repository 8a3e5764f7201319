"""Sentences about rewards, campaigns, surveys and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.expressions import JOINED
from loyaltykit.program.reserved import MATERIALS
from loyaltykit.program.walking import walk
from loyaltykit.rules.expression.tree import Ref, depends
from loyaltykit.telling.speech import capital

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.program.campaigns import Campaign, Offer
    from loyaltykit.program.document import Reward
    from loyaltykit.telling.teller import Sentence, Teller


def rewards(teller: Teller) -> Iterator[Sentence]:
    """What each reward is: how many there are, how long it lasts, who does what."""
    for name, reward in teller.document.rewards.items():
        parts = [*_price(teller, reward, name), *_meeting(teller, reward), *_terms(teller, reward, name)]
        label = teller.naming.of("rewards", name)
        code = "reward" if parts else "reward/plain"
        first = f": {parts[0]}" if parts else ""
        yield teller.sentence("rewards", name, code, name=label, parts=first + teller.speech.parts(parts[1:]))


def _meeting(teller: Teller, reward: Reward) -> Iterator[str]:
    speech = teller.speech
    if reward.at is not None:
        time = speech.micros(reward.minutes * 60_000_000)
        yield speech.say("reward/at", date=speech.moment(reward.at), time=time)
    if reward.link is not None:
        yield speech.say("reward/link")
    if reward.remind is not None:
        yield speech.say("reward/remind", time=speech.duration(reward.remind.before))


def _price(teller: Teller, reward: Reward, name: str) -> Iterator[str]:
    """What it costs, for whom it is, how often, and what it is worth."""
    speech = teller.speech
    if reward.cost:
        price = speech.joined([teller.points(point, amount) for point, amount in reward.cost.items()])
        yield speech.say("reward/cost", price=price)
    needed = [_at_least(teller, "tiers", ladder, step) for ladder, step in reward.tiers.items()]
    needed += [speech.say("in-segment", name=teller.naming.of("segments", one)) for one in reward.segment]
    for badge, step in reward.badge.items():
        label = teller.naming.of("badges", badge)
        needed.append(_at_least(teller, "badges", badge, step) if step else speech.say("has-badge", name=label))
    if needed:
        yield speech.say("reward/for", condition=speech.joined(needed))
    if reward.per_member is not None:
        often = speech.counted(reward.per_member.times, "times-of")
        per = reward.per_member.per
        code = "reward/most" if per is None else "reward/most-per"
        yield speech.say(code, times_of=often, per="" if per is None else speech.per(per))
    if reward.value is not None:
        yield speech.say("reward/value", value=teller.value(f"rewards.{name}.value"))


def _at_least(teller: Teller, section: str, ladder: str, step: str) -> str:
    code = "tier" if section == "tiers" else "badge-step"
    left = teller.speech.say(f"your-{code}", name=teller.naming.of(section, ladder))
    return teller.speech.say("step/>=", left=left, right=teller.speech.say("a-thing", name=step))


def _terms(teller: Teller, reward: Reward, name: str) -> Iterator[str]:
    speech = teller.speech
    if reward.lasts is not None:
        yield speech.say("reward/lasts", time=speech.duration(reward.lasts))
    if reward.stock is not None:
        yield speech.say("reward/stock", number=speech.counted(reward.stock, "places"))
    if reward.waitlist is not None:
        keys = [number for number, key in enumerate(reward.waitlist.order, 1) if key != JOINED]
        order = [_first(teller, f"rewards.{name}.waitlist.order.{number}") for number in keys]
        code = "reward/waitlist-order" if order else "reward/waitlist"
        yield speech.say(code, order=", ".join(order))
    if reward.task is not None:
        staff = teller.document.staff.get(reward.task.role)
        role = speech.label(staff.label if staff is not None else None, reward.task.role)
        done = speech.say("reward/task", role=role, time=speech.duration(reward.task.due))
        yield f"{done}, {speech.say('reward/told')}" if reward.task.done is not None else done
    if reward.topic is not None:
        yield speech.say("reward/topic", topic=reward.topic)


def _first(teller: Teller, path: str) -> str:
    node = teller.nodes[path]
    return teller.conditions.clause(node) if node.type.kind == "boolean" else teller.conditions.noun(node)


def campaigns(teller: Teller) -> Iterator[Sentence]:
    """What each campaign may bring a student, and when. How the school decides is its own affair."""
    speech = teller.speech
    for name, campaign in teller.document.campaigns.items():
        label = speech.label(campaign.label, "")
        before = speech.say("campaign/label", name=label) if label else ""
        when = _start(teller, campaign, f"campaigns.{name}")
        acts = speech.joined(list(dict.fromkeys(_acts(teller, campaign, f"campaigns.{name}.steps."))))
        parts = []
        if campaign.again is not None:
            parts.append(speech.say("campaign/again", time=speech.duration(campaign.again)))
        if campaign.holdout:
            parts.append(speech.say("campaign/holdout", share=speech.share(campaign.holdout)))
        if acts:
            told = {"label": before, "when": when if before else capital(when), "acts": acts}
            yield teller.sentence("campaigns", name, "campaign", parts=speech.parts(parts), **told)
    if teller.document.holdout and teller.document.campaigns:
        yield teller.sentence("campaigns", "holdout", "holdout", share=speech.share(teller.document.holdout))


def _start(teller: Teller, campaign: Campaign, path: str) -> str:
    """When it begins; whatever a score has to do with is said in one way."""
    speech, start = teller.speech, campaign.start
    if start.at is not None:
        return speech.say("campaign/at", date=speech.moment(start.at))
    node = teller.nodes.get(f"{path}.start")
    scored = node is not None and any(one.path[0] == "churn" for one in depends(node) if isinstance(one, Ref))
    condition = speech.say("drifting") if scored else teller.condition(f"{path}.start")
    if start.on is None:
        return speech.say("campaign/if", did=condition)
    did = teller.naming.did(start.on)
    return speech.say("campaign/on-when" if condition else "campaign/on", did=did, condition=condition)


def _acts(teller: Teller, campaign: Campaign, path: str) -> Iterator[str]:
    """What its steps may do for a student, wherever in the journey they stand."""
    speech = teller.speech
    for visit in walk(campaign.steps):
        step = visit.step
        if step.offer is not None:
            yield _offer(teller, step.offer)
        elif step.send is not None:
            yield speech.say("then/send")
        elif step.enrol is not None:
            yield speech.say("then/enrol", name=teller.naming.of("quests", step.enrol))
        elif step.survey is not None:
            yield speech.say("then/survey")
        gifts = teller.gifts(step, f"{path}{visit.path}")
        if gifts:
            yield speech.say("then/get", gifts=gifts)


def _offer(teller: Teller, offer: Offer) -> str:
    options = [_together(teller, option.give) for option in offer.choose]
    gifts = teller.speech.joined(options, "or")
    return teller.speech.say("then/pick" if offer.by == "member" else "then/offer", gifts=gifts)


def _together(teller: Teller, give: Sequence[str]) -> str:
    speech = teller.speech
    names = [
        speech.say("gift/materials")
        if name == MATERIALS
        else speech.say("a-thing", name=teller.naming.of("rewards", name))
        for name in give
    ]
    return speech.joined(names)


def surveys(teller: Teller) -> Iterator[Sentence]:
    """What students are asked."""
    speech = teller.speech
    for name, survey in teller.document.surveys.items():
        question = speech.label(survey.question, name)
        if survey.scale is not None:
            low, _, high = survey.scale.partition("-")
            told = speech.say("survey/scale", question=question, low=low, high=high)
        else:
            told = speech.say("survey/options", question=question, options=speech.joined(survey.options, "or"))
        condition = "" if survey.when is None else teller.condition(f"surveys.{name}.when")
        when = speech.say("survey/when", condition=condition) if condition else ""
        again = "" if survey.every is None else speech.say("survey/every", span=speech.duration(survey.every))
        weighed = speech.say("survey/weight") if survey.weight is not None else ""
        if survey.open is not None and survey.open.start is not None:
            weighed += speech.say("survey/from", date=speech.date(survey.open.start))
        if survey.open is not None and survey.open.end is not None:
            weighed += speech.say("survey/to", date=speech.date(survey.open.end))
        if survey.remind is not None:
            times, span = speech.times(survey.remind.at_most), speech.duration(survey.remind.after)
            weighed += speech.say("survey/remind", times=times, span=span)
        weighed += speech.say("survey/comment") if survey.comment else ""
        weighed = weighed.replace("..", ".")  # a date may end with a dot of its own
        yield teller.sentence("surveys", name, "survey/whole", told=told, when=when, again=again, weighed=weighed)


def contact(teller: Teller) -> Iterator[Sentence]:
    """How often and when messages come; nothing when there are none."""
    found, speech = teller.document.contact, teller.speech
    if not teller.document.messages:
        return
    if found.at_most is not None:
        times, per = speech.times(found.at_most.times), speech.per(found.at_most.per)
        yield teller.sentence("contact", "at_most", "contact/most", times=times, per=per)
    if found.quiet_hours is not None:
        start, _, end = str(found.quiet_hours).partition("-")
        yield teller.sentence("contact", "quiet_hours", "contact/quiet", start=start, end=end)
    consent = {"marketing": "required", "service": "not required", **found.consent}
    for purpose in ("marketing", "service"):
        used = any(message.purpose == purpose for message in teller.document.messages.values())
        if used and consent[purpose] == "required":
            yield teller.sentence("contact", f"consent.{purpose}", f"contact/{purpose}")
