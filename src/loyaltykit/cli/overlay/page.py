"""The overlay's page: one file with everything in it, and the words of a language."""

from __future__ import annotations

import json
import secrets
from importlib import resources
from typing import TYPE_CHECKING

from loyaltykit.cli.overlay.words import PAGE_WORDS, PLURALS

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang

HOLD = 7_000
"""Milliseconds for which a card stays."""


def page(lang: Lang) -> tuple[str, str]:
    """The page, and the content security policy that lets nothing in but what is in it."""
    which = 1 if lang == "ru" else 0
    said: dict[str, object] = {name: texts[which] for name, texts in PAGE_WORDS.items()}
    said |= {name: forms[which] for name, forms in PLURALS.items()}
    nonce = secrets.token_urlsafe(16)
    config = json.dumps({"lang": lang, "hold": HOLD, "words": said}, ensure_ascii=False).replace("<", "\\u003c")
    text = resources.files("loyaltykit.cli.overlay").joinpath("page.html").read_text(encoding="utf-8")
    for name, value in {"lang": lang, "title": str(said["title"]), "nonce": nonce, "config": config}.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
    return text, policy
