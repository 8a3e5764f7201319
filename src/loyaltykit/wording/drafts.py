"""Words of why a draft of a language model is refused."""

WORDS: dict[str, tuple[str, str]] = {
    "draft/empty": ("the draft is empty", "черновик пуст"),
    "draft/too-long": ("the draft is longer than {found} characters", "черновик длиннее {found} символов"),
    "draft/subject": ("the subject has more than one line", "в теме больше одной строки"),
    "draft/template": ("the template cannot be read {found}", "шаблон не читается {found}"),
    "draft/placeholder": ("there is no fact {found}", "факта {found} нет"),
    "draft/must-use": ("the text must use {found}", "в тексте должно быть {found}"),
    "draft/filter": ("the filter {found} is not for drafts", "фильтр {found} не для черновиков"),
    "draft/tag": ("tags are not for drafts: {found}", "теги не для черновиков: {found}"),
    "draft/markup": ("markup is not for drafts: {found}", "разметка не для черновиков: {found}"),
    "draft/locale": (
        "drafts in the language {found} cannot be checked; Russian and English can",
        "черновики на языке {found} проверить нельзя; можно на русском и английском",
    ),
    "draft/letters": ("letters of another alphabet: {found}", "буквы другого алфавита: {found}"),
    "draft/hidden": ("a word was taken apart: {found}", "слово разобрано на части: {found}"),
    "draft/number": ("a number that no fact gives: {found}", "число, которого нет в фактах: {found}"),
    "draft/price": ("a price or a discount: {found}", "цена или скидка: {found}"),
    "draft/promise": ("a promise: {found}", "обещание: {found}"),
    "draft/deadline": (
        "a date or a deadline that no fact gives: {found}",
        "дата или срок, которых нет в фактах: {found}",
    ),
    "draft/link": ("a link or an address: {found}", "ссылка или адрес: {found}"),
    "draft/forbidden": ("a forbidden word: {found}", "запретное слово: {found}"),
    "draft/failed": ("the drafter failed: {found}", "автор черновиков не справился: {found}"),
    "draft/kind": ("the drafter returned {found}, not a draft", "автор черновиков вернул {found}, а не черновик"),
}
