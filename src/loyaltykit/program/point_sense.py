"""What a point's waiting and ending must agree on with themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from loyaltykit.program.document import Document
    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys
    from loyaltykit.program.points import Expiry, Waiting


def check_points(desk: Desk, document: Document, cut: Collection[Keys]) -> None:
    """The faults of `pending` and `expires` of all points."""
    for name, point in document.points.items():
        loc: Keys = ("points", name)
        if loc in cut:
            continue
        if point.pending is not None:
            _waits(desk, point.pending, (*loc, "pending"))
        if point.expires is not None:
            _ends(desk, point.expires, (*loc, "expires"))


def _waits(desk: Desk, pending: Waiting, loc: Keys) -> None:
    """Points wait for a time or for an event; the rest belongs to the event."""
    if (pending.after is None) == (pending.until is None):
        desk.report("document/one-way", loc, at_key=True, names="after, until")
    elif pending.until is None:
        for key in ("key", "at_most"):
            if getattr(pending, key) is not None:
                desk.report("document/needs-key", (*loc, key), at_key=True, name=key, needs="until")


def _ends(desk: Desk, expires: Expiry, loc: Keys) -> None:
    """Points end in one way: after a time (or just at the end of a period), after a silence, or on a day."""
    ways = [name for name in ("inactivity", "date", "yearly") if getattr(expires, name) is not None]
    if expires.after is not None or expires.start != "award":
        ways.append("after")
    if len(ways) != 1:
        desk.report("document/one-way", loc, at_key=True, names="after, inactivity, date, yearly")
    elif expires.inactivity is None:
        for key in ("active_on", "unless"):
            if getattr(expires, key) is not None:
                desk.report("document/needs-key", (*loc, key), at_key=True, name=key, needs="inactivity")
