from __future__ import annotations

import pytest

from loyaltykit.store.memory import MemoryStore
from tests.store.suite import StoreSuite


class TestMemoryStore(StoreSuite):
    @pytest.fixture
    def store(self):
        return MemoryStore()
