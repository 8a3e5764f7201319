"""What a survey came to, on a screen: scores with their intervals, a bar an answer, a line a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.output import cells, clip, faint, strong, tame, width
from loyaltykit.cli.words import WORDS, count, figure, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.insight.intervals import Interval
    from loyaltykit.insight.surveys import GroupResult, OptionResult, SurveyResults

_LABEL = 32
_HUNDRED = 100
_SCORES = ("nps", "csat", "mean")


def survey_lines(results: SurveyResults, dress: Dressing) -> Iterator[str]:
    """The question and how many answered; scores; answers; groups or periods."""
    lang = dress.lang
    yield strong(clip(dress.label("surveys", results.survey), width()))
    yield faint(_answered(results, dress))
    if not results.options and results.mean is None:
        yield say(lang, "survey/few")
        return
    for name in _SCORES:
        score: Interval | None = getattr(results, name)
        if score is not None:
            yield f"{say(lang, f'survey/{name}')}: {strong(_score(name, score, dress))}"
    room = max((min(_LABEL, cells(_name(one.option, dress))) for one in results.options), default=0)
    yield from (_option(one, room, dress) for one in results.options)
    if results.groups:
        yield ""
        yield from _groups(results, dress)
    if None in (*(one.n for one in results.options), *(one.n for one in results.groups)):
        yield faint(say(lang, "survey/why-hidden"))


def _answered(results: SurveyResults, dress: Dressing) -> str:
    parts = [count(dress.lang, results.n, "member")]
    if results.effective and abs(results.effective - results.n) > 0.05:  # else it would read the same
        parts.append(say(dress.lang, "survey/worth", n=figure(dress.lang, results.effective)))
    return ", ".join(parts)


def _score(name: str, score: Interval, dress: Dressing) -> str:
    """`42 [30; 53]` of the promoter score, `81% [72; 88]` of the satisfied, `4.2 [4.0; 4.4]` of the mean."""
    if score.value is None:
        return "—"
    sign, form = ("", "{:+.0f}") if name == "nps" else ("%", "{:.0f}") if name == "csat" else ("", "{:.1f}")
    scale = _HUNDRED if name == "csat" else 1
    value, low, high = (_number(form, scale * number, dress) for number in (score.value, score.low, score.high))
    return f"{value}{sign} [{low}; {high}]"


def _number(form: str, number: float, dress: Dressing) -> str:
    text = form.format(round(number, 6) + 0.0)
    text = "0" if text in ("+0", "-0") else text
    return text.replace(".", ",").replace("-", "\N{MINUS SIGN}") if dress.lang == "ru" else text


def _option(one: OptionResult, room: int, dress: Dressing) -> str:
    name = clip(_name(one.option, dress), room)
    head = f"  {name}{' ' * (room - cells(name))}  "
    if one.n is None or one.share is None or one.share.value is None:
        return head + faint(say(dress.lang, "survey/hidden") if one.n is None else f"{one.n}")
    return f"{head}{dress.bar(one.share.value)} {_score('csat', one.share, dress)} · {one.n}"


def _groups(results: SurveyResults, dress: Dressing) -> Iterator[str]:
    room = max(min(_LABEL, cells(_name(one.name, dress))) for one in results.groups)
    for group in results.groups:
        name = clip(_name(group.name, dress), room)
        yield clip(f"  {name}{' ' * (room - cells(name))}  {_said(group, dress)}", width())


def _said(group: GroupResult, dress: Dressing) -> str:
    if group.results is None:
        return say(dress.lang, "survey/hidden")
    scores = [(name, getattr(group.results, name)) for name in _SCORES]
    parts = [
        f"{say(dress.lang, f'survey/{name}')} {_score(name, one, dress)}" for name, one in scores if one is not None
    ]
    parts += [
        f"{_name(one.option, dress)} {_score('csat', one.share, dress)}"
        for one in group.results.options
        if one.share is not None and one.share.value is not None
    ]
    return " · ".join([count(dress.lang, group.n or 0, "member"), *parts])


def _name(name: str, dress: Dressing) -> str:
    code = f"survey/{name}"
    return say(dress.lang, code) if code in WORDS and name in _OWN else tame(name)


_OWN = ("promoters", "passives", "detractors", "yes", "no")
"""Names of ours among those of the school's."""
