"""A real Firefox (Debian's firefox-esr, or the one that FIREFOX names), driven by WebDriver BiDi, which it speaks
itself over a WebSocket: https://w3c.github.io/webdriver-bidi. Not here: what the page must do in it
(page/test_firefox.py).
"""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading

import pytest
from websockets.sync.client import connect

from running import until

# Nothing but loopback can be reached: Firefox asks a proxy that there is not for all others.
PREFERENCES = {
    "network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": 9,
    "intl.accept_languages": "en-GB, en", "datareporting.policy.dataSubmissionEnabled": False,
}
SECONDS = 60  # for one answer of Firefox: far more than it takes


class Firefox:
    """One window. What the browser complains about is in `complaints`: console errors and warnings, uncaught errors,
    refused by the content security policy, and answers of the server that are errors."""

    def __init__(self, socket):
        self.socket = socket
        self.number = 0
        self.complaints = []
        self.command("session.new", capabilities={})
        self.window = self.command("browsingContext.getTree")["contexts"][0]["context"]
        self.command("session.subscribe", events=["log.entryAdded", "network.responseCompleted"])
        self.command("browsingContext.setViewport", context=self.window, viewport={"width": 1400, "height": 900})

    def command(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=SECONDS))
            if message["type"] == "event":
                self._heed(message["method"], message["params"])
            elif message.get("id") == self.number:
                assert message["type"] == "success", message
                return message["result"]

    def _heed(self, event, of):
        if event == "log.entryAdded" and of["level"] in ("error", "warn"):
            self.complaints.append(f"{of['type']} {of['level']}: {of['text']}")
        elif event == "network.responseCompleted" and of["response"]["status"] >= 400:
            self.complaints.append(f"{of['response']['status']}: {of['request']['url']}")

    def go(self, url):
        self.command("browsingContext.navigate", context=self.window, url=url, wait="complete")

    def value(self, expression):
        """A string, number, truth value or null of the page's; a promise's, when it has one."""
        answer = self.command("script.evaluate", expression=expression, awaitPromise=True,
                              target={"context": self.window})
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def wait(self, expression):
        """Until it is true in the page."""
        return until(lambda: self.value(expression), SECONDS, expression, lambda: self.complaints)

    def see(self, selector, containing=""):
        """Until an element is in view that has the text."""
        self.wait(f"""[...document.querySelectorAll({json.dumps(selector)})].some((one) => (
            one.checkVisibility() && one.textContent.includes({json.dumps(containing)})))""")

    def type(self, text):
        """By keys, into what has the focus."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.command("input.performActions", context=self.window,
                     actions=[{"type": "key", "id": "keyboard", "actions": keys}])


@contextlib.contextmanager
def launched():
    binary = os.environ.get("FIREFOX") or shutil.which("firefox-esr")
    if not binary:
        pytest.fail("missing: firefox-esr (Scripts/setup test installs it), or FIREFOX with the path of a Firefox",
                    pytrace=False)
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        with open(f"{profile}/user.js", "w") as file:
            file.writelines(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                            for name, value in PREFERENCES.items())
        # Its home is the profile: root may not use another user's, and no Firefox that runs already answers for it.
        process = subprocess.Popen(
            [binary, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"],
            env={**os.environ, "HOME": profile, "MOZ_CRASHREPORTER_DISABLE": "1"}, cwd=profile,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        try:
            with connect(f"{_address(process)}/session", max_size=None, proxy=None) as socket:
                yield Firefox(socket)
        finally:
            _stop(process)


def _address(process):
    """Where it listens, as it prints it; what else it prints is read away, or it would come to wait."""
    printed = []
    for line in process.stderr:
        printed.append(line)
        if "WebDriver BiDi listening on " in line:
            threading.Thread(target=lambda: [None for _ in process.stderr], daemon=True).start()
            return line.split()[-1]
    raise AssertionError(f"Firefox ended with {process.wait(10)}: {''.join(printed)[-1000:]}")


def _stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
