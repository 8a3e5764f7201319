"""The words of `survey` and `ideas`."""

from __future__ import annotations

VOICE_WORDS: dict[str, tuple[str, str]] = {
    "help/survey": (
        "What a survey came to: shares, the promoter score, the satisfied, with intervals.",
        "К чему пришёл опрос: доли, NPS, довольные — с интервалами.",
    ),
    "help/survey-by": (
        "By group: an attribute, level, tier.ID or segment.ID.",
        "По группам: атрибут участника, level, tier.ID или segment.ID.",
    ),
    "help/survey-every": ("Over time: by day, week, month, quarter, half or year.", "По времени: день, неделя, месяц…"),
    "survey/answers": ("{n} answered", "ответили: {n}"),
    "survey/worth": ("the weights are worth {n} equal answers", "по весам это как {n} равных ответов"),
    "survey/nps": ("Net Promoter Score", "NPS, лояльность"),
    "survey/csat": ("satisfied", "довольны"),
    "survey/mean": ("mean", "среднее"),
    "survey/hidden": ("hidden", "скрыто"),
    "survey/promoters": ("promoters", "промоутеры"),
    "survey/passives": ("passives", "нейтралы"),
    "survey/detractors": ("detractors", "критики"),
    "survey/yes": ("yes", "да"),
    "survey/no": ("no", "нет"),
    "survey/few": (
        "Fewer than five answers: nothing is shown, so that nobody's can be told.",
        "Ответов меньше пяти: не показываем ничего, чтобы никого не узнать.",
    ),
    "survey/why-hidden": (
        "Hidden: fewer than five, or one could work out such a number from the rest.",
        "Скрыто: меньше пяти ответов, или такое число вычислялось бы по остальным.",
    ),
}
