"""What a text states by itself: numbers, prices, promises, dates, links, each with the words around it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from loyaltykit.drafting import english, russian
from loyaltykit.drafting.folding import PLACEHOLDER, STOP, fold, line, skeleton, strange_letters, tokens
from loyaltykit.drafting.links import links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STEM = 4
_SPELLED_OUT = 4
_ROMAN = re.compile(r"\b(?=[IVXLCDMХ]{2})[MМ]{0,3}(CM|CD|D?C{0,3})([XХ]C|[XХ]L|L?[XХ]{0,3})(I[XХ]|IV|V?I{0,3})\b")
_NOT_ROMAN = frozenset("CD CV CC DI CI MI MC MD DC MIX DIV DIM DM VI LI XL XXL CIV MV LC".split())
_SMALL_ROMAN = re.compile(r"\b(ii|iii|iv|vii|viii|ix|xi|xii|xiii|xiv|xv|xvi|xvii|xviii|xix|xx|xxi)\b")
_UNMISTAKABLE = re.compile("бесплатн|гарантир|гаранти[яюе]|обещаем|безвозмездн|трудоустро|guarant|discount|unlimited")
_MONEY_PICTURES = frozenset("💰💵💴💶💷💸🤑💲🪙💳🏷🆓")
_NUMBER_PICTURES = frozenset("💯🔟🔢")


class Invention(NamedTuple):
    """Something stated: what kind of thing, and the words with those beside them."""

    code: str
    found: str
    beside: tuple[str, ...] = ()


@lru_cache(maxsize=200)
def inventions(texts: tuple[str, ...], locale: str) -> frozenset[Invention]:
    """Everything that readings of one text state; `texts` are the text with its placeholders read in several ways."""
    return frozenset(one for text in texts for one in _of_text(text, locale))


def _of_text(text: str, locale: str) -> Iterator[Invention]:
    folded = fold(text)
    yield from (Invention("draft/letters", word) for word in strange_letters(text))
    yield from (Invention("draft/link", link) for link in links(folded))
    yield from _figures(text, folded)
    plain = tokens(folded)
    joined = tokens(re.sub(r"(?<=[^\W\d_])[^\w\s" + PLACEHOLDER + r"]+(?=[^\W\d_])", "", folded))
    for words in dict.fromkeys((plain, joined, skeleton(plain, locale))):
        yield from _in_words(words)
    yield from _spelled_out(plain)
    letters = re.sub(r"[\W\d_]+", "", folded)
    yield from (
        Invention("draft/hidden", match.group()) for match in _UNMISTAKABLE.finditer(letters) if _hidden(match, plain)
    )


def _hidden(match: re.Match[str], words: Sequence[str]) -> bool:
    """Whether an unmistakable stem is in no single word: then it was split to be overlooked."""
    return not any(match.group() in word for word in words)


def _figures(text: str, folded: str) -> Iterator[Invention]:
    """Numbers in figures of any script, in circles, in Roman letters, in pictures."""
    wide = unicodedata.normalize("NFKC", text)
    for char in {*text, *wide}:
        if char in _NUMBER_PICTURES or (unicodedata.category(char) in ("Nl", "No")) or _odd_digit(char):
            yield Invention("draft/number", char)
        if char in _MONEY_PICTURES:
            yield Invention("draft/price", char)
    for match in _ROMAN.finditer(wide):
        if match.group() and match.group().replace("Х", "X") not in _NOT_ROMAN:
            yield Invention("draft/number", match.group())
    yield from (Invention("draft/number", match.group()) for match in _SMALL_ROMAN.finditer(folded))
    glued = re.findall(rf"\d+{PLACEHOLDER}|{PLACEHOLDER}\d+", folded)
    yield from (Invention("draft/number", one) for one in glued)


def _odd_digit(char: str) -> bool:
    return not char.isascii() and char.isnumeric() and unicodedata.category(char) != "Lo"


def _in_words(words: tuple[str, ...]) -> Iterator[Invention]:
    for place, word in enumerate(words):
        if word.isdecimal():
            yield Invention("draft/number", word, ("", _next(words, place)))
        elif unicodedata.category(word[0]) == "Sc" or word == "%":
            yield Invention("draft/price", word, (_before(words, place), _next(words, place)))
    whole = line(words)
    for code, pattern in _patterns():
        for match in pattern.finditer(whole):
            around = (whole[: match.start()].split(), whole[match.end() :].split())
            before = _stem(around[0][-1]) if around[0] else ""
            after = _stem(around[1][0]) if around[1] else ""
            yield Invention(code, match.group(), ("" if code == "draft/number" else before, after))


def _spelled_out(words: tuple[str, ...]) -> Iterator[Invention]:
    """Letters one by one, so that nobody finds the word."""
    run: list[str] = []
    for word in (*words, ""):
        if len(word) == 1 and word.isalpha():
            run.append(word)
        elif word != STOP:
            if len(run) >= _SPELLED_OUT:
                yield Invention("draft/hidden", " ".join(run))
            run = []


def _before(words: Sequence[str], place: int) -> str:
    return _stem(words[place - 1]) if place else ""


def _next(words: Sequence[str], place: int) -> str:
    return _stem(words[place + 1]) if place + 1 < len(words) else ""


def _stem(word: str) -> str:
    """The part of a word that its endings leave alone, roughly."""
    return word[:_STEM] if len(word) > _STEM else word


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for words in (russian, english):
        meanings = {name: "|".join(rows.split("\n")).strip("|") for name, rows in words.MACROS.items()}
        meanings["FACT"] = PLACEHOLDER
        macro = re.compile("|".join(meanings))
        for code, rows in (
            ("draft/number", words.NUMBERS),
            ("draft/price", words.PRICES),
            ("draft/promise", words.PROMISES),
            ("draft/deadline", words.DEADLINES),
        ):
            for row in rows.split("\n"):
                if row:
                    full = macro.sub(lambda match, meanings=meanings: meanings[match.group()], row)  # type: ignore[misc]
                    found.append((code, re.compile(f"(?<= )(?:{full})(?= )")))
    return tuple(found)
