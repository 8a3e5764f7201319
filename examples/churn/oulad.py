"""OULAD end to end: history, panel, models, an honest comparison, a list with reasons, a card, a report.

Open it as a notebook (each `# %%` is a cell, in VS Code, Spyder or Jupytext), or run it: python -m examples.churn.oulad
"""

# %% The history of two presentations of a course: events in columns, with when each became known
import sys
from pathlib import Path

import numpy as np

from examples.oulad.history import builder, cutoffs, history, panel_of
from loyaltykit.churn import backtest, card_of, find, report_page, save
from loyaltykit.errors import MissingExtra

LEARN, JUDGE = "BBB2013B", "BBB2013J"
spring, autumn = history(LEARN), history(JUDGE)
print(f"{LEARN}: {len(spring):,} events of {len(spring.members):,} students: {', '.join(spring.types)}\n")

# %% The panel: what was known of each student at every 14th day, and whether four silent weeks followed
train, test = panel_of(spring, LEARN), panel_of(autumn, JUDGE)
print(f"{len(train):,} rows of {len(train.columns)} features; {train.labels.mean():.1%} fell silent. Such as:")
for feature in train.features[:5]:
    print(f"  {feature.name} [{feature.unit}]: {feature.doc}")

# %% The comparison: learned in spring, judged on the students of the autumn; intervals over students, not rows
models = [find(name)() for name in ("recency", "bg-nbd", "hazard", "boosted")]
found = backtest(models, train, test=test)
print("\n" + found.words("en"))

# %% Whom to look at this morning, and why: the best model at the last cut-off, in English and Russian
best = found.fitted[found.best]
morning = builder(autumn).at(cutoffs(autumn, JUDGE)[-1:], active="28d")
scores = best.score(morning)
for row in np.argsort(-scores.p, kind="stable")[:3]:
    print(f"\nstudent {morning.members[morning.member[row]]}: {scores.p[row]:.0%}, {scores.words[row]}")
    for reason in best.explain(morning.take(np.array([row])), top=3)[0]:
        print(f"  {reason.contribution:+.2f}  {reason.sentence('en')} | {reason.sentence('ru')}")

# %% What others need to trust it: the model as a file without pickle, its card, a page with pictures
out = Path("out/churn")
out.mkdir(parents=True, exist_ok=True)
save(best, out / "model.zip")
(out / "card.md").write_text(card_of(found, found.best).markdown("en"), "utf-8")
try:
    (out / "report.html").write_text(report_page(found, "en"), "utf-8")
except MissingExtra as missing:
    print(missing, file=sys.stderr)
print("\n" + "\n".join(str(path) for path in sorted(out.iterdir())))
