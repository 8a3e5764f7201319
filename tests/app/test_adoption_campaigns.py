"""Campaigns at the change of a program: what is the same goes on, what changed ends as adopted."""

from __future__ import annotations

import pytest

import loyaltykit as lk
from tests.app.school import DAY, START

HEAD = """
program: school
version: {version}
events: {{lesson: {{course: text}}, ping: {{}}}}
member: {{name: text}}
rewards: {{gift: {{}}, seat: {{stock: 1}}}}
messages: {{hello: {{en: hello}}, later: {{en: later}}, other: {{en: other}}}}
campaigns:
"""
WAITS = "  c: {{start: {{on: lesson}}, again: after 1d, steps: [{{send: hello}}, {{wait: 5d}}, {{send: {last}}}]}}\n"
OFFERS = "  o: {{start: {{on: lesson}}, steps: [{{offer: {{choose: [{what}], keep: 9d}}}}, {{wait: 9d}}]}}\n"


LATER = WAITS.format(last="later")


def school(version=1, *, campaigns=LATER):
    return lk.Program.from_yaml(HEAD.format(version=version) + campaigns)


def lesson(id="e", days=0.0, member="ann"):
    return lk.Event(id, "lesson", member, START + days * DAY, {"course": "py"})


def inbox(kit, member="ann"):
    return [one.message for one in kit.member(member).inbox]


def runs(kit):
    return [item.detail for item in kit.member("ann").timeline if item.kind == "run"]


@pytest.fixture
def started(kit):
    del kit
    kit = lk.Loyalty(school())
    kit.record(lesson())
    return kit


def test_what_is_the_same_goes_on(started):
    extra = WAITS.format(last="later") + "  n: {start: {on: ping}, steps: [{send: other}]}\n"
    started.adopt(school(2, campaigns=extra))
    started.advance(START + 6 * DAY)
    assert inbox(started) == ["later", "hello"]


def test_what_changed_ends_as_adopted_and_may_begin_anew(started):
    started.adopt(school(2, campaigns=WAITS.format(last="other")))
    assert runs(started)[0] == "adopted, campaigns.c"
    started.advance(START + 6 * DAY)
    assert inbox(started) == ["hello"]
    started.record(lesson("e2", days=7))
    started.advance(START + 13 * DAY)
    assert inbox(started) == ["other", "hello", "hello"]


def test_what_is_gone_ends_as_adopted(started):
    started.adopt(school(2, campaigns="  n: {start: {on: ping}, steps: [{send: other}]}\n"))
    assert runs(started)[0] == "adopted, campaigns.c"
    started.advance(START + 6 * DAY)
    assert inbox(started) == ["hello"]


def test_who_is_concerned_by_a_new_campaign_is_in_it_at_once(started):
    quiet = "  q: {start: \"silent('3d')\", steps: [{send: other}]}\n"
    started.record(lk.Event("p", "ping", "bob", START + 4 * DAY, {}))
    started.adopt(school(2, campaigns=quiet))
    assert inbox(started) == ["other", "hello"]
    assert inbox(started, "bob") == []


def test_offers_of_what_changed_lapse_and_others_stand():
    kit = lk.Loyalty(school(campaigns=OFFERS.format(what="gift") + OFFERS.format(what="seat").replace("o:", "s:", 1)))
    kit.record(lesson())
    assert len(kit.member("ann").offers) == 2
    other = OFFERS.format(what="gift") + OFFERS.format(what="seat, gift").replace("o:", "s:", 1)
    kit.adopt(school(2, campaigns=other))
    assert [one.campaign for one in kit.member("ann").offers] == ["o"]
    with pytest.raises(lk.NotEligible):
        kit.take("ann", offer="s", at=START + DAY)
    kit.take("ann", offer="o", at=START + DAY)
    assert kit.entitled("ann", "gift")


def test_a_late_event_from_before_finds_its_campaign_and_ends_it(started):
    started.adopt(school(2, campaigns=WAITS.format(last="other")), at=START + 3 * DAY)
    started.record(lesson("b", days=1, member="bob"))
    assert inbox(started, "bob") == ["hello"]
    started.advance(START + 9 * DAY)
    assert inbox(started, "bob") == ["hello"]


def test_messages_that_are_gone_are_not_sent():
    document = school().document.model_dump(by_alias=True, exclude_unset=True, mode="json")
    document["contact"] = {"channels": ["email"]}
    kit = lk.Loyalty(lk.Program.from_dict(document))
    kit.update_member("ann", {"name": "Ann"}, at=START)
    kit.record(lesson(days=0.1))
    assert [one.status for one in kit.outbox()] == ["queued"]
    for message in ("hello", "later"):
        document["messages"].pop(message)
    document["campaigns"] = {"n": {"start": {"on": "ping"}, "steps": [{"send": "other"}]}}
    kit.adopt(lk.Program.from_dict({**document, "version": 2}))
    assert [(one.status, one.reason) for one in kit.outbox()] == [("suppressed", "adopted")]
