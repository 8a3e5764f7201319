"""Goals are checked when a program is loaded: what cannot be counted is a problem, not a surprise later."""

import pytest

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program, check

HEAD = {
    "program": "p",
    "events": {"order.paid": {"amount": "money"}, "visit": {"course": "text"}},
    "points": {"xp": {}},
    "campaigns": {"back": {"start": "silent('7d')", "steps": [{"stop": True}]}},
}
GOOD = {"event": "order.paid", "within": "9d", "target": "+5%"}
GONE = {"metric": "churned", "horizon": "28d", "target": "-5%"}


def problems(goal):
    return [(problem.path, problem.code) for problem in check({**HEAD, "goals": {"g": goal}})]


@pytest.mark.parametrize(
    "goal",
    [
        GOOD,
        GONE,
        {**GOOD, "of": "campaigns.back"},
        {**GOOD, "where": "event.nth >= 2 and event.gap > 3 and event.local.hour < 9 and event.amount > 5"},
        {**GONE, "target": "-100%"},
    ],
)
def test_what_can_be_counted_is_fine(goal):
    assert problems(goal) == []


@pytest.mark.parametrize(
    ("goal", "path", "code"),
    [
        ({"target": "+5%"}, "goals.g", "document/goal-neither"),
        ({**GOOD, "metric": "churned"}, "goals.g", "document/goal-both"),
        ({"event": "order.paid", "target": "+5%"}, "goals.g", "document/goal-needs"),
        ({"metric": "churned", "target": "-5%"}, "goals.g", "document/goal-needs"),
        ({**GOOD, "horizon": "9d"}, "goals.g.horizon", "document/goal-other"),
        ({**GONE, "within": "9d"}, "goals.g.within", "document/goal-other"),
        ({**GONE, "where": "True"}, "goals.g.where", "document/goal-other"),
        ({**GOOD, "within": "3 months"}, "goals.g.within", "document/goal-months"),
        ({**GOOD, "event": "order.payed"}, "goals.g.event", "document/unknown-event"),
        ({**GOOD, "of": "campaigns.bakc"}, "goals.g.of", "document/unknown-campaign"),
        ({**GOOD, "where": "points.xp.lifetime > 5"}, "goals.g.where", "document/goal-where"),
        ({**GOOD, "where": "event.nth > 1 and count('visit') > 5"}, "goals.g.where", "document/goal-where"),
        ({**GOOD, "where": "member.joined < event.at"}, "goals.g.where", "document/goal-where"),
        ({**GOOD, "where": "event.amout > 5"}, "goals.g.where", "expression/unknown-field"),
        ({**GOOD, "target": "+0%"}, "goals.g.target", "document/target"),
        ({**GONE, "target": "-101%"}, "goals.g.target", "document/target"),
    ],
)
def test_what_cannot_be_counted_is_told(goal, path, code):
    assert problems(goal) == [(path, code)]


def test_the_place_in_the_condition_and_the_nearest_campaign_are_named():
    text = (
        "program: p\nevents: {order.paid: {}}\n"
        "campaigns: {back: {start: silent('7d'), steps: [{stop: true}]}}\ngoals:\n"
        "  a: {event: order.paid, where: event.nth > 1 and silent('3d'), within: 9d, target: +5%, of: campaigns.bak}\n"
    )
    with pytest.raises(ProgramError) as caught:
        Program.from_yaml(text)
    where, of = caught.value.problems
    assert (where.line, where.column, where.message) == (
        5,
        text.splitlines()[4].index("silent") + 1,
        "a goal's condition looks only at the event that is counted, not at silent('3d')",
    )
    assert of.hint == "did you mean back?"
