"""A message as a member would get it, and what a language model may do with it: never with the member's data."""

import datetime as dt
import json

import attrs
import pytest

import loyaltykit as lk
from loyaltykit.app.drafting import brief_of
from loyaltykit.drafting import Draft

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
PROGRAM = """
program: school
timezone: Europe/Moscow
locale: ru
events: {lesson.completed: {course: text}}
member: {name: text, email: text, phone: text, birthday: date, tags: list<text>}
points: {xp: }
rewards: {bonus-lesson: {label: {ru: Бонусный урок, en: A bonus lesson}}}
materials: {loops: {label: Циклы на пальцах, topic: циклы}}
quests: {comeback: {label: Возвращение, start: campaign, within: 7d, steps: [{on: lesson.completed}]}}
campaigns:
  back:
    start: {on: lesson.completed}
    steps:
      - offer: {choose: [bonus-lesson]}
      - send: {message: come, channels: [inbox, telegram, email]}
      - enrol: comeback
      - send: {message: quest}
messages:
  come:
    must_use: [offer]
    draft: {tone: тепло, notes: на «вы», forbid: [клиент], at_most: 300}
    ru:
      subject: Возвращайтесь
      text: "{{ member.name }}, возвращайтесь: {{ offer.label }}."
      telegram: "{{ offer.label }} ждёт, {{ member.name }}"
      email: {text: "{{ offer.label }}", html: "<p>{{ offer.label }}</p>"}
    en: "{{ member.name }}, come back: {{ offer.label }}."
  quest: {ru: "{{ quest.label }} до {{ quest.deadline | date: 'd MMMM' }}, {{ stuck.topic }}"}
  plain: {ru: Просто привет}
"""
CANARIES = ("Канарейка", "canary@example.org", "+7-canary", "canary-id", "canary-tag", "1999-12-31", "31.12.1999")


@pytest.fixture(scope="module")
def program():
    return lk.Program.from_yaml(PROGRAM)


def lesson(member="ann", id="e1"):
    return lk.Event(id, "lesson.completed", member, NOW, {"course": "py"})


def kit_of(program, **more):
    kit = lk.Loyalty(program, **more)
    kit.update_member("ann", {"name": "Анна"}, at=NOW - dt.timedelta(days=1))
    return kit


def test_the_facts_are_those_of_the_last_such_message(program):
    kit = kit_of(program)
    kit.record(lesson())
    shown = kit.preview("come", "ann")
    assert (shown.source, shown.sample) == ("message", ())
    assert list(shown.words) == ["inbox", "telegram", "email"]
    assert shown.words["telegram"].text == "Бонусный урок ждёт, Анна"
    assert shown.words["email"].html == "<p>Бонусный урок</p>"
    assert shown.words["inbox"].subject == "Возвращайтесь"
    assert [message.text for message in kit.member("ann").inbox if message.message == "come"] == [
        shown.words["inbox"].text
    ]
    json.dumps(shown.to_dict())


def test_without_such_a_message_the_last_offer_is_shown(program):
    silent = lk.Program.from_yaml(PROGRAM.replace("      - send: {message: quest}\n", ""))
    kit = kit_of(silent)
    kit.record(lesson())
    other = kit.preview("quest", "ann")
    assert other.source == "offer"
    assert other.sample == ("quest", "stuck")


def test_before_anything_happened_facts_are_made_up_and_marked(program):
    kit = kit_of(program)
    before = kit.member("ann").to_dict()
    shown = kit.preview("quest", "ann", channel="inbox")
    assert shown.source == "sample"
    assert shown.sample == ("quest", "stuck")
    assert shown.words["inbox"].text == "Возвращение до ‹quest.deadline›, циклы"
    assert kit.preview("come", "ann").words["telegram"].text == "Бонусный урок ждёт, Анна"
    assert kit.preview("plain", "ann").sample == ()
    assert kit.member("ann").to_dict() == before


def test_what_is_unknown_is_named(program):
    kit = kit_of(program)
    with pytest.raises(lk.LoyaltyError, match="did you mean come"):
        kit.preview("com", "ann")
    with pytest.raises(lk.UnknownMember):
        kit.preview("come", "nobody")


class Model:
    def __init__(self, said):
        self.said = said
        self.briefs = []

    def __call__(self, brief):
        self.briefs.append(brief)
        return self.said(brief) if callable(self.said) else self.said


def test_an_accepted_draft_is_what_members_get(program):
    model = Model("{{ member.name }}, для вас: {{ offer.label }}.")
    kit = kit_of(program, drafter=model)
    assert {(made.message, made.locale, made.channel) for made in kit.draft()} == {
        ("come", "ru", None),
        ("come", "ru", "telegram"),
        ("come", "en", None),
    }
    kit.record(lesson())
    assert kit.member("ann").inbox[-1].text == "Анна, для вас: Бонусный урок."
    words = kit.preview("come", "ann").words
    assert words["telegram"].text == "Анна, для вас: Бонусный урок."
    assert words["email"].html == "<p>Бонусный урок</p>"


def test_a_refused_draft_leaves_the_authors_words(program):
    model = Model("{{ offer.label }} бесплатно и с гарантией")
    kit = kit_of(program, drafter=model)
    made = kit.draft()
    assert not any(one.drafted.accepted for one in made)
    assert {reason.code for one in made for reason in one.drafted.reasons} == {"draft/price", "draft/promise"}
    kit.record(lesson())
    assert kit.member("ann").inbox[-1].text == "Анна, возвращайтесь: Бонусный урок."


def test_each_text_is_asked_for_once_whoever_gets_it(program):
    model = Model("{{ member.name }}, для вас: {{ offer.label }}.")
    kit = kit_of(program, drafter=model)
    kit.draft()
    asked = len(model.briefs)
    for number in range(5):
        kit.update_member(f"m{number}", {"name": "Борис"}, at=NOW - dt.timedelta(days=1))
        kit.record(lesson(f"m{number}", f"x{number}"))
    kit.draft()
    assert len(model.briefs) == asked == 3


def test_nothing_is_asked_without_being_told_to(program):
    model = Model("never")
    kit = kit_of(program, drafter=model)
    kit.record(lesson())
    kit.preview("come", "ann")
    assert model.briefs == []


def test_a_persons_data_never_reaches_the_drafter(program):
    model = Model(lambda brief: "{{ offer.label }} бесплатно" if not brief.reasons else "{{ offer.label }}")
    kit = lk.Loyalty(program, drafter=model)
    data = {
        "name": "Канарейка",
        "email": "canary@example.org",
        "phone": "+7-canary",
        "birthday": dt.date(1999, 12, 31),
        "tags": ["canary-tag"],
    }
    kit.update_member("canary-id", data, at=NOW - dt.timedelta(days=1))
    kit.record(lesson("canary-id"))
    kit.draft()
    kit.preview("come", "canary-id")
    assert len(model.briefs) == 6
    for brief in model.briefs:
        seen = repr(brief) + json.dumps(attrs.asdict(brief), ensure_ascii=False)
        assert not [canary for canary in CANARIES if canary in seen]


def test_a_brief_says_what_the_author_wants(program):
    brief = brief_of(program.document, "come", "ru", "telegram")
    assert brief.own == Draft("{{ offer.label }} ждёт, {{ member.name }}", "Возвращайтесь")
    assert (brief.tone, brief.notes, brief.forbid, brief.at_most) == ("тепло", "на «вы»", ("клиент",), 300)
    kinds = {fact.name: fact.kind for fact in brief.facts}
    assert kinds["member.birthday"] == "date"
    assert kinds["points.xp"] == "number"
    assert kinds["offer.until"] == "time"
    assert kinds["member.tags"] == "list"
    assert "offer.options" not in kinds


def test_a_drafter_is_needed_to_draft(program):
    with pytest.raises(lk.LoyaltyError) as caught:
        kit_of(program).draft()
    assert caught.value.code == "draft/no-drafter"


class Post:
    name = "telegram"
    address = None

    def __init__(self):
        self.taken = []

    def send(self, message):
        self.taken.append(message)
        return lk.Receipt(message=message.id)


def test_delivering_asks_for_drafts_first_and_fills_them_for_the_person(program):
    model, post = Model("{{ member.name }}, для вас: {{ offer.label }}."), Post()
    kit = lk.Loyalty(program, drafter=model, channels=[post])
    kit.update_member("ann", {"name": "Анна"}, at=NOW - dt.timedelta(days=1))
    kit.record(lesson())
    assert model.briefs == []
    kit.deliver(NOW + dt.timedelta(minutes=1))
    assert "Анна, для вас: Бонусный урок." in [message.text for message in post.taken]
    assert len(model.briefs) == 3


def test_the_facts_of_a_waiting_message_are_those_of_its_step(program):
    later = PROGRAM.replace("{message: quest}", "{message: quest, channels: [telegram]}")
    post = Post()
    kit = lk.Loyalty(lk.Program.from_yaml(later.replace(", {{ stuck.topic }}", "")), channels=[post])
    kit.update_member("ann", {"name": "Анна"}, at=NOW - dt.timedelta(days=1))
    kit.record(lesson())
    kit.deliver(NOW + dt.timedelta(minutes=1))
    assert "Возвращение до 8 октября, " in [f"{message.text}, " for message in post.taken]


def test_a_rehearsal_asks_nobody_to_draft(program):
    orders = []
    kit = lk.Loyalty(program, drafter=orders.append, channels=[Post()])
    kit.deliver(NOW, rehearse=True)
    assert orders == []
    kit.deliver(NOW)
    assert orders
