"""One verdict of two arms: each of them, how often it is wrong, and its words."""

import json
import random
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.insight import words
from loyaltykit.insight.experiment import HELPS, Arm, compare, sample_ratio
from tests.insight.test_intervals import binomial

HALF = (0.5, 0.5)


def verdict(treated, control, *, shares=HALF, target=0.3, direction="more", **options):
    return compare(Arm(*treated), Arm(*control), shares=shares, target=target, direction=direction, **options)


@pytest.mark.parametrize(
    ("treated", "control", "options", "expected"),
    [
        ((106, 61), (106, 42), {}, "helps-target-not-shown"),
        ((106, 61), (106, 42), {"target": None}, "helps"),
        ((1_000, 600), (1_000, 400), {}, "target-met"),
        ((1_000, 600), (1_000, 400), {"target": 0.5}, "helps-target-not-shown"),
        ((106, 50), (106, 48), {}, "not-shown"),
        ((106, 42), (106, 61), {}, "harmful"),
        ((106, 42), (106, 61), {"direction": "less", "target": -0.15}, "helps-target-not-shown"),
        ((1_000, 400), (1_000, 600), {"direction": "less", "target": -0.15}, "target-met"),
        ((106, 61), (106, 42), {"direction": "less", "target": -0.15}, "harmful"),
        ((29, 20), (29, 2), {}, "too-early"),
        ((106, 3), (106, 1), {}, "too-early"),
        ((106, 105), (106, 103), {}, "too-early"),
        ((0, 0), (0, 0), {}, "too-early"),
        ((200, 120), (100, 40), {}, "mismatch"),
        ((900, 400), (100, 40), {"shares": (0.9, 0.1)}, "not-shown"),
        ((106, 61), (106, 42), {"assigned": (300, 200)}, "mismatch"),
        ((1_000, 600), (1_000, 0), {}, "target-met"),
    ],
)
def test_each_verdict(treated, control, options, expected):
    assert verdict(treated, control, **options).verdict == expected


@given(st.integers(0, 300), st.integers(0, 300), st.integers(30, 300), st.integers(30, 300))
def test_turning_the_direction_turns_the_verdict(a, b, n, m):
    treated, control = (n, min(a, n)), (m, min(b, m))
    up = verdict(treated, control, target=None)
    down = verdict(treated, control, target=None, direction="less")
    turned = {"helps": "harmful", "harmful": "helps"}
    assert down.verdict == turned.get(up.verdict, up.verdict)
    assert not (up.helps and down.helps)


@pytest.mark.parametrize(("n", "share"), [(106, 0.4), (200, 0.1), (60, 0.5)])
def test_nothing_at_work_is_called_help_about_once_in_forty(n, share):
    """Every possible pair of counts, weighed by how likely it is."""
    chances = [(k, chance) for k, chance in enumerate(binomial(n, share)) if chance > 1e-6]
    claimed = sum(one * other for j, one in chances for k, other in chances if verdict((n, j), (n, k)).helps)
    assert 0.01 < claimed < 0.03


@pytest.mark.parametrize("block", range(10))
def test_of_forty_null_simulations_at_most_four_claim_success(block):
    claims = 0
    for seed in range(40):
        rng = random.Random(f"{block}/{seed}")
        arms = [(n, sum(rng.random() < 0.4 for _ in range(n))) for n in (106, 106)]
        claims += verdict(*arms).helps
    assert claims <= 4


def test_a_real_effect_is_found():
    found = 0
    for seed in range(40):
        rng = random.Random(seed)
        treated, control = (sum(rng.random() < share for _ in range(200)) for share in (0.6, 0.4))
        found += verdict((200, treated), (200, control)).helps
    assert found >= 36


@pytest.mark.parametrize(
    ("counts", "shares", "p"),
    [
        ((821_588, 815_482), HALF, 1.82e-6),  # Kohavi's scorecard: a real mismatch
        ((50, 50), HALF, 1.0),
        ((60, 40), HALF, 0.0455),
        ((0, 0), HALF, 1.0),
        ((15, 5), (0.95, 0.05), 0.00515),  # by the exact tail: chi-square would cry wolf with 4e-5
        ((20, 0), (0.95, 0.05), 0.717),
        ((30, 30), (0.95, 0.05), 0.0),
    ],
)
def test_the_sample_ratio(counts, shares, p):
    assert sample_ratio(counts, shares) == pytest.approx(p, rel=0.01, abs=1e-9)


def test_the_sample_ratio_rarely_cries_wolf():
    """Under the design, p < 0.001 at most about once in 1,000, for few members as for many."""
    for n, share in ((20, 0.05), (60, 0.1), (400, 0.1)):
        alarms = sum(
            chance for k, chance in enumerate(binomial(n, share)) if sample_ratio((n - k, k), (1 - share, share)) < 1e-3
        )
        assert alarms < 0.003


@pytest.mark.parametrize(
    "wrong",
    [
        {"shares": (1.0, 0.0)},
        {"shares": (0.5, 0.4)},
        {"target": -0.3},
        {"target": 0.0},
        {"target": 0.15, "direction": "less"},
        {"target": -1.5, "direction": "less"},
        {"direction": "up"},
        {"confidence": 1.0},
        {"assigned": (49, 50)},
    ],
)
def test_questions_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=r"share|target|direction|confidence|assigned"):
        verdict((50, 20), (50, 20), **wrong)


def test_impossible_arms_are_refused():
    with pytest.raises(ValueError, match="successes"):
        Arm(5, 6)


RUSSIAN = """61 из 106 (57,5 %) против 42 из 106 (39,6 %) в контроле
+17,9 п.п. [4,5; 30,5], относительно контроля +45,2 % [9,6; 93,9] (интервалы 95 %)
Помогает; цель +30 % ещё не доказана."""
ENGLISH = """61 of 106 (57.5%) against 42 of 106 (39.6%) in control
+17.9 pp [4.5, 30.5], relative +45.2% [9.6, 93.9] (95% intervals)
It helps; the target of +30% is not shown yet."""


def test_the_words_of_a_comparison():
    found = verdict((106, 61), (106, 42))
    assert found.words("ru").replace("\xa0", " ") == RUSSIAN
    assert found.words("en") == ENGLISH


@pytest.mark.parametrize(
    ("found", "russian", "english"),
    [
        (
            verdict((40, 10), (12, 2), shares=(0.8, 0.2)),
            "Судить рано: в контроле срок истёк у 12, а нужно хотя бы 30.",
            "Too early to tell: the control group has 12 with their time up, at least 30 needed.",
        ),
        (
            verdict((100, 3), (100, 3)),
            "Судить рано: случаев пока мало: в группе кампании их ожидается около 3,0, а нужно хотя бы 5.",
            "Too early to tell: too few cases so far: about 3.0 expected in the treated group, at least 5 needed.",
        ),
        (
            verdict((1_000, 300), (60, 20), shares=(0.9, 0.1)),
            "Группы несравнимы: в контроле должно быть 10,0 %, а оказалось 5,7 % (p < 0,001). Сначала найдите причину.",
            "The groups are not comparable: 10.0% should be in control, 5.7% are (p < 0.001). Find out why first.",
        ),
        (verdict((106, 42), (106, 61)), "Вредит.", "It does harm."),
        (
            verdict((106, 50), (106, 48)),
            "Эффект не доказан: разница может оказаться и нулевой.",
            "No effect has been shown: the difference may well be zero.",
        ),
        (
            verdict((1_000, 400), (1_000, 600), target=-0.155, direction="less"),
            "Помогает, и цель −15,5 % достигнута.",
            "It helps, and the target of −15.5% is met.",
        ),
    ],
    ids=lambda value: getattr(value, "verdict", ""),
)
def test_the_sentence_of_a_verdict(found, russian, english):
    assert found.sentence("ru").replace("\xa0", " ") == russian
    assert found.sentence("en").replace("\xa0", " ") == english


def test_a_lower_share_has_a_minus_and_no_plus_before_zero():
    lines = verdict((106, 42), (106, 61), direction="less", target=-0.15).words("ru").replace("\xa0", " ")
    assert "−17,9 п.п. [−30,5; −4,5], относительно контроля −31,1 % [−48,4; −8,8]" in lines
    assert words.number(-0.01, "ru", signed=True) == "+0,0"


def test_words_for_what_cannot_be_computed():
    assert verdict((50, 20), (0, 0), assigned=(50, 50)).words("ru").splitlines()[1] == "сравнивать пока нечего"
    assert "в контроле ни одного случая" in verdict((100, 20), (100, 0)).words("ru").replace("нет ни", "ни")


def test_a_comparison_is_ready_for_json():
    found = json.loads(json.dumps(verdict((100, 20), (100, 0)).to_dict(), allow_nan=False))
    assert found["verdict"] == "target-met"
    assert found["relative"] == {"value": None, "low": pytest.approx(4.097, abs=0.001), "high": None}
    assert found["ratio"] == {"assigned": [100, 100], "shares": [0.5, 0.5], "p": 1.0}
    early = json.loads(json.dumps(verdict((10, 2), (10, 0)).to_dict()))
    assert early["shortages"][0] == {"arm": "treated", "of": "members", "have": 10, "need": 30}


def test_every_row_of_words_is_used():
    source = "".join(path.read_text("utf-8") for path in Path(words.__file__).parents[1].rglob("*.py"))
    for code in words.WORDS:
        family = code.partition("/")[0]
        assert f'"{code}"' in source.replace(f'"{code}": ', "") or f'"{family}/{{' in source, code
    verdicts = {f"verdict/{one}" for one in (*HELPS, "too-early", "mismatch", "harmful", "not-shown")}
    assert verdicts == {code for code in words.WORDS if code.startswith("verdict/")}


def test_values_are_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Arm(1, 1).n = 2
