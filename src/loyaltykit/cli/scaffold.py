"""A package for a new channel: its names, and its files by path."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.words import say
from loyaltykit.plugins.channel_maker import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.cli.words import Lang

_NAME = re.compile(r"[a-z]([a-z0-9]|-(?=[a-z0-9])){0,30}")
_LONGEST = 31
_PREFIX = "loyaltykit-"
_FILES = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.{lang}.md",
    ".gitignore": "gitignore.txt",
    "src/{module}/__init__.py": "init.py.txt",
    "src/{module}/channel.py": "channel.py.txt",
    "src/{module}/py.typed": "",
    "tests/test_channel.py": "test_channel.py.txt",
}
"""By the path in the package the template; an empty file has none."""
_SAID = ("address", "longest", "attribute", "steps", "todo", "far-end")


@attrs.frozen(slots=True)
class Names:
    """All the names of a channel's package, from the channel's own."""

    channel: str

    @property
    def package(self) -> str:
        """As pip knows it (PEP 503)."""
        return f"{_PREFIX}{self.channel}"

    @property
    def module(self) -> str:
        """As Python imports it."""
        return self.package.replace("-", "_")

    @property
    def kind(self) -> str:
        """The adapter's class."""
        return "".join(part.capitalize() for part in self.channel.split("-"))

    @property
    def attribute(self) -> str:
        """The member attribute with the address."""
        return self.channel.replace("-", "_")


def named(text: str) -> Names | None:
    """The names for a channel that is called so; None when no channel can be."""
    name = text.removeprefix(_PREFIX)
    return Names(name) if _NAME.fullmatch(name) and name not in RESERVED else None


def is_reserved(text: str) -> bool:
    """Whether it is the name of a channel of the library's own, or of something else in a channel file."""
    return text.removeprefix(_PREFIX) in RESERVED


def nearest_free(text: str) -> str:
    """The name most like it that a channel can have."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).removeprefix(_PREFIX).strip("-")
    if name in RESERVED or not name[:1].isalpha():
        name = f"our-{name or 'channel'}"
    return name[:_LONGEST].rstrip("-")


def files_of(names: Names, lang: Lang) -> dict[str, str]:
    """The text of each file of the package, by its path in it."""
    words = {
        "name": names.channel,
        "module": names.module,
        "class": names.kind,
        "attribute": names.attribute,
        "variable": names.attribute.upper(),
        "lines": _template("lines.txt").rstrip("\n"),
    }
    words |= {f"say-{key}": say(lang, f"new-channel/{key}", module=names.module) for key in _SAID}
    return {
        path.format(module=names.module): _filled(_template(template.format(lang=lang)), words) if template else ""
        for path, template in _FILES.items()
    }


def _template(name: str) -> str:
    return resources.files("loyaltykit.cli").joinpath("templates", "channel", name).read_text(encoding="utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    return re.sub(rf"@({_any(words)})@", lambda found: words[found[1]], text)


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))
