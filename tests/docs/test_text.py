"""Links lead somewhere, two languages say the same, and no page knows the machine that it was written on."""

import re
from itertools import zip_longest

import pytest

from tests.docs.pages import ROOT, anchors, blocks, headings, links, name, pages, prose

PAGES = pages()
MEASURED = ROOT / "docs" / "explanation" / "performance.md"
"""`make bench BENCH_ARGS=--write` writes it: before the first measurement it is not there."""
PAIRS = [(page.with_name(page.name.replace(".ru.md", ".md")), page) for page in PAGES if page.name.endswith(".ru.md")]
_MACHINE = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|Users|var/folders)/|[A-Z]:\\\\Users")
_RUSSIAN = re.compile(r"[А-Яа-яЁё](?:[А-Яа-яЁё«»№ ,.!?—…-]*[А-Яа-яЁё»])?")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    broken = []
    for line, target in links(page):
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if place == MEASURED:
            continue
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            broken.append(f"{name(page)}:{line} {target}")
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_machine(page):
    lines = enumerate(page.read_text("utf-8").splitlines(), start=1)
    assert [f"{name(page)}:{number} {line}" for number, line in lines if _MACHINE.search(line)] == []


@pytest.mark.parametrize(("english", "russian"), PAIRS, ids=[name(russian) for _, russian in PAIRS])
def test_two_languages_have_the_same_headings(english, russian):
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(russian)]


@pytest.mark.parametrize(("english", "russian"), PAIRS, ids=[name(russian) for _, russian in PAIRS])
def test_two_languages_have_the_same_code(english, russian):
    for one, other in zip_longest(blocks(english), blocks(russian)):
        assert one is not None, f"{other.place}: only the Russian page has this block"
        assert other is not None, f"{one.place}: only the English page has this block"
        assert (one.lang, one.note) == (other.lang, other.note), f"{one.place} and {other.place}"
        if one.lang != "text":
            assert alike(one.text, other.text), f"{one.place} and {other.place}:\n{one.text}\n{other.text}"


def alike(english, russian):
    """The same code, but for comments, and for what the Russian one says in Russian."""
    both = zip_longest(english.splitlines(), russian.splitlines(), fillvalue="(no line)")
    return all(_alike(_code(one), _code(other)) for one, other in both)


def _code(line):
    line = re.sub(r"(^|\s+)# .*", "", line).replace(" --lang ru", "").rstrip()
    return re.sub(r"""\b(?:en|ru)(?=: [{"'])|(?<=\")(?:en|ru)(?=\")""", "LANG", line)


def _alike(english, russian):
    """Every run of Russian words stands for some words in English; spaces do not matter."""
    parts = [re.escape(re.sub(r"\s+", "", part)) for part in _RUSSIAN.split(russian)]
    return re.fullmatch(".+?".join(parts), re.sub(r"\s+", "", english)) is not None


@pytest.mark.parametrize(
    ("english", "russian", "same"),
    [
        ("steps: {Newcomer: 0, Expert: 9}", "steps: {Новичок: 0, Знаток: 9}", True),
        ("a: 1  # one", "a: 1      # один", True),
        ("a: 1", "a: 2", False),
        ("{xp: 5, label: Days in a row}", "{xp: 5, label: Дни подряд}", True),
        ("{xp: 5, label: Days in a row}", "{xp: 6, label: Дни подряд}", False),
        ("{en: {text: Hello}}", "{ru: {text: Привет}}", True),
        ("a\nb", "a", False),
    ],
)
def test_code_is_alike_up_to_words(english, russian, same):
    assert alike(english, russian) is same


def test_both_readmes_are_a_pair():
    assert (ROOT / "README.md", ROOT / "README.ru.md") in PAIRS


@pytest.mark.parametrize("readme", ["README.md", "README.ru.md"])
def test_a_readme_lists_every_page_and_example_once(readme):
    listed = [target for _, target in _listed(ROOT / readme)]
    pages = [path for room in ("how-to", "reference", "explanation") for path in (ROOT / "docs" / room).glob("*.md")]
    assert [name(page) for page in pages if page != MEASURED and listed.count(name(page)) != 1] == []
    examples = [
        f"examples/{path.name}/" for path in (ROOT / "examples").iterdir() if path.is_dir() and path.name[0] != "_"
    ]
    assert [example for example in examples if sum(target.startswith(example) for target in listed) != 1] == []


def _listed(readme):
    start = next(line for line, text in prose(readme) if text in ("## Documentation", "## Документация"))
    return [(line, target) for line, target in links(readme) if line > start]


def test_the_architecture_names_what_is_there():
    page = ROOT / "docs" / "explanation" / "architecture.md"
    wrong = []
    for line in (line for _, line in prose(page)):
        for file, thing in re.findall(r"`([a-z_/]+\.py)`(?:: `(\w+)`)?", line):
            places = [ROOT / "src" / "loyaltykit" / file, ROOT / "src" / "loyaltykit" / "rules" / "compile" / file]
            found = next((place for place in (*places, ROOT / file) if place.exists()), None)
            text = found.read_text("utf-8") if found is not None else ""
            if found is None or (thing and not re.search(rf"(def|class) {thing}\b", text)):
                wrong.append(f"{file} {thing}")
    assert wrong == []


def test_the_architecture_names_every_room():
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    rooms = [
        path for path in (ROOT / "src" / "loyaltykit").iterdir() if path.name.isidentifier() or path.suffix == ".py"
    ]
    names = [path.name if path.suffix else f"{path.name}/" for path in rooms if not path.name.startswith("__")]
    assert [name for name in names if f"\n{name}" not in text] == []
