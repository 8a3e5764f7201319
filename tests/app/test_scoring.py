"""Fitting a churn model to a store's own history, and scoring: what is recorded, what is not, and from what."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest

import loyaltykit as lk
from loyaltykit.app.rows import to_event
from loyaltykit.churn import PanelBuilder
from loyaltykit.churn.scoring import roles_of
from loyaltykit.errors import ModelError
from loyaltykit.program.churn_sense import meaning
from tests.app.scored import DAY, DOCUMENT, NOW, PROGRAM, START, history, program
from tests.churn.sample import Sample

HISTORY = history()


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    store = "memory:" if request.param == "memory" else url
    with lk.Loyalty(PROGRAM, store=store, churn_model=Sample) as kit:
        kit.record_many(HISTORY)
        yield kit


@pytest.fixture
def plain():
    with lk.Loyalty(PROGRAM, churn_model=Sample) as kit:
        kit.record_many(HISTORY)
        yield kit


def scores(kit: lk.Loyalty) -> dict[str, tuple]:
    found = {member: kit.member(member).churn for member in kit.members()}
    return {member: (one.score, one.band, one.status) for member, one in found.items()}


def recorded(kit: lk.Loyalty) -> dict[str, str]:
    """The data of the scores, as they were recorded, by member."""
    with kit._journal.reading() as store:
        rows = store.happened(["churn.scored"], range(1, 200), data=True)
        ids = store.ids([row.member for row in rows])
    return {ids[row.member]: row.data for row in rows}


# --- fitting ------------------------------------------------------------------------------------------------------


def test_a_model_is_fitted_to_what_is_over_and_kept(kit):
    made = kit.fit_churn(NOW)
    assert made.fitted
    assert (made.model, made.at, made.members) == ("sample", NOW, 80)
    assert 0.05 < made.churned < 0.6
    assert made.report.n == made.rows
    assert made.to_dict()["report"]["n"] == made.rows
    assert kit.score_churn(NOW).fit is None


def test_work_that_is_due_is_known_by_what_the_store_holds(url):
    changes = {
        "events": {**DOCUMENT["events"], "homework.set": {"due": "date"}},
        "churn": {**DOCUMENT["churn"], "facts": {"due": "homework.set.due"}},
    }
    with lk.Loyalty(program(**changes), store=url, churn_model=Sample) as kit:
        due = (NOW.date() + 10 * DAY).isoformat()
        kit.record(lk.Event("set", "homework.set", "ann", NOW - DAY, {"due": due}))
        history = kit.churn_history(NOW)
        panel = PanelBuilder(history, roles_of(meaning(kit.program.document))).at([NOW])
    midnight = dt.datetime.combine(NOW.date() + 11 * DAY, dt.time(), tzinfo=ZoneInfo("Europe/Moscow"))
    assert panel.column("due_in").tolist() == [(midnight - NOW) / DAY]
    assert panel.column("due_28").tolist() == [1.0]
    assert panel.column("active_days").tolist() == [0.0]


def test_too_little_history_fits_nothing_and_everybody_is_a_cold_start(plain):
    early = START + 30 * DAY
    assert not plain.fit_churn(early).fitted
    made = plain.score_churn(early)
    assert made.statuses == {"cold-start": made.scored}
    assert (made.version, made.bands) == (None, {"watch": 0, "high": 0})
    assert made.recorded == made.scored == 80


def test_the_future_of_an_instant_changes_no_score_of_it(kit):
    """Everything that happened, or was known, from the instant on is as if it had never been."""
    at = START + 100 * DAY
    kit.score_churn(at)
    poison = [
        lk.Event(f"p{number}", "lesson.completed", f"m{number:02}", at - DAY, {"progress": 1.0}, known_at=at)
        for number in range(40)
    ]
    before = [event for event in HISTORY if event.at < at]
    with lk.Loyalty(PROGRAM, churn_model=Sample) as other:
        other.record_many([*before, *poison])
        other.score_churn(at)
        assert recorded(other) == recorded(kit)


def test_a_model_fitted_later_does_not_score_the_past(plain):
    plain.fit_churn(NOW)
    made = plain.score_churn(NOW - 10 * DAY)
    assert made.fit is not None
    assert made.fit.at == NOW - 10 * DAY


# --- scoring ------------------------------------------------------------------------------------------------------


def test_everybody_has_a_score_with_band_status_model_and_reasons(kit):
    made = kit.score_churn(NOW)
    assert made.scored == made.recorded == 80
    assert made.statuses == {"ok": 80}
    assert made.bands["high"] > 10
    gone = next(member for member, found in scores(kit).items() if found[1] == "high")
    found = kit.member(gone).churn
    assert found.score >= 0.6
    assert len(found.reasons) == 3
    assert not any(reason.startswith("[") for reason in found.reasons)


def test_a_band_starts_a_campaign_and_its_explanation_has_the_reasons(kit):
    made = kit.score_churn(NOW)
    high = [member for member, found in scores(kit).items() if found[1] == "high"]
    told = [member for member in high if kit.member(member).inbox]
    assert told
    assert made.effects > 0
    words = kit.explain(high[0], campaign="back", lang="ru").words
    assert "риск ухода" in words[-4]
    assert all(line.startswith("  ") for line in words[-3:])


def test_scoring_again_records_only_what_is_new(kit):
    first = kit.score_churn(NOW)
    again = kit.score_churn(NOW)
    assert (again.recorded, again.unchanged, again.scored) == (0, 80, 80)
    assert (again.bands, again.statuses) == (first.bands, first.statuses)
    before = scores(kit)
    later = kit.score_churn(NOW + DAY)
    changed = sum(before[member] != now for member, now in scores(kit).items())
    assert (later.recorded, later.unchanged) == (changed, 80 - changed)
    assert changed > 0


def test_scoring_day_after_day_is_scoring_anew_each_day(kit):
    """What is kept of the history between two scorings changes nothing, whatever came in between."""
    kit.fit_churn(START + 90 * DAY)
    for days in (100, 101, 102, 100.5):
        at = START + days * DAY
        kit.record(lk.Event(f"new-{days}", "lesson.completed", "m01", at - DAY / 4, {"progress": 0.9}))
        kit.record(lk.Event(f"late-{days}", "quiz.passed", "m02", at - 2 * DAY, {"score": 0.5}))
        kit.score_churn(at)
    members = kit.members()
    with kit._journal.reading() as store:
        rows = [to_event(row, id) for id, n in store.numbers(members).items() for row in store.history(n)]
    scored = [row for row in rows if row.type == "churn.scored"]
    for days in (101, 100.5):
        with lk.Loyalty(PROGRAM, churn_model=Sample) as fresh:
            fresh.record_many([row for row in rows if row.type != "churn.scored"])
            fresh.fit_churn(START + 90 * DAY)
            fresh.score_churn(START + days * DAY)
            anew = {member: json.loads(data) for member, data in recorded(fresh).items()}
        found = {row.member: dict(row.data) for row in scored if row.at == START + days * DAY}
        assert len(found) > 5
        assert found == {member: anew[member] for member in found}


def test_who_finished_is_away_until_they_do_something_again():
    document = program(
        events={**DOCUMENT["events"], "course.completed": {}},
        churn={**DOCUMENT["churn"], "facts": {"away": ["course.completed"]}},
    )
    with lk.Loyalty(document, churn_model=Sample) as kit:
        kit.record_many(HISTORY)
        kit.record(lk.Event("c1", "course.completed", "m01", NOW - DAY / 2, {}))
        kit.record(lk.Event("c2", "course.completed", "m02", NOW + DAY / 2, {}))
        first = kit.score_churn(NOW)
        assert first.statuses == {"ok": 79, "away": 1}
        assert kit.member("m01").churn is None, "who was never scored needs no word of being away"
        assert kit.score_churn(NOW + DAY).statuses == {"ok": 78, "away": 2}
        found = kit.member("m02").churn
        assert (found.status, found.score, found.band) == ("away", None, None)
        kit.record(lk.Event("l1", "lesson.completed", "m02", NOW + 1.5 * DAY, {"progress": 0.1}))
        assert kit.score_churn(NOW + 2 * DAY).statuses == {"ok": 79, "away": 1}
        assert kit.member("m02").churn.status == "ok"


def test_at_one_instant_the_first_score_stands(plain):
    plain.score_churn(NOW)
    before = scores(plain)
    plain.record(lk.Event("late", "lesson.completed", "m00", NOW - DAY, {"progress": 0.5}))
    assert plain.score_churn(NOW).recorded == 0
    assert scores(plain) == before


def test_some_members_get_the_scores_that_they_have_among_all(plain):
    with lk.Loyalty(PROGRAM, churn_model=Sample) as other:
        other.record_many(HISTORY)
        made = other.score_churn(NOW, members=["m03", "m07", "nobody"])
        assert (made.scored, made.recorded) == (2, 2)
        plain.score_churn(NOW)
        for member in ("m03", "m07"):
            assert other.member(member).churn == plain.member(member).churn
        assert other.member("m04").churn is None


def test_own_events_are_no_activity(plain):
    plain.score_churn(NOW)
    plain.update_member("m01", {"timezone": "Asia/Omsk"}, at=NOW + DAY)
    plain.consent("m01", purpose="marketing", given=True, at=NOW + DAY)
    with lk.Loyalty(PROGRAM, churn_model=Sample) as other:
        other.record_many(HISTORY)
        other.fit_churn(NOW)
        other.score_churn(NOW + 2 * DAY)
        plain.score_churn(NOW + 2 * DAY)
        assert plain.member("m01").churn.score == other.member("m01").churn.score


def test_progress_is_told_part_by_part(plain, monkeypatch):
    from loyaltykit.app import bulk_scoring

    monkeypatch.setattr(bulk_scoring, "CHUNK", 30)
    heard = []
    plain.score_churn(NOW, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(30, 80), (60, 80), (80, 80)]


def test_a_fitted_model_scores_as_it_is(plain):
    plain.fit_churn(NOW)
    made = plain.score_churn(NOW)
    assert made.fit is None
    with lk.Loyalty(PROGRAM, churn_model=Sample) as other:
        other.record_many(HISTORY)
        from loyaltykit.app.chosen_model import chosen, kept_model

        with plain._journal.reading() as store:
            choice = chosen(PROGRAM.document, Sample, None)
            span = dt.timedelta(days=28)
            fitted, _ = kept_model(store, choice, at=2**60, horizon=span, label="silence")
        assert other.score_churn(NOW, model=fitted).fit is None
        assert scores(other) == scores(plain)


@pytest.mark.parametrize("model", ["hazard"])
def test_a_shipped_model_scores_a_school(model):
    with lk.Loyalty(PROGRAM) as kit:
        kit.record_many(HISTORY)
        made = kit.score_churn(NOW, model=model)
        assert made.model == model
        assert made.statuses.get("cold-start", 0) < made.scored
        assert kit.score_churn(NOW + DAY, model=model).fit is None  # it came back from the store


def test_a_model_that_nothing_brings_is_refused_when_the_store_is_opened():
    churn = {"model": "hazrd", "bands": {"high": 0.6}}
    with pytest.raises(ModelError, match="did you mean hazard"):
        lk.Loyalty(program(churn=churn))
    assert lk.Loyalty(program(churn=churn), churn_model=Sample).score_churn(NOW).scored == 0


def test_a_label_that_is_an_event_is_predicted():
    changed = {"label": "homework.missed", "horizon": "14d", "facts": {"activity": "lesson.completed"}}
    missed = [
        lk.Event(f"h{number:03}", "homework.missed", f"m{number % 40:02}", START + (20 + number / 4) * DAY)
        for number in range(320)
    ]
    with lk.Loyalty(program(churn=changed, campaigns={}), churn_model=Sample) as kit:
        kit.record_many([*HISTORY, *missed])
        made = kit.score_churn(NOW)
        assert made.fit.fitted
        assert kit.score_churn(NOW + DAY).fit is None


# --- every day ----------------------------------------------------------------------------------------------------


def test_the_worker_scores_once_a_day_of_the_programs_zone(kit):
    evening = dt.datetime(2026, 5, 6, 20, 30, tzinfo=dt.UTC)  # half past eleven in Moscow
    assert kit.watch_churn(evening).scored == 80
    assert kit.watch_churn(evening + dt.timedelta(minutes=29)) is None
    assert kit.watch_churn(evening + dt.timedelta(minutes=31)).scored == 80


def test_a_restart_does_not_score_the_day_anew(url):
    with lk.Loyalty(PROGRAM, store=url, churn_model=Sample) as kit:
        kit.record_many(HISTORY)
        assert kit.watch_churn(NOW) is not None
    with lk.Loyalty.open(url, churn_model=Sample) as kit:
        assert kit.watch_churn(NOW + dt.timedelta(hours=1)) is None


def test_a_model_is_fitted_anew_when_it_is_older_than_the_program_says(plain):
    assert plain.watch_churn(NOW).fit.fitted
    assert plain.watch_churn(NOW + 6 * DAY).fit is None
    assert plain.watch_churn(NOW + 7 * DAY).fit.fitted


def test_nothing_is_scored_where_the_program_does_not_say_so():
    with lk.Loyalty(program(churn={"bands": {"high": 0.6}}, campaigns={}), churn_model=Sample) as kit:
        kit.record_many(HISTORY)
        assert kit.watch_churn(NOW) is None


def test_a_replay_of_scores_comes_to_the_same(kit):
    kit.score_churn(NOW)
    kit.advance(NOW + 30 * DAY)
    before = {member: kit.member(member).to_dict() for member in ("m00", "m05", "m11")}
    late = lk.Event("late", "quiz.passed", "m05", NOW + 29 * DAY, {"score": 0.9})
    kit.record(late)  # m05's history is folded again
    after = kit.member("m05").to_dict()
    assert after["churn"] == before["m05"]["churn"]
    assert after["inbox"] == before["m05"]["inbox"]
