"""The links of letters: what one would do is shown before it is done. Looking does nothing, for scanners look, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from loyaltykit.app.asking import asked_first
from loyaltykit.app.messaging import expired
from loyaltykit.app.outgoing import effect_of, worded
from loyaltykit.app.returning import Returning
from loyaltykit.app.signing import bad_token
from loyaltykit.app.taking import answer_id
from loyaltykit.rules.plan import ATTRIBUTES

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app.outgoing import Press


@attrs.frozen(slots=True, kw_only=True)
class LinkView:
    """What a one-click link is about. It names nobody: who holds the link may not be who got the letter."""

    kind: Literal["survey", "offer", "quest"]
    state: Literal["open", "done", "expired"]
    question: str = attrs.field(repr=False)
    """What was asked, or the subject of the letter."""
    label: str = attrs.field(repr=False)
    """The answer, the option or the quest that the link stands for."""
    locale: str
    comment: bool = False
    """Whether a comment may follow the answer."""


class Linking(Returning):
    """What can be done with the links of letters."""

    def link(self, token: str, *, at: dt.datetime | None = None) -> LinkView:
        """What a link of a letter would do, for the page that asks once more. Nothing is written.

        Call `pressed_link` when the page's form is posted. Raises LoyaltyError, ``link/token``, for a token that we did
        not sign. A link is good for sixty days, for one member and one answer.
        """
        number, action = self._pressing(token)
        row, member, hand = self._sent(action)
        if row.member != number:
            raise bad_token()
        press = self._press(row, member, hand, action)
        document = self._journal.engine.program.document
        with self._lock, self._journal.reading() as store:
            words = worded(document, effect_of(row, member), self._journal.engine.view(hand.state), "email")
            done = bool(store.seen((_done_id(press, member, asked_first(row), action),)))
        survey = document.surveys.get(press.survey or "")
        return LinkView(
            kind="survey" if press.survey else "offer" if press.offer else "quest",
            state="done" if done else "expired" if expired(row, self._reading_at(at)) else "open",
            question=words.text if press.survey else words.subject,
            label=press.label,
            locale=str(hand.state[ATTRIBUTES].get("locale") or document.locale),
            comment=survey is not None and survey.comment,
        )

    def comment_link(self, token: str, text: str, *, at: dt.datetime | None = None) -> str:
        """Keep a comment to the answer that a link gave; as `comment`."""
        number, action = self._pressing(token)
        row, member, hand = self._sent(action)
        if row.member != number or expired(row, self._reading_at(at)):
            raise bad_token()
        survey = self._press(row, member, hand, action).survey
        if survey is None:
            raise bad_token()
        return self.comment(member, survey=survey, text=text, at=at)


def _done_id(press: Press, member: str, seq: int, action: str) -> str:
    """The id of the event that a press is recorded as."""
    return answer_id(press.survey, member, f"press:{seq}") if press.survey else f"press:{action}"
