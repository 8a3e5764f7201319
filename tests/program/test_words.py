"""Every code that the program document's checks use has words in both languages, with the same arguments."""

import re
import string
from pathlib import Path

import pytest

import loyaltykit.program
from loyaltykit.program.names import SECTIONS
from loyaltykit.wording import WORDS

ROOT = Path(loyaltykit.program.__file__).parent
SOURCES = [*ROOT.glob("*.py"), *(ROOT.parent / "templates").glob("*.py")]
USED = {
    code for path in SOURCES for code in re.findall(r'"((?:document|message|hint)/[a-z-]+)"', path.read_text("utf-8"))
}
USED |= {
    f"document/unknown-{kind}"
    for kind in (*SECTIONS, "rule", "event", "step", "field", "event-field", "attribute", "tier")
}
USED -= {"message/render"}  # an exception's code, not a finding's


def arguments(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", sorted(USED))
def test_a_code_has_words(code):
    english, russian = WORDS[code]
    assert arguments(english) == arguments(russian)
    assert re.search("[а-яё]", russian)


def test_no_words_without_a_use():
    assert {code for code in WORDS if code.startswith(("document/", "message/"))} - USED - used_elsewhere() == set()


def used_elsewhere():
    rooms = ROOT.parent.rglob("*.py")
    return {
        code
        for path in rooms
        if path.parent.name != "wording"
        for code in re.findall(r"(?:document|message)/[a-z-]+", path.read_text("utf-8"))
    }
