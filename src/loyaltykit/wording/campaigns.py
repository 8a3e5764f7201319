"""Words of what is wrong with a campaign: how it begins, its steps and offers, whom it leaves out."""

WORDS: dict[str, tuple[str, str]] = {
    "document/per-kind": (
        "{name} must be a text or a whole number, and the same in every event that has it",
        "{name} должно быть текстом или целым числом, одинаково во всех событиях, где оно есть",
    ),
    "document/per-missing": (
        "{name} has no field {field}, so it cannot begin a run for one of its values",
        "у {name} нет поля {field}: такое событие не может начать кампанию для его значения",
    ),
    "document/campaign-start": (
        "a campaign begins with an event (on, perhaps with when), a condition (when) or at a moment (at)",
        "кампания начинается с события (on, можно с when), по условию (when) или в назначенное время (at)",
    ),
    "document/turn-neither": (
        "an event (on) or a condition (when) must stand here",
        "здесь нужно событие (on) или условие (when)",
    ),
    "document/journey-nothing": (
        "a step does one thing: offer, send, enrol, award, grant, badge, wait, if, survey or stop",
        "шаг делает что-то одно: offer, send, enrol, award, grant, badge, wait, if, survey или stop",
    ),
    "document/journey-several": (
        "a step does one thing, and here are {names}; make them steps of their own",
        "шаг делает что-то одно, а здесь {names}; разделите на отдельные шаги",
    ),
    "document/needs-if": ("{name} goes with if only", "{name} возможно только вместе с if"),
    "document/wait": (
        "a wait has a time, or a condition (until), perhaps both: {{until: …, at_most: 7d}}",
        "ожиданию нужен срок или условие (until), можно и то и другое: {{until: …, at_most: 7d}}",
    ),
    "document/after-stop": (
        "this step is never reached: the run has ended before",
        "до этого шага дело не дойдёт: кампания закончилась раньше",
    ),
    "document/default": (
        "{name} is none of the options",
        "{name} нет среди вариантов",
    ),
    "document/default-by": (
        "default goes with by: member only",
        "default возможно только вместе с by: member",
    ),
    "document/policy-by": (
        "{name} goes with by: bandit only",
        "{name} возможно только вместе с by: bandit",
    ),
    "document/policy": (
        "{name} is not a policy of the library; it needs a plug-in that brings it",
        "у библиотеки нет политики {name}: её должен принести плагин",
    ),
    "document/floor": (
        "each of {count} options keeps this chance: it is above 0, and at most {most}",
        "этот шанс остаётся у каждого из вариантов (их {count}): он больше 0 и не больше {most}",
    ),
    "document/no-materials": (
        "the program declares no materials",
        "в программе не объявлены материалы",
    ),
    "document/enrol": (
        "the quest {name} has start: {start}; a campaign enrols in quests with start: campaign",
        "у квеста {name} стоит start: {start}; кампания записывает в квесты со start: campaign",
    ),
    "document/if-nothing": (
        "there is neither then nor else, so the condition does nothing",
        "нет ни then, ни else: условие ни на что не влияет",
    ),
    "document/no-channel": (
        "the list of channels is empty, so the member's own channels are taken",
        "список каналов пуст: будут взяты каналы самого участника",
    ),
    "document/offer-stock": (
        "every option is limited in number; when all have run out there is nothing to offer",
        "число каждого варианта ограничено: когда все кончатся, предложить будет нечего",
    ),
    "document/may-be-full": (
        "{name} may have run out: put this after `if: entitlement.{name}`, so that only who has it reads of it",
        "{name} может не достаться: поставьте это после `if: entitlement.{name}`, чтобы письмо получил только владелец",
    ),
    "document/keep-quiet": (
        "it is kept for {keep}, shorter than the quiet hours {hours}: the letter may come when the offer is over",
        "срок {keep} короче тихих часов {hours}: письмо может прийти, когда предложение уже кончилось",
    ),
    "document/channel": (
        "{name} is not a channel of the library; it needs an adapter of that name",
        "у библиотеки нет канала {name}: нужен свой адаптер с таким именем",
    ),
    "document/other-per": (
        "the segment {name} is per event.{other}, but here it is used per event.{own}",
        "сегмент {name} считается по event.{other}, а здесь он нужен по event.{own}",
    ),
}
