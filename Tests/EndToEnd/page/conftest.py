# A real Chromium for the tests of the page, and one server for all of them.
# Not here: how a server is started (running.py).
import os

import pytest
import requests
from chromium import launched, start
from running import sample_server


@pytest.fixture(scope="session")
def base_url(tmp_path_factory):
    """A server that holds the 6,061 planets of the sample, and a class; or the one that PLANETARIUM_URL names."""
    if os.environ.get("PLANETARIUM_URL"):
        yield with_class(os.environ["PLANETARIUM_URL"].rstrip("/"))
        return
    with sample_server(tmp_path_factory.mktemp("page") / "data") as server:
        yield with_class(server.url)


def with_class(url):
    """The view of classes has one to list."""
    opened = requests.post(f"{url}/api/classes", json={"title": "Lycée Nicolas-Copernic, 7b"}, timeout=10)
    assert opened.status_code == 201, opened.text
    return url


@pytest.fixture(scope="session")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def launch(chromium):
    """Starts a browser with further arguments; all are closed in the end."""
    browsers = []
    yield lambda *arguments: browsers.append(start(chromium.browser_type, *arguments)) or browsers[-1]
    for browser in browsers:
        browser.close()


class Complaints(list):
    """What the browser complained about: console errors, uncaught errors, refused by the content security policy."""

    def watch(self, page):
        page.on("console", lambda message: self.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.append(str(error)))

    def expect(self, text):
        """The browser itself logs what the server refuses: all complaints so far have this text."""
        assert all(text in one for one in self), list(self)
        self.clear()


@pytest.fixture
def new_page(chromium, base_url):
    """Opens pages that are ready: schema there, connection live. Fails the test where the console complained."""
    contexts, complaints = [], Complaints()

    def open_page(path="/", before=None, **settings):
        settings = {"viewport": {"width": 1400, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce",
                    **settings}
        context = chromium.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        if before:
            before(page)
        page.goto(base_url + path)
        page.wait_for_selector("html[data-ready=true]")
        page.wait_for_selector("#connection[data-connection=live]")
        return page

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert list(complaints) == []


@pytest.fixture
def page(new_page):
    return new_page()
