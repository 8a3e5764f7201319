"""Sessions that a command names: one that the program does not know may be meant so, or be a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.words import say
from loyaltykit.problems import echo, nearest

if TYPE_CHECKING:
    from loyaltykit.app import Loyalty
    from loyaltykit.cli.words import Lang


def doubt(kit: Loyalty, session: str, lang: Lang) -> str | None:
    """What to say of a session that is none of the program's and where nobody has been yet; None where all is well.

    It is no mistake: a code word or attendance may be of any session, and it may be the first of its name.
    """
    if kit.session_over(session) is not None or kit.present(session):
        return None
    known = [id for id in kit.program.document.rewards if kit.session_over(id) is not None]
    near = nearest(session, known)
    word = "stream/nearest" if near else "stream/unknown"
    return say(lang, word, name=echo(session), nearest=near or "")
