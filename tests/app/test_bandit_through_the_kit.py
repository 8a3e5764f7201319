"""Two thousand choices through the kit, of students who are moved by chance: the preference is found, the log is true.

Each of the tests of this file looks at the same school; it is so large because the promise is about 2,000 choices.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from random import Random

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.app.rows import to_effect
from loyaltykit.program.load import Program
from loyaltykit.values import Event
from tests.app.school import DAY, START

CHOICES, LATE = 2_000, 1_000
LIKES = {"loops": "review", "strings": "lesson", "files": "call"}
FITS, OTHER = 0.5, 0.2
"""How likely somebody comes back who got what fits the topic, and who got something else."""
PROGRAM = Program.from_yaml("""
program: school
events: {quiz.failed: {course: text, quiz: text, topic: text}, lesson.completed: {course: text, lesson: text}}
rewards: {review: {}, lesson: {}, call: {}}
messages: {hello: {en: hello}}
campaigns:
  c:
    start: {on: quiz.failed}
    steps: [{offer: {choose: [review, lesson, call], by: bandit, keep: 1d, take: at once}}, {send: hello}]
""")


@pytest.fixture(scope="module")
def choices():
    """Topic, option and the logged propensities of each choice, in order."""
    rng, found = Random(20), []
    with Loyalty(PROGRAM) as kit:
        for number in range(CHOICES):
            at, member, topic = START + DAY * number / 100, f"m{number}", rng.choice(sorted(LIKES))
            failed = {"course": "py", "quiz": "q", "topic": topic}
            made = kit.record(Event(f"f{number}", "quiz.failed", member, at, failed))
            offer = next(one for one in made.effects if one.kind == "offer").data
            found.append((topic, offer["option"], offer["propensities"]))
            if rng.random() < (FITS if offer["option"] == LIKES[topic] else OTHER):
                done = {"course": "py", "lesson": "l"}
                kit.record(Event(f"l{number}", "lesson.completed", member, at + DAY / 10, done))
            kit.advance(at)
        kept = [logged(kit, f"m{number}") for number in range(0, CHOICES, 100)]
    assert kept == found[::100], "what is stored is what was decided"
    return found


def logged(kit, member):
    journal = kit._journal
    with journal.reading() as store:
        effects = [to_effect(row, member) for row in store.effects(store.numbers([member])[member])]
    offer = next(one.data for one in effects if one.kind == "offer")
    return offer["context"]["topic"], offer["option"], offer["propensities"]


def test_most_choices_are_what_the_segment_likes(choices):
    for topic, best in LIKES.items():
        given = Counter(option for about, option, _ in choices[LATE:] if about == topic)
        assert given[best] > 0.7 * given.total(), (topic, given)
    assert sum(option == LIKES[topic] for topic, option, _ in choices) > 0.7 * CHOICES


def test_the_logged_propensities_are_how_often_each_was_chosen(choices):
    """The sum of what was chosen less what was logged has mean zero, whatever was learned meanwhile: a martingale."""
    for option in LIKES.values():
        shares = [(chosen == option, logged[option]) for _, chosen, logged in choices]
        assert score(shares) < 3.5, option
        for low, high in pairwise((0.0, 0.02, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)):
            part = [(hit, share) for hit, share in shares if low <= share < high]
            assert score(part) < 3.5, (option, low)


def score(shares):
    """By how many standard deviations the hits are off their chances."""
    spread = sum(share * (1 - share) for _, share in shares) ** 0.5
    return 0.0 if not spread else abs(sum(hit - share for hit, share in shares)) / spread


def test_chance_goes_on_trying_everything(choices):
    least: dict[str, float] = defaultdict(lambda: 1.0)
    for _, _, logged in choices:
        assert sum(logged.values()) == pytest.approx(1.0, abs=1e-9)
        for option, share in logged.items():
            least[option] = min(least[option], share)
    assert min(least.values()) > 0.001
