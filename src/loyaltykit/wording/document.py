"""Words of what is wrong with a document as it is written: its text, its keys, the values that stand in them."""

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
    "document/more-problems": ("only the first {limit} problems are shown", "показаны только первые {limit} замечаний"),
}
