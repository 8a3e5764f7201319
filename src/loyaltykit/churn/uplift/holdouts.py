"""From the record of who was treated and who was withheld to the rows that a model of uplift learns from.

Everybody counts once, by their first exposure, in the arm that chance put them in, whether or not a message ever
reached them; and only those whose time is up. It is what `insight.measure` counts, row by row, with features beside it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Ints, Panel

    Bools = npt.NDArray[np.bool_]

Direction = Literal["less", "more"]
"""What is hoped for of the outcome: less of it, as with churn, or more, as with visits."""
Status = Literal["ok", "too-few"]

LEAST = 30
"""Members that an arm needs."""
LEAST_OF_EACH = 5
"""Of these, so many at least with the outcome, and so many without."""
_STALE = dt.timedelta(days=7)
_WORDS = {
    "en": "Too few to learn from: {treated} treated and {control} withheld; each needs {least} members, {each} of them "
    "with the outcome and {each} without.",
    "ru": "Данных пока мало: получили сообщение {treated}, в контрольной группе {control}; в каждой группе нужно "
    "не меньше {least} человек, из них хотя бы {each} с исходом и {each} без него.",
}


@attrs.frozen(slots=True, eq=False, kw_only=True)
class UpliftPanel:
    """An experiment with features: a labelled panel, and who of its rows was treated.

    `panel.y` is the outcome, 1.0 where it happened; `direction` says whether that is hoped for. Raises ValueError for
    a panel without a label, and for another number of flags.
    """

    panel: Panel
    treated: Bools
    direction: Direction = "less"
    immature: tuple[int, int] = (0, 0)
    """Treated and withheld members who were left out: their outcome is not known yet."""
    unknown: tuple[int, int] = (0, 0)
    """Treated and withheld members who were left out: the panel has no row of theirs from before the exposure."""
    both: tuple[str, ...] = ()
    """Members with exposures in both arms, sorted. They count in the arm of their first; there should be none."""

    def __attrs_post_init__(self) -> None:
        if self.treated.shape != (len(self.panel),) or self.treated.dtype != bool:
            raise ValueError(
                f"{len(self.panel)} rows need {len(self.panel)} flags, true or false: {self.treated.shape}"
            )
        if self.direction not in {"less", "more"}:
            raise ValueError(f"of an outcome “less” or “more” is hoped for: {self.direction}")
        _ = self.panel.labels

    def __len__(self) -> int:
        """How many rows."""
        return len(self.panel)

    @property
    def outcome(self) -> Floats:
        """1.0 where it happened."""
        return self.panel.labels

    @property
    def benefit(self) -> Floats:
        """1.0 where what is hoped for happened: for churn, that the member stayed. Curves and figures take this."""
        return self.outcome if self.direction == "more" else 1 - self.outcome

    @property
    def status(self) -> Status:
        """``too-few`` when an arm is too small for any figure: see LEAST and LEAST_OF_EACH."""
        for arm in (self.treated, ~self.treated):
            happened, members = float(self.outcome[arm].sum()), int(arm.sum())
            if members < LEAST or not LEAST_OF_EACH <= happened <= members - LEAST_OF_EACH:
                return "too-few"
        return "ok"

    def words(self, lang: str) -> str:
        """What keeps anything from being learnt, in English (`en`) or Russian (`ru`); empty when nothing does."""
        if self.status == "ok":
            return ""
        treated = int(self.treated.sum())
        counts = {"treated": treated, "control": len(self) - treated, "least": LEAST, "each": LEAST_OF_EACH}
        return _WORDS["ru" if lang == "ru" else "en"].format(**counts)

    def take(self, rows: npt.NDArray[np.intp] | Bools) -> UpliftPanel:
        """Some of the rows, by number or by a mask."""
        return attrs.evolve(self, panel=self.panel.take(rows), treated=self.treated[rows])


def outcomes(
    member: npt.ArrayLike,
    instant: npt.ArrayLike,
    seen: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    within: dt.timedelta,
    as_of: int,
    silence: bool = False,
) -> Floats:
    """For each exposure 1.0 if the member was seen in (instant, instant + within], else 0.0; with `silence` reversed.

    `seen` has members and instants of what counts: of activity, or of the event that is hoped for. Instants are
    microseconds since 1970, UTC. NaN: the time is not up at `as_of`, also for who was seen already, or the slow ones
    would be missing. Raises ValueError for a `within` that is not positive.
    """
    if within <= dt.timedelta(0):
        raise ValueError(f"an outcome needs some time: {within}")
    span = within // dt.timedelta(microseconds=1)
    at, seen_at = _instants(instant), _instants(seen[1])
    codes, seen_codes = _coded(_names(member), _names(seen[0]))
    times = np.unique(np.concatenate([at, at + span, seen_at]))
    keys = np.sort(_key(seen_codes, seen_at, times))
    until, since = (np.searchsorted(keys, _key(codes, when, times), side="right") for when in (at + span, at))
    found = (until > since) != silence
    return np.where(at + span <= as_of, found.astype(np.float64), np.nan)


def uplift_panel(
    panel: Panel,
    *,
    member: npt.ArrayLike,
    instant: npt.ArrayLike,
    arm: npt.ArrayLike,
    outcome: npt.ArrayLike,
    direction: Direction = "less",
    stale: dt.timedelta = _STALE,
) -> UpliftPanel:
    """Exposures beside what was known of the members by then. Four arrays, one entry an exposure, in any order.

    `arm` is ``treated`` or ``withheld``; `outcome` 1, 0, or NaN for "not known yet" (`outcomes` makes it). Features
    are those of the member's newest row at or before the exposure, at most `stale` older, so nothing that came after it
    is seen. Rows come in the order of the members' names. Raises ValueError for another arm or outcome, and for lengths
    that differ.
    """
    names, at, good = _names(member), _instants(instant), np.asarray(outcome, dtype=np.float64)
    arms = _names(arm)
    if not len(names) == len(at) == len(good) == len(arms):
        raise ValueError(
            f"lengths differ: {len(names)} members, {len(at)} instants, {len(arms)} arms, {len(good)} outcomes"
        )
    treated = arms == "treated"
    if not (treated | (arms == "withheld")).all():
        raise ValueError(f"an arm is treated or withheld: {arms[~treated & (arms != 'withheld')][0]}")
    first = _first(names, at, treated)
    row = _rows_before(panel, names[first], at[first], stale // dt.timedelta(microseconds=1))
    arm_of, known, there = treated[first], ~np.isnan(good[first]), row >= 0
    used = known & there
    return UpliftPanel(
        panel=attrs.evolve(panel.take(row[used]), y=good[first][used]),
        treated=arm_of[used],
        direction=direction,
        immature=_by_arm(~known, arm_of),
        unknown=_by_arm(known & ~there, arm_of),
        both=tuple(sorted(set(names[treated].tolist()) & set(names[~treated].tolist()))),
    )


def _by_arm(rows: Bools, treated: Bools) -> tuple[int, int]:
    return int((rows & treated).sum()), int((rows & ~treated).sum())


def _first(names: npt.NDArray[np.str_], at: Ints, treated: Bools) -> npt.NDArray[np.intp]:
    """The number of each member's first exposure; of two at the same instant, the treated one."""
    order = np.lexsort((~treated, at, names))
    ordered = names[order]
    new = np.append(True, ordered[1:] != ordered[:-1]) if len(order) else np.zeros(0, dtype=bool)
    found: npt.NDArray[np.intp] = order[new]
    return found


def _rows_before(panel: Panel, names: npt.NDArray[np.str_], at: Ints, stale: int) -> npt.NDArray[np.intp]:
    """The number of each member's newest row at or before an instant and at most `stale` older; -1: none."""
    if not len(panel):
        return np.full(len(names), -1, dtype=np.intp)
    codes, theirs = _coded(names, _names(panel.members)[panel.member])
    times = np.unique(np.concatenate([at, panel.cutoff]))
    keys = _key(theirs, panel.cutoff, times)
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], _key(codes, at, times), side="right") - 1
    row = order[np.maximum(place, 0)]
    fits = (place >= 0) & (theirs[row] == codes) & (at - panel.cutoff[row] <= stale)
    return np.where(fits, row, -1)


def _names(values: npt.ArrayLike) -> npt.NDArray[np.str_]:
    return np.asarray(values, dtype=np.str_)


def _instants(values: npt.ArrayLike) -> Ints:
    return np.asarray(values, dtype=np.int64)


def _coded(*names: npt.NDArray[np.str_]) -> list[Ints]:
    """Names as numbers, the same name the same number."""
    _, codes = np.unique(np.concatenate(names), return_inverse=True)
    return np.split(codes.ravel().astype(np.int64), np.cumsum([len(one) for one in names])[:-1])


def _key(codes: Ints, at: Ints, times: Ints) -> Ints:
    """One number for member and instant, in their order. Instants as places in `times`, lest it grow beyond 64 bits."""
    return codes * np.int64(len(times)) + np.searchsorted(times, at)
