"""`loyaltykit check`: what is wrong with a program, and where; and advice about one that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.failing import CONTENT
from loyaltykit.cli.frame import Option, Session, command, json_option
from loyaltykit.cli.options import existing, load_program, own_functions
from loyaltykit.cli.output import good, put, put_json
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang
    from loyaltykit.problems import Problem
    from loyaltykit.program.document import Document


@command(
    "check",
    click.argument("program"),
    click.option("--strict", is_flag=True, cls=Option, help="help/strict"),
    click.option("--sarif", "as_sarif", is_flag=True, cls=Option, help="help/sarif"),
    json_option,
)
def check(session: Session, program: str, *, strict: bool, as_sarif: bool) -> None:
    """Exit code 1 when there are errors; warnings count with `--strict`, advice never does."""
    from loyaltykit.cli.problems import plain, show_problems, totals
    from loyaltykit.cli.sarif import sarif
    from loyaltykit.lint import check as find_problems

    problems = find_problems(existing(program, session.lang), lang=session.lang, functions=own_functions)
    if not any(problem.severity == "error" for problem in problems):
        problems += _of_cases(program, session.lang)
    wrong = any(problem.severity == "error" for problem in problems)
    warned = any(problem.severity == "warning" for problem in problems)
    if as_sarif:
        put_json(sarif(problems, lang=session.lang))
    elif session.json:
        put_json({"ok": not wrong, "problems": plain(problems)})
    else:
        if problems:
            put(f"{show_problems(problems, lang=session.lang)}\n\n{totals(problems, lang=session.lang)}")
        if not wrong:
            put(good(_fine(program, session.lang, said=bool(problems))))
    if wrong or (strict and warned):
        click.get_current_context().exit(CONTENT)


def _of_cases(program: str, lang: Lang) -> list[Problem]:
    """What keeps the given/then cases from running; whether they hold is for `test`."""
    from loyaltykit.rules.cases import run_cases

    return [problem for case in run_cases(load_program(program, lang), lang=lang) for problem in case.problems]


def _fine(program: str, lang: Lang, *, said: bool) -> str:

    code = "check/runs" if said else "check/fine"
    return say(lang, code, file=program, contents=contents(load_program(program, lang).document, lang))


def contents(document: Document, lang: Lang) -> str:
    """What a program has, in counts."""
    parts = (
        ("event type", document.events),
        ("point", document.points),
        ("rule", document.rules),
        ("badge", document.badges),
        ("quest", document.quests),
        ("streak", document.streaks),
        ("case", document.cases),
    )
    return ", ".join(count(lang, len(part), name) for name, part in parts if part)
