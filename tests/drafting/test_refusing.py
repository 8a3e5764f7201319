"""What a draft may not make up: a corpus of inventions that are refused, and one of honest drafts that are not."""

from pathlib import Path

import attrs
import pytest

from loyaltykit.drafting import Brief, Draft, Fact, refusals

HERE = Path(__file__).parent
FACTS = (
    Fact("member.name"),
    Fact("program"),
    Fact("points.xp", "number"),
    Fact("offer.label"),
    Fact("offer.until", "time"),
    Fact("stuck.topic"),
)
BRIEF = Brief(
    message="come-back",
    locale="ru",
    own=Draft("{{ member.name }}, возвращайтесь: {{ offer.label }}.", "Возвращайтесь"),
    facts=FACTS,
    must_use=("member.name", "offer"),
    at_most=400,
)
ENGLISH = attrs.evolve(BRIEF, locale="en", own=Draft("{{ member.name }}, come back: {{ offer.label }}.", "Come back"))


def corpus(name):
    lines = (HERE / name).read_text("utf-8").splitlines()
    pairs = [line.partition("|") for line in lines if line and not line.startswith("#")]
    return [(kind.strip(), text.strip()) for kind, _, text in pairs]


def unescaped(text):
    for code in ("200b", "200d", "00ad", "043a"):
        text = text.replace(f"\\u{code}", chr(int(code, 16)))
    return text.replace("\\n", "\n").replace("LONG", "{{ member.name }} {{ offer.label }} слово" * 20)


HOSTILE, HONEST = corpus("hostile.txt"), corpus("honest.txt")


def brief_of(text):
    return ENGLISH if text.startswith(("Hi ", "Hello ", "Dear ")) else BRIEF


def test_the_corpora_are_large():
    assert len(HOSTILE) >= 330
    assert len(HONEST) >= 38


@pytest.mark.parametrize(("kind", "text"), HOSTILE)
def test_an_invention_is_refused(kind, text):
    found = refusals(Draft(unescaped(text), "Привет"), brief_of(text))
    assert f"draft/{kind}" in {refusal.code for refusal in found}, found
    assert all(refusal.words("ru") and refusal.words("en") for refusal in found)


@pytest.mark.parametrize(
    ("kind", "text"), [pair for pair in HOSTILE if pair[0] in ("number", "price", "promise", "link")]
)
def test_an_invention_in_the_subject_is_refused_too(kind, text):
    brief = attrs.evolve(brief_of(text), own=Draft("Привет, {{ member.name }}, {{ offer.label }}", "Привет"))
    found = refusals(Draft("{{ member.name }}, {{ offer.label }}", unescaped(text)), brief)
    assert f"draft/{kind}" in {refusal.code for refusal in found}, found


@pytest.mark.parametrize(("locale", "text"), HONEST)
def test_an_honest_draft_is_taken(locale, text):
    assert refusals(Draft(text, "Привет" if locale == "ru" else "Hello"), BRIEF if locale == "ru" else ENGLISH) == ()


@pytest.mark.parametrize(
    "words",
    [
        "куратор ответит сегодня же",
        "завтра начнём",
        "книга в подарок",
        "вполцены",
        "увидимся на этой неделе",
    ],
)
def test_what_the_author_promises_himself_a_draft_may_repeat(words):
    written = Draft(f"{{{{ member.name }}}}, рады вам. {{{{ offer.label }}}}: {words}.", "Привет")
    assert refusals(written, BRIEF)
    own = Draft(f"{{{{ member.name }}}}! {{{{ offer.label }}}}: {words}.", "Возвращайтесь")
    assert refusals(written, attrs.evolve(BRIEF, own=own)) == ()
