"""Words of what is wrong between the parts of a program: names of nothing, rules, ladders, quests, rewards."""

WORDS: dict[str, tuple[str, str]] = {
    "document/unknown-event": ("unknown event type {name}", "неизвестный тип события {name}"),
    "document/unknown-field": ("unknown field {name}", "неизвестное поле {name}"),
    "document/unknown-event-field": ("unknown field of an event {name}", "неизвестное поле события {name}"),
    "document/unknown-point": ("unknown point {name}", "неизвестные баллы {name}"),
    "document/unknown-attribute": ("unknown attribute {name}", "неизвестный атрибут {name}"),
    "document/board-now": (
        "a leaderboard counts what happened in its period; {name} is not of a period",
        "таблица лидеров считает то, что случилось за период; {name} к периоду не относится",
    ),
    "document/board-window": (
        "in a leaderboard {name} runs over its period; within= and functions of time have no place there",
        "в таблице лидеров {name} считается за её период: within= и функции времени здесь не нужны",
    ),
    "document/board-same": (
        "same= has no place in a leaderboard; use group",
        "same= в таблице лидеров не нужно, для этого есть group",
    ),
    "document/gives-nothing": ("{name} gives nothing", "{name}: ничего не выдаётся"),
    "document/budget-period": (
        "a budget is of a calendar period: day, week, month, quarter, half or year",
        "бюджет считают за календарный период: day, week, month, quarter, half или year",
    ),
    "document/unknown-reward": ("unknown reward {name}", "неизвестная награда {name}"),
    "document/unknown-badge": ("unknown badge {name}", "неизвестный значок {name}"),
    "document/unknown-message": ("unknown message {name}", "неизвестное сообщение {name}"),
    "document/unknown-quest": ("unknown quest {name}", "неизвестный квест {name}"),
    "document/unknown-survey": ("unknown survey {name}", "неизвестный опрос {name}"),
    "document/unknown-campaign": ("unknown campaign {name}", "неизвестная кампания {name}"),
    "document/unknown-staff": ("unknown role {name}", "неизвестная роль {name}"),
    "document/unknown-tier": ("unknown ladder {name}", "неизвестная лестница статусов {name}"),
    "document/unknown-step": ("unknown step {name}", "неизвестная ступень {name}"),
    "document/rule-start": (
        "a rule needs an event (on) or a condition (when)",
        "правилу нужно событие (on) или условие (when)",
    ),
    "document/one-way": ("exactly one of these must stand here: {names}", "здесь нужно ровно одно из: {names}"),
    "document/day-of-year": (
        "{name} is not a day of the year such as 12-31",
        "{name} — не день года вида 12-31",
    ),
    "document/unknown-rule": ("unknown rule {name}", "неизвестное правило {name}"),
    "document/needs-key": ("{name} needs {needs} beside it", "{name} нужно указывать вместе с {needs}"),
    "document/takes-back": (
        "a rule with reverse takes back what another gave; {name} has no meaning there",
        "правило с reverse забирает начисленное другим; {name} здесь не имеет смысла",
    ),
    "document/reversed": (
        "the rule {name} cannot be taken back: that needs a rule with on and key that gives points",
        "правило {name} нельзя отменить: для этого нужно правило с on и key, которое начисляет баллы",
    ),
    "document/of": (
        "{event} has no field {name} that is a number",
        "у события {event} нет числового поля {name}",
    ),
    "document/carry": (
        "carry needs an award of points that are spendable, pending or expiring: only these are kept apart",
        "для carry нужны баллы, которые тратятся, ждут или сгорают: только они учитываются по отдельности",
    ),
    "document/needs-event": (
        "{name} needs a rule with an event (on): a condition that turns true has none",
        "{name} возможно только в правиле с событием (on): у условия без on события нет",
    ),
    "document/below-zero": ("the step {name} is below zero", "ступень {name} ниже нуля"),
    "document/not-rising": (
        "steps must rise: {name} at {threshold} comes after {before}",
        "ступени должны расти: {name} со значением {threshold} стоит после {before}",
    ),
    "document/pauses": (
        "write true, or the pauses as a list of {{from: 2026-12-24, to: 2027-01-08}}",
        "напишите true или список пауз вида {{from: 2026-12-24, to: 2027-01-08}}",
    ),
    "document/freeze-periods": (
        "freezes of a streak by {every} are earned in whole periods of it, such as 1 per 7 days; {rate} is none",
        "заморозки серии с every: {every} зарабатывают за её целые периоды, например 1 per 7 days; {rate} не подходит",
    ),
    "document/freezes-over": (
        "initial is {initial}, but at most {most} freezes are held",
        "initial равно {initial}, а держать можно не больше {most}",
    ),
    "document/freezes-none": (
        "nobody would ever have a freeze: give initial, earn, or both",
        "заморозок ни у кого не будет: укажите initial, earn или то и другое",
    ),
    "document/repeat": (
        "write true, or {{after: 30d, at_most: 3}}",
        "напишите true или {{after: 30d, at_most: 3}}",
    ),
    "document/dated-start": (
        "a quest with dates begins by itself: leave how ({name}) out",
        "квест с датами начинается сам: уберите how ({name})",
    ),
    "document/own-quest": ("the quest {name} cannot wait for itself", "квест {name} не может ждать сам себя"),
    "document/needs-sum": ("{name} goes with sum only", "{name} возможно только вместе с sum"),
    "document/sum-distinct": ("a step has either sum or distinct", "у шага либо sum, либо distinct"),
    "document/sum-amount": (
        "say how much the sum has to reach (reach)",
        "укажите, сколько должна составить сумма (reach)",
    ),
    "document/sum-both": ("a sum has reach or times, not both", "у суммы либо reach, либо times"),
    "document/no-number": (
        "{name} is {kind}; only numbers are added up",
        "{name} имеет тип {kind}; складывают только числа",
    ),
    "document/badge-neither": (
        "a badge needs a condition (when) or a count, or something that gives it",
        "значку нужно условие (when) или счёт (count), либо то, что его выдаёт",
    ),
    "document/badge-both": ("a badge has either when or count, not both", "у значка либо when, либо count, но не оба"),
    "document/needs-count": ("{name} goes with count only", "{name} возможно только вместе с count"),
    "document/step-neither": (
        "a step needs an event (on) or a condition (when)",
        "шагу нужно событие (on) или условие (when)",
    ),
    "document/step-both": ("a step has either on or when, not both", "у шага либо on, либо when, но не оба"),
    "document/step-needs-on": ("{name} goes with on only", "{name} возможно только вместе с on"),
    "document/any-of": (
        "any_of is {any_of}, but there are only {steps} steps",
        "any_of равно {any_of}, а шагов всего {steps}",
    ),
    "document/any-in-order": ("any_of and in_order exclude each other", "any_of и in_order исключают друг друга"),
    "document/joined": (
        "the quest {name} is not joined by a button: its start is {start}, not join",
        "в квест {name} не вступают кнопкой: у него start — {start}, а не join",
    ),
    "document/needs-at": (
        "{name} belongs to a session, so the reward needs the time when it begins (at)",
        "{name} бывает у встречи, поэтому награде нужно время начала (at)",
    ),
    "document/not-spendable": (
        "{name} cannot be spent: say spendable: true of it",
        "{name} нельзя тратить: у этих баллов нет spendable: true",
    ),
    "document/cost": (
        "{name} has more digits after the point than {point} keeps",
        "в {name} больше знаков после запятой, чем хранит {point}",
    ),
    "document/needs-cost": (
        "value is about the lots that the cost consumes: it needs a cost",
        "value — о партиях баллов, которые тратит обмен: нужна cost",
    ),
    "document/needs-stock": (
        "nobody waits for what never runs out: a waitlist needs a stock",
        "того, что не кончается, не ждут: для waitlist нужен stock",
    ),
    "document/circle": ("the segment {name} is defined by itself", "сегмент {name} определён через самого себя"),
}
