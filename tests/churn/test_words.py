"""Reasons as a curator reads them: a sentence for every feature in both languages, by value and by sign."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.churn import PanelBuilder, Reason
from loyaltykit.churn.phrases import NOUNS, PHRASES, TOLD_LABELS
from loyaltykit.churn.protocol import STATUS
from loyaltykit.churn.words import band_in_words, counted, number, readable, status_in_words

CODES = sorted({feature.name for feature in PanelBuilder.features} | {"p_alive"})


def said(code, value, contribution=0.4, lang="ru", **facts):
    return Reason(code, contribution, value, facts).sentence(lang).replace("\xa0", " ")


@pytest.mark.parametrize("code", CODES)
def test_every_feature_of_a_panel_has_words_in_both_languages(code):
    assert code in PHRASES or code in TOLD_LABELS
    for value in (0.0, 0.4, 1.0, 2.0, 5.0, 21.0, -3.0, math.nan):
        english, russian = said(code, value, lang="en"), said(code, value)
        assert re.search("[а-яё]{3}", russian)
        assert not re.search("[а-яё]", english)
        for text in (english, russian):
            assert code not in text or "_" not in code
            assert not re.search(r"nan|\{|\}|  ", text)


@pytest.mark.parametrize(
    ("code", "value", "facts", "english", "russian"),
    [
        (
            "recency",
            9.2,
            {"cadence": 2.1},
            "silent for 9 days, though usually active every other day",
            "не заходит 9 дней, хотя обычно занимается через день",
        ),
        (
            "silence_ratio",
            4.4,
            {"recency": 9.2, "cadence": 2.1},
            "silent for 9 days, though usually active every other day",
            "не заходит 9 дней, хотя обычно занимается через день",
        ),
        (
            "recency",
            9.2,
            {"cadence": 10.0},
            "silent for 9 days, usually active every 10 days",
            "не заходит 9 дней, обычно занимается раз в 10 дней",
        ),
        ("recency", 21.0, {}, "silent for 21 days", "не заходит 21 день"),
        ("due_in", 3.0, {}, "the next assignment is due in 3 days", "до срока следующего задания 3 дня"),
        ("silence_ratio", 4.5, {}, "the pause is 4.5 times as long as usual", "перерыв в 4,5 раза больше обычного"),
        ("silence_ratio", 21.0, {}, "the pause is 21 times as long as usual", "перерыв в 21 раз больше обычного"),
        ("cadence", 7.0, {}, "usually active once a week", "обычно занимается раз в неделю"),
        ("cadence", 1.0, {}, "usually active every day", "обычно занимается каждый день"),
        (
            "trend",
            -4.0,
            {"active_days_14": 2.0},
            "2 active days in the last two weeks, 6 in the two before",
            "за две недели 2 дня с занятиями, за две до того 6",
        ),
        (
            "trend",
            0.0,
            {"active_days_14": 0.0},
            "no activity in the last four weeks",
            "за последние четыре недели занятий не было",
        ),
        (
            "trend",
            -4.0,
            {},
            "active 4 days fewer in the last two weeks than in the two before",
            "за две недели на 4 дня с занятиями меньше, чем за две до того",
        ),
        ("missed", 1.0, {}, "1 assignment missed", "пропущено 1 задание"),
        ("missed", 2.0, {}, "2 assignments missed", "пропущено 2 задания"),
        ("missed", 11.0, {}, "11 assignments missed", "пропущено 11 заданий"),
        ("missed", 0.0, {}, "no assignment missed", "ни одно задание не пропущено"),
        (
            "active_days_14",
            2.0,
            {"usual": 6.0},
            "only 2 active days in the last 14 days (others usually 6)",
            "за последние 14 дней всего 2 дня с занятиями (у других обычно 6)",
        ),
        (
            "active_days_14",
            0.0,
            {"usual": 6.0},
            "no activity in the last 14 days",
            "за последние 14 дней занятий не было",
        ),
        (
            "progress",
            0.454,
            {"usual": 0.7},
            "only 45% of the course done (others usually 70%)",
            "пройдено всего 45 % курса (у других обычно 70 %)",
        ),
        ("score_last", 43.4, {"usual": 43.4}, "the last score was 43", "последняя оценка: 43"),
        ("score_last", math.nan, {}, "no data: the last score", "нет данных: последняя оценка"),
        (
            "effort_7",
            1.0,
            {"usual": 2.5},
            "much less done than others in these days",
            "в последние дни делается намного меньше, чем у других",
        ),
        ("effort_28", 3.0, {}, "effort in these weeks: 3", "нагрузка в последние недели: 3"),
        ("handed_in_share", 0.4, {}, "40% of the assignments handed in", "сдано 40 % заданий"),
        (
            "missed_ago",
            3.2,
            {},
            "an assignment was last missed 3 days ago",
            "последний раз задание пропущено 3 дня назад",
        ),
        ("streak", 3.0, {}, "active 3 days in a row", "занимается 3 дня подряд"),
        ("points", 12000.0, {}, "12,000 points on the account", "на счету 12 000 баллов"),
        (
            "p_alive",
            0.004,
            {},
            "by the rhythm so far, still here with a probability of less than 1%",
            "судя по ритму занятий, ещё с нами с вероятностью меньше 1 %",
        ),
    ],
)
def test_what_is_said(code, value, facts, english, russian):
    assert said(code, value, lang="en", **facts) == english
    assert said(code, value, **facts) == russian


def test_what_lowers_the_risk_is_not_said_as_a_complaint():
    facts = {"recency": 2.0, "cadence": 3.0}
    assert (
        said("silence_ratio", 0.7, -0.5, **facts) == "последнее занятие было 2 дня назад, обычно занимается раз в 3 дня"
    )
    assert said("recency", 0.2, -0.5) == "последнее занятие было меньше суток назад"
    assert said("active_days_14", 5.0, -0.5, usual=6.0) == "за последние 14 дней 5 дней с занятиями (у других обычно 6)"
    assert "всего" not in said("active_days_14", 9.0, 0.5, usual=6.0)


def test_equal_silence_with_another_rhythm_is_told_otherwise():
    assert said("recency", 9.0, cadence=1.0) != said("recency", 9.0, cadence=9.0)


def test_a_code_without_words_is_made_readable():
    assert said("night_share", 0.31, lang="en") == "night share: 0.3"
    assert said("night_share", 0.31) == "night share: 0,3"
    assert said("school.mood", math.nan, lang="en") == "no data: school mood"
    assert readable("__") == "?"


def test_another_language_is_english():
    assert said("missed", 2.0, lang="de") == said("missed", 2.0, lang="en")


@given(
    st.sampled_from([*CODES, "own"]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-5, 5),
    st.dictionaries(st.sampled_from(["usual", "recency", "cadence", "active_days_14"]), st.floats()),
)
def test_any_value_has_a_sentence(code, value, contribution, facts):
    for lang in ("en", "ru"):
        text = Reason(code, contribution, value, facts).sentence(lang)
        assert text.strip() == text != ""
        assert "nan" not in text.split()
        assert len(text) < 300


@pytest.mark.parametrize(
    ("value", "forms"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (12, "12 дней"), (21, "21 день"), (1.5, "1,5 дня")],
)
def test_nouns_have_their_form(value, forms):
    assert counted(value, "day", "ru").replace("\xa0", " ") == forms
    assert counted(value, "day", "en") == f"{value} day{'s' * (value != 1)}"


def test_every_noun_has_all_its_forms():
    assert {noun: tuple(len(forms.split("|")) for forms in rows) for noun, rows in NOUNS.items()} == dict.fromkeys(
        NOUNS, (2, 3)
    )


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [(0.04, "0", "0"), (-0.04, "0", "0"), (9.96, "10", "10"), (2.25, "2.3", "2,3"), (-1234.0, "−1,234", "−1 234")],
)
def test_numbers_are_for_readers(value, english, russian):
    assert (number(value, "en"), number(value, "ru").replace("\xa0", " ")) == (english, russian)


def test_statuses_and_bands_have_words():
    for status in STATUS:
        assert re.search("[а-яё]{3}", status_in_words(status, "ru"))
        assert status_in_words(status, "en") != status
    assert status_in_words("cold-start", "ru") == "данных пока мало: судим по молчанию"
    assert band_in_words("high", "ru") == "риск высокий"
    assert band_in_words("call_them", "ru") == "call them"
