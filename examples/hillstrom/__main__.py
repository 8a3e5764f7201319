"""`python -m examples.hillstrom --data DIR [--out DIR]`: whom to write to, learnt from a randomised experiment."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from examples.hillstrom.choosing import COSTS, WAYS, policies
from examples.hillstrom.halves import RANKINGS, Half, halves
from examples.hillstrom.table import either, find, read
from examples.oulad.tables import VARIABLE, DataMissing
from loyaltykit.churn.uplift import uplift_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.hillstrom.table import Texts
    from loyaltykit.churn import Panel


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; draw the curves where the extra [report] is installed."""
    parser = argparse.ArgumentParser(prog="python -m examples.hillstrom", description=__doc__)
    parser.add_argument("--data", metavar="DIR", help=f"the folder with the table; without it, ${VARIABLE}")
    parser.add_argument("--halves", metavar="N", type=int, default=10, help="how many random halves (10)")
    parser.add_argument("--out", metavar="DIR", default="out", help="where the picture goes (out)")
    options = parser.parse_args(arguments)
    try:
        panel, sent = read(find(options.data))
    except DataMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    data = either(panel, sent)
    visits = [float(data.outcome[arm].mean()) for arm in (data.treated, ~data.treated)]
    print(f"{len(data):,} customers; visited: {visits[0]:.1%} after an e-mail, {visits[1]:.1%} without one")
    found = []
    for half in halves(data, options.halves):
        print(f"half {half.seed}: {half.chosen}, Qini {half.qini('T-learner'):.3f}", flush=True)
        found.append(half)
    print(f"\n{table(found)}\n")
    print(ways(found, panel, sent))
    return draw(found, Path(options.out))


def table(found: Sequence[Half]) -> str:
    """The rankings beside one another: medians over the halves, and the range."""
    lines = [f"{'':22}{'Qini':>8}{'lowest':>9}{'highest':>9}{'effect among the first 30%':>29}"]
    for name in RANKINGS:
        figures = [half.qini(name) for half in found]
        top = [uplift_at(half.measured.benefit, half.measured.treated, half.scores[name], 0.3) or 0.0 for half in found]
        lines.append(f"{name:22}{np.median(figures):8.3f}{min(figures):9.3f}{max(figures):9.3f}{np.median(top):28.1%} ")
    chosen = Counter(half.chosen for half in found)
    lines.append("chosen: " + "; ".join(f"{name} ({number})" for name, number in chosen.most_common()))
    return "\n".join(lines)


def ways(found: Sequence[Half], panel: Panel, sent: Texts) -> str:
    """What choosing one e-mail for each brings, beside the same for all."""
    lines = [
        "What each way brings, a hundred customers, in visits less costs, by what an e-mail costs (a visit is 1):",
        f"{'':22}" + "".join(f"{cost:8.2f}" for cost in COSTS),
    ]
    for name, brings in zip(WAYS, policies(panel, sent, found), strict=True):
        lines.append(f"{name:22}" + "".join(f"{100 * one:8.2f}" for one in brings))
    return "\n".join(lines)


def draw(found: Sequence[Half], folder: Path) -> int:
    """The picture, where it can be drawn."""
    try:
        from examples.hillstrom.picture import qini_picture
    except ImportError as missing:
        print(f"\nNo picture: {missing}. pip install loyaltykit[report]")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "hillstrom-qini.svg"
    place.write_text(qini_picture(found), encoding="utf-8")
    print(f"\nThe curves: {place}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
