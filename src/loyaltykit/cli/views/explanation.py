"""Why something was given: the event, and below it everything that followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.output import faint, strong, tame
from loyaltykit.cli.views.member import kind_of
from loyaltykit.cli.words import say
from loyaltykit.ledger import whose
from loyaltykit.values import from_instant
from loyaltykit.wording.following import entry_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.explaining import Explanation
    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.values import Effect, Entry


def explanation_lines(why: Explanation, dress: Dressing) -> Iterator[str]:
    """The event, then a line for each entry and effect, and for each rule that did nothing the reason."""
    event = why.event
    if event is None:
        yield from map(tame, why.words)
        return
    yield f"{strong(tame(event.type))} {tame(event.id)} · {tame(why.member)} · {dress.moment(event.at)}"
    facts = ", ".join(f"{name}: {value}" for name, value in event.data.items())
    if facts:
        yield faint(f"  {tame(facts)}")
    if why.late:
        yield f"  {say(dress.lang, 'why/late')}"
    if why.voided:
        yield f"  {say(dress.lang, 'why/voided')}"
    for entry in why.entries:
        yield entry_line(entry, event.instant, dress)
    for effect in why.effects:
        yield _effect(effect, event.instant, dress)
    if not why.entries and not why.effects:
        yield f"  {say(dress.lang, 'why/nothing')}"
    for reason in why.reasons:
        if reason.telling or len(why.reasons) == 1:
            yield faint(f"  {tame(reason.words(dress.lang))}")


def entry_line(entry: Entry, instant: int, dress: Dressing) -> str:
    """A line of the ledger, as one of what followed at an instant."""
    unit = 10 ** dress.document.points[entry.point].decimals if entry.point in dress.document.points else 1
    amount = entry.amount if unit == 1 else entry.amount / unit
    sign = "+" if entry.amount > 0 else ""
    kind = say(dress.lang, entry_code(entry.kind, entry.amount))
    line = f"  {entry.mechanic}: {sign}{dress.amount(amount)} {dress.label('points', entry.point)} ({kind})"
    if entry.wanted is not None and entry.wanted != entry.amount:
        wanted = entry.wanted if unit == 1 else entry.wanted / unit
        line += f", {say(dress.lang, 'why/capped', amount=dress.amount(wanted))}"
    if (found := whose(entry)) is not None:
        line += f", {tame(say(dress.lang, 'why/lot', source=found[0], occurrence=found[1]))}"
    return line + _when(entry.at, instant, dress)


def _effect(effect: Effect, instant: int, dress: Dressing) -> str:
    step = effect.data.get("step")
    name = f"{effect.name} {step}" if step is not None else effect.name
    return f"  {effect.mechanic}: {kind_of(effect.kind, dress.lang)} {tame(name)}{_when(effect.at, instant, dress)}"


def _when(at: int, instant: int, dress: Dressing) -> str:
    return "" if at == instant else f" · {dress.moment(from_instant(at))}"
