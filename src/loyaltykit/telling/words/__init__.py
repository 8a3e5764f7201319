"""The words of a program's sentences, in English and Russian: ``code: (english, russian)``.

A count has its forms apart at bars: English one and other; Russian one, few, many and other (2.5).
"""

from loyaltykit.telling.words.expressions import WORDS as EXPRESSIONS
from loyaltykit.telling.words.mechanics import WORDS as MECHANICS
from loyaltykit.telling.words.promises import WORDS as PROMISES
from loyaltykit.telling.words.usual import WORDS as USUAL

WORDS: dict[str, tuple[str, str]] = {**EXPRESSIONS, **MECHANICS, **PROMISES, **USUAL}

__all__ = ["WORDS"]
