"""A server that does to each connection what a test says, byte for byte."""

import contextlib
import socket
import threading


class Receiver:
    """Listens on a free port of 127.0.0.1 and gives each connection to `script`, in a thread of its own."""

    def __init__(self, script):
        self.connections = 0
        self._script = script
        self._over = threading.Event()

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def url(self, scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}/hook"

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with contextlib.suppress(OSError), connection:
            self._script(connection, self._over)


def request(connection):
    """A whole request: its head, its body."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(65_536) or b"\r\n\r\n"
    head, _, body = found.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return head, body


def saying(*pieces, every=0.0, for_ever=b""):
    """A script: read the request, say the pieces, perhaps one every so many seconds, and then something for ever."""

    def script(connection, over):
        request(connection)
        for piece in pieces:
            connection.sendall(piece)
            over.wait(every)
        while for_ever and not over.is_set():
            connection.sendall(for_ever)
            over.wait(every)

    return script


def silent(_connection, over):
    """Says nothing and takes nothing."""
    over.wait(30)
