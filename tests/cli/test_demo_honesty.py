"""The demo with `--effect 0`: who is written to does exactly what they would have done, and nobody claims a success."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.cli.demo import run_demo
from loyaltykit.cli.demo.chapters import spared
from loyaltykit.cli.demo.left import shipped
from loyaltykit.program.load import Program
from loyaltykit.rules.reasons import Reason

OWN = set(Program.from_yaml(shipped("en")).document.events)
CLAIMS = {"helps", "helps-target-not-shown", "target-met"}


@pytest.fixture
def lived(tmp_path, monkeypatch, capsys):
    """Everything that students do by themselves in a simulated school, and its screen."""
    monkeypatch.chdir(tmp_path)

    def run(name, *, effect, holdout="50%", students=60):
        out = Path(name)
        out.mkdir()
        text = shipped("en").replace("holdout: 50%", f"holdout: {holdout}")
        (out / "program.yaml").write_text(text, "utf-8")
        assert run_demo(out, "en", seed=7, students=students, days=60, effect=effect) == 0
        events = map(json.loads, (out / "events.jsonl").read_text("utf-8").splitlines())
        did = [(one["member"], one["at"], one["type"], one["data"]) for one in events if one["type"] in OWN]
        with Loyalty.open(f"sqlite:///{out}/school.db") as kit:
            goals = kit.goals()
            reached = sum(one.message in ("we-can-help", "your-choice") for one in kit.outbox(limit=10_000))
        return did, reached, goals, capsys.readouterr().out

    return run


def test_without_effect_the_same_happens_whoever_is_written_to(lived):
    nobody, none, *_ = lived("nobody", effect=0.0, holdout="100%")
    everybody, many, *_ = lived("everybody", effect=0.0, holdout="0%")
    assert none == 0
    assert many > 5
    assert nobody == everybody


def test_with_effect_it_does_not(lived):
    assert lived("nobody", effect=1.0, holdout="100%")[0] != lived("everybody", effect=1.0, holdout="0%")[0]


PAUSE = Reason("comeback", "reason/condition", "member.paused_until is None", (("member.paused_until", "2026-01-02"),))
OTHER = Reason("comeback", "reason/condition", "points.xp.available > 3", (("points.xp.available", 2),))
WITHHELD = Reason("comeback", "reason/withheld", values=(("event.course", "py"), ("since", "2025-10-16")))


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ([PAUSE, OTHER, WITHHELD], ("a", "a pause until January 2, 2026 was announced")),
        ([OTHER, WITHHELD], ("a", "“points.xp.available > 3” does not hold")),
        ([WITHHELD], None),
        ([], None),
    ],
)
def test_why_there_was_no_letter_is_the_students_own_reason(monkeypatch, reasons, told):
    """Not that they are in the control group, and best of all one that there are words for."""
    why = dict(zip("abc", reasons, strict=False))
    resting = [SimpleNamespace(id=id, first_name="", view=SimpleNamespace(attributes={})) for id in reversed(why)]
    monkeypatch.setattr(spared, "paused", lambda school: resting)
    monkeypatch.setattr(spared, "two", lambda school: ())
    document = SimpleNamespace(campaigns={"comeback": None})
    kit = SimpleNamespace(explain=lambda member, **_: SimpleNamespace(reasons=[why[member]]))
    kept = spared._resting(SimpleNamespace(document=document, kit=kit, lang="en"))
    assert (None if kept is None else (kept[0].id, kept[1])) == told


def test_a_campaign_without_effect_claims_nothing(lived):
    """One school of many, large enough to be judged; `python -m benchmarks.honesty` lives forty large ones."""
    *_, goals, screen = lived("out", effect=0.0, students=250)
    back = goals["back"]
    assert min(back.comparison.treated.n, back.comparison.control.n) > 20
    assert {report.verdict for report in goals.values()} & CLAIMS == set()
    assert "effect × 0" in " ".join(screen.split())
    assert " ".join(back.sentence("en").split()) in " ".join(screen.split())
