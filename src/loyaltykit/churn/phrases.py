"""What each feature is called, and how its values are put, in English and Russian: one row a feature.

The Russian needs no gender and no case of a name, so that it fits anybody. ``{value}`` is the number with its noun,
``{only}`` says that it is little where that raises the risk.
"""

from __future__ import annotations

import attrs

Two = tuple[str, str]
"""English, Russian."""

NOUNS: dict[str, Two] = {
    # English one and many; Russian one, few, many
    "day": ("day|days", "день|дня|дней"),
    "active day": ("active day|active days", "день с занятиями|дня с занятиями|дней с занятиями"),
    "day of it": ("day|days", "день с занятиями|дня с занятиями|дней с занятиями"),
    "time": ("time|times", "раз|раза|раз"),
    "week": ("week|weeks", "неделю|недели|недель"),
    "activity": ("activity|activities", "действие|действия|действий"),
    "kind": ("kind of activity|kinds of activity", "вид занятий|вида занятий|видов занятий"),
    "task": ("assignment|assignments", "задание|задания|заданий"),
    "point": ("point|points", "балл|балла|баллов"),
}
PERCENT, PLAIN = "percent", ""


@attrs.frozen(slots=True, kw_only=True)
class Phrase:
    """How a feature is put into words."""

    label: Two
    """What it is, where its value is not known."""
    some: Two
    """Above zero."""
    none: Two | None = None
    """At zero; `some` where there is no row."""
    less: Two | None = None
    """Below zero, with the number without its sign."""
    noun: str = PLAIN
    """Of NOUNS, or PERCENT: how the value is written."""
    usual: bool = False
    """Whether it says more beside what others usually have."""


def _last_days(days: int) -> dict[str, Phrase]:
    """Active days and activity of the last so many days."""
    nothing = (f"no activity in the last {days} days", f"за последние {days} дней занятий не было")
    return {
        f"active_days_{days}": Phrase(
            label=(f"active days in the last {days} days", f"дни с занятиями за последние {days} дней"),
            some=(f"{{only}}{{value}} in the last {days} days", f"за последние {days} дней {{only}}{{value}}"),
            none=nothing,
            noun="active day",
            usual=True,
        ),
        f"events_{days}": Phrase(
            label=(f"activity in the last {days} days", f"действия за последние {days} дней"),
            some=(f"{{only}}{{value}} in the last {days} days", f"за последние {days} дней {{only}}{{value}}"),
            none=nothing,
            noun="activity",
            usual=True,
        ),
    }


def _peers(days: int) -> Phrase:
    return Phrase(
        label=(f"activity beside others in {days} days", f"занятия рядом с другими за {days} дней"),
        some=(
            f"active {{value}} more than others in the last {days} days",
            f"за последние {days} дней на {{value}} больше, чем у других",
        ),
        none=(
            f"as many active days as others in the last {days} days",
            f"за последние {days} дней столько же занятий, сколько у других",
        ),
        less=(
            f"active {{value}} fewer than others in the last {days} days",
            f"за последние {days} дней на {{value}} меньше, чем у других",
        ),
        noun="day of it",
    )


PHRASES: dict[str, Phrase] = {
    "age": Phrase(
        label=("time since the first activity", "сколько прошло с первого занятия"),
        some=("the first activity was {value} ago", "первое занятие было {value} назад"),
        none=("the first activity was today", "первое занятие было сегодня"),
        noun="day",
    ),
    "last": Phrase(
        label=("time from the first to the last activity", "сколько прошло от первого занятия до последнего"),
        some=(
            "{only}{value} from the first activity to the last",
            "от первого занятия до последнего {only}{value}",
        ),
        none=("active on one day only", "все занятия были в один день"),
        noun="day",
    ),
    "active_days": Phrase(
        label=("active days in all", "дни с занятиями за всё время"),
        some=("{only}{value} in all", "за всё время {only}{value}"),
        none=("no activity so far", "занятий ещё не было"),
        noun="active day",
        usual=True,
    ),
    "repeats": Phrase(
        label=("active days after the first", "дни с занятиями после первого"),
        some=("{only}{value} after the first", "после первого дня {only}{value}"),
        none=("no activity after the first day", "после первого дня занятий не было"),
        noun="active day",
        usual=True,
    ),
    **_last_days(7),
    **_last_days(14),
    **_last_days(28),
    "trend": Phrase(
        label=("change of activity over two weeks", "как изменились занятия за две недели"),
        some=(
            "active {value} more in the last two weeks than in the two before",
            "за две недели на {value} больше, чем за две до того",
        ),
        none=(
            "as many active days in the last two weeks as in the two before",
            "за две недели столько же дней с занятиями, сколько за две до того",
        ),
        less=(
            "active {value} fewer in the last two weeks than in the two before",
            "за две недели на {value} меньше, чем за две до того",
        ),
        noun="day of it",
    ),
    "gap_max": Phrase(
        label=("the longest pause so far", "самый длинный перерыв"),
        some=("the longest pause so far was {value}", "самый длинный перерыв до сих пор: {value}"),
        noun="day",
    ),
    "gap_last": Phrase(
        label=("the pause before the last activity", "перерыв перед последним занятием"),
        some=("{value} passed before the last activity", "перед последним занятием прошло {value}"),
        noun="day",
    ),
    "progress": Phrase(
        label=("how much of the course is done", "сколько курса пройдено"),
        some=("{only}{value} of the course done", "пройдено {only}{value} курса"),
        none=("nothing of the course done yet", "курс ещё не начат"),
        noun=PERCENT,
        usual=True,
    ),
    "progress_28": Phrase(
        label=("progress in the last four weeks", "продвижение по курсу за четыре недели"),
        some=(
            "{only}{value} of the course done in the last four weeks",
            "за четыре недели пройдено {only}{value} курса",
        ),
        none=("no progress in the last four weeks", "за четыре недели курс не продвинулся"),
        less=("the course went back by {value} in four weeks", "за четыре недели курс отошёл назад на {value}"),
        noun=PERCENT,
        usual=True,
    ),
    "handed_in": Phrase(
        label=("assignments handed in", "сданные задания"),
        some=("{only}{value} handed in", "сдано {only}{value}"),
        none=("no assignment handed in yet", "не сдано ни одного задания"),
        noun="task",
        usual=True,
    ),
    "handed_in_28": Phrase(
        label=("assignments handed in in the last four weeks", "задания, сданные за четыре недели"),
        some=("{only}{value} handed in in the last four weeks", "за четыре недели сдано {only}{value}"),
        none=("no assignment handed in in the last four weeks", "за четыре недели не сдано ни одного задания"),
        noun="task",
        usual=True,
    ),
    "handed_in_ago": Phrase(
        label=("when an assignment was last handed in", "когда было сдано последнее задание"),
        some=("an assignment was last handed in {value} ago", "последнее задание сдано {value} назад"),
        none=("an assignment was handed in today", "последнее задание сдано сегодня"),
        noun="day",
    ),
    "handed_in_share": Phrase(
        label=("the share of assignments handed in", "доля сданных заданий"),
        some=("{only}{value} of the assignments handed in", "сдано {only}{value} заданий"),
        none=("not one assignment handed in", "не сдано ни одного задания"),
        noun=PERCENT,
        usual=True,
    ),
    "missed_ago": Phrase(
        label=("when an assignment was last missed", "когда было пропущено последнее задание"),
        some=("an assignment was last missed {value} ago", "последний раз задание пропущено {value} назад"),
        none=("an assignment was missed today", "задание пропущено сегодня"),
        noun="day",
    ),
    "missed": Phrase(
        label=("assignments missed", "пропущенные задания"),
        some=("{value} missed", "пропущено {value}"),
        none=("no assignment missed", "ни одно задание не пропущено"),
        noun="task",
    ),
    "missed_28": Phrase(
        label=("assignments missed in the last four weeks", "задания, пропущенные за четыре недели"),
        some=("{value} missed in the last four weeks", "за четыре недели пропущено {value}"),
        none=("no assignment missed in the last four weeks", "за четыре недели ни одно задание не пропущено"),
        noun="task",
    ),
    "late": Phrase(
        label=("assignments handed in late", "задания, сданные с опозданием"),
        some=("{value} handed in late", "с опозданием сдано {value}"),
        none=("no assignment handed in late", "с опозданием ничего не сдано"),
        noun="task",
    ),
    "due_in": Phrase(
        label=("when the next assignment is due", "когда нужно сдать следующее задание"),
        some=("the next assignment is due in {value}", "до срока следующего задания {value}"),
        none=("an assignment is due today", "сегодня нужно сдать задание"),
        noun="day",
    ),
    "due_28": Phrase(
        label=("assignments due in the next four weeks", "задания на ближайшие четыре недели"),
        some=("{only}{value} due in the next four weeks", "на ближайшие четыре недели {only}{value}"),
        none=("no assignment is due in the next four weeks", "на ближайшие четыре недели заданий нет"),
        noun="task",
        usual=True,
    ),
    "score_last": Phrase(
        label=("the last score", "последняя оценка"),
        some=("the last score was {only}{value}", "последняя оценка: {only}{value}"),
        usual=True,
    ),
    "score_mean": Phrase(
        label=("the mean score", "средняя оценка"),
        some=("the mean score is {only}{value}", "средняя оценка: {only}{value}"),
        usual=True,
    ),
    "kinds_28": Phrase(
        label=("kinds of activity in the last four weeks", "виды занятий за четыре недели"),
        some=("{only}{value} in the last four weeks", "за четыре недели {only}{value}"),
        none=("no activity in the last four weeks", "за четыре недели занятий не было"),
        noun="kind",
        usual=True,
    ),
    "streak": Phrase(
        label=("active days in a row", "дни с занятиями подряд"),
        some=("active {value} in a row", "занимается {value} подряд"),
        none=("not active today or yesterday", "ни сегодня, ни вчера занятий не было"),
        noun="day",
    ),
    "weeks": Phrase(
        label=("active weeks in a row", "недели с занятиями подряд"),
        some=("active {value} in a row", "занимается {value} подряд"),
        none=("not active this week or the last", "ни на этой, ни на прошлой неделе занятий не было"),
        noun="week",
    ),
    "points": Phrase(
        label=("the balance of points", "сколько баллов на счету"),
        some=("{only}{value} on the account", "на счету {only}{value}"),
        none=("no points on the account", "на счету нет баллов"),
        less=("{value} owed on the account", "долг на счету: {value}"),
        noun="point",
        usual=True,
    ),
    "tier": Phrase(
        label=("the tier", "статус в программе"),
        some=("at step {value} of the tiers", "ступень статуса: {value}"),
        none=("no tier yet", "статуса ещё нет"),
    ),
    "peers_7": _peers(7),
    "peers_28": _peers(28),
    "p_alive": Phrase(
        label=("whether they are still here", "остаётся ли с нами"),
        some=(
            "by the rhythm so far, still here with a probability of {value}",
            "судя по ритму занятий, ещё с нами с вероятностью {value}",
        ),
        none=("by the rhythm so far, gone for good", "судя по ритму занятий, уже не с нами"),
        noun=PERCENT,
    ),
}
"""By code. Silence, rhythm and effort have sentences of their own in `words`; TOLD_LABELS has what they are called."""

TOLD_LABELS: dict[str, Two] = {
    "recency": ("the last activity", "последнее занятие"),
    "silence_ratio": ("silence beside the own rhythm", "молчание рядом с обычным ритмом"),
    "cadence": ("the rhythm of activity", "ритм занятий"),
    "effort_7": ("how much is done in these days", "сколько делается в последние дни"),
    "effort_28": ("how much is done in these weeks", "сколько делается в последние недели"),
}

LATELY: dict[str, Two] = {
    "effort_7": ("in these days", "в последние дни"),
    "effort_28": ("in these weeks", "в последние недели"),
}

BESIDE: tuple[tuple[float, Two], ...] = (
    (0.02, ("hardly anything done {lately}", "{lately} почти ничего не делается")),
    (0.5, ("much less done than others {lately}", "{lately} делается намного меньше, чем у других")),
    (0.9, ("less done than others {lately}", "{lately} делается меньше, чем у других")),
    (1.1, ("about as much done as others {lately}", "{lately} делается примерно столько же, сколько у других")),
    (2.0, ("more done than others {lately}", "{lately} делается больше, чем у других")),
    (float("inf"), ("much more done than others {lately}", "{lately} делается намного больше, чем у других")),
)
"""Effort has no unit that anybody knows: it is told beside what others usually do, up to so many times that."""

STATUSES: dict[str, Two] = {
    "ok": ("judged by the model", "оценено моделью"),
    "away": ("finished, or said goodbye: not scored", "окончил курс или попрощался: без оценки"),
    "cold-start": ("too little is known yet: judged by silence", "данных пока мало: судим по молчанию"),
    "out-of-range": (
        "unlike anybody the model has seen: take the score with care",
        "таких участников модель не видела: оценка ненадёжна",
    ),
}

BANDS: dict[str, Two] = {
    "low": ("low risk", "риск низкий"),
    "watch": ("worth watching", "стоит присмотреть"),
    "medium": ("medium risk", "риск средний"),
    "high": ("high risk", "риск высокий"),
    "critical": ("very high risk", "риск очень высокий"),
}
"""Bands as programs usually call them; others stand for themselves."""
