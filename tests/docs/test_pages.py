"""Every page runs: what it shows is what happens. How a block says what it is stands in playing.py."""

import pytest

from tests.docs.pages import ROOT, blocks, name, pages
from tests.docs.playing import Player, merged, shows

PAGES = [page for page in pages() if blocks(page) and name(page).startswith(("README", "docs/"))]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_blocks_of_a_page_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    player = Player("ru" if page.name.endswith(".ru.md") else "en")
    for block in blocks(page):
        player.play(block)


def test_the_pages_are_found():
    assert {ROOT / "README.md", ROOT / "README.ru.md", ROOT / "docs" / "tutorial.md"} <= set(PAGES)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a  \nb", True),
        ("a\n", "a\nb", False),
        ("recorded … events\n", "recorded 5 events", True),
        ("a\n…\nd\n", "a\nb\nc\nd", True),
        ("a\n…\nd\n", "a\nb\nc", False),
        ("a (b)\n", "a  (b)", False),
    ],
)
def test_an_ellipsis_stands_for_anything(shown, printed, same):
    assert shows(shown, printed) is same


def test_a_fragment_takes_the_place_of_a_section():
    program = "program: a\nevents:\n  x: {}\npoints: {xp: }\n"
    assert merged(program, "events: {y: {}}\nrules: []\n") == "program: a\nevents: {y: {}}\npoints: {xp: }\nrules: []\n"
