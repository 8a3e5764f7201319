"""`loyaltykit test`: the given/then cases of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import click

from loyaltykit.cli.failing import CONTENT
from loyaltykit.cli.frame import Session, command, json_option
from loyaltykit.cli.options import load_program
from loyaltykit.cli.output import bad, good, mark, put, put_json, tame
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.cli.words import Lang
    from loyaltykit.rules.cases import CaseResult, Check


@command("test", click.argument("program"), json_option)
def test(session: Session, program: str) -> None:
    """Exit code 1 when a case failed."""
    from loyaltykit.rules.cases import run_cases

    results = run_cases(load_program(program, session.lang), lang=session.lang)
    if session.json:
        put_json({"ok": all(result.ok for result in results), "cases": [_plain(result) for result in results]})
    elif not results:
        put(say(session.lang, "test/none", file=program))
    else:
        _show(results, session.lang)
    if not all(result.ok for result in results):
        click.get_current_context().exit(CONTENT)


def _show(results: Sequence[CaseResult], lang: Lang) -> None:
    from loyaltykit.cli.problems import show_problems

    for result in results:
        sign = good(mark("✓", "ok")) if result.ok else bad(mark("✗", "FAIL"))
        put(f"{sign} {tame(result.name)}")
        if result.problems:
            put("\n".join(f"    {line}" for line in show_problems(result.problems, lang=lang).split("\n")))
        for check in result.checks:
            if not check.ok:
                put(f"    {_failed(check, lang)}")
    failed = sum(not result.ok for result in results)
    put(say(lang, "test/total", cases=count(lang, len(results), "case"), passed=len(results) - failed, failed=failed))


def _failed(check: Check, lang: Lang) -> str:
    expected, got = _shown(check.expected, lang), _shown(check.got, lang)
    if check.key.startswith("not "):
        return say(lang, "test/not", key=check.key.removeprefix("not "), got=got)
    return say(lang, "test/expected", key=check.key, expected=expected, got=got)


def _shown(value: Any, lang: Lang) -> str:
    if isinstance(value, bool):
        return say(lang, "value/yes" if value else "value/no")
    if value is None or value == []:
        return say(lang, "value/nothing")
    if isinstance(value, list | tuple):
        return ", ".join(tame(str(item)) for item in value)
    return tame(str(value))


def _plain(result: CaseResult) -> dict[str, Any]:
    from loyaltykit.cli.problems import plain

    checks = [
        {"key": check.key, "expected": check.expected, "got": _jsonable(check.got), "ok": check.ok}
        for check in result.checks
    ]
    return {"name": result.name, "ok": result.ok, "checks": checks, "problems": plain(result.problems)}


def _jsonable(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | list):
        return value
    return attrs.asdict(value) if attrs.has(type(value)) else str(value)
