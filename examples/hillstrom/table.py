"""The table of the e-mail challenge as an experiment with features: who got an e-mail, and who visited the shop."""

from __future__ import annotations

import csv
import lzma
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from examples.oulad.tables import VARIABLE, DataMissing
from loyaltykit.churn import Panel, panel_of
from loyaltykit.churn.uplift import UpliftPanel

NAME = "hillstrom.csv.xz"
NOTHING = "No E-Mail"
ACTIONS = ("Mens E-Mail", "Womens E-Mail")
CATEGORIES = {
    "zip_code": ("Rural", "Surburban", "Urban"),  # spelt as in the table
    "channel": ("Multichannel", "Phone", "Web"),
}
NUMBERS = ("recency", "history", "mens", "womens", "newbie")

Texts = npt.NDArray[np.str_]


def find(folder: str | Path | None = None) -> Path:
    """The table: in the folder given, or the environment variable's, or in `hillstrom` below either."""
    given = folder or os.environ.get(VARIABLE)
    if not given:
        raise DataMissing(
            f"Where is the table? Give its folder with --data DIR, or set the variable {VARIABLE}. "
            "examples/hillstrom/README.md says where to get it and how it is named."
        )
    for place in (Path(given) / "hillstrom" / NAME, Path(given) / NAME):
        if place.is_file():
            return place
    raise DataMissing(f"There is no {NAME} in {given}, nor in its folder hillstrom.")


def read(path: Path) -> tuple[Panel, Texts]:
    """The customers as a panel whose `y` is "visited within two weeks", and what each was sent."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in NUMBERS}
    for name, values in CATEGORIES.items():
        columns[name] = np.array([float(values.index(row[name])) for row in rows])
    visits = [float(row["visit"]) for row in rows]
    return panel_of(columns, visits, label="visit"), np.array([row["segment"] for row in rows])


def either(panel: Panel, sent: Texts) -> UpliftPanel:
    """Either e-mail against none. A visit is hoped for, so of the outcome more is better."""
    return UpliftPanel(panel=panel, treated=sent != NOTHING, direction="more")


def against_none(panel: Panel, sent: Texts, action: str) -> UpliftPanel:
    """One of the e-mails against none, without the customers who got the other."""
    rows = (sent == action) | (sent == NOTHING)
    return UpliftPanel(panel=panel.take(rows), treated=sent[rows] == action, direction="more")
