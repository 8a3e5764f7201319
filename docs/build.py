"""Writes docs/reference: ``python -m docs.build``, from the root of the checkout. With ``--check`` nothing is written.

The pages come from templates in docs/source, and from the models, docstrings, help pages and words of the library.
Exit code 1 when ``--check`` finds a page that is not what would be written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docs.source import advice, api, codes, commands, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DOCS = Path(__file__).parent
PAGES = ("program", "python", "churn", "cli", "problems", "lint")
_LINE = re.compile(r"^<!-- (advice|keys|api|features|help|codes|exceptions)(?:: (.*))? -->$", re.MULTILINE)
_WRITERS: dict[str, Callable[[str], str]] = {
    "advice": advice.family,
    "keys": keys.table,
    "api": api.entry,
    "features": api.features,
    "help": commands.help_page,
    "codes": codes.words,
    "exceptions": codes.exceptions,
}


def page(name: str) -> str:
    """The text of a page of the reference."""
    template = (DOCS / "source" / f"{name}.md").read_text("utf-8")
    text = _LINE.sub(lambda found: _WRITERS[found[1]](found[2] or "").rstrip("\n"), template)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


def place(name: str) -> Path:
    """Where a page of the reference is."""
    return DOCS / "reference" / f"{name}.md"


def outdated() -> list[str]:
    """The pages that are not what would be written."""
    return [name for name in PAGES if not place(name).exists() or place(name).read_text("utf-8") != page(name)]


def main(arguments: Sequence[str]) -> int:
    """Write what is outdated, or only say it."""
    names, only_check = outdated(), "--check" in arguments
    for name in names:
        if not only_check:
            place(name).write_text(page(name), "utf-8")
        sys.stdout.write(f"docs/reference/{name}.md {'is out of date' if only_check else 'written'}\n")
    return 1 if names and only_check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
