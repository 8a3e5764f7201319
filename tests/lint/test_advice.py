"""Every piece of advice: a program that gets it, one that does not, its words, its place, and how it is silenced."""

from pathlib import Path

import pytest
import yaml

import loyaltykit as lk
from docs.source.advice import TEXTS
from loyaltykit.rules.cases import run_cases
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


WAITING = {
    "quests.talk.steps.1.on": {"quests": {"talk": {"steps": [{"on": "kit.answered", "times": 3}]}}},
    "streaks.talk.on": {"streaks": {"talk": {"on": "kit.answered", "every": "week"}}},
    "surprises.luck.on": {"surprises": {"luck": {"on": "kit.answered", "chance": "10%", "award": {"xp": 1}}}},
    "campaigns.thanks.start.on": {
        "campaigns": {"thanks": {"start": {"on": "kit.answered"}, "steps": [{"stop": True}]}}
    },
    "campaigns.thanks.exit.on": {
        "campaigns": {"thanks": {"start": "silent('9d')", "exit": {"on": "kit.answered"}, "steps": [{"wait": "2d"}]}}
    },
    "referrals.after": {
        "member": {"by": "text"},
        "referrals": {"joined": "member.by", "after": "kit.answered", "rewards": {"friend": {"xp": 1}}},
    },
}


@pytest.mark.parametrize("place", WAITING)
def test_whatever_waits_for_what_is_recorded_as_another_event_is_told_so(place):
    data = {
        "program": "p",
        "events": {"survey.answered": {"survey": "text", "value": "number"}},
        "points": {"xp": {}},
        "surveys": {"pace": {"question": "Too fast?", "scale": "1-5"}},
        **WAITING[place],
    }
    assert (place, "reach/recorded-as") in [(one.path, one.code) for one in lk.check(data)]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("not member.paused", True),
        ("member.paused == False", True),
        ("member.paused != True", True),
        ("not member.paused and event.n > 1", True),
        ("event.n > 1 or not (member.paused or event.n < 0)", False),
        ("member.paused", False),
        ("member.paused is None or not member.paused", False),
        ("member.paused is not None and not member.paused", False),
        ("not badge.b", False),
        ("not event.told", False),
    ],
)
def test_a_no_of_an_attribute_that_may_be_unknown_is_told_of(when, said):
    data = {
        "program": "p",
        "events": {"e": {"n": "integer", "told": "optional boolean"}},
        "member": {"paused": "boolean"},
        "points": {"xp": {}},
        "rules": [{"id": "r", "on": "e", "when": when, "award": {"xp": 1}}],
        "badges": {"b": {"when": "points.xp.lifetime > 3"}},
    }
    assert ("reach/unknown-is-not-no" in codes(data)) is said


def test_what_the_advice_about_unknown_says_is_so():
    """Who never said that they pause gets nothing by `not member.paused`, and gets it as the hint writes it."""
    data = {
        "program": "p",
        "events": {"e": {}},
        "member": {"paused": "boolean"},
        "points": {"xp": {}},
        "rules": [{"id": "r", "on": "e", "when": "not member.paused", "award": {"xp": 1}}],
    }
    hint = next(one.hint for one in lk.check(data) if one.code == "reach/unknown-is-not-no")
    written = hint[hint.index("(") + 1 : hint.index(")")]
    for when, given in (("not member.paused", 0), (written, 1)):
        data["rules"][0]["when"] = when
        cases = [{"name": "one", "given": [{"e": {}}], "then": {"points": {"xp": given}}}]
        (result,) = run_cases(lk.Program.from_dict({**data, "cases": cases}))
        assert result.ok
