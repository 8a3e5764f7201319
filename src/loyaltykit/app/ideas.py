"""Ideas as the store keeps them and as people see them; what they say, and what is said of them in words of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.facts import tame
from loyaltykit.rules.ideas import PROPOSED
from loyaltykit.store.rows import IdeaRow
from loyaltykit.values import from_instant
from loyaltykit.views import IdeaView

if TYPE_CHECKING:
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.store import Store
    from loyaltykit.values import Effect

IDEA = "idea"
"""The kind of what is said."""
_WORDS = {
    ("author", "accepted"): {
        "en": ("Your idea is accepted", "You proposed: {text} We take it on. Thank you!"),
        "ru": ("Ваша идея принята", "Вы предложили: {text} Берёмся! Спасибо за идею."),
    },
    ("author", "done"): {
        "en": ("You proposed, we did", "{text} It is done. Thank you for the idea!"),
        "ru": ("Вы предложили — мы сделали", "{text} Готово. Спасибо за идею!"),
    },
    ("author", "declined"): {
        "en": ("About your idea", "You proposed: {text} We have decided not to do it. Thank you for telling us."),
        "ru": ("О вашей идее", "Вы предложили: {text} Мы решили этого не делать. Спасибо, что написали."),
    },
    ("voter", "accepted"): {
        "en": ("An idea that you support is accepted", "You supported: {text} We take it on."),
        "ru": ("Идея, которую вы поддержали, принята", "Вы поддержали: {text} Берёмся!"),
    },
    ("voter", "done"): {
        "en": ("You voted, we did", "You supported: {text} It is done. Thank you for your vote!"),
        "ru": ("Вы голосовали — мы сделали", "Вы поддержали: {text} Готово. Спасибо за голос!"),
    },
}
_QUOTED = {"en": "“{}”", "ru": "«{}»"}


def carry_out(work: Work, hand: Hand, effect: Effect) -> None:
    """Write what an effect says of an idea, or of a vote for one."""
    data = effect.data
    work.write_rows()  # the member may be new
    if effect.kind == "support":
        work.store.put_support(data["idea"], hand.number, data["weight"])
        return
    first = work.store.idea(data["idea"])
    since = effect.at if first is None else first[1].since
    by, note = data.get("by"), data.get("note")
    work.store.put_ideas([IdeaRow(data["idea"], hand.number, data["state"], since, effect.at, by, note)])


def with_text(store: Store, effect: Effect) -> Effect:
    """The effect with what the idea says that it is about; as it is when it is about none, or that was erased."""
    about = effect.data.get("idea")
    if not isinstance(about, dict):
        return effect
    text = store.said(IDEA, [about["id"]]).get(about["id"])
    return attrs.evolve(effect, data={**effect.data, "idea": {**about, "text": text}})


def idea_words(effect: Effect, *wanted: str | None) -> tuple[str, str]:
    """Subject and text of what author or voters are told."""
    about = effect.data["idea"]
    found = _WORDS.get((about["role"], about["state"]), _WORDS["voter", "done"])
    russian = str(next((one for one in wanted if one), "en")).lower().startswith("ru")
    lang = "ru" if russian else "en"
    subject, text = found[lang]
    said = about.get("text")
    quoted = _QUOTED[lang].format(tame(said, lines=True)) if said else "…"
    note = tame(about["note"], lines=True) if about.get("note") else ""
    return subject, text.format(text=quoted) + (f"\n\n{note}" if note else "")


def views(store: Store, *, state: str | None = None, top: int | None = None) -> tuple[IdeaView, ...]:
    """Ideas, those with more weight behind them first; hidden counts count nothing, and order by time."""
    rows, tallies = store.ideas(state), store.tallies()
    texts = store.said(IDEA, [row.id for _, row in rows])
    found = [_view(member, row, tallies.get(row.id, (0, 0.0)), texts.get(row.id)) for member, row in rows]
    found.sort(key=lambda idea: (-(idea.weight or 0), idea.since, idea.id))
    return tuple(found[:top])


def _view(member: str, row: IdeaRow, tally: tuple[int, float], text: str | None) -> IdeaView:
    votes, weight = tally
    from loyaltykit.insight.cells import LEAST  # with the statistics: the root is imported without them

    few = 0 < votes < LEAST
    return IdeaView(
        id=row.id,
        member=member,
        text=text,
        state=row.state,
        since=from_instant(row.since),
        changed=None if row.state == PROPOSED else from_instant(row.at),
        votes=None if few else votes,
        weight=None if few else weight,
        by=row.doer,
        note=row.note,
    )
