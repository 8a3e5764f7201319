"""What a browser asks for: a request as bytes, read as far as the overlay needs it."""

from __future__ import annotations

import hmac
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

LARGEST = 8_192
_HERE = ("localhost", "127.0.0.1", "[::1]")
_DIGITS = 18
_PATHS = {"/": "page", "/events": "events", "/favicon.ico": "nothing"}


class Asked(NamedTuple):
    """What is wanted: a status that is not 200 refuses."""

    status: int
    what: str = ""
    """page, events, nothing."""
    after: int | None = None
    """The last happening that the browser has seen."""
    head: bool = False
    """Only the head of the answer."""


def read_request(raw: bytes, *, token: str | None) -> Asked:
    """Read a whole request head (up to the empty line).

    With a token the address must begin with it; without one the browser must be asking this machine by its own name,
    so that no other site can have it ask for us (DNS rebinding).
    """
    lines = raw.decode("latin-1").split("\r\n")
    method, _, rest = lines[0].partition(" ")
    target, _, version = rest.partition(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    try:
        path, query = _target(target)
    except ValueError:
        return Asked(400)
    if not version.startswith("HTTP/1."):
        return Asked(400)
    if method not in ("GET", "HEAD"):
        return Asked(405)
    if token is None and _host(headers.get("host", "")) not in _HERE:
        return Asked(421)
    what = _PATHS.get(_within(path, token))
    said = headers.get("last-event-id") or (parse_qs(query).get("after") or [""])[0]
    return Asked(404) if what is None else Asked(200, what, _cursor(said), method == "HEAD")


def _within(path: str, token: str | None) -> str:
    """The path behind the token; empty when it is not there."""
    if token is None:
        return path
    first, slash, rest = path.removeprefix("/").partition("/")
    return f"/{rest}" if slash and hmac.compare_digest(first.encode(), token.encode()) else ""


def _target(target: str) -> tuple[str, str]:
    split = urlsplit(target)
    return unquote(split.path), split.query


def _host(written: str) -> str:
    name, colon, port = written.rpartition(":")
    return name.lower() if colon and port.isdigit() else written.lower()


def _cursor(text: str) -> int | None:
    good = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if good else None
