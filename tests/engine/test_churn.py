"""Churn scores in conditions: bands, what a score is worth, falling back to silence, the expected gain, the view."""

from __future__ import annotations

import loyaltykit as lk
from tests.engine.story import Story

BASE = "messages: {hello: {en: hello}}\nchurn: {bands: {watch: 0.3, high: 0.6}}\ncampaigns:\n  c: "
FALLBACK = (
    "{start: \"churn.band == 'high' or (churn.status is None or churn.status == 'cold-start') and silent('14d')\","
    " again: after 1d, steps: [{send: hello}]}"
)


def story(campaign: str) -> Story:
    return Story(BASE + campaign)


def scored(ann: Story, day: str, score: float | None, status: str | None = "ok", **more: object) -> None:
    data = {"score": score, "status": status, **more}
    ann.on(f"2026-{day} 10:00", "churn.scored", **{name: value for name, value in data.items() if value is not None})


def sent(ann: Story) -> list[str]:
    return ann.dated("message")


def test_without_a_score_silence_decides_at_its_instant():
    ann = story(FALLBACK)
    ann.on("2026-03-01 10:00")
    ann.until("2026-04-01 10:00")
    assert sent(ann) == ["2026-03-15 10:00"]


def test_a_cold_start_leaves_the_decision_to_silence_whatever_its_score():
    ann = story(FALLBACK)
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.9, "cold-start")
    assert ann.view().churn.band is None
    ann.until("2026-04-01 10:00")
    assert sent(ann) == ["2026-03-15 10:00"]


def test_a_score_by_the_model_takes_silence_out_of_the_decision():
    ann = story(FALLBACK)
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.1)
    ann.until("2026-05-01 10:00")
    assert sent(ann) == []
    scored(ann, "05-02", 0.7)
    assert sent(ann) == ["2026-05-02 10:00"]


def test_a_cold_start_in_long_silence_begins_at_once():
    ann = story(FALLBACK)
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.1)
    scored(ann, "03-25", None, "cold-start")
    assert sent(ann) == ["2026-03-25 10:00"]


def test_out_of_range_is_still_a_score():
    ann = story(FALLBACK)
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.7, "out-of-range")
    assert sent(ann) == ["2026-03-02 10:00"]


def test_a_score_that_the_members_return_ended_does_not_begin_a_run():
    """The member's timers and scores stand in the order of time, whatever came in first."""
    events = [
        ("2026-03-01 10:00", "ping", {}),
        ("2026-03-10 10:00", "churn.scored", {"score": 0.1, "status": "cold-start"}),
        ("2026-03-12 10:00", "ping", {}),
    ]
    ann = story(FALLBACK)
    for when, kind, data in events:
        ann.on(when, kind, **data)
    ann.until("2026-03-20 10:00")
    assert sent(ann) == []
    ann.until("2026-03-26 10:00")
    assert sent(ann) == ["2026-03-26 10:00"]


def test_a_campaign_begins_on_the_expected_gain():
    ann = story("{start: churn.gain > 0, again: after 1d, steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.9)
    scored(ann, "03-03", 0.9, gain=-3.5)
    assert sent(ann) == []
    scored(ann, "03-04", 0.4, gain=12.5)
    assert sent(ann) == ["2026-03-04 10:00"]


def test_a_campaign_begins_with_who_would_not_return():
    ann = story("{start: churn.score >= 0.5, steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.49)
    scored(ann, "03-03", 0.5)
    assert sent(ann) == ["2026-03-03 10:00"]


def test_a_band_that_the_score_names_stands():
    ann = story("{start: churn.band == 'high', steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.2, band="watch")
    assert ann.view().churn.band == "watch"
    scored(ann, "03-03", 0.2, band="unheard-of")
    assert ann.view().churn.band is None


def test_the_view_shows_the_last_score():
    ann = story(FALLBACK)
    assert ann.view().churn is None
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.7, gain=3.0, reasons=["quiet for long"])
    found = ann.view().churn
    assert (found.score, found.band, found.status, found.gain) == (0.7, "high", "ok", 3.0)
    assert (ann.wall(ann.effects[-1].at), found.reasons) == ("2026-03-02 10:00", ("quiet for long",))
    scored(ann, "03-03", None, "cold-start")
    assert (ann.view().churn.score, ann.view().churn.reasons) == (None, ())


def test_why_a_campaign_waits_names_the_fact_of_the_score():
    ann = story("{start: churn.band == 'high', steps: [{send: hello}]}")
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.4)
    (reason,) = ann.engine.explain_campaign(ann.state, "c", None)
    assert "churn.band" in reason.words("en")


def test_a_program_that_says_nothing_of_churn_keeps_nothing_of_scores():
    ann = Story("messages: {hello: {en: hello}}")
    ann.on("2026-03-01 10:00")
    scored(ann, "03-02", 0.9)
    assert ann.view().churn is None
    assert isinstance(ann.engine, lk.Engine)
