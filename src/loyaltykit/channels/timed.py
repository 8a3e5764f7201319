"""Connections of urllib3 that keep the time of a whole call."""

from __future__ import annotations

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from loyaltykit.channels.timed_socket import TimedSocket


class _Http(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = TimedSocket(self.sock)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = TimedSocket(self.sock)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def timed_pool() -> urllib3.PoolManager:
    """A pool whose connections keep the total time of a call. It takes no proxy from the environment."""
    pool = urllib3.PoolManager(maxsize=4)
    pool.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pool
