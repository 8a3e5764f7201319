"""Words of what is wrong with what a school asks, scores and measures: surveys, contact, churn, goals."""

WORDS: dict[str, tuple[str, str]] = {
    "document/churn-days": (
        "{name} is not a number of whole days",
        "{name} — не целое число дней",
    ),
    "document/churn-model": (
        "{name} is not a model of the library; it needs a plug-in that brings it",
        "у библиотеки нет модели {name}: её должен принести плагин",
    ),
    "document/fact": (
        "{name} is not a field of an event, such as lesson.completed.progress",
        "{name} — не поле события вида lesson.completed.progress",
    ),
    "document/fact-number": (
        "{name} is {kind}; a number must stand here",
        "{name} — это {kind}, а здесь нужно число",
    ),
    "document/fact-due": (
        "{name} is {kind}; an instant, a date or a number of days must stand here",
        "{name} — это {kind}, а здесь нужен момент, дата или число дней",
    ),
    "document/gain-holdout": (
        "nobody is withheld from {name}, so what it brings can never be known: give it a holdout",
        "у кампании {name} нет контрольной группы (holdout): её отдачу узнать не получится",
    ),
    "document/scale": ("{name} is not a scale such as 0-10", "{name} — не шкала вида 0-10"),
    "document/survey-neither": (
        "a survey needs a scale or options",
        "опросу нужна шкала (scale) или варианты (options)",
    ),
    "document/every-needs-when": (
        "every says how often it is asked while a condition holds: say when",
        "every задаёт, как часто спрашивать, пока выполнено условие: добавьте when",
    ),
    "document/survey-both": (
        "a survey has either a scale or options, not both",
        "у опроса либо шкала (scale), либо варианты (options), но не оба",
    ),
    "document/always-quiet": (
        "{name} is the whole day or none of it; give two different times",
        "{name} — это весь день или ни минуты; укажите два разных времени",
    ),
    "document/goal-of": (
        "{name} is neither program nor a campaign such as campaigns.comeback",
        "{name} — не program и не кампания вида campaigns.comeback",
    ),
    "document/goal-neither": (
        "a goal needs an event, or metric: churned",
        "цели нужно событие (event) или metric: churned",
    ),
    "document/goal-both": (
        "a goal has either an event or a metric, not both",
        "у цели либо event, либо metric, но не оба",
    ),
    "document/goal-needs": (
        "a goal with {word} needs {name}",
        "цели с {word} нужен ключ {name}",
    ),
    "document/goal-other": (
        "{name} does not go with {word}",
        "{name} не сочетается с {word}",
    ),
    "document/goal-months": (
        "{name} is not equally long for everybody; write it in days or weeks",
        "{name} — срок для всех разный; задайте его в днях или неделях",
    ),
    "document/goal-where": (
        "a goal's condition looks only at the event that is counted, not at {name}",
        "условие цели смотрит только на само событие, а не на {name}",
    ),
}
