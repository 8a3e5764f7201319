"""The one shell that loads, decides, settles, appends and hands to the outbox.

`shell.py` has the verbs; each begins a transaction of the `Journal` and works on a `Work`: `recording.py` folds events
in, `refold.py` folds a history again, `settling.py` answers requests, `enqueueing.py` passes messages on, `words.py`
puts them into words, `advancing.py` lets time pass, `reading.py`, `explaining.py` and `previewing.py` look,
`judging.py` and `offered.py` count over all members. `loyalty.py` puts a program and a store under them.
"""

from loyaltykit.app.loyalty import Loyalty
from loyaltykit.app.shell import Shell

__all__ = ["Loyalty", "Shell"]
