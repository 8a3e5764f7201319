"""A channel in a process of its own: what it does there, it does not do to us.

The other side is asked in lines of JSON. It has a time for each message; when it is silent for longer, ends, or says
something else, it is killed and started anew for a later message, and the message at hand is deferred. So a message may
have gone out that we know nothing of: it is sent again under the same id.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.line_process import Ended, Garbage, LineProcess, Silent
from loyaltykit.channels.protocol import Receipt
from loyaltykit.channels.wire import message_fields, outcome_of
from loyaltykit.errors import Deferred, DeliveryError, PluginError
from loyaltykit.problems import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltykit.channels.limits import Limits
    from loyaltykit.channels.protocol import OutgoingMessage

LIMIT = 30.0
"""Seconds for one message, and for the start."""
_REST, _LONGEST_REST = 60.0, 3_600.0
"""Seconds that a channel is left alone after it went wrong twice in a row, or was silent; each time twice as long."""
_SHOWN = 300
_log = logging.getLogger("loyaltykit.plugins")


@attrs.frozen(slots=True, kw_only=True)
class Origin:
    """Where a plug-in's channel comes from."""

    plugin: str
    """The plug-in's name, for those who read what went wrong."""
    point: str
    """What its entry point names: ``module`` or ``module:object``."""


class Apart:
    """A plug-in's channel, run in a process of its own that is started when the first message goes.

    `limit` are the seconds for one message, `start_limit` those for importing and making it. `hidden` are names of
    environment variables that the other process does not get. What goes wrong is told to `report` as a PluginError that
    names the plug-in, by default to the log; `aloud` lets through what the plug-in prints, on standard error.
    """

    def __init__(
        self,
        name: str,
        origin: Origin,
        *,
        settings: Mapping[str, Any] | None = None,
        address: str | None = None,
        limits: Limits | None = None,
        limit: float = LIMIT,
        start_limit: float = LIMIT,
        hidden: Iterable[str] = (),
        aloud: bool = False,
        report: Callable[[PluginError], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if os.name == "nt":
            what = "a channel in a process of its own needs POSIX: name it under `in_process`"
            raise PluginError(what, code="plugin/platform", details={"name": name, "what": what})
        self.name = name
        self.address = address
        self.limits = limits
        self.faults: Counter[str] = Counter()
        """How often what went wrong, by code."""
        self._origin = origin
        self._settings = dict(settings or {})
        self._limits = limit, start_limit
        self._hidden = frozenset(hidden)
        self._errors = sys.stderr.fileno() if aloud else subprocess.DEVNULL
        self._report = report
        self._clock = clock
        self._process: LineProcess | None = None
        self._number = 0
        self._wrong = 0
        """How often in a row."""
        self._rested = float("-inf")
        self._one_at_a_time = threading.Lock()

    def __repr__(self) -> str:
        return f"Apart({self.name!r}, {self._origin!r})"

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand a message over to the other process.

        Raises what the channel raises there, and Deferred with ``NAME/start``, ``NAME/hung``, ``NAME/ended``,
        ``NAME/garbage``, ``NAME/receipt``, ``NAME/error`` or ``NAME/resting``.
        """
        with self._one_at_a_time:
            left = self._rested - self._clock()
            if left > 0:
                raise Deferred(f"{self.name}/resting", left)
            outcome = self._asked(message)
        if isinstance(outcome, DeliveryError):
            raise outcome
        return outcome

    def close(self) -> None:
        """End the other process; a message after that starts it again."""
        with self._one_at_a_time:
            if self._process is not None and self._process.ours:
                self._process.close()
            self._process = None

    # --- one message -------------------------------------------------------------------------------------------

    def _asked(self, message: OutgoingMessage) -> Receipt | DeliveryError:
        limit, start_limit = self._limits
        try:
            process = self._started(start_limit)
            self._number += 1
            answer = self._exchanged(process, {"send": self._number, "message": message_fields(message)}, limit)
            if answer.get("sent") != self._number:
                raise Garbage
            outcome = outcome_of(answer)
        except Silent:
            return self._gone_wrong("plugin/hung", f"no answer within {limit:g} s, it was ended", tired=True)
        except Ended:
            return self._gone_wrong("plugin/ended", "its process ended while it sent a message")
        except (Garbage, ValueError, RecursionError):
            return self._gone_wrong("plugin/garbage", "its process said something that is no answer")
        except _NotStarted as error:
            return self._gone_wrong("plugin/start", str(error), tired=True)
        except BaseException:
            self._drop()  # an answer may still come, to a question that nobody remembers
            raise
        self._wrong = 0
        return self._judged(outcome, message)

    def _judged(self, outcome: Receipt | DeliveryError | str, message: OutgoingMessage) -> Receipt | DeliveryError:
        if isinstance(outcome, str):
            self._tell("plugin/error", f"send {outcome}")
            return Deferred(f"{self.name}/error")
        if isinstance(outcome, Receipt) and outcome.message != message.id:
            self._tell("plugin/receipt", "it gave a receipt for another message")
            return Deferred(f"{self.name}/receipt")
        return outcome

    def _exchanged(self, process: LineProcess, question: dict[str, Any], limit: float) -> dict[str, Any]:
        until = time.monotonic() + limit
        process.tell(json.dumps(question, default=str).encode("ascii"), until=until)
        answer = json.loads(process.hear(until=until))
        if not isinstance(answer, dict):
            raise Garbage
        return answer

    # --- the process -------------------------------------------------------------------------------------------

    def _started(self, limit: float) -> LineProcess:
        if self._process is not None and self._process.ours:
            return self._process
        self._process = process = LineProcess(command(), env=environment(self._hidden), errors=self._errors)
        order = {"serve": self.name, "settings": self._settings, "limit": max(self._limits)}
        try:
            answer = self._exchanged(process, {**order, **attrs.asdict(self._origin)}, limit)
        except Silent:
            raise _NotStarted(f"it was not ready within {limit:g} s, it was ended") from None
        except Ended:
            raise _NotStarted("its process ended before it was ready") from None
        except (Garbage, ValueError, RecursionError):
            raise _NotStarted("its process said something else than that it is ready") from None
        if answer.get("ready") is not True:
            raise _NotStarted(printable(str(answer.get("refused"))[:_SHOWN]))
        return process

    def _drop(self) -> None:
        if self._process is not None and self._process.ours:
            self._process.kill()
        self._process = None

    # --- what went wrong ---------------------------------------------------------------------------------------

    def _gone_wrong(self, code: str, what: str, *, tired: bool = False) -> Deferred:
        """Ends the process. One that does not work is left alone for a while, so that it keeps nobody else waiting."""
        self._drop()
        self._wrong += 1
        times = self._wrong - (0 if tired else 1)
        rest = min(_REST * 2.0 ** min(times - 1, 10), _LONGEST_REST) if times else None
        self._rested = self._clock() + (rest or 0.0)
        self._tell(code, what)
        return Deferred(f"{self.name}/{code.rpartition('/')[2]}", rest)

    def _tell(self, code: str, what: str) -> None:
        """Say it the first, tenth, hundredth time."""
        self.faults[code] += 1
        times = self.faults[code]
        if str(times).strip("0") != "1":
            return
        plugin = self._origin.plugin
        said = what if times == 1 else f"{what} ({times} times)"
        text = f"plug-in {plugin}: the channel {self.name}: {said}"
        details = {"name": plugin, "channel": self.name, "what": said}
        error = PluginError(text, code=code, details=details)
        if self._report is None:
            _log.warning("%s", error)
        else:
            self._report(error)


def command() -> tuple[str, ...]:
    """What starts the process of a plug-in."""
    return sys.executable, "-P", "-m", "loyaltykit.plugins.child"


def environment(hidden: Iterable[str] = ()) -> dict[str, str]:
    """Our environment without the secrets of others; modules are found where we find them."""
    kept = {name: value for name, value in os.environ.items() if name not in frozenset(hidden)}
    return kept | {"PYTHONPATH": os.pathsep.join(str(Path(place).absolute()) for place in sys.path)}


class _NotStarted(Exception):
    """The words say why."""
