"""Texts as the Bot API takes them: its few HTML tags, well nested, and at most 4,096 characters to read."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from loyaltykit.channels.links import is_link

LONGEST = 4096
"""Of a message's text after its entities are taken out (Bot API, sendMessage), counted in UTF-16 units to be sure."""
_ELLIPSIS = "…"
_WORD = 64
"""How far back to look for the end of a word."""
_SAME = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s", "h1": "b", "h2": "b", "h3": "b", "h4": "b"}
_TAGS = frozenset({"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"})
_BREAKS = {"br": "\n", "p": "\n\n", "div": "\n", "ul": "\n", "ol": "\n", "li": "\n• ", "tr": "\n", "table": "\n"}
_BREAKS |= dict.fromkeys(("h1", "h2", "h3", "h4"), "\n\n")
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def from_text(text: str, limit: int = LONGEST) -> str:
    """Plain text, cut at a word and escaped."""
    return html.escape(cut(_CONTROLS.sub("", text).strip(), limit), quote=False)


def from_html(source: str, limit: int = LONGEST) -> str:
    """HTML with the Bot API's tags alone: others go and leave their text, paragraphs and items become lines."""
    writer = _Writer()
    writer.feed(_CONTROLS.sub("", source))
    writer.close()
    return writer.result(limit)


def cut(text: str, limit: int) -> str:
    """The text if it has no more than `limit` UTF-16 units (as messengers count), else its first words and …."""
    if _units(text) <= limit:
        return text
    room, end = limit - len(_ELLIPSIS), 0
    for end, char in enumerate(text):  # noqa: B007 - where the room ends is what is looked for
        room -= _units(char)
        if room < 0:
            break
    kept = text[:end]
    blank = max((kept.rfind(char) for char in " \n"), default=-1)
    if not text[end].isspace() and blank >= end - _WORD and blank > 0:
        kept = kept[:blank]
    return kept.rstrip() + _ELLIPSIS


def _units(text: str) -> int:
    """Length in UTF-16 code units, in which the Bot API counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Writer(HTMLParser):
    """Collects pieces: a text, or a tag opened or closed, so that cutting never cuts a tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self._break(tag)
        name = _SAME.get(tag, tag)
        if name not in _TAGS or name in self._open:
            return
        written = f"<{name}>"
        if name == "a":
            link = dict(attrs).get("href") or ""
            if not is_link(link):
                return
            written = f'<a href="{html.escape(link)}">'
        self._open.append(name)
        self._pieces.append(("open", written))

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        name = _SAME.get(tag, tag)
        if name in self._open:
            while (last := self._open.pop()) != name:
                self._pieces.append(("close", f"</{last}>"))
            self._pieces.append(("close", f"</{name}>"))
        if tag not in {"br", "li"}:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen and data:
            kept = data if "pre" in self._open else re.sub(r"\s+", " ", data)
            self._pieces.append(("text", kept))

    def _break(self, tag: str) -> None:
        if tag in _BREAKS and not self._unseen:
            self._pieces.append(("break", _BREAKS[tag]))

    def result(self, limit: int) -> str:
        """The pieces in one text; a tag that would hold nothing is left out by closing what was opened."""
        spoken = "".join(text for kind, text in _spaced(self._pieces) if kind == "text")
        if not spoken.strip():
            return ""
        room = len(cut(spoken, limit).removesuffix(_ELLIPSIS)) if _units(spoken) > limit else len(spoken)
        shortened, written, pending = room < len(spoken), list[str](), list[str]()
        for kind, text in _spaced(self._pieces):
            if kind == "open":
                written.append(text)
                pending.append(re.match(r"<([\w-]+)", text)[1])  # type: ignore[index]  # we wrote it
            elif kind == "close":
                written.append(text)
                pending.pop()
            else:
                written.append(html.escape(text[:room], quote=False))
                room -= min(room, len(text))
                if not room:
                    break
        ends = "".join(f"</{name}>" for name in reversed(pending))
        return "".join(written).rstrip() + (_ELLIPSIS if shortened else "") + ends


def _spaced(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Breaks as text: of neighbouring ones as many lines as the strongest has; no two blanks side by side."""
    found: list[tuple[str, str]] = []
    lines, mark, seen, blank = 0, "", False, True
    for kind, text in pieces:
        if kind == "break":
            lines, mark = max(lines, text.count("\n")), text.strip("\n") or mark
        elif kind != "text":
            if kind == "open" and (lines or mark):  # a tag begins on the line that its text is on
                found.append(("text", "\n" * (lines if seen else 0) + mark))
                lines, mark, blank = 0, "", True
            found.append((kind, text))
        elif said := text.lstrip(" ") if lines or blank else text:
            found.append(("text", "\n" * (lines if seen else 0) + mark + said))
            lines, mark, seen, blank = 0, "", True, said.endswith(" ")
    return found
