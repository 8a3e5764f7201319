"""A program that changes while it runs: what goes over, what ends, and that nothing is given for the past."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.errors import EventError, LoyaltyError, ProgramError
from loyaltykit.program.load import Program
from tests.app.school import DAY, DOCUMENT, PROGRAM, START, event, facts, net


def changed(version=2, **parts):
    """The school's program with some parts replaced; a part that is None is taken out."""
    document = copy.deepcopy(DOCUMENT) | {"version": version}
    for name, part in parts.items():
        if part is None:
            document.pop(name)
        else:
            document[name] = {**document[name], **part} if isinstance(part, dict) else part
    return Program.from_dict({name: part for name, part in document.items() if part})


def without(group, id):
    document = copy.deepcopy(DOCUMENT) | {"version": 2}
    document[group].pop(id)
    return Program.from_dict(document)


def rules(**awards):
    """The rules with other awards."""
    found = copy.deepcopy(DOCUMENT["rules"])
    for rule in found:
        if rule["id"] in awards:
            rule["award"] = awards[rule["id"]]
    return found


DOUBLE = changed(rules=rules(lesson={"xp": 20}))
STORY = [
    event("l1"),
    event("l2", days=1),
    event("q1", "quiz.passed", days=1.1),
    event("o1", "order.paid", days=1.2),
    event("q2", "quiz.passed", days=2),
]


@pytest.fixture
def run(kit):
    kit.record_many(STORY)
    return kit


def kept_out(found):
    """A view without what depends on the instant that it is of."""
    return {name: part for name, part in found.items() if name != "now"}


def test_nothing_is_given_for_the_past(run):
    before, ledger = facts(run, "ann"), net(run, "ann")
    adoption = run.adopt(DOUBLE)
    assert (adoption.changed, adoption.members, adoption.entries, adoption.version) == (True, 1, 0, 2)
    assert kept_out(facts(run, "ann")) == kept_out(before)
    assert net(run, "ann") == ledger
    assert [entry.amount for entry in run.record(event("l3", days=3)).entries] == [20]


def test_adopting_the_same_again_changes_nothing(run):
    run.adopt(DOUBLE)
    before = facts(run, "ann")
    assert not run.adopt(DOUBLE).changed
    assert facts(run, "ann") == before
    assert run._journal.store.adoptions() == 2


def test_a_late_event_from_before_is_folded_under_the_program_of_its_time(run):
    run.adopt(DOUBLE, at=START + 3 * DAY)
    run.record(event("l4", days=4))
    decision = run.record(event("l0", days=0.5))
    assert [(entry.kind, entry.amount, entry.mechanic) for entry in decision.entries] == [
        ("adjustment", 10, "rules.lesson")
    ]
    assert net(run, "ann")["xp", "rules.lesson"] == 10 + 10 + 10 + 20


def test_somebody_new_whose_first_event_was_before(run):
    run.adopt(DOUBLE, at=START + 3 * DAY)
    run.record(event("b1", member="bob", days=2))
    run.record(event("b2", member="bob", days=4))
    assert net(run, "bob") == {("xp", "rules.lesson"): 30}


@pytest.mark.parametrize("batch", [False, True])
def test_arrival_order_does_not_matter_across_an_adoption(kit, batch):
    events = [*STORY, event("b1", member="bob", days=2), event("b2", member="bob", days=4), event("l5", days=5)]
    early = [one for one in events if one.at < START + 3 * DAY]
    plain = Loyalty(PROGRAM)
    plain.record_many(early)
    plain.adopt(DOUBLE, at=START + 3 * DAY)
    plain.record_many([one for one in events if one not in early])
    kit.record(events[0])
    kit.adopt(DOUBLE, at=START + 3 * DAY)
    if batch:
        kit.record_many(reversed(events[1:]))
    else:
        for one in reversed(events[1:]):
            kit.record(one)
    for one in (plain, kit):
        one.advance(START + 6 * DAY)
    for member in ("ann", "bob"):
        assert net(kit, member) == net(plain, member)
        assert facts(kit, member) == facts(plain, member)


def test_a_store_that_was_adopted_needs_no_file(url):
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record_many(STORY)
        kit.adopt(DOUBLE)
        kit.record(event("l3", days=3))
        before = facts(kit, "ann"), net(kit, "ann")
    with pytest.raises(ProgramError) as failure:
        Loyalty(PROGRAM, store=url)
    assert failure.value.code == "program/not-adopted"
    with Loyalty.open(url) as kit:
        assert kit.program.document.version == 2
        assert (facts(kit, "ann"), net(kit, "ann")) == before
        kit.record(event("l0", days=0.5))
        assert net(kit, "ann")["xp", "rules.lesson"] == 50
    with Loyalty(DOUBLE, store=url) as kit:
        assert kit.member("ann").points["xp"].available == before[0]["points"]["xp"]["available"] + 10


def test_snapshots_can_be_folded_anew_through_all_programs(url):
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record_many(STORY)
        kit.adopt(DOUBLE)
        kit.record(event("l3", days=3))
        kit.adopt(changed(3, rules=rules(lesson={"xp": 30})))
        kit.record(event("l4", days=4))
        journal = kit._journal
        with journal.writing() as work:
            state = journal.engine.dump(work.hand("ann").state)
            work.store._executor.execute("UPDATE loyalty_state SET plan = ?", (work.store.plan("another"),))
    with Loyalty.open(url) as kit:
        assert kit._journal.engine.dump(kit._journal.look("ann").state) == state
        assert net(kit, "ann")["xp", "rules.lesson"] == 20 + 20 + 30


def test_the_past_is_shown_as_it_was(run):
    run.adopt(without("badges", "scholar"))
    assert "scholar" not in run.member("ann").badges
    assert "scholar" in run.member("ann", at=START + 2 * DAY).badges
    assert "rules.lesson" in str(run.explain("ann", event="l1"))


def test_an_adoption_is_after_what_is_known(run):
    with pytest.raises(EventError) as failure:
        run.adopt(DOUBLE, at=START)
    assert failure.value.code == "event/past"
    assert run.program == PROGRAM
    run.advance(START + 9 * DAY)
    assert run.adopt(DOUBLE).at == START + 9 * DAY


def test_another_name_is_another_program(run):
    for program, code in (
        (Program.from_dict({"program": "other", "events": {"a": {}}}), "adopt/other-program"),
        (changed(points={"xp": {"decimals": 2}}), "adopt/decimals"),
    ):
        with pytest.raises(LoyaltyError) as failure:
            run.adopt(program)
        assert failure.value.code == code
    with pytest.raises(LoyaltyError) as failure:
        run.adopt(DOUBLE, mode="backward")
    assert failure.value.code == "adopt/mode"
    assert run.program == PROGRAM


def test_what_fails_half_way_changes_nothing(run, monkeypatch):
    before = facts(run, "ann")
    with monkeypatch.context() as patch:
        patch.setattr("loyaltykit.app.adopting.refold", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run.adopt(DOUBLE)
    assert run.program == PROGRAM
    assert kept_out(facts(run, "ann")) == kept_out(before)
    assert [entry.amount for entry in run.record(event("l3", days=3)).entries] == [10]


def test_another_process_with_the_old_program_stops(url):
    with Loyalty(PROGRAM, store=url) as first, Loyalty(PROGRAM, store=url) as second:
        first.record(event("l1"))
        second.record(event("l2"))
        first.adopt(DOUBLE)
        with pytest.raises(ProgramError) as failure:
            second.record(event("l3"))
        assert failure.value.code == "program/not-adopted"


def test_lots_keep_their_expiry(run):
    before = run.member("ann").points["stars"].expiring
    run.adopt(changed(points={"stars": {"spendable": True, "pending": "2d", "expires": {"after": "90d"}}}))
    assert run.member("ann").points["stars"].expiring == before
    run.record(event("o2", "order.paid", days=3))
    spans = [at - START for at, _ in run.member("ann").points["stars"].expiring]
    assert spans == [21.2 * DAY, 93 * DAY]


def test_a_point_gets_lots_and_keeps_what_there_is(run):
    held = run.member("ann").points["xp"]
    run.adopt(changed(points={"xp": {"spendable": True, "expires": {"after": "10d"}}}))
    points = run.member("ann").points["xp"]
    assert (points.available, points.lifetime, points.expiring) == (held.available, held.lifetime, ())
    run.record(event("l3", days=3))
    run.advance(START + 20 * DAY)
    assert run.member("ann").points["xp"].available == held.available


def test_a_quest_on_its_way_is_recounted_from_enrolment(run):
    steps = [{"on": "quiz.passed", "times": 3}, {"on": "order.paid"}]
    view = run.member("ann").quests["sprint"]
    assert view.done
    run.record_many(
        [event("b1", "quiz.passed", member="bob", days=2), event("b2", "order.paid", member="bob", days=2.1)]
    )
    run.adopt(changed(quests={"sprint": {"within": "30d", "steps": steps, "reward": {"award": {"xp": 7}}}}))
    quest = run.member("bob").quests["sprint"]
    assert [step.reached for step in quest.steps] == [1, 1]
    assert quest.deadline == START + 32 * DAY
    run.record_many(
        [event("b3", "quiz.passed", member="bob", days=3), event("b4", "quiz.passed", member="bob", days=4)]
    )
    assert net(run, "bob")["xp", "quests.sprint"] == 7
    assert run.member("ann").quests["sprint"].done


def test_a_quest_whose_new_steps_are_done_is_done_at_the_change(kit):
    kit.record(event("q1", "quiz.passed"))
    quest = {"within": "3d", "steps": [{"on": "quiz.passed"}], "reward": {"award": {"xp": 7}}}
    adoption = kit.adopt(changed(quests={"sprint": quest}))
    assert kit.member("ann").quests["sprint"].done
    assert net(kit, "ann")["xp", "quests.sprint"] == 7
    assert adoption.entries == 1


def test_a_quest_for_which_the_past_counts_is_done_by_the_next_event(run):
    quest = {"retroactive": True, "steps": [{"on": "lesson.completed", "times": 3}], "reward": {"award": {"xp": 8}}}
    run.adopt(changed(quests={**DOCUMENT["quests"], "long": quest}))
    assert run.member("ann").quests["long"].steps[0].reached == 2
    run.record(event("l3", days=3))
    assert net(run, "ann")["xp", "quests.long"] == 8


def test_new_badges_are_noted_in_silence_and_levels_are_never_lost(run):
    badge = {"veteran": {"count": "lesson.completed", "steps": {"two": 2, "ten": 10}, "award": {"xp": 5}}}
    rich = {"rich": {"when": "points.xp.lifetime >= 50", "award": {"xp": 5}}}
    ladder = {"by": "xp", "steps": {"Newcomer": 0, "Explorer": 1000, "Expert": 2000}}
    level = run.member("ann").level
    run.adopt(changed(badges={**DOCUMENT["badges"], **badge, **rich}, levels=ladder))
    view = run.member("ann")
    assert (view.badges["veteran"].step, "rich" in view.badges, view.level) == ("two", True, level)
    assert not {mechanic for _, mechanic in net(run, "ann")} & {"badges.veteran", "badges.rich"}


def test_history_informs_a_new_streak_and_its_milestones_are_passed(run):
    program = changed(
        streaks={"daily": {"on": "lesson.completed", "every": "day", "milestones": {2: {"xp": 5}, 3: {"xp": 9}}}}
    )
    run.adopt(program)
    assert run.member("ann").streaks["daily"].length == run.member("ann").streaks["study"].length
    run.record(event("l3", days=2.2))
    assert net(run, "ann")["xp", "streaks.daily"] == 9


def test_a_streak_gets_freezes(run):
    freezes = {"on": "lesson.completed", "every": "day", "freezes": {"initial": 1, "max": 1}}
    run.adopt(changed(streaks={"study": freezes}))
    run.record(event("l4", days=3))
    assert run.member("ann").streaks["study"].length == 3
    run.advance(START + 10 * DAY)
    assert run.member("ann").streaks["study"].length == 0


@pytest.mark.parametrize("limit", ["3 per week", "3 per 2 days", {"times": 3, "per": "day", "by": "event.course"}])
def test_a_limit_of_another_period_counts_anew(kit, limit):
    kit.record_many([event(f"l{n}", days=n / 100) for n in range(5)])
    assert net(kit, "ann")["xp", "rules.lesson"] == 30
    found = rules()
    found[0]["limit"] = limit
    kit.adopt(changed(2, rules=found))
    kit.record_many([event(f"m{n}", days=0.1 + n / 100) for n in range(5)])
    assert net(kit, "ann")["xp", "rules.lesson"] == 60


def test_a_limit_that_stays_goes_on(run):
    run.record_many([event(f"l{n}", days=2 + n / 100) for n in range(3, 5)])
    run.adopt(changed(2, rules=rules(lesson={"xp": 20})))
    run.record_many([event(f"m{n}", days=2.1 + n / 100) for n in range(3)])
    assert net(run, "ann")["xp", "rules.lesson"] == 20 + 20 + 20


def test_grants_of_what_is_gone_run_out(kit):
    kit.record_many([event("q1", "quiz.passed"), event("q2", "quiz.passed", days=0.1), event("l1", days=0.2)])
    assert kit.entitled("ann", "seat")
    document = copy.deepcopy(DOCUMENT) | {"version": 2}
    document["quests"].pop("sprint")
    document["rewards"].pop("seat")
    kit.adopt(Program.from_dict(document))
    assert kit.member("ann").entitlements["seat"].kept
    assert "seat" not in kit.member("ann", at=START + 11 * DAY).entitlements
    other = Loyalty(PROGRAM)
    other.record_many([event("q1", "quiz.passed"), event("q2", "quiz.passed", days=0.1), event("l1", days=0.2)])
    other.adopt(without("quests", "sprint"))
    assert other.entitled("ann", "seat", at=START + 10 * DAY)
    assert not other.entitled("ann", "seat", at=START + 11 * DAY)


def test_recomputing_posts_the_net_by_point_and_mechanic(run):
    adoption = run.adopt(DOUBLE, mode="recompute")
    assert adoption.entries == 1
    assert net(run, "ann")["xp", "rules.lesson"] == 40
    other = Loyalty(DOUBLE)
    other.record_many(STORY)
    assert net(run, "ann") == net(other, "ann")
    assert kept_out(facts(run, "ann")) == kept_out(facts(other, "ann"))
    less = run.adopt(changed(3, rules=rules(lesson={"xp": 1})), mode="recompute")
    assert less.entries == 1
    assert net(run, "ann")["xp", "rules.lesson"] == 2


def test_upward_only_takes_nothing_away_then_or_later(run):
    before = run.member("ann").points["xp"].available
    other = rules(lesson={"xp": 1}, good={"xp": "15 + 10 * event.score"})
    adoption = run.adopt(changed(2, rules=other), mode="recompute upward only")
    assert adoption.entries == 1
    assert net(run, "ann")["xp", "rules.lesson"] == 20
    assert run.member("ann").points["xp"].available == before + 20
    assert [entry.amount for entry in run.record(event("l3", days=3)).entries] == [1]
    late = run.record(event("l0", days=0.5))
    assert [(entry.mechanic, entry.amount) for entry in late.entries] == [("rules.lesson", 1)]
    assert run.member("ann").points["xp"].available == before + 22


def test_upward_only_keeps_lots_and_points_that_are_gone(run):
    stars = {"id": "paid", "on": "order.paid", "award": {"stars": "event.amount / 200"}, "key": "event.order"}
    found = [stars if rule["id"] == "paid" else rule for rule in rules()]
    run.adopt(changed(2, rules=found), mode="recompute upward only")
    assert net(run, "ann")["stars", "rules.paid"] == 10
    run.advance(START + 4 * DAY)
    assert run.member("ann").points["stars"].available == 10
    run.advance(START + 40 * DAY)
    assert net(run, "ann").get(("stars", "rules.paid"), 0) == 0


def test_recomputing_sends_nothing_for_the_past(kit):
    kit.record(event("l1"))
    document = copy.deepcopy(DOCUMENT) | {"version": 2}
    document["rules"].append({"id": "hello", "on": "lesson.completed", "send": "well-done"})
    kit.adopt(Program.from_dict(document), mode="recompute")
    assert kit.member("ann").inbox == ()
    kit.record(event("l2", days=1))
    assert [message.message for message in kit.member("ann").inbox] == ["well-done"]


def test_events_that_the_new_program_does_not_know_are_left_out_of_a_recomputed_past(run):
    document = copy.deepcopy(DOCUMENT) | {"version": 2}
    document["events"].pop("order.paid")
    document["rules"] = [rule for rule in document["rules"] if rule["id"] != "paid"]
    run.adopt(Program.from_dict(document), mode="recompute")
    assert ("stars", "rules.paid") not in net(run, "ann")
    run.record(event("l0", days=0.5))
    assert net(run, "ann")["xp", "rules.lesson"] == 30


def test_many_members_go_over_a_page_at_a_time(kit, monkeypatch):
    monkeypatch.setattr("loyaltykit.app.adopting.PAGE", 7)
    kit.record_many([event(f"e{n}", member=f"m{n}") for n in range(30)])
    assert kit.adopt(DOUBLE, mode="recompute").members == 30
    assert all(net(kit, f"m{n}") == {("xp", "rules.lesson"): 20} for n in range(30))


def test_what_if_shows_what_adopting_then_does(run):
    run.record(event("b1", "page.opened", member="bob", days=2))
    ledger, view = net(run, "ann"), facts(run, "ann")
    found = run.what_if(DOUBLE)
    assert (found.members, [change.member for change in found.changes]) == (2, ["ann"])
    assert found.mechanics() == {("xp", "rules.lesson"): 20}
    balance = found.points()["xp"]
    assert (balance.gained, balance.lost, balance.up, balance.down, balance.net) == (20, 0, 1, 0, 20)
    assert found.moves() == {"level: Explorer > Expert": 1} if view["level"] == "Explorer" else found.moves() == {}
    assert (net(run, "ann"), facts(run, "ann"), run.program) == (ledger, view, PROGRAM)
    run.adopt(DOUBLE, mode="recompute")
    posted = {key: amount - ledger.get(key, 0) for key, amount in net(run, "ann").items()}
    assert {key: amount for key, amount in posted.items() if amount} == dict(found.changes[0].points)


def test_what_if_by_mode(run):
    less = changed(2, rules=rules(lesson={"xp": 4}))
    assert run.what_if(less).points()["xp"].net == -12
    assert run.what_if(less, mode="recompute upward only").changes == ()
    assert run.what_if(less, mode="forward").changes == ()
    badge = {"veteran": {"count": "lesson.completed", "steps": {"two": 2}}}
    found = run.what_if(changed(2, badges={**DOCUMENT["badges"], **badge}), mode="forward", at=START + 9 * DAY)
    assert found.changes[0].badges == {"veteran": (None, "two")}
    assert found.to_dict()["moves"] == {"badges.veteran: — > two": 1}
    with pytest.raises(LoyaltyError):
        run.what_if(Program.from_dict({"program": "other", "events": {"a": {}}}))


_KINDS = st.sampled_from(["lesson.completed", "quiz.passed", "order.paid", "page.opened"])
_EVENTS = st.lists(st.tuples(_KINDS, st.integers(0, 60)), min_size=1, max_size=8)
_NEXT = st.sampled_from([
    DOUBLE,
    changed(streaks=None, rules=[one for one in DOCUMENT["rules"] if one["id"] != "steady"]),
    changed(quests={"sprint": {"steps": [{"on": "quiz.passed", "times": 3}], "reward": {"award": {"xp": 4}}}}),
    changed(badges={**DOCUMENT["badges"], "quick": {"when": "count('quiz.passed') >= 2", "grant": "chat"}}),
])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=_EVENTS, after=st.integers(0, 60), program=_NEXT, random=st.randoms(use_true_random=False))
def test_any_story_in_any_order_across_an_adoption(made, after, program, random):
    """Some events come after the adoption that happened before it: as if they had come in time."""
    events = [event(f"e{n}", kind, days=hours / 10) for n, (kind, hours) in enumerate(made)]
    instant = START + after / 10 * DAY
    early = [one for one in events if one.at < instant]
    in_time, late = Loyalty(PROGRAM), Loyalty(PROGRAM)
    in_time.record_many(early)
    in_time.adopt(program, at=instant)
    in_time.record_many([one for one in events if one.at >= instant])
    known = [one for one in early if random.random() < 0.5]
    late.record_many(known)
    late.adopt(program, at=instant)
    rest = [one for one in events if one not in known]
    random.shuffle(rest)
    for one in rest:
        late.record(one)
    for kit in (in_time, late):
        kit.advance(START + 6.5 * DAY)
    assert net(late, "ann") == net(in_time, "ann")
    if all(not part.get("kept") for group in ("badges", "entitlements") for part in facts(late, "ann")[group].values()):
        assert facts(late, "ann") == facts(in_time, "ann")


def test_upward_only_a_rule_under_another_id_gives_nothing_twice():
    first = {
        "program": "s",
        "events": {"l": {}},
        "points": {"xp": {}},
        "rules": [{"id": "lesson", "on": "l", "award": {"xp": 10}}],
    }
    with Loyalty(Program.from_dict(first)) as kit:
        kit.record({"id": "a", "type": "l", "member": "ann", "at": "2026-09-01T10:00:00+00:00", "data": {}})
        for version, id in ((2, "les"), (3, "lesson")):
            renamed = {**first, "version": version, "rules": [{"id": id, "on": "l", "award": {"xp": 10}}]}
            seen = kit.what_if(Program.from_dict(renamed), mode="recompute upward only")
            assert [sum(change.by_point().values()) for change in seen.changes] == [0]
            kit.adopt(Program.from_dict(renamed), mode="recompute upward only")
            assert kit.member("ann").points["xp"].available == 10


def test_upward_only_what_was_refunded_stays_refunded():
    def sold(version, divisor):
        return Program.from_dict(
            {
                "program": "s",
                "version": version,
                "events": {"paid": {"order": "text", "amount": "money"}, "back": {"order": "text", "amount": "money"}},
                "points": {"stars": {}},
                "rules": [
                    {"id": "paid", "on": "paid", "award": {"stars": f"event.amount / {divisor}"}, "key": "event.order"},
                    {"id": "back", "on": "back", "reverse": "paid", "key": "event.order", "of": "amount"},
                ],
            }
        )

    with Loyalty(sold(1, 100)) as kit:
        for number, (kind, amount) in enumerate((("paid", "1000.00"), ("back", "500.00"))):
            at = f"2026-09-0{number + 1}T10:00:00+00:00"
            data = {"order": "A", "amount": amount}
            kit.record({"id": kind, "type": kind, "member": "ann", "at": at, "data": data})
        assert kit.member("ann").points["stars"].available == 5
        kit.adopt(sold(2, 50), mode="recompute upward only")
        assert kit.member("ann").points["stars"].available == 10
        kit.adopt(sold(3, 100), mode="recompute upward only")
        assert kit.member("ann").points["stars"].available == 10
