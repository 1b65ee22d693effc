# What stands behind a figure, receipts and earlier boards, in a real browser: by mouse, by keyboard, in French, by
# address. Not here: whether the lists are right, which test_provenance.py asks the server.
import csv
import json
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from astropy.io.votable import parse
from playwright.sync_api import expect

from running import Server, sample_server
from test_page import board, counter, fresh_name, open_table, report
from visits import root, see, speak, to


@pytest.fixture(scope="module")
def base_url(tmp_path_factory):
    """A server whose lake follows within a second."""
    with sample_server(tmp_path_factory.mktemp("provenance-page") / "data", "--roll-age", "1") as server:
        server.wait(lambda: server.get("/api/board", params={"as_of": 6061}).status_code == 200, 20, "the lake")
        yield server.url


def drawer(page):
    page.wait_for_selector("#provenance-dialog[open][data-shown]")
    return page.locator("#provenance-dialog")


def test_a_table_s_number_opens_its_records(page):
    open_table(page, "methodsByYear")
    cell = page.locator("#panel-methodsByYear td[data-group='Imaging/2013'] a")
    count = int(cell.inner_text())
    cell.click()
    shown = drawer(page)
    expect(shown.locator("tbody tr")).to_have_count(count)
    expect(shown.locator("[data-total]")).to_have_attribute("data-total", str(count))
    expect(shown.locator("h2")).to_be_focused()
    assert "#/records/by_method_year/Imaging%2F2013" in page.url
    # From there to the planet, and back.
    key = shown.locator("tbody tr").first.get_attribute("data-key")
    shown.locator("tbody th a").first.click()
    page.wait_for_selector(f".planet-view[data-key='{key}']")
    expect(page.locator("#provenance-dialog")).not_to_be_visible()
    page.go_back()
    expect(drawer(page).locator("tbody tr")).to_have_count(count)
    page.keyboard.press("Escape")
    expect(page.locator("#provenance-dialog")).not_to_be_visible()
    assert "#/records" not in page.url


def test_pages_of_a_long_list(page):
    counter(page, "planets")
    page.locator("[data-counter=planets] a").click()
    shown = drawer(page)
    expect(shown.locator("tbody tr")).to_have_count(50)
    first = shown.locator("tbody tr").first.get_attribute("data-key")
    shown.locator("[data-page=next]").click()
    expect(shown.locator(".pages")).to_contain_text("Page 2 of")
    assert shown.locator("tbody tr").first.get_attribute("data-key") > first
    shown.locator("[data-page=previous]").click()
    expect(shown.locator("tbody tr").first).to_have_attribute("data-key", first)


@pytest.mark.parametrize("group", ["by_method/Imaging", "totals/rejected"])
def test_the_drawer_s_list_is_taken_away(new_page, group):
    """All of it, though the drawer has its first page: of planets, and of records that belong to none."""
    page = new_page()
    for radius in (-1, -2):
        page.request.post(root(page) + "api/discoveries", data={"pl_name": fresh_name(), "pl_rade": radius})
    page.goto(f"{root(page)}#/records/{group}")
    shown = drawer(page)
    keys = set(shown.locator("tbody tr").evaluate_all("rows => rows.map(row => row.dataset.key)"))
    total = int(shown.locator("[data-total]").get_attribute("data-total"))

    def choose(item):
        shown.locator(".menu-opener").click()
        return shown.locator(f"[role=menu] >> text='{item}'")

    def take(item):
        with page.expect_download() as file:
            choose(item).click()
        return file.value.path()

    lines = [line for line in take("Save as CSV").read_text().splitlines(True) if line[0] != "#"]
    rows = {"csv": list(csv.DictReader(lines)),
            "ndjson": [json.loads(line) for line in take("Save as NDJSON").read_text().splitlines()],
            "votable": list(parse(take("Save as VOTable")).get_first_table().to_table())}
    for name, found in rows.items():
        assert len(found) == total >= len(keys) and keys <= {str(row["key"]) for row in found}, name
    call = choose("The API call").get_attribute("href")
    assert call == f"api/aggregates/{group}/records" and page.request.get(root(page) + call).json()["total"] == total
    expect(page.locator("#provenance-dialog")).to_be_visible()


@pytest.mark.parametrize("secure", [True, False])
def test_the_drawer_s_address_is_copied(new_page, secure):
    """A page that does not come from a safe place has no clipboard; beside an open dialog no field can be copied."""
    page = new_page("/#/records/by_method/Imaging", before=lambda page: None if secure else page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined})"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = drawer(page)
    shown.locator(".menu-opener").click()
    shown.locator("[role=menu] >> text='Copy the address'").click()
    expect(shown.locator("[data-dialog-status]")).to_have_text(f"Copied: {page.url}")
    assert page.url.endswith("#/records/by_method/Imaging")
    expect(shown.locator(".menu-opener")).to_be_focused()
    other = page.context.new_page()
    other.goto(root(page) + "favicon.svg")
    assert other.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("panel, aggregate", [("facilities", "by_facility"), ("methodsByYear", "by_method_year"),
                                              ("massRadius", "mass_radius"), ("hosts", "hosts")])
def test_a_click_in_a_chart_opens_its_records(page, panel, aggregate):
    plot = page.locator(f"#panel-{panel} .plot")
    plot.scroll_into_view_if_needed()
    expect(page.locator(f"#panel-{panel}")).to_have_attribute("data-seq", re.compile(r"\d+"))
    # The first bar or cell, which the keyboard finds; then a click where it is.
    plot.focus()
    expect(plot.locator(".plot-ring")).to_have_count(0)
    page.keyboard.press("End")
    ring = plot.locator(".plot-ring").bounding_box()
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2 + 1)
    expect(drawer(page).locator("tbody tr").first).to_be_visible()
    assert f"#/records/{aggregate}/" in page.url


def test_from_the_receipt_of_a_submission_to_file_and_board(page):
    name = fresh_name()
    report(page, pl_name=name, discoverymethod="Imaging", disc_year="2021", pl_rade="10")
    link = page.locator(".receipt [data-proof-link]")
    offset = int(page.locator("[data-receipt=offset]").inner_text())
    # It lies in the lake within a second or two.
    for _ in range(150):
        if page.request.get(f"{root(page)}api/receipts/0/{offset}").json()["board_url"]:
            break
        time.sleep(0.1)
    link.click()
    shown = drawer(page)
    proof = page.request.get(f"{root(page)}api/receipts/0/{offset}").json()
    expect(shown.locator("[data-proof=planet]")).to_have_text(name)
    expect(shown.locator("[data-proof=sha256]")).to_have_text(proof["file"]["sha256"])
    expect(shown.locator("[data-proof=file]")).to_have_text(proof["file"]["path"])
    expect(shown.locator("[data-proof=source]")).to_have_text("form")
    shown.locator("[data-proof=board_url]").click()
    page.wait_for_selector("[data-as-of-banner]")
    assert parse_qs(urlsplit(page.url).query)["as_of"][0].startswith(f"planet-discoveries/0:{offset + 1}")
    expect(page.locator("#panel-newest li").first).to_contain_text(name)


def test_a_planet_s_history_leads_to_its_receipts(page):
    page.goto(root(page) + "#/planet/kepler22b")
    page.locator(".planet-view .history a").first.click()
    expect(drawer(page).locator("[data-proof=planet]")).to_have_text("Kepler-22 b")


def test_an_earlier_board_and_back(page):
    planets = counter(page, "planets")
    page.locator("#timeline .exact summary").click()
    page.locator("#timeline input[name=as_of]").fill("1000")
    page.locator("#timeline form button[type=submit]").click()
    page.wait_for_selector("[data-as-of-banner]")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "1000")
    expect(page.locator("#connection")).to_have_attribute("data-connection", "paused")
    earlier = page.request.get(root(page) + "api/board?as_of=1000").json()
    expect(page.locator("[data-digest]")).to_have_text(earlier["digest"])
    page.click("[data-as-of-banner] summary")
    cited = page.locator("[data-cite]").input_value()
    assert cited == page.url and parse_qs(urlsplit(cited).query)["as_of"] == ["planet-discoveries/0:1000"]
    open_table(page, "facilities")
    total = sum(int(value) for value in page.eval_on_selector_all("#panel-facilities td[data-value]",
                                                                  "cells => cells.map(cell => cell.dataset.value)"))
    assert total == sum(earlier["aggregates"]["by_facility"].values())
    # What is listed is said to be of now.
    page.locator("[data-counter=planets] a").click()
    expect(drawer(page).locator(".meaning")).to_be_visible()
    page.keyboard.press("Escape")
    # A discovery of now changes nothing of then.
    page.request.post(root(page) + "api/discoveries", data={"pl_name": fresh_name()})
    time.sleep(0.5)
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "1000")
    page.locator("[data-as-of-banner] [data-now]").click()
    page.wait_for_selector("#connection[data-connection=live]")
    expect(page.locator("[data-as-of-banner]")).to_have_count(0)
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", str(planets + 1))
    assert "as_of" not in page.url
    page.go_back()
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "1000")


def test_the_cited_address_opens_the_board_in_french(chromium, base_url):
    context = chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{base_url}/?as_of=planet-discoveries/0:250#/records/by_method/Transit")
    page.wait_for_selector("html[data-ready=true]")
    expect(page.locator("[data-as-of-banner]")).to_contain_text("L’état après 250 enregistrements")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "250")
    # The slider ends where the log does, though the page has never been live.
    page.wait_for_function("Number(document.querySelector('#timeline input[type=range]').max) >= 6061")
    assert page.locator("#timeline input[type=range]").input_value() == "250"
    expect(drawer(page).locator("h2")).to_have_text("Transit")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not errors
    context.close()


def test_the_slider_by_keyboard(page):
    counter(page, "planets")
    slider = page.locator("#timeline input[type=range]")
    assert int(slider.get_attribute("max")) >= 6061
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_selector("[data-as-of-banner]")
    expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "0")


def test_the_slider_follows_a_topic_of_any_name(chromium, tmp_path):
    with Server(tmp_path / "data", "--topic", "worlds") as server, chromium.new_context() as context:
        assert server.post({"pl_name": "Testbed-1 b"}).status_code == 201
        page = context.new_page()
        page.goto(server.url)
        expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "1")
        expect(page.locator("#timeline input[type=range]")).to_have_attribute("max", "1")


def test_a_point_that_is_none(new_page):
    page = new_page()
    page.locator("#timeline .exact summary").click()
    page.locator("#timeline input[name=as_of]").fill("yesterday")
    page.locator("#timeline form button[type=submit]").click()
    expect(page.locator("[data-as-of-status]")).to_contain_text("Write a date and time")
    page.wait_for_selector("#connection[data-connection=live]")
    expect(page.locator("[data-as-of-banner]")).to_have_count(0)
    new_page.complaints.expect("400")


def test_a_figure_that_is_no_more(new_page):
    page = new_page("/#/records/by_method/Guessing")
    expect(page.locator("#provenance-dialog [role=alert]")).to_contain_text("no such figure")
    new_page.complaints.expect("404")


def test_every_panel_s_numbers_have_records(page):
    """Each link in the open tables and counters is one that the server answers."""
    links = set()
    for view, panels in {"live": ["methodsByYear", "cumulative", "facilities", "massRadius", "periodRadius", "hosts",
                                  "rate"], "habitable": ["zoneDiagram"], "quality": ["quality"]}.items():
        to(page, view)
        for panel in panels:
            open_table(page, panel)
        see(page, *[one.get_attribute("data-panel") for one in page.locator("[data-panel]").all()])
        links |= set(page.eval_on_selector_all(
            "a.behind[href]", "links => links.map(link => link.getAttribute('href'))"))
    names = {}
    for link in links:
        names.setdefault(link.split("/")[2], []).append(link)
    assert {"totals", "by_year", "by_method_year", "cumulative", "by_facility", "hosts", "quality", "rate",
            "mass_radius", "period_radius", "by_zone_type", "by_type", "stats", "scoreboard"} <= names.keys()
    start = root(page)
    for aggregate, some in names.items():
        for link in sorted(some)[:3]:
            group = link.split("/", 3)[3]
            answer = page.request.get(f"{start}api/aggregates/{aggregate}/{group}/records?limit=1")
            assert answer.status == 200, link
    assert board(page)["aggregates"]["totals"]["planets"] > 0


@pytest.mark.parametrize("address, english, french", [
    ("cumulative/all%2F2010", "Found up to 2010", "Découvertes jusqu’en 2010"),
    ("by_method_year/Transit%2F2016", "Transit · Found in 2016", "Transit · Découvertes en 2016"),
    ("hosts/planets_per_host%2F1", "Stars with one known planet", "Étoiles à une planète connue"),
    ("by_zone_type/hot%2FJovian", "Too hot · Jovian", "Trop chaude · Jovienne"),
    ("by_zone/null", "Not known", "Inconnue"),
    ("stats/pl_rade%2FTransit%2Fmeasured", "Radius · Transit · Measured", "Rayon · Transit · Mesurées"),
    ("quality/pl_rade%2Fforecast", "Radius · Forecast", "Rayon · Estimée"),
    ("mass_radius/measured%2F17%2F14", "Mass (M⊕) 70.8 – 100 · Radius (R⊕) 7.94 – 10 · Measured", None),
])
def test_a_drawer_s_title_says_what_is_counted(new_page, address, english, french):
    page = new_page(f"/#/records/{address}")
    heading = page.locator("#provenance-dialog h2")
    expect(heading).to_have_text(english) if "(" not in english else expect(heading).to_contain_text("Mass (M⊕)")
    page.keyboard.press("Escape")
    speak(page, "fr")
    page.goto(f"{root(page)}#/records/{address}")
    expect(heading).to_have_text(french) if french else expect(heading).to_contain_text("Masse (M⊕)")
    assert not re.search(r"null|measured|planets_per_host|_", heading.inner_text())
