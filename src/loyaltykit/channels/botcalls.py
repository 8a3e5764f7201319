"""Calls of the Bot API by urllib3: bounded in time and size, and silent about the token that is in every address."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import Deferred, DeliveryError, Gone, LoyaltyError, MissingExtra, Refused

if TYPE_CHECKING:
    import urllib3

_TOKEN = re.compile(r"[A-Za-z0-9:_-]{1,200}", re.ASCII)
_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)
_SECRET = re.compile(r"/bot[A-Za-z0-9:_%-]+")
_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry")
_LARGEST = 1_000_000
"""Bytes of an answer."""
_LONGEST_WAIT = 86_400.0
_NOBODY = ("chat not found", "peer_id_invalid", "user is deactivated")
_OUR_FAULT = frozenset({401, 404, 407, 408})
"""A wrong token, or something in between: not the message's fault."""


class BotCalls:
    """One bot's calls. Failures are raised outside the handlers of urllib3's errors: these hold the token."""

    def __init__(self, token: str, *, base_url: str, timeout: float, pool: urllib3.PoolManager | None) -> None:
        try:
            import urllib3
        except ModuleNotFoundError:
            raise MissingExtra("http", "the Telegram channel") from None
        if not _TOKEN.fullmatch(token):
            raise LoyaltyError("this is not a bot's token", code="telegram/token")
        if not _BASE.fullmatch(base_url):
            raise LoyaltyError("base_url is an http(s) address without a query", code="telegram/base-url")
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._own = pool is None
        self._pool = pool if pool is not None else urllib3.PoolManager(maxsize=4)
        _hush()

    def call(self, method: str, payload: dict[str, Any]) -> Any:
        """What the method returned. Raises a DeliveryError."""
        answer = self._asked(method, payload)
        if isinstance(answer, DeliveryError):
            raise answer
        status, headers, body = answer
        found = _parsed(body)
        if 200 <= status < 300 and isinstance(found, dict) and found.get("ok") is True:
            return found.get("result")
        raise _failure(status, found if isinstance(found, dict) else {}, headers)

    def close(self) -> None:
        """Close the connections that are ours."""
        if self._own:
            self._pool.clear()

    def _asked(self, method: str, payload: dict[str, Any]) -> tuple[int, Any, bytes] | DeliveryError:
        """Status, headers and body of the answer, or why there is none."""
        import urllib3

        until = time.monotonic() + self._timeout
        response = None
        try:
            response = self._pool.request(
                "POST",
                f"{self.base_url}/bot{self._token}/{method}",
                body=json.dumps(payload).encode(),
                headers={"Content-Type": "application/json", "Accept-Encoding": "identity"},
                timeout=urllib3.Timeout(total=self._timeout),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            body = _read(response, until)
            if body is None:
                return Deferred(code="telegram/too-large")
            response.release_conn()
        except (urllib3.exceptions.TimeoutError, TimeoutError):
            return Deferred(code="telegram/timeout")
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            return Deferred(code="telegram/connection")
        finally:
            if response is not None and response.connection is not None:
                response.close()  # not read to its end: nobody may use this connection again
        return response.status, response.headers, body


def _read(response: urllib3.BaseHTTPResponse, until: float) -> bytes | None:
    """The body, in pieces as they arrive, until the time is up; None when it is too large."""
    found = bytearray()
    while piece := response.read1(65_536, decode_content=False):
        found += piece
        if len(found) > _LARGEST:
            return None
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(found)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _failure(status: int, found: dict[str, Any], headers: Any) -> DeliveryError:
    """What an answer that is not ok means. Its words stay here: they may name people."""
    code = f"telegram/{status}"
    words = str(found.get("description", "")).lower()
    if status == 429:
        return Deferred(code, _wait(found, headers))
    if status == 403 or (status == 400 and any(part in words for part in _NOBODY)):
        return Gone(code)
    if 400 <= status < 500 and status not in _OUR_FAULT and found.get("ok") is False:
        return Refused(code)
    return Deferred(code if not 200 <= status < 300 else "telegram/answer")


def _wait(found: dict[str, Any], headers: Any) -> float | None:
    """The seconds that we were asked to wait, in the answer or in its head."""
    parameters = found.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if type(asked) not in (int, float):
        asked = headers.get("Retry-After", "")
        asked = int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else None
    return None if asked is None or not asked >= 0 else min(float(asked), _LONGEST_WAIT)


class _Hushed(logging.Filter):
    """Takes the token out of what urllib3 logs: it names the address of every request."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/bot" in said:
            record.msg, record.args = _SECRET.sub("/bot…", said), ()
        return True


_HUSHED = _Hushed()


def _hush() -> None:
    """A filter that is there already is not added again."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_HUSHED)
