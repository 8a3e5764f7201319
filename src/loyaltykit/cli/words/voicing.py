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
    "help/survey-every": (
        "Over time: by day, week, month, quarter, half or year.",
        "По времени: day, week, month, quarter, half или year.",
    ),
    "help/ideas": ("List what students propose.", "Показать, что предлагают ученики."),
    "help/idea": (
        "Decide about an idea: open it for votes, decline, accept, or say that it is done.",
        "Решить судьбу идеи: открыть для голосования, отклонить, принять или отметить сделанной.",
    ),
    "help/idea-state": ("Only those in this state.", "Только в этом состоянии."),
    "help/idea-becomes": ("What it becomes.", "Чем она становится."),
    "help/idea-note": (
        "What the author, and those who voted, may read about it.",
        "Что об этом прочтут автор и те, кто голосовал.",
    ),
    "ideas/proposed": ("new", "новая"),
    "ideas/open": ("open for votes", "открыта для голосов"),
    "ideas/declined": ("declined", "отклонена"),
    "ideas/accepted": ("accepted", "принята"),
    "ideas/done": ("done", "сделана"),
    "ideas/few": ("fewer than 5 votes", "меньше 5 голосов"),
    "ideas/weigh": ("weight {weight}", "вес {weight}"),
    "ideas/erased": ("(erased)", "(стёрто)"),
    "ideas/decided": ("{id}: {state}", "{id}: {state}"),
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
