"""`kit.goals`: arms and successes out of the store, the same in memory and in SQLite; holdouts kept apart."""

import datetime as dt
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.app.counting import Counted
from loyaltykit.insight import Arm
from loyaltykit.program.load import Program
from loyaltykit.values import from_instant
from tests.app.judged import DAY, DOCUMENT, PROGRAM, START, arms, event, simulate

FIELDS = DOCUMENT["events"]


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def test_a_school_that_helps(kit):
    back = simulate(kit, students=600, base=0.3, lift=0.4, seed=1)
    report = kit.goals()["returned"]
    assert report.words("en") == (
        "Came back (campaigns.back)\n"
        "154 of 222 (69.4%) against 74 of 263 (28.1%) in control\n"
        "+41.2 pp [32.7, 48.9], relative +146.5% [100.0, 205.4] (95% intervals)\n"
        "It helps, and the target of +30% is met.\n"
        "in neither group, because the program's own control group comes first: 115"
    )
    found = arms(kit)
    for arm, name in ((report.measured.treated, "treated"), (report.measured.control, "withheld")):
        members = {member for member, one in found.items() if one == name}
        assert arm == Arm(len(members), sum(f"s{n}" in members for n in back))
    assert report.outside == sum(arm == "program" for arm in found.values())
    assert report.as_of == START + 25 * DAY
    assert report.words("ru").splitlines()[0] == "Вернулись (campaigns.back)"
    assert report.words("ru").splitlines()[3] == "Помогает, и цель +30\N{NO-BREAK SPACE}% достигнута."


def test_who_churned_is_who_did_not_come_back(kit):
    simulate(kit, students=300, base=0.3, lift=0.4, seed=2)
    goals = kit.goals()
    for arm in ("treated", "control"):
        gone, back = getattr(goals["gone"].measured, arm), getattr(goals["returned"].measured, arm)
        assert gone.n == back.n == gone.successes + back.successes
    assert goals["gone"].comparison.direction == "less"
    assert goals["gone"].verdict == "target-met"


def test_a_campaign_that_does_nothing_is_not_said_to_help(kit):
    simulate(kit, students=600, base=0.4, lift=0.0, seed=3)
    assert [kit.goals()[name].verdict for name in ("returned", "gone")] == ["not-shown", "not-shown"]


def test_who_has_time_left_is_not_counted(kit):
    simulate(kit, students=200, base=0.5, lift=0.0, seed=4, until=16.0)
    found = arms(kit)
    report = kit.goals()["returned"]
    assert report.measured.immature == tuple(list(found.values()).count(arm) for arm in ("treated", "withheld"))
    assert report.measured.treated == report.measured.control == Arm(0, 0)
    assert (report.verdict, report.comparison.shortages[0].of) == ("too-early", "members")
    later = kit.goals(at=START + 30 * DAY)["returned"]
    assert later.measured.immature == (0, 0)
    assert kit.goals(at=START + 3 * DAY)["returned"].measured.assigned == (0, 0)  # nobody was exposed by then


def test_the_program_is_judged_by_its_own_control_group(kit):
    kit.record_many([event(f"{n}-1", f"s{n}", 0, "order.paid") for n in range(100)])
    kit.record_many([event(f"{n}-2", f"s{n}", 5, "order.paid") for n in range(0, 100, 2)])
    kit.advance(START + 70 * DAY)
    report, found = kit.goals()["second"], arms(kit, "holdout")
    twice = {f"s{n}" for n in range(0, 100, 2)}
    for arm, name in ((report.measured.treated, "treated"), (report.measured.control, "program")):
        members = {member for member, one in found.items() if one == name}
        assert members
        assert arm == Arm(len(members), len(members & twice))
    assert report.outside == 0


def test_without_a_control_group_there_is_nothing_to_compare_with(kit):
    kit.record_many([event(f"{n}", f"s{n}", 0, "order.paid") for n in range(40)])
    report = kit.goals()["bought"]
    assert (report.comparison, report.verdict) == (None, "no-control")
    assert "set a `holdout` for campaigns.open" in report.words("en")
    assert report.to_dict()["comparison"] is None
    assert "задайте `holdout`" in report.words("ru")


def test_all_goals_together(kit):
    simulate(kit, students=60, base=0.3, lift=0.2, seed=5)
    goals = kit.goals()
    assert list(goals) == list(DOCUMENT["goals"])
    assert str(goals) == goals.words("en") == "\n\n".join(goals[name].words("en") for name in goals)
    assert set(json.loads(json.dumps(goals.to_dict()))) == set(goals)


def test_a_program_without_goals_says_so():
    with Loyalty(Program.from_dict({"program": "p", "events": {"x": {}}})) as kit:
        assert (len(kit.goals()), str(kit.goals())) == (0, "the program has no goals")


@pytest.mark.parametrize(
    ("where", "counted"),
    [
        ("event.nth >= 2", ["2", "3", "4"]),
        ("event.nth == 3 or event.amount >= 100", ["3", "4"]),
        ("event.gap is None", ["1"]),
        ("event.gap >= 2", ["3", "4"]),
        ("event.local.hour == 23", ["1", "2"]),
        ("event.local.hour == 2", ["3"]),
        ("event.local.weekday == 'fri'", ["4"]),
        ("event.local.date >= '2026-09-05'", ["3", "4"]),
        ("event.note == 'x'", ["2"]),
        ("event.note is None", ["1", "3", "4"]),
        ("len(event.order) > 5", []),
    ],
)
def test_a_condition_looks_at_the_event_and_its_place_among_the_others(where, counted):
    fields = {**FIELDS, "order.paid": {**FIELDS["order.paid"], "note": "optional text"}}
    goals = {"g": {"event": "order.paid", "where": where, "within": "9d", "target": "+5%"}}
    program = Program.from_dict({"program": "w", "timezone": "Europe/Moscow", "events": fields, "goals": goals})
    orders = {
        "1": (dt.datetime(2026, 9, 1, 20, tzinfo=dt.UTC), {"amount": "5"}),
        "2": (dt.datetime(2026, 9, 2, 20, tzinfo=dt.UTC), {"amount": "5", "note": "x"}),
        "3": (dt.datetime(2026, 9, 4, 20, tzinfo=dt.UTC), {"amount": "5"}),
        "4": (dt.datetime(2026, 9, 11, 10, tzinfo=dt.UTC), {"amount": "100"}),
    }
    with Loyalty(program) as kit:
        for id, (at, data) in orders.items():
            if id == "3":  # from here on Ann is in Omsk, three hours east of Moscow
                kit.update_member("ann", {"timezone": "Asia/Omsk"}, at=at - DAY)
            kit.record({**event(id, "ann", 0, "order.paid", **data), "at": at.isoformat()})
        where = program.expressions["goals.g.where"]
        goal = Counted("order.paid", where, kit._journal.engine.admission, zone="Europe/Moscow")
        with kit._journal.reading() as store:
            rows = store.happened(goal.types, [1], data=goal.data)
    assert [from_instant(at) for at in goal.instants(rows)] == [orders[id][0] for id in counted]


HISTORIES = st.lists(
    st.tuples(st.integers(0, 11), st.floats(0, 40), st.sampled_from(sorted(FIELDS))), min_size=1, max_size=40
)


@settings(max_examples=25, deadline=None)
@given(histories=HISTORIES, seen=st.floats(0, 60), upto=st.floats(0, 45))
def test_everybody_exposed_is_in_an_arm_or_still_has_time(histories, seen, upto):
    events = [event(f"e{n}", f"s{who}", days, kind) for n, (who, days, kind) in enumerate(histories)]
    with tempfile.TemporaryDirectory() as folder:
        told = []
        for store in ("memory:", f"sqlite:///{Path(folder) / 's.db'}"):
            with Loyalty(PROGRAM, store=store) as kit:
                kit.record_many(events)
                kit.advance(START + upto * DAY)
                goals = kit.goals(at=START + seen * DAY)
                told.append(goals.to_dict())
                for name, mechanic in (("returned", "campaigns.back"), ("second", "holdout")):
                    exposed = _exposed(kit, mechanic, START + seen * DAY)
                    measured = goals[name].measured
                    assert sum(measured.assigned) + goals[name].outside == len(exposed)
                    assert measured.both == ()
        assert told[0] == told[1]


def _exposed(kit, mechanic, until):
    """The members with an exposure by an instant."""
    limit = int((until - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1))
    with kit._journal.reading() as store:
        rows = [row for number, _ in store.members() for row in store.effects(number)]
    return {row.member for row in rows if (row.mechanic, row.kind) == (mechanic, "exposure") and row.at <= limit}
