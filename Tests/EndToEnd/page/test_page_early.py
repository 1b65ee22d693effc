"""What the reader does before a part of the page, its texts or its figures have come is done when they come: keys in
plots. Not here: which parts come when (test_page_parts.py)."""
import contextlib
import re
import time

from playwright.sync_api import expect

from test_page import fresh_name
from visits import root, to


@contextlib.contextmanager
def held(page, pattern):
    """What has such an address comes at the end, and is asked for until then."""
    waiting, isHeld = [], True
    page.route(pattern, lambda route: waiting.append(route) if isHeld else route.continue_())
    yield
    until = time.monotonic() + 10
    while not waiting and time.monotonic() < until:
        page.wait_for_timeout(10)
    assert waiting, f"nobody asked for {pattern}"
    isHeld = False
    for route in waiting:
        route.continue_()


def test_keys_in_a_plot_wait_for_its_figures(new_page):
    page = new_page(viewport={"width": 1280, "height": 720})
    page.wait_for_selector(".view-live:not(.waiting)")
    plot = page.locator("#panel-facilities .plot")
    # Out of view it is not drawn.
    assert plot.locator(".plot-ground > *").count() == 0
    plot.evaluate("one => one.focus({ preventScroll: true })")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    plot.scroll_into_view_if_needed()
    page.wait_for_selector("#provenance-dialog[open][data-shown]")
    assert "#/records/by_facility/" in page.url


def test_keys_in_explore_wait_for_its_planets(page):
    plot = page.locator("#explore-plot .plot")
    with held(page, re.compile("/api/planets.*format=csv")):
        to(page, "explore")
        plot.focus()
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        expect(plot.locator(".plot-ring")).to_have_count(0)
    page.wait_for_selector(".planet-view[data-key]")


def test_keys_between_two_pictures_all_count(page):
    to(page, "explore")
    plot = page.locator("#explore-plot .plot")
    expect(plot.locator("canvas")).to_be_visible()
    press = "(one, keys) => keys.forEach((key) => one.dispatchEvent(new KeyboardEvent('keydown', { key })))"
    plot.evaluate(press, ["+", "+", "-", "-", "-"])
    # Back where it began.
    expect(page).not_to_have_url(re.compile("zoom="))
    plot.evaluate(press, ["+", "+"])
    expect(page).to_have_url(re.compile("zoom="))
    twice = page.url
    plot.evaluate(press, ["0"])
    expect(page).not_to_have_url(re.compile("zoom="))
    for _ in range(2):
        plot.evaluate(press, ["+"])
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_url(twice)


def test_a_mark_in_hand_stays_when_figures_come(page):
    plot = page.locator("#panel-facilities .plot")
    plot.scroll_into_view_if_needed()
    page.wait_for_selector("#panel-facilities[data-seq]")
    plot.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    name = plot.locator(".plot-tip strong").inner_text()
    seq = page.locator("#panel-facilities").get_attribute("data-seq")
    answer = page.request.post(root(page) + "api/discoveries", data={"pl_name": fresh_name(), "disc_facility": "Kepler"})
    assert answer.status == 201
    page.wait_for_function("seq => document.querySelector('#panel-facilities').dataset.seq !== seq", arg=seq)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(plot.locator(".plot-tip strong")).to_have_text(name)
    expect(plot.locator(".plot-ring")).to_have_count(1)
