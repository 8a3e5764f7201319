"""A program in plain sentences: what each mechanic says, in both languages, and that nothing is forgotten."""

from pathlib import Path

import pytest
import yaml

import loyaltykit as lk
from docs.source.keys import schema_keys
from loyaltykit.program.fields import Model
from loyaltykit.program.reserved import ACTIONS
from loyaltykit.telling import page, sentences
from tests.docs.pages import ROOT, blocks

SILENT = {
    "Document": {
        "program", "version", "timezone", "locale", "late", "events", "member", "segments", "cases", "materials",
        "stuck", "goals", "lint", "surprises",
    },
    "Point": {"decimals", "rounding", "stack", "overdraft"},
    "Rule": {"carry", "revocable", "overdraft"},
    "Badge": {"retroactive"},
    "Segment": {"when", "per"},
    "Case": {"name", "given", "at", "then"},
    "Campaign": {"per", "audience", "exit"},
    "Exit": {"on", "when"},
    "Journey": {"wait", "if", "then", "else", "stop"},
    "Wait": {"until", "at_most"},
    "Offer": {"keep", "default", "take", "success", "policy", "floor"},
    "OfferOption": {"when", "label"},
    "Send": {"message", "channels"},
    "Start": {"when"},
    "Reward": {"kind", "codes"},
    "Waitlist": {"send"},
    "Task": {"escalate"},
    "Escalation": {"after", "to"},
    "Reminder": {"send"},
    "Staff": {"name", "email", "telegram"},
    "Material": {"label", "topic", "lesson", "course", "link"},
    "Message": {"must_use", "join", "draft"},
    "Body": {"subject", "text", "html"},
    "Wording": {"subject", "text", "html"},
    "Drafting": {"tone", "notes", "forbid", "at_most"},
    "Survey": {"label"},
    "Ideas": {"votes", "told"},
    "Contact": {"stale", "channels"},
    "Goal": {"label", "event", "where", "metric", "within", "horizon", "target", "of"},
    "Churn": {"model", "score", "horizon", "label", "refit", "bands", "gain"},
    "Facts": {"handed_in", "missed", "late", "activity", "away", "due", "points", "tier"},
    "Gain": {"campaign", "value", "cost"},
    "Stuck": {"failed", "passed", "done", "topic", "quiz", "lesson", "course"},
    "Surprise": {"on", "when", "chance", "budget", "per_member", "label", "award", "grant", "badge", "send"},
    "Referrals": {"joined"},
    "Lint": {"ignore"},
    "Silenced": {"code", "because", "at"},
}  # fmt: skip
"""What a student need not read, by model: how the school counts, decides, writes and measures.

The words of messages and materials reach students as they are. Everything else is told.
"""

PROGRAMS = [
    block.text
    for block in blocks(ROOT / "docs" / "reference" / "program.md")
    if block.lang == "yaml" and block.text.startswith("program:")
]


@pytest.fixture
def read(monkeypatch):
    """The (model, key) of everything that is read of documents."""
    seen = set()
    plain = Model.__getattribute__

    def spy(self, name):
        field = type(self).__dict__.get("__pydantic_fields__", {}).get(name)
        if field is not None:
            seen.add((type(self).__name__, field.alias or name))
        return plain(self, name)

    monkeypatch.setattr(Model, "__getattribute__", spy)
    return seen


def test_every_key_is_told_or_deliberately_silent(read):
    programs = [lk.Program.from_yaml(text) for text in PROGRAMS]
    read.clear()
    for program in programs:
        sentences(program)
    told = {(model, key) for model, key in read if key not in SILENT.get(model, ())}
    wanted = {(model, key) for model, keys in schema_keys().items() for key in keys} - {
        (model, key) for model, keys in SILENT.items() for key in keys
    }
    by_path = {("Rule", "when"), ("Rule", "award"), ("Badge", "when"), ("Badge", "where"), ("Tier", "by")}
    by_path |= {
        ("Referrals", "when"),
        ("Leaderboard", "by"),
        ("Requires", "when"),
        ("QuestStep", "reach"),
        ("Streak", "where"),
        ("QuestStep", "when"),
        ("QuestStep", "where"),
        ("Start", "when"),
        ("Expiry", "unless"),
    }
    assert wanted - told - by_path == set(), "tell it, or say in SILENT why not"


def test_what_is_silent_are_keys_that_there_are():
    keys = schema_keys()
    assert {model: sorted(set(names) - set(keys.get(model, ()))) for model, names in SILENT.items()} == {
        model: [] for model in SILENT
    }


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("text", PROGRAMS, ids=lambda text: text.splitlines()[0])
def test_every_sentence_reads_as_one(text, lang):
    for sentence in sentences(lk.Program.from_yaml(text), lang=lang):
        assert sentence.text.endswith("."), sentence
        assert not sentence.text.endswith(".."), sentence
        assert "{" not in sentence.text, sentence
        assert "  " not in sentence.text, sentence
        assert sentence.text[:1] == sentence.text[:1].upper(), sentence


def plain(text):
    """A text whose spaces all are plain ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


SCHOOL = """
program: school
timezone: Europe/Moscow
events:
  lesson.completed: {course: text, progress: number}
  quiz.passed: {score: number}
  order.paid: {order: text, amount: money}
points: {xp: {label: {en: Experience, ru: Опыт}}, stars: {spendable: true}}
levels: {by: xp, steps: {Newcomer: 0, Expert: 100}}
badges: {scholar: {label: {en: Scholar, ru: Знаток}, when: points.xp.lifetime > 5}}
quests: {week: {steps: [{on: lesson.completed}]}}
rules:
"""


def told(rule, lang="en", more=""):
    program = lk.Program.from_yaml(f"{SCHOOL}  - {{id: r, {rule}}}\n{more}")
    return next(one.text for one in sentences(program, lang=lang) if one.path == "rules.r")


RULES = yaml.safe_load(Path(__file__).with_name("rules.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["rule"])
def test_a_rule_is_one_plain_sentence(row):
    spaced = {lang: plain(told(row["rule"], lang)) for lang in ("en", "ru")}
    assert spaced == {"en": row["en"], "ru": row["ru"]}


@pytest.mark.parametrize(
    ("amount", "said"),
    [(1, "1 балл "), (2, "2 балла "), (5, "5 баллов "), (11, "11 баллов "), (21, "21 балл "), (1000, "1 000 баллов ")],
)
def test_plurals_are_right(amount, said):
    rule = f"on: quiz.passed, award: {{xp: {amount}}}"
    assert f"вы получаете {said}" in plain(told(rule, "ru"))


def test_a_score_above_one_is_not_a_share():
    assert "the score is at least 60," in told("on: quiz.passed, when: event.score >= 60, award: {xp: 1}")


CAMPAIGN = """
program: school
events: {lesson.completed: {course: text}}
rewards: {review: {kind: review}, lesson: {kind: lesson}}
churn: {bands: {high: 0.5}}
campaigns:
  comeback:
    start: churn.band == 'high' and silent('3d')
    holdout: 10%
    steps: [{offer: {choose: [review, lesson], by: member}}]
"""


def test_a_campaign_is_a_promise_and_how_it_is_decided_is_not_told():
    (text,) = [one.text for one in sentences(lk.Program.from_yaml(CAMPAIGN)) if one.section == "campaigns"]
    promise, rest = plain(text).split("; ")
    assert promise == "If it looks as if you might give up, we may let you pick “review” or “lesson”"
    assert rest == "10 % of students, drawn by lot, are left alone, so that we learn whether it helps."


BOARD = {
    "en": "The leaderboard “weekly” ranks everybody by the points you earn (xp) in each week; there is also one for "
    "each course; rank 1 brings 5 points (xp).",
    "ru": "Таблица лидеров «weekly»: заработанные баллы (xp) за неделю; кроме общей, есть отдельные таблицы (курс); "
    "за 1-е место — 5 баллов (xp).",
}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_leaderboard_says_what_counts_and_what_the_winners_get(lang):
    text = (
        "program: p\nevents: {lesson.completed: {course: text}}\npoints: {xp: }\nrules: []\nleaderboards: "
        "{weekly: {by: earned('xp'), every: week, group: event.course, winners: {1: {xp: 5}}}}\n"
    )
    (sentence,) = (one for one in sentences(lk.Program.from_yaml(text), lang=lang) if one.section == "leaderboards")
    assert (sentence.path, plain(sentence.text)) == ("leaderboards.weekly", BOARD[lang])


BROUGHT = {
    "en": "If a friend brought you, then the first time you pay for an order and the amount is at least 10, "
    "you get 20 points (stars), your friend nothing; they at most 10 times a year.",
    "ru": "Если вас привёл друг, то в первый раз, когда вы оплатили заказ и сумма — не меньше 10, "
    "вы получаете 20 баллов (stars), а друг — ничего; он — не чаще чем 10 раз в год.",
}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_referral_says_what_both_sides_get(lang):
    more = (
        "member: {referred: text}\nreferrals: {joined: member.referred, after: order.paid, when: event.amount >= 10, "
        "limit: 10 per year, rewards: {friend: {stars: 20}}}\n"
    )
    program = lk.Program.from_yaml(SCHOOL.replace("rules:\n", "") + more)
    (sentence,) = (one for one in sentences(program, lang=lang) if one.section == "referrals")
    assert (sentence.path, plain(sentence.text)) == ("referrals", BROUGHT[lang])


def test_the_page_as_html_and_markdown_lets_no_markup_through():
    text = "program: p\nevents: {e: {}}\npoints: {xp: {label: '<b>*x*</b>'}}\n"
    found = sentences(lk.Program.from_yaml(text))
    assert "&lt;b&gt;*x*&lt;/b&gt;" in page(found, form="html")
    assert "<b>" not in page(found, form="html")
    assert r"\<b\>\*x\*\</b\>" in page(found, form="md")
    assert page(found, form="text").startswith("Points\n  Points (<b>")


HEARD = {
    "program": "p",
    "events": {"idea.supported": {"idea": "text"}},
    "points": {"xp": {"label": {"en": "Experience", "ru": "Опыт"}}},
    "rewards": {"pen": {"label": {"en": "A pen", "ru": "Ручка"}}},
    "surveys": {"nps": {"label": {"en": "Advice", "ru": "Советуете?"}, "question": "?", "scale": "0-10"}},
    "ideas": {"votes": "surveys"},
}


@pytest.mark.parametrize(
    ("on", "when", "english", "russian"),
    [
        ("kit.answered", "event.survey == 'nps'", "the survey is “Advice”", "опрос — «Советуете?»"),
        ("kit.redeemed", "event.reward in ['pen', 'cap']", "“A pen” or “cap”", "«Ручка» или «cap»"),
        ("kit.supported", "event.idea == 'nps'", "the idea is “nps”", "идея — «nps»"),
    ],
)
def test_what_an_event_of_our_own_names_by_its_id_is_told_by_its_label(on, when, english, russian):
    rule = {"id": "r", "on": on, "when": when, "award": {"xp": 1}}
    program = lk.Program.from_dict({**HEARD, "rules": [rule]})
    assert english in page(sentences(program, lang="en"))
    assert russian in page(sentences(program, lang="ru"), lang="ru")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_event_of_our_own_that_a_member_causes_has_words(lang):
    unseen = {"kit.shown", "kit.announced", "kit.requeued", "kit.kept", "kit.hidden", "kit.invited", "kit.refused"}
    rules = [{"id": f"r{n}", "on": on, "award": {"xp": 1}} for n, on in enumerate(sorted({*ACTIONS} - unseen))]
    rules += [{"id": f"s{n}", "on": on, "award": {"xp": 1}} for n, on in enumerate(("idea.supported",))]
    said = page(sentences(lk.Program.from_dict({**HEARD, "rules": rules}), lang=lang), lang=lang)
    assert [line for line in said.splitlines() if "kit." in line or "idea." in line] == []
