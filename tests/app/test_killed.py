"""Killed while it is written that a channel reaches somebody no more, or while dead letters are put back: all is kept.

Each run goes on where the one before was killed, so most kills are during recovery.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.app.killed_delivery import MEMBERS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
ROOT = Path(__file__).parents[2]
REACHED = [
    ("gone", 1), ("gone done", 1), ("reached", 1), ("reached done", 1), ("finish", 1), ("finish done", 2),
    ("attempted done", 1), ("gone", 2), ("reached done", 2), ("commit", 4), ("commit done", 4),
]  # fmt: skip
"""While the channel's refusals are written, run after run."""

REQUEUED = [
    ("revive", 1), ("revive done", 1), ("requeued", 1), ("requeued done", 1), ("revive done", 3), ("requeued", 5),
    ("requeued done", 5),
]  # fmt: skip
"""While messages are put back: that is one transaction."""

SENT = [("sent", 1), ("lease done", 1), ("start done", 1), ("sent", 2), ("finish done", 1), ("sent", 1)]
"""While what was put back is sent."""


def run(folder, kills):
    folder.mkdir()
    script = [sys.executable, "-m", "tests.app.killed_delivery", str(folder), json.dumps(kills)]
    made = subprocess.run(script, cwd=ROOT, check=True, timeout=120, capture_output=True, text=True)
    return json.loads(made.stdout)


def test_nothing_is_lost_and_repeats_are_only_between_sending_and_acknowledgement(tmp_path):
    """It forks a process a kill, so it takes some seconds."""
    kills = [*REACHED, *REQUEUED, *SENT]
    calm, hard = run(tmp_path / "calm", []), run(tmp_path / "hard", kills)
    assert hard["codes"] == [9] * len(kills) + [0]
    assert calm["status"] == hard["status"] == ["sent"] * len(MEMBERS)
    assert calm["reached"] == hard["reached"] == [1] * len(MEMBERS)
    assert calm["requeued"] == hard["requeued"] == [1] * len(MEMBERS)
    once, again = Counter(calm["sent"]), Counter(hard["sent"])
    assert set(once) == set(again)
    assert set(once.values()) == {1}
    assert 1 <= sum(again.values()) - len(again) <= len(SENT)
