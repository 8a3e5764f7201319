"""Words of what is wrong with a ladder of status."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "document/tier-period": (
        "{name} is not a qualification period",
        "{name} — не период для статуса",
    ),
    "document/tier-keep": (
        "{name} does not say until when a step is kept",
        "{name} не говорит, до каких пор сохраняется ступень",
    ),
    "document/tier-paid": (
        "{name} belongs to a ladder that is earned; this one is paid for",
        "{name} бывает у статуса, который заслуживают, а этот оплачивают",
    ),
    "document/tier-same-event": (
        "{name} cannot both begin and end a paid ladder",
        "{name} не может и начинать, и заканчивать оплаченный статус",
    ),
    "document/tier-which-step": (
        "there are several steps: say with step which one is paid for, such as step: event.plan",
        "ступеней несколько: укажите в step, какая из них оплачена, например step: event.plan",
    ),
    "document/tier-no-steps": (
        "name the steps that can be paid for: steps: [basic, pro]",
        "назовите ступени, которые можно оплатить: steps: [basic, pro]",
    ),
    "document/tier-step-text": (
        "a step is told by its name: this expression is not text",
        "ступень узнают по названию, а это выражение — не текст",
    ),
    "document/tier-thresholds": (
        "a ladder that is earned needs thresholds: steps: {{silver: 300, gold: 1000}}",
        "статусу, который заслуживают, нужны пороги: steps: {{silver: 300, gold: 1000}}",
    ),
    "document/tier-no-next": (
        "there is no next period after {name}; a step can be kept for a time, such as keep: 12 months from qualifying",
        "после {name} нет следующего периода; ступень можно сохранить на срок: keep: 12 months from qualifying",
    ),
    "document/tier-never-held": (
        "a step that begins with the next period would be over before it begins; write keep: until end of next period",
        "ступень со следующего периода кончилась бы, не начавшись; напишите keep: until end of next period",
    ),
    "document/tier-one-step": (
        "one step down needs a time for which a step is kept, such as keep: 12 months from qualifying",
        "чтобы опускаться по одной ступени, нужен срок, на который она сохраняется: keep: 12 months from qualifying",
    ),
    "document/tier-never-lost": (
        "a step that is never lost needs no grace",
        "ступени, которую не теряют, отсрочка не нужна",
    ),
}
