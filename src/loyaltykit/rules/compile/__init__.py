"""From a plan to specialised Python functions: one an event type, and the few that all of them share."""

from loyaltykit.rules.compile.program import Compiled

__all__ = ["Compiled"]
