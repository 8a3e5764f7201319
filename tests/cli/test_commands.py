"""check, test, init, schema, and the frame around every command."""

import json

import pytest

from loyaltykit.cli.words import WORDS, count, figure, language
from loyaltykit.program.load import Program
from tests.cli.helpers import PROGRAM, invoke, program_in

BROKEN = PROGRAM.replace("event.score >= 0.5", "event.scor >= 0.5").replace("badges: {first", "badgs: {first")


def test_check_of_a_sound_program_says_what_it_has(tmp_path):
    path = program_in(tmp_path)
    result = invoke("check", path)
    assert result.exit_code == 0
    assert result.stdout == (
        f"{path}: no problems (3 event types, 2 point kinds, 3 rules, 1 badge, 1 quest, 1 streak, 1 case)\n"
    )


def test_check_shows_the_place_the_line_a_caret_and_the_nearest_name(tmp_path):
    path = program_in(tmp_path, BROKEN)
    result = invoke("check", path)
    assert result.exit_code == 1
    line = next(line for line in result.stdout.splitlines() if "event.scor" in line and "|" not in line)
    assert line.startswith(f"{path}:11:")
    excerpt, caret = result.stdout.split(line)[1].splitlines()[1:3]
    assert excerpt[caret.index("^") :].startswith(("event.scor", "scor"))
    assert "did you mean" in result.stdout
    assert result.stdout.rstrip().endswith("2 errors")


def test_check_speaks_russian(tmp_path):
    result = invoke("check", program_in(tmp_path, BROKEN), lang="ru")
    assert "может быть, " in result.stdout
    assert result.stdout.rstrip().endswith("2 ошибки")


def test_check_as_json(tmp_path):
    found = json.loads(invoke("check", program_in(tmp_path, BROKEN), "--json").stdout)
    assert found["ok"] is False
    assert {problem["code"] for problem in found["problems"]} == {"document/unknown-key", "expression/unknown-field"}
    assert all(problem["line"] and problem["column"] for problem in found["problems"])
    assert json.loads(invoke("check", program_in(tmp_path), "--json").stdout) == {"ok": True, "problems": []}


@pytest.mark.parametrize("wide", ["ширина " * 60, "幅広い" * 80, "\t" * 90])
def test_an_excerpt_of_a_long_line_is_cut_around_the_caret(tmp_path, wide):
    text = f'program: p\nevents: {{e: {{x: text}}}}\npoints: {{xp: {{label: "{wide}", spendabl: true, decimals: 1}}}}\n'
    lines = invoke("check", program_in(tmp_path, text)).stdout.splitlines()
    excerpt, caret = lines[1:3]
    assert "spendabl" in excerpt
    assert len(excerpt) <= 120
    assert "^" in caret


def test_test_says_what_passed_and_what_did_not(tmp_path):
    then = "{points: {xp: 30}, not: {level: Newcomer}}"
    more = f"  - {{name: wrong, given: [{{lesson.completed: {{course: py}}}}], then: {then}}}\n"
    result = invoke("test", program_in(tmp_path, PROGRAM + more))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "✓ a lesson is ten",
        "✗ wrong",
        "    points.xp: expected 30, got 10",
        "    level: should not be Newcomer",
        "2 cases: 1 passed, 1 failed",
    ]


def test_test_of_good_cases_in_russian_and_as_json(tmp_path):
    path = program_in(tmp_path)
    assert invoke("test", path, lang="ru").stdout == "✓ a lesson is ten\n1 пример: прошло 1, не прошло 0\n"
    result = invoke("test", path, "--json")
    assert result.exit_code == 0
    check = {"key": "points.xp", "expected": 10, "got": 10, "ok": True}
    case = {"name": "a lesson is ten", "ok": True, "checks": [check], "problems": []}
    assert json.loads(result.stdout) == {"ok": True, "cases": [case]}


def test_test_without_cases_says_so(tmp_path):
    result = invoke("test", program_in(tmp_path, PROGRAM.partition("cases:")[0]))
    assert result.exit_code == 0
    assert "no cases" in result.stdout


def test_test_of_a_broken_program_shows_its_problems(tmp_path):
    result = invoke("test", program_in(tmp_path, BROKEN))
    assert result.exit_code == 1
    assert "did you mean" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_init_writes_a_program_that_passes_check_and_test(tmp_path, lang):
    path = tmp_path / "mine.yaml"
    result = invoke("init", path, lang=lang)
    assert result.exit_code == 0
    text = path.read_text("utf-8")
    assert 10 <= len(text.splitlines()) <= 60
    assert text.count("#") >= 8
    assert invoke("check", path).exit_code == 0
    assert invoke("test", path).exit_code == 0


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_campaign_in_the_comments_of_init_is_a_program(tmp_path, lang):
    path = tmp_path / "program.yaml"
    invoke("init", path, lang=lang)
    text = path.read_text("utf-8")
    before, mark, campaign = text.partition("# rewards:")
    campaign, cases, rest = campaign.partition("\ncases:")
    path.write_text(before + (mark + campaign).replace("\n# ", "\n").removeprefix("# ") + cases + rest, "utf-8")
    assert invoke("check", path, lang=lang).exit_code == 0
    assert invoke("test", path, lang=lang).exit_code == 0
    assert list(Program.load(path).document.campaigns) == ["comeback"]


def test_init_overwrites_nothing(tmp_path):
    path = program_in(tmp_path, "mine")
    assert invoke("init", path).exit_code == 2
    assert invoke("init", tmp_path).exit_code == 2
    assert path.read_text("utf-8") == "mine"


def test_init_into_a_folder(tmp_path):
    assert json.loads(invoke("init", f"{tmp_path}/new/", "--json").stdout) == {
        "written": str(tmp_path / "new" / "program.yaml")
    }


def test_schema_is_a_json_schema():
    schema = json.loads(invoke("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "rules" in schema["properties"]


USAGE = [
    (("check", "nowhere.yaml"), "there is no file nowhere.yaml", "нет файла nowhere.yaml"),
    (("check",), "PROGRAM is missing", "не хватает PROGRAM"),
    (("check", "."), ". is a folder", ". — это папка"),
    (("chek", "x"), "no command chek; did you mean check?", "нет команды chek; может быть, check?"),
    (("check", "x", "--jsn"), "no option --jsn; did you mean --json?", "нет параметра --jsn; может быть, --json?"),
    (("member", "ann", "--store", "sqlite:///nowhere.db"), "no store at nowhere.db", "хранилища nowhere.db нет"),
    (
        ("explain", "ann", "--store", "memory:"),
        "either --event, --rule or --campaign",
        "нужен либо --event, --rule, либо --campaign",
    ),
    (("member", "ann", "--store", "redis://x"), "not a store url", ""),
    (("run", "x.yaml", "y.jsonl"), "--store is missing", "не хватает --store"),
]


@pytest.mark.parametrize(("arguments", "english", "russian"), USAGE, ids=str)
def test_wrong_usage_is_exit_code_2_and_says_what(arguments, english, russian):
    for lang, words in (("en", english), ("ru", russian)):
        result = invoke(*arguments, lang=lang)
        assert result.exit_code == 2
        assert words in result.stderr
        assert "Traceback" not in result.output


def test_with_json_an_error_is_an_object():
    result = invoke("member", "ann", "--store", "redis://x", "--json")
    assert json.loads(result.stdout)["error"]["code"] == "store/url"


def test_help_is_there_in_both_languages():
    english, russian = invoke("--help"), invoke("--help", lang="ru")
    assert "Usage: loyaltykit" in english.stdout
    assert "Запуск: loyaltykit" in russian.stdout
    for name in ("demo", "init", "check", "test", "run", "member", "explain", "schema"):
        assert f"  {name} " in english.stdout
        page = invoke(name, "--help", lang="ru")
        assert page.exit_code == 0
        assert "help/" not in page.stdout + invoke(name, "--help").stdout
        assert "Показать эту справку" in page.stdout


def test_every_word_is_there_in_both_languages_with_the_same_arguments():
    for code, (english, russian) in WORDS.items():
        assert english, code
        assert russian, code
        if not code.startswith("count/"):
            assert sorted(_names(english)) == sorted(_names(russian)), code
        else:
            assert (english.count("|"), russian.count("|")) == (1, 2), code


def _names(template):
    return {part.partition("}")[0] for part in template.split("{")[1:]}


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ru_RU.UTF-8"}, "ru"),
        ([], {"LC_ALL": "en_US.UTF-8", "LANG": "ru_RU.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LANG": "ru_RU.UTF-8"}, "ru"),
        (["check", "--lang", "ru"], {"LANG": "en"}, "ru"),
        (["--lang=en"], {"LANG": "ru"}, "en"),
    ],
)
def test_the_language_comes_from_the_option_or_the_environment(arguments, environment, lang):
    assert language(arguments, environment) == lang


def test_counted_things_take_their_form():
    assert [count("ru", number, "rule") for number in (1, 2, 5, 11, 21, 22, 112)] == [
        "1 правило", "2 правила", "5 правил", "11 правил", "21 правило", "22 правила", "112 правил",
    ]  # fmt: skip
    assert count("en", 1_234, "rule") == "1,234 rules"
    assert figure("ru", 1_234_567) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"
