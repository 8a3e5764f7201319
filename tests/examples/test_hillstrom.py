"""The example of the e-mail challenge: on a small made-up table, and its goal on the real one."""

import lzma
import os

import numpy as np
import pytest

from examples.hillstrom import halves, table
from examples.hillstrom.__main__ import main
from loyaltykit.churn.models.hazard import Hazard

HEAD = "recency,history_segment,history,mens,womens,zip_code,newbie,channel,segment,spend,visit,conversion\n"


@pytest.fixture
def folder(tmp_path):
    """1,200 customers; the men's e-mail moves who bought for men, the other one nobody."""
    chance = np.random.default_rng(0)
    lines = []
    for _ in range(1_200):
        segment = chance.choice(["No E-Mail", "Mens E-Mail", "Womens E-Mail"])
        mens, recency = chance.integers(0, 2), chance.integers(1, 13)
        visit = int(chance.random() < 0.2 + 0.5 * mens * (segment == "Mens E-Mail"))
        history, place, way = (
            chance.uniform(30, 900),
            chance.choice(["Rural", "Urban"]),
            chance.choice(["Phone", "Web"]),
        )
        lines.append(f"{recency},1) $0,{history:.2f},{mens},{1 - mens},{place},0,{way},{segment},0.0,{visit},0\n")
    (tmp_path / "hillstrom").mkdir()
    (tmp_path / "hillstrom" / table.NAME).write_bytes(lzma.compress((HEAD + "".join(lines)).encode()))
    return tmp_path


def test_the_table_becomes_an_experiment_with_features(folder):
    panel, sent = table.read(table.find(folder))
    both = table.either(panel, sent)
    assert len(both) == 1_200
    assert both.treated.sum() == (sent != "No E-Mail").sum()
    assert set(np.unique(panel.column("channel"))) == {1.0, 2.0}
    assert len(table.against_none(panel, sent, "Mens E-Mail")) == (sent != "Womens E-Mail").sum()


def test_the_example_runs_and_writes_to_whom_it_helps(folder, capsys, monkeypatch):
    monkeypatch.setattr(halves, "candidates", lambda: {"one": lambda: Hazard(minimum={}, bins=4)})
    monkeypatch.setattr("examples.hillstrom.choosing.candidates", halves.candidates)
    assert main(["--data", str(folder), "--halves", "2", "--out", str(folder / "out")]) == 0
    printed = capsys.readouterr().out
    assert "1,200 customers" in printed
    assert "chosen: one (2)" in printed
    qini = {
        line[:22].strip(): float(line[22:].split()[0])
        for line in printed.splitlines()
        if line[:22].strip() in halves.RANKINGS
    }
    assert qini["T-learner"] > 0.1
    brings = {
        line[:22].strip(): float(line.split()[-1])
        for line in printed.splitlines()
        if "to all" in line or "best" in line
    }
    assert brings["the best for each"] > brings["Womens E-Mail to all"]


def test_it_says_where_the_table_should_be(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(table.VARIABLE, raising=False)
    assert main([]) == 2
    assert main(["--data", str(tmp_path)]) == 2
    assert "There is no hillstrom.csv.xz" in capsys.readouterr().err


@pytest.mark.skipif("LOYALTYKIT_DATA" not in os.environ, reason="LOYALTYKIT_DATA is not set: no real data")
def test_on_the_real_table_the_uplift_ranks_better_than_response_and_risk_does_not(monkeypatch):
    monkeypatch.setattr(halves, "candidates", lambda: {"hazard": lambda: Hazard(minimum={}, bins=4)})
    monkeypatch.setattr(halves, "FOLDS", 2)
    found = list(halves.halves(table.either(*table.read(table.find())), 5))
    median = {name: np.median([half.qini(name) for half in found]) for name in halves.RANKINGS}
    assert median["T-learner"] > 0.05
    assert median["T-learner"] > median["high response first"] > median["riskiest first"]
    assert median["riskiest first"] < 0
