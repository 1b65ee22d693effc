# What fits: targets for fingers, names that are not cut off, a form that stays where it is while one types.
# Not here: widths of whole views (test_page.py, test_page_views.py).
import re

import pytest
from playwright.sync_api import expect

from visits import VIEWS, open_form, root

ADDRESSES = {**{view: f"?view={view}" for view in VIEWS}, "planet": "?view=planet&key=trappist1e",
             "system": "?view=system&host=TRAPPIST-1", "file": "#/submit/file",
             "records": "#/records/by_method/Imaging"}

# Links within a sentence need no size of their own (WCAG 2.5.8, "Inline"); a label is part of its control.
SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')]
    .filter((one) => one.checkVisibility() && !one.closest('.unseen, .skip, .unseen-file, p'))
    .map((one) => [one, (one.matches('[type=radio], [type=checkbox]') && one.closest('label') || one)
        .getBoundingClientRect()])
    .filter(([, {width, height}]) => width > 0 && (width < 23.9 || height < 23.9))
    .map(([one, {width, height}]) => `${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 90)}`)"""

# A count may be one digit wide; which ones are depends on what has come in.
ONE_DIGIT = """() => [...document.querySelectorAll('a[href]')]
    .filter((one) => /^[0-9,.\\s]+$/.test(one.textContent)).forEach((one) => { one.textContent = '1'; })"""


@pytest.mark.parametrize("width", [360, 1280])
def test_targets_are_at_least_24_pixels(new_page, width):
    page = new_page(viewport={"width": width, "height": 740})
    start = root(page)
    for name, address in ADDRESSES.items():
        page.goto(start + address)
        page.wait_for_selector("html[data-ready=true]")
        own = {"file": "#import-template a", "records": "dialog td a"}
        selector = own.get(name, f".view-{name} :is(a, button):visible")
        expect(page.locator(selector).first).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if name in ("live", "habitable", "quality"):
            for panel in page.locator("[data-panel]").all():  # drawn when it is in view
                panel.scroll_into_view_if_needed()
                expect(panel).to_have_attribute("data-seq", re.compile(r"^\d+$"), timeout=30_000)
            expect(page.locator("main td a:visible").first).to_be_visible(timeout=30_000)
        page.evaluate(ONE_DIGIT)
        assert page.evaluate(SMALL) == [], name


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_bar_of_a_phone_has_two_rows(new_page, locale):
    """What is fixed below it is not covered."""
    page = new_page(viewport={"width": 360, "height": 740}, locale=locale)
    for view in VIEWS:
        page.goto(f"{root(page)}?view={view}#/submit")
        page.wait_for_selector("html[data-ready=true]")
        bar, title = page.locator(".bar").bounding_box(), page.locator("#submit-title").bounding_box()
        assert bar["y"] + bar["height"] <= title["y"], view


@pytest.mark.parametrize("width", [360, 1280])
def test_the_menu_of_a_panel_stands_in_its_first_line(new_page, width):
    page = new_page(viewport={"width": width, "height": 740})
    for address in ("", "?view=habitable", "?view=explore"):
        page.goto(root(page) + address)
        page.wait_for_selector(".panel-head .menu")
        lines = page.eval_on_selector_all(".panel-head:has(.menu)", """all => all.map((head) => {
            const [title, menu] = [head.querySelector('h2'), head.querySelector('.menu')];
            return [menu.getBoundingClientRect().top - title.getBoundingClientRect().top,
                    menu.getBoundingClientRect().right - head.getBoundingClientRect().right];
        })""")
        assert all(abs(down) < 24 and abs(right) <= 1 for down, right in lines), (address, lines)


def test_what_is_known_of_a_name_moves_no_field(page):
    open_form(page)
    field = page.locator("#field-hostname")
    before = field.bounding_box()
    page.fill("#field-pl_name", "trappist1e")
    page.press("#field-pl_name", "Tab")
    expect(page.locator("[data-known] a")).to_have_text("TRAPPIST-1 e")
    expect(field).to_be_focused()
    assert field.bounding_box() == before
    # And nothing that is typed into stands under it.
    for name in ("pl_rade", "sy_dist"):
        page.focus(f"#field-{name}")
        box, foot = page.locator(f"#field-{name}").bounding_box(), page.locator(".actions.sticky").bounding_box()
        assert box["y"] + box["height"] <= foot["y"], name


def test_the_names_beside_sizes_are_whole_on_a_phone(new_page):
    page = new_page("/?view=system&host=TRAPPIST-1", viewport={"width": 360, "height": 740})
    plot = page.locator(".size-figure .plot")
    expect(plot.locator("svg text").first).to_be_visible()
    boxes = plot.evaluate("""plot => {
        const {top, bottom, left, right} = plot.getBoundingClientRect();
        return [...plot.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()])
            .map(([name, one]) => [name, one.left >= left && one.right <= right && one.top >= top
                && one.bottom <= bottom + 1, one.left, one.right, one.top, one.bottom]);
    }""")
    assert [name for name, inside, *_ in boxes if not inside] == []
    touching = [(one[0], other[0]) for i, one in enumerate(boxes) for other in boxes[i + 1:]
                if one[2] < other[3] - 2 and other[2] < one[3] - 2 and one[4] < other[5] - 4 and other[4] < one[5] - 4]
    assert touching == []
