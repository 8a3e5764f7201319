"""What backtests and drift say, in English and Russian: one row a code, as in `loyaltykit.wording`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from loyaltykit.churn.fault_words import fault_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loyaltykit.churn.comparison import Backtest, Side
    from loyaltykit.churn.drift import Drift
    from loyaltykit.churn.protocol import FitReport
    from loyaltykit.churn.resampling import Estimate

_MINUS, _SPACE, _DASH = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}", "\N{EN DASH}"
_DIGITS = {"auc": 3, "pr_auc": 3, "brier": 4, "log_loss": 4, "calibration_error": 4, "lift": 2, "gain": 2}
_COLUMN = 14

WORDS: dict[str, tuple[str, str]] = {
    # measures
    "metric/auc": ("AUC", "AUC"),
    "metric/pr_auc": ("PR-AUC", "PR-AUC"),
    "metric/brier": ("Brier", "Брайер"),
    "metric/log_loss": ("log loss", "логлосс"),
    "metric/calibration_error": ("calibration", "калибровка"),
    "metric/lift": ("lift {share}", "лифт {share}"),
    "metric/gain": ("gain", "выигрыш"),
    # a backtest
    "backtest/judged": (
        "Judged on {rows} rows of {members} members; {rate} of them churned{interval}.",
        "Проверено строк: {rows}, участников: {members}; из них ушло {rate}{interval}.",
    ),
    "backtest/fold": (
        "Learned from {train_rows} rows ({train}), judged on {test_rows} ({test}).",
        "Обучение: строк {train_rows} ({train}), проверка: строк {test_rows} ({test}).",
    ),
    "backtest/one": ("{first}", "{first}"),
    "backtest/span": ("{first} to {last}, {n} cut-offs", "с {first} по {last}, срезов: {n}"),
    "backtest/model": ("model", "модель"),
    "backtest/direction": (
        "Higher is better for {metrics}; lower for the rest.",
        "{metrics} — чем больше, тем лучше; остальное — чем меньше.",
    ),
    "backtest/below": (" Below each value its {level} interval.", " Под значением — интервал {level}."),
    "backtest/higher": ("AUC, PR-AUC and lift", "AUC, PR-AUC и лифт"),
    "backtest/higher-gain": ("AUC, PR-AUC, lift and gain", "AUC, PR-AUC, лифт и выигрыш"),
    "backtest/differences": (
        "{best} has the highest AUC. Against it, by the interval of the difference:",
        "У модели {best} наибольший AUC. В сравнении с ней, по интервалам разностей:",
    ),
    "backtest/worse": ("  {name}: worse: {metrics}{rest}", "  {name} — хуже: {metrics}{rest}"),
    "backtest/better": ("better: {metrics}", "лучше: {metrics}"),
    "backtest/not-shown": ("  {name}: no difference is shown{rest}", "  {name} — разница не доказана{rest}"),
    "backtest/equal": ("; no difference shown: {metrics}", "; разница не доказана: {metrics}"),
    "backtest/cold": (
        "{name}: {share} of the scores are a prior or the silence alone, for too little is known of the member.",
        "{name}: {share} оценок даны почти вслепую — об участнике известно слишком мало.",
    ),
    "backtest/warned": ("{name}: {warning}", "{name}: {warning}"),
    "backtest/not-converged": ("it did not converge", "обучение не сошлось"),
    "backtest/degenerate": ("degenerate: its parameters mean little", "вырожденное решение: параметрам верить нельзя"),
    "backtest/failed": ("{name} failed: {reason}", "{name} не работает: {reason}"),
    "backtest/none": ("No model could be judged.", "Ни одну модель проверить не удалось."),
    # drift
    "drift/steady": (
        "Steady: the forecasts still hold ({forecast} expected, {rate} happened), nothing has moved much.",
        "Всё устойчиво: прогноз сбывается (ожидалось {forecast}, случилось {rate}), признаки почти не сдвинулись.",
    ),
    "drift/shifted": (
        "Shifted: {names} moved (PSI {psi} at most), the forecasts still hold. Keep watching it.",
        "Есть сдвиг: {names} (PSI до {psi}), но прогноз пока сбывается. Понаблюдайте.",
    ),
    "drift/shifted-unknown": (
        "Shifted: {names} moved (PSI {psi} at most). Whether the forecasts hold is not known yet.",
        "Есть сдвиг: {names} (PSI до {psi}). Сбывается ли прогноз, пока неизвестно.",
    ),
    "drift/off": (
        "Off: {forecast} expected, {rate} happened {interval}. Fit or calibrate anew before acting on probabilities.",
        "Прогноз сбился: ожидалось {forecast}, случилось {rate} {interval}. Обучите или откалибруйте модель заново.",
    ),
    "drift/unknown": (
        "Nothing has moved much (PSI {psi} at most). Whether the forecasts hold is not known yet.",
        "Признаки почти не сдвинулись (PSI до {psi}). Сбывается ли прогноз, пока неизвестно.",
    ),
    "drift/scores": ("the scores", "сами оценки"),
}


def say(code: str, lang: str, **arguments: Any) -> str:
    """The words of a code in a language, with its arguments filled in."""
    return WORDS[code][1 if lang == "ru" else 0].format(**arguments)


def number(value: float, lang: str, digits: int = 2, *, signed: bool = False) -> str:
    """A number with the language's decimal mark, thousands apart, and a real minus."""
    text = f"{round(value, digits) + 0.0:{'+' if signed else ''},.{digits}f}".replace("-", _MINUS)
    return text.replace(",", _SPACE).replace(".", ",") if lang == "ru" else text


def percent(share: float, lang: str, digits: int = 1) -> str:
    """A share as per cent."""
    return number(100 * share, lang, digits) + (f"{_SPACE}%" if lang == "ru" else "%")


def interval(found: Estimate, lang: str, digits: int, *, scale: float = 1.0) -> str:
    """The ends of an interval: [0.853, 0.871]; empty where there are none."""
    if found.low is None or found.high is None:
        return ""
    low, high = (number(scale * end, lang, digits) for end in (found.low, found.high))
    return f"[{low}{'; ' if lang == 'ru' else ', '}{high}]"


def metric_name(name: str, lang: str, share: float = 0.1) -> str:
    """What a measure is called."""
    return say(f"metric/{name}", lang, share=percent(share, lang, 0 if (100 * share) % 1 == 0 else 1))


def figure(found: Estimate, name: str, lang: str) -> str:
    """The value of a measure, with as many digits as it deserves; a dash where it is not defined."""
    return "—" if found.value is None else number(found.value, lang, _DIGITS[name])


def digits_of(name: str) -> int:
    """How many decimals a measure is shown with."""
    return _DIGITS[name]


def day(instant: dt.datetime) -> str:
    """A date that everybody reads the same way."""
    return f"{instant:%Y-%m-%d}"


def backtest_words(found: Backtest, lang: str) -> str:
    """The table of a backtest, and what its differences show."""
    rate = found.base_rate
    ends = interval(rate, lang, 1, scale=100.0)
    told = percent(rate.value or 0.0, lang), f" {ends}" if ends else ""
    lines = [
        say("backtest/judged", lang, rows=_whole(found.rows, lang), members=_whole(found.members, lang),
            rate=told[0], interval=told[1]),
        *(_fold(fold.train, fold.test, lang) for fold in found.folds),
    ]  # fmt: skip
    if found.metrics:
        lines += ["", *_table(found, lang), "", _direction(found, lang), *_differences(found, lang)]
    else:
        lines += ["", say("backtest/none", lang)]
    return "\n".join(line.rstrip() for line in [*lines, *_notes(found, lang)])


def doubts(reports: Iterable[FitReport], lang: str) -> list[str]:
    """What fits have said against themselves, each once."""
    told = tuple(reports)
    faults = dict.fromkeys(fault_words(warning, lang) for report in told for warning in report.warnings)
    if not all(report.converged for report in told):
        faults[say("backtest/not-converged", lang)] = None
    if any(report.degenerate for report in told):
        faults[say("backtest/degenerate", lang)] = None
    return list(faults)


def drift_words(found: Drift, lang: str) -> str:
    """One verdict."""
    moved = [shift for shift in found.features if shift.psi >= 0.25]
    names = [shift.name for shift in moved[:3]]
    if found.scores is not None and found.scores.psi >= 0.25:
        names.insert(0, say("drift/scores", lang))
    known = found.rate is not None and found.rate.value is not None
    code = "drift/shifted-unknown" if found.verdict == "shifted" and not known else f"drift/{found.verdict}"
    rate = found.rate if known else None
    return say(
        code,
        lang,
        names=", ".join(names),
        psi=number(found.largest, lang),
        forecast=percent(found.forecast or 0.0, lang),
        rate=percent(rate.value or 0.0, lang) if rate else "",
        interval=interval(rate, lang, 1, scale=100.0) if rate else "",
    )


def _fold(train: Side, test: Side, lang: str) -> str:
    return say(
        "backtest/fold",
        lang,
        train_rows=_whole(train.rows, lang),
        test_rows=_whole(test.rows, lang),
        train=_span(train.moments, lang),
        test=_span(test.moments, lang),
    )


def _span(moments: Sequence[dt.datetime], lang: str) -> str:
    code = "backtest/one" if len(moments) == 1 else "backtest/span"
    return say(code, lang, first=day(moments[0]), last=day(moments[-1]), n=len(moments))


def _table(found: Backtest, lang: str) -> Iterator[str]:
    """Two lines a model: values, and their intervals below."""
    names = found.how.metrics
    room = max(8, *(len(name) for name in found.metrics)) + 2
    heads = [metric_name(name, lang, found.how.share) for name in names]
    yield say("backtest/model", lang).ljust(room) + _row(heads)
    for model, metrics in found.metrics.items():
        yield model.ljust(room) + _row(figure(metrics[name], name, lang) for name in names)
        if any(ends := [_ends(metrics[name], name, lang) for name in names]):
            yield " " * room + _row(ends)


def _ends(found: Estimate, name: str, lang: str) -> str:
    """An interval in the width of a column."""
    if found.low is None or found.high is None:
        return ""
    return _DASH.join(number(end, lang, min(3, _DIGITS[name])) for end in (found.low, found.high))


def _row(cells: Iterable[str]) -> str:
    return "".join(cell.ljust(_COLUMN) for cell in cells)


def _direction(found: Backtest, lang: str) -> str:
    metrics = say("backtest/higher-gain" if "gain" in found.how.metrics else "backtest/higher", lang)
    below = say("backtest/below", lang, level=percent(found.how.confidence, lang, 0)) if found.how.resamples else ""
    return say("backtest/direction", lang, metrics=metrics) + below


def _differences(found: Backtest, lang: str) -> Iterator[str]:
    """What each model is against the one with the highest AUC."""
    best = found.best
    if best is None or len(found.metrics) < 2:
        return
    yield ""
    yield say("backtest/differences", lang, best=best)
    for name in found.metrics:
        if name != best:
            yield _difference(found, name, best, lang)


def _difference(found: Backtest, name: str, best: str, lang: str) -> str:
    sorted_: dict[str | None, list[str]] = {name: [], best: [], None: []}
    for metric, row in found.between(name, best).items():
        size = f" {number(row.value.value, lang, _DIGITS[metric], signed=True)}" if row.value.value is not None else ""
        shown = size if row.better is not None else ""
        sorted_[row.better].append(metric_name(metric, lang, found.how.share) + shown)
    better = f"; {say('backtest/better', lang, metrics=', '.join(sorted_[name]))}" if sorted_[name] else ""
    if not sorted_[best]:
        return say("backtest/not-shown", lang, name=name, rest=better)
    equal = say("backtest/equal", lang, metrics=", ".join(sorted_[None])) if sorted_[None] else ""
    return say("backtest/worse", lang, name=name, metrics=", ".join(sorted_[best]), rest=better + equal)


def _notes(found: Backtest, lang: str) -> Iterator[str]:
    """What must be known of single models: cold starts, fits that did not go well, failures."""
    notes = []
    for name, (ok, *others) in found.status.items():
        if cold := others[0] / max(1, ok + sum(others)):
            notes.append(say("backtest/cold", lang, name=name, share=percent(cold, lang)))
    for name, reports in found.reports.items():
        notes += [say("backtest/warned", lang, name=name, warning=fault) for fault in doubts(reports, lang)]
    notes += [say("backtest/failed", lang, name=name, reason=reason) for name, reason in found.failed.items()]
    if notes:
        yield ""
        yield from notes


def _whole(count: int, lang: str) -> str:
    return number(count, lang, 0)
