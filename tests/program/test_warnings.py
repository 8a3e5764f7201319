"""What is allowed and hardly meant: `check` says so, and the program runs all the same."""

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.program.load import Program

PROGRAM = {
    "program": "p",
    "locale": "ru",
    "events": {"go": {}, "seen": {}},
    "rewards": {"meeting": {"kind": "s", "at": "2026-10-08T19:00", "stock": 1}, "book": {"kind": "b"}},
    "contact": {"quiet_hours": "21:00-09:00"},
    "messages": {"hi": {"ru": "Привет"}, "invite": {"ru": "Ждём {{ session.at | date: 'd MMMM' }}"}},
}


def warned(*steps):
    campaigns = {"c": {"start": {"on": "go"}, "steps": list(steps)}}
    program = Program.from_dict({**PROGRAM, "campaigns": campaigns})
    assert all(problem.severity == "warning" for problem in program.warnings)
    return [(problem.code, problem.path) for problem in program.warnings]


@pytest.mark.parametrize(
    ("step", "code", "path"),
    [
        ({"if": "entitlement.book"}, "document/if-nothing", "campaigns.c.steps.1"),
        ({"send": {"message": "hi", "channels": []}}, "document/no-channel", "campaigns.c.steps.1.send.channels"),
        ({"offer": {"choose": ["meeting"]}}, "document/offer-stock", "campaigns.c.steps.1.offer.choose"),
        (
            {"offer": {"choose": ["meeting", "book"], "keep": "2h"}},
            "document/keep-quiet",
            "campaigns.c.steps.1.offer.keep",
        ),
    ],
)
def test_a_step_that_is_hardly_meant_is_told(step, code, path):
    assert warned(step) == [(code, path)]


@pytest.mark.parametrize(
    "step",
    [
        {"if": "entitlement.book", "then": [{"send": "hi"}]},
        {"send": {"message": "hi", "channels": ["email"]}},
        {"offer": {"choose": ["meeting", "book"], "keep": "2d"}},
        {"wait": {"until": "count('seen') > 0"}},
    ],
)
def test_what_is_meant_is_not(step):
    assert warned(step) == []


GRANT, INVITE, STOP = {"grant": "meeting"}, {"send": "invite"}, {"stop": True}


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([GRANT, INVITE], "2"),
        ([GRANT, {"wait": "1d"}, {"if": "entitlement.book", "then": [INVITE]}], "3.then.1"),
        ([GRANT, {"if": "entitlement.meeting", "then": [{"send": "hi"}]}, INVITE], "3"),
    ],
)
def test_an_invitation_to_what_may_be_full_is_told(steps, place):
    assert warned(*steps) == [("document/may-be-full", f"campaigns.c.steps.{place}.send")]


@pytest.mark.parametrize(
    "steps",
    [
        [GRANT, {"send": "hi"}],
        [GRANT, {"if": "entitlement.meeting", "then": [INVITE], "else": [{"send": "hi"}]}],
        [GRANT, {"if": "not entitlement.meeting", "then": [STOP]}, INVITE],
    ],
)
def test_an_invitation_of_who_has_the_place_is_not(steps):
    assert warned(*steps) == []


def test_a_badge_may_be_one_that_only_a_campaign_gives(at):
    badges = {"hero": {"label": "Герой"}, "top": {"when": "badge.hero"}}
    campaigns = {"c": {"start": {"on": "go"}, "steps": [{"badge": "hero"}]}}
    with Loyalty(Program.from_dict({**PROGRAM, "badges": badges, "campaigns": campaigns})) as kit:
        kit.record({"id": "s", "type": "seen", "member": "ann", "at": at})
        assert kit.member("ann").badges == {}
        kit.record({"id": "t", "type": "go", "member": "ann", "at": at})
        assert sorted(kit.member("ann").badges) == ["hero", "top"]


@pytest.fixture
def at():
    return "2026-09-01T10:00+03:00"
