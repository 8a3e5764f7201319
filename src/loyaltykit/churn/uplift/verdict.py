"""Whether a model of uplift may be believed: measured on an experiment that it was not fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.churn.uplift.bootstrap import UpliftFigures, figures

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.uplift.holdouts import UpliftPanel

Code = Literal["too-few", "not-shown", "ranks"]
_WORDS = {
    (
        "not-shown",
        "en",
    ): "Not shown: this order of the members may be no better than chance. Treat everybody or nobody, "
    "as the effect on all says.",
    ("not-shown", "ru"): "Не доказано: такой порядок может быть не лучше случайного. Решайте для всех сразу, "
    "по среднему эффекту.",
    ("ranks", "en"): "The order is better than chance: those ranked first gain more from being treated.",
    ("ranks", "ru"): "Порядок лучше случайного: тем, кто выше в списке, воздействие помогает больше.",
}


@attrs.frozen(slots=True, kw_only=True)
class UpliftVerdict:
    """A verdict with the figures behind it. It reports and forbids nothing."""

    code: Code
    """``too-few`` for any figure; ``not-shown``: the interval of the Qini coefficient is not above zero; ``ranks``."""
    figures: UpliftFigures | None
    """None when there are too few."""
    lacking: tuple[str, str] = ("", "")
    """What is lacking, in English and Russian."""

    def words(self, lang: str) -> str:
        """The verdict as a sentence, in English (`en`) or Russian (`ru`)."""
        tongue = "ru" if lang == "ru" else "en"
        return self.lacking[tongue == "ru"] or _WORDS[self.code, tongue]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"code": self.code, "figures": None if self.figures is None else self.figures.to_dict()}


def judge(
    data: UpliftPanel, gain: npt.ArrayLike, *, draws: int = 1_000, confidence: float = 0.95, seed: int = 0
) -> UpliftVerdict:
    """Judge predicted gains by an experiment's outcome; rows of one member are drawn together.

    The model must not have been fitted to these rows: it would be praised for what it learnt by heart.
    """
    if data.status != "ok":
        return UpliftVerdict(code="too-few", figures=None, lacking=(data.words("en"), data.words("ru")))
    found = figures(
        data.benefit, data.treated, gain, member=data.panel.member, draws=draws, confidence=confidence, seed=seed
    )
    return UpliftVerdict(code="ranks" if found.qini.above_zero else "not-shown", figures=found)
