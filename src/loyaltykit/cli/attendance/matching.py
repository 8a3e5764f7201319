"""Who of a list is which member: by e-mail, by a file that says so, by name only when asked."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.attendance.listing import Person, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNKNOWN, SEVERAL, NOTHING = "unknown", "several", "nothing-to-match"


@attrs.frozen
class Matched:
    """Members with their person, and who is none, with the reason."""

    members: tuple[tuple[str, Person], ...]
    unmatched: tuple[tuple[Person, str], ...]


def match(people: Iterable[Person], known: Mapping[str, Iterable[str]], told: Mapping[str, str], *, by: str) -> Matched:
    """Match people: `told` first (what somebody wrote down), then `known`, members by what they are matched by.

    Nobody is guessed: what fits several members fits none.
    """
    members, unmatched = [], []
    for one in people:
        keys = [plain(text) for text in (one.id, one.email, one.name) if text]
        named = next((told[key] for key in keys if key in told), None)
        asked = plain({"email": one.email, "name": one.name, "id": one.id}[by])
        found = sorted(set(known.get(asked, ()))) if asked else []
        if named is not None:
            members.append((named, one))
        elif len(found) == 1:
            members.append((found[0], one))
        else:
            unmatched.append((one, SEVERAL if found else UNKNOWN if asked else NOTHING))
    return Matched(tuple(members), tuple(unmatched))


def index(values: Iterable[tuple[str, object]]) -> dict[str, list[str]]:
    """Members by a value of theirs."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for member, value in values:
        if value:
            found[plain(str(value))].append(member)
    return dict(found)


def plain(text: str) -> str:
    """A text without what people write differently."""
    return " ".join(text.casefold().replace("ё", "е").split())


def read_people(path: Path) -> dict[str, str]:
    """A file with the columns `who` (an e-mail, a name, an id of the list) and `member`; rows without that are left."""
    text = text_of(path.read_bytes())
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(text.splitlines(), delimiter=separator)
    pairs = (((row.get("who") or "").strip(), (row.get("member") or "").strip()) for row in rows)
    return {plain(who): member for who, member in pairs if who and member}


def write_unmatched(path: Path, unmatched: Iterable[tuple[Person, str]]) -> None:
    """Write who is no member yet: fill in the column `member`, and give the file as the one that says who is who."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # with its mark: spreadsheets ask for it
        writer = csv.writer(file)
        writer.writerow(("who", "member", "name", "minutes", "reason"))
        for one, reason in unmatched:
            who = one.email or one.name or one.id
            writer.writerow((_tame(who), "", _tame(one.name), f"{one.total:g}", reason))


def _tame(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
