"""Leaderboards: exact in any order of arrival, settled once, equal scores with one rank, members who are hidden."""

from __future__ import annotations

import datetime as dt
import random

import pytest

import loyaltykit as lk

HEAD = """
program: school
timezone: Europe/Moscow
late: 7d
events: {lesson.completed: {course: text, minutes: number}, ping: {}}
member: {city: text}
points: {xp: }
rewards: {leader: {kind: role, lasts: 7d}, second: {}}
badges: {three: {count: lesson.completed, steps: {three: 3}, award: {xp: 5}}}
rules: [{id: lesson, on: lesson.completed, award: {xp: event.minutes}}]
"""
WEEKLY = """
leaderboards:
  weekly: {by: earned('xp'), every: week, winners: {1: {grant: leader, award: {xp: 1}}, 2: {grant: second}}}
"""
GROUPED = """
leaderboards:
  courses: {by: earned('xp'), every: week, group: event.course, winners: {1: {grant: leader}}}
"""
START = dt.datetime(2026, 9, 7, 9, tzinfo=dt.timezone(dt.timedelta(hours=3)))  # a Monday
DAY = dt.timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def made(text: str, store: str = "memory:") -> lk.Loyalty:
    return lk.Loyalty(lk.Program.from_yaml(HEAD + text), store=store)


def lesson(id: str, member: str, minutes: float, days: float = 0, course: str = "py"):
    return lk.Event(id, "lesson.completed", member, START + DAY * days, {"course": course, "minutes": minutes})


def rows(kit, name: str = "weekly", **about):
    return [(row.rank, row.member, row.score) for row in kit.leaderboard(name, **about).rows]


def test_equal_scores_share_a_rank(store):
    kit = made(WEEKLY, store)
    for number, (member, minutes) in enumerate([("ann", 10), ("bob", 20), ("cat", 20), ("dan", 5), ("eve", 0)]):
        kit.record(lesson(f"e{number}", member, minutes))
    assert rows(kit) == [(1, "bob", 20), (1, "cat", 20), (3, "ann", 10), (4, "dan", 5)]
    assert rows(kit, top=1) == [(1, "bob", 20)]
    assert kit.leaderboard("weekly").members == 4


def test_neighbours_are_those_beside_a_member(store):
    kit = made(WEEKLY, store)
    kit.record_many([lesson(f"e{number}", f"m{number}", 100 - number) for number in range(9)])
    assert rows(kit, around="m4") == [(number + 1, f"m{number}", 100 - number) for number in range(2, 7)]
    assert rows(kit, around="m0") == [(number + 1, f"m{number}", 100 - number) for number in range(3)]
    kit.record(lk.Event("p", "ping", "idle", START, {}))
    assert rows(kit, around="idle") == []
    with pytest.raises(lk.UnknownMember):
        kit.leaderboard("weekly", around="nobody")


def test_a_week_is_one_of_the_programs_zone(store):
    kit = made(WEEKLY, store)
    sunday = dt.datetime(2026, 9, 13, 23, 30, tzinfo=START.tzinfo)
    kit.update_member("ann", {"timezone": "Asia/Kamchatka"}, at=START)  # there it is Monday already
    kit.record(lk.Event("e1", "lesson.completed", "ann", sunday, {"course": "py", "minutes": 5}))
    kit.record(lk.Event("e2", "lesson.completed", "ann", sunday + DAY / 24, {"course": "py", "minutes": 7}))
    assert rows(kit, at=sunday) == [(1, "ann", 5)]
    assert rows(kit, at=sunday + DAY) == [(1, "ann", 7)]


def test_winners_are_told_once_when_nothing_can_change_any_more(store):
    kit = made(WEEKLY, store)
    kit.record_many([lesson("e1", "ann", 10), lesson("e2", "bob", 10), lesson("e3", "cat", 5)])
    kit.advance(START + 13 * DAY)  # the week is over, and within `late` it may change
    assert not kit.leaderboard("weekly", at=START).settled
    kit.record(lesson("e4", "cat", 20, days=6))
    assert rows(kit, at=START)[0] == (1, "cat", 25)
    for _ in range(3):
        kit.advance(START + 14 * DAY)
    assert kit.leaderboard("weekly", at=START).settled
    assert "leader" in kit.member("cat").entitlements
    assert "leader" not in kit.member("ann").entitlements
    assert {"second"} == set(kit.member("ann").entitlements) == set(kit.member("bob").entitlements)
    assert [item.kind for item in kit.member("cat").timeline].count("won") == 1
    assert kit.member("cat").points["xp"].available == 26
    before = rows(kit, at=START)
    kit.record(lesson("e5", "dan", 99, days=3))  # too late
    kit.advance(START + 20 * DAY)
    assert rows(kit, at=START) == before
    assert kit.member("dan").entitlements == {}


def test_what_a_winner_gets_counts_when_it_is_given():
    kit = made(WEEKLY)
    kit.record(lesson("e1", "ann", 10))
    kit.advance(START + 15 * DAY)
    assert rows(kit, at=START) == [(1, "ann", 10)]
    assert rows(kit, at=START + 14 * DAY) == [(1, "ann", 1)]


def test_often_or_seldom_the_same_wins(url):
    events = [lesson(f"e{n}", f"m{n % 5}", 1 + n % 7, days=n / 2) for n in range(60)]
    text = WEEKLY.replace(", award: {xp: 1}", "")  # which would count when it is given
    often, seldom = made(text), made(text, url)
    for item in events:
        often.record(item)
        often.advance(item.at)
    seldom.record_many(events)
    for kit in (often, seldom):
        kit.advance(START + 60 * DAY)
    for week in range(5):
        boards = [sorted(rows(kit, at=START + 7 * week * DAY)) for kit in (often, seldom)]
        assert boards[0] == boards[1]
    wins = [
        [[item.name for item in kit.member(f"m{n}").timeline if item.kind == "won"] for n in range(5)]
        for kit in (often, seldom)
    ]
    assert wins[0] == wins[1]
    assert sum(map(len, wins[0])) >= 5


def test_groups_and_the_board_of_everybody(store):
    kit = made(GROUPED, store)
    for number, (member, minutes, course) in enumerate(
        [("ann", 10, "py"), ("ann", 4, "js"), ("bob", 8, "js"), ("bob", 3, "py"), ("ann", 1, "py")]
    ):
        kit.record(lesson(f"e{number}", member, minutes, days=number / 10, course=course))
    assert rows(kit, "courses", group="js") == [(1, "bob", 8), (2, "ann", 4)]
    # the badge's points came with a lesson of py, and are of its group
    assert rows(kit, "courses", group="py") == [(1, "ann", 16), (2, "bob", 3)]
    assert rows(kit, "courses") == [(1, "ann", 20), (2, "bob", 11)]
    kit.advance(START + 14 * DAY)
    assert all("leader" in kit.member(member).entitlements for member in ("ann", "bob"))


def test_the_group_of_a_member_is_the_one_at_the_time(store):
    kit = made(GROUPED.replace("event.course", "member.city"), store)
    kit.update_member("ann", {"city": "Omsk"}, at=START)
    kit.record(lesson("e1", "ann", 5, days=1))
    kit.update_member("ann", {"city": "Tomsk"}, at=START + 2 * DAY)
    kit.record(lesson("e2", "ann", 3, days=3))
    assert rows(kit, "courses", group="Omsk") == [(1, "ann", 5)]
    assert rows(kit, "courses", group="Tomsk") == [(1, "ann", 3)]
    assert rows(kit, "courses") == [(1, "ann", 8)]


def test_who_is_hidden_is_on_no_board_and_wins_nothing(store):
    kit = made(WEEKLY, store)
    kit.record_many([lesson("e1", "ann", 10), lesson("e2", "bob", 5)])
    kit.hide("ann", leaderboard="weekly")
    assert rows(kit) == [(1, "bob", 5)]
    kit.record(lesson("e3", "ann", 10, days=1))
    kit.record(lk.Event("late", "ping", "ann", START - DAY / 24, {}))
    assert rows(kit) == [(1, "bob", 5)]
    kit.hide("ann", hidden=False)
    assert rows(kit) == [(1, "ann", 20), (2, "bob", 5)]
    kit.hide("bob")
    kit.advance(START + 14 * DAY)
    assert "leader" in kit.member("ann").entitlements
    assert kit.member("bob").entitlements == {}
    with pytest.raises(lk.LoyaltyError, match="weekly"):
        kit.hide("ann", leaderboard="wekly")


BASES = (
    "earned('xp')",
    "count('lesson.completed', where= minutes >= 3) * 2 + earned('xp')",
    "highest('lesson.completed', 'minutes')",
    "distinct('lesson.completed', 'course') + avg('lesson.completed', 'minutes')",
    "first('lesson.completed', 'minutes') + last('lesson.completed', 'minutes')",
)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_does_not_matter(basis, seed, url):
    chance = random.Random(seed)
    text = f'leaderboards:\n  weekly: {{by: "{basis}", every: day, group: event.course}}\n'
    events = [
        lesson(f"e{n:02}", f"m{n % 3}", chance.randint(0, 9), days=chance.random() * 6, course=chance.choice("ab"))
        for n in range(40)
    ]
    straight, mixed, batch = made(text), made(text, url), made(text)
    for item in sorted(events, key=lambda item: (item.at, item.id)):
        straight.record(item)
    chance.shuffle(events)
    for item in events:
        mixed.record(item)
    batch.record_many(events)
    for day in range(6):
        for group in (None, "a", "b"):
            boards = [sorted(rows(kit, group=group, at=START + day * DAY)) for kit in (straight, mixed, batch)]
            assert boards[0] == boards[1] == boards[2]
    found = {}
    for item in events:
        if basis == BASES[0] and item.at.date() == START.date():
            found[item.member] = found.get(item.member, 0) + item.data["minutes"]
    if found:
        extra = {row[1]: row[2] - found[row[1]] for row in rows(straight, at=START)}
        assert set(extra.values()) <= {0, 5}


def test_points_taken_back_leave_the_board_of_their_group_while_the_week_lasts(store):
    text = """
program: shop
timezone: Europe/Moscow
events:
  order.paid: {order: text, amount: money, course: text}
  order.refunded: {order: text, amount: money}
points: {xp: }
rules:
  - {id: paid, on: order.paid, award: {xp: event.amount}, key: event.order}
  - {id: refund, on: order.refunded, reverse: paid, key: event.order, of: amount}
leaderboards:
  courses: {by: earned('xp'), every: week, group: event.course}
"""
    kit = lk.Loyalty(lk.Program.from_yaml(text), store=store)

    def event(id: str, type: str, days: float, **data):
        kit.record(lk.Event(id, type, "ann", START + DAY * days, data))

    event("a", "order.paid", 0, order="1", amount="100", course="py")
    event("b", "order.paid", 1, order="2", amount="60", course="js")
    event("c", "order.refunded", 2, order="1", amount="40")
    assert rows(kit, "courses") == [(1, "ann", 120)]
    assert rows(kit, "courses", group="py") == rows(kit, "courses", group="js") == [(1, "ann", 60)]
    event("d", "order.refunded", 8, order="2", amount="60")  # the week is over
    assert rows(kit, "courses", at=START) == [(1, "ann", 120)]
    assert rows(kit, "courses", at=START + 8 * DAY) == []


def test_an_event_taken_out_leaves_the_board(store):
    kit = made(WEEKLY, store)
    kit.record_many([lesson("e1", "ann", 10), lesson("e2", "bob", 5), lesson("e3", "ann", 2, days=1)])
    kit.void("e1")
    assert rows(kit) == [(1, "bob", 5), (2, "ann", 2)]
    kit.void("e3")
    assert rows(kit) == [(1, "bob", 5)]


def test_another_process_goes_on_where_one_stopped(url):
    with made(WEEKLY, url) as kit:
        kit.record_many([lesson("e1", "ann", 10), lesson("e2", "bob", 5)])
    with lk.Loyalty.open(url) as first, lk.Loyalty.open(url) as second:
        first.record(lesson("e3", "bob", 6, days=1))
        assert rows(second) == [(1, "bob", 11), (2, "ann", 10)]
        for kit in (first, second, first):
            kit.advance(START + 14 * DAY)
        assert [item.kind for item in second.member("bob").timeline].count("won") == 1


def test_a_board_that_changes_begins_anew_and_one_that_stays_goes_on(store):
    text = WEEKLY.replace("program: school", "")
    kit = made(text, store)
    kit.record_many([lesson("e1", "ann", 10), lesson("e2", "bob", 5)])
    kit.adopt(lk.Program.from_yaml(f"version: 2\n{HEAD}{text}"), mode="forward", at=START + DAY)
    kit.record(lesson("e3", "ann", 4, days=2))
    assert rows(kit) == [(1, "ann", 14), (2, "bob", 5)]
    monthly = text.replace("every: week", "every: month")
    kit.adopt(lk.Program.from_yaml(f"version: 3\n{HEAD}{monthly}"), mode="forward", at=START + 3 * DAY)
    kit.record(lesson("e4", "bob", 3, days=4))
    assert rows(kit) == [(1, "bob", 3)]
    kit.advance(START + 20 * DAY)
    assert kit.member("ann").entitlements == {}
    kit.adopt(lk.Program.from_yaml(f"version: 4\n{HEAD}{monthly}"), mode="recompute", at=START + 21 * DAY)
    assert rows(kit)[0] == (1, "ann", 14)


def test_what_is_not_of_a_period_is_no_basis():
    for basis, code in (
        ("points.xp.lifetime", "document/board-now"),
        ("earned('xp', within='3d')", "document/board-window"),
        ("days_since('ping')", "document/board-window"),
    ):
        with pytest.raises(lk.ProgramError) as caught:
            made(f'leaderboards:\n  weekly: {{by: "{basis}", every: week}}\n')
        assert [problem.code for problem in caught.value.problems] == [code]
    with pytest.raises(lk.ProgramError) as caught:
        made("leaderboards:\n  weekly: {by: earned('xp'), every: week, group: event.curse}\n")
    assert "event.course" in str(caught.value)


def test_a_program_without_boards_has_no_code_for_them():
    assert "BOARD" in lk.Engine(lk.Program.from_yaml(HEAD + WEEKLY)).source("lesson.completed")
    plain = lk.Engine(lk.Program.from_yaml(HEAD))
    assert "BOARD" not in plain.source("lesson.completed")
    assert plain.plan.boards == ()
