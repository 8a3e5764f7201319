"""Reasons, statuses and bands as a curator understands them, in English and Russian."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from loyaltykit.churn.phrases import (
    BANDS,
    BESIDE,
    LATELY,
    NOUNS,
    PERCENT,
    PHRASES,
    STATUSES,
    TOLD_LABELS,
    Phrase,
    Two,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.churn.protocol import Reason

_SPACE, _MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
_MOST = 1e15
_ONLY = ("only ", "всего ")


def sentence(reason: Reason, lang: str) -> str:
    """The words of one reason, without a capital or a full stop, in Russian for `ru` and else in English.

    They follow the value, and the sign of the contribution: little is called little where it raises the risk. Silence
    is told beside the member's rhythm where the facts have it. A code without words of its own, a school's feature for
    instance, stands for itself, made readable.
    """
    at = 1 if lang == "ru" else 0
    if reason.code in _TELLERS:
        label = TOLD_LABELS[reason.code]
        return _unknown(label, at) if _is_unknown(reason.value) else _TELLERS[reason.code](reason, at)
    phrase = PHRASES.get(reason.code)
    if (
        reason.code == "trend"
        and math.isfinite(reason.value)
        and math.isfinite(reason.facts.get("active_days_14", math.nan))
    ):
        return _trend(reason.value, reason.facts["active_days_14"], at)
    if phrase is None:
        name = readable(reason.code)
        return _unknown((name, name), at) if _is_unknown(reason.value) else f"{name}: {number(reason.value, lang)}"
    return _unknown(phrase.label, at) if _is_unknown(reason.value) else _told(phrase, reason, at)


def status_in_words(status: str, lang: str) -> str:
    """What a score's status means (`ok`, `cold-start`, `out-of-range`); any other text stands for itself."""
    return _row(STATUSES, status, lang)


def band_in_words(band: str, lang: str) -> str:
    """What a band means, where a program calls it as programs usually do; else its name, made readable."""
    return _row(BANDS, band, lang)


def readable(code: str) -> str:
    """A name from code as words: ``night_share`` is ``night share``."""
    return re.sub(r"[\W_]+", " ", code).strip() or "?"


def number(value: float, lang: str) -> str:
    """A number for a reader: whole from ten on, else with one decimal where it has any; thousands stand apart."""
    at = 1 if lang == "ru" else 0
    if abs(value) >= _MOST:
        return ("very much", "очень много")[at] if value > 0 else ("very little", "очень мало")[at]
    text = f"{_rounded(abs(value)):,}".removesuffix(".0")
    if at:
        text = text.replace(",", _SPACE).replace(".", ",")
    return f"{_MINUS}{text}" if value < 0 and text != "0" else text


def counted(value: float, noun: str, lang: str) -> str:
    """A number and its noun in the right form: ``3 days``, ``3 дня``, ``1,5 дня``."""
    at = 1 if lang == "ru" else 0
    forms = NOUNS[noun][at].split("|")
    return f"{number(value, lang)}{_SPACE if at else ' '}{forms[_form(_rounded(abs(value)), at)]}"


def _told(phrase: Phrase, reason: Reason, at: int) -> str:
    value = reason.value
    zero = _is_zero(value, phrase)
    template: Two = phrase.some
    if zero and phrase.none is not None:
        template = phrase.none
    elif value < 0 and phrase.less is not None:
        template, value = phrase.less, -value
    usual = reason.facts.get("usual", math.nan) if phrase.usual and not _is_zero(value, phrase) else math.nan
    little = reason.contribution > 0 and value < usual
    text = template[at].format(only=_ONLY[at] if little else "", value=_valued(value, phrase.noun, at))
    others = _usual(usual, phrase, at)
    return text if math.isnan(usual) or others == _usual(value, phrase, at) else f"{text} ({_others(at)} {others})"


def _trend(change: float, now: float, at: int) -> str:
    """Two weeks beside the two before."""
    if not _rounded(now) and not _rounded(now - change):
        return ("no activity in the last four weeks", "за последние четыре недели занятий не было")[at]
    days, before = counted(now, "active day", ("en", "ru")[at]), number(now - change, ("en", "ru")[at])
    return (
        f"{days} in the last two weeks, {before} in the two before",
        f"за две недели {days}, за две до того {before}",
    )[at]


def _others(at: int) -> str:
    return ("others usually", "у других обычно")[at]


def _usual(value: float, phrase: Phrase, at: int) -> str:
    return "" if math.isnan(value) else _valued(value, PERCENT if phrase.noun == PERCENT else "", at)


def _valued(value: float, noun: str, at: int) -> str:
    lang = ("en", "ru")[at]
    if noun == PERCENT:
        return _percent(value, at)
    if noun == "day":
        return _days(value, lang)
    return counted(value, noun, lang) if noun else number(value, lang)


def _percent(value: float, at: int) -> str:
    sign = ("%", f"{_SPACE}%")[at]
    hundredths = 100.0 * min(max(value, -_MOST), _MOST)
    if 0 < hundredths < 1:
        return f"{('less than', 'меньше')[at]} 1{sign}"
    if 99 < hundredths < 100:
        return f"{('more than', 'больше')[at]} 99{sign}"
    return f"{number(float(math.floor(hundredths + 0.5)), ('en', 'ru')[at])}{sign}"


def _is_zero(value: float, phrase: Phrase) -> bool:
    if phrase.noun == "day":
        return value < 0.5
    return value == 0 if phrase.noun == PERCENT else number(value, "en") == "0"


def _is_unknown(value: float) -> bool:
    return math.isnan(value)


def _unknown(label: Two, at: int) -> str:
    return f"{('no data', 'нет данных')[at]}: {label[at]}"


# silence and rhythm


def _silence(reason: Reason, at: int) -> str:
    """How long nothing was heard, beside how often usually something is."""
    days = reason.value if reason.code == "recency" else reason.facts["recency"]
    cadence = reason.facts.get("cadence", math.nan)
    lang, raises = ("en", "ru")[at], reason.contribution > 0
    if days < 1:
        said = ("the last activity was less than a day ago", "последнее занятие было меньше суток назад")[at]
    elif raises:
        said = f"{('silent for', 'не заходит')[at]} {_days(days, lang)}"
    else:
        said = (f"the last activity was {_days(days, lang)} ago", f"последнее занятие было {_days(days, lang)} назад")[
            at
        ]
    if math.isnan(cadence):
        return said
    though = (("though ", "хотя "), ("", ""))[0 if raises and days > 1.5 * cadence else 1][at]
    return f"{said}, {though}{('usually active', 'обычно занимается')[at]} {_rhythm(cadence, at)}"


def _ratio(reason: Reason, at: int) -> str:
    """Silence over the own rhythm; told in days where the facts have them."""
    if not math.isnan(reason.facts.get("recency", math.nan)):
        return _silence(reason, at)
    if reason.value <= 1:
        return ("the pause is no longer than usual", "перерыв не дольше обычного")[at]
    times = counted(reason.value, "time", ("en", "ru")[at])
    return (f"the pause is {times} as long as usual", f"перерыв в {times} больше обычного")[at]


def _cadence(reason: Reason, at: int) -> str:
    return f"{('usually active', 'обычно занимается')[at]} {_rhythm(reason.value, at)}"


def _effort(reason: Reason, at: int) -> str:
    """How much is done of late, beside what others do; by itself it is a number of no unit."""
    usual, lately = reason.facts.get("usual", math.nan), LATELY[reason.code][at]
    if not usual > 0:
        some = number(reason.value, ("en", "ru")[at])
        return (f"effort {lately}: {some}", f"нагрузка {lately}: {some}")[at]
    share = reason.value / usual if math.isfinite(usual) else 0.0
    return next(words for most, words in BESIDE if share <= most)[at].format(lately=lately)


def _rhythm(days: float, at: int) -> str:
    """How often that is: every day, every other day, every 9 days."""
    for most, words in _OFTEN:
        if days < most:
            return words[at]
    if 6.5 <= days < 7.5:
        return ("once a week", "раз в неделю")[at]
    whole = _days(float(math.floor(min(days, _MOST) + 0.5)), ("en", "ru")[at])
    return (f"every {whole}", f"раз в {whole}")[at]


def _days(days: float, lang: str) -> str:
    """Whole days: nobody counts the hours of a week."""
    return counted(float(math.floor(min(max(days, 0.0), _MOST) + 0.5)), "day", lang)


_OFTEN: tuple[tuple[float, Two], ...] = (
    (1.4, ("every day", "каждый день")),
    (2.5, ("every other day", "через день")),
)
_TELLERS: Mapping[str, Callable[[Reason, int], str]] = {
    "recency": _silence,
    "silence_ratio": _ratio,
    "cadence": _cadence,
    "effort_7": _effort,
    "effort_28": _effort,
}


def _rounded(value: float) -> float:
    """To one decimal below ten, to whole numbers from there; halves go up."""
    if value >= _MOST:
        return _MOST
    return float(math.floor(value + 0.5)) if value >= 9.95 else math.floor(10.0 * value + 0.5) / 10.0


def _form(value: float, at: int) -> int:
    """Which form of a noun a number takes (CLDR's rules); a fraction takes the Russian one of two."""
    if not at:
        return 0 if value == 1 else 1
    if value != math.floor(value):
        return 1
    ones, tens = int(value % 10), int(value % 100)
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2


def _row(rows: Mapping[str, Two], name: str, lang: str) -> str:
    return rows[name][1 if lang == "ru" else 0] if name in rows else readable(name)
