"""Text as a reader takes it in: without what cannot be seen, in one case, look-alike letters made one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PLACEHOLDER = "\ue000"
"""Stands for a fact that is filled in later; `clean` takes it out of what somebody wrote."""
STOP = "|"
"""Stands for the end of a sentence."""

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_TO_CYRILLIC = str.maketrans("abcehkmoptxy", "авсенкмортху")
_TO_LATIN = str.maketrans("авсенкмортху", "abcehkmoptxy")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[.!?;:\n…]|[^\w\s]")
_SHORT = re.compile(r"\b(т)\. ?(е|д|п|к|ч|н)\.", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without control characters and marks that nobody sees; joiners stay between pictures."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    kept = []
    for number, char in enumerate(text):
        kind = unicodedata.category(char)
        if char == "\u200d" and number and unicodedata.category(text[number - 1]) in ("So", "Mn", "Sk"):
            kept.append(char)
        elif char == "\n" or kind not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            kept.append(char if char not in "\u115f\u1160\u3164\uffa0\u034f\u2800" else "")
    return "".join(kept)


def fold(text: str) -> str:
    """One spelling of what reads the same: NFKC, one case, no accents (й is и, ё is е), plain dashes and dots."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(char for char in unicodedata.normalize("NFD", wide) if unicodedata.category(char) != "Mn")
    bare = "".join("" if unicodedata.category(char) == "Cf" else char for char in bare)
    return unicodedata.normalize("NFKC", re.sub("[‐‑‒–—―−]", "-", re.sub("[。｡．․‧·•∙⋅]", ".", bare)))


@lru_cache(maxsize=500)
def tokens(folded: str) -> tuple[str, ...]:
    """Words, runs of digits, signs that mean something; the ends of sentences as `STOP`."""
    found = []
    for sign in _TOKEN.findall(_SHORT.sub(r"\1\2", folded)):
        if sign[0] in ".!?;:\n…":
            found.append(STOP)
        elif sign.isalnum() or sign == PLACEHOLDER or unicodedata.category(sign) in ("Sc", "So") or sign in "%@":
            found.append(sign)
    return tuple(found)


def line(words: tuple[str, ...]) -> str:
    """Tokens as one line, one space between them and around."""
    return f" {' '.join(words)} "


def skeleton(words: tuple[str, ...], locale: str) -> tuple[str, ...]:
    """Words that could be read in the other alphabet (CTO in a Russian text), in the alphabet of the language."""
    if locale.startswith("ru"):
        return tuple(_read(word, _LATIN, "abcehkmoptxy", _TO_CYRILLIC) for word in words)
    return tuple(_read(word, _CYRILLIC, "авсенкмортху", _TO_LATIN) for word in words)


def _read(word: str, script: re.Pattern[str], alike: str, table: dict[int, int]) -> str:
    return word.translate(table) if script.match(word) and not set(word) - set(alike) else word


def strange_letters(text: str) -> list[str]:
    """Letters of alphabets that are neither Latin nor Russian, and words that mix the two."""
    wide = unicodedata.normalize("NFKC", text)
    found = []
    for word in re.findall(r"[^\W\d_]+", wide):
        bare = "".join(char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char) != "Mn")
        other = [char for char in bare if not (_CYRILLIC.match(char) or _LATIN.match(char))]
        if other or (_CYRILLIC.search(bare) and _LATIN.search(bare)):
            found.append(word)
    return found
