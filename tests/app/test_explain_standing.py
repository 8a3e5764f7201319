"""Why a member has something, and why not: what is missing, with values, and a word in two languages for each."""

from __future__ import annotations

import json

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import LoyaltyError
from loyaltykit.program.load import Program
from tests.app.school import DAY, DOCUMENT, START, event
from tests.cli.helpers import invoke

PROGRAM = Program.from_dict({
    **DOCUMENT,
    "tiers": {"status": {"by": "earned('stars')", "period": "calendar year", "steps": {"bronze": 0, "gold": 30}}},
    "badges": {**DOCUMENT["badges"], "medal": {"label": "Medal"}},
    "quests": {
        **DOCUMENT["quests"],
        "duel": {"start": "join", "steps": [{"on": "quiz.passed"}], "reward": {"badge": "medal"}},
    },
    "rewards": {
        **DOCUMENT["rewards"],
        "mug": {"cost": {"stars": 15}, "tiers": {"status": "gold"}, "segment": "rich", "per_member": 1},
        "pen": {"cost": {"stars": 1}},
    },
})  # fmt: skip


@pytest.fixture
def kit():
    kit = Loyalty(PROGRAM)
    kit.record_many([event("l1"), event("q1", "quiz.passed", days=0.1), event("o1", "order.paid", days=0.2)])
    kit.advance(START + 3 * DAY)
    return kit


def why(kit, **asked):
    return [(one.rule, one.code, dict(one.values)) for one in kit.explain("ann", **asked).reasons]


def test_a_badge_on_a_condition(kit):
    (one,) = kit.explain("ann", badge="regular").reasons
    assert (one.code, one.condition) == ("reason/condition", "points.xp.lifetime >= 60")
    assert dict(one.values) == {"points.xp.lifetime": "25"}
    kit.record_many([event("l2", days=3.1), event("l3", days=4.1)])
    assert why(kit, badge="regular") == [("regular", "reason/held", {"since": "2026-09-05"})]


def test_a_badge_that_counts_and_one_that_is_given(kit):
    assert why(kit, badge="scholar") == [("scholar", "reason/missing", {"count('quiz.passed')": 1, "needed": 2})]
    assert why(kit, badge="medal") == [("medal", "reason/by-others", {"by": "quests.duel"})]


def test_a_quest_step_by_step(kit):
    assert why(kit, quest="duel") == [
        ("duel", "reason/starts-join", {}),
        ("duel.steps.1", "reason/missing", {"event": "quiz.passed", "times": 0, "needed": 1}),
    ]
    kit.record_many([event("q2", "quiz.passed", days=3.5)])
    assert why(kit, quest="sprint") == [
        ("sprint.steps.1", "reason/missing", {"event": "quiz.passed", "times": 1, "needed": 2}),
        ("sprint.steps.2", "reason/missing", {"event": "lesson.completed", "times": 0, "needed": 1}),
        ("sprint", "reason/until", {"until": "2026-09-07"}),
    ]
    kit.record_many([event("q3", "quiz.passed", days=3.6), event("l4", days=3.7)])
    assert why(kit, quest="sprint") == [("sprint", "reason/done", {"since": "2026-09-05"})]


def test_ranks(kit):
    assert why(kit, level=True) == [
        ("level", "reason/held", {"step": "Newcomer", "points.xp.lifetime": 25}),
        ("level", "reason/next", {"points.xp.lifetime": 25, "next": "Explorer", "missing": 5}),
    ]
    found = why(kit, tier="status")
    assert [code for _, code, _ in found] == ["reason/held", "reason/next"]
    assert (found[0][2]["step"], found[1][2]["next"], found[1][2]["missing"]) == ("bronze", "gold", 20)
    assert why(kit, streak="study")[-1] == ("study", "reason/next", {"length": 0, "next": 2, "missing": 2})


def test_a_reward_says_every_term_that_fails(kit):
    found = kit.explain("ann", reward="mug").reasons
    assert [(one.rule, one.condition) for one in found] == [
        ("rewards.mug.tiers.status", "tier.status >= 'gold'"),
        ("rewards.mug.segment.rich", "segment.rich"),
        ("rewards.mug.cost", ""),
    ]
    assert dict(found[2].values) == {"points.stars.available": 10, "needed": 15}
    assert why(kit, reward="pen") == [("pen", "reason/may-redeem", {})]
    kit.redeem("ann", "pen", key="1")
    assert [code for _, code, _ in why(kit, reward="pen")] == ["reason/held", "reason/may-redeem"]


def test_a_reward_that_others_give_and_what_has_run_out(kit):
    assert why(kit, reward="chat") == [("chat", "reason/by-others", {"by": "rules.third, badges.regular"})]
    kit.grant("bob", "seat")
    kit.grant("eve", "seat")
    assert why(kit, reward="seat") == [
        ("seat", "reason/by-others", {"by": "quests.sprint"}),
        ("seat", "reason/out-of-stock", {"stock": 2}),
    ]


@pytest.mark.parametrize("kind", ["badge", "quest", "tier", "reward", "streak"])
def test_what_the_program_does_not_have(kit, kind):
    with pytest.raises(LoyaltyError) as failure:
        kit.explain("ann", **{kind: "nothing"})
    assert failure.value.code == f"{kind}/unknown"


def test_in_both_languages_and_on_the_command_line(kit, tmp_path):
    assert str(kit.explain("ann", level=True, lang="ru")).splitlines()[1] == (
        "level: на пути к следующей ступени (points.xp.lifetime = 25, дальше: Explorer, не хватает: 5)"
    )
    url = f"sqlite:///{tmp_path}/school.db"
    with Loyalty(PROGRAM, store=url) as other:
        other.record(event("q1", "quiz.passed"))
    told = invoke("explain", "ann", "--badge", "scholar", "--store", url).stdout
    assert told == "scholar: not enough yet (count('quiz.passed') = 1, needed: 2)\n"
    said = json.loads(invoke("explain", "ann", "--level", "--store", url, "--json").stdout)
    assert [one["code"] for one in said["reasons"]] == ["reason/held", "reason/next"]
    assert invoke("explain", "ann", "--store", url).exit_code == 2
