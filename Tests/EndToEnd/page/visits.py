"""Ways about the page, as a reader goes them, and what must not be found anywhere. Not here: what is found in one view
(test_*.py)."""
from playwright.sync_api import expect

VIEWS = ("live", "explore", "habitable", "planets", "quality", "class")


def root(page):
    """The page's address without what it shows."""
    return page.url.split("#")[0].split("?")[0]


def to(page, view):
    """By the navigation. Not by `expect`: where that has to wait it reads all of the page aloud, for seconds."""
    page.click(f".bar nav [data-view={view}]")
    page.wait_for_selector(f".view-{view}", state="visible")


def speak(page, language):
    """Chooses a language, whose texts may have to come first."""
    page.select_option("#language", language)
    expect(page.locator(f"html[lang={language}]")).to_be_attached()


def see(page, *panels):
    """Scrolls to each of the panels, which is drawn then."""
    for panel in panels:
        page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
        page.wait_for_selector(f"#panel-{panel}[data-seq]:not([aria-busy])")


def open_form(page):
    if page.locator("#submit").is_hidden():
        page.click("#open-submit")
    page.wait_for_selector("#field-pl_name", state="attached")


def too_wide(page, width):
    """What stands out of the page at its right, and is in no part that scrolls by itself."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return page.evaluate(
        "width => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroller, .bar nav') && "
        "e.checkVisibility() && e.getBoundingClientRect().right > width + 1"
        " && !e.closest('.unseen, .unseen-file, .skip')).map(e => e.tagName + '.' + e.className)", width)


def unnamed(page):
    """What can be used and has no name that is spoken."""
    return page.evaluate(
        "[...document.querySelectorAll('input, select, textarea, button, .plot')].filter(e => e.checkVisibility() && "
        "!(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML)")


def landmarks(page):
    """The names of the parts in view."""
    return page.eval_on_selector_all(
        "section[aria-labelledby], [role=region], nav, aside, [role=search]", "all => all.filter(one => "
        "one.checkVisibility()).map(one => one.getAttribute('aria-label') ?? "
        "document.getElementById(one.getAttribute('aria-labelledby')).textContent)")
