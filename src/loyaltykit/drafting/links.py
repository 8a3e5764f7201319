"""Links and addresses, also those that hide: bare domains, spelled-out dots, handles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loyaltykit.drafting.folding import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

_ZONES = "|".join(
    "ру рф ком орг нет су инфо онлаин ио ми ru com org net io me info biz su by kz ua online school edu app dev ai co "
    "uk de xyz link site ly tv".split()
)
_NEVER_A_WORD = "ру|рф|ru|рус|орг|com|org|net"
_PLACES = (
    r"телеграм\w*|телега|телеге|telegram|тг|инстаграм\w*|instagram|вк|vk|whatsapp|ватсап|вотсап|viber|ваибер|discord|"
    r"youtube|ютуб|skype|скаип"
)
_ANY = rf"[\w{PLACEHOLDER}-]"
_NOT_A_ZONE = ("js",)

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\w*:/{2}\S*|/{2,}\w|:\\\\\S*",
        r"\bh(tt|xx)ps?\b|\bftp\b|\bwww\d?\b|\bmailto\b|\bxn-|\blocalhost\b|\btel:",
        r"\S*@\S*",
        rf"{_ANY}+(?:\.{_ANY}+)*\.(?P<zone>[^\W\d_]{{2,}}|xn-\S+|{PLACEHOLDER})",
        rf"\w+\s*\.\s+(?:{_NEVER_A_WORD})\b",
        rf"\w+\s+\.\s*(?:{_ZONES})\b",
        rf"\b(?:точка|тчк|дот|dot|тoчка)\s*[-.]?\s*(?:{_ZONES})\b",
        r"[\[({<]\s*(?:\.|dot|точка|тчк|at|собака|собачка|эт)\s*[\])}>]",
        r"\bсобак\w+\s+\S+\s+точка\b|\bсобачк\w+\s+\w+|\b\w+\s+at\s+\w+\s+dot\b",
        rf"\w,(?:{_NEVER_A_WORD})\b|\w(?:dot|точка)(?:{_NEVER_A_WORD}|ком|io)\b",
        r"[^\W_]+_[\w-]+",
        rf"\b(?:{_PLACES})\s*[:—-]\s*\w+",
        r"\b(?:слеш|слэш|slash)\b",
        r"\]\s*\(|\bhref\b|\bsrc\s*=",
        r"\b[a-z]+\.?[a-z]*/[a-z0-9_-]*\d[a-z0-9_-]*",
    )
)


def links(folded: str) -> Iterator[str]:
    """Everything in folded text that is a link, or can be read as one."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if match.groupdict().get("zone") not in _NOT_A_ZONE:
                yield " ".join(match.group().split())
