# The page's views and their addresses: what an address holds, back and forward, titles, and what is drawn.
# Not here: what the views show (test_page*.py).
import re

import pytest
from playwright.sync_api import expect

from visits import VIEWS, landmarks, root, to

TITLES = {"live": "A live catalogue of planet discoveries", "explore": "Explore: choose your own axes",
          "habitable": "The habitable zone", "planets": "Planets", "quality": "Data quality", "class": "Class"}


def test_each_view_has_an_address_and_a_title_and_back_goes_back(page):
    for view in VIEWS[1:]:
        to(page, view)
        assert page.url == f"{root(page)}?view={view}"
        expect(page).to_have_title(f"{TITLES[view]} – Planetarium")
        expect(page.locator("h1")).to_have_text(TITLES[view])
        expect(page.locator("h1")).to_be_focused()
        assert page.locator(".bar nav [aria-current=page]").get_attribute("data-view") == view
    for view in reversed(VIEWS[:-1]):
        page.go_back()
        expect(page.locator(f".view-{view}")).to_be_visible()
        expect(page).to_have_title(f"{TITLES[view]} – Planetarium")
    page.go_forward()
    expect(page.locator(f".view-{VIEWS[1]}")).to_be_visible()


def test_a_view_that_is_not_shown_has_no_panels_and_asks_for_nothing(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("#panel-newest li").first).to_be_visible()
    assert page.locator("#panel-candidates, #panel-quality, #planets-table").count() == 0
    to(page, "habitable")
    expect(page.locator("#panel-candidates tbody tr").first).to_be_visible()
    assert page.locator("[data-panel]").count() == 4
    assert not [url for url in asked if "/api/planets" in url]


def test_three_panels_stand_above_the_fold(new_page):
    page = new_page(viewport={"width": 1280, "height": 720})
    page.wait_for_selector("#panel-massRadius[data-seq]")
    seen = page.eval_on_selector_all(
        "[data-panel]:not(#panel-totals)", "all => all.filter(one => {const {top} = one.getBoundingClientRect();"
        " return top < innerHeight / 2;}).map(one => one.dataset.panel)")
    assert seen == ["newest", "methodsByYear", "massRadius"]


def test_the_address_holds_search_sorting_filters_and_page(new_page):
    page = new_page("/?view=planets")
    page.fill("#planets-table input[name=q]", "kepler")
    page.select_option("#planets-table select[name=discoverymethod]", "Transit")
    page.fill("#planets-table input[name=from]", "2014")
    expect(page).to_have_url(re.compile("from=2014"))
    page.click("#planets-table thead th:first-child button")
    page.click("#planets-table [data-page=next]")
    expect(page).to_have_url(re.compile("offset=25"))
    expect(page).to_have_title("Planets: kepler – Planetarium")
    rows = "rows => rows.map(row => row.dataset.key)"
    total = page.get_attribute("[data-planets-total]", "data-planets-total")
    # What is typed is no step of its own.
    steps = page.evaluate("history.length")
    again = new_page(page.url.removeprefix(root(page).rstrip("/")))
    expect(again.locator("[data-planets-total]")).to_have_attribute("data-planets-total", total)
    # By now the first page has its answer, too.
    shown = page.eval_on_selector_all("#planets-table tbody tr", rows)
    assert again.eval_on_selector_all("#planets-table tbody tr", rows) == shown
    assert again.input_value("#planets-table input[name=q]") == "kepler"
    assert again.input_value("#planets-table input[name=from]") == "2014"
    assert steps <= 2


def test_the_address_holds_what_is_chosen_in_a_panel(new_page):
    page = new_page()
    page.check("#panel-massRadius input[value=all]", force=True)
    page.select_option("#panel-massRadius [data-choice=relation]", "all")
    expect(page).to_have_url(re.compile(r"\?massRadius\.relation=all&massRadius\.mode=all$|"
                                        r"\?massRadius\.mode=all&massRadius\.relation=all$"))
    again = new_page(page.url.removeprefix(root(page).rstrip("/")))
    expect(again.locator("#panel-massRadius input[value=all]")).to_be_checked()
    assert again.input_value("#panel-massRadius [data-choice=relation]") == "all"
    # Back from another view it is as it was; a value that there is not is the usual one.
    to(again, "quality")
    again.go_back()
    expect(again.locator("#panel-massRadius input[value=all]")).to_be_checked()
    odd = new_page("/?massRadius.mode=nonsense")
    expect(odd.locator("#panel-massRadius input[value=measured]")).to_be_checked()


@pytest.mark.parametrize("address, view", [("/#planets", "planets"), ("/#predictions", "habitable"),
                                           ("/#health", "quality"), ("/#charts", "live")])
def test_the_anchors_of_before_lead_to_their_views(new_page, address, view):
    page = new_page(address)
    expect(page.locator(f".view-{view}")).to_be_visible()
    assert "#" not in page.url


@pytest.mark.parametrize("address, field", [
    ("/#report", "#field-pl_name"), ("/?view=quality#/submit", "#field-pl_name"), ("/#import", "#import-file"),
    ("/#/submit/file", "#import-file")])
def test_the_drawer_has_addresses(new_page, address, field):
    page = new_page(address)
    expect(page.locator(field)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#submit")).to_be_hidden()
    assert "#" not in page.url


def test_the_drawer_gives_the_focus_back(page):
    page.click("#open-submit")
    expect(page.locator("#field-pl_name")).to_be_focused()
    page.click("[data-close]")
    expect(page.locator("#open-submit")).to_be_focused()


def test_a_view_that_there_is_not_is_said(new_page):
    page = new_page("/?view=nonsense")
    expect(page.locator("#unknown-view")).to_contain_text("“nonsense”")
    expect(page.locator(".view-live")).to_be_visible()
    to(page, "planets")
    expect(page.locator("#unknown-view")).to_be_hidden()


@pytest.mark.parametrize("width, height", [(1280, 720), (360, 740)])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_moves_while_a_view_comes(new_page, view, width, height):
    """Cumulative layout shift, of which 0.1 is the most that counts as good."""
    watch = """window.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
            .observe({type: 'layout-shift', buffered: true});"""
    page = new_page(f"/?view={view}", before=lambda page: page.add_init_script(watch),
                    viewport={"width": width, "height": height})
    expect(page.locator(f".view-{view} :is([data-seq], [data-marks], tbody tr)").first).to_be_visible()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert sum(page.evaluate("shifts")) < 0.05


@pytest.mark.parametrize("width", [360, 1280])
def test_text_of_twice_the_size_needs_no_sideways_scrolling(new_page, width):
    """As with the browser's own setting for text, which media queries in rem follow."""
    def enlarge(page):
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})

    page = new_page(viewport={"width": width, "height": 740}, locale="fr-FR", before=enlarge)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    for address in (*(f"?view={view}" for view in VIEWS), "?view=planet&key=trappist1e", "?view=system&host=TRAPPIST-1",
                    "#/submit", "#/submit/file"):
        page.goto(root(page) + address)
        page.wait_for_selector("html[data-ready=true]")
        page.wait_for_selector("#views :is([data-seq], [data-marks], tbody tr, form)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_paper_has_no_buttons_and_no_dark(new_page):
    page = new_page(color_scheme="dark")
    page.wait_for_selector("#panel-massRadius[data-seq]")
    # Plots are drawn anew in light colours before the browser lays the paper out.
    ground = "getComputedStyle(document.documentElement).getPropertyValue('--series-1')"
    dark = page.evaluate(ground)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    light = page.evaluate(ground)
    assert light != dark
    bars = page.locator("#panel-methodsByYear svg rect[fill]").evaluate_all(
        "all => all.map((one) => one.getAttribute('fill'))")
    assert light.strip() in bars and dark.strip() not in bars
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(ground) == dark
    page.emulate_media(media="print")
    for selector in (".skip", ".bar", "#timeline", "#panel-massRadius .controls"):
        expect(page.locator(selector)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("#panel-massRadius .plot")).to_be_visible()
    # The heads of the planets' table sort on a screen, and stay on paper.
    page.emulate_media(media="screen")
    to(page, "planets")
    expect(page.locator("#planets-table tbody tr").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#planets-table thead th").first).to_have_text("Planet")
    expect(page.locator("#planets-table thead button").first).to_be_visible()


def test_landmarks_have_names_of_their_own(page):
    for view in VIEWS:
        to(page, view)
        page.wait_for_selector(f".view-{view} :is([data-seq], [data-marks], tbody tr)")
        names = landmarks(page)
        assert len(names) == len(set(names)), names
