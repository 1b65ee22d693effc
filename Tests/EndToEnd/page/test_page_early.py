"""What the reader does before a part of the page, its texts or its figures have come is done when they come: keys in
plots, what is typed and sent, addresses, choices. Not here: which parts come when (test_page_parts.py)."""
import contextlib
import re
import time

import pytest
from playwright.sync_api import expect

from test_page import fresh_name
from visits import root, to

FIELD = "#field-pl_name"


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
    planet = {"pl_name": fresh_name(), "disc_facility": "Kepler"}
    answer = page.request.post(root(page) + "api/discoveries", data=planet)
    assert answer.status == 201
    page.wait_for_function("seq => document.querySelector('#panel-facilities').dataset.seq !== seq", arg=seq)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(plot.locator(".plot-tip strong")).to_have_text(name)
    expect(plot.locator(".plot-ring")).to_have_count(1)


def test_what_is_typed_before_the_form_is_in_the_form(page):
    with held(page, "**/js/form.js"):
        page.click("#open-submit")
        page.keyboard.type("Kepler-22 c")
        page.keyboard.press("Backspace")
        page.keyboard.type("b")
        assert page.locator("#field-hostname").count() == 0
    expect(page.locator("#field-hostname")).to_be_visible()
    assert page.input_value(FIELD) == "Kepler-22 b"
    expect(page.locator(FIELD)).to_be_focused()
    # What is known of the name is there, too.
    expect(page.locator("#discovery-form .actions")).to_contain_text("Kepler-22 b")
    page.keyboard.type("!")
    assert page.input_value(FIELD) == "Kepler-22 b!"


def test_what_is_sent_before_the_form_is_there_is_sent(page):
    name = fresh_name()
    with held(page, "**/js/form.js"):
        page.click("#open-submit")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    expect(page.locator(".receipt")).to_contain_text(name)


def test_who_has_left_the_field_before_the_form_comes_stays_there(page):
    with held(page, "**/js/form.js"):
        page.click("#open-submit")
        page.keyboard.type("Half ")
        page.focus("#language")
    expect(page.locator("#field-hostname")).to_be_visible()
    assert page.input_value(FIELD) == "Half "
    expect(page.locator("#language")).to_be_focused()


def test_who_types_when_a_view_comes_stays_in_the_form(page):
    with held(page, "**/js/form.js"):
        with held(page, "**/js/views/quality.js"):
            page.click(".bar nav [data-view=quality]")
            page.click("#open-submit")
            page.keyboard.type("Kep")
        page.wait_for_selector(".view-quality", state="visible")
        page.keyboard.type("ler")
    expect(page.locator("#field-hostname")).to_be_visible()
    assert page.input_value(FIELD) == "Kepler"


def test_a_revision_waits_for_the_form(page):
    page.goto(f"{root(page)}?view=planet&key=kepler22b")
    with held(page, "**/js/form.js"):
        page.click("[data-revise]")
        expect(page.locator("#submit")).to_be_hidden()
    expect(page.locator(FIELD)).to_have_value("Kepler-22 b")
    expect(page.locator("#field-hostname")).to_have_value("Kepler-22")


def test_the_drawer_opens_while_its_view_is_on_its_way(new_page, page):
    url = root(page)
    with held(page, "**/js/views/explore.js"):
        page.goto("about:blank")
        page.goto(f"{url}?view=explore#/submit")
        expect(page.locator(FIELD)).to_be_focused()
        page.keyboard.type("Kepler-22 b")
    expect(page.locator(".view-explore .plot canvas").first).to_be_visible()
    assert page.input_value(FIELD) == "Kepler-22 b"


@pytest.mark.parametrize("leave", ["Escape", "back"])
def test_a_list_that_is_left_while_it_comes_does_not_open(page, leave):
    with held(page, "**/js/provenance.js"):
        page.click("[data-counter=planets] a")
        expect(page).to_have_url(re.compile("#/records/"))
        page.keyboard.press("Escape") if leave == "Escape" else page.go_back()
        expect(page).not_to_have_url(re.compile("#/records/"))
    page.wait_for_load_state("networkidle")
    expect(page.locator("#provenance-dialog")).to_be_hidden()
    page.click("[data-counter=planets] a")
    expect(page.locator("#provenance-dialog tbody tr").first).to_be_visible()


def test_who_types_when_another_language_comes_goes_on(page):
    to(page, "planets")
    with held(page, "**/js/i18n/fr.js"):
        page.select_option("#language", "fr")
        page.focus("#planets-table input[name=q]")
        page.keyboard.type("Kep")
        page.keyboard.press("ArrowLeft")
    expect(page.locator("html[lang=fr]")).to_be_attached()
    page.keyboard.type("l")
    assert page.input_value("#planets-table input[name=q]") == "Kelp"


def test_the_page_can_be_used_while_its_language_is_on_its_way(chromium, base_url):
    with chromium.new_context(locale="fr-FR") as context:
        page = context.new_page()
        with held(page, "**/js/i18n/fr.js"):
            page.goto(base_url)
            page.click("#theme")
            expect(page.locator("html[data-theme=dark]")).to_be_attached()
            # Who would rather read English does not wait for French.
            page.select_option("#language", "en")
            page.wait_for_selector("html[data-ready=true][lang=en]")
        page.wait_for_load_state("networkidle")
        expect(page.locator("html[lang=en]")).to_be_attached()


def test_a_language_that_is_chosen_before_the_script_has_come_counts(chromium, base_url):
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        with held(page, "**/js/main.js"):
            page.goto(base_url, wait_until="commit")
            page.select_option("#language", "fr")
            expect(page.locator("#theme")).to_be_disabled()
        page.wait_for_selector("html[data-ready=true][lang=fr]")
        expect(page.locator("h1")).to_have_text("Un catalogue vivant des découvertes de planètes")
