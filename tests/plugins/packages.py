"""Packages as pip would leave them, of one module with entry points, in a folder on the path."""

from __future__ import annotations

import sys

PIGEON = '''
import os, sys, threading, time

from loyaltykit.channels import Receipt
from loyaltykit.errors import Deferred, Gone, Refused
from loyaltykit.plugins import hookimpl


class Pigeon:
    """Does what the message's text says."""

    name = "pigeon"
    address = "loft"

    def __init__(self, *, token: str, kept: str = "", tries: int = 3) -> None:
        if tries < 0:
            raise ValueError(f"tries {tries}, token {token}")
        self.kept = kept

    def send(self, message):
        found = getattr(self, "do_" + message.text.replace("-", "_").split(":")[0], None)
        answer = Receipt(message=message.id, reference="r-" + message.id) if found is None else found(message)
        if self.kept:
            with open(self.kept, "a", encoding="utf-8") as file:
                file.write(message.id + "\\n")
        return answer

    def do_once(self, message):
        """Misbehaves when it sees the message first, after it has sent it."""
        marker = self.kept + "-" + message.id
        if os.path.exists(marker):
            return Receipt(message=message.id)
        open(marker, "w").close()
        odd = message.text.split(":")[1]
        if odd not in ("nothing", "other"):  # these return, and are written down where all are
            with open(self.kept, "a", encoding="utf-8") as file:
                file.write(message.id + "\\n")
        return getattr(self, "do_" + odd)(message)

    def do_hang(self, message):
        time.sleep(600)

    def do_raise(self, message):
        raise RuntimeError("the loft of Bob Marley burns")

    def do_leave(self, message):
        sys.exit(3)

    def do_die(self, message):
        os._exit(3)

    def do_kill(self, message):
        os.kill(os.getpid(), 9)

    def do_nothing(self, message):
        return None

    def do_other(self, message):
        return Receipt(message="another")

    def do_deep(self, message):
        return self.do_deep(message)

    def do_print(self, message):
        print("noise" * 10_000, flush=True)
        os.write(1, b'{"sent": 1}\\n' * 1000)
        return Receipt(message=message.id)

    def do_read(self, message):
        return Receipt(message=message.id, reference=sys.stdin.read() or "nothing")

    def do_close(self, message):
        os.close(0)
        os.close(1)
        return Receipt(message=message.id)

    def do_close_all(self, message):
        os.closerange(0, 100)
        return Receipt(message=message.id)

    def do_flood(self, message):
        for number in range(3, 30):
            try:
                while True:
                    os.write(number, b"x" * 4096)
            except OSError:
                pass

    def do_lie(self, message):
        for number in range(3, 30):
            try:
                os.write(number, b'{"sent": 99, "receipt": {"message": "' + message.id.encode() + b'"}}\\n')
            except OSError:
                pass
        time.sleep(600)

    def do_nest(self, message):
        for number in range(3, 30):
            try:
                os.write(number, b"[" * 60_000 + b"\\n")
            except OSError:
                pass
        time.sleep(600)

    def do_children(self, message):
        if os.fork() == 0:
            time.sleep(600)
        time.sleep(600)

    def do_threads(self, message):
        threading.Thread(target=time.sleep, args=(600,)).start()
        return Receipt(message=message.id)

    def do_later(self, message):
        raise Deferred("pigeon/rain", 7)

    def do_never(self, message):
        raise Refused("pigeon/heavy")

    def do_gone(self, message):
        raise Gone("pigeon/moved")

    def do_environ(self, message):
        return Receipt(message=message.id, reference=os.environ.get("OTHERS_SECRET", "not there"))

    def do_quote(self, message):
        return Receipt(message=message.id, reference=message.subject)


@hookimpl
def loyaltykit_channels():
    return [Pigeon]
'''


class Packages:
    """Installs packages into a folder; `remove` forgets their modules."""

    def __init__(self, folder):
        self._folder = folder

    def __call__(self, package, source, *, value=None, point="channel"):
        (self._folder / f"{package}.py").write_text(source, "utf-8")
        info = self._folder / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[loyaltykit]\n{point} = {value or package}\n", "utf-8")

    def remove(self):
        for path in self._folder.glob("*.py"):
            sys.modules.pop(path.stem, None)


TWO_HOOKS = """
from loyaltykit.plugins import hookimpl


def last_one(context, options):
    return options[-1]


@hookimpl
def loyaltykit_recommenders():
    return [last_one]


@hookimpl
def loyaltykit_draft_message(brief):
    if brief.message == "raise":
        raise RuntimeError("Bob Marley")
    return f"Hello from the school, {{{{ member.name | default: 'friend' }}}}" if brief.message != "others" else None
"""
