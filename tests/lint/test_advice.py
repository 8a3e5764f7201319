"""Every piece of advice: a program that gets it, one that does not, its words, its place, and how it is silenced."""

from pathlib import Path

import pytest
import yaml

import loyaltykit as lk
from docs.source.advice import TEXTS
from loyaltykit.wording import lint as wording
from tests.docs.pages import ROOT, blocks


def codes(program):
    return [problem.code for problem in lk.check(program)]


def test_every_code_is_described():
    assert set(TEXTS) == set(wording.CODES)


@pytest.mark.parametrize("code", TEXTS)
def test_the_failing_example_gets_the_advice_and_nothing_else(code):
    found = lk.check(lk.Program.from_yaml(TEXTS[code]["fails"]))
    assert [problem.code for problem in found] == [code]
    assert found[0].severity == TEXTS[code]["severity"]
    assert found[0].line > 0
    assert found[0].column > 0
    assert found[0].path


@pytest.mark.parametrize("code", TEXTS)
def test_the_passing_example_gets_no_advice_at_all(code):
    assert codes(lk.Program.from_yaml(TEXTS[code]["passes"])) == []


@pytest.mark.parametrize("code", TEXTS)
def test_advice_comes_in_russian_too(code):
    english, russian = (lk.check(lk.Program.from_yaml(TEXTS[code]["fails"]), lang=lang) for lang in ("en", "ru"))
    assert [one.code for one in english] == [one.code for one in russian]
    assert english[0].message != russian[0].message
    assert "{" not in russian[0].message + russian[0].hint


@pytest.mark.parametrize(
    "code", [code for code in TEXTS if not code.startswith(("clarity/no-such", "clarity/ignores"))]
)
def test_every_advice_can_be_ignored_with_a_reason(code):
    data = yaml.safe_load(TEXTS[code]["fails"])
    data = {key if key is not True else "on": value for key, value in data.items()}
    data["lint"] = {"ignore": [{"code": code, "because": "we know"}]}
    assert codes(data) == []


def test_what_is_ignored_at_a_place_is_still_said_elsewhere():
    data = {
        "program": "p",
        "events": {"opened": {"lesson": "text"}},
        "points": {"stars": {"spendable": True}},
        "rewards": {"sticker": {"cost": {"stars": 5}}},
        "rules": [
            {"id": "one", "on": "opened", "award": {"stars": 1}},
            {"id": "oneness", "on": "opened", "award": {"stars": 2}},
        ],
        "lint": {"ignore": [{"code": "economy/farmable", "at": "rules.one", "because": "once each"}]},
    }
    assert [problem.path for problem in lk.check(data)] == ["rules.oneness.award.stars"]


def test_a_dict_a_file_and_a_loaded_program_get_the_same(tmp_path):
    text = TEXTS["economy/farmable"]["fails"]
    file = tmp_path / "program.yaml"
    file.write_text(text, "utf-8")
    from_file = lk.check(file)
    assert from_file == lk.check(lk.Program.load(file))
    assert from_file[0].line == 6
    assert [one.code for one in from_file] == codes(
        lk.Program.from_yaml(text).document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    )


def test_a_program_with_errors_gets_no_advice_yet():
    data = {
        "program": "p",
        "events": {"e": {}},
        "points": {"xp": {}},
        "rules": [{"id": "r", "on": "e", "award": {"xq": 1}}],
    }
    assert codes(data) == ["document/unknown-point"]


CLEAN = [
    *(ROOT / "src/loyaltykit/cli/templates").glob("*.yaml"),
    *(ROOT / "src/loyaltykit/cli/demo").glob("program.*.yaml"),
    *sorted((ROOT / "examples").glob("*/program.yaml")),
]


@pytest.mark.parametrize("file", CLEAN, ids=lambda file: str(Path(file).relative_to(ROOT)))
def test_the_programs_that_we_ship_get_no_advice(file):
    assert [str(problem) for problem in lk.check(file)] == []


PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]
SEEN_ON_PAGES = {
    "economy/unspendable",  # a page about points sells nothing
    "clarity/unsent",  # a page about messages shows words alone
    "contact/no-cap",
    "contact/no-quiet-hours",
    "fairness/one-for-everybody",
    "measure/no-goal",
    "measure/no-holdout",
}
"""What a fragment that shows one key may lack."""


def programs():
    for page in PAGES:
        if page.name not in ("lint.md", "review-a-program.md"):  # these show mistakes
            for block in blocks(page):
                if block.lang == "yaml" and block.text.startswith(("program:", "#")) and not block.note:
                    yield pytest.param(block.text, id=f"{page.name}:{block.line}")


@pytest.mark.parametrize("text", list(programs()))
def test_the_programs_of_the_pages_have_no_mistakes(text):
    found = lk.check(lk.Program.from_yaml(text))
    assert [str(problem) for problem in found if problem.code not in SEEN_ON_PAGES] == []


def test_a_badge_that_counts_what_is_recorded_as_another_event_is_told_so():
    data = {
        "program": "p",
        "events": {"survey.answered": {"survey": "text", "value": "number"}},
        "badges": {"voice": {"count": "kit.answered", "steps": {"first": 1}}},
        "surveys": {"pace": {"question": "Too fast?", "scale": "1-5"}},
    }
    assert ("badges.voice.count", "reach/recorded-as") in [(one.path, one.code) for one in lk.check(data)]
