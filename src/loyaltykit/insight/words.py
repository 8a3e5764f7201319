"""What insight says, in English and Russian: one row a code, as in `loyaltykit.wording`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from loyaltykit.insight.policy_words import POLICY_WORDS

if TYPE_CHECKING:
    from loyaltykit.insight.experiment import Comparison, Shortage
    from loyaltykit.insight.intervals import Interval

_MINUS, _SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"

WORDS: dict[str, tuple[str, str]] = {
    # figures
    "figure/percent": ("{number}%", "{number}\N{NO-BREAK SPACE}%"),
    "figure/points": ("{number} pp", "{number}\N{NO-BREAK SPACE}п.п."),
    "figure/interval": ("[{low}, {high}]", "[{low}; {high}]"),
    "figure/no-end": ("∞", "∞"),
    # two arms
    "arms/counts": (
        "{treated} of {treated_n} ({treated_rate}) against {control} of {control_n} ({control_rate}) in control",
        "{treated} из {treated_n} ({treated_rate}) против {control} из {control_n} ({control_rate}) в контроле",
    ),
    "arms/nobody": ("nobody", "никого"),
    "arms/effect": (
        "{difference}, relative {relative} ({level} intervals)",
        "{difference}, относительно контроля {relative} (интервалы {level})",
    ),
    "arms/no-effect": ("nothing to compare yet", "сравнивать пока нечего"),
    "arms/unbounded": ("not defined: the control group has no cases", "не определено: в контроле нет ни одного случая"),
    "arms/treated": ("the treated group", "группе кампании"),
    "arms/control": ("the control group", "контроле"),
    "arms/immature": (
        "too soon to count: {treated} treated and {control} in the control group, their time is not up",
        "ещё не в счёт: {treated} в группе кампании и {control} в контроле, их срок не истёк",
    ),
    "arms/both": (
        "in both groups at once, counted where they came first: {number}",
        "попали сразу в обе группы, учтены в той, где оказались раньше: {number}",
    ),
    "arms/outside": (
        "in neither group, because the program's own control group comes first: {number}",
        "ни в одной из групп, потому что входят в общий контроль программы: {number}",
    ),
    # what an arm lacks
    "shortage/members": (
        "{arm} has {have} with their time up, at least {need} needed",
        "в {arm} срок истёк у {have}, а нужно хотя бы {need}",
    ),
    "shortage/successes": (
        "too few cases so far: about {have} expected in {arm}, at least {need} needed",
        "случаев пока мало: в {arm} их ожидается около {have}, а нужно хотя бы {need}",
    ),
    "shortage/failures": (
        "nearly everybody has it: about {have} without it expected in {arm}, at least {need} needed",
        "случай почти у всех: в {arm} без него ожидается около {have}, а нужно хотя бы {need}",
    ),
    # verdicts
    "verdict/too-early": ("Too early to tell: {why}.", "Судить рано: {why}."),
    "verdict/mismatch": (
        "The groups are not comparable: {planned} should be in control, {actual} are (p {p}). Find out why first.",
        "Группы несравнимы: в контроле должно быть {planned}, а оказалось {actual} (p {p}). Сначала найдите причину.",
    ),
    "verdict/harmful": ("It does harm.", "Вредит."),
    "verdict/not-shown": (
        "No effect has been shown: the difference may well be zero.",
        "Эффект не доказан: разница может оказаться и нулевой.",
    ),
    "verdict/helps": ("It helps.", "Помогает."),
    "verdict/helps-target-not-shown": (
        "It helps; the target of {target} is not shown yet.",
        "Помогает; цель {target} ещё не доказана.",
    ),
    "verdict/target-met": (
        "It helps, and the target of {target} is met.",
        "Помогает, и цель {target} достигнута.",
    ),
    "goals/no-control": (
        "There is nothing to compare with: nobody is withheld, set a `holdout` for {of}.",
        "Сравнивать не с кем: контрольной группы нет, задайте `holdout` для {of}.",
    ),
    "goals/none": ("the program has no goals", "в программе нет целей"),
    # what works for whom
    "offers/head": ("{segment} ({choices} choices): {finding}", "{segment} (выборов: {choices}): {finding}"),
    "offers/share": (
        "  {option}: {mean} {interval}, chosen: {n}{few}",
        "  {option}: {mean} {interval}, выбрано: {n}{few}",
    ),
    "offers/few": (" (too few to tell)", " (слишком мало, чтобы судить)"),
    "offers/best": ("“{option}” works best", "лучше всего работает «{option}»"),
    "offers/no-best": (
        "no option has been shown to work better than all the others",
        "не доказано, что какой-то из вариантов лучше остальных",
    ),
    "offers/not-drawn": (
        "chance did not choose, so no option can be called better",
        "выбирал не случай, поэтому назвать какой-то вариант лучшим нельзя",
    ),
    "offers/everybody": ("everybody", "все"),
    "offers/step": ("Offer at step {step}, {by}", "Предложение на шаге {step}, {by}"),
    "offers/waiting": (
        "not counted yet, their time is not up: {number}",
        "ещё не в счёт, срок не истёк: {number}",
    ),
    "offers/unpicked": ("nothing was picked: {number}", "ничего не выбрали: {number}"),
    "by/rule": ("chosen by rule", "выбирает правило"),
    "by/random": ("drawn at random", "выбирает случай"),
    "by/bandit": ("chosen by a policy that learns", "выбирает обучающаяся политика"),
    "by/recommender": ("chosen by the school's own model", "выбирает модель школы"),
    "by/member": ("picked by the student", "выбирает студент"),
    **POLICY_WORDS,
    "offers/none": ("nothing has been offered yet", "пока ничего не предлагали"),
}


def say(code: str, lang: str, **arguments: Any) -> str:
    """The words of a code in a language, with its arguments filled in."""
    return WORDS[code][1 if lang == "ru" else 0].format(**arguments)


def number(value: float, lang: str, *, signed: bool = False, digits: int = 1) -> str:
    """A number with the language's decimal mark and a real minus; `signed` shows a plus too."""
    if math.isinf(value):
        return ("+" if value > 0 and signed else "" if value > 0 else _MINUS) + say("figure/no-end", lang)
    text = f"{round(value, digits) + 0.0:{'+' if signed else ''}.{digits}f}".replace("-", _MINUS)
    return text.replace(".", ",") if lang == "ru" else text


def percent(share: float, lang: str, *, signed: bool = False, digits: int = 1) -> str:
    """A share as per cent: 0.155 is 15.5%."""
    return say("figure/percent", lang, number=number(100 * share, lang, signed=signed, digits=digits))


def interval(found: Interval, lang: str) -> str:
    """The ends, as per cent or percentage points without their sign: [4,5; 30,5]."""
    return say("figure/interval", lang, low=number(100 * found.low, lang), high=number(100 * found.high, lang))


def counts(found: Comparison, lang: str) -> str:
    """How many in each arm."""
    rates = {
        name: say("arms/nobody", lang) if arm.rate is None else percent(arm.rate, lang)
        for name, arm in (("treated_rate", found.treated), ("control_rate", found.control))
    }
    treated, control = found.treated, found.control
    return say(
        "arms/counts",
        lang,
        treated=treated.successes,
        treated_n=treated.n,
        control=control.successes,
        control_n=control.n,
        **rates,
    )


def points(found: Interval, lang: str) -> str:
    """A difference with its interval: +17,9 п.п. [4,5; 30,5]."""
    if found.value is None:
        return say("arms/no-effect", lang)
    figure = say("figure/points", lang, number=number(100 * found.value, lang, signed=True))
    return f"{figure} {interval(found, lang)}"


def relative(found: Interval, lang: str) -> str:
    """A relative change with its interval: +45,2 % [9,6; 93,9]."""
    if found.value is None:
        return say("arms/unbounded", lang)
    return f"{percent(found.value, lang, signed=True)} {interval(found, lang)}"


def effect(found: Comparison, lang: str) -> str:
    """The difference and the relative change, with their intervals."""
    if found.difference.value is None:
        return say("arms/no-effect", lang)
    return say(
        "arms/effect",
        lang,
        difference=points(found.difference, lang),
        relative=relative(found.relative, lang),
        level=_round(found.confidence, lang),
    )


def verdict(found: Comparison, lang: str) -> str:
    """The one sentence."""
    code = f"verdict/{found.verdict}"
    if found.verdict == "too-early":
        return say(code, lang, why=_shortage(found.shortages[0], lang))
    if found.verdict == "mismatch":
        share = found.assigned[1] / sum(found.assigned)
        return say(code, lang, planned=percent(found.shares[1], lang), actual=percent(share, lang), p=tiny(lang))
    if found.target is None:
        return say(code, lang)
    return say(code, lang, target=change(found.target, lang))


def tiny(lang: str) -> str:
    """A probability that is too small for its digits to matter."""
    return f"<{_SPACE}{number(0.001, lang, digits=3)}"


def change(share: float, lang: str) -> str:
    """A relative change as somebody wrote it: +30%, -12.5%."""
    return _round(share, lang, signed=True)


def _round(share: float, lang: str, *, signed: bool = False) -> str:
    """Per cent as somebody wrote it: without decimals where it has none."""
    whole = math.isclose(100 * share, round(100 * share), abs_tol=1e-9)
    return percent(share, lang, signed=signed, digits=0 if whole else 1)


def _shortage(found: Shortage, lang: str) -> str:
    have = str(found.have) if found.of == "members" else number(found.have, lang)
    arm = say(f"arms/{found.arm}", lang)
    return say(f"shortage/{found.of}", lang, arm=arm, have=have, need=found.need)
