"""The whole demo: simulate, deliver, tell."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from loyaltykit.app import Loyalty
from loyaltykit.cli.demo.earlier import taught
from loyaltykit.cli.demo.facts import School
from loyaltykit.cli.demo.layout import WIDEST
from loyaltykit.cli.demo.left import Left, write_events, write_messages, write_program
from loyaltykit.cli.demo.post import Post
from loyaltykit.cli.demo.school import Clock, end
from loyaltykit.cli.demo.school import School as Simulation
from loyaltykit.cli.demo.story import tell
from loyaltykit.cli.demo.student import Student
from loyaltykit.cli.demo.words import say
from loyaltykit.cli.feed.progress import Progress
from loyaltykit.cli.output import is_terminal, put, width
from loyaltykit.program.load import Program
from loyaltykit.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from loyaltykit.cli.demo.earlier import Taught
    from loyaltykit.cli.words import Lang
    from loyaltykit.store.protocol import Store

_SECRET = "the links of a simulated school"  # noqa: S105  # they lead nowhere
_UNSUBSCRIBE = "https://school.example/unsubscribe/{token}"


def run_demo(out: Path, lang: Lang, *, seed: int, students: int, days: int, effect: float = 1.0) -> int:
    """Simulate a school in `out`, print the story. The exit code."""
    left = Left(out)
    out.mkdir(parents=True, exist_ok=True)
    changed = write_program(left, lang)
    with lived(left, lang, seed=seed, students=students, days=days, effect=effect) as school:
        write_events(left, school.members)
        write_messages(left, school.seen.letters, school.seen.staff, school.members)
        if changed:
            put(say(lang, "head/changed", path=left.program))
        for line in tell(school, seed, effect, left):
            put(line)
    return 0


@contextmanager
def lived(left: Left, lang: Lang, *, seed: int, students: int, days: int, effect: float) -> Iterator[School]:
    """A school by the program in a folder, on the evening of its last day."""
    began, clock = time.monotonic(), Clock()
    program = Program.load(left.program, lang=lang)
    left.clear()
    store = open_store(f"{left.url()}?synchronous=off")  # the demo can be run again: it need not survive a power cut
    earlier = taught(program.document, lang, seed=seed)
    with Post(clock) as post, _opened(program, store, post, earlier) as kit:
        people = [Student(number, seed, days, lang, effect=effect) for number in range(1, students + 1)]
        with closing(Progress(lang)) as progress:
            watched = is_terminal(err=True)
            if watched:
                progress.phase("run/days", days)
            simulation = Simulation(kit, post, clock, people, lang)
            seen = simulation.live(days, progress.show if watched else lambda *_: None)
        seconds, missing = time.monotonic() - began, tuple(post.missing)
        learned = 0 if earlier is None else earlier.students
        yield School(kit, store, seen, lang, end(days), days, min(WIDEST, width()), seconds, missing, learned)


def _opened(program: Program, store: Store, post: Post, earlier: Taught | None) -> Loyalty:
    model = None if earlier is None else earlier.model
    return Loyalty(
        program,
        store=store,
        channels=post.channels,
        secret=_SECRET,
        unsubscribe_url=_UNSUBSCRIBE,
        churn_model=model,
    )
