"""The whole demo: simulate, fold, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.demo.facts import School
from loyaltykit.cli.demo.folding import Left, fold, write_events, write_program
from loyaltykit.cli.demo.layout import WIDEST
from loyaltykit.cli.demo.simulate import end
from loyaltykit.cli.demo.story import tell
from loyaltykit.cli.demo.words import say
from loyaltykit.cli.output import put, width

if TYPE_CHECKING:
    from pathlib import Path

    from loyaltykit.cli.words import Lang


def run_demo(out: Path, lang: Lang, seed: int, students: int, days: int) -> int:
    """Simulate a school, fold it into a store in `out`, print the story. The exit code."""
    left = Left(out)
    out.mkdir(parents=True, exist_ok=True)
    changed = write_program(left, lang)
    write_events(left, seed=seed, students=students, days=days, lang=lang)
    kit, outcome = fold(left, days, lang)
    with kit:
        school = School(kit, lang, end(days), days, min(WIDEST, width()))
        if changed:
            put(say(lang, "head/changed", path=left.program))
        for line in tell(school, outcome, seed, left):
            put(line)
    return 0
