"""Store urls: ``memory:`` and ``sqlite:///PATH`` (``sqlite:////absolute/path``), with ``?synchronous=normal``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from loyaltykit.errors import StoreError
from loyaltykit.problems import echo

if TYPE_CHECKING:
    from loyaltykit.store.protocol import Store

_KNOWN = "use memory: or sqlite:///PATH"
_SQLITE = "sqlite:///"


def open_store(url: str) -> Store:
    """Open the store that a url names; StoreError when the url is not understood or the store cannot be opened."""
    if url in {"memory:", "memory://"}:
        from loyaltykit.store.memory import MemoryStore  # only where it is used

        return MemoryStore()
    if url.startswith(_SQLITE):
        path, _, query = url.removeprefix(_SQLITE).partition("?")
        options = dict(parse_qsl(query, keep_blank_values=True))
        synchronous = options.pop("synchronous", "full")
        if options:
            raise StoreError(f"unknown option of a sqlite url: {echo(next(iter(options)))}", code="store/url")
        if not path:
            raise StoreError("the url has no path: sqlite:///school.db, or sqlite:////srv/school.db", code="store/url")
        from loyaltykit.store.sqlite import open_sqlite  # where it is used: the library starts without a database

        return open_sqlite(unquote(path), synchronous=synchronous.lower())
    scheme = url.partition(":")[0]
    if scheme in {"postgresql", "postgres", "mysql"}:
        raise StoreError(f"{scheme} stores are not built yet: {_KNOWN}", code="store/not-built")
    raise StoreError(f"not a store url: {echo(scheme)}: {_KNOWN}", code="store/url")
