"""Checks of an adapter's life: that it says nothing it should not, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import threading
import time
import traceback
import warnings
from typing import TYPE_CHECKING

from loyaltykit.testing.channel.bench import MEMBER, SUBJECT, TEXT, Rig, shut
from loyaltykit.testing.channel.checks_trouble import BADLY
from loyaltykit.testing.report import Blocked, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.testing.channel.bench import Bench, Outcome

_LEFT = 2.0
"""Seconds in which what was closed may go."""


class _Heard(logging.Handler):
    """All log records, with the thread that they come from."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[tuple[int | None, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = [record.getMessage(), repr(record.args)]
        if record.exc_info and record.exc_info[1] is not None:
            said += traceback.format_exception(record.exc_info[1])
        self.records.append((record.thread, "\n".join(said)))


def silent(bench: Bench) -> None:
    """Nothing of a person and no secret in errors, logs, reprs and prints, whatever happens."""
    with bench.up() as rig, _listening() as (heard, printed):
        for how in ("well", *BADLY):
            rig.far.behave(how, seconds=7)
            outcome = rig.send(rig.message())
            logged = "\n".join(said for thread, said in heard.records if thread == outcome.thread)
            places = {"an error": _told(outcome), "the log": logged, "what is printed": printed.getvalue()}
            places["its repr"] = f"{rig.channel!r} {rig.channel}"
            for place, said in places.items():
                if (what := _found(rig, said)) is not None:
                    raise Fault(f"{place} shows {what} when the far end is {how}")


def _found(rig: Rig, said: str) -> str | None:
    """What should not be there."""
    private = {"the recipient's address": [rig.far.to], "the text": [TEXT[:12], SUBJECT], "the member": [MEMBER]}
    private["a secret"] = list(rig.far.secrets)
    return next((what for what, texts in private.items() if any(text in said for text in texts)), None)


def _told(outcome: Outcome) -> str:
    """All that an error shows to whoever looks, and the errors behind it."""
    said: list[str] = []
    error = outcome.error
    if error is not None:
        said += traceback.format_exception(error)
    while error is not None:
        said += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(said)


@contextlib.contextmanager
def _listening() -> Iterator[tuple[_Heard, io.StringIO]]:
    """Everything that is logged or printed meanwhile."""
    root, heard, printed = logging.getLogger(), _Heard(), io.StringIO()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield heard, printed
    finally:
        root.setLevel(level)
        root.removeHandler(heard)


def closes(bench: Bench) -> None:
    """After close, which may be called twice, no connection and no thread is left."""
    with bench.up():  # it works at all
        pass
    with bench.far_end() as far:
        before = set(threading.enumerate())
        channel = bench.make(far)
        Rig(channel, far, bench.patience).arrives(Rig(channel, far, bench.patience).message())
        shut(channel)
        shut(channel)
        del channel
        gc.collect()
        _soon(lambda: f"{far.open} connections are still open" if far.open else "")
        _soon(lambda: _names(set(threading.enumerate()) - before))


def _names(threads: set[threading.Thread]) -> str:
    return "threads are still there: " + ", ".join(sorted(one.name for one in threads)) if threads else ""


def _soon(fault: Callable[[], str]) -> None:
    until = time.monotonic() + _LEFT
    while what := fault():
        if time.monotonic() > until:
            raise Fault(f"{_LEFT:g} s after close {what}")
        time.sleep(0.02)


def forked(bench: Bench) -> None:
    """A worker that was forked makes its own adapter, and it sends."""
    if not hasattr(os, "fork"):
        raise Blocked("this system does not fork")
    with bench.up() as rig:
        rig.arrives(rig.message())
        before = len(rig.far.arrived)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of threads: the stand-in has some, the child needs none
            child = os.fork()
        if not child:
            _in_child(bench, rig)
        if _ended(child, bench.patience) != 0:
            raise Fault("an adapter that is made anew in a forked process does not send")
        if len(rig.far.arrived) != before + 1:
            raise Fault("what a forked process sends does not arrive")
        rig.arrives(rig.message())


def _in_child(bench: Bench, rig: Rig) -> None:
    """Send one message and end, whatever happens."""
    code = 1
    try:
        bench.make(rig.far).send(rig.message())
        code = 0
    finally:
        os._exit(code)


def _ended(child: int, patience: float) -> int:
    """The exit code of a process, which is killed when it takes too long."""
    until = time.monotonic() + patience
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, 9)
            os.waitpid(child, 0)
            return -9
        time.sleep(0.01)
