"""Checks of what a model says and keeps: reasons, sentences, its state, and the panel as it was."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn import files
from loyaltykit.testing.churn.bench import refuse_apart, scored, with_matrix
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from loyaltykit.churn.protocol import ChurnModel, Reasons
    from loyaltykit.testing.churn.bench import Bench

_TOP = 3


def reasons(bench: Bench) -> None:
    """At most `top` reasons a row, the weightiest first, as numbers with a sign."""
    some = bench.some()
    for top in (_TOP, 1):
        found = bench.fitted.explain(some, top)
        if len(found) != len(some):
            raise Fault(f"{len(found)} rows of reasons for {len(some)} rows")
        most = max(map(len, found))
        if most > top:
            raise Fault(f"a row has {most} reasons where at most {top} were asked for")
        _refuse_reasons(found)
    _refuse_reasons(bench.fitted.explain(with_matrix(some, np.full(some.X.shape, np.nan)), _TOP))


def signed(bench: Bench) -> None:
    """What raises the risk is above zero, what lowers it below."""
    order = np.argsort(bench.p, kind="stable")
    tenth = max(len(order) // 10, 5)
    if bench.p[order[-tenth:]].mean() - bench.p[order[:tenth]].mean() < 0.02:
        return  # everybody scores the same: nothing to tell apart
    low, high = (bench.fitted.explain(bench.panel.take(rows), 10_000) for rows in (order[:tenth], order[-tenth:]))
    total_low, total_high = (np.mean([sum(one.contribution for one in row) for row in rows]) for rows in (low, high))
    if not total_high > total_low:
        text = f"{total_high:.3g} for the highest scores, {total_low:.3g} for the lowest"
        raise Fault(f"contributions do not follow the score: their mean sum is {text}")
    if not any(one.contribution < 0 for row in low for one in row):
        raise Fault("nobody with a low score has a reason that lowers the risk")


def sentences(bench: Bench) -> None:
    """A curator understands each reason, in either language."""
    for row in bench.fitted.explain(bench.some(), 10_000):
        for one in row:
            for lang in ("en", "ru"):
                text = one.sentence(lang)
                if not isinstance(text, str) or not text.strip():
                    raise Fault(f"the reason {one.code!r} has no sentence in {lang}")
                if "nan" in text.lower().split():
                    raise Fault(f"the reason {one.code!r} says {text!r}")


def _refuse_reasons(found: Reasons) -> None:
    for row in found:
        weights = [one.contribution for one in row]
        if not all(np.isfinite(weight) for weight in weights):
            raise Fault(f"a contribution is not a finite number: {weights}")
        if any(abs(after) > abs(before) + 1e-12 for before, after in pairwise(weights)):
            raise Fault(f"the weightiest reason does not come first: {weights}")
        if not all(isinstance(one.code, str) and one.code for one in row):
            raise Fault("a reason's code is no text")
        if len({one.code for one in row}) < len(row):
            raise Fault(f"a reason is there twice: {[one.code for one in row]}")


def round_trip(bench: Bench) -> None:
    """A file gives the model back, to the bit; nothing in it is pickled."""
    data = files.dumps(bench.fitted)
    again = files.loads(data, () if ships(bench.fitted) else (bench.make,))
    refuse_apart(bench.p, scored(again, bench.panel), "saved and loaded", within=0.0)
    if again.spec != bench.fitted.spec:
        raise Fault(f"the spec was {bench.fitted.spec} and is {again.spec} after a file")
    if files.dumps(again) != data:
        raise Fault("saved again it is another file")
    some = bench.some(20)
    if repr(again.explain(some, _TOP)) != repr(bench.fitted.explain(some, _TOP)):
        raise Fault("its reasons are others after a file")


def ships(model: ChurnModel) -> bool:
    """Whether the registry finds it without being given anything."""
    from loyaltykit.churn.registry import SHIPPED

    return model.spec.id in SHIPPED


def untouched(bench: Bench) -> None:
    """The panel stays as it was."""
    panel = bench.panel
    before = [part.copy() for part in (panel.X, panel.labels, panel.member, panel.cutoff)]
    model = bench.make()
    for name, call in (("fit", model.fit), ("score", model.score), ("explain", model.explain)):
        call(panel)
        after = (panel.X, panel.labels, panel.member, panel.cutoff)
        if any(was.tobytes() != now.tobytes() for was, now in zip(before, after, strict=True)):
            raise Fault(f"{name} changes the panel that it is given")
