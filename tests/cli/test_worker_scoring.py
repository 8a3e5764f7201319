"""`loyaltykit worker` where the program says ``score: daily``: once a day, whatever a restart or a model does."""

from __future__ import annotations

import datetime as dt
import json

import attrs
import pytest

from loyaltykit.app import Loyalty
from loyaltykit.cli.feed.stopping import Stop
from loyaltykit.cli.working import Worker
from tests.app.scored import NOW, PROGRAM, history
from tests.churn.sample import Sample
from tests.cli.helpers import invoke

AGO = dt.datetime.now(dt.UTC) - NOW


@pytest.fixture
def url(tmp_path):
    """A school whose history ends today."""
    made = f"sqlite:///{tmp_path}/school.db"
    with Loyalty(PROGRAM, store=made) as kit:
        kit.record_many(attrs.evolve(event, at=event.at + AGO) for event in history(60))
    return made


def worker(kit: Loyalty, now: dt.datetime) -> Worker:
    return Worker(kit=kit, folder=None, now=lambda: now, stop=Stop(), channels=False)


def test_a_worker_scores_once_a_day_and_says_so_in_words(url):
    first = invoke("worker", "--store", url, "--once")
    assert first.exit_code == 0
    assert "the model hazard was fitted anew to" in first.stdout
    assert "scored 60 members: watch " in first.stdout
    assert "60 changed" in first.stdout
    second = invoke("worker", "--store", url, "--once", lang="ru")
    assert "риск" not in second.stdout


def test_the_words_are_russian_too(url):
    told = invoke("worker", "--store", url, "--once", lang="ru").stdout
    assert "модель hazard обучена заново: " in told
    assert "риск оценён: 60 участников: watch " in told


def test_the_day_is_reported_as_data(url):
    turn = json.loads(invoke("worker", "--store", url, "--once", "--json").stdout)
    assert turn["churn"]["scored"] == 60
    assert turn["churn"]["fit"]["report"]["n"] == turn["churn"]["fit"]["rows"]
    assert turn["unscored"] is None
    again = json.loads(invoke("worker", "--store", url, "--once", "--json").stdout)
    assert again["churn"] is None


class Broken(Sample):
    """A plug-in's model with a fault."""

    def fit(self, panel):
        raise ZeroDivisionError("a secret of the panel")


class Leaving(Sample):
    """A plug-in's model that ends the process."""

    def fit(self, panel):
        raise SystemExit(3)


@pytest.mark.parametrize(("model", "error"), [(Broken, "ZeroDivisionError"), (Leaving, "SystemExit")])
def test_a_model_that_fails_keeps_nothing_else_back_and_is_tried_again_an_hour_later(model, error):
    with Loyalty(PROGRAM, churn_model=model) as kit:
        kit.record_many(history(60))
        made = worker(kit, NOW).turn()
        assert made.unscored == f"the model stopped with {error}"
        assert made.effects > 0  # silence began runs all the same
        assert not made.quiet
        one = worker(kit, NOW)
        moments = iter([NOW, NOW + dt.timedelta(minutes=59), NOW + dt.timedelta(minutes=60)])
        one.now = lambda: next(moments)
        assert [bool(one.turn().unscored) for _ in range(3)] == [True, False, True]


def test_a_worker_told_to_stop_while_scoring_does_the_rest_next_time(monkeypatch):
    monkeypatch.setattr("loyaltykit.app.bulk_scoring.CHUNK", 20)
    with Loyalty(PROGRAM, churn_model=Sample) as kit:
        kit.record_many(history(60))
        stopping = worker(kit, NOW)
        stopping.stop.wished = True
        with pytest.raises(KeyboardInterrupt):
            stopping.turn()
        made = worker(kit, NOW).turn()
        assert (made.churn["scored"], made.churn["unchanged"]) == (60, 20)
