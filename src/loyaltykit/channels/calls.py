"""HTTP calls for channel adapters: bounded in time and size, without redirects, silent about what is sent to whom."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import logging
import re
import threading
import time
import urllib.parse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.errors import Deferred, DeliveryError, Gone, LoyaltyError, MissingExtra, Refused

if TYPE_CHECKING:
    import urllib3

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_BASE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)
_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry", "urllib3.response")
_LARGEST = 1_000_000
_LONGEST_WAIT = 86_400.0
_NEVER = frozenset({400, 405, 406, 409, 411, 413, 414, 415, 422})
_UNSEEN = threading.local()


@attrs.frozen(slots=True, kw_only=True)
class Answer:
    """What the other side said. Its repr shows the status alone."""

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    """By name, in whatever case it is asked for."""
    body: bytes = attrs.field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None when it is something else."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def retry_after(self) -> float | None:
        """The seconds that the header Retry-After asks for (RFC 9110, 10.2.3), at most a day; None without one."""
        said = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", said):
            return min(float(said), _LONGEST_WAIT)
        try:
            then = email.utils.parsedate_to_datetime(said)
        except (ValueError, TypeError, OverflowError):
            return None
        left = (then.replace(tzinfo=then.tzinfo or dt.UTC) - dt.datetime.now(dt.UTC)).total_seconds()
        return min(left, _LONGEST_WAIT) if left >= 0 else None


class Calls:
    """What an adapter calls a service by. `channel` is the adapter's name, which every code begins with.

    `timeout`, in seconds, is for a whole call, from connecting to the last byte of the answer. `headers` go with every
    call. `pool` is a urllib3 pool of your own, for a proxy say; then each read has the time anew until the head of the
    answer is there. Answers of more than a megabyte are not read to their end, redirects are answers like any other,
    and nothing of a request is in errors or log records. Needs urllib3, from the extra [http].
    """

    def __init__(
        self,
        channel: str,
        *,
        base_url: str,
        timeout: float = 20.0,
        headers: Mapping[str, str] | None = None,
        pool: urllib3.PoolManager | None = None,
    ) -> None:
        if not _NAME.fullmatch(channel):
            raise LoyaltyError("a channel's name is a-z, 0-9 and -, at most 31", code="channel/name")
        try:
            import urllib3  # noqa: F401 - said here, whoever imported what needs it before

            from loyaltykit.channels.timed import timed_pool
        except ModuleNotFoundError:
            raise MissingExtra("http", f"the channel {channel}") from None
        if not _BASE.fullmatch(base_url):
            raise LoyaltyError("base_url is an http(s) address without a query", code=f"{channel}/base-url")
        if not timeout > 0:
            raise LoyaltyError("timeout is a number of seconds above zero", code=f"{channel}/timeout")
        if not all(text.isascii() and text.isprintable() for pair in (headers or {}).items() for text in pair):
            what = "a header is one line of ASCII: is there a line break in the token?"
            raise LoyaltyError(what, code=f"{channel}/header")
        self.base_url = base_url.rstrip("/")
        self._channel = channel
        self._timeout = timeout
        self._headers = {"Accept-Encoding": "identity", **(headers or {})}
        self._own = pool is None
        self._pool = timed_pool() if pool is None else pool
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(_HUSHED)  # one that is there already is not added again

    def post(
        self,
        path: str,
        payload: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST `payload` as JSON (bytes as they are) to a path under `base_url`; the answer, whatever its status.

        Raises `Deferred` when there is none: NAME/timeout, NAME/connection, NAME/too-large.
        """
        return self.call("POST", path, payload, query=query, headers=headers)

    def call(
        self,
        method: str,
        path: str,
        payload: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The same by any method, such as GET; without `payload` there is no body."""
        target = f"/{path.lstrip('/')}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        sent = {**self._headers, **(headers or {})}
        body = payload if isinstance(payload, bytes) or payload is None else json.dumps(payload).encode()
        if body is not None and not isinstance(payload, bytes):
            sent.setdefault("Content-Type", "application/json")
        _UNSEEN.texts = (_as_sent(self.base_url + target), target)
        try:
            found = self._asked(method, self.base_url + target, sent, body)
        finally:
            _UNSEEN.texts = ()
        if isinstance(found, str):  # raised out here: the errors of urllib3 hold the address
            raise Deferred(f"{self._channel}/{found}")
        return found

    def failure(self, answer: Answer) -> DeliveryError:
        """What an answer usually means: raise it for those that your service says nothing else about.

        429 is `Deferred` for as long as was asked; 410 is `Gone`; 400, 413, 422 and their like are `Refused`: the
        message is at fault. Everything else, a wrong token among it, is `Deferred`: somebody can mend it.
        """
        code = f"{self._channel}/{answer.status}"
        if answer.status == 410:
            return Gone(code)
        if answer.status in _NEVER:
            return Refused(code)
        return Deferred(code, answer.retry_after if answer.status in {429, 503} else None)

    def close(self) -> None:
        """Close the connections that are ours; the next call opens another."""
        if self._own:
            self._pool.clear()

    def __repr__(self) -> str:
        return f"Calls({self._channel!r}, base_url={self.base_url!r})"

    def _asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer | str:
        """The answer, or in a word why there is none."""
        import urllib3

        until = time.monotonic() + self._timeout
        response = None
        try:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=self._timeout),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            found = read_bounded(response, until, _LARGEST)
            if found is None:
                return "too-large"
            response.release_conn()
        except urllib3.exceptions.NewConnectionError:  # to urllib3 a kind of time-out
            return "connection"
        except (urllib3.exceptions.TimeoutError, TimeoutError):
            return "timeout"
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            return "connection"
        finally:
            if response is not None and response.connection is not None:
                response.close()  # not read to its end: nobody may use this connection again
        return Answer(status=response.status, headers=response.headers, body=found)


def _as_sent(url: str) -> str:
    """Path and query as urllib3 writes them: what it has to, it encodes, and dots it resolves."""
    import urllib3

    try:
        return urllib3.util.parse_url(url).request_uri
    except urllib3.exceptions.HTTPError:
        return url  # nothing is sent then


def read_bounded(response: urllib3.BaseHTTPResponse, until: float, largest: int) -> bytes | None:
    """The body, in pieces as they arrive, until the time is up (TimeoutError); None when it is too large."""
    found = bytearray()
    while piece := response.read1(65_536, decode_content=False):
        found += piece
        if len(found) > largest:
            return None
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(found)


class _Hushed(logging.Filter):
    """Takes the path and the query of our own calls out of what urllib3 logs meanwhile: tokens and people are there."""

    def filter(self, record: logging.LogRecord) -> bool:
        for unseen in getattr(_UNSEEN, "texts", ()):
            if unseen in (said := record.getMessage()):
                record.msg, record.args = said.replace(unseen, "/…"), ()
        return True


_HUSHED = _Hushed()
