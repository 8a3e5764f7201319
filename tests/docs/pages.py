"""What the tests of the documentation share: the pages, their fenced blocks, links and headings."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"( *)(```+)([\w+-]*) *(.*)")
_COMMENT = re.compile(r" *<!-- (.*?) -->")
_HEADING = re.compile(r"(#{1,6}) +(.+)")
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?\)")
_CODE = re.compile(r"`[^`]*`")


class Block(NamedTuple):
    """A fenced block, and the HTML comment above it."""

    page: Path
    line: int
    """Of its first line of text, from 1."""
    lang: str
    text: str
    note: str = ""

    @property
    def place(self):
        return f"{name(self.page)}:{self.line}"


def name(page):
    return page.relative_to(ROOT).as_posix()


def pages():
    """Every page that people read. docs/source has what the reference is generated from."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    return sorted(page for page in found if "source" not in page.parts and "LICENSE" not in page.name)


def blocks(page):
    """The fenced blocks of a page, in order."""
    found, comment, lines = [], "", iter(enumerate(page.read_text("utf-8").splitlines(), start=1))
    for number, line in lines:
        fence = _FENCE.fullmatch(line)
        if fence is not None:
            indent, ticks, lang, _ = fence.groups()
            body = []
            for _, inner in lines:
                if inner.strip() == ticks:
                    break
                body.append(inner.removeprefix(indent))
            found.append(Block(page, number + 1, lang, "".join(f"{one}\n" for one in body), comment))
            comment = ""
        elif line.strip():
            note = _COMMENT.fullmatch(line)
            comment = note[1] if note is not None else ""
    return found


def prose(page):
    """The lines outside fenced blocks, with their numbers."""
    inside = ""
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        fence = _FENCE.fullmatch(line)
        if inside:
            inside = "" if line.strip() == inside else inside
        elif fence is not None:
            inside = fence[2]
        else:
            yield number, line


def headings(page):
    """(level, text) of every heading."""
    found = (_HEADING.fullmatch(line) for _, line in prose(page))
    return [(len(match[1]), match[2]) for match in found if match is not None]


def links(page):
    """(line, target) of every link that is not on the web."""
    for number, line in prose(page):
        for target in _LINK.findall(_CODE.sub("", line)):
            if "://" not in target and not target.startswith("mailto:"):
                yield number, target


def anchors(page):
    """The anchors that GitHub makes of a page's headings."""
    return {anchor(text) for _, text in headings(page)}


def anchor(heading):
    """GitHub's anchor of a heading: small letters, hyphens for spaces, no punctuation."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
