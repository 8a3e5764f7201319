"""The notebook on real students, from the first cell to the last."""

import runpy

import pytest

from examples.oulad.tables import DataMissing, find
from loyaltykit.churn import load


def test_the_notebook_runs_and_leaves_what_it_says(tmp_path, monkeypatch, capsys):
    try:
        monkeypatch.setenv("LOYALTYKIT_DATA", str(find(None).parent))
    except DataMissing as missing:
        pytest.skip(str(missing))
    monkeypatch.chdir(tmp_path)
    done = runpy.run_module("examples.churn.oulad")
    told = capsys.readouterr().out
    assert done["found"].best == "boosted"
    assert "Judged on 10,785 rows" in told
    assert "не сдано ни одного задания" in told
    assert load("out/churn/model.zip").score(done["morning"]).p.tolist() == done["scores"].p.tolist()
    assert "# Model card: boosted" in (tmp_path / "out/churn/card.md").read_text("utf-8")
    assert "<svg" in (tmp_path / "out/churn/report.html").read_text("utf-8")
