"""Problems as SARIF 2.1.0, the form in which code hosts and editors take findings."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from loyaltykit.wording import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.cli.words import Lang
    from loyaltykit.problems import Problem

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "advice": "note"}


def sarif(problems: Sequence[Problem], *, lang: Lang) -> dict[str, Any]:
    """A log with one run: a rule for each code that came up, and a result for each problem."""
    codes = list(dict.fromkeys(problem.code for problem in problems))
    driver = {"name": "loyaltykit", "version": version("loyaltykit"), "rules": [_rule(code, lang) for code in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _rule(code: str, lang: Lang) -> dict[str, Any]:
    words = WORDS[code][1 if lang == "ru" else 0] if code in WORDS else code
    return {"id": code, "shortDescription": {"text": words}}


def _result(problem: Problem, number: int) -> dict[str, Any]:
    text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    place: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": problem.path}]} if problem.path else {}
    if problem.file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": PurePath(problem.file).as_posix()}}
        if problem.line:
            physical["region"] = {"startLine": problem.line, "startColumn": max(1, problem.column)}
        place["physicalLocation"] = physical
    level = _LEVELS[problem.severity]
    return {
        "ruleId": problem.code,
        "ruleIndex": number,
        "level": level,
        "message": {"text": text},
        **({"locations": [place]} if place else {}),
    }
