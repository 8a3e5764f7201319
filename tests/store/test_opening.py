from __future__ import annotations

import pytest

from loyaltykit.errors import StoreError
from loyaltykit.store import open_store
from loyaltykit.store.memory import MemoryStore
from loyaltykit.store.sql import SqlStore


def test_urls(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert isinstance(open_store("memory:"), MemoryStore)
    for url, path in (
        ("sqlite:///school.db", "school.db"),
        (f"sqlite:///{tmp_path}/absolute.db", "absolute.db"),
        ("sqlite:///my%20school.db?synchronous=NORMAL", "my school.db"),
        ("sqlite:///школа.db", "школа.db"),
    ):
        store = open_store(url)
        assert isinstance(store, SqlStore)
        store.close()
        assert (tmp_path / path).is_file()


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("postgresql://localhost/school", "store/not-built", "postgresql"),
        ("school.db", "store/url", "sqlite:///PATH"),
        ("sqlite://school.db", "store/url", "sqlite:///PATH"),
        ("sqlite:///", "store/url", "no path"),
        ("sqlite:///a.db?synchronous=sometimes", "store/url", "synchronous"),
        ("sqlite:///a.db?journal=off", "store/url", "journal"),
        ("", "store/url", "memory:"),
    ],
)
def test_urls_that_are_not_understood(url, code, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=words) as caught:
        open_store(url)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []
