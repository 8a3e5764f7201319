"""Words of what is wrong with a program document, and of hints."""

WORDS: dict[str, tuple[str, str]] = {
    "hint/nearest": ("did you mean {nearest}?", "может быть, {nearest}?"),
    "hint/one-of": ("use one of: {known}", "можно: {known}"),
    "hint/quote": (
        "quote the expression: inside {{}} YAML splits it at commas",
        "возьмите выражение в кавычки: внутри {{}} YAML делит его по запятым",
    ),
    "document/file": ("cannot read the file: {reason}", "не удалось прочитать файл: {reason}"),
    "document/format": (
        "unknown kind of file {name}; name it .yaml, .yml, .json or .toml",
        "неизвестный вид файла {name}; нужен .yaml, .yml, .json или .toml",
    ),
    "document/encoding": ("the text is not UTF-8", "текст не в кодировке UTF-8"),
    "document/control": ("the character {code} may not stand here", "символ {code} здесь недопустим"),
    "document/too-large": (
        "the document is too large: more than {limit} characters",
        "документ слишком велик: больше {limit} символов",
    ),
    "document/too-long": ("the text is longer than {limit} characters", "текст длиннее {limit} символов"),
    "document/too-many": ("the document has more than {limit} parts", "в документе больше {limit} частей"),
    "document/too-deep": ("nested more than {limit} levels deep", "вложенность больше {limit} уровней"),
    "document/too-big": ("the whole number does not fit 64 bits", "целое число не помещается в 64 бита"),
    "document/not-finite": ("the number {name} is not finite", "число {name} не конечно"),
    "document/kind": (
        "a value of the type {name} may not stand in a program",
        "значение типа {name} в программе недопустимо",
    ),
    "document/empty": ("the document is empty", "документ пуст"),
    "document/not-mapping": (
        "a program is a mapping of keys such as program, events and rules",
        "программа — это набор ключей: program, events, rules и другие",
    ),
    "document/yaml": ("this is not YAML: {reason}", "это не YAML: {reason}"),
    "document/toml": ("this is not TOML: {reason}", "это не TOML: {reason}"),
    "document/json": (
        "a JSON value must stand here, found {found}",
        "здесь должно стоять значение JSON, а стоит {found}",
    ),
    "document/json-colon": (
        "a colon must stand after the key, found {found}",
        "после ключа нужно двоеточие, а стоит {found}",
    ),
    "document/json-comma": (
        "a comma or {closing} must stand here, found {found}",
        "здесь нужна запятая или {closing}, а стоит {found}",
    ),
    "document/json-end": (
        "nothing may follow the document, found {found}",
        "после документа ничего быть не должно, а стоит {found}",
    ),
    "document/json-key": (
        "a key in double quotes must stand here, found {found}",
        "здесь нужен ключ в двойных кавычках, а стоит {found}",
    ),
    "document/json-string": (
        "the text does not end or has a wrong escape",
        "текст не закончен или в нём неверная экранировка",
    ),
    "document/alias": (
        "aliases (*name) are not allowed; write the value out",
        "ссылки (*имя) не допускаются; напишите значение целиком",
    ),
    "document/anchor": ("anchors (&name) are not allowed", "якоря (&имя) не допускаются"),
    "document/tag": ("tags are not allowed: {name}", "теги не допускаются: {name}"),
    "document/merge-key": (
        "the merge key << is not allowed; write the keys out",
        "ключ слияния << не допускается; напишите ключи целиком",
    ),
    "document/complex-key": ("a key must be a single text", "ключ должен быть простым текстом"),
    "document/several": ("a file holds one document only", "в файле может быть только один документ"),
    "document/duplicate-key": ("the key {name} stands twice", "ключ {name} повторяется"),
    "document/key": ("{name} may not be a key", "{name} не может быть ключом"),
    "document/missing": ("the key {name} is missing", "не хватает ключа {name}"),
    "document/unknown-key": ("unknown key {name}", "неизвестный ключ {name}"),
    "document/invalid": ("{name} may not stand here", "{name} здесь недопустимо"),
    "document/text": ("text must stand here, not {name}", "здесь нужен текст, а не {name}"),
    "document/whole": ("a whole number must stand here, not {name}", "здесь нужно целое число, а не {name}"),
    "document/number": ("a number must stand here, not {name}", "здесь нужно число, а не {name}"),
    "document/boolean": ("true or false must stand here, not {name}", "здесь нужно true или false, а не {name}"),
    "document/mapping": ("a mapping must stand here, not {name}", "здесь нужен набор ключей, а не {name}"),
    "document/list": ("a list must stand here, not {name}", "здесь нужен список, а не {name}"),
    "document/expression": ("an expression must stand here, not {name}", "здесь нужно выражение, а не {name}"),
    "document/label": (
        "a text, or texts by locale, must stand here, not {name}",
        "здесь нужен текст или тексты по языкам, а не {name}",
    ),
    "document/one-of": ("{name} may not stand here", "{name} здесь недопустимо"),
    "document/id": (
        "{name} is not an id: small Latin letters, digits and hyphens, a letter first",
        "{name} не годится как имя: строчные латинские буквы, цифры и дефис, первой — буква",
    ),
    "document/field-name": (
        "{name} is not a field name: letters, digits, _, - and dots, a letter first",
        "{name} не годится как имя поля: буквы, цифры, _, дефис и точка, первой — буква",
    ),
    "document/step-name": (
        "{name} is not a step name: no control characters, no spaces at the ends",
        "{name} не годится как название ступени: без управляющих символов и пробелов по краям",
    ),
    "document/name-length": ("the name {name} is empty or too long", "имя {name} пустое или слишком длинное"),
    "document/locale": ("{name} is not a locale such as ru, en or pt-BR", "{name} — не язык вида ru, en или pt-BR"),
    "document/zone": ("there is no time zone {name}", "нет часового пояса {name}"),
    "document/field-type": ("{name} is not a field type", "{name} — не тип поля"),
    "document/duration": (
        "{name} is not a duration from 1s to 200 years, such as 30s, 15m, 12h, 14d, 6 weeks, 6 months",
        "{name} — не длительность от 1s до 200 лет вида 30s, 15m, 12h, 14d, 6 weeks, 6 months",
    ),
    "document/period": (
        "{name} is not a period: day, week, month, quarter, half, year, or a length such as 7 days",
        "{name} — не период: day, week, month, quarter, half, year или длительность вида 7 days",
    ),
    "document/rate": (
        "{name} is not a rate such as 3 per week, 1 per 7 days or {{times: 3, per: week}}",
        "{name} — не частота вида 3 per week, 1 per 7 days или {{times: 3, per: week}}",
    ),
    "document/amount-cap": (
        "{name} is not a cap such as 200 per week or {{amount: 200, per: week}}",
        "{name} — не потолок вида 200 per week или {{amount: 200, per: week}}",
    ),
    "document/percent": (
        "{name} is not a share such as 10%, from 0% to 100%",
        "{name} — не доля вида 10%, от 0% до 100%",
    ),
    "document/target": (
        "{name} is not a change such as +30% or -15%",
        "{name} — не изменение вида +30% или -15%",
    ),
    "document/hours": (
        "{name} is not a part of the day such as 21:00-09:00",
        "{name} — не часы вида 21:00-09:00",
    ),
    "document/moment": (
        "{name} is not a local time such as 2026-10-08T19:00, without an offset",
        "{name} — не местное время вида 2026-10-08T19:00, без смещения",
    ),
    "document/again": (
        "{name} does not say when a run may begin anew; write it as after 60d",
        "{name} не говорит, когда можно начать заново; пишите так: after 60d",
    ),
    "document/per": (
        "{name} is not a field of events; write it as event.course",
        "{name} — не поле события; пишите так: event.course",
    ),
    "document/date": ("{name} is not a date such as 2026-09-01", "{name} — не дата вида 2026-09-01"),
    "document/dates": ("the last day is before the first", "последний день раньше первого"),
    "document/range": ("{name} is out of range: {bounds}", "{name} вне границ: {bounds}"),
    "document/too-few": ("at least one must stand here", "здесь нужно хотя бы одно значение"),
    "document/too-many-items": ("too many of them: at most {max_length}", "их слишком много: не больше {max_length}"),
    "document/twice": ("{name} stands twice", "{name} повторяется"),
    "document/duplicate-id": ("the id {name} is used already", "имя {name} уже занято"),
    "document/reserved-id": (
        "the id {name} has a meaning of its own; choose another",
        "имя {name} занято; выберите другое",
    ),
    "document/award": (
        "an award gives points, and {name} would take them away; that is not built yet",
        "начисление не бывает меньше нуля, а здесь {name}; списание ещё не сделано",
    ),
    "document/same-name": (
        "{name} and {first} are the same name in expressions, where - is written _",
        "{name} и {first} в выражениях не различаются: дефис там пишется как _",
    ),
    "document/reserved": (
        "the event type {name} is reserved: {prefix}* are the library's own",
        "тип события {name} занят: {prefix}* — собственные события библиотеки",
    ),
    "document/unknown-event": ("unknown event type {name}", "неизвестный тип события {name}"),
    "document/unknown-field": ("unknown field {name}", "неизвестное поле {name}"),
    "document/unknown-event-field": ("unknown field of an event {name}", "неизвестное поле события {name}"),
    "document/unknown-point": ("unknown point {name}", "неизвестные баллы {name}"),
    "document/unknown-attribute": ("unknown attribute {name}", "неизвестный атрибут {name}"),
    "document/board-now": (
        "a leaderboard counts what happened in its period; {name} is not of a period",
        "таблица лидеров считает то, что случилось за период; {name} к периоду не относится",
    ),
    "document/board-window": (
        "in a leaderboard {name} runs over its period; within= and functions of time have no place there",
        "в таблице лидеров {name} считается за её период: within= и функции времени здесь не нужны",
    ),
    "document/board-same": (
        "same= has no place in a leaderboard; use group",
        "same= в таблице лидеров не нужно, для этого есть group",
    ),
    "document/gives-nothing": ("{name} gives nothing", "{name}: ничего не выдаётся"),
    "document/budget-period": (
        "a budget is of a calendar period: day, week, month, quarter, half or year",
        "бюджет считают за календарный период: day, week, month, quarter, half или year",
    ),
    "document/unknown-reward": ("unknown reward {name}", "неизвестная награда {name}"),
    "document/unknown-badge": ("unknown badge {name}", "неизвестный значок {name}"),
    "document/unknown-message": ("unknown message {name}", "неизвестное сообщение {name}"),
    "document/unknown-quest": ("unknown quest {name}", "неизвестный квест {name}"),
    "document/unknown-survey": ("unknown survey {name}", "неизвестный опрос {name}"),
    "document/unknown-campaign": ("unknown campaign {name}", "неизвестная кампания {name}"),
    "document/unknown-staff": ("unknown role {name}", "неизвестная роль {name}"),
    "document/unknown-tier": ("unknown ladder {name}", "неизвестная лестница статусов {name}"),
    "document/unknown-step": ("unknown step {name}", "неизвестная ступень {name}"),
    "document/rule-start": (
        "a rule needs an event (on) or a condition (when)",
        "правилу нужно событие (on) или условие (when)",
    ),
    "document/one-way": ("exactly one of these must stand here: {names}", "здесь нужно ровно одно из: {names}"),
    "document/day-of-year": (
        "{name} is not a day of the year such as 12-31",
        "{name} — не день года вида 12-31",
    ),
    "document/unknown-rule": ("unknown rule {name}", "неизвестное правило {name}"),
    "document/needs-key": ("{name} needs {needs} beside it", "{name} нужно указывать вместе с {needs}"),
    "document/takes-back": (
        "a rule with reverse takes back what another gave; {name} has no meaning there",
        "правило с reverse забирает начисленное другим; {name} здесь не имеет смысла",
    ),
    "document/reversed": (
        "the rule {name} cannot be taken back: that needs a rule with on and key that gives points",
        "правило {name} нельзя отменить: для этого нужно правило с on и key, которое начисляет баллы",
    ),
    "document/of": (
        "{event} has no field {name} that is a number",
        "у события {event} нет числового поля {name}",
    ),
    "document/carry": (
        "carry needs an award of points that are spendable, pending or expiring: only these are kept apart",
        "для carry нужны баллы, которые тратятся, ждут или сгорают: только они учитываются по отдельности",
    ),
    "document/needs-event": (
        "{name} needs a rule with an event (on): a condition that turns true has none",
        "{name} возможно только в правиле с событием (on): у условия без on события нет",
    ),
    "document/below-zero": ("the step {name} is below zero", "ступень {name} ниже нуля"),
    "document/not-rising": (
        "steps must rise: {name} at {threshold} comes after {before}",
        "ступени должны расти: {name} со значением {threshold} стоит после {before}",
    ),
    "document/pauses": (
        "write true, or the pauses as a list of {{from: 2026-12-24, to: 2027-01-08}}",
        "напишите true или список пауз вида {{from: 2026-12-24, to: 2027-01-08}}",
    ),
    "document/freeze-periods": (
        "freezes of a streak by {every} are earned in whole periods of it, such as 1 per 7 days; {rate} is none",
        "заморозки серии с every: {every} зарабатывают за её целые периоды, например 1 per 7 days; {rate} не подходит",
    ),
    "document/freezes-over": (
        "initial is {initial}, but at most {most} freezes are held",
        "initial равно {initial}, а держать можно не больше {most}",
    ),
    "document/freezes-none": (
        "nobody would ever have a freeze: give initial, earn, or both",
        "заморозок ни у кого не будет: укажите initial, earn или то и другое",
    ),
    "document/repeat": (
        "write true, or {{after: 30d, at_most: 3}}",
        "напишите true или {{after: 30d, at_most: 3}}",
    ),
    "document/dated-start": (
        "a quest with dates begins by itself: leave how ({name}) out",
        "квест с датами начинается сам: уберите how ({name})",
    ),
    "document/own-quest": ("the quest {name} cannot wait for itself", "квест {name} не может ждать сам себя"),
    "document/needs-sum": ("{name} goes with sum only", "{name} возможно только вместе с sum"),
    "document/sum-distinct": ("a step has either sum or distinct", "у шага либо sum, либо distinct"),
    "document/sum-amount": (
        "say how much the sum has to reach (reach)",
        "укажите, сколько должна составить сумма (reach)",
    ),
    "document/sum-both": ("a sum has reach or times, not both", "у суммы либо reach, либо times"),
    "document/no-number": (
        "{name} is {kind}; only numbers are added up",
        "{name} имеет тип {kind}; складывают только числа",
    ),
    "document/badge-neither": (
        "a badge needs a condition (when) or a count, or something that gives it",
        "значку нужно условие (when) или счёт (count), либо то, что его выдаёт",
    ),
    "document/badge-both": ("a badge has either when or count, not both", "у значка либо when, либо count, но не оба"),
    "document/needs-count": ("{name} goes with count only", "{name} возможно только вместе с count"),
    "document/step-neither": (
        "a step needs an event (on) or a condition (when)",
        "шагу нужно событие (on) или условие (when)",
    ),
    "document/step-both": ("a step has either on or when, not both", "у шага либо on, либо when, но не оба"),
    "document/step-needs-on": ("{name} goes with on only", "{name} возможно только вместе с on"),
    "document/any-of": (
        "any_of is {any_of}, but there are only {steps} steps",
        "any_of равно {any_of}, а шагов всего {steps}",
    ),
    "document/any-in-order": ("any_of and in_order exclude each other", "any_of и in_order исключают друг друга"),
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
    "document/joined": (
        "the quest {name} is not joined by a button: its start is {start}, not join",
        "в квест {name} не вступают кнопкой: у него start — {start}, а не join",
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
    "document/churn-days": (
        "{name} is not a number of whole days",
        "{name} — не целое число дней",
    ),
    "document/churn-model": (
        "{name} is not a model of the library; it needs a plug-in that brings it",
        "у библиотеки нет модели {name}: её должен принести плагин",
    ),
    "document/fact": (
        "{name} is not a field of an event, such as lesson.completed.progress",
        "{name} — не поле события вида lesson.completed.progress",
    ),
    "document/fact-number": (
        "{name} is {kind}; a number must stand here",
        "{name} — это {kind}, а здесь нужно число",
    ),
    "document/fact-due": (
        "{name} is {kind}; an instant, a date or a number of days must stand here",
        "{name} — это {kind}, а здесь нужен момент, дата или число дней",
    ),
    "document/gain-holdout": (
        "nobody is withheld from {name}, so what it brings can never be known: give it a holdout",
        "у кампании {name} нет контрольной группы (holdout): её отдачу узнать не получится",
    ),
    "document/needs-at": (
        "{name} belongs to a session, so the reward needs the time when it begins (at)",
        "{name} бывает у встречи, поэтому награде нужно время начала (at)",
    ),
    "document/not-spendable": (
        "{name} cannot be spent: say spendable: true of it",
        "{name} нельзя тратить: у этих баллов нет spendable: true",
    ),
    "document/cost": (
        "{name} has more digits after the point than {point} keeps",
        "в {name} больше знаков после запятой, чем хранит {point}",
    ),
    "document/needs-cost": (
        "value is about the lots that the cost consumes: it needs a cost",
        "value — о партиях баллов, которые тратит обмен: нужна cost",
    ),
    "document/needs-stock": (
        "nobody waits for what never runs out: a waitlist needs a stock",
        "того, что не кончается, не ждут: для waitlist нужен stock",
    ),
    "document/scale": ("{name} is not a scale such as 0-10", "{name} — не шкала вида 0-10"),
    "document/survey-neither": (
        "a survey needs a scale or options",
        "опросу нужна шкала (scale) или варианты (options)",
    ),
    "document/every-needs-when": (
        "every says how often it is asked while a condition holds: say when",
        "every задаёт, как часто спрашивать, пока выполнено условие: добавьте when",
    ),
    "document/survey-both": (
        "a survey has either a scale or options, not both",
        "у опроса либо шкала (scale), либо варианты (options), но не оба",
    ),
    "document/always-quiet": (
        "{name} is the whole day or none of it; give two different times",
        "{name} — это весь день или ни минуты; укажите два разных времени",
    ),
    "document/goal-of": (
        "{name} is neither program nor a campaign such as campaigns.comeback",
        "{name} — не program и не кампания вида campaigns.comeback",
    ),
    "document/goal-neither": (
        "a goal needs an event, or metric: churned",
        "цели нужно событие (event) или metric: churned",
    ),
    "document/goal-both": (
        "a goal has either an event or a metric, not both",
        "у цели либо event, либо metric, но не оба",
    ),
    "document/goal-needs": (
        "a goal with {word} needs {name}",
        "цели с {word} нужен ключ {name}",
    ),
    "document/goal-other": (
        "{name} does not go with {word}",
        "{name} не сочетается с {word}",
    ),
    "document/goal-months": (
        "{name} is not equally long for everybody; write it in days or weeks",
        "{name} — срок для всех разный; задайте его в днях или неделях",
    ),
    "document/goal-where": (
        "a goal's condition looks only at the event that is counted, not at {name}",
        "условие цели смотрит только на само событие, а не на {name}",
    ),
    "document/other-per": (
        "the segment {name} is per event.{other}, but here it is used per event.{own}",
        "сегмент {name} считается по event.{other}, а здесь он нужен по event.{own}",
    ),
    "document/circle": ("the segment {name} is defined by itself", "сегмент {name} определён через самого себя"),
    "document/more-problems": ("only the first {limit} problems are shown", "показаны только первые {limit} замечаний"),
    "message/syntax": ("the template cannot be read: {reason}", "шаблон не читается: {reason}"),
    "message/unknown-variable": ("unknown variable {name}", "неизвестная переменная {name}"),
    "message/absent": (
        "{name} is not known everywhere that this message is sent: not at {place}",
        "{name} известно не везде, откуда уходит это сообщение: неизвестно в {place}",
    ),
    "message/whole": (
        "{name} is a group, not a value; choose a part of it",
        "{name} — группа, а не значение; выберите её часть",
    ),
    "message/dynamic": ("name the parts of {name} directly, without []", "называйте части {name} прямо, без []"),
    "message/filter": ("unknown filter {name}", "неизвестный фильтр {name}"),
    "message/tag": ("the tag {name} is not allowed in messages", "тег {name} в сообщениях недопустим"),
    "message/too-long": ("the template is longer than {limit} characters", "шаблон длиннее {limit} символов"),
    "message/too-complex": ("the template is nested too deep", "шаблон слишком глубоко вложен"),
    "message/plural": (
        "`plural` was given {given} forms; the language {locale} has: {forms}",
        "`plural` получил форм: {given}; в языке {locale} есть: {forms}",
    ),
    "message/must-use": ("the text must use {name}", "в тексте должно быть {name}"),
    "message/channel": (
        "{name} is neither a part of a text nor a channel that messages go to",
        "{name} — не часть текста и не канал, в который уходят сообщения",
    ),
}
