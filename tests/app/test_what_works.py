"""`kit.what_works`: choices joined with what came of them; nobody counts before their time is up."""

import copy

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import LoyaltyError
from loyaltykit.program.load import Program
from tests.app.judged import DAY, DOCUMENT, PROGRAM, START, event, simulate


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def offering(**changes):
    """The program with another offer in its campaign."""
    document = copy.deepcopy(DOCUMENT)
    document["campaigns"]["back"]["steps"][0]["offer"].update(changes)
    return Program.from_dict(document)


def chosen(step):
    """How often each option was counted, by segment."""
    return {part.segment: {share.option: share.n for share in part.shares} for part in step.report.segments}


def test_choices_are_joined_with_what_came_of_them(kit):
    simulate(kit, students=600, base=0.3, lift=0.0, seed=1)
    (step,) = kit.what_works("back").steps
    assert (step.step, step.by, step.waiting, step.unpicked) == ("1", "random", 0, 0)
    counts = chosen(step)[""]
    assert set(counts) == {"bonus", "call"}
    assert sum(counts.values()) == kit.goals()["returned"].measured.treated.n
    assert all(0.05 < share.mean.value < 0.4 for share in step.report.segments[0].shares)


def test_early_successes_wait_for_the_failures_of_their_time(kit):
    simulate(kit, students=300, base=0.9, lift=0.0, seed=2, until=11.0)
    (step,) = kit.what_works("back").steps
    assert (chosen(step), step.waiting) == ({}, sum(kit.goals()["returned"].measured.assigned[:1]))
    assert "their time is not up" in step.words("en")
    assert kit.what_works("back", at=START + 30 * DAY).steps[0].waiting == 0


def test_where_somebody_is_stuck_makes_the_segments(kit):
    kit.record_many([event(f"a{n}", f"s{n}", 0, "quiz.failed", topic="loops" if n % 2 else "lists") for n in range(80)])
    kit.advance(START + 20 * DAY)
    assert set(chosen(kit.what_works("back").steps[0])) == {"loops", "lists"}
    assert set(chosen(kit.what_works("back", by="course").steps[0])) == {"py"}
    assert set(chosen(kit.what_works("back", by="nothing").steps[0])) == {""}


def test_where_chance_did_not_choose_nothing_is_called_best():
    """The rule gives the call to those who come back anyway."""
    program = offering(by="rule", choose=[{"give": "call", "when": "count('lesson.completed') >= 2"}, "bonus"])
    with Loyalty(program) as kit:
        kit.record_many([event(f"a{n}", f"s{n}", 0) for n in range(400)])
        kit.record_many([event(f"b{n}", f"s{n}", 0.1) for n in range(0, 400, 2)])
        kit.advance(START + 9 * DAY)
        kit.record_many([event(f"c{n}", f"s{n}", 9.5) for n in range(0, 400, 2)])
        kit.advance(START + 20 * DAY)
        (step,) = kit.what_works("back").steps
        best, other = step.report.segments[0].shares
        assert (best.option, best.mean.low > other.mean.high, best.few, other.few) == ("call", True, False, False)
        assert step.report.segments[0].best is None
        assert "chance did not choose" in step.words("en")
        assert "выбирал не случай" in step.words("ru")


def test_who_picked_nothing_is_counted_apart():
    with Loyalty(offering(by="member")) as kit:
        kit.record_many([event(f"a{n}", f"s{n}", 0) for n in range(60)])
        kit.advance(START + 20 * DAY)
        (step,) = kit.what_works("back").steps
        assert (chosen(step), step.unpicked) == ({}, kit.goals()["returned"].measured.treated.n)


def test_a_campaign_without_offers_has_nothing_to_tell(kit):
    works = kit.what_works("open")
    assert (works.steps, str(works)) == ((), "nothing has been offered yet")
    with pytest.raises(LoyaltyError, match="did you mean back"):
        kit.what_works("bakc")
