"""The panel's plain columns by data frame, a cut-off at a time: what one would write with polars or pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from loyaltykit.churn import History
    from loyaltykit.churn.panel import Ints

DAY = 86_400_000_000
WINDOWS = (7, 14, 28)


def polars_frame(history: History) -> Any:
    """The history as polars has it best: categories, and a column for what is activity."""
    import polars as pl

    return pl.DataFrame(_columns(history)).with_columns(pl.col("type").cast(pl.Categorical))


def pandas_frame(history: History) -> Any:
    """The same for pandas."""
    import pandas as pd

    return pd.DataFrame(_columns(history)).astype({"type": "category"})


def _columns(history: History) -> dict[str, Any]:
    types = np.array(history.types)[history.type]
    day = history.at // DAY
    active = np.char.startswith(types, "clicked.")
    names = {"member": history.member, "type": types, "at": history.at, "known_at": history.known_at}
    return {**names, "day": day, "value": history.value, "active": active}


def polars_columns(frame: Any, moments: Ints) -> Any:
    """One table of all cut-offs, by cut-off and member: who had activity and had not left."""
    import polars as pl

    return pl.concat([_polars(frame, moment) for moment in moments.tolist()])


def _polars(frame: Any, moment: int) -> Any:
    import polars as pl

    today = (moment - 1) // DAY
    known = frame.filter(pl.col("known_at") < moment)
    acts = known.filter("active")
    day, at = pl.col("day"), pl.col("at")
    inside = {window: day > today - window for window in WINDOWS}
    per_day = acts.select("member", "day").unique().sort("member", "day")
    gaps = (
        per_day.with_columns(gap=day.diff().over("member"))
        .group_by("member")
        .agg(gap_max=pl.col("gap").max(), gap_last=pl.col("gap").last())
    )
    rhythm = acts.group_by("member").agg(
        age=(moment - at.min()) / DAY,
        recency=(moment - at.max()) / DAY,
        last=(at.max() - at.min()) / DAY,
        active_days=day.n_unique(),
        repeats=day.n_unique() - 1,
        **{f"active_days_{window}": day.filter(inside[window]).n_unique() for window in WINDOWS},
        **{f"events_{window}": inside[window].sum() for window in WINDOWS},
        kinds_28=pl.col("type").filter(inside[28]).n_unique(),
    )
    others, type, value = known.filter(~pl.col("active")), pl.col("type").cast(pl.String), pl.col("value")
    late, missed, scored = type == "work.submitted-late", type == "work.missed", type == "work.marked"
    study = (
        others.sort("known_at", "at", maintain_order=True)
        .group_by("member", maintain_order=True)
        .agg(
            handed_in=type.str.starts_with("work.submitted").sum(),
            late=late.sum(),
            missed=missed.sum(),
            missed_28=(missed & (pl.col("known_at") // DAY > today - 28)).sum(),
            progress=value.filter(type == "work.progress").last(),
            score_last=value.filter(scored).last(),
            score_mean=value.filter(scored).mean(),
            left=(type == "course.withdrawn").any(),
        )
    )
    counts = ("handed_in", "late", "missed", "missed_28")
    joined = rhythm.join(gaps, on="member", how="left").join(study, on="member", how="left")
    joined = joined.filter(pl.col("left").is_null() | ~pl.col("left")).sort("member")
    return joined.with_columns(
        pl.lit(moment).alias("cutoff"),
        (2 * pl.col("active_days_14").cast(pl.Int64) - pl.col("active_days_28").cast(pl.Int64)).alias("trend"),
        *(pl.col(name).fill_null(0) for name in counts),
    )


def pandas_columns(frame: Any, moments: Ints) -> Any:
    """The same table by pandas."""
    import pandas as pd

    return pd.concat([_pandas(frame, moment) for moment in moments.tolist()], ignore_index=True)


def _pandas(frame: Any, moment: int) -> Any:
    import pandas as pd

    today = (moment - 1) // DAY
    known = frame[frame["known_at"] < moment]
    acts = known[known["active"]]
    at = acts.groupby("member")["at"].agg(["min", "max"])
    found = pd.DataFrame(
        {
            "age": (moment - at["min"]) / DAY,
            "recency": (moment - at["max"]) / DAY,
            "last": (at["max"] - at["min"]) / DAY,
        }
    )
    days = acts[["member", "day"]].drop_duplicates()
    gap = days.groupby("member")["day"].diff().groupby(days["member"])
    found["active_days"] = days.groupby("member").size()
    found["repeats"] = found["active_days"] - 1
    found["gap_max"], found["gap_last"] = gap.max(), gap.tail(1).set_axis(days.groupby("member").tail(1)["member"])
    for window in WINDOWS:
        found[f"active_days_{window}"] = days[days["day"] > today - window].groupby("member").size()
        found[f"events_{window}"] = acts[acts["day"] > today - window].groupby("member").size()
    found["kinds_28"] = acts[acts["day"] > today - 28].groupby("member")["type"].nunique()
    found = found.join(_pandas_study(known[~known["active"]], today))
    found = found[found["left"].isna()]
    value = ["progress", "score_last", "score_mean", "gap_max", "gap_last"]
    rest = [name for name in found.columns if name not in value]
    found[rest] = found[rest].fillna(0)
    found["trend"] = 2 * found["active_days_14"] - found["active_days_28"]
    return found.assign(cutoff=moment).reset_index()


def _pandas_study(known: Any, today: int) -> Any:
    import pandas as pd

    known = known.sort_values(["known_at", "at"], kind="stable")

    def of(*types: str) -> Any:
        return known[known["type"].isin(types)].groupby("member")

    missed = known[(known["type"] == "work.missed") & (known["known_at"] // DAY > today - 28)]
    return pd.DataFrame(
        {
            "handed_in": of("work.submitted", "work.submitted-late").size(),
            "late": of("work.submitted-late").size(),
            "missed": of("work.missed").size(),
            "missed_28": missed.groupby("member").size(),
            "progress": of("work.progress")["value"].last(),
            "score_last": of("work.marked")["value"].last(),
            "score_mean": of("work.marked")["value"].mean(),
            "left": of("course.withdrawn").size(),
        }
    )
