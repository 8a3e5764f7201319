"""A child process that is spoken to in lines, each within a time; what does not answer is killed, with its children."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 1_000_000
"""Bytes of a line that is read."""
_POLITE = 0.5
"""Seconds in which a process may end by itself when its input ends."""
_PIECE = 65_536


class Silent(Exception):
    """Nothing came within the time."""


class Ended(Exception):
    """The process is no longer there, or listens no more."""


class Garbage(Exception):
    """What came is no answer: it is too long, or nobody asked."""


class LineProcess:
    """A process with its standard input and output as two streams of lines.

    POSIX only: Windows cannot wait for a pipe with a time limit.
    """

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], errors: int = subprocess.DEVNULL) -> None:
        process = subprocess.Popen(  # noqa: S603  # the command is ours: this interpreter and a module of the library
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=dict(env), bufsize=0,
            start_new_session=True,
        )  # fmt: skip
        self._process = process
        self._owner = os.getpid()
        self._input, self._output = _pipe(process.stdin), _pipe(process.stdout)
        self._read = b""
        self._ending = weakref.finalize(self, _end, process, self._owner, _POLITE)

    @property
    def ours(self) -> bool:
        """Whether this process started it; one that was forked since then must leave it alone."""
        return self._owner == os.getpid()

    def tell(self, line: bytes, *, until: float) -> None:
        """Write a line; `until` is an instant of `time.monotonic`. Raises Silent, Ended or Garbage."""
        if self._read or self._waits(selectors.EVENT_READ, time.monotonic()):
            self._more()
            raise Garbage
        left = memoryview(line + b"\n")
        while left:
            if not self._waits(selectors.EVENT_WRITE, until):
                raise Silent
            try:
                left = left[os.write(self._input, left[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Ended from None

    def hear(self, *, until: float) -> bytes:
        """The next line. Raises Silent, Ended or Garbage."""
        while b"\n" not in self._read:
            if not self._waits(selectors.EVENT_READ, until):
                raise Silent
            self._more()
        line, _, self._read = self._read.partition(b"\n")
        return line

    def close(self) -> None:
        """Let it end by itself, for a moment; then end it."""
        self._ending()

    def kill(self) -> None:
        """End it at once."""
        if self._ending.detach() is not None:
            _end(self._process, self._owner, 0.0)

    def _waits(self, event: int, until: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._output if event == selectors.EVENT_READ else self._input, event)
            return bool(selector.select(max(0.0, until - time.monotonic())))

    def _more(self) -> None:
        try:
            piece = os.read(self._output, _PIECE)
        except BlockingIOError:
            return
        if not piece:
            raise Ended
        self._read += piece
        if len(self._read) > LARGEST:
            raise Garbage


def _pipe(stream: Any) -> int:
    number: int = stream.fileno()
    os.set_blocking(number, False)
    return number


def _end(process: subprocess.Popen[bytes], owner: int, patience: float) -> None:
    """End a process and all it has started. Its id is not free for another before it was waited for, which is last."""
    if os.getpid() != owner:
        return
    assert process.stdin is not None  # noqa: S101  # both are pipes
    assert process.stdout is not None  # noqa: S101
    with contextlib.suppress(OSError):
        process.stdin.close()
    if patience:
        _until_closed(process.stdout.fileno(), time.monotonic() + patience)
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.stdout.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5.0)


def _until_closed(output: int, until: float) -> None:
    """Wait until the other side has closed its output; what still comes is thrown away."""
    with selectors.DefaultSelector() as selector, contextlib.suppress(OSError):
        selector.register(output, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if selector.select(left) and not os.read(output, _PIECE):
                return
