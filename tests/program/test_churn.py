"""The section `churn`: what it takes, and what is wrong with it said in both languages."""

import datetime as dt

import pytest

from loyaltykit import Program, ProgramError
from loyaltykit.calendars import DAY
from loyaltykit.program.churn import SILENCE
from loyaltykit.program.churn_sense import meaning
from loyaltykit.program.load import check

HEAD = {
    "program": "school",
    "events": {
        "lesson.completed": {"course": "text", "progress": "number"},
        "quiz.passed": {"score": "number"},
        "homework.missed": {},
        "subscription.ended": {"plan": "text"},
    },
    "messages": {"hello": {"en": "Hello!"}},
    "points": {"xp": {}},
    "rules": [{"id": "lessons", "on": "lesson.completed", "award": {"xp": 10}}],
}


def document(churn, **more):
    return {**HEAD, "churn": churn, **more}


def problems(churn, lang="en", **more):
    return [(one.path, one.code, one.severity, one.hint) for one in check(document(churn, **more), lang=lang)]


def test_the_line_of_the_contract():
    written = {"model": "hazard", "score": "daily", "horizon": "28d", "bands": {"watch": 0.3, "high": 0.6}}
    churn = Program.from_dict(document(written)).document.churn
    assert (churn.model, churn.score, churn.horizon.micros) == ("hazard", "daily", 28 * DAY)
    assert churn.label == SILENCE
    assert churn.refit.micros == 7 * DAY


def test_the_usual_names_are_taken_where_they_are_declared():
    found = meaning(Program.from_dict(document(None)).document)
    assert found.progress == ("lesson.completed", "progress")
    assert found.scores == (("quiz.passed", "score"),)
    assert found.activity == tuple(HEAD["events"])


def test_what_was_missed_is_nothing_that_a_member_did():
    facts = {"missed": "homework.missed", "scores": [], "handed_in": ["quiz.passed"]}
    found = meaning(Program.from_dict(document({"facts": facts})).document)
    assert found.activity == ("lesson.completed", "quiz.passed", "subscription.ended")
    assert (found.missed, found.scores, found.handed_in) == (("homework.missed",), (), ("quiz.passed",))


def test_every_type_that_is_read_is_named_once():
    facts = {"activity": "lesson.completed", "scores": "quiz.passed.score"}
    found = meaning(Program.from_dict(document({"label": "subscription.ended", "facts": facts})).document)
    assert found.types == ("lesson.completed", "quiz.passed", "subscription.ended")
    assert found.with_data == {"lesson.completed", "quiz.passed"}


@pytest.mark.parametrize(
    ("churn", "found"),
    [
        ({"model": "hazrd"}, ("churn.model", "document/churn-model", "warning", "did you mean hazard?")),
        ({"horizon": "2 months"}, ("churn.horizon", "document/goal-months", "error", "")),
        ({"refit": "12h"}, ("churn.refit", "document/churn-days", "error", "")),
        (
            {"label": "subscription.end"},
            ("churn.label", "document/unknown-event", "error", "did you mean subscription.ended?"),
        ),
        (
            {"facts": {"progress": "lesson.completed.progres"}},
            (
                "churn.facts.progress",
                "document/unknown-event-field",
                "error",
                "did you mean lesson.completed.progress?",
            ),
        ),
        (
            {"facts": {"scores": ["lesson.completed.course"]}},
            ("churn.facts.scores", "document/fact-number", "error", ""),
        ),
        ({"facts": {"due": "lesson.completed.course"}}, ("churn.facts.due", "document/fact-due", "error", "")),
        ({"facts": {"points": "xpp"}}, ("churn.facts.points", "document/unknown-point", "error", "did you mean xp?")),
        ({"facts": {"tier": "stat"}}, ("churn.facts.tier", "document/unknown-tier", "error", "")),
        ({"facts": {"progress": 3}}, ("churn.facts.progress", "document/fact", "error", "")),
        (
            {"facts": {"missed": "homework.mised"}},
            ("churn.facts.missed", "document/unknown-event", "error", "did you mean homework.missed?"),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_nearest_right_name(churn, found):
    assert problems(churn) == [found]
    assert [one[:3] for one in problems(churn, "ru")] == [found[:3]]


def test_a_gain_needs_a_campaign_from_which_some_are_withheld():
    campaigns = {"back": {"start": "silent('9d')", "steps": [{"send": "hello"}]}}
    gain = {"campaign": "back", "value": 1500, "cost": 100}
    assert problems({"gain": gain}, campaigns=campaigns) == [
        ("churn.gain.campaign", "document/gain-holdout", "warning", "")
    ]
    assert problems({"gain": gain}, campaigns=campaigns, holdout="5%") == []
    assert problems({"gain": {**gain, "campaign": "bak"}}, campaigns=campaigns)[0][1:] == (
        "document/unknown-campaign",
        "error",
        "did you mean back?",
    )


def test_a_warning_keeps_nobody_from_loading_a_program_with_a_model_of_their_own():
    assert Program.from_dict(document({"model": "our-own"})).document.churn.model == "our-own"


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("churn.status == 'cold-start'", []),
        ("churn.status in ('ok', 'out-of-range')", []),
        ("churn.status is None", []),
        ("churn.status == 'cold start'", ["expression/unknown-step"]),
        ("churn.gain > 0", []),
        ("churn.gain == 'high'", ["expression/types"]),
        ("churn.score >= 0.5", []),
    ],
)
def test_the_names_of_a_score_in_conditions(condition, codes):
    campaigns = {"back": {"start": condition, "steps": [{"send": "hello"}]}}
    assert [one.code for one in check(document(None, campaigns=campaigns))] == codes


def test_the_shortest_horizon_is_a_day():
    with pytest.raises(ProgramError):
        Program.from_dict(document({"horizon": "0d"}))
    churn = Program.from_dict(document({"horizon": "1d"})).document.churn
    assert dt.timedelta(microseconds=churn.horizon.micros) == dt.timedelta(days=1)
