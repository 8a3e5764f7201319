"""`loyaltykit demo`: a simulated school, run for real, and the story of it.

`student.py` is one simulated student, by the rates of `rates.py`; `school.py` lets them study, time pass and the kit
deliver, hour by hour; `post.py` has the mail server and the Bot API. `facts.py` reads the store, `chapters/` tells what
is there and `story.py` puts it on one screen.
"""

from loyaltykit.cli.demo.run import run_demo

__all__ = ["run_demo"]
