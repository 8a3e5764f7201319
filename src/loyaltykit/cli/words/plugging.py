"""The words about plug-ins."""

from __future__ import annotations

PLUGGING_WORDS: dict[str, tuple[str, str]] = {
    "help/plugins": (
        "Show the plug-ins that are installed, what each brings, and what was refused.",
        "Показать, какие дополнения установлены, что есть в каждом и что отклонено.",
    ),
    "help/plugin-limit": (
        "How long one plug-in may take to load.",
        "Сколько времени может загружаться одно дополнение.",
    ),
    "plugins/none": (
        "No plug-ins are installed (entry points of the group loyaltykit).",
        "Дополнений не установлено (entry points группы loyaltykit).",
    ),
    "plugins/nothing": ("brings nothing", "ничего не добавляет"),
    "plugins/slow": ("slow, {seconds} s", "долго загружается, {seconds} с"),
    "plugins/refused": ("refused: {text}", "отклонено: {text}"),
    "plugins/wrong": ("warning: {text}", "внимание: {text}"),
    "plugins/waits": (
        "warning: messages for the channel {name} wait: no plug-in that could be loaded brings it",
        "внимание: сообщения для канала {name} подождут: его нет ни в одном дополнении, которое загрузилось",
    ),
    "plugins/loyaltykit_channels": ("channel", "канал"),
    "plugins/loyaltykit_churn_models": ("churn model", "модель оттока"),
    "plugins/loyaltykit_functions": ("function", "функция"),
    "plugins/loyaltykit_policies": ("policy", "политика выбора"),
    "plugins/loyaltykit_recommenders": ("recommender", "рекомендации"),
    "plugins/loyaltykit_draft_message": ("writes messages", "пишет сообщения"),
    "plugins/variable": ("name of an environment variable", "имя переменной окружения"),
    "plugins/kind-text": ("text", "текст"),
    "plugins/kind-integer": ("whole number", "целое число"),
    "plugins/kind-number": ("number", "число"),
    "plugins/kind-boolean": ("true or false", "true или false"),
    "plugins/kind-list": ("list of texts", "список текстов"),
    "plugins/kind-any": ("value", "значение"),
    "plugins/required": ("needed", "обязательно"),
    "plugins/optional": ("optional", "необязательно"),
    "plugins/address": (
        "reaches members by their attribute {name}",
        "адрес берётся из свойства участника {name}",
    ),
    "config/secret": (
        "{name}: {key} is a secret: name the environment variable that holds it, as {right}",
        "{name}: {key} — секрет: назовите переменную окружения, в которой он хранится: {right}",
    ),
    "config/no-channel": (
        "{name}: nothing brings the channel {key}; install its plug-in (`loyaltykit plugins` shows those there are)",
        "{name}: канала {key} нет; установите его дополнение (какие уже есть, покажет `loyaltykit plugins`)",
    ),
}
