"""The words of model cards, in English and Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.churn.fault_words import fault_words
from loyaltykit.churn.feature_words import meaning
from loyaltykit.churn.telling import day, digits_of, figure, interval, metric_name, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.churn.cards import ModelCard
    from loyaltykit.churn.comparison import Side

WORDS: dict[str, tuple[str, str]] = {
    "card/title": ("Model card: {name}", "Карточка модели: {name}"),
    "card/identity": (
        "Model `{id}`, version {version}; features `{hash}`; judged with loyaltykit {library}.",
        "Модель `{id}`, версия {version}; признаки `{hash}`; проверена в loyaltykit {library}.",
    ),
    "card/predicts": ("What it predicts", "Что предсказывает"),
    "card/silence": (
        "The probability that a member does nothing at all in the {days} days after a cut-off.",
        "Вероятность того, что за {days} дн. после среза участник не сделает совсем ничего.",
    ),
    "card/event": (
        "The probability of “{label}” in the {days} days after a cut-off.",
        "Вероятность события «{label}» за {days} дн. после среза.",
    ),
    "card/unknown": ("The probability of churn; the horizon is not given.", "Вероятность ухода; срок не указан."),
    "card/use": (
        (
            "It says who is likely to leave, not who would stay because of a letter. Whom to act on is a question "
            "of uplift, and a control group answers it. It is no ground for taking anything away from a member."
        ),
        (
            "Модель говорит, кто скорее всего уйдёт, а не кого удержит письмо. Кому помогать — вопрос аплифта, и "
            "отвечает на него контрольная группа. Лишать участника чего-либо по этой оценке нельзя."
        ),
    ),
    "card/data": ("Data", "Данные"),
    "card/data-head": (
        "| | rows | members | cut-offs | churned |",
        "| | строк | участников | срезы | ушло |",
    ),
    "card/learned": ("learned from", "обучение"),
    "card/judged": ("judged on", "проверка"),
    "card/metrics": ("How well", "Насколько хорошо"),
    "card/metrics-head": ("| measure | value | {level} interval |", "| мера | значение | интервал {level} |"),
    "card/pooled": (
        (
            "On {rows} rows of {members} members that it had not seen, later by at least the horizon or of others; "
            "intervals by drawing members {resamples} times (seed {seed})."
        ),
        (
            "На {rows} строках ({members} участников), которых модель не видела: они позже обучения хотя бы на срок "
            "прогноза или о других людях. Интервалы — по {resamples} повторным выборкам участников (зерно {seed})."
        ),
    ),
    "card/calibration": ("Calibration", "Калибровка"),
    "card/calibration-head": (
        "| rows | forecast | happened | interval |",
        "| строк | прогноз | случилось | интервал |",
    ),
    "card/drift": ("Drift", "Сдвиг"),
    "card/limits": ("Where not to trust it", "Где ей не верить"),
    "card/status": (
        "Scores: {ok} by the model, {cold} cold starts, {out} out of the range it learned from.",
        "Оценки: моделью — {ok}, холодный старт — {cold}, вне знакомого модели диапазона — {out}.",
    ),
    "card/minimum": (
        "Cold start: a member with less than {minimum} gets a prior or the silence alone, and the score says so.",
        "Холодный старт: если у участника меньше, чем {minimum}, оценка даётся почти вслепую и помечается.",
    ),
    "card/converged": ("A fit did not converge.", "Одно из обучений не сошлось."),
    "card/degenerate": (
        "A fit is degenerate: its parameters mean little.",
        "Одно из обучений вырождено: его параметрам верить нельзя.",
    ),
    "card/others": (
        "It has been judged on the members above only: another school, another course, other years are other members.",
        "Проверена только на перечисленных выше участниках: другая школа, другой курс, другой год — другие люди.",
    ),
    "card/choices": ("How choices were made", "Как делался выбор"),
    "card/unsaid": ("Nobody has said so.", "Автор этого не указал."),
    "card/features": ("Features", "Признаки"),
    "card/features-head": ("| feature | unit | meaning |", "| признак | единица | что это |"),
    "card/span": ("{first} to {last} ({n})", "{first} — {last} ({n})"),
}


def say(code: str, lang: str, **arguments: object) -> str:
    """The words of a code in a language, with its arguments filled in."""
    return WORDS[code][1 if lang == "ru" else 0].format(**arguments)


def markdown(card: ModelCard, lang: str) -> str:
    """The whole card."""
    parts = (_identity, _data, _metrics, _calibration, _drift, _limits, _choices, _features)
    return "\n\n".join(block for part in parts for block in part(card, lang)) + "\n"


def _identity(card: ModelCard, lang: str) -> Iterator[str]:
    spec = card.spec
    yield f"# {say('card/title', lang, name=card.name)}"
    library = card.library or "?"
    yield say("card/identity", lang, id=spec.id, version=spec.version, hash=spec.features_hash[:16], library=library)
    yield f"## {say('card/predicts', lang)}"
    days = "?" if card.horizon_days is None else f"{card.horizon_days:g}"
    code = "card/unknown" if card.horizon_days is None else "card/silence" if card.label == "silence" else "card/event"
    yield say(code, lang, days=days, label=card.label)
    yield say("card/use", lang)


def _data(card: ModelCard, lang: str) -> Iterator[str]:
    yield f"## {say('card/data', lang)}"
    rows = [_side(which, side, lang) for fold in card.folds for which, side in (
        ("card/learned", fold.train), ("card/judged", fold.test))]  # fmt: skip
    yield _table(say("card/data-head", lang), rows)


def _side(which: str, side: Side, lang: str) -> tuple[str, ...]:
    first, last = day(side.moments[0]), day(side.moments[-1])
    span = first if len(side.cutoffs) == 1 else say("card/span", lang, first=first, last=last, n=len(side.cutoffs))
    counts = (number(count, lang, 0) for count in (side.rows, side.members))
    return say(which, lang), *counts, span, percent(side.base_rate, lang)


def _metrics(card: ModelCard, lang: str) -> Iterator[str]:
    how = card.how
    yield f"## {say('card/metrics', lang)}"
    counts = {name: number(getattr(card, name), lang, 0) for name in ("rows", "members")}
    yield say("card/pooled", lang, **counts, resamples=number(how.resamples, lang, 0), seed=how.seed)
    rows = [
        (metric_name(name, lang, how.share), figure(found, name, lang), interval(found, lang, digits_of(name)))
        for name, found in card.metrics.items()
    ]
    yield _table(say("card/metrics-head", lang, level=percent(how.confidence, lang, 0)), rows)


def _calibration(card: ModelCard, lang: str) -> Iterator[str]:
    yield f"## {say('card/calibration', lang)}"
    rows = [
        (
            number(group.n, lang, 0),
            percent(group.p, lang),
            percent(group.rate.value or 0.0, lang),
            interval(group.rate, lang, 1, scale=100.0),
        )
        for group in card.calibration
    ]
    yield _table(say("card/calibration-head", lang), rows)


def _drift(card: ModelCard, lang: str) -> Iterator[str]:
    yield f"## {say('card/drift', lang)}"
    yield card.drift.words(lang)


def _limits(card: ModelCard, lang: str) -> Iterator[str]:
    yield f"## {say('card/limits', lang)}"
    ok, cold, out = (number(count, lang, 0) for count in card.status.values())
    lines = [say("card/status", lang, ok=ok, cold=cold, out=out)]
    asked = {name: least for name, least in card.spec.minimum.items() if least or name != "recency"}  # never below 0
    if least := ", ".join(f"{name} {value:g}" for name, value in asked.items()):
        lines.append(say("card/minimum", lang, minimum=least))
    if not all(report.converged for report in card.reports):
        lines.append(say("card/converged", lang))
    if any(report.degenerate for report in card.reports):
        lines.append(say("card/degenerate", lang))
    lines += dict.fromkeys(fault_words(warning, lang) for report in card.reports for warning in report.warnings)
    lines += [say("card/others", lang), *card.notes]
    yield "\n".join(f"- {line}" for line in lines)


def _choices(card: ModelCard, lang: str) -> Iterator[str]:
    yield f"## {say('card/choices', lang)}"
    yield card.choices or say("card/unsaid", lang)


def _features(card: ModelCard, lang: str) -> Iterator[str]:
    yield f"## {say('card/features', lang)}"
    rows = [(f"`{feature.name}`", *meaning(feature, lang)) for feature in card.features]
    yield _table(say("card/features-head", lang), rows)


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    line = "|" + "---|" * (head.count("|") - 1)
    return "\n".join([head, line, *("| " + " | ".join(map(_cell, row)) + " |" for row in rows)])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
