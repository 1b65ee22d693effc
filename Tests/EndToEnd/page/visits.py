"""Ways about the page, as a reader goes them. Not here: what is found there (test_*.py)."""
from playwright.sync_api import expect

VIEWS = ("live", "explore", "habitable", "planets", "quality")


def root(page):
    """The page's address without what it shows."""
    return page.url.split("#")[0].split("?")[0]


def to(page, view):
    """By the navigation."""
    page.click(f".bar nav [data-view={view}]")
    expect(page.locator(f".view-{view}")).to_be_visible()


def open_form(page):
    if page.locator("#submit").is_hidden():
        page.click("#open-submit")
    page.wait_for_selector("#field-pl_name", state="attached")
