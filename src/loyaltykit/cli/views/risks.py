"""Scores of members on a screen and in a table: the riskiest first."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltykit.churn.telling import percent
from loyaltykit.cli.output import cells, clip, faint, strong, tame, width
from loyaltykit.cli.words import count, figure, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.risk_list import Risk, RiskList
    from loyaltykit.cli.words import Lang

_NAME = 32
_OK = "ok"


def risk_lines(found: RiskList, lang: Lang, top: int, day: str) -> Iterator[str]:
    """A table of the riskiest, a line for each reason, and how many there are of each status."""
    number = count(lang, len(found.members), "member")
    yield say(lang, "churn/scored", members=number, model=found.model, at=day)
    for status, among in found.counts().items():
        if among and status != _OK:
            named = say(lang, f"status/{status}")
            yield faint("  " + say(lang, "churn/status", status=named, number=figure(lang, among)))
    shown = found.members[:top]
    room = min(_NAME, max([8, *(cells(tame(risk.member)) for risk in shown)]))
    for risk in shown:
        yield from _member(risk, lang, room)
    if len(found.members) > top:
        yield faint(say(lang, "churn/more", number=figure(lang, len(found.members) - top)))


def _member(risk: Risk, lang: Lang, room: int) -> Iterator[str]:
    name = clip(tame(risk.member), room)
    status = "" if risk.status == _OK else say(lang, f"status/{risk.status}")
    tail = " · ".join(filter(None, [risk.band or "", status]))
    yield f"{strong(name)}{' ' * (room - cells(name))}  {percent(risk.p, lang):>7}  {tame(tail)}".rstrip()
    for reason in risk.reasons:
        yield faint(clip(f"  {tame(reason)}", width()))


def write_csv(found: RiskList, path: str) -> None:
    """Every member: id, score, band, status, reasons."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("member", "p", "band", "status", "reasons"))
        for risk in found.members:
            row = (risk.member, f"{risk.p:.4f}", risk.band or "", risk.status, "; ".join(risk.reasons))
            writer.writerow(row)
