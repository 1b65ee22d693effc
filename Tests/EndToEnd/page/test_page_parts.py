"""Parts of the bundled page that are loaded when they are first needed: which, and what the page does where one can't
be had. Not here: what the whole costs (test_page_bundle.py)."""
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from running import ROOT, sample_server
from visits import open_form, root, speak, to

# Of the address of each view, its own part.
PARTS = {"": "live", "?view=explore": "explore", "?view=planets": "planets", "?view=planet&key=trappist1e": "planet",
         "?view=class": "class"}
WATCH_FORMATS = """window.formats = [];
    for (const name of ['NumberFormat', 'DateTimeFormat', 'RelativeTimeFormat', 'PluralRules']) {
        const Own = Intl[name];
        Intl[name] = function (...given) { formats.push(name); return new Own(...given); };
    }"""


def build(source, target):
    subprocess.run([ROOT / "Scripts" / "bundle-page", source, target], check=True, timeout=60)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """Its sources and the page made of them."""
    folder = tmp_path_factory.mktemp("parts")
    shutil.copytree(ROOT / "Public", folder / "source")
    build(folder / "source", folder / "page")
    return folder / "source", folder / "page"


@pytest.fixture(scope="module")
def base_url(bundle, tmp_path_factory):
    with sample_server(tmp_path_factory.mktemp("parted") / "data", "--public", str(bundle[1])) as server:
        yield server.url


def parts(urls):
    """The names of the scripts, without what tells their content; chunks are what several parts share."""
    found = [re.search(r"/assets/([\w.]+)-\w+\.js$", url) for url in urls]
    return sorted(one[1] for one in found if one and one[1] != "chunk")


@pytest.mark.parametrize("address, own", PARTS.items())
def test_a_view_comes_with_its_own_part_alone(new_page, address, own):
    sizes, urls = {}, []

    def watch(page):
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.responseReceived", lambda event: urls.append((event["requestId"], event["response"]["url"])))
        client.on("Network.loadingFinished", lambda event: sizes.update({
            event["requestId"]: event["encodedDataLength"]}))

    page = new_page("/" + address, before=watch)
    page.wait_for_load_state("networkidle")
    assert parts(url for _, url in urls) == sorted(["main", own])
    scripts = [sizes[one] for one, url in urls if url.endswith(".js")]
    assert len(scripts) <= 6 and sum(scripts) < 72_000, scripts


def test_french_comes_to_who_reads_french(new_page):
    urls = []
    page = new_page("/", locale="fr-FR", before=lambda page: page.on("request", lambda one: urls.append(one.url)))
    assert "fr" in parts(urls)
    expect(page.locator("h1")).to_have_text("Un catalogue vivant des découvertes de planètes")
    urls.clear()
    page = new_page("/", before=lambda page: page.on("request", lambda one: urls.append(one.url)))
    assert "fr" not in parts(urls)
    speak(page, "fr")
    expect(page.locator("h1")).to_have_text("Un catalogue vivant des découvertes de planètes")


def test_the_start_asks_for_no_format_of_intl(new_page):
    """The first one takes a phone longer than the rest of the start."""
    page = new_page("/", before=lambda page: page.add_init_script(WATCH_FORMATS))
    page.wait_for_selector("#panel-massRadius[data-seq]")
    assert page.evaluate("formats") == []


def test_what_is_out_of_view_is_not_drawn(new_page):
    page = new_page("/", viewport={"width": 1280, "height": 720})
    page.wait_for_selector("#panel-massRadius[data-seq]")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator("#panel-massRadius .plot-ground > *").count() == 1
    assert page.locator(":is(#panel-hosts, #panel-rate) .plot-ground > *").count() == 0


def test_a_part_that_is_missing_is_said_and_asked_for_again(new_page):
    page = new_page()
    page.route("**/assets/explore-*", lambda route: route.abort())
    page.click(".bar nav [data-view=explore]")
    missing = page.locator("#missing-part")
    expect(missing).to_contain_text("A part of this page could not be loaded.")
    # What was shown stays, and goes on.
    expect(page.locator(".view-live")).to_be_visible()
    expect(page.locator("h1")).to_have_text("A live catalogue of planet discoveries")
    page.unroute("**/assets/explore-*")
    missing.get_by_role("button", name="Try again").click()
    expect(page.locator(".view-explore .plot canvas").first).to_be_visible()
    expect(missing).to_be_hidden()
    page.go_back()
    expect(page.locator(".view-live")).to_be_visible()
    new_page.complaints.expect("ERR_FAILED")


def test_who_goes_elsewhere_meanwhile_stays_there(new_page):
    page = new_page()
    held = []
    page.route("**/assets/explore-*", lambda route: held.append(route))
    page.click(".bar nav [data-view=explore]")
    to(page, "planets")
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".view-planets")).to_be_visible()
    expect(page.locator(".view-explore")).to_be_hidden()
    page.go_back()
    expect(page.locator(".view-explore .plot canvas").first).to_be_visible()


def test_without_a_connection_a_part_comes_with_it(new_page):
    page = new_page()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.click(".bar nav [data-view=quality]")
    expect(page.locator("#missing-part")).to_contain_text("the server cannot be reached")
    page.click("#open-submit")
    page.context.set_offline(False)
    expect(page.locator(".view-quality #panel-quality[data-seq]")).to_be_visible()
    expect(page.locator("#field-pl_name")).to_be_focused()
    expect(page.locator("#missing-part")).to_be_hidden()
    new_page.complaints.expect("ERR_INTERNET_DISCONNECTED")


def another_build(bundle):
    """As after the server was updated: the parts have other names."""
    source, page = bundle
    text = source / "js" / "i18n" / "en.js"
    text.write_text(text.read_text().replace("A live catalogue", "A lively catalogue"))
    for view in ("explore", "habitable"):
        part = source / "js" / "views" / f"{view}.js"
        part.write_text(part.read_text() + "\ndocument.documentElement.dataset.build = 'another';\n")
    build(source, page)


def test_another_build_takes_the_place_of_this_one(new_page, bundle):
    page, typing = new_page(), new_page()
    open_form(typing)
    typing.fill("#field-pl_name", "Half typed")
    another_build(bundle)
    page.click(".bar nav [data-view=explore]")
    page.wait_for_selector("html[data-build=another]")
    expect(page.locator(".view-explore .plot canvas").first).to_be_visible()
    assert page.url == f"{root(page)}?view=explore"
    # Who has something in the form is asked.
    typing.click(".bar nav [data-view=habitable]")
    expect(typing.locator("#missing-part")).to_contain_text("The server has a new version of this page.")
    assert typing.input_value("#field-pl_name") == "Half typed"
    typing.get_by_role("button", name="Load it").click()
    typing.wait_for_selector("html[data-build=another]")
    expect(typing.locator(".view-habitable #panel-candidates tbody tr").first).to_be_visible()
    new_page.complaints.expect("404")
