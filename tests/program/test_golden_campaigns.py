"""Pairs of a mistake in campaigns, rewards, goals, surveys or contact and what is said about it, in both languages."""

import re

import pytest

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program, check

HEAD = """program: school
events:
  lesson.completed: {course: text}
  order.paid: {course: text, amount: money}
  order.refunded: {order: text}
points: {xp: }
rewards: {lesson: , access: {lasts: 30d}}
quests: {back: {start: campaign, steps: [{on: lesson.completed}]}, own: {steps: [{on: lesson.completed}]}}
badges: {keen: {when: "False"}}
surveys: {why: {question: Why?, options: [time, money]}}
staff: {curator: {name: Olga}}
messages: {hello: {en: Hello}}
"""

GOLDEN = {
    "no start": (
        "campaigns: {c: {steps: [{send: hello}]}}",
        ("campaigns.c.start", 1, 16, "document/missing"),
        ("the key start is missing", ""),
        ("не хватает ключа start", ""),
    ),
    "two starts": (
        "campaigns: {c: {start: {on: order.paid, at: 2026-01-01T10:00}, steps: [{send: hello}]}}",
        ("campaigns.c.start", 1, 24, "document/campaign-start"),
        ("a campaign begins with an event (on, perhaps with when), a condition (when) or at a moment (at)", ""),
        ("кампания начинается с события (on, можно с when), по условию (when) или в назначенное время (at)", ""),
    ),
    "start without anything": (
        "campaigns: {c: {start: {}, steps: [{send: hello}]}}",
        ("campaigns.c.start", 1, 24, "document/campaign-start"),
        ("a campaign begins with an event (on, perhaps with when), a condition (when) or at a moment (at)", ""),
        ("кампания начинается с события (on, можно с when), по условию (when) или в назначенное время (at)", ""),
    ),
    "exit without anything": (
        "campaigns: {c: {start: silent('9d'), exit: {}, steps: [{send: hello}]}}",
        ("campaigns.c.exit", 1, 44, "document/turn-neither"),
        ("an event (on) or a condition (when) must stand here", ""),
        ("здесь нужно событие (on) или условие (when)", ""),
    ),
    "no steps": (
        "campaigns: {c: {start: silent('9d'), steps: []}}",
        ("campaigns.c.steps", 1, 45, "document/too-few"),
        ("at least one must stand here", ""),
        ("здесь нужно хотя бы одно значение", ""),
    ),
    "unknown key in a step": (
        "campaigns: {c: {start: silent('9d'), steps: [{sned: hello}]}}",
        ("campaigns.c.steps.1.sned", 1, 47, "document/unknown-key"),
        ("unknown key sned", "did you mean send?"),
        ("неизвестный ключ sned", "может быть, send?"),
    ),
    "unknown key deep in a step": (
        (
            "campaigns: {c: {start: silent('9d'), steps: [{if: true, then: [{offer: {chose: lesson, choose: "
            "[lesson]}}]}]}}"
        ),
        ("campaigns.c.steps.1.then.1.offer.chose", 1, 73, "document/unknown-key"),
        ("unknown key chose", "did you mean choose?"),
        ("неизвестный ключ chose", "может быть, choose?"),
    ),
    "a step that does nothing": (
        "campaigns: {c: {start: silent('9d'), steps: [{}]}}",
        ("campaigns.c.steps.1", 1, 46, "document/journey-nothing"),
        ("a step does one thing: offer, send, enrol, award, grant, badge, wait, if, survey or stop", ""),
        ("шаг делает что-то одно: offer, send, enrol, award, grant, badge, wait, if, survey или stop", ""),
    ),
    "a step that does two things": (
        "campaigns: {c: {start: silent('9d'), steps: [{send: hello, wait: 2d}]}}",
        ("campaigns.c.steps.1", 1, 46, "document/journey-several"),
        ("a step does one thing, and here are send, wait; make them steps of their own", ""),
        ("шаг делает что-то одно, а здесь send, wait; разделите на отдельные шаги", ""),
    ),
    "then without if": (
        "campaigns: {c: {start: silent('9d'), steps: [{send: hello, then: [{stop: true}]}]}}",
        ("campaigns.c.steps.1.then", 1, 60, "document/needs-if"),
        ("then goes with if only", ""),
        ("then возможно только вместе с if", ""),
    ),
    "an empty wait": (
        "campaigns: {c: {start: silent('9d'), steps: [{wait: {}}, {send: hello}]}}",
        ("campaigns.c.steps.1.wait", 1, 53, "document/wait"),
        ("a wait has a time, or a condition (until), perhaps both: {until: …, at_most: 7d}", ""),
        ("ожиданию нужен срок или условие (until), можно и то и другое: {until: …, at_most: 7d}", ""),
    ),
    "a step after the end": (
        "campaigns: {c: {start: silent('9d'), steps: [{stop: true}, {send: hello}]}}",
        ("campaigns.c.steps.2", 1, 60, "document/after-stop"),
        ("this step is never reached: the run has ended before", ""),
        ("до этого шага дело не дойдёт: кампания закончилась раньше", ""),
    ),
    "a step after two ends": (
        (
            "campaigns: {c: {start: silent('9d'), steps: [{if: badge.keen, then: [{stop: true}], else: "
            "[{send: hello}, {stop: true}]}, {send: hello}]}}"
        ),
        ("campaigns.c.steps.2", 1, 123, "document/after-stop"),
        ("this step is never reached: the run has ended before", ""),
        ("до этого шага дело не дойдёт: кампания закончилась раньше", ""),
    ),
    "an award below zero": (
        "campaigns: {c: {start: silent('9d'), steps: [{award: {xp: -5}}]}}",
        ("campaigns.c.steps.1.award.xp", 1, 59, "document/award"),
        ("an award gives points, and -5 would take them away; that is not built yet", ""),
        ("начисление не бывает меньше нуля, а здесь -5; списание ещё не сделано", ""),
    ),
    "unknown reward in an offer": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [[lesson, acess]]}}]}}",
        ("campaigns.c.steps.1.offer.choose.1", 1, 73, "document/unknown-reward"),
        ("unknown reward acess", "did you mean access?"),
        ("неизвестная награда acess", "может быть, access?"),
    ),
    "materials that are not there": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [materials, lesson]}}]}}",
        ("campaigns.c.steps.1.offer.choose.1", 1, 64, "document/no-materials"),
        ("the program declares no materials", ""),
        ("в программе не объявлены материалы", ""),
    ),
    "an option twice": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson, {give: lesson}]}}]}}",
        ("campaigns.c.steps.1.offer.choose.2", 1, 72, "document/twice"),
        ("lesson stands twice", ""),
        ("lesson повторяется", ""),
    ),
    "a default that is no option": (
        ("campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson], by: member, default: access}}]}}"),
        ("campaigns.c.steps.1.offer.default", 1, 94, "document/default"),
        ("access is none of the options", ""),
        ("access нет среди вариантов", ""),
    ),
    "a default where nobody picks": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson], default: lesson}}]}}",
        ("campaigns.c.steps.1.offer.default", 1, 73, "document/default-by"),
        ("default goes with by: member only", ""),
        ("default возможно только вместе с by: member", ""),
    ),
    "unknown policy": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson], by: bandito}}]}}",
        ("campaigns.c.steps.1.offer.by", 1, 77, "document/one-of"),
        ("bandito may not stand here", "did you mean bandit?"),
        ("bandito здесь недопустимо", "может быть, bandit?"),
    ),
    "a floor without a bandit": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson], by: random, floor: 5%}}]}}",
        ("campaigns.c.steps.1.offer.floor", 1, 85, "document/policy-by"),
        ("floor goes with by: bandit only", ""),
        ("floor возможно только вместе с by: bandit", ""),
    ),
    "a floor above the ceiling": (
        "campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson, access], by: bandit, floor: 51%}}]}}",
        ("campaigns.c.steps.1.offer.floor", 1, 100, "document/floor"),
        ("each of 2 options keeps this chance: it is above 0, and at most 50%", ""),
        ("этот шанс остаётся у каждого из вариантов (их 2): он больше 0 и не больше 50%", ""),
    ),
    "unknown message": (
        "campaigns: {c: {start: silent('9d'), steps: [{send: {message: helo}}]}}",
        ("campaigns.c.steps.1.send.message", 1, 63, "document/unknown-message"),
        ("unknown message helo", "did you mean hello?"),
        ("неизвестное сообщение helo", "может быть, hello?"),
    ),
    "unknown quest": (
        "campaigns: {c: {start: silent('9d'), steps: [{enrol: bakc}]}}",
        ("campaigns.c.steps.1.enrol", 1, 54, "document/unknown-quest"),
        ("unknown quest bakc", "did you mean back?"),
        ("неизвестный квест bakc", "может быть, back?"),
    ),
    "a quest that begins by itself": (
        "campaigns: {c: {start: silent('9d'), steps: [{enrol: own}]}}",
        ("campaigns.c.steps.1.enrol", 1, 54, "document/enrol"),
        ("the quest own has start: auto; a campaign enrols in quests with start: campaign", ""),
        ("у квеста own стоит start: auto; кампания записывает в квесты со start: campaign", ""),
    ),
    "unknown survey": (
        "campaigns: {c: {start: silent('9d'), steps: [{survey: wyh}]}}",
        ("campaigns.c.steps.1.survey", 1, 55, "document/unknown-survey"),
        ("unknown survey wyh", "did you mean why?"),
        ("неизвестный опрос wyh", "может быть, why?"),
    ),
    "unknown badge": (
        "campaigns: {c: {start: silent('9d'), steps: [{badge: ken}]}}",
        ("campaigns.c.steps.1.badge", 1, 54, "document/unknown-badge"),
        ("unknown badge ken", "did you mean keen?"),
        ("неизвестный значок ken", "может быть, keen?"),
    ),
    "unknown reward": (
        "campaigns: {c: {start: silent('9d'), steps: [{grant: lessn}]}}",
        ("campaigns.c.steps.1.grant", 1, 54, "document/unknown-reward"),
        ("unknown reward lessn", "did you mean lesson?"),
        ("неизвестная награда lessn", "может быть, lesson?"),
    ),
    "unknown points": (
        "campaigns: {c: {start: silent('9d'), steps: [{award: {px: 1}}]}}",
        ("campaigns.c.steps.1.award.px", 1, 55, "document/unknown-point"),
        ("unknown point px", "use one of: xp"),
        ("неизвестные баллы px", "можно: xp"),
    ),
    "unknown event at the start": (
        "campaigns: {c: {start: {on: order.payed}, steps: [{send: hello}]}}",
        ("campaigns.c.start.on", 1, 29, "document/unknown-event"),
        ("unknown event type order.payed", "did you mean order.paid?"),
        ("неизвестный тип события order.payed", "может быть, order.paid?"),
    ),
    "unknown event at the exit": (
        "campaigns: {c: {start: silent('9d'), exit: {on: order.refund}, steps: [{send: hello}]}}",
        ("campaigns.c.exit.on", 1, 49, "document/unknown-event"),
        ("unknown event type order.refund", "did you mean order.refunded?"),
        ("неизвестный тип события order.refund", "может быть, order.refunded?"),
    ),
    "unknown event of success": (
        ("campaigns: {c: {start: silent('9d'), steps: [{offer: {choose: [lesson], success: {on: order.pai}}}]}}"),
        ("campaigns.c.steps.1.offer.success.on", 1, 87, "document/unknown-event"),
        ("unknown event type order.pai", "did you mean order.paid?"),
        ("неизвестный тип события order.pai", "может быть, order.paid?"),
    ),
    "an event of our own": (
        "campaigns: {c: {start: {on: fact.settled}, steps: [{send: hello}]}}",
        ("campaigns.c.start.on", 1, 29, "document/unknown-event"),
        ("unknown event type fact.settled", "use one of: lesson.completed, order.paid, order.refunded"),
        ("неизвестный тип события fact.settled", "можно: lesson.completed, order.paid, order.refunded"),
    ),
    "unknown field of per": (
        "campaigns: {c: {per: event.curse, start: silent('9d'), steps: [{send: hello}]}}",
        ("campaigns.c.per", 1, 22, "document/unknown-field"),
        ("unknown field curse", "did you mean course?"),
        ("неизвестное поле curse", "может быть, course?"),
    ),
    "per of money": (
        "campaigns: {c: {per: event.amount, start: silent('9d'), steps: [{send: hello}]}}",
        ("campaigns.c.per", 1, 22, "document/per-kind"),
        ("amount must be a text or a whole number, and the same in every event that has it", ""),
        ("amount должно быть текстом или целым числом, одинаково во всех событиях, где оно есть", ""),
    ),
    "a segment per of money": (
        "segments: {s: {per: event.amount, when: true}}",
        ("segments.s.per", 1, 21, "document/per-kind"),
        ("amount must be a text or a whole number, and the same in every event that has it", ""),
        ("amount должно быть текстом или целым числом, одинаково во всех событиях, где оно есть", ""),
    ),
    "an event without the field of per": (
        "campaigns: {c: {per: event.course, start: {on: order.refunded}, steps: [{send: hello}]}}",
        ("campaigns.c.start.on", 1, 48, "document/per-missing"),
        ("order.refunded has no field course, so it cannot begin a run for one of its values", ""),
        ("у order.refunded нет поля course: такое событие не может начать кампанию для его значения", ""),
    ),
    "unknown role": (
        "rewards: {review: {task: {for: curatr, due: 3d}}}",
        ("rewards.review.task.for", 1, 32, "document/unknown-staff"),
        ("unknown role curatr", "did you mean curator?"),
        ("неизвестная роль curatr", "может быть, curator?"),
    ),
    "unknown role to hear": (
        "rewards: {review: {task: {for: curator, due: 3d, escalate: {after: 1d, to: hed}}}}",
        ("rewards.review.task.escalate.to", 1, 76, "document/unknown-staff"),
        ("unknown role hed", "use one of: curator"),
        ("неизвестная роль hed", "можно: curator"),
    ),
    "unknown message when done": (
        "rewards: {review: {task: {for: curator, due: 3d, done: helo}}}",
        ("rewards.review.task.done", 1, 56, "document/unknown-message"),
        ("unknown message helo", "did you mean hello?"),
        ("неизвестное сообщение helo", "может быть, hello?"),
    ),
    "a reminder without a moment": (
        "rewards: {evening: {remind: {before: 1h, send: hello}}}",
        ("rewards.evening.remind", 1, 21, "document/needs-at"),
        ("remind belongs to a session, so the reward needs the time when it begins (at)", ""),
        ("remind бывает у встречи, поэтому награде нужно время начала (at)", ""),
    ),
    "a waiting list without a stock": (
        "rewards: {seat: {waitlist: {order: [joined]}}}",
        ("rewards.seat.waitlist", 1, 18, "document/needs-stock"),
        ("nobody waits for what never runs out: a waitlist needs a stock", ""),
        ("того, что не кончается, не ждут: для waitlist нужен stock", ""),
    ),
    "a reward with the name of the materials": (
        "rewards: {materials: {lasts: 3d}}",
        ("rewards.materials", 1, 11, "document/reserved-id"),
        ("the id materials has a meaning of its own; choose another", ""),
        ("имя materials занято; выберите другое", ""),
    ),
    "bands that fall": (
        "churn: {bands: {high: 0.6, watch: 0.3}}",
        ("churn.bands.watch", 1, 35, "document/not-rising"),
        ("steps must rise: watch at 0.3 comes after 0.6", ""),
        ("ступени должны расти: watch со значением 0.3 стоит после 0.6", ""),
    ),
    "a band above one": (
        "churn: {bands: {high: 6}}",
        ("churn.bands.high", 1, 23, "document/range"),
        ("6 is out of range: ≤ 1.0", ""),
        ("6 вне границ: ≤ 1.0", ""),
    ),
    "always quiet": (
        "contact: {quiet_hours: 09:00-09:00}",
        ("contact.quiet_hours", 1, 24, "document/always-quiet"),
        ("09:00-09:00 is the whole day or none of it; give two different times", ""),
        ("09:00-09:00 — это весь день или ни минуты; укажите два разных времени", ""),
    ),
    "a scale that falls": (
        "surveys: {nps: {question: Q, scale: 10-0}}",
        ("surveys.nps.scale", 1, 37, "document/scale"),
        ("10-0 is not a scale such as 0-10", ""),
        ("10-0 — не шкала вида 0-10", ""),
    ),
    "no way to answer": (
        "surveys: {nps: {question: Q}}",
        ("surveys.nps", 1, 11, "document/survey-neither"),
        ("a survey needs a scale or options", ""),
        ("опросу нужна шкала (scale) или варианты (options)", ""),
    ),
    "two ways to answer": (
        "surveys: {nps: {question: Q, scale: 0-10, options: [a, b]}}",
        ("surveys.nps", 1, 11, "document/survey-both"),
        ("a survey has either a scale or options, not both", ""),
        ("у опроса либо шкала (scale), либо варианты (options), но не оба", ""),
    ),
    "a goal of nothing": (
        "goals: {g: {within: 9d, target: +5%}}",
        ("goals.g", 1, 9, "document/goal-neither"),
        ("a goal needs an event, or metric: churned", ""),
        ("цели нужно событие (event) или metric: churned", ""),
    ),
    "a goal of two things": (
        "goals: {g: {event: order.paid, metric: churned, within: 9d, horizon: 9d, target: +5%}}",
        ("goals.g", 1, 9, "document/goal-both"),
        ("a goal has either an event or a metric, not both", ""),
        ("у цели либо event, либо metric, но не оба", ""),
    ),
    "a goal without a time": (
        "goals: {g: {event: order.paid, target: +5%}}",
        ("goals.g", 1, 9, "document/goal-needs"),
        ("a goal with event needs within", ""),
        ("цели с event нужен ключ within", ""),
    ),
    "a goal with another's time": (
        "goals: {g: {event: order.paid, within: 9d, horizon: 9d, target: +5%}}",
        ("goals.g.horizon", 1, 44, "document/goal-other"),
        ("horizon does not go with event", ""),
        ("horizon не сочетается с event", ""),
    ),
    "a goal of an unknown campaign": (
        (
            "goals: {g: {event: order.paid, within: 9d, target: +5%, of: campaigns.c}}\ncampaigns: {d: "
            "{start: silent('9d'), steps: [{send: hello}]}}"
        ),
        ("goals.g.of", 1, 61, "document/unknown-campaign"),
        ("unknown campaign c", "use one of: d"),
        ("неизвестная кампания c", "можно: d"),
    ),
    "a goal of something else": (
        "goals: {g: {event: order.paid, within: 9d, target: +5%, of: quests.back}}",
        ("goals.g.of", 1, 61, "document/goal-of"),
        ("quests.back is neither program nor a campaign such as campaigns.comeback", ""),
        ("quests.back — не program и не кампания вида campaigns.comeback", ""),
    ),
    "an unknown event to be stuck": (
        "stuck: {failed: lesson.complete}",
        ("stuck.failed", 1, 17, "document/unknown-event"),
        ("unknown event type lesson.complete", "did you mean lesson.completed?"),
        ("неизвестный тип события lesson.complete", "может быть, lesson.completed?"),
    ),
    "an unknown field to be stuck": (
        "stuck: {failed: lesson.completed, topic: cours}",
        ("stuck.topic", 1, 42, "document/unknown-field"),
        ("unknown field cours", "did you mean course?"),
        ("неизвестное поле cours", "может быть, course?"),
    ),
}


def head(text):
    """The head without the sections that the text has of its own."""
    own = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    return "".join(part for part in re.split(r"^(?=\w)", HEAD, flags=re.MULTILINE) if part.partition(":")[0] not in own)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_mistake_is_named_with_its_place_in_both_languages(name):
    text, (path, line, column, code), english, russian = GOLDEN[name]
    above = head(text)
    for lang, (message, hint) in (("en", english), ("ru", russian)):
        with pytest.raises(ProgramError) as caught:
            Program.from_yaml(above + text, lang=lang)
        (problem,) = caught.value.problems
        assert (problem.path, problem.code, problem.severity) == (path, code, "error")
        assert (problem.message, problem.hint) == (message, hint)
        assert (problem.line - above.count("\n"), problem.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "rewards: {review: {task: {for: anybody, due: 3d}}}",
        "goals: {g: {metric: churned, horizon: 28d, target: -15%, of: program}}",
        "campaigns: {c: {start: {on: order.paid, when: event.amount > 5}, steps: [{award: {xp: 1}, badge: keen}]}}",
        "campaigns: {c: {per: event.course, start: {on: order.paid}, exit: {on: order.refunded}, steps: [{wait: 2d}]}}",
        "campaigns: {c: {start: silent('9d'), steps: [{if: badge.keen, then: [{stop: true}]}, {send: hello}]}}",
        "campaigns: {c: {start: {at: 2026-01-01T10:00}, steps: [{wait: {until: badge.keen}}, {send: hello}]}}",
        "rewards: {tip: {topic: x}}\ncampaigns: {c: {start: true, steps: [{offer: {choose: [materials, tip]}}]}}",
        "rewards: {seat: {stock: 1, waitlist: {order: [joined]}}, evening: {at: 2026-10-08T19:00, minutes: 90}}",
    ],
)
def test_what_is_right_is_taken(text):
    above = head(text) if "anybody" not in text else head(text + "\nstaff:")
    assert Program.from_yaml(above + text).warnings == ()


def test_a_channel_that_the_library_does_not_know_is_a_warning():
    for send, hint in (
        ("telegarm", "did you mean telegram?"),
        ("viber", "use one of: telegram, email, inbox, console, webhook"),
    ):
        step = f"{{send: {{message: hello, channels: [email, {send}]}}}}"
        (problem,) = Program.from_yaml(HEAD + f"campaigns: {{c: {{start: true, steps: [{step}]}}}}").warnings
        assert (problem.path, problem.code) == ("campaigns.c.steps.1.send.channels", "document/channel")
        assert (problem.severity, problem.hint) == ("warning", hint)


def test_a_policy_that_the_library_does_not_know_is_a_warning():
    for policy, hint in (("thomson", "did you mean thompson?"), ("ours", "use one of: squarecb, thompson, linucb")):
        step = f"{{offer: {{choose: [lesson], by: bandit, policy: {policy}}}}}"
        (problem,) = Program.from_yaml(HEAD + f"campaigns: {{c: {{start: true, steps: [{step}]}}}}").warnings
        assert (problem.path, problem.code) == ("campaigns.c.steps.1.offer.policy", "document/policy")
        assert problem.message == f"{policy} is not a policy of the library; it needs a plug-in that brings it"
        assert (problem.severity, problem.hint) == ("warning", hint)


def test_steps_are_counted_through_conditions():
    step = {"if": "badge.keen", "then": [{"send": "hello"}] * 40}
    campaign = {"start": "silent('9d')", "steps": [step] * 25}
    base = {"program": "a", "events": {}, "badges": {"keen": {"when": "False"}}, "messages": {"hello": {"en": "Hi"}}}
    (problem,) = check({**base, "campaigns": {"c": campaign}})
    assert (problem.path, problem.code) == ("campaigns.c.steps", "document/too-many-items")
    assert check({**base, "campaigns": {"c": {**campaign, "steps": [step] * 24}}}) == []


def test_conditions_are_not_nested_without_end():
    step = {"send": "hello"}
    for _ in range(40):
        step = {"if": "true", "then": [step]}
    campaign = {"start": "silent('9d')", "steps": [step]}
    found = check({"program": "a", "events": {}, "messages": {"hello": {"en": "Hi"}}, "campaigns": {"c": campaign}})
    assert [problem.code for problem in found] == ["document/too-deep"]


def test_a_faulty_part_does_not_hide_the_others():
    text = "campaigns: {c: {start: true, holdout: 200%, steps: [{send: helo}]}, d: {steps: [{grant: lesn}]}}"
    with pytest.raises(ProgramError) as caught:
        Program.from_yaml(HEAD + text)
    found = {(problem.path, problem.code) for problem in caught.value.problems}
    assert found == {
        ("campaigns.c.holdout", "document/percent"),
        ("campaigns.c.steps.1.send", "document/unknown-message"),
        ("campaigns.d.start", "document/missing"),
    }
