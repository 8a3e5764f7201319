"""The words of report pages and of their pictures, in English and Russian."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "report/title": ("Who is leaving: models compared", "Кто уходит: сравнение моделей"),
    "report/silence": (
        "Churned is who does nothing at all in the {days} days after a cut-off.",
        "Ушедшим считается тот, кто за {days} дн. после среза не сделал совсем ничего.",
    ),
    "report/event": (
        "Churned is who has the event “{label}” in the {days} days after a cut-off.",
        "Ушедшим считается тот, с кем за {days} дн. после среза случилось «{label}».",
    ),
    "report/measures": ("Measures", "Меры"),
    "report/measures-say": (
        "A dot is the value, the bar its {level} interval; members were drawn, not rows.",
        "Точка — значение, отрезок — интервал {level}; повторно выбирались участники, а не строки.",
    ),
    "report/higher": ("higher is better", "больше — лучше"),
    "report/lower": ("lower is better", "меньше — лучше"),
    "report/order": ("Who is riskier", "Кто рискует больше"),
    "report/order-say": (
        "How well the order is: whom to look at first. The dashed line is a draw by lot.",
        "Насколько верен порядок: на кого смотреть первым. Пунктир — выбор наугад.",
    ),
    "report/gains": ("Found among the riskiest", "Кого найдём среди рискованных"),
    "report/gains-x": ("acted on, % of members", "охвачено, % участников"),
    "report/gains-y": ("of those who leave, %", "из тех, кто уйдёт, %"),
    "report/roc": ("ROC", "ROC-кривая"),
    "report/roc-x": ("false alarms, % of those who stay", "ложные тревоги, % оставшихся"),
    "report/roc-y": ("found, % of those who leave", "найдено, % ушедших"),
    "report/pr": ("Precision and recall", "Точность и полнота"),
    "report/pr-x": ("found, % of those who leave", "найдено, % ушедших"),
    "report/pr-y": ("really leave, % of those flagged", "и вправду уходят, % отмеченных"),
    "report/calibration": ("Does 30% mean 30%?", "Значат ли 30 % — 30 %?"),
    "report/calibration-say": (
        "Bins of equal size. On the dashed line what was forecast happened; bars are {level} intervals.",
        "Группы равного размера. На пунктире прогноз сбылся; отрезки — интервалы {level}.",
    ),
    "report/forecast-x": ("forecast, %", "прогноз, %"),
    "report/happened-y": ("happened, %", "случилось, %"),
    "report/time": ("Forecast and outcome by cut-off", "Прогноз и исход по срезам"),
    "report/time-say": (
        "Dots are the share that churned with its {level} interval, lines the mean forecast of each model.",
        "Точки — доля ушедших с интервалом {level}, линии — средний прогноз каждой модели.",
    ),
    "report/time-x": ("cut-off", "срез"),
    "report/time-y": ("churned, %", "ушло, %"),
    "report/drift": ("What has moved", "Что сдвинулось"),
    "report/drift-say": (
        "The stability index (PSI) from what {name} learned from to what it was judged on: from 0.25 on others came.",
        "Индекс стабильности (PSI) модели {name}, от обучения к проверке: от 0,25 — уже другие люди.",
    ),
    "report/psi-x": ("PSI", "индекс PSI"),
    "report/scores": ("the score itself", "сама оценка"),
    "report/failed": ("Failed", "Не работают"),
    "report/made": ("Made by loyaltykit {library}; seed {seed}.", "Сделано loyaltykit {library}; зерно {seed}."),
}


def say(code: str, lang: str, **arguments: object) -> str:
    """The words of a code in a language, with its arguments filled in."""
    return WORDS[code][1 if lang == "ru" else 0].format(**arguments)
