# What can be taken away of the page's charts and tables: each has a menu. Not here: Explore's (test_page_explore.py),
# and the tables that the server makes (test_exports.py).
import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
from playwright.sync_api import expect

from visits import root, see, to

TEXT = "{http://www.w3.org/2000/svg}text"
PNG = b"\x89PNG\r\n\x1a\n"


def choose(page, panel, item):
    page.click(f"#panel-{panel} .menu-opener")
    return page.locator(f"#panel-{panel} [role=menu] >> text='{item}'")


def take(page, panel, item):
    with page.expect_download() as file:
        choose(page, panel, item).click()
    return file.value.suggested_filename, open(file.value.path(), "rb").read()


def table(text):
    return list(csv.reader(io.StringIO("".join(line for line in text.splitlines(True) if line[0] != "#"))))


def test_each_chart_is_an_svg_with_a_foot(page):
    digest = page.request.get(root(page) + "api/board").json()["digest"]
    for panel in ("methodsByYear", "massRadius", "cumulative", "periodRadius", "facilities", "hosts"):
        see(page, panel)
        name, content = take(page, panel, "Save as SVG")
        words = [element.text or "" for element in ElementTree.fromstring(content).iter(TEXT)]
        assert name.endswith(".svg") and page.inner_text(f"#panel-{panel} h2") in words
        assert any(digest in word for word in words) and any(" planets · " in word for word in words), words[-3:]
        assert page.url in words


def test_a_png_is_twice_as_sharp(page):
    name, content = take(page, "massRadius", "Save as PNG")
    assert name.endswith(".png") and content.startswith(PNG)
    assert [int.from_bytes(content[at:at + 4], "big") for at in (16, 20)] == [1920, 1280]


def test_the_numbers_of_a_chart_and_of_a_table(page):
    board = page.request.get(root(page) + "api/board").json()["aggregates"]
    rows = table(take(page, "facilities", "Save as CSV")[1].decode())
    assert {name: int(count) for name, count in rows[1:]} == board["by_facility"]
    to(page, "habitable")
    page.wait_for_selector("#panel-candidates tbody tr")
    rows = table(take(page, "candidates", "Save as CSV")[1].decode())
    assert rows[0][0] == "Planet" and len(rows) == 1 + page.locator("#panel-candidates tbody tr").count()


@pytest.mark.parametrize("item, mark", [("Save as CSV", b"# positions"), ("Save as VOTable", b"<VOTABLE"),
                                        ("Save as NDJSON", b'{"key"')])
def test_the_planets_table_with_its_filters(new_page, item, mark):
    page = new_page("/?view=planets&discoverymethod=Imaging")
    page.wait_for_selector("#planets-table tbody tr")
    page.click("#planets-table .menu-opener")
    with page.expect_download() as file:
        page.click(f"#planets-table [role=menu] >> text='{item}'")
    content = open(file.value.path(), "rb").read()
    assert mark in content[:2000]
    total = int(page.get_attribute("[data-planets-total]", "data-planets-total"))
    page.click("#planets-table .menu-opener")
    call = page.locator("#planets-table [role=menuitem] >> text='The API call'").get_attribute("href")
    assert page.request.get(root(page) + call).json()["total"] == total
    if item == "Save as CSV":
        assert len(table(content.decode())) == 1 + total


def test_a_menu_by_keyboard(page):
    opener = page.locator("#panel-hosts .menu-opener")
    opener.focus()
    page.keyboard.press("Enter")
    items = page.locator("#panel-hosts [role^=menuitem]")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("Home")
    expect(items.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.locator("#panel-hosts [role=menu]")).to_be_hidden()
