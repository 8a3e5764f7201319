"""How far a run is, off a terminal: lines with the share that is done and the time that is left."""

import pytest

from loyaltykit.cli.feed import progress
from loyaltykit.cli.feed.progress import Progress


@pytest.fixture
def said(monkeypatch):
    lines, clock = [], iter(range(0, 1000, 10))
    monkeypatch.setattr(progress, "put", lambda text, err: lines.append(text))
    monkeypatch.setattr(progress, "is_terminal", lambda err: False)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    return lines


def test_a_size_that_is_known_later_gives_a_share_and_the_time_left(said):
    shown = Progress("en")
    shown.phase("churn/scoring", None, "member")

    shown.show(250, 250, 1000)

    assert said == ["scoring 25 % · 250 members · 25/s · 0:30 left"]


def test_without_any_size_only_what_is_done_is_said(said):
    shown = Progress("ru")
    shown.phase("churn/scoring", None, "member")

    shown.show(250, 250)

    assert said == ["оценка · 250 участников · 25/s"]
