"""HTML as strictly as the Bot API reads it: a few tags, well nested, nothing else between angle brackets."""

from __future__ import annotations

import re

from loyaltykit.errors import LoyaltyError

_TAGS = frozenset("b strong i em u ins s strike del span tg-spoiler a code pre blockquote tg-emoji".split())
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[A-Za-z0-9-]*)(?P<rest>[^<>]*)>|&(?P<entity>#?\w+);|(?P<bare>[<>])")


def visible(source: str) -> str:
    """The text that is left when the tags are taken out. Raises LoyaltyError in the Bot API's own words."""
    found: list[str] = []
    nested: list[str] = []
    last = 0
    for token in _TOKEN.finditer(source):
        found.append(source[last : token.start()])
        last = token.end()
        if token["entity"] is not None:
            found.append(_entity(token["entity"]))
        elif token["bare"] == ">":
            found.append(">")
        else:
            _nest(nested, token, len(source[: token.start()].encode()))
    if nested:
        raise _unparsed(f'Can\'t find end tag corresponding to start tag "{nested[-1]}"')
    return "".join([*found, source[last:]]).strip()


def _nest(nested: list[str], token: re.Match[str], offset: int) -> None:
    tag = (token["tag"] or "").lower()
    if token["end"]:
        if not nested or nested[-1] != tag:
            raise _unparsed(f"Unmatched end tag at byte offset {offset}")
        nested.pop()
    elif tag not in _TAGS or token["rest"].endswith("/"):
        raise _unparsed(f'Unsupported start tag "{tag}" at byte offset {offset}')
    else:
        nested.append(tag)


def _entity(name: str) -> str:
    """What an entity stands for; others stay as they are written."""
    if number := re.fullmatch(r"#(\d{1,6})", name):
        return chr(int(number[1]))
    return _ENTITIES.get(name, f"&{name};")


def _unparsed(what: str) -> LoyaltyError:
    return LoyaltyError(f"Bad Request: can't parse entities: {what}", code="testing/html")
