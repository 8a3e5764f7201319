"""The two presentations as files, and the command that compares models on them."""

import os
import shlex

import attrs
import numpy as np
import pytest

from examples.oulad import churn_events
from examples.oulad.history import history, oulad_panels
from tests.cli.helpers import invoke

pytestmark = pytest.mark.skipif("LOYALTYKIT_DATA" not in os.environ, reason="LOYALTYKIT_DATA is unset: no OULAD tables")


def some(presentation, folder=None):
    """Every 25th student: all of them would take half a minute to read."""
    found = history(presentation, folder)
    chosen = found.take(np.flatnonzero(found.member % 25 == 0))
    return attrs.evolve(chosen, until=found.until)


def test_the_command_that_is_printed_compares_on_the_rows_of_the_panels(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(churn_events, "history", some)
    assert churn_events.main(["--out", str(tmp_path)]) == 0
    program, *command = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert program == "loyaltykit"
    command[command.index("--model") + 1] = "recency,hazard"
    said = invoke(*command, "--resamples", "20").stdout
    train, test = (int((panel.member % 25 == 0).sum()) for panel in oulad_panels())
    assert f"Learned from {train:,} rows (2013-02-16 to 2013-08-31, 15 cut-offs)" in said
    assert f"judged on {test:,} (2013-10-16 to 2014-01-08, 7 cut-offs)" in said
    assert "<svg" in (tmp_path / "models.html").read_text("utf-8")
