"""Every problem of a program, and all advice about it: what `lk.check` and `loyaltykit check` give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltykit.program.load import Program, functions_by_name, read_file
from loyaltykit.program.report import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.problems import Lang, Problem
    from loyaltykit.program.places import Source
    from loyaltykit.rules.expression.own import Functions

__all__ = ["check", "lint"]


def check(
    source: str | Path | Mapping[Any, Any] | Program, *, lang: Lang = "en", functions: Functions = ()
) -> list[Problem]:
    """Every problem of a program, and all advice: of a file by its path, of a dict, or of a program that was loaded.

    Never raises for bad content; also a file that is missing or cannot be read is a problem. Without problems of the
    severity ``error`` the program can be loaded; advice is given about programs that can. Lines and columns are 0
    where the program has no text.
    """
    if isinstance(source, Program):
        return [*source.warnings, *lint(source, lang=lang)]
    from loyaltykit.lint.review import advise
    from loyaltykit.program.reading import read_data
    from loyaltykit.program.verify import verify

    read = read_file(source) if isinstance(source, str | Path) else read_data(source)
    verified = verify(read, functions_by_name(functions))
    faults = verified.faults
    if verified.document is not None and not any(fault.finding.severity == "error" for fault in faults):
        faults = (*faults, *advise(verified.document, verified.expressions, read.data))
    return list(problems(read, faults, lang))


def lint(program: Program, *, lang: Lang = "en") -> list[Problem]:
    """The advice about a program that was loaded, without what its document ignores."""
    from loyaltykit.lint.review import advise

    source = _source_of(program)
    return list(problems(source, advise(program.document, program.expressions, source.data), lang))


def _source_of(program: Program) -> Source:
    """The text that the program was read from, with its places; its canonical data where there is none."""
    from loyaltykit.program.reading import read_data, read_text

    if program.source is not None:
        suffix = Path(program.file).suffix.lower().removeprefix(".")
        forms = [{"yml": "yaml"}.get(suffix, suffix)] if suffix else ["yaml", "json", "toml"]
        for form in forms:
            source = read_text(program.source, form, file=program.file)
            if not source.faults:
                return source
    return read_data(json.loads(program.text))
