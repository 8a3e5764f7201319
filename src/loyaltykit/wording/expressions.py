"""Words of what is wrong with expressions."""

WORDS: dict[str, tuple[str, str]] = {
    "hint/instead": ("write {instead}", "напишите {instead}"),
    "expression/arguments": ("it is called as {usage}", "вызывается так: {usage}"),
    "expression/arithmetic": ("{operator} needs numbers, not {kind}", "{operator} работает с числами, а не с {kind}"),
    "expression/chain": (
        "in and is may not be a part of a chain of comparisons; use and",
        "in и is не могут быть частью цепочки сравнений; соедините через and",
    ),
    "expression/character": (
        "the character {what} ({codepoint}) may not stand here",
        "символ {what} ({codepoint}) здесь недопустим",
    ),
    "expression/date": ("{text} is not a date such as '2026-09-01'", "{text} — не дата вида '2026-09-01'"),
    "expression/dunder": (
        "names that begin with __ are not allowed: {name}",
        "имена, начинающиеся с __, не допускаются: {name}",
    ),
    "expression/duration": (
        "{text} is not a duration such as '30s', '12h', '14d', '6 weeks', '6 months', '1 year'",
        "{text} — не длительность вида '30s', '12h', '14d', '6 weeks', '6 months', '1 year'",
    ),
    "expression/empty": ("there is no expression", "выражения нет"),
    "expression/ends-early": (
        "the expression ends too early: expected {expected}",
        "выражение обрывается: ожидалось {expected}",
    ),
    "expression/escape": ("{what} may not stand in a text", "{what} не может стоять в тексте"),
    "expression/expected": ("expected '{expected}', found '{found}'", "ожидалось '{expected}', встретилось '{found}'"),
    "expression/field-differs": (
        "{name} is not the same in all triggering events ({kinds})",
        "{name} не одинаково во всех событиях правила ({kinds})",
    ),
    "expression/field-kind": (
        "{function} does not work with {name}: it is {kind}",
        "{function} не работает с {name}: это {kind}",
    ),
    "expression/in": (
        "a list must stand after in, such as ('a', 'b'), not {kind}",
        "после in нужен список вида ('a', 'b'), а не {kind}",
    ),
    "expression/incomplete": ("{name} is not complete", "{name} — неполное имя"),
    "expression/instant": (
        "{text} is not a time with an offset such as '2026-09-01T10:00+03:00'",
        "{text} — не время со смещением вида '2026-09-01T10:00+03:00'",
    ),
    "expression/is": ("only None may stand after is", "после is может стоять только None"),
    "expression/list-literal": ("a list may hold only literals", "в списке могут стоять только готовые значения"),
    "expression/list-place": ("a list may stand only after in", "список может стоять только после in"),
    "expression/list-too-long": (
        "a list may have at most {limit} items",
        "в списке может быть не больше {limit} значений",
    ),
    "expression/look-alike": (
        "{name} is written with look-alike characters",
        "{name} написано похожими, но другими символами",
    ),
    "expression/misplaced": ("{found} may not stand here", "{found} здесь недопустимо"),
    "expression/needs-text": ("a quoted name must stand here: {usage}", "здесь нужно имя в кавычках: {usage}"),
    "expression/no-event": (
        "no event triggers this condition, so {name} means nothing",
        "это условие проверяется не по событию: {name} здесь ничего не значит",
    ),
    "expression/no-levels": ("the program declares no levels", "в программе не объявлены уровни"),
    "expression/no-parts": ("{name}: a value has no parts", "{name}: у значения нет частей"),
    "expression/not-a-condition": ("a condition must stand here, not {kind}", "здесь нужно условие, а не {kind}"),
    "expression/not-a-key": ("a single value must stand here, not {kind}", "здесь нужно одно значение, а не {kind}"),
    "expression/not-a-number": ("a number must stand here, not {kind}", "здесь нужно число, а не {kind}"),
    "expression/not-allowed": ("{what} is not allowed in an expression", "{what} в выражениях не допускается"),
    "expression/not-an-order": (
        "a condition or a number must stand here, not {kind}",
        "здесь нужно условие или число, а не {kind}",
    ),
    "expression/no-lots": (
        "{name} is about the lots that a redemption consumes: only a reward's value knows these",
        "{name} — о партиях баллов, которые тратит обмен: их знает только value награды",
    ),
    "expression/lot-bare": (
        "{name} differs from lot to lot: use sum, mean, lowest or highest of it",
        "{name} у каждой партии своё: возьмите от него sum, mean, lowest или highest",
    ),
    "expression/over-lots": (
        "{name} does not work over lots; there are {known}",
        "{name} не работает по партиям баллов; есть {known}",
    ),
    "expression/no-offer": (
        "no campaign makes an offer before this condition, so {name} means nothing",
        "этому условию не предшествует предложение кампании: {name} здесь ничего не значит",
    ),
    "expression/not-an-expression": ("an expression must stand here, not {kind}", "здесь нужно выражение, а не {kind}"),
    "expression/not-boolean": ("{operator} needs a condition, not {kind}", "для {operator} нужно условие, а не {kind}"),
    "expression/no-stuck": (
        "{name} is known in messages only: where the student is stuck is looked up when one is written",
        "{name} известно только в сообщениях: где застрял студент, смотрят, когда пишут письмо",
    ),
    "expression/null": ("{operator} None is never met", "{operator} None никогда не выполняется"),
    "expression/number": ("{number} is not a number", "{number} — не число"),
    "expression/number-too-large": (
        "the number {number} does not fit 64 bits",
        "число {number} не помещается в 64 бита",
    ),
    "expression/repeated": ("{name}= stands twice", "{name}= повторяется"),
    "expression/same": (
        "same='{name}': {event} and {trigger} do not share such a field",
        "same='{name}': у {event} и {trigger} нет такого общего поля",
    ),
    "expression/text-too-long": (
        "a text may have at most {limit} characters",
        "в тексте может быть не больше {limit} символов",
    ),
    "expression/too-deep": ("nested more than {limit} levels deep", "вложенность больше {limit} уровней"),
    "expression/too-long": ("the expression is longer than {limit} characters", "выражение длиннее {limit} символов"),
    "expression/too-many-nodes": ("the expression has more than {limit} parts", "в выражении больше {limit} частей"),
    "expression/types": ("{operator} does not go with {left} and {right}", "{operator} не сочетает {left} и {right}"),
    "expression/unclosed-text": ("the text is not closed: {what}", "текст не закрыт: {what}"),
    "expression/unknown-event": ("unknown event type {name}", "неизвестный тип события {name}"),
    "expression/unknown-field": ("unknown field {name}", "неизвестное поле {name}"),
    "expression/unknown-function": ("unknown function {name}", "неизвестная функция {name}"),
    "expression/unknown-keyword": ("{name}= does not belong here", "{name}= здесь лишнее"),
    "expression/unknown-name": ("unknown name {name}", "неизвестное имя {name}"),
    "expression/unknown-point": ("unknown point {name}", "неизвестные баллы {name}"),
    "expression/unknown-step": ("{ladder} has no step {name}", "у {ladder} нет ступени {name}"),
    "expression/weekday": (
        "{name} is not a day of the week (0 to 6, Monday is 0)",
        "{name} — не день недели (от 0 до 6, понедельник — 0)",
    ),
    "expression/where-name": (
        "where= may use only the fields of {event} and literals, not {name}",
        "в where= допустимы только поля {event} и готовые значения, а не {name}",
    ),
    "expression/where-quoted": ("where= is written without quotes", "where= пишется без кавычек"),
}
