"""The page as `make run` and the image serve it: bundled by Scripts/bundle-page, and what it costs a browser."""
import re
import subprocess

import pytest
import requests

from running import ROOT, sample_server

VIEWS = ["", "?view=explore", "?view=habitable", "?view=planets", "?view=quality", "?view=planet&key=trappist1e",
         "?view=system&host=TRAPPIST-1"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    target = tmp_path_factory.mktemp("bundle") / "page"
    subprocess.run([ROOT / "Scripts" / "bundle-page", ROOT / "Public", target], check=True, timeout=60)
    return target


@pytest.fixture(scope="module")
def base_url(bundle, tmp_path_factory):
    with sample_server(tmp_path_factory.mktemp("bundled") / "data", "--public", str(bundle)) as server:
        yield server.url


def test_files_are_named_by_their_content_and_kept_for_good(bundle, base_url):
    document = requests.get(base_url, timeout=10)
    assert document.headers["Cache-Control"] == "no-cache"
    names = re.findall(r'(?:href|src)="(assets/[^"]+)"', document.text)
    assert len(names) >= 3 and not re.search(r'(?:href|src)="(?:js|css)/', document.text)
    for name in names:
        answer = requests.get(f"{base_url}/{name}", timeout=10)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"], name
        assert answer.headers["Content-Encoding"] == "gzip", name


def test_every_view_works(new_page):
    page = new_page("/")
    for view in VIEWS:
        page.goto(page.url.split("?")[0] + view)
        page.wait_for_selector("html[data-ready=true]")
        page.locator(".view:not([hidden]) :is(h2, h3, table):visible").first.wait_for()


def test_what_it_costs_to_load(new_page):
    """Fewer than 20 requests and 200 kB, as they go over the wire."""
    sizes, urls = {}, []

    def watch(page):
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.requestWillBeSent", lambda event: urls.append(event["request"]["url"]))
        client.on("Network.loadingFinished", lambda event: sizes.update({
            event["requestId"]: event["encodedDataLength"]}))

    page = new_page("/", before=watch)
    page.wait_for_load_state("networkidle")
    assert len(urls) < 20, urls
    assert sum(sizes.values()) < 200_000, sizes
