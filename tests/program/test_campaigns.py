"""Campaigns in a document: where their expressions are, what names mean per value, what comes back from its text."""

import pytest

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program, check
from loyaltykit.rules.expression.tree import Ref, depends

HEAD = {
    "program": "school",
    "events": {
        "lesson.completed": {"course": "text", "progress": "number"},
        "order.paid": {"course": "optional text", "amount": "money"},
        "order.refunded": {"order": "text"},
        "group.joined": {"group": "integer"},
    },
    "member": {"paused": "boolean"},
    "points": {"xp": {}},
    "rewards": {"lesson": {}, "review": {}, "access": {}},
    "messages": {"hello": {"en": "Hello"}, "bye": {"en": "Bye"}},
    "quests": {"back": {"start": "campaign", "steps": [{"on": "lesson.completed"}]}},
    "badges": {"keen": {"when": "False"}},
    "materials": {"book": {"topic": "loops"}},
    "segments": {
        "halfway": {"per": "event.course", "when": "highest('lesson.completed', 'progress') >= 0.5"},
        "grouped": {"per": "event.group", "when": "count('group.joined') > 0"},
        "either": {"when": "segment.grouped or member.paused"},
    },
}
FULL = {
    "per": "event.course",
    "audience": "segment.halfway and event.course != 'old'",
    "start": {"on": "order.paid", "when": "event.amount > 100"},
    "exit": "member.paused",
    "steps": [
        {
            "offer": {
                "choose": [
                    {"give": ["lesson", "review"], "when": "churn.score > 0.5"},
                    "access",
                    {"give": "materials", "when": "count('lesson.completed', same='course') > 3"},
                ],
                "success": {"on": "lesson.completed", "when": "event.progress > 0.9"},
            }
        },
        {"send": "hello"},
        {"enrol": "back"},
        {"wait": {"until": "offer.taken", "at_most": "7d"}},
        {
            "if": "offer.option == 'lesson+review'",
            "then": [{"award": {"xp": "5 if event.course == 'py' else 1"}, "badge": "keen"}],
            "else": [{"wait": "2d"}, {"if": "quest.back.done", "then": [{"send": "bye"}, {"stop": True}]}],
        },
    ],
}


def document(campaign, **parts):
    return {**HEAD, **parts, "campaigns": {"comeback": campaign}}


def problems(campaign, **parts):
    return [(problem.path, problem.code) for problem in check(document(campaign, **parts))]


def begun(**changes):
    return {"start": "silent('14d')", "steps": [{"send": "hello"}], **changes}


def test_the_expressions_of_a_campaign_by_path():
    program = Program.from_dict(document(FULL))
    found = [path.removeprefix("campaigns.comeback.") for path in program.expressions if path.startswith("campaigns")]
    assert found == [
        "audience",
        "start",
        "exit",
        "steps.1.options.1.when",
        "steps.1.options.3.when",
        "steps.1.success",
        "steps.4.until",
        "steps.5.if",
        "steps.5.then.1.award.xp",
        "steps.5.else.2.if",
    ]


def test_a_condition_alone_is_the_start():
    assert list(Program.from_dict(document(begun())).expressions)[-1] == "campaigns.comeback.start"


def test_waiting_lists_and_goals_have_expressions():
    rewards = {**HEAD["rewards"], "seat": {"stock": 3, "waitlist": {"order": ["badge.keen", "joined", "churn.score"]}}}
    goals = {"more": {"event": "order.paid", "where": "event.amount > 5", "within": "9d", "target": "+5%"}}
    program = Program.from_dict(document(begun(), rewards=rewards, goals=goals))
    found = {path for path in program.expressions if path.startswith(("rewards", "goals"))}
    assert found == {"rewards.seat.waitlist.order.1", "rewards.seat.waitlist.order.3", "goals.more.where"}
    wrong = {"seat": {"stock": 3, "waitlist": {"order": "member.joined"}}}
    assert check(document(begun(), rewards={**HEAD["rewards"], **wrong}))[0].code == "document/list"
    wrong["seat"]["waitlist"]["order"] = ["member.joined"]
    (problem,) = check(document(begun(), rewards={**HEAD["rewards"], **wrong}))
    assert (problem.path, problem.code) == ("rewards.seat.waitlist.order.1", "expression/not-an-order")


def test_the_value_of_per_is_known_without_an_event():
    program = Program.from_dict(document(begun(per="event.course", audience="event.course == 'py'")))
    (ref,) = depends(program.expressions["campaigns.comeback.audience"])
    assert (ref.path, ref.type.kind, ref.type.nullable) == (("event", "course"), "text", False)
    (ref,) = depends(
        Program.from_dict(document(begun(per="event.group", audience="event.group > 3"))).expressions[
            "campaigns.comeback.audience"
        ]
    )
    assert isinstance(ref, Ref)
    assert ref.type.kind == "integer"


@pytest.mark.parametrize("written", ["event.progress > 0", "event.at is None", "event.nth > 1"])
def test_other_facts_of_events_need_an_event(written):
    (problem,) = check(document(begun(per="event.course", audience=written)))
    assert (problem.code, problem.hint) == ("expression/no-event", "use one of: event.course")
    (problem,) = check(document(begun(audience=written)))
    assert (problem.code, problem.hint) == ("expression/no-event", "")


def test_the_value_stands_beside_the_fields_of_an_event_that_has_none():
    exits = {"on": "order.refunded", "when": "event.order == 'x' and event.course == 'py'"}
    assert problems(begun(per="event.course", exit=exits)) == []
    assert [code for _, code in problems(begun(exit=exits))] == ["expression/unknown-field"]


def test_same_may_name_the_field_of_per():
    assert problems(begun(per="event.course", audience="count('order.paid', same='course') > 0")) == []
    found = problems(begun(per="event.course", audience="count('order.paid', same='amount') > 0"))
    assert found == [("campaigns.comeback.audience", "expression/no-event")]


def test_segments_of_another_field_do_not_mix():
    assert problems(begun(audience="segment.halfway")) == []
    assert problems(begun(per="event.course", audience="segment.halfway")) == []
    for segment in ("grouped", "either"):
        found = problems(begun(per="event.course", audience=f"segment.{segment}"))
        assert found == [("campaigns.comeback.audience", "document/other-per")]


def test_offers_are_known_in_the_steps_of_a_campaign_that_makes_them():
    offer = {"offer": {"choose": ["lesson"]}}
    asks = {"if": "offer.taken", "then": [{"send": "bye"}]}
    assert problems(begun(steps=[offer, asks])) == []
    assert problems(begun(steps=[{"send": "hello"}, asks])) == [
        ("campaigns.comeback.steps.2.if", "expression/no-offer")
    ]
    found = problems(begun(steps=[offer], exit="offer.taken"))
    assert found == [("campaigns.comeback.exit", "expression/no-offer")]


def test_bands_are_steps():
    churn = {"bands": {"watch": 0.3, "high": 0.6}}
    assert problems(begun(start="churn.band >= 'watch'"), churn=churn) == []
    (problem,) = check(document(begun(start="churn.band == 'hihg'"), churn=churn))
    assert (problem.code, problem.hint) == ("expression/unknown-step", "did you mean high?")


def test_a_campaign_survives_its_text():
    written = {
        **FULL,
        "holdout": "12.5%",
        "again": "after 6 months",
        "label": {"en": "Back"},
    }
    goals = {"more": {"metric": "churned", "horizon": "28d", "target": "-12.5%", "of": "campaigns.comeback"}}
    contact = {"quiet_hours": "21:30-08:05", "at_most": {"times": 3, "per": "week"}, "stale": "48h"}
    program = Program.from_dict(document(written, goals=goals, contact=contact, holdout=0.05))
    again = Program.from_json(program.text)
    assert again == program
    assert again.document == program.document
    campaign = again.document.campaigns["comeback"]
    assert (campaign.holdout, str(campaign.again), campaign.field) == (0.125, "6 months", "course")
    assert (again.document.goals["more"].target, str(again.document.contact.quiet_hours)) == (-0.125, "21:30-08:05")


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"campaigns": {"c": begun(holdout="101%")}}, "document/percent"),
        ({"campaigns": {"c": begun(holdout=5)}}, "document/percent"),
        ({"campaigns": {"c": begun(again="60d")}}, "document/again"),
        ({"campaigns": {"c": begun(again="after never")}}, "document/again"),
        ({"campaigns": {"c": begun(per="course")}}, "document/per"),
        ({"campaigns": {"c": begun(start={"at": "2026-02-30T10:00"})}}, "document/moment"),
        ({"campaigns": {"c": begun(start={"at": "2026-02-03T10:00Z"})}}, "document/moment"),
        ({"contact": {"quiet_hours": "21-09"}}, "document/hours"),
        ({"goals": {"g": {"event": "order.paid", "within": "9d", "target": "30%"}}}, "document/target"),
        ({"surveys": {"s": {"question": "?", "scale": "0-10", "every": "9d"}}}, "document/every-needs-when"),
        ({"churn": {"score": "hourly"}}, "document/one-of"),
    ],
)
def test_what_cannot_be_read_is_told(part, code):
    with pytest.raises(ProgramError) as caught:
        Program.from_dict({**HEAD, **part})
    assert [problem.code for problem in caught.value.problems] == [code]
