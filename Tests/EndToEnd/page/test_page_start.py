# An empty server's page, and a page whose server is away. Not here: what comes when it is there (test_page.py).
import json
import re

import pytest
from playwright.sync_api import expect

from running import SAMPLE, Server
from test_page import busy, fresh_name, report


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("empty-page") / "data") as server:
        yield server


def offering(page):
    """As a server answers that has a sample."""
    def with_sample(route):
        answer = route.fetch()
        schema = answer.json()
        if all(one["path"] != "/api/sample" for one in schema["routes"]):
            schema["routes"].append({"method": "GET", "path": "/api/sample"})
        route.fulfill(response=answer, body=json.dumps(schema))

    page.route("**/api/schema", with_sample)
    page.route("**/api/sample", lambda route: route.fulfill(path=str(SAMPLE), content_type="text/csv"))


def test_an_empty_server_shows_ways_to_begin_in_place_of_charts(chromium, empty):
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        offering(page)
        page.goto(empty.url + "/?view=quality")
        expect(page.locator(".view-quality [data-start] h2")).to_have_count(3)
        expect(page.locator(".view-quality [data-panel]").first).to_be_hidden()
        page.goto(empty.url)
        page.click(".view-live [data-start] a[href='#/submit']")
        expect(page.locator("#field-pl_name")).to_be_focused()
        page.click("[data-close]")
        # One click brings all planets, and the charts with them.
        page.click("[data-sample]")
        expect(page.locator("[data-import=done]")).to_be_visible(timeout=60_000)
        expect(page.locator("[data-counter=planets]")).to_have_attribute("data-value", "6061")
        expect(page.locator(".view-live [data-start]")).to_be_hidden()
        expect(page.locator("#panel-massRadius .plot")).to_be_visible()
        # A moment before the first record is a board like any other.
        page.goto(empty.url + "/?as_of=0")
        expect(page.locator("[data-as-of-banner]")).to_contain_text("before the first record")
        expect(page.locator(".view-live [data-start]")).to_be_hidden()


def test_a_server_that_takes_nothing_offers_nothing(chromium, tmp_path):
    with Server(tmp_path / "data", "--read-only", "1") as server, chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(server.url)
        expect(page.locator(".view-live .start")).to_contain_text("takes no submissions")
        expect(page.locator("[data-start]")).to_have_count(0)


def test_a_bar_says_since_when_there_is_no_connection_and_tries_again(new_page):
    page = new_page()
    expect(page.locator("#offline")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text(re.compile(r"No connection since \d\d:\d\d:\d\d. The figures are"))
    expect(page.locator("#offline .next-try")).to_contain_text(re.compile(r"Next try in \d+ s|Trying"))
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_have_attribute("data-connection", "live")
    expect(page.locator("#offline")).to_be_hidden()
    new_page.complaints.expect("ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("away, said", [(True, "No connection to the server"), (False, "The server is busy")])
def test_waiting_says_for_what(new_page, away, said):
    page = new_page(before=lambda page: page.route(
        "**/api/discoveries", lambda route: route.abort() if away else busy(route, 30)))
    report(page, pl_name=fresh_name())
    expect(page.locator("#discovery-form p.note[role=status]")).to_contain_text(said)
    new_page.complaints.expect("ERR_FAILED" if away else "503")
