"""Words of the advice that `check` gives about a program that holds."""

WORDS: dict[str, tuple[str, str]] = {
    # reach: what nobody can reach
    "reach/never-true": ("{name} can never be true", "{name} никогда не выполнится"),
    "reach/always-true": ("{name} is always true", "{name} выполняется всегда"),
    "reach/level": (
        "nobody can reach the level {name} at {threshold}: at most {most} can be earned",
        "уровень {name} ({threshold}) недостижим: заработать можно не больше {most}",
    ),
    "reach/tier": (
        "nobody can reach the tier {name} at {threshold}: at most {most} come together in a period",
        "ступень {name} ({threshold}) недостижима: за период набирается не больше {most}",
    ),
    "reach/starts-on-gain": (
        "the campaign {name} begins only by churn.gain, and nobody has one before a campaign has been measured",
        "кампания {name} начинается только по churn.gain, а его ни у кого нет, пока кампанию не измерили",
    ),
    "reach/shadowed-option": (
        "{name} is never offered: {first} before it is for everybody, and a rule takes the first",
        "{name} никогда не предложат: {first} выше подходит всем, а rule берёт первое подходящее",
    ),
    "reach/quest-never-starts": (
        "the quest {name} is begun by a campaign, and no campaign enrols anybody in it",
        "квест {name} должна начать кампания, но ни одна в него не зовёт",
    ),
    "reach/recorded-as": (
        "{name} never happens: this program declares {nearest}, which is recorded in its place",
        "{name} не случится: в этой программе объявлено {nearest}, оно и записывается вместо него",
    ),
    "reach/unknown-is-not-no": (
        "whoever has no {name} is left out: not of something unknown is unknown",
        "тот, у кого {name} не задано, сюда не попадёт: отрицание неизвестного неизвестно",
    ),
    # economy: points as money
    "economy/farmable": (
        "{name} gives {point}, which can be spent, for every {types}, however often it is repeated",
        "{name} даёт {point}, которые можно тратить, за каждое {types}, сколько бы раз его ни повторили",
    ),
    "economy/endless-referrals": (
        "a member may refer without end, and gets {point}, which can be spent, each time",
        "приглашать можно без конца, и каждый раз дают {point}, которые можно тратить",
    ),
    "economy/unspendable": (
        "{name} can be spent, but no reward has a price in it",
        "{name} можно тратить, но ни одна награда за них не продаётся",
    ),
    "economy/never-available": (
        "{name} expire before they stop being pending",
        "{name} сгорают раньше, чем перестают быть ожидающими",
    ),
    "economy/expires-first": (
        "{name} expire before anybody can afford a reward: {reward} costs {cost}, and at most {most} come together",
        "{name} сгорают раньше, чем хватит на награду: {reward} стоит {cost}, а накопить можно не больше {most}",
    ),
    # clarity: what does nothing
    "clarity/gives-nothing": ("{name} gives nothing", "{name} ничего не даёт"),
    "clarity/multiplies-nothing": (
        "no rule gives {point} for {types}, so there is nothing to multiply",
        "ни одно правило не даёт {point} за {types}: умножать нечего",
    ),
    "clarity/same-rule": (
        "{name} is the same as {first}, so everything is given twice",
        "{name} повторяет {first}: всё даётся дважды",
    ),
    "clarity/unsent": ("nothing sends the message {name}", "сообщение {name} никто не отправляет"),
    "clarity/no-such-code": ("there is no advice {name} to ignore", "совета {name} нет, пропускать нечего"),
    "clarity/ignores-nothing": (
        "{name} would not be said here; nothing is ignored",
        "{name} здесь и так не прозвучало бы: пропускать нечего",
    ),
    # fairness: what a student would call unfair
    "fairness/tier-from-balance": (
        "{name} follows what is left of {point}: who spends them loses the tier",
        "{name} зависит от остатка {point}: кто их потратит, потеряет ступень",
    ),
    "fairness/one-for-everybody": (
        "every campaign gives the same to everybody: {name}",
        "все кампании дарят всем одно и то же: {name}",
    ),
    # measure: what nobody will be able to say afterwards
    "measure/no-holdout": (
        "the campaign {name} has no control group: nobody will know whether it helped",
        "у кампании {name} нет контрольной группы: никто не узнает, помогла ли она",
    ),
    "measure/no-goal": (
        "the campaign {name} has no goal: nobody has said what it is to change",
        "у кампании {name} нет цели: не сказано, что она должна изменить",
    ),
    # contact: how often members are written to
    "contact/no-cap": (
        "nothing limits how many messages a member gets",
        "ничто не ограничивает, сколько сообщений получит один человек",
    ),
    "contact/no-quiet-hours": (
        "messages may ring at night",
        "сообщения могут прийти ночью",
    ),
    "contact/no-consent": (
        "marketing goes to people who have not asked for it",
        "рекламные сообщения уходят тем, кто на них не соглашался",
    ),
    "hint/look-at-the-bounds": ("look at the bounds in it", "проверьте границы в нём"),
    "hint/leave-it-out": ("leave it out", "его можно убрать"),
    "hint/lower-or-more": ("lower the step, or let more be earned", "снизьте порог или дайте заработать больше"),
    "hint/start-without-gain": (
        "begin by churn.band or silent('14d') as well, joined by or",
        "добавьте через or начало по churn.band или silent('14d')",
    ),
    "hint/when-first": (
        "give the first one a condition (when), or choose by member, random or bandit",
        "дайте первому условие (when) или выбирайте by: member, random или bandit",
    ),
    "hint/enrol": ("add the step enrol to a campaign", "добавьте в кампанию шаг enrol"),
    "hint/or-unknown": (
        "write ({name} is None or not {name}), or let your platform say it of everybody",
        "напишите ({name} is None or not {name}) или пусть платформа сообщает это о каждом",
    ),
    "hint/limit-referrals": ("add limit: 10 per year", "добавьте limit: 10 per year"),
    "hint/limit-it": (
        "add limit: 1 per day, a cap, or a key that it gives once for",
        "добавьте limit: 1 per day, потолок (cap) или ключ (key), за который даётся один раз",
    ),
    "hint/reward-with-cost": ("give a reward a cost", "назначьте награде цену (cost)"),
    "hint/live-longer": ("let them live longer", "продлите срок их жизни"),
    "hint/give-or-drop": ("let it give something, or drop it", "пусть что-нибудь даёт, или уберите"),
    "hint/multiply": ("name a point that a rule gives for it", "назовите баллы, которые за это даются"),
    "hint/one-rule": ("drop one of them", "оставьте одно из них"),
    "hint/send-it": ("send it from a rule, a quest or a campaign", "отправьте его из правила, квеста или кампании"),
    "hint/earned-instead": (
        "count what was earned: earned('{point}')",
        "считайте заработанное: earned('{point}')",
    ),
    "hint/offer-several": (
        "offer several things, and let by: member or bandit choose",
        "предложите несколько вещей и выбирайте by: member или bandit",
    ),
    "hint/hold-some-out": (
        "add holdout: 10% here, or holdout: 5% for the whole program",
        "добавьте holdout: 10% здесь или holdout: 5% для всей программы",
    ),
    "hint/set-a-goal": ("add a goal of: campaigns.{name}", "добавьте цель с of: campaigns.{name}"),
    "hint/cap-messages": ("add at_most: 3 per week to contact", "добавьте в contact: at_most: 3 per week"),
    "hint/quiet-hours": (
        'add quiet_hours: "21:00-09:00" to contact',
        'добавьте в contact: quiet_hours: "21:00-09:00"',
    ),
    "hint/ask-first": ("let consent be required for marketing", "пусть для рекламы требуется согласие: required"),
}

CODES = tuple(code for code in WORDS if not code.startswith("hint/"))
"""The codes of all advice."""
