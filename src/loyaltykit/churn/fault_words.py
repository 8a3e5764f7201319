"""What models say against their own fits, in Russian: models speak English, for they may be anybody's."""

from __future__ import annotations

import re

_SHARE = "каждая оценка равна доле ушедших"
_NAMES = r"(?P<names>[\w, ]+)"
_RUSSIAN: tuple[tuple[str, str], ...] = (
    (
        r"in (?P<n>\d+) bins all rows end alike: their weights are the penalty's",
        "интервалов признаков, где исход у всех одинаков: {n}; их вес держится только на штрафе",
    ),
    (f"the labels hardly tell {_NAMES}: the prior decides", "по исходам почти не определить {names}: решает априорное"),
    (
        f"the history hardly tells {_NAMES}: the prior decides",
        "по истории почти не определить {names}: решает априорное",
    ),
    (
        f"the history hardly tells {_NAMES}: any of many values would do",
        "по истории почти не определить {names}: подошли бы многие значения",
    ),
    (f"the history hardly tells {_NAMES}", "по истории почти не определить {names}"),
    ("the panel has no rows: the model stays as it was", "в таблице нет строк: модель осталась прежней"),
    ("there is no history at all", "истории нет совсем"),
    (
        "nobody came a second time: only an upper bound of the rate can be told",
        "никто не пришёл второй раз: известна только верхняя граница частоты",
    ),
    ("the climb of the likelihood did not end at a peak", "поиск максимума правдоподобия не завершился"),
    (
        "the labels do not rise with the probability of silence: it is not calibrated",
        "доля ушедших не растёт с вероятностью тишины: оценка не откалибрована",
    ),
    ("the share of churn does not rise with silence", "доля ушедших не растёт с длиной тишины"),
    (r"(?P<n>\d+) rows were left out: their recency is not known", "пропущено строк: {n}, давность занятий неизвестна"),
    (r"(?P<n>\d+) rows were left out: no such history", "пропущено строк: {n}, такой истории не бывает"),
    (r"every row has the label (?P<n>\d+): every score is the share of churn", f"исход у всех один, {{n}}: {_SHARE}"),
    (
        r"fewer than (?P<n>\d+) rows of either label: every score is the share of churn",
        f"ушедших или оставшихся меньше {{n}} строк: {_SHARE}",
    ),
    (
        "no feature differs between rows: every score is the share of churn",
        f"ни один признак не различает строки: {_SHARE}",
    ),
)


def fault_words(text: str, lang: str) -> str:
    """A warning of a fit in a language; what is not known stays as it is."""
    if lang == "ru":
        for pattern, words in _RUSSIAN:
            if found := re.fullmatch(pattern, text):
                return words.format(**found.groupdict())
    return text
