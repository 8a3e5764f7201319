"""What a campaign brings, from the store's own exposures: learned beside the churn model, and kept like it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.app.chosen_model import Chosen, model_row, read_back
from loyaltykit.churn.gain import Exposed, Learned, learn

if TYPE_CHECKING:
    from loyaltykit.app.journal import Journal
    from loyaltykit.churn.history import History
    from loyaltykit.churn.roles import Roles
    from loyaltykit.program.churn import Churn
    from loyaltykit.store import Store
    from loyaltykit.store.rows import EffectRow

PAGE = 5_000
MOST = 20_000
"""A gain is learned from at most so many exposures, the newest."""
_ARMS = {"treated": True, "withheld": False}


def exposures(store: Store, campaign: str, *, before: int) -> list[tuple[int, int, bool]]:
    """Each member's first exposure to a campaign: number, instant, whether treated. Of very many the newest."""
    first: dict[int, tuple[int, bool]] = {}
    last = store.last_member()
    for after in range(0, last, PAGE):
        for row in store.effects_of(f"campaigns.{campaign}", "exposure", after=after, to=min(last, after + PAGE)):
            arm = _arm(row)
            if row.at < before and arm is not None and (row.member not in first or row.at < first[row.member][0]):
                first[row.member] = (row.at, arm)
    newest = sorted(first, key=lambda member: first[member][0], reverse=True)[:MOST]
    return [(member, *first[member]) for member in sorted(newest)]


def _arm(row: EffectRow) -> bool | None:
    """Whether the member was treated; None for who is in the program's own control group."""
    return _ARMS.get(json.loads(row.data)["arm"])


def learn_gain(
    journal: Journal,
    choice: Chosen,
    history: History,
    roles: Roles,
    exposed: list[tuple[int, int, bool]],
    *,
    at: int,
) -> bool:
    """Learn what the program's campaign brings, and keep it; False where too little is known."""
    churn = journal.engine.program.document.churn
    if churn.gain is None:
        return False
    member, moment, treated = zip(*exposed, strict=True) if exposed else ((), (), ())
    found = learn(
        choice.make,
        history,
        roles,
        Exposed(member=[str(number) for number in member], at=moment, treated=treated),
        at=at,
        horizon=churn.horizon.micros,
        label=churn.label,
    )
    if found is None:
        return False
    said = json.dumps({"exposures": found.rows, "ranges": found.ranges})
    with journal.writing() as work:
        for name, model in zip(names_of(churn, choice), (found.treated, found.control), strict=True):
            work.store.add_model(model_row(model, name=name, at=at, report=said))
    return True


def kept_gain(store: Store, churn: Churn, choice: Chosen, *, at: int) -> Learned | None:
    """What was learned last at or before an instant; None when nothing was."""
    if churn.gain is None:
        return None
    treated, control = (store.model(name, until=at) for name in names_of(churn, choice))
    if treated is None or control is None:
        return None
    said, models = json.loads(treated.report), [read_back(row, choice) for row in (treated, control)]
    if models[0] is None or models[1] is None:
        return None
    return Learned(
        treated=models[0],
        control=models[1],
        ranges={name: (least, most) for name, (least, most) in said["ranges"].items()},
        rows=said["exposures"],
    )


def names_of(churn: Churn, choice: Chosen) -> tuple[str, str]:
    """What the two models are kept under."""
    campaign = churn.gain.campaign if churn.gain is not None else ""
    return f"gain/{campaign}/{choice.id}/treated", f"gain/{campaign}/{choice.id}/withheld"
