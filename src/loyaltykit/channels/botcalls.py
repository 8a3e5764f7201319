"""Calls of the Bot API: what its answers mean. The token is in every address, and the address is in no error or log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from loyaltykit.channels.calls import Calls
from loyaltykit.errors import Deferred, DeliveryError, Gone, LoyaltyError, Refused

if TYPE_CHECKING:
    import urllib3

    from loyaltykit.channels.calls import Answer

_TOKEN = re.compile(r"[A-Za-z0-9:_-]{1,200}", re.ASCII)
_LONGEST_WAIT = 86_400.0
_NOBODY = ("chat not found", "peer_id_invalid", "user is deactivated")
_OUR_FAULT = frozenset({401, 404, 407, 408})
"""A wrong token, or something in between: not the message's fault."""


class BotCalls:
    """One bot's calls."""

    def __init__(self, token: str, *, base_url: str, timeout: float, pool: urllib3.PoolManager | None) -> None:
        if not _TOKEN.fullmatch(token):
            raise LoyaltyError("this is not a bot's token", code="telegram/token")
        self._token = token
        self._calls = Calls("telegram", base_url=base_url, timeout=timeout, pool=pool)
        self.base_url = self._calls.base_url

    def call(self, method: str, payload: dict[str, Any]) -> Any:
        """What the method returned. Raises a DeliveryError."""
        answer = self._calls.post(f"bot{self._token}/{method}", payload)
        found = answer.json()
        if answer.ok and isinstance(found, dict) and found.get("ok") is True:
            return found.get("result")
        raise _failure(answer, found if isinstance(found, dict) else {})

    def close(self) -> None:
        """Close the connections that are ours."""
        self._calls.close()


def _failure(answer: Answer, found: dict[str, Any]) -> DeliveryError:
    """What an answer that is not ok means. Its words stay here: they may name people."""
    status = answer.status
    code = f"telegram/{status}"
    words = str(found.get("description", "")).lower()
    if status == 429:
        return Deferred(code, _wait(answer, found))
    if status == 403 or (status == 400 and any(part in words for part in _NOBODY)):
        return Gone(code)
    if 400 <= status < 500 and status not in _OUR_FAULT and found.get("ok") is False:
        return Refused(code)
    return Deferred(code if not answer.ok else "telegram/answer")


def _wait(answer: Answer, found: dict[str, Any]) -> float | None:
    """The seconds that we were asked to wait, in the answer or in its head."""
    parameters = found.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        return answer.retry_after
    return min(float(asked), _LONGEST_WAIT) if asked >= 0 else None
