"""Goals on a screen: both arms, the difference with its interval, the verdict; and what works for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.output import cells, faint, strong, tame
from loyaltykit.cli.words import figure, say
from loyaltykit.insight import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.comparing import ComparedPolicies
    from loyaltykit.app.judging import GoalReport, Goals
    from loyaltykit.app.offered import WhatWorks
    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.insight import Comparison

_NAME, _COLUMN = 14, 12
_TINY = 0.001


def goal_lines(goals: Goals, dress: Dressing) -> Iterator[str]:
    """Every goal, with an empty line between two."""
    for number, report in enumerate(goals.values()):
        if number:
            yield ""
        yield from _goal(report, dress)
    if not goals:
        yield words.say("goals/none", dress.lang)


def works_lines(works: WhatWorks, dress: Dressing) -> Iterator[str]:
    """The offers of a campaign."""
    label = dress.label("campaigns", works.campaign)
    yield strong(say(dress.lang, "judge/works", campaign=label))
    for line in works.words(dress.lang).splitlines():  # segments are what events said; our own spaces stay
        yield "\N{NO-BREAK SPACE}".join(map(tame, line.split("\N{NO-BREAK SPACE}")))


def policy_lines(compared: ComparedPolicies, dress: Dressing) -> Iterator[str]:
    """The policies at the offers of a campaign."""
    label = dress.label("campaigns", compared.campaign)
    yield strong(say(dress.lang, "judge/policies", campaign=label))
    for line in compared.words(dress.lang).splitlines():  # ids of options, names of plug-ins' policies
        yield "\N{NO-BREAK SPACE}".join(map(tame, line.split("\N{NO-BREAK SPACE}")))


def _goal(report: GoalReport, dress: Dressing) -> Iterator[str]:
    lang = dress.lang
    of = say(lang, "judge/of-program") if report.of == "program" else report.of
    moment = say(lang, "judge/as-of", at=dress.moment(report.as_of))
    yield f"{strong(dress.label('goals', report.name))} · {tame(of)} · {moment}"
    yield from _arms(report, dress)
    if report.comparison is not None:
        yield from _effect(report.comparison, dress)
    yield f"  {strong(report.sentence(lang))}"
    yield from (faint(f"  {note}") for note in report.notes(lang))


def _arms(report: GoalReport, dress: Dressing) -> Iterator[str]:
    lang, measured = dress.lang, report.measured
    churned = dress.document.goals[report.name].metric is not None
    heads = ("judge/members", "judge/churned" if churned else "judge/reached", "judge/rate", "judge/waiting")
    yield faint(_row("", [say(lang, head) for head in heads]))
    for name, arm, waiting in zip(
        ("treated", "control"), (measured.treated, measured.control), measured.immature, strict=True
    ):
        rate = "—" if arm.rate is None else words.percent(arm.rate, lang)
        counts = [figure(lang, arm.n), figure(lang, arm.successes), rate, figure(lang, waiting)]
        yield _row(say(lang, f"judge/{name}"), counts)


def _row(name: str, columns: list[str]) -> str:
    return f"  {_padded(name)}" + "".join(" " * max(1, _COLUMN - cells(text)) + text for text in columns)


def _effect(found: Comparison, dress: Dressing) -> Iterator[str]:
    """The difference, the relative change, and whether the split is as it was planned."""
    lang = dress.lang
    if found.difference.value is None:
        return
    yield f"  {_padded(say(lang, 'judge/difference'))} {words.points(found.difference, lang)}"
    change = words.relative(found.relative, lang)
    if found.target is not None:
        target = words.change(found.target, lang)
        change = say(lang, "judge/target", change=change, target=target)
    yield f"  {_padded(say(lang, 'judge/relative'))} {change}"
    p = words.number(found.ratio_p, lang, digits=3) if found.ratio_p >= _TINY else words.tiny(lang)
    actual = words.percent(found.assigned[1] / sum(found.assigned), lang)
    split = say(lang, "judge/planned", actual=actual, planned=words.percent(found.shares[1], lang), p=p)
    yield f"  {_padded(say(lang, 'judge/split'))} {split}"


def _padded(name: str) -> str:
    return name + " " * max(0, _NAME - cells(name))
