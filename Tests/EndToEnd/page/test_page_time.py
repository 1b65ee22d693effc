# The timeline: by arrival and by discovery year, played, paused and scrubbed; addresses of moments that cannot be
# shown; where arrivals land. Not here: whether an earlier board is right (test_as_of.py).
import re

import pytest
from playwright.sync_api import expect

from running import sample_server
from test_page import board, counter, fresh_name
from visits import root, to


@pytest.fixture(scope="module")
def base_url(tmp_path_factory):
    """A server whose lake follows within a second."""
    with sample_server(tmp_path_factory.mktemp("time-page") / "data", "--roll-age", "1") as server:
        server.wait(lambda: server.get("/api/board", params={"as_of": 6061}).status_code == 200, 20, "the lake")
        yield server.url


def test_a_replay_of_arrivals_plays_pauses_and_has_an_address(page):
    counter(page, "planets")
    page.click("[data-play]")
    expect(page.locator("#connection")).to_have_attribute("data-connection", "paused")
    page.wait_for_selector("[data-as-of-banner]")
    page.wait_for_function("() => Number(document.querySelector('[data-counter=planets]').dataset.value) > 50")
    page.click("[data-play]")
    expect(page.locator("[data-play]")).to_have_attribute("aria-label", "Play")
    # The address names what is shown.
    shown = int(re.search(r"as_of=planet-discoveries/0:(\d+)$", page.url)[1])
    assert 50 < shown < 6061
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(shown))
    page.reload()
    page.wait_for_selector("[data-as-of-banner]")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(shown))
    expect(page.locator("#timeline input[type=range]")).to_have_value(str(shown))


def test_discovery_years_are_scrubbed_and_played(new_page):
    page = new_page("/?until=2010")
    found = board(page)["aggregates"]["by_year"]
    upto = lambda year: sum(count for when, count in found.items() if int(when) <= year)
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(upto(2010)))
    expect(page.locator("[data-year]")).to_have_text("2010")
    expect(page).to_have_title("Found up to 2010 – Planetarium")
    # What has no years says that it shows the present.
    expect(page.locator("#panel-massRadius")).to_contain_text("shows the present")
    expect(page.locator("#panel-methodsByYear .present-note")).to_have_count(0)
    page.locator("#timeline input[type=range]").press("ArrowLeft")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(upto(2009)))
    expect(page).to_have_url(re.compile(r"\?until=2009$"))
    page.select_option("#timeline select", "4")
    page.click("[data-play]")
    page.wait_for_function("() => Number(document.querySelector('[data-year]').textContent) >= 2012")
    page.click("[data-play]")
    year = int(page.inner_text("[data-year]"))
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(upto(year)))
    page.click("#timeline [data-now]")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(sum(found.values())))
    assert "until" not in page.url


def test_another_view_ends_a_replay(page):
    counter(page, "planets")
    page.check("#timeline [value=year]", force=True)
    page.click("[data-play]")
    page.wait_for_selector("[data-year]:not([hidden])")
    to(page, "quality")
    expect(page).to_have_url(f"{root(page)}?view=quality")


@pytest.mark.parametrize("point", ["999999", "nonsense", "2038-01-01T00:00:00Z"])
def test_an_address_that_cannot_be_shown_says_so_and_shows_nothing_else(chromium, base_url, point):
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{base_url}/?as_of={point}")
        expect(page.locator("[data-as-of-refused]")).to_contain_text(point)
        expect(page.locator("#views")).to_be_hidden()
        expect(page.locator("#connection")).to_have_attribute("data-connection", "paused")
        page.click("[data-as-of-refused] [data-now]")
        expect(page.locator("#connection")).to_have_attribute("data-connection", "live")
        expect(page.locator("[data-as-of-refused]")).to_have_count(0)
        assert counter(page, "planets") >= 6061 and "as_of" not in page.url


def test_a_date_as_people_write_it_is_a_moment(page):
    counter(page, "planets")
    with page.expect_request("**/api/board?as_of=**") as asked:
        page.click("#timeline .exact summary")
        page.fill("#timeline [name=as_of]", "2025-11-27 8:30")
        page.click("#timeline form button[type=submit]")
    assert re.search(r"as_of=2025-11-2[678]T\d\d%3A\d0%3A00.000Z$", asked.value.url)
    expect(page.locator("[data-as-of-banner]")).to_contain_text("before the first record")


def test_an_arrival_flashes_where_it_lands(page):
    page.wait_for_selector("#panel-massRadius[data-seq]")
    page.set_viewport_size({"width": 1400, "height": 2400})
    page.wait_for_selector("#panel-hosts[data-seq]")
    # Each mark is kept in mind as it comes: it goes after two seconds.
    page.evaluate("""() => {
        window.landed = new Set();
        new MutationObserver((all) => all.flatMap((one) => [...one.addedNodes]).forEach((node) => {
            if (node.className === 'landing') landed.add(node.closest('[data-panel]').dataset.panel);
        })).observe(document.body, {subtree: true, childList: true});
    }""")
    errors = {f"{name}err{i}": 0.1 if i == 1 else -0.1
              for name in ("pl_rade", "pl_bmasse", "pl_orbper") for i in (1, 2)}
    name = fresh_name()
    answer = page.request.post(root(page) + "api/discoveries", data={
        "pl_name": name, "hostname": name[:-2], "discoverymethod": "Transit", "disc_year": 2018, "pl_rade": 2.2,
        "pl_bmasse": 6, "pl_orbper": 11, "disc_facility": "Kepler", **errors})
    assert answer.status == 201
    page.wait_for_function("() => landed.size >= 7")
    assert set(page.evaluate("[...landed]")) == {
        "methodsByYear", "cumulative", "massRadius", "periodRadius", "facilities", "hosts", "rate"}
    expect(page.locator("#panel-newest li").first).to_contain_text(name)
    expect(page.locator(".landing, .landed")).to_have_count(0)
