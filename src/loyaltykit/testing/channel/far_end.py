"""The far end of a channel, in a test: what arrived there, and how badly it can behave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, Protocol, Self, TypeAlias

import attrs

from loyaltykit.testing.standin import HttpReply, HttpRequest, HttpStandIn

Behaviour: TypeAlias = Literal[
    "well",
    "limited",
    "failing",
    "reset",
    "lost",
    "stalled",
    "dripping",
    "endless",
    "redirected",
    "nonsense",
    "blocked",
    "unknown",
    "refused",
]
"""How the far end behaves, from when it is told until it is told otherwise.

``limited``: too much at once, come back in `seconds`. ``failing``: its own fault, as status 500. ``reset``: breaks the
connection off before it reads. ``lost``: takes the message, then breaks off. ``stalled``: never answers. ``dripping``:
a byte at a time, for longer than anybody waits. ``endless``: an answer without an end. ``redirected``: sends callers
elsewhere. ``nonsense``: success in words that mean nothing. ``blocked``: the recipient wants nothing more from us.
``unknown``: there is no such recipient. ``refused``: it will never take this content.
"""


@attrs.frozen(slots=True, kw_only=True)
class Arrived:
    """A message as its recipient gets it."""

    to: str
    text: str
    """What the recipient reads: without markup, entities resolved."""
    id: str | None = None
    """The id of the message, as it was on the wire; None if the service has no place for it."""
    buttons: tuple[tuple[str, str], ...] = ()
    """Label, and what is behind it: the action that a press brings back, or a link."""


class FarEnd(Protocol):
    """What an author gives the kit besides the adapter: a stand-in for the service, in a `with` block.

    An `HttpFarEnd` has most of it already.
    """

    @property
    def to(self) -> str:
        """An address at which somebody is; at least six characters that stand nowhere else."""

    @property
    def secrets(self) -> Sequence[str]:
        """What the adapter is given and must show to nobody, such as a token."""

    @property
    def arrived(self) -> Sequence[Arrived]:
        """All that recipients got, in order."""

    @property
    def open(self) -> int:
        """How many connections are open now."""

    def behave(self, how: Behaviour, *, seconds: float = 0.0) -> None:
        """Behave so from now on."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


_BADLY = {
    "reset": HttpReply(reset=True),
    "stalled": HttpReply(delay=math.inf),
    "dripping": HttpReply(body=b" " * 100_000, drip=0.02),
    "endless": HttpReply(endless=True),
    "nonsense": HttpReply(body=b"<html>It works!</html>", headers=(("Content-Type", "text/html"),)),
}
_STRAYED = "/elsewhere"


class HttpFarEnd:
    """The far end of a channel that calls a service by HTTP: say what a request means, and what the service answers.

    `read` has to be written. The others say what most services say; write those that yours says otherwise.
    """

    to = "recipient-1001"
    secrets: Sequence[str] = ()

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self._http = HttpStandIn(self._reply)
        self._how: Behaviour = "well"
        self._seconds = 0.0

    def read(self, request: HttpRequest) -> Arrived | HttpReply:
        """What a request brings to whom; or what the service answers to one that is not as it should be."""
        raise NotImplementedError("write read(request): what the service makes of a request")

    def taken(self, arrived: Arrived, number: int) -> HttpReply:
        """The answer to the message that arrived as the `number`-th: 200 with this as its ``id``."""
        return HttpReply.json({"id": str(number)})

    def limited(self, seconds: float) -> HttpReply:
        """The answer to too much at once: 429 with Retry-After."""
        return HttpReply.json({}, status=429, headers=(("Retry-After", f"{seconds:g}"),))

    def failing(self) -> HttpReply:
        """The answer when the service has a fault: 500."""
        return HttpReply.json({}, status=500)

    def blocked(self) -> HttpReply:
        """The answer when the recipient has blocked us: 403."""
        return HttpReply.json({}, status=403)

    def unknown(self) -> HttpReply:
        """The answer when there is no such recipient: 404."""
        return HttpReply.json({}, status=404)

    def refused(self) -> HttpReply:
        """The answer to content that is not taken: 400."""
        return HttpReply.json({}, status=400)

    @property
    def url(self) -> str:
        """Where the service is: give it to the adapter."""
        return self._http.url

    @property
    def requests(self) -> Sequence[HttpRequest]:
        """All requests, in order."""
        return self._http.requests

    @property
    def open(self) -> int:
        """How many connections are open now."""
        return self._http.open

    def behave(self, how: Behaviour, *, seconds: float = 0.0) -> None:
        """Behave so from now on."""
        self._how, self._seconds = how, seconds

    def __enter__(self) -> Self:
        self._http.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.__exit__()

    def _reply(self, request: HttpRequest) -> HttpReply:
        how = self._how
        if request.path == _STRAYED:
            self.arrived.append(Arrived(to="", text="a redirect was followed"))
            return HttpReply.json({})
        if how in _BADLY:
            return _BADLY[how]
        if how == "limited":
            return self.limited(self._seconds)
        if how == "redirected":
            status = 302 if len(self.requests) % 2 else 307
            return HttpReply(status=status, headers=(("Location", self.url + _STRAYED),))
        if how in {"failing", "blocked", "unknown", "refused"}:
            return {
                "failing": self.failing,
                "blocked": self.blocked,
                "unknown": self.unknown,
                "refused": self.refused,
            }[how]()
        return self._take(request)

    def _take(self, request: HttpRequest) -> HttpReply:
        found = self.read(request)
        if isinstance(found, HttpReply):
            return found
        if found.to != self.to:
            return self.unknown()
        self.arrived.append(found)
        if self._how == "lost":
            return _BADLY["reset"]
        return self.taken(found, len(self.arrived))
