"""A real browser, driven over a pipe by the Chrome DevTools protocol; tests skip where there is none."""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--remote-debugging-pipe",
)
# the browser reads commands from descriptor 3 and answers on 4
START = """\
import fcntl, os, sys
pipes = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for place, number in zip((3, 4), pipes):
    os.dup2(number, place)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One page of a browser. `do` sends a command, `evaluate` runs a script in the page."""

    def __init__(self, profile, width=1920, height=1080):
        to_child, self._in = os.pipe()
        self._out, from_child = os.pipe()
        arguments = [BROWSER, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"]
        pipes = [str(to_child), str(from_child)]
        self._child = subprocess.Popen(
            [sys.executable, "-c", START, *pipes, *arguments],
            pass_fds=(to_child, from_child),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._number, self._session, self._rest = 0, None, b""
        self.said = []
        targets = self.do("Target.getTargets")["targetInfos"]
        page = next(one["targetId"] for one in targets if one["type"] == "page")
        self._session = self.do("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self.do("Runtime.enable")
        self.do("Log.enable")
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def do(self, method, **parameters):
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            asked["sessionId"] = self._session
        os.write(self._in, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._read()
            if told.get("id") == self._number:
                assert "error" not in told, told
                return told["result"]
            self.said.append(told)

    def _read(self, seconds=30):
        end = time.monotonic() + seconds
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._out], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser says nothing"
            part = os.read(self._out, 1 << 16)
            assert part, "the browser is gone"
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\0")
        return json.loads(line)

    def open(self, url):
        self.do("Page.enable")
        self.do("Page.navigate", url=url)

    def evaluate(self, script):
        return self.do("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)["result"].get(
            "value"
        )

    def wait(self, script, seconds=10):
        end = time.monotonic() + seconds
        while not (found := self.evaluate(script)):
            assert time.monotonic() < end, f"never came true: {script}"
            time.sleep(0.05)
        return found

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.do("Page.captureScreenshot", format="png")["data"]))

    @property
    def faults(self):
        """What the page complained of."""
        kinds = ("Runtime.exceptionThrown", "Log.entryAdded")
        return [one["params"] for one in self.said if one.get("method") in kinds]

    def close(self):
        try:
            self._session = None
            self.do("Browser.close")
        except (AssertionError, OSError):
            self._child.kill()
        self._child.wait(10)
        os.close(self._in)
        os.close(self._out)
