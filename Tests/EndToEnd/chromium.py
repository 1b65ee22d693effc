"""A real Chromium for tests of the page: Debian's, or the one that CHROMIUM names."""
import contextlib
import os
import shutil

from playwright.sync_api import sync_playwright


@contextlib.contextmanager
def launched():
    system = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system, args=["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
        yield browser
        browser.close()
