"""A real Chromium for tests of the page: Debian's, or the one that CHROMIUM names."""
import contextlib
import os
import shutil

from playwright.sync_api import sync_playwright


@contextlib.contextmanager
def launched():
    with sync_playwright() as playwright:
        browser = start(playwright.chromium)
        yield browser
        browser.close()


def start(chromium, *arguments):
    """A browser with further arguments; `chromium` is playwright's type of it."""
    return chromium.launch(
        executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
        args=["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *arguments])
