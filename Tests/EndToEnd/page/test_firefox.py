"""Each view in Firefox, in both languages: it is shown, is live, and the browser has nothing to complain about.
Not here: what the views do, which Chromium is asked (test_page*.py)."""
import uuid

import pytest
import requests

from firefox import launched
from running import until

# What an address shows when it is there.
SHOWN = {
    "": "#panel-methodsByYear[data-seq] .plot svg",
    "?until=2010": "[data-year]",
    "?view=explore": ".view-explore .plot canvas",
    "?view=habitable": "#panel-candidates tbody tr",
    "?view=planets": "#planets-table tbody tr",
    "?view=planet&key=trappist1e": "#orbits .plot svg",
    "?view=system&host=TRAPPIST-1": ".system-view .plot svg",
    "?view=quality": "#panel-quality[data-seq]",
    "?view=class": "[data-classes] tbody tr",
    "#/submit": "#field-pl_name",
    "#/submit/file": "#import-box",
    "#/records/by_method/Imaging": "#provenance-dialog tbody tr",
    "#/receipt/0/0": "#provenance-dialog [data-proof=verdict]",
}


@pytest.fixture(scope="module")
def firefox():
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(firefox, base_url):
    def go(address):
        # By way of another page: a step from "#a" to "#b" alone would not load it.
        firefox.go("about:blank")
        firefox.go(f"{base_url}/{address}")
        firefox.see("html[data-ready=true]")
        firefox.see("#connection[data-connection=live]")
    yield go
    complaints, firefox.complaints = firefox.complaints, []
    assert complaints == []


@pytest.mark.parametrize("fault, complaint", [
    ("console.error('one')", "one"), ("console.warn('two')", "two"),
    ("setTimeout(() => { throw new Error('three'); })", "three"), ("Promise.reject(new Error('four')); null", "four"),
    ("document.body.append(Object.assign(new Image(), {src: 'https://evil.example/five.png'}))", "five.png"),
    ("fetch('/api/planets/six').then(() => null)", "404"),
])
def test_what_goes_wrong_is_noticed(firefox, visit, fault, complaint):
    visit("?view=quality")
    firefox.value(fault)
    until(lambda: firefox.value("true") and any(complaint in one for one in firefox.complaints), 60, complaint,
          lambda: firefox.complaints)
    firefox.complaints.clear()


@pytest.mark.parametrize("language, live", [("fr", "En direct"), ("en", "Live")])
def test_each_view_is_shown_and_live(firefox, visit, base_url, language, live):
    code = requests.post(f"{base_url}/api/classes", json={"title": "Firefox"}, timeout=10).json()["code"]
    visit("")
    firefox.value(f"""(() => {{
        const select = document.querySelector('#language');
        select.value = '{language}';
        select.dispatchEvent(new Event('change', {{bubbles: true}}));
    }})()""")
    for address, selector in {**SHOWN, f"?view=class&code={code}": "[data-class-code]"}.items():
        visit(address)
        firefox.see(selector)
        firefox.see(f"html[lang={language}] .light-text", live)
        assert firefox.complaints == [], address


def test_a_record_that_arrives_is_shown(firefox, visit, base_url):
    visit("")
    firefox.see("[data-counter=planets][data-value]")
    assert firefox.value("document.querySelector('#connection').dataset.transport") == "websocket"
    name = f"Testbed-{uuid.uuid4().hex[:10]} b"
    values = {"pl_name": name, "discoverymethod": "Transit", "disc_year": 2021, "pl_rade": 2}
    assert requests.post(f"{base_url}/api/discoveries", json=values, timeout=10).status_code == 201
    firefox.see("#panel-newest li", name)


def test_a_submission_by_keyboard(firefox, visit):
    visit("#/submit")
    firefox.wait("document.activeElement.id === 'field-pl_name'")
    name = f"Testbed-{uuid.uuid4().hex[:10]} b"
    firefox.type(name + "\ue007")  # Enter
    firefox.see("[data-receipt=offset]")
    firefox.see("#panel-newest li", name)
