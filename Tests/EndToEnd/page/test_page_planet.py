# A planet's view and its system's in a real browser: the head, orbits and zone against the API, sizes, sisters, links
# to other sites, changes that are made elsewhere. Not here: predictions (test_page_predictions.py).
import math
import re
import uuid

import pytest
from playwright.sync_api import expect

from visits import root


@pytest.fixture
def open_planet(new_page):
    def open_view(key, **settings):
        page = new_page(f"/?view=planet&key={key}", **settings)
        page.wait_for_selector(".planet-view")
        return page
    return open_view


def api(page, path):
    return page.request.get(root(page) + "api/" + path).json()


def test_the_head_has_values_with_errors(open_planet):
    page = open_planet("trappist1e")
    expect(page.locator("h1")).to_have_text("TRAPPIST-1 e")
    tile = lambda name: " ".join(page.locator(f"[data-tile={name}]").inner_text().split())
    assert tile("pl_rade") == "Radius 0.92 R⊕ +0.013 / −0.012"
    assert tile("pl_orbper") == "Orbital period 6.101013 d ± 0.000035"
    assert tile("sy_dist").startswith("Distance 12.43 pc")
    page.goto(f"{root(page)}?view=planet&key=kepler22b")
    expect(page.locator("[data-tile=pl_bmasse]")).to_contain_text("≤ 9.1")
    expect(page.locator("[data-tile=pl_bmasse] .badge")).to_have_text("Bound")


def test_the_zone_is_where_its_fluxes_are(open_planet):
    page = open_planet("trappist1e")
    answer = api(page, "planets/trappist1e/prediction")
    steps = {step["name"]: step["value"] for step in answer["steps"]}
    wanted = [math.sqrt(answer["prediction"]["luminosity"] / steps[name])
              for name in ("recent_venus", "runaway_greenhouse_1", "maximum_greenhouse", "early_mars")]
    given = [float(one) for one in page.get_attribute("[data-zone]", "data-zone").split()]
    assert given == pytest.approx(wanted, rel=1e-9)
    # Its orbit lies within, as its class says.
    assert given[1] < answer["prediction"]["sma_au"] < given[2] and answer["prediction"]["hz_class"] == "conservative"


def test_orbits_can_be_walked_and_lead_to_sisters(open_planet):
    page = open_planet("trappist1e")
    plot = page.locator("#orbits .plot")
    expect(plot).to_have_attribute("aria-label", re.compile("7 orbits, from the star outwards: b 0.0115"))
    names = [row["pl_name"] for row in api(page, "planets?hostname=TRAPPIST-1&columns=pl_name")["planets"]]
    rows = page.locator("#sisters tbody tr")
    assert sorted(rows.locator("th").all_inner_texts()) == sorted(names) and rows.count() == 7
    expect(page.locator("#sisters [aria-current]")).to_contain_text("TRAPPIST-1 e")
    plot.focus()
    page.keyboard.press("Home")
    said = page.locator("#announcer")
    expect(said).to_contain_text("Semi-major axis")
    name = said.inner_text().split(",")[0]
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    page.go_back()
    expect(page.locator("h1")).to_have_text("TRAPPIST-1 e")


def test_a_system_of_its_own(open_planet):
    page = open_planet("trappist1e")
    page.click("[data-system]")
    expect(page.locator(".system-view")).to_have_attribute("data-host", "TRAPPIST-1")
    expect(page).to_have_title("TRAPPIST-1 – Planetarium")
    expect(page.locator(".system-view [data-tile=st_teff]")).to_contain_text("2,566 K")
    expect(page.locator("#sizes .plot")).to_have_attribute("aria-label", re.compile("TRAPPIST-1 e 0.92"))
    page.goto(f"{root(page)}?view=system&host=Nowhere-1")
    expect(page.locator(".view-system [role=alert]")).to_have_text("The catalogue has no planets of Nowhere-1.")


@pytest.mark.parametrize("name, host, parts", [
    ("Kepler-22 b", "Kepler-22", ["/overview/Kepler-22%20b", "Ident=Kepler-22", "target=Kepler-22",
                                  "q=object%3A%22Kepler-22%22"]),
    ("BD+20 594 b", "BD+20 594", ["BD%2B20%20594%20b", "Ident=BD%2B20%20594", "target=BD%2B20%20594", "BD%2B20%20594"]),
    ("A/B&C \"#? b", "", ["A%2FB%26C%20%22%23%3F%20b"] * 3 + ["object%3A%22A%2FB%26C%20%23%3F%20b%22"]),
])
def test_links_to_other_sites_are_encoded(chromium, base_url, name, host, parts):
    page = chromium.new_page()
    page.goto(base_url + "/favicon.svg")
    ask = "async ([name, host]) => (await import('/js/system/links.js')).sites(name, host)"
    sites = page.evaluate(ask, [name, host])
    page.close()
    assert all(address.startswith("https://") for _, address in sites) and len(sites) == 4
    for (site, address), part in zip(sites, parts):
        assert part in address, (site, address)


def test_a_change_made_elsewhere_is_shown(open_planet, page):
    name = f"Testbed-{uuid.uuid4().hex[:10]}"
    send = lambda **values: page.request.post(root(page) + "api/discoveries", data={"pl_name": f"{name} b"} | values)
    key = send(pl_rade=1.5).json()["key"]
    shown = open_planet(key)
    expect(shown.locator("[data-tile=pl_rade]")).to_contain_text("1.5")
    # Nothing is known of an orbit, nor of a star.
    expect(shown.locator("#orbits")).to_have_count(0)
    assert send(pl_rade=1.75, hostname=name, pl_orbsmax=0.7, st_teff=5700, st_rad=1).status == 201
    expect(shown.locator("[data-tile=pl_rade]")).to_contain_text("1.75", timeout=15_000)
    expect(shown.locator(".planet-view")).to_have_attribute("data-revision", "2")
    expect(shown.locator("#orbits .plot")).to_be_visible()
    page.request.delete(root(page) + f"api/planets/{key}")
    expect(shown.locator(".withdrawn")).to_be_visible(timeout=15_000)


def test_what_is_not_there_is_said(new_page):
    page = new_page("/?view=planet&key=vulcan")
    expect(page.locator(".view-planet [role=alert]")).to_have_text("There is no such planet in the catalogue.")
    new_page.complaints.expect("404")


@pytest.mark.parametrize("width", [360, 1280])
def test_french_and_small(open_planet, width):
    page = open_planet("hd209458b", viewport={"width": width, "height": 800}, locale="fr-FR")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    text = page.inner_text(".view-planet")
    assert not re.search(r"\b(system|planet|plot|menu|unit)\.\w+", text), "a text's key shows"
