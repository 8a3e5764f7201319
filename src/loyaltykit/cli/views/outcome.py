"""The summary at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.words import count, figure, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.feed.quarantine import Quarantine
    from loyaltykit.cli.feed.recording import Outcome
    from loyaltykit.cli.words import Lang

_MOST = 8


def outcome_lines(outcome: Outcome, kept: Quarantine, lang: Lang) -> Iterator[str]:
    """What was recorded, what it brought, and what was odd, a line each; nothing that is zero."""
    yield say(
        lang,
        "run/recorded",
        events=count(lang, outcome.recorded, "event"),
        seconds=figure(lang, round(outcome.seconds, 1)),
        rate=figure(lang, outcome.rate),
    )
    if outcome.entries or outcome.effects:
        entries, effects = count(lang, outcome.entries, "entry"), count(lang, outcome.effects, "effect")
        yield say(lang, "run/brought", entries=entries, effects=effects)
    for name in ("duplicates", "late", "later"):
        number = getattr(outcome, name)
        if number:
            yield say(lang, f"run/{name}", events=count(lang, number, "event"))
    for name, what in (("silent", "row"), ("cp1251", "line"), ("twice", "time"), ("missing", "time")):
        if outcome.tables[name]:
            yield say(lang, f"run/{name}", number=count(lang, outcome.tables[name], what))
    if outcome.ignored_fields:
        fields = ", ".join(f"{name} ({figure(lang, seen)})" for name, seen in outcome.ignored_fields.most_common(_MOST))
        yield say(lang, "run/ignored", fields=fields)
    if outcome.rejected:
        yield say(lang, "run/rejected", number=figure(lang, outcome.rejected), path=kept.path)
        for code, number in kept.counts.most_common(_MOST):
            yield f"    {figure(lang, number)} × {code}"
