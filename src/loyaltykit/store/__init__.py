"""Where events, states, the ledger and the outbox are kept: one small protocol, in memory and in SQL."""

from loyaltykit.store.opening import open_store
from loyaltykit.store.protocol import Store

__all__ = ["Store", "open_store"]
