# Explore in a real browser: points, brushes that filter the other panels, zoom, keyboard, the address, what can be
# taken away. Not here: the arithmetic of scales, ticks and projections (test_plot.py).
import csv
import io
import re
import uuid
import xml.etree.ElementTree as ElementTree

import pytest
from playwright.sync_api import expect

from running import until

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def explore(new_page):
    def open_view(query=""):
        page = new_page(f"/?view=explore{query}")
        page.wait_for_selector(".view-explore[data-planets]")
        expect(page.locator("#explore-selection")).to_have_attribute("data-selected", re.compile(r"\d"))
        return page
    return open_view


def api(page, query):
    return page.request.get(page.url.split("?")[0] + f"api/planets?is_planet=true&{query}").json()


def selected(page):
    return int(page.get_attribute("#explore-selection", "data-selected"))


def drag(page, panel, start, end):
    """Within a plot; places are shares of its width and height."""
    box = page.locator(f"#explore-{panel} .plot").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def take(page, panel, item):
    page.click(f"#explore-{panel} .menu-opener")
    with page.expect_download() as file:
        page.click(f"#explore-{panel} [role=menu] >> text='{item}'")
    return file.value.suggested_filename, open(file.value.path(), encoding="utf-8").read()


def test_every_planet_with_both_values_is_a_point(explore):
    page = explore("&x=sy_dist&y=st_teff")
    total = api(page, "limit=1")["total"]
    both = api(page, "limit=1&sy_dist.gt=0&st_teff.null=false")["total"]
    assert int(page.get_attribute(".view-explore", "data-planets")) == total
    assert selected(page) == both
    expect(page.locator("[data-explore-note]")).to_contain_text(f"{both:,} of {total:,}")
    assert int(page.get_attribute("#explore-plot .plot", "data-marks")) == both


def test_forecasts_are_left_out_until_asked_for(explore):
    page = explore("&x=pl_bmasse&y=pl_rade")
    measured = api(page, "limit=1&pl_bmasse.gt=0&pl_rade.gt=0"
                         "&mass_provenance.ne=forecast&radius_provenance.ne=forecast")
    assert selected(page) == measured["total"]
    page.check("input[name=forecasts]")
    everything = api(page, "limit=1&pl_bmasse.gt=0&pl_rade.gt=0")["total"]
    expect(page.locator("#explore-selection")).to_have_attribute("data-selected", str(everything))
    assert everything > measured["total"]


def test_a_brush_filters_the_list_and_stands_in_the_address(explore):
    page = explore()
    everything = selected(page)
    drag(page, "histogram", (0.7, 0.2), (0.95, 0.6))
    expect(page).to_have_url(re.compile("range="))

    def is_as_brushed():
        """Address and list follow the hand when it rests."""
        low, high = [float(one) for one in re.search(r"range=([\d.]+),([\d.]+)", page.url).groups()]
        return selected(page) == api(page, "limit=1&pl_orbper.gt=0&pl_rade.gt=0&radius_provenance.ne=forecast"
                                           f"&disc_year.gte={low:g}&disc_year.lte={high:g}")["total"]

    until(is_as_brushed, 15, "the list of what is brushed", lambda: page.url)
    recent = selected(page)
    assert recent < everything
    drag(page, "plot", (0.2, 0.1), (0.6, 0.7))
    expect(page).to_have_url(re.compile("box="))
    expect(page.locator("#explore-selection")).not_to_have_attribute("data-selected", str(recent))
    both, address = selected(page), page.url
    assert 0 < both < recent
    # A copied address shows the same.
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#explore-selection")).to_have_attribute("data-selected", str(both))
    expect(page.locator("#explore-plot .plot-brush, #explore-histogram .plot-brush")).to_have_count(2)
    page.click("[data-clear]")
    expect(page.locator("#explore-selection")).to_have_attribute("data-selected", str(everything))
    expect(page).not_to_have_url(re.compile("box=|range="))


def test_the_sky_is_a_brush_too(explore):
    page = explore("&x=sy_dist&y=st_teff")
    everything = selected(page)
    # Kepler's field, where most planets of the table are.
    drag(page, "sky", (0.2, 0.12), (0.32, 0.34))
    expect(page).to_have_url(re.compile("sky="))
    # Address and list follow the hand when it rests, which it may have done on the way.
    until(lambda: 2000 < selected(page) < everything, 15, "the list of the brushed sky", lambda: page.url)


@pytest.mark.parametrize("query, chosen", [
    ("", ["pl_orbper", "pl_rade", "discoverymethod", "", "disc_year"]),
    ("&x=sy_dist&y=st_teff&colour=pl_eqt&size=pl_rade&hist=st_mass",
     ["sy_dist", "st_teff", "pl_eqt", "pl_rade", "st_mass"]),
])
def test_choices_show_what_is_plotted(explore, query, chosen):
    page = explore(query)
    selects = [page.locator(f".view-explore select[name={name}]") for name in ("x", "y", "colour", "size", "hist")]
    # All choices have come.
    for select in selects:
        expect(select.locator("option").nth(30)).to_be_attached()
    assert [select.input_value() for select in selects] == chosen


def test_columns_and_words_are_chosen(explore):
    page = explore()
    page.select_option(".explore-controls select[name=x]", "sy_dist")
    expect(page).to_have_url(re.compile("x=sy_dist"))
    page.click(".chip[data-word=Imaging]")
    expect(page).to_have_url(re.compile("only=Imaging"))
    wanted = api(page, "limit=1&discoverymethod=Imaging&sy_dist.gt=0&pl_rade.gt=0"
                       "&radius_provenance.ne=forecast")["total"]
    expect(page.locator("#explore-selection")).to_have_attribute("data-selected", str(wanted))
    page.select_option(".explore-controls select[name=colour]", "pl_eqt")
    expect(page.locator(".ramp")).to_contain_text("Equilibrium temperature (K)")
    page.select_option(".explore-controls select[name=start]", "masses")
    expect(page).to_have_url(re.compile("x=pl_bmasse"))


def test_zoom_and_the_way_back(explore):
    page = explore()
    plot = page.locator("#explore-plot .plot")
    plot.focus()
    page.keyboard.press("+")
    expect(page.locator("[data-whole]")).to_be_visible()
    expect(page).to_have_url(re.compile("zoom="))
    page.keyboard.press("0")
    expect(page.locator("[data-whole]")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("zoom="))
    plot.hover()
    page.mouse.wheel(0, -200)
    expect(page).to_have_url(re.compile("zoom="))


def test_arrow_keys_walk_the_planets_and_speak(explore):
    page = explore("&x=sy_dist&y=st_teff")
    page.locator("#explore-plot .plot").focus()
    page.keyboard.press("Home")
    nearest = api(page, "limit=1&sort=sy_dist&sy_dist.gt=0&st_teff.null=false&columns=pl_name,sy_dist")["planets"][0]
    said = page.locator("#announcer")
    expect(said).to_contain_text("Distance: " + f"{nearest['sy_dist']:.3f}"[:4])
    expect(page.locator("#explore-plot .plot-tip")).to_be_visible()
    before = said.inner_text()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(before)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("planet"))


def test_what_is_out_of_view_is_not_drawn(new_page):
    page = new_page("/?view=explore", viewport={"width": 400, "height": 700})
    expect(page.locator("#explore-plot .plot")).to_have_attribute("data-marks", re.compile(r"\d"))
    expect(page.locator("#explore-selection")).to_have_attribute("data-selected", re.compile(r"\d"))
    sky, histogram = page.locator("#explore-sky .plot"), page.locator("#explore-histogram .plot")
    assert [one.get_attribute("data-marks") for one in (sky, histogram)] == [None, None]
    histogram.scroll_into_view_if_needed()
    expect(histogram).to_have_attribute("data-marks", re.compile(r"\d"))
    page.evaluate("scrollTo(0, 0)")
    # Paper has all of it.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert int(sky.get_attribute("data-marks")) > 5000


def test_figures_and_lists_are_taken_away(explore):
    page = explore("&x=sy_dist&y=st_teff")
    digest = page.request.get(page.url.split("?")[0] + "api/board").json()["digest"]
    name, text = take(page, "plot", "Save as SVG")
    assert name.endswith(".svg")
    words = [element.text for element in ElementTree.fromstring(text).iter(f"{SVG}text")]
    assert "Star temperature (K) – Distance (pc)" in words and "Distance (pc)" in words and page.url in words
    assert any(digest in word for word in words), words[-4:]
    assert len(list(ElementTree.fromstring(text).iter(f"{SVG}circle"))) > 1000
    count = selected(page)
    name, text = take(page, "selection", "Save as CSV")
    assert any(digest in line for line in text.splitlines()[:4])
    rows = list(csv.DictReader(io.StringIO("".join(line for line in text.splitlines(True) if line[0] != "#"))))
    assert len(rows) == count and {"key", "pl_name", "sy_dist", "st_teff", "st_tefferr1"} <= set(rows[0])


def test_the_list_has_its_api_call(explore):
    page = explore("&box=1,100,0.5,3")
    count = selected(page)
    page.click("#explore-selection .menu-opener")
    call = page.locator("#explore-selection [role=menuitem]", has_text="The API call").get_attribute("href")
    answer = page.request.get(page.url.split("?")[0] + call).json()
    assert answer["total"] == count
    page.keyboard.press("Escape")
    expect(page.locator("#explore-selection .menu-opener")).to_be_focused()


def test_it_follows_what_arrives(explore):
    page = explore("&x=sy_dist&y=st_teff")
    before = int(page.get_attribute(".view-explore", "data-planets"))
    key = f"testbed{uuid.uuid4().hex[:10]}b"
    answer = page.request.post(page.url.split("?")[0] + "api/discoveries", data={
        "pl_name": key[:-1] + " b", "sy_dist": 12.5, "st_teff": 5100, "disc_year": 2020})
    assert answer.status == 201, answer.text()
    try:
        expect(page.locator(".view-explore")).to_have_attribute("data-planets", str(before + 1), timeout=20_000)
    finally:
        page.request.delete(page.url.split("?")[0] + f"api/planets/{key}")
    expect(page.locator(".view-explore")).to_have_attribute("data-planets", str(before), timeout=20_000)


@pytest.mark.parametrize("width", [360, 1280])
def test_french_and_small(new_page, width):
    page = new_page("/?view=explore", viewport={"width": width, "height": 800}, locale="fr-FR")
    page.wait_for_selector(".view-explore[data-planets]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("h1")).to_have_text("Explorer : choisissez vos axes")
    assert not re.search(r"\b(explore|plot|menu|unit)\.\w+", page.inner_text(".view-explore")), "a text's key shows"
