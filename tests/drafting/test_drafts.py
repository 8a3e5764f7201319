"""Asking a drafter: once, once more with the reasons, and else the author's own text."""

import logging

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.drafting import Brief, Draft, Fact, Refusal, draft, instructions, refusals
from loyaltykit.drafting.folding import clean, fold
from loyaltykit.templates import render

OWN = Draft("{{ member.name }}, возвращайтесь: {{ offer.label }}.", "Возвращайтесь")
BRIEF = Brief(
    message="come-back",
    locale="ru",
    own=OWN,
    facts=(Fact("member.name"), Fact("offer.label"), Fact("points.xp", "number")),
    must_use=("offer",),
)
GOOD = "{{ member.name }}, мы подобрали вам {{ offer.label }}."


class Model:
    """A drafter that says one thing after the other and remembers what it was asked."""

    def __init__(self, *said):
        self.said = list(said)
        self.briefs = []

    def __call__(self, brief):
        self.briefs.append(brief)
        said = self.said.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said


def test_a_good_draft_is_taken_at_once():
    model = Model(GOOD)
    done = draft(BRIEF, model)
    assert (done.accepted, done.template, done.reasons, done.asked) == (True, Draft(GOOD, "Возвращайтесь"), (), 1)
    assert model.briefs == [BRIEF]


def test_a_draft_may_bring_its_own_subject():
    assert draft(BRIEF, Model(Draft(GOOD, "Для вас"))).template == Draft(GOOD, "Для вас")


def test_a_refused_draft_is_asked_for_once_more_with_the_reasons():
    model = Model("{{ member.name }}, {{ offer.label }} бесплатно", GOOD)
    done = draft(BRIEF, model)
    assert done.accepted
    assert done.asked == 2
    assert [brief.reasons for brief in model.briefs] == [(), (Refusal("draft/price", "бесплатно"),)]


def test_after_two_refusals_the_authors_text_stands():
    model = Model("{{ offer.label }} бесплатно", "{{ offer.label }} до пятницы", GOOD)
    done = draft(BRIEF, model)
    assert (done.accepted, done.template, done.asked) == (False, OWN, 2)
    assert done.reasons == (Refusal("draft/deadline", "пятницы"),)


@pytest.mark.parametrize(
    "error", [RuntimeError("canary-key"), TimeoutError("canary-key"), KeyError("canary-key"), SystemExit("canary-key")]
)
def test_a_drafter_that_fails_leaves_the_authors_text_and_none_of_its_words(error, caplog):
    with caplog.at_level(logging.DEBUG):
        done = draft(BRIEF, Model(error))
    assert (done.accepted, done.template, done.asked) == (False, OWN, 1)
    assert done.reasons == (Refusal("draft/failed", type(error).__name__),)
    assert "canary" not in repr(done) + caplog.text


@pytest.mark.parametrize("said", [None, 7, b"text", ["text"]])
def test_what_is_no_draft_leaves_the_authors_text(said):
    done = draft(BRIEF, Model(said))
    assert (done.accepted, done.template) == (False, OWN)
    assert done.reasons[0].code == "draft/kind"


def with_own(text):
    return attrs.evolve(BRIEF, own=Draft(text))


@pytest.mark.parametrize(
    ("own", "written"),
    [
        ("{{ offer.label }} и 2 урока", "Для вас: {{ offer.label }}, ещё 2 урока"),
        ("{{ offer.label }}: гарантия школы есть", "{{ offer.label }}, и помните: гарантия школы есть"),
        ("{{ offer.label }} на school.ru", "{{ offer.label }} ждёт: school.ru"),
        ("{{ offer.label }} до пятницы включительно", "Возьмите {{ offer.label }} до пятницы включительно"),
        ("Всё бесплатно для вас: {{ offer.label }}", "{{ offer.label }}. Всё бесплатно для вас"),
    ],
)
def test_what_the_author_says_may_be_said(own, written):
    assert refusals(Draft(written), with_own(own)) == ()


@pytest.mark.parametrize(
    ("own", "written", "code"),
    [
        ("{{ offer.label }} и 2 урока", "{{ offer.label }}: осталось 2 дня", "draft/number"),
        ("{{ offer.label }} и 2 урока", "{{ offer.label }} и 22 урока", "draft/number"),
        ("{{ offer.label }} и 2 урока", "{{ offer.label }} и {{ points.xp }}2 урока", "draft/number"),
        ("{{ offer.label }} и 2 урока", "{{ offer.label }} и два урока", "draft/number"),
        ("{{ offer.label }}: мы ничего не обещаем вам", "{{ offer.label }}: мы обещаем вам", "draft/promise"),
        ("{{ offer.label }}: гарантия школы", "{{ offer.label }}: гарантия успеха", "draft/promise"),
        ("{{ offer.label }} на school.ru", "{{ offer.label }} на skool.ru", "draft/link"),
        ("{{ offer.label }} на school.ru", "{{ offer.label }} на school.ru.evil.com", "draft/link"),
        ("{{ offer.label }} до пятницы", "{{ offer.label }} до субботы", "draft/deadline"),
        ("{{ offer.label }} за 100 ₽", "{{ offer.label }} за 100 $", "draft/price"),
    ],
)
def test_what_the_author_says_is_not_a_licence_for_more(own, written, code):
    assert code in {refusal.code for refusal in refusals(Draft(written), with_own(own))}


def test_forbidden_words_do_not_come_up():
    brief = attrs.evolve(BRIEF, forbid=("дорогой клиент", "увы"))
    assert refusals(Draft("Дорогой  КЛИЕНТ, {{ offer.label }}"), brief) == (
        Refusal("draft/forbidden", "дорогой клиент"),
    )
    assert refusals(Draft("Увы\u200bы, {{ offer.label }}"), brief) != ()
    assert refusals(Draft("Клиент дорогой, {{ offer.label }}"), brief) == ()


def test_a_language_that_cannot_be_checked_is_not_drafted():
    brief = attrs.evolve(BRIEF, locale="de")
    assert refusals(Draft("{{ offer.label }} kostenlos"), brief) == (Refusal("draft/locale", "de"),)


def test_marks_that_nobody_sees_are_taken_out():
    done = draft(
        BRIEF, Model("\ufeff{{ member.name }},\u200b по\u00adдарок: {{ offer.label }}\u202e 👩\u200d💻\r\nДо встречи")
    )
    assert done.template.text == "{{ member.name }}, подарок: {{ offer.label }} 👩\u200d💻\nДо встречи"


def test_the_instructions_name_facts_and_reasons():
    said = instructions(
        attrs.evolve(BRIEF, tone="тепло", forbid=("клиент",), reasons=(Refusal("draft/price", "free"),))
    )
    for part in (
        "{{ offer.label }} (text)",
        "{{ points.xp }} (number)",
        "тепло",
        "клиент",
        "a price",
        OWN.text,
        "Russian",
    ):
        assert part in said


@given(st.text(max_size=200))
def test_whatever_is_written_is_judged_and_never_crashes(text):
    done = draft(BRIEF, Model(text, text))
    assert done.accepted == (done.template != OWN or text == OWN.text)
    if done.accepted:
        assert "offer" in done.template.text
        assert not any(char.isdigit() for char in fold(done.template.text))
        render(done.template.text, {"offer": {"label": "x"}})


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя ,.!", max_size=60), st.sampled_from("0123456789٣५２③½₽$€%@"))
def test_no_figure_sign_or_address_gets_through(around, sign):
    assert not draft(BRIEF, Model(*[f"{{{{ offer.label }}}} {around}{sign}{around}"] * 2)).accepted


@given(st.text())
def test_cleaning_is_done_once(text):
    assert clean(clean(text)) == clean(text)
