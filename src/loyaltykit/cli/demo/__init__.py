"""`loyaltykit demo`: a simulated school, folded for real, and the story of it.

`simulate.py` makes the events by the rates of `rates.py`, `folding.py` records them in a store, `facts.py` reads the
store, `chapters/` tells what is there and `story.py` puts it on one screen.
"""

from loyaltykit.cli.demo.run import run_demo

__all__ = ["run_demo"]
