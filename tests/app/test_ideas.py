"""Ideas: proposed in words that no log keeps, voted for once, decided about, and everybody hears of it once."""

import datetime as dt
import json
import sqlite3

import pytest

import loyaltykit as lk
from loyaltykit.rules.engine import Engine

START = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DOCUMENT = {
    "program": "listening",
    "events": {"lesson.completed": {}, "idea.proposed": {"idea": "text"}},
    "points": {"xp": {}},
    "rules": [
        {"id": "lesson", "on": "lesson.completed", "award": {"xp": 10}},
        {"id": "spoke", "on": "idea.proposed", "award": {"xp": 1}},
    ],
    "rewards": {"co-author": {"kind": "role"}},
    "member": {"name": "text", "email": "text"},
    "contact": {"channels": ["email"]},
    "ideas": {
        "votes": "surveys",
        "weight": "3 if points.xp.lifetime >= 20 else 1",
        "limit": "2 per 7 days",
        "longest": 60,
        "accepted": {"grant": ["co-author"], "award": {"xp": 50}},
    },
}
TEXT = "Streams in the evening"


class Paper:
    name = address = "email"

    def __init__(self):
        self.taken = []

    def send(self, message):
        self.taken.append(message)
        return lk.Receipt(message=message.id)


@pytest.fixture
def paper():
    return Paper()


@pytest.fixture(params=["memory:", "sqlite"])
def url(request, tmp_path):
    return request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'school.db'}"


@pytest.fixture
def kit(url, paper):
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=url, channels=[paper]) as opened:
        for number in range(8):
            name = f"m{number}"
            opened.update_member(name, {"name": name, "email": f"{name}@school.example"}, at=START - DAY)
        yield opened


def opened(kit, text=TEXT, member="m0"):
    id = kit.propose(member, idea=text, at=START)
    kit.idea(id, state="open", by="Eva", at=START)
    return id


def told(kit, member):
    return [(one.subject, one.text) for one in kit.member(member).inbox]


def test_from_a_proposal_to_you_proposed_we_did(kit, paper):
    id = opened(kit)
    for number in range(1, 7):
        kit.support(f"m{number}", idea=id, at=START)
    decision = kit.idea(id, state="accepted", by="Eva", note="From October on.", at=START + DAY)
    assert [effect.name for effect in decision.effects if effect.kind == "grant"] == ["co-author"]
    assert kit.entitled("m0", "co-author")
    assert not kit.entitled("m1", "co-author")
    kit.idea(id, state="done", by="Eva", at=START + 2 * DAY)
    (done, accepted) = told(kit, "m0")
    assert done == ("You proposed, we did", f"“{TEXT}” It is done. Thank you for the idea!")
    assert accepted[1].endswith("\n\nFrom October on.")
    assert [subject for subject, _ in told(kit, "m3")] == ["You voted, we did", "An idea that you support is accepted"]
    assert told(kit, "m7") == []
    kit.deliver(START + 2 * DAY)
    assert sorted(message.to for message in paper.taken) == sorted(
        f"m{n}@school.example" for n in range(7) for _ in "ab"
    )
    assert {TEXT in message.text for message in paper.taken} == {True}


def test_everybody_is_told_once_also_after_a_refold_and_when_the_school_changes_its_mind(kit, paper, url):
    id = opened(kit)
    kit.support("m1", idea=id, at=START)
    for state in ("accepted", "accepted", "declined", "accepted"):
        kit.idea(id, state=state, by="Eva", at=START + DAY)
    for member in ("m0", "m1"):
        kit.record(lk.Event(f"late-{member}", "lesson.completed", member, START - DAY / 2))
    kit.deliver(START + DAY)
    kit.deliver(START + DAY)
    assert sorted((message.to, message.subject) for message in paper.taken) == [
        ("m0@school.example", "About your idea"),
        ("m0@school.example", "Your idea is accepted"),
        ("m1@school.example", "An idea that you support is accepted"),
    ]
    assert kit.member("m0").points["xp"].available == 61  # 50 once, 10 for the lesson, 1 for speaking
    if url != "memory:":
        kit.close()
        again = Paper()
        with lk.Loyalty.open(url, channels=[again]) as reopened:
            reopened.idea(id, state="accepted", by="Eva", at=START + 2 * DAY)
            reopened.deliver(START + 2 * DAY)
            assert reopened.ideas()[0].state == "accepted"
        assert again.taken == []


def test_an_idea_that_is_accepted_again_is_an_event_once(url):
    document = {**DOCUMENT, "events": {**DOCUMENT["events"], "idea.accepted": {"idea": "text"}}}
    with lk.Loyalty(lk.Program.from_dict(document), store=url) as kit:
        id = opened(kit)
        for day, state in enumerate(("accepted", "declined", "accepted"), start=1):
            kit.idea(id, state=state, by="Eva", at=START + day * DAY)
        assert kit.ideas()[0].state == "accepted"
        assert [one.name for one in kit.member("m0").timeline].count("idea.accepted") == 1


def test_a_vote_is_one_weighs_what_it_weighed_and_can_be_withdrawn(kit):
    id = opened(kit)
    for number in range(1, 6):
        kit.support(f"m{number}", idea=id, at=START)
    assert (kit.ideas()[0].votes, kit.ideas()[0].weight) == (5, 5)
    for number in range(2):
        kit.record(lk.Event(f"l{number}", "lesson.completed", "m1", START + DAY))
    assert kit.support("m1", idea=id, at=START + DAY).effects == ()
    assert kit.ideas()[0].weight == 5
    kit.support("m1", idea=id, given=False, at=START + DAY)
    assert (kit.ideas()[0].votes, kit.ideas()[0].weight) == (None, None)  # four are few
    kit.support("m1", idea=id, at=START + DAY)
    assert kit.ideas()[0].weight == 7
    kit.idea(id, state="accepted", by="Eva", at=START + DAY)
    with pytest.raises(lk.NotEligible) as caught:
        kit.support("m1", idea=id, given=False, at=START + DAY)
    assert caught.value.code == "idea/closed"


def test_what_is_not_for_them(kit):
    fresh = kit.propose("m0", idea=TEXT, at=START)
    for member, code in (("m1", "idea/closed"), ("m0", "idea/own")):
        with pytest.raises(lk.NotEligible) as caught:
            kit.support(member, idea=fresh, at=START)
        assert caught.value.code == code
    with pytest.raises(lk.LoyaltyError) as unknown:
        kit.support("m1", idea="i0", at=START)
    assert unknown.value.code == "idea/unknown"
    with pytest.raises(lk.EventError):
        kit.idea(fresh, state="opne", by="Eva", at=START)
    kit.idea(fresh, state="declined", by="Eva", at=START)
    with pytest.raises(lk.NotEligible):
        kit.idea(fresh, state="done", by="Eva", at=START)


def test_limits_lengths_and_repetitions(kit):
    first = kit.propose("m0", idea=TEXT, key="k1", at=START)
    assert kit.propose("m0", idea=TEXT, key="k1", at=START) == first
    assert kit.propose("m0", idea=f"  {TEXT.upper()}\n", at=START) == first
    with pytest.raises(lk.DuplicateConflict):
        kit.propose("m0", idea="Something else", key="k1", at=START)
    kit.propose("m0", idea="Another", at=START + DAY)
    with pytest.raises(lk.NotEligible) as caught:
        kit.propose("m0", idea="One too many", at=START + DAY)
    assert caught.value.code == "idea/limit"
    kit.propose("m0", idea="A week later", at=START + 7 * DAY)
    for text in ("", " \u200b\n", "x" * 61, "\u202e" * 10):
        with pytest.raises(lk.EventError) as refused:
            kit.propose("m1", idea=text, at=START)
        assert refused.value.code == "idea/text"


def test_the_words_are_in_no_event_state_effect_or_letter_and_can_be_erased(kit, url, tmp_path, paper):
    id = opened(kit)
    kit.idea(id, state="accepted", by="Eva", at=START)
    assert kit.erase_idea(id) is True
    assert kit.erase_idea(id) is False
    assert kit.ideas()[0].text is None
    assert TEXT not in repr(kit.ideas())
    kit.deliver(START)
    assert TEXT not in str(paper.taken)
    if url != "memory:":
        kit.close()
        with sqlite3.connect(tmp_path / "school.db") as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                assert TEXT not in str(connection.execute(f"SELECT * FROM {table}").fetchall()), table  # our tables


def test_a_replay_of_the_events_alone_gives_the_state_to_the_byte(kit):
    id = opened(kit)
    for number in range(1, 6):
        kit.support(f"m{number}", idea=id, at=START)
    kit.idea(id, state="accepted", by="Eva", at=START)
    journal = kit._journal
    engine = Engine(lk.Program.from_dict(DOCUMENT))
    with journal.reading() as store:
        for number, member in store.members():
            state = engine.start(member)
            for row in store.history(number):
                if row.type == "fact.settled":
                    continue
                event = lk.Event(
                    row.id,
                    row.type,
                    member,
                    dt.datetime.fromtimestamp(row.at / 1e6, dt.UTC),
                    json.loads(row.data or "{}"),
                )
                state, _ = engine.fold(state, event)
            assert engine.dump(state) == engine.dump(journal.look(member).state)


@pytest.mark.parametrize(
    ("subject", "text", "left"),
    [
        ("{{ idea.text }}", "You said: {{ idea.text }}", ("…", "You said: …")),
        ("{{ idea.text | upcase }}", "{{ member.name }}: {{ idea.text | upcase }}", ("…", "…")),
        ("{{ idea.text }}!", "{{ idea.text }} / {{ idea.text | upcase }}", ("…!", "…")),
        ("Your idea", "{{ idea.text | truncate: 12 }} - {{ idea.text }}", ("Your idea", "…")),
        ("Your idea", "{% if idea.text %}{{ idea.text | upcase }}{% endif %} {{ idea.text }}", ("Your idea", "…")),
        ("Your idea", "{% assign said = idea.text %}{{ idea.text }} {{ said | upcase }}", ("Your idea", "…")),
        ("Your idea", "We take it on, {{ member.name }}", ("Your idea", "We take it on, M0")),
    ],
)
def test_what_was_erased_is_in_no_inbox_whatever_the_template_made_of_it(url, paper, subject, text, left):
    document = {
        **DOCUMENT,
        "messages": {"ours": {"en": {"subject": subject, "text": text}}},
        "ideas": {**DOCUMENT["ideas"], "told": {"accepted": "ours"}, "opens": "at once"},
    }
    with lk.Loyalty(lk.Program.from_dict(document), store=url, channels=[paper]) as kit:
        kit.update_member("m0", {"name": "M0"}, at=START)
        erased, other = (kit.propose("m0", idea=idea, at=START) for idea in (TEXT, f"{TEXT} and at noon"))
        for id in (erased, other):
            kit.idea(id, state="accepted", by="Eva", at=START)
        before = {one.id: (one.subject, one.text) for one in kit.member("m0").inbox}
        kit.erase_idea(erased)
        after = {one.id: (one.subject, one.text) for one in kit.member("m0").inbox}
    assert len(before) == 2
    assert [after[id] for id in before if erased in id] == [left]
    assert [after[id] == before[id] for id in before if other in id] == [True]


def test_what_was_erased_is_in_no_message_that_the_program_has_no_more(url):
    document = {
        **DOCUMENT,
        "version": 1,
        "messages": {"ours": {"en": {"subject": "Your idea", "text": "{{ idea.text | upcase }}"}}},
        "ideas": {**DOCUMENT["ideas"], "told": {"accepted": "ours"}, "opens": "at once"},
    }
    after = {**document, "version": 2, "messages": {}, "ideas": {**document["ideas"], "told": {}}}
    with lk.Loyalty(lk.Program.from_dict(document), store=url) as kit:
        id = kit.propose("m0", idea=TEXT, at=START)
        kit.idea(id, state="accepted", by="Eva", at=START)
        kit.adopt(lk.Program.from_dict(after), mode="forward", at=START + dt.timedelta(days=1))
        kit.erase_idea(id)
        assert [(one.subject, one.text) for one in kit.member("m0").inbox] == [("…", "…")]


def test_a_member_reads_their_ideas_and_rules_see_them(kit):
    id = opened(kit)
    assert kit.member("m0").ideas == {id: "open"}
    assert kit.member("m0").points["xp"].available == 1


def test_a_program_without_ideas_has_none():
    with lk.Loyalty(lk.Program.from_dict({"program": "a", "events": {"x": {}}})) as kit:
        with pytest.raises(lk.LoyaltyError) as caught:
            kit.propose("ann", idea=TEXT, at=START)
        assert caught.value.code == "ideas/none"


@pytest.mark.parametrize(
    ("ideas", "path", "code"),
    [
        ({"accepted": {"grant": ["co-autor"]}}, "ideas.accepted.grant", "document/unknown-reward"),
        ({"told": {"done": "thnaks"}}, "ideas.told.done", "document/unknown-message"),
        ({"weight": "event.x"}, "ideas.weight", "expression/no-event"),
        ({"votes": "secret"}, "ideas.votes", "document/one-of"),
        ({"told": {"open": "thanks"}}, "ideas.told.open", "document/one-of"),
        ({"accepted": {"xp": -5}}, "ideas.accepted.xp", "document/award"),
    ],
)
def test_mistakes_have_places(ideas, path, code):
    found = [(one.path, one.code) for one in lk.check({**DOCUMENT, "ideas": ideas}) if one.severity == "error"]
    assert found == [(path, code)]
